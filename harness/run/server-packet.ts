import { KDF_PBKDF2, PARSEC } from '../auth/parsec.ts';
import type { ServerMessage } from '../case/step.ts';
import { endsInChecksum } from '../codec/binlog-checksum.ts';
import { mariadbCapability } from '../codec/capability.ts';
import { commandOf } from '../codec/command.ts';
import { CodecError } from '../codec/error.ts';
import type { Packet } from '../codec/frame.ts';
import { offeredCapabilities } from '../codec/messages/handshake-v10.ts';
import { messages } from '../codec/messages/index.ts';
import { isEndOfRows, readFetchedRows, readFieldList, readPrepared, readResultset } from './packet-list.ts';
import type { Session } from './session.ts';
import { missingSessionState, trackedIn } from './session-state.ts';
import { missingSqlState } from './sql-state.ts';

/** A packet of the server read in its phase: what it is, its fields, and what is wrong with it if anything is. */
export interface ServerPacket {
  readonly name: ServerMessage | 'unknown';
  readonly value: Readonly<Record<string, unknown>>;
  readonly sequenceId: number;
  readonly lastSequenceId: number;
  /** Why the payload is not a right packet of that name. */
  readonly problem?: string;
  /** Packets consumed: a resultset takes several. */
  readonly packets: number;
}

/** Of an event in the binary log. */
const EVENT_HEADER_BYTES = 19;
/** MariaDB's progress report is an ERR with this code and ends nothing (mariadb/err_packet). */
const PROGRESS = 0xffff;

/**
 * Reads the answer at the head of the queue; `command` is the one that it answers. Undefined: more packets are needed.
 * What the bytes do not tell (a column count has no type byte) the phase and the command decide, as for a client.
 */
export function readAnswer(queue: readonly Packet[], session: Session, command: number | undefined): ServerPacket | undefined {
  const packet = queue[0];
  if (!packet) return undefined;
  const name = identify(packet.payload, session, command);
  switch (name) {
    case 'TextResultset':
    case 'BinaryResultset':
      return readResultset(queue, session, name);
    case 'FetchedRows':
      return readFetchedRows(queue, session);
    case 'StmtPrepareOK':
      return readPrepared(queue, session);
    case 'FieldList':
      return readFieldList(queue, session);
  }
  const at = { sequenceId: packet.sequenceId, lastSequenceId: packet.lastSequenceId, packets: 1 };
  if (name === 'unknown')
    return { name, value: {}, ...at, problem: `first byte ${hexByte(packet.payload[0])} starts no packet of this phase` };
  if (name === 'Statistics') return { name, value: statisticsOf(Buffer.from(packet.payload).toString('latin1')), ...at };
  try {
    const payload = name === 'AuthMoreData' ? escaped(packet.payload) : packet.payload;
    const { value, left } = messages[name].decode(payload, session.context);
    const problem = left > 0 ? `${left} bytes stand behind its last field` : misses(name, value, session);
    return { name, value: { ...value, ...derived(name, value, packet.payload) }, ...at, ...(problem === undefined ? {} : { problem }) };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { name, value: {}, ...at, problem: error.message };
  }
}

/** The text of COM_STATISTICS, and the one count of it that grows with every statement, where it tells of that. */
function statisticsOf(text: string): { text: string; questions?: number } {
  const questions = /\bQuestions: (\d+)/.exec(text)?.[1];
  return { text, ...(questions !== undefined && { questions: Number(questions) }) };
}

/** Is the server in the middle of a login, the first or one that COM_CHANGE_USER asked for? */
export function authenticating(session: Session, command: number | undefined): boolean {
  if (session.phase !== 'command') return session.phase === 'auth';
  return command !== undefined && commandOf(command).answer === 'change-user';
}

/** What a case can ask of a packet besides its fields (harness/case/step.ts, `where`). */
function derived(name: string, value: Readonly<Record<string, unknown>>, payload: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(payload).toString('latin1');
  if (name === 'OK') return { payload: text, ...trackedIn(value['sessionState']) };
  if (name === 'BinlogEvent')
    return { payload: text, checksum: endsInChecksum(payload.subarray(1)) ? 'right' : 'none', ...rotatesTo(value) };
  if (name !== 'HandshakeV10') return { payload: text };
  return { payload: text, capabilities: offeredCapabilities(value as Parameters<typeof offeredCapabilities>[0]) };
}

