import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { Conversation, type LabelledPacket } from './conversation.ts';

/**
 * What tshark 4.0.17 reads in the recordings stands in recordings/tshark-4.0.17.json (taken by `takeRows` below).
 * Our decoder must read the same, packet by packet, except where tshark is wrong: tsharkErrs lists when, and why.
 */
const VERSION = '4.0.17';
type Fields = Record<string, string>;
type Row = readonly [frame: number, fields: Fields];
type Values = Record<string, never>;

const number = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
const scramble = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/\0$/, '');
const list = (items: readonly string[] | undefined): string | undefined => items?.join('|');

/** Our fields under tshark's names. */
// biome-ignore lint/suspicious/noExplicitAny: each entry knows its message
const claims: Record<string, (v: any) => Record<string, string | undefined>> = {
  HandshakeV10: (v) => ({
    'mysql.protocol': number(v.protocolVersion),
    'mysql.version': v.serverVersion,
    'mysql.thread_id': number(v.threadId),
    'mysql.salt': scramble(v.scramble1),
    'mysql.caps.server': number(v.capabilitiesLow),
    server_language: number(v.characterSet),
    'mysql.server_status': number(v.statusFlags),
    'mysql.extcaps.server': number(v.capabilitiesHigh),
    'mysql.auth_plugin.length': number(v.authDataLength),
    // MariaDB leaves LONG_PASSWORD out.
    'mariadb.extcaps.server': v.capabilitiesLow & 1 ? undefined : number(v.mariadbCapabilities),
    'mysql.salt2': scramble(v.scramble2),
    'mysql.auth_plugin': v.authPluginName,
  }),
  HandshakeResponse41: (v) => ({
    'mysql.caps.client': number(v.capabilities & 0xffff),
    'mysql.extcaps.client': number(v.capabilities >>> 16),
    'mysql.max_packet': number(v.maxPacketSize),
    charset: number(v.characterSet),
    'mysql.user': v.user,
    'mysql.passwd': hex(v.authResponse),
    'mysql.schema': v.database,
    'mysql.client_auth_plugin': v.authPluginName,
    'mysql.connattrs.name': list(v.attributes?.map(([name]: string[]) => name)),
    'mysql.connattrs.value': list(v.attributes?.map(([, value]: string[]) => value)),
    'mysql.compression.zstd_level': number(v.zstdLevel),
  }),
  HandshakeResponse320: (v) => ({
    'mysql.caps.client': number(v.capabilities),
    'mysql.max_packet': number(v.maxPacketSize),
    'mysql.user': v.user,
    'mysql.schema': v.database,
  }),
  SSLRequest: (v) => ({
    'mysql.caps.client': number(v.capabilities & 0xffff),
    'mysql.extcaps.client': number(v.capabilities >>> 16),
    'mysql.max_packet': number(v.maxPacketSize),
    charset: number(v.characterSet),
  }),
  AuthSwitchRequest: (v) => ({
    'mysql.auth_switch_request.name': v.pluginName,
    'mysql.auth_switch_request.data': hex(v.data),
  }),
  AuthSwitchResponse: (v) => ({ 'mysql.auth_switch_response.data': hex(v.data) }),
  AuthMoreData: () => ({}),
  OK: (v) => ({
    'mysql.affected_rows': number(v.affectedRows),
    'mysql.insert_id': v.lastInsertId ? number(v.lastInsertId) : undefined,
    'mysql.server_status': number(v.statusFlags),
    'mysql.warnings': number(v.warnings),
    'mysql.message': v.info,
    'mysql.session_track.data.length': number(v.sessionState?.length),
  }),
  ERR: (v) => ({
    'mysql.error_code': number(v.errorCode),
    'mysql.sqlstate': v.sqlState,
    'mysql.error.message': v.errorMessage,
  }),
  EOF: (v) => ({ 'mysql.server_status': number(v.statusFlags), 'mysql.warnings': number(v.warnings) }),
  COM_QUERY: (v) => ({
    'mysql.command': number(v.command),
    'mysql.query': v.query,
    'mysql.query_attrs_count': number(v.parameterCount),
    'mysql.query_attr_name': list(v.parameters?.map(({ name }: { name: string }) => name)),
  }),
  COM_INIT_DB: (v) => ({ 'mysql.command': number(v.command), 'mysql.schema': v.schema }),
  ColumnCount: (v) => ({ 'mysql.num_fields': number(v.count) }),
  ColumnDefinition41: (v) => ({
    'mysql.field.catalog': v.catalog,
    'mysql.field.db': v.schema,
    'mysql.field.table': v.table,
    'mysql.field.org_table': v.orgTable,
    'mysql.field.name': v.name,
    'mysql.field.org_name': v.orgName,
    'mysql.field.charsetnr': number(v.characterSet),
    'mysql.field.length': number(v.columnLength),
    'mysql.field.type': number(v.type),
    'mysql.field.flags': number(v.flags),
    'mysql.field.decimals': number(v.decimals),
  }),
  TextRow: (v) => ({ 'mysql.row.text': list(v.values.map((cell: string | null) => cell ?? 'NULL')) }),
  StmtPrepareOK: (v) => ({
    'mysql.stmt_id': number(v.statementId),
    'mysql.num_fields': number(v.columns),
    'mysql.num_params': number(v.parameters),
    'mysql.warnings': number(v.warnings),
  }),
};
const compared = new Set([
  ...Object.values(claims).flatMap((claim) => {
    const anything: Values = new Proxy({} as Values, { get: () => Object.assign([], { toString: () => '' }) });
    return Object.keys(claim(anything));
  }),
]);

