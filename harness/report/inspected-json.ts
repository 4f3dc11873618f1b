import { mariadbNames, names } from '../codec/capability.ts';
import type { PassedPacket } from '../inspect/follower.ts';
import type { Inspected } from '../inspect/inspected.ts';
import type { InspectionEnd } from '../inspect/inspection.ts';
import type { FileEnd } from '../pcap/open-capture.ts';
import { captureTime } from './capture-time.ts';
import type { ExitCode } from './exit-code.ts';
import { wireText } from './wire-text.ts';

/**
 * The lines of `mywire inspect --json`, one object each. Within one schema number fields are only added. What a capture
 * does not show is absent. Times are ISO 8601 in UTC, durations ms; strings of the wire are read as UTF-8.
 *
 * `type` is "connection" (as each ends), "packet" (only with --packets) or "totals" (the last line).
 */
const INSPECT_SCHEMA = 'mywire.inspect/1';

/** A connection has the fields of `Inspected` too, in words where those are bits; `startedNs` and `endedNs` are told as these. */
export interface JsonConnection {
  readonly schema: 'mywire.inspect/1';
  readonly type: 'connection';
  readonly startedAt: string;
  readonly ms: number;
  /** Capability flags by their names, and MariaDB's. */
  readonly offered?: readonly string[];
  readonly declared?: readonly string[];
  readonly mariadbOffered?: readonly string[];
  readonly mariadbDeclared?: readonly string[];
  readonly clientAttributes?: Readonly<Record<string, string>>;
}

export interface JsonPacket {
  readonly schema: 'mywire.inspect/1';
  readonly type: 'packet';
  /** Wireshark's tcp.stream. */
  readonly stream: number;
  /** The frame that completed it. */
  readonly frame: number | undefined;
  readonly at: string | undefined;
  readonly from: 'client' | 'server';
  readonly name: string;
  readonly sequenceId: number | undefined;
  /** Of the packet in its side's stream, header included, as `size` is. */
  readonly offset: number;
  readonly size: number;
  /** Sent before what it answers had come. */
  readonly early: PassedPacket['packet']['early'];
  readonly answers: { readonly name: string; readonly frame: number | undefined } | undefined;
  readonly problem: string | undefined;
  /** By the names of the manual. */
  readonly fields: unknown;
  /** The payload in hex, of what has no fields. */
  readonly bytes: string | undefined;
  /** The rules that it breaks. */
  readonly findings: PassedPacket['findings'] | undefined;
}

export function connectionJson(one: Inspected): string {
  const {
    startedNs,
    endedNs,
    user,
    database,
    serverVersion,
    plugin,
    clientAttributes,
    offered,
    declared,
    mariadbOffered,
    mariadbDeclared,
  } = one;
  return JSON.stringify({
    schema: INSPECT_SCHEMA,
    type: 'connection',
    ...one,
    startedNs: undefined,
    endedNs: undefined,
    startedAt: captureTime(startedNs),
    ms: Number(endedNs - startedNs) / 1e6,
    serverVersion: text(serverVersion),
    user: text(user),
    database: text(database),
    plugin: text(plugin),
    clientAttributes: clientAttributes && Object.fromEntries(clientAttributes.map(([key, value]) => [wireText(key), wireText(value)])),
    offered: offered === undefined ? undefined : names(offered),
    declared: declared === undefined ? undefined : names(declared),
    mariadbOffered: mariadbFlags(one, mariadbOffered),
    mariadbDeclared: mariadbFlags(one, mariadbDeclared),
    errors: one.errors.map((error) => ({ ...error, sqlState: text(error.sqlState), message: wireText(error.message, 500) })),
  });
}

export function packetJson({ stream, packet, timeNs, findings }: PassedPacket): string {
  const { at, from, name, sequenceId, offset, size, early, answers, problem, value } = packet;
  const json: JsonPacket = {
    schema: INSPECT_SCHEMA,
    type: 'packet',
    stream,
    frame: at,
    at: captureTime(timeNs),
    from,
    name,
    sequenceId,
    offset,
    size,
    early,
    answers: answers && { name: answers.name, frame: answers.at },
    problem,
    fields: value && plain(value),
    bytes: value ? undefined : hex(packet.payload),
    findings: findings.length > 0 ? findings : undefined,
  };
  return JSON.stringify(json);
}

export function totalsJson(file: string, end: InspectionEnd, { code, reason }: ExitCode, { format, compression, fault }: FileEnd): string {
  const { totals, skipped, fragments, frames } = end;
  const damage = fault && { code: fault.code, offset: fault.offset, says: fault.message };
  const about = { schema: INSPECT_SCHEMA, type: 'totals', file, exit: code, reason, format, compression, damage };
  return JSON.stringify({ ...about, frames, skipped, fragments, ...totals, ...byName(totals) });
}

/** The tables in an order that does not depend on what came first: threads count side by side. */
function byName(totals: InspectionEnd['totals']): Record<string, unknown> {
  const tables = Object.entries(totals).filter(([, of]) => typeof of === 'object');
  return Object.fromEntries(
    tables.map(([name, of]) => [name, Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)))]),
  );
}

const text = (value: string | undefined): string | undefined => (value === undefined ? undefined : wireText(value));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
/** The field is only a set of flags where LONG_PASSWORD (MariaDB's CLIENT_MYSQL) is not set. */
const mariadbFlags = ({ dialect }: Inspected, bits: number | undefined): readonly string[] | undefined =>
  dialect === 'mariadb' && bits !== undefined ? mariadbNames(bits) : undefined;

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return wireText(value, 1 << 20);
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  return value;
}