/** The position in a ROTATE_EVENT: int<8> in front of the name (mysql/binlog-rotate-names-file). */
function rotatesTo({ type, data }: Readonly<Record<string, unknown>>): { position?: bigint } {
  if (type !== ROTATE_EVENT || !(data instanceof Uint8Array) || data.length < 8) return {};
  return { position: new DataView(data.buffer, data.byteOffset, data.byteLength).getBigUint64(0, true) };
}
const ROTATE_EVENT = 4;

function identify(
  payload: Uint8Array,
  session: Session,
  command: number | undefined,
): Exclude<ServerMessage, 'ResultsetThenERR'> | 'unknown' {
  const first = payload[0];
  if (first === 0xff) return isProgress(payload, session) ? 'ProgressReport' : 'ERR';
  if (session.phase === 'greeting') return first === 0x0a ? 'HandshakeV10' : first === 0x09 ? 'HandshakeV9' : 'unknown';
  if (authenticating(session, command)) return isBareExtSalt(payload, session) ? 'AuthMoreData' : identifyInLogin(payload);
  const kind = commandOf(command ?? 0).answer;
  switch (kind) {
    case 'string':
      if (first !== undefined && first >= 0x20) return 'Statistics';
      break;
    case 'prepare':
      return first === 0x00 ? 'StmtPrepareOK' : 'unknown';
    case 'field-list':
      return first === undefined ? 'unknown' : 'FieldList';
    case 'fetch':
      return first === 0x00 || isEndOfRows(payload, session) ? 'FetchedRows' : 'unknown';
    case 'binlog':
      if (first === 0x00) return 'BinlogEvent';
      break;
    // MariaDB asks for the file of a prepared LOAD DATA, too.
    case 'execute':
    case 'query':
      if (first === 0xfb) return 'LocalInfileRequest';
  }
  if (first === 0x00) return 'OK';
  // An OK in place of EOF has at least 7 bytes, an EOF 5 (mysql/page_protocol_basic_ok_packet).
  if (first === 0xfe && isEndOfRows(payload, session)) return payload.length >= 7 ? 'OK' : 'EOF';
  if (first === undefined) return 'unknown';
  return kind === 'query' ? 'TextResultset' : kind === 'execute' ? 'BinaryResultset' : 'unknown';
}

/** In MariaDB the 0x01 in front of what a plugin says is the server's choice where nothing else begins like it (mariadb/connection). */
const isBareExtSalt = (payload: Uint8Array, { exchange }: Session): boolean => exchange?.plugin === PARSEC && payload[0] === KDF_PBKDF2;
const AUTH_MORE_DATA = 0x01;
const escaped = (payload: Uint8Array): Uint8Array => (payload[0] === AUTH_MORE_DATA ? payload : Uint8Array.of(AUTH_MORE_DATA, ...payload));

function identifyInLogin(payload: Uint8Array) {
  switch (payload[0]) {
    case 0x00:
      return 'OK';
    case 0x01:
      return 'AuthMoreData';
    case 0x02:
      return 'AuthNextFactor';
    case 0xfe:
      return payload.length === 1 ? 'OldAuthSwitchRequest' : 'AuthSwitchRequest';
    default:
      return 'unknown';
  }
}

function isProgress(payload: Uint8Array, session: Session): boolean {
  const agreed = ((session.context.mariadbCapabilities ?? 0) & mariadbCapability.PROGRESS) !== 0;
  return agreed && session.phase === 'command' && ((payload[1] ?? 0) | ((payload[2] ?? 0) << 8)) === PROGRESS;
}

/** What every packet of the name must have, whatever the case asks. */
function misses(name: string, value: Readonly<Record<string, unknown>>, session: Session): string | undefined {
  if (name === 'ERR') return missingSqlState(value, session);
  if (name === 'BinlogEvent') return wrongEventSize(value);
  return name === 'OK' ? missingSessionState(value, session) : undefined;
}

const hexByte = (b: number | undefined): string => (b === undefined ? '(none: an empty packet)' : `0x${b.toString(16).padStart(2, '0')}`);

/** Header and data as long as the header says (mysql/page_protocol_replication_binlog_event). */
function wrongEventSize({ eventSize, data }: Readonly<Record<string, unknown>>): string | undefined {
  const size = EVENT_HEADER_BYTES + (data as Uint8Array).length;
  return eventSize === size ? undefined : `its event size is ${eventSize}, but header and data have ${size} bytes`;
}