/** Where tshark 4.0.17 reads a packet wrong, or does not show it. Each is an error of tshark's, as the bytes show. */
function tsharkErrs(packet: LabelledPacket): string | undefined {
  const { name, payload, value, answers } = packet;
  if (name === 'HTTP request' || name === 'TLS') return 'not MySQL: no row';
  if (name === 'compressed packets') return 'reads compressed headers as packets';
  if (packet.early && name.startsWith('HandshakeResponse')) return 'takes all that comes before the greeting for commands';
  if (name === 'OK' && answers?.name === 'HandshakeResponse41' && (answers.early || answers.sequenceId === 5))
    return 'missed the HandshakeResponse, so it does not know that 4.1 is spoken: no warnings';
  if (name === 'HandshakeResponse41' && packet.sequenceId === 5) return 'goes by the sequence id and reads COM_SLEEP';
  if (name === 'HandshakeResponse41' && hex(value?.['authResponse'] as Uint8Array) === '00')
    return "does not show the one NUL that MySQL's client sends for an empty password";
  if (name === 'AuthMoreData' && packet.sequenceId === 2) return 'reads AuthMoreData 03 and 04 as AuthSwitchRequest';
  if (name === 'AuthSwitchResponse' && payload.length === 256) return 'reads the encrypted password as a command';
  if (name === 'LocalInfileData' && payload.length > 0) return 'reads the file as a command';
  if (name === 'ERR' && value?.['errorCode'] === 0xffff) return "cuts MariaDB's progress report at its first NUL";
  if (name === 'OK' && value?.['info'] && !value['sessionState'] && packet.context && !(packet.context.capabilities & 0x800000))
    return 'reads info as string<EOF>, as the manual says; both servers send string<lenenc>';
  if (name === 'COM_QUERY' && value?.['parameterCount']) return 'does not show the statement behind attributes';
  if (name === 'TextRow' && packet.sequenceId === 2 && answers?.value?.['query'] === 'select 1, 2')
    return 'wants definitions though metadata_follows is 0';
  return undefined;
}

const folders = [new URL('../../pcaps/', import.meta.url), new URL('./recordings/', import.meta.url)];
const recordings = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.pcap'))
    .map((file) => [file.replace('.pcap', ''), new URL(file, folder)] as const),
);
const fixture = new URL(`./recordings/tshark-${VERSION}.json`, import.meta.url);
const taken = (existsSync(fixture) ? JSON.parse(readFileSync(fixture, 'utf8')) : {}) as Record<string, Row[]>;

function flatten(node: unknown, out: Fields): Fields {
  for (const [key, value] of Object.entries(node as Record<string, unknown>))
    for (const item of [value].flat()) {
      const name = key.replace(/^(mysql|mariadb)\.(server_language|charset)$/, '$2');
      if (typeof item === 'object') flatten(item, out);
      else if (compared.has(name)) {
        const plain = /^0x[0-9a-f]+$/.test(String(item)) ? String(Number(item)) : String(item);
        out[name] = name in out ? `${out[name]}|${plain}` : plain;
      }
    }
  return out;
}

/** One row per mysql layer, in the order of the capture. */
function takeRows(recording: URL): Row[] {
  const ports = [13406, 13409, 16033].flatMap((port) => ['-d', `tcp.port==${port},mysql`]);
  const args = ['-r', recording.pathname, ...ports, '-Y', 'mysql', '-T', 'json', '--no-duplicate-keys'];
  const json = execFileSync('tshark', args, { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  const frames = JSON.parse(json.toString()) as { _source: { layers: Record<string, unknown> } }[];
  return frames.flatMap(({ _source: { layers } }) => {
    const frame = Number((layers['frame'] as Fields)['frame.number']);
    return [layers['mysql']].flat().map((layer) => [frame, flatten(layer, {})] as const);
  });
}

function ourPackets(recording: URL): Map<number, LabelledPacket[]> {
  const byFrame = new Map<number, LabelledPacket[]>();
  for (const connection of reassemble(readCapture(readFileSync(recording)).frames).connections) {
    const conversation = new Conversation();
    for (const event of connection.events) {
      if (event.kind !== 'data') continue;
      const push = event.from === 'client' ? conversation.fromClient : conversation.fromServer;
      const packets = push.call(conversation, event.bytes, event.frame);
      if (packets.length > 0) byFrame.set(event.frame, packets);
    }
  }
  return byFrame;
}

/** tshark writes U+FFFD for what is not ASCII. */
const ascii = (text: string): string => text.replace(/[^\x00-\x7f]/g, '?');

function differences(packet: LabelledPacket, row: Fields | undefined): string[] {
  if (!row) return ['no row'];
  const claim = claims[packet.name];
  const ours = claim ? claim(packet.value ?? {}) : { 'mysql.command': isCommand(packet) ? String(packet.payload[0]) : undefined };
  const keys = claim ? new Set([...Object.keys(ours), ...Object.keys(row)]) : Object.keys(ours);
  return [...keys]
    .filter((key) => ascii(ours[key as keyof typeof ours] ?? '') !== ascii(row[key] ?? ''))
    .map((key) => `${key}: ${ours[key as keyof typeof ours]} here, ${row[key]} in tshark`);
}
const isCommand = (packet: LabelledPacket): boolean => packet.name.startsWith('COM_');

const installed = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
const found = installed.status === 0 ? (/TShark \(Wireshark\) ([\d.]+)/.exec(installed.stdout)?.[1] ?? 'unknown') : 'none';

describe('agreement with tshark', () => {
  test('there is something to compare', () => {
    expect(Object.keys(taken).sort()).toEqual(recordings.map(([name]) => name).sort());
    expect(Object.values(taken).flat().length).toBe(1507);
    expect(compared.size).toBeGreaterThan(45);
  });

  test.each(recordings)('%s', (name, url) => {
    const rows = new Map<number, Fields[]>();
    for (const [frame, fields] of taken[name] as Row[]) rows.set(frame, [...(rows.get(frame) ?? []), fields]);
    const wrong: string[] = [];
    for (const [frame, packets] of ourPackets(url)) {
      const theirs = rows.get(frame) ?? [];
      rows.delete(frame);
      const opaque = packets.some((packet) => packet.sequenceId === undefined);
      if (!opaque) expect(theirs.length, `frame ${frame}: ${packets.map((p) => p.name)}`).toBe(packets.length);
      for (const [i, packet] of packets.entries()) {
        const excuse = tsharkErrs(packet);
        const found = differences(packet, theirs[i]);
        // An excuse that is not needed is as wrong as a difference without one. (Of compressed packets some agree by chance.)
        if (found.length > 0 !== (excuse !== undefined) && packet.name !== 'compressed packets')
          wrong.push(`frame ${frame} ${packet.name}: ${found.join('; ') || `agrees, though tshark "${excuse}"`}`);
      }
    }
    expect(wrong).toEqual([]);
    expect([...rows.keys()], 'frames that only tshark decodes').toEqual([]);
  });

  const live = ['mariadb-10.11.19-handshake-variants', 'mysql-9.7.4-clients'];
  const reason = found === VERSION ? '' : ` (skipped: tshark ${VERSION} gave the expectation, here is ${found})`;
  test.skipIf(found !== VERSION).each(live)(`tshark reads %s as it did${reason}`, (name) => {
    const url = recordings.find(([known]) => known === name)?.[1] as URL;
    expect(takeRows(url)).toEqual(taken[name]);
  });
});
