import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { reassemble } from '../pcap/reassemble.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { binaryValue, binaryValueText } from './binary-text.ts';
import { columnType, columnTypeName } from './column-type.ts';
import { Conversation, type LabelledPacket } from './conversation.ts';
import { CodecError } from './error.ts';
import { type Context, type Message, rawFields } from './message.ts';
import { messages } from './messages/index.ts';
import type { ResultColumn } from './result-column.ts';
import { sessionState, sessionStateBlock, sessionStateTypes } from './session-state.ts';

/** Real bytes: every recording of pcaps/ and of recordings/, through the whole codec. */
const folders = [new URL('../../pcaps/', import.meta.url), new URL('./recordings/', import.meta.url)];
const connections = new Map<string, readonly TcpConnection[]>();
for (const folder of folders)
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.pcap')))
    connections.set(file.replace('.pcap', ''), reassemble(readCapture(readFileSync(new URL(file, folder))).frames).connections);

/** `cut` turns the bytes of one segment into the chunks that are pushed. */
function converse(connection: TcpConnection, cut = (bytes: Uint8Array): Uint8Array[] => [bytes]): LabelledPacket[] {
  const conversation = new Conversation();
  const packets: LabelledPacket[] = [];
  for (const event of connection.events) {
    if (event.kind !== 'data') continue;
    for (const chunk of cut(event.bytes))
      packets.push(
        ...(event.from === 'client' ? conversation.fromClient(chunk, event.frame) : conversation.fromServer(chunk, event.frame)),
      );
  }
  return [...packets, ...conversation.finish()];
}

const line = (packets: readonly LabelledPacket[]): string =>
  packets
    .map(
      (p) =>
        `${p.from === 'client' ? 'C' : 'S'} ${p.name}${p.sequenceId === undefined ? '' : ` ${p.sequenceId}`}${p.early ? ' early' : ''}`,
    )
    .join(', ');

const everything = [...connections].flatMap(([recording, list]) =>
  list.flatMap((connection) => converse(connection).map((packet) => ({ recording, connection: connection.id, packet }))),
);
const decoded = everything.filter(
  (entry): entry is typeof entry & { packet: { message: Message; context: Context; value: Record<string, unknown> } } =>
    entry.packet.value !== undefined,
);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('every packet of every recording', () => {
  test('there are as many as tshark and tcpdump count', () => {
    expect(connections.size).toBe(31);
    // Those of tshark.test.ts are 3027 mysql layers, 13 of which are compressed bytes; and tshark sees none in a PROXY header's connection.
    const plain = everything.filter(
      ({ recording, packet }) => packet.sequenceId !== undefined && !packet.carrier && !recording.endsWith('-compressed'),
    );
    const notAsked = /-proxy-header$|-before-41$|^mariadb-10\.11\.19-commands$/;
    const compared = plain.filter(({ recording }) => !notAsked.test(recording));
    expect(compared.length).toBe(3014);
    expect(plain.length).toBe(3787 + 47);
    expect(new Set(decoded.map(({ packet }) => packet.message.name)).size).toBeGreaterThan(20);
  });

  test('holds nothing that no field claims, and is nowhere wrong but where the client was', () => {
    const problems = everything.flatMap(({ recording, connection, packet }) =>
      packet.problem ? [`${recording} ${connection} ${packet.name}: ${packet.problem}`] : [],
    );
    const variants = ['mariadb-10.11.19', 'mysql-9.7.4', 'proxysql-2.0.17', 'proxysql-2.0.18', 'proxysql-2.7.1'];
    const faults = variants.flatMap((server) => [
      `${server}-handshake-variants 0 COM_QUIT: a command where HandshakeResponse was due`,
      `${server}-handshake-variants 1 COM_QUIT: a command where HandshakeResponse was due`,
      `${server}-handshake-variants 11 empty packet: an empty packet where HandshakeResponse was due`,
      `${server}-handshake-variants 12 HandshakeResponse41: sequence id 5, expected 1`,
    ]);
    expect(problems.sort()).toEqual(faults.sort());
  });

  test('is of every message but those that no server of today sends, or none of ours', () => {
    const missing = Object.keys(messages).filter((name) => !decoded.some(({ packet }) => packet.message.name === name));
    expect(missing).toEqual(['HandshakeV9', 'OldAuthSwitchRequest', 'AuthNextFactor']);
    expect(decoded.some(({ packet }) => packet.message.name === 'BinaryRow')).toBe(true);
  });

  test('every execution is read, but the one of a statement that had been closed', () => {
    const unread = decoded.filter(({ packet }) => (packet.value['undecoded'] as Uint8Array | undefined)?.length);
    expect(unread.map(({ recording, packet }) => `${recording} ${packet.at}`)).toEqual([
      'mariadb-10.11.19-commands 103',
      'mariadb-11.8.9-commands 101',
      'mysql-9.7.4-commands 102',
    ]);
  });

  test('session state is read and written again', () => {
    const seen = new Set<string | number>();
    for (const { packet } of decoded) {
      const block = packet.value['sessionState'] as Uint8Array | undefined;
      if (!block) continue;
      const changes = sessionState(block);
      for (const { type } of changes) seen.add(type);
      expect(hex(sessionStateBlock(changes))).toBe(hex(block));
    }
    expect([...seen].sort()).toEqual([...sessionStateTypes].sort());
  });

  test('fields give the same bytes again', () => {
    for (const { recording, connection, packet } of decoded)
      expect(hex(packet.message.encode(packet.value, packet.context)), `${recording} ${connection} ${packet.name}`).toBe(
        hex(packet.payload),
      );
  });

  test('the bytes of the spans, written raw, give the same bytes again', () => {
    for (const { packet } of decoded) {
      const raw = rawFields(packet.payload, { spans: packet.spans ?? [] });
      expect(hex(packet.message.encode({}, packet.context, raw)), packet.name).toBe(hex(packet.payload));
    }
  });

  test('spans stand in order, touch, and end with the payload; parts lie inside their field', () => {
    for (const { packet } of decoded) {
      let off = 0;
      for (const span of packet.spans ?? []) {
        expect(span.off, `${packet.name}.${span.field}`).toBe(off);
        let inner = off;
        for (const part of span.parts ?? []) {
          expect(part.off, `${packet.name}.${span.field}.${part.field}`).toBe(inner);
          inner += part.len;
        }
        off += span.len;
        if (span.parts) expect(inner, `${packet.name}.${span.field}`).toBe(off);
      }
      expect(off, packet.name).toBe(packet.payload.length);
    }
  });

  test('cut short anywhere, it is a CodecError or a shorter message, and never anything else', () => {
    const seen = new Set<string>();
    const wrong: string[] = [];
    let errors = 0;
    for (const { packet } of decoded) {
      const key = `${packet.name}${packet.context.capabilities}${hex(packet.payload)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      for (let end = 0; end < packet.payload.length; end++) {
        const short = packet.payload.subarray(0, end);
        // Some 200 000 times, where expect() is slow.
        try {
          const { value, left } = packet.message.decode(short, packet.context);
          if (left !== 0 || Object.keys(value).length !== Object.keys(packet.message.fields).length) wrong.push(`${packet.name} at ${end}`);
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
          if (!/^CODEC_(TRUNCATED|UNTERMINATED)$/.test(error.code) || error.offset > end)
            wrong.push(`${packet.name} at ${end}: ${error.message}`);
          errors++;
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(errors).toBeGreaterThan(5000);
  });

  test('byte by byte it is the same conversation', () => {
    const plain = (packets: readonly LabelledPacket[]): string[] =>
      packets
        .filter((packet) => packet.sequenceId !== undefined)
        .map(({ from, name, sequenceId, payload, offset, at, early, problem }) =>
          [from, name, sequenceId, hex(payload), offset, at, early, problem].join(' '),
        );
    const bytes = (chunk: Uint8Array): Uint8Array[] => Array.from(chunk, (byte) => Uint8Array.of(byte));
    const opaque = (packets: readonly LabelledPacket[]): string[] => {
      const runs = new Map<string, string>();
      for (const p of packets)
        if (p.sequenceId === undefined) runs.set(`${p.from} ${p.name}`, (runs.get(`${p.from} ${p.name}`) ?? '') + hex(p.payload));
      return [...runs].map(([who, data]) => `${who} ${data}`);
    };
    for (const [, list] of connections)
      for (const connection of list) {
        const [whole, cut] = [converse(connection), converse(connection, bytes)];
        expect(plain(cut)).toEqual(plain(whole));
        expect(opaque(cut)).toEqual(opaque(whole));
      }
  });
});

/** The same statement was asked by COM_QUERY and prepared: the text rows say what the binary values are. */
describe('binary values', () => {
  type Rows = { readonly columns: readonly ResultColumn[]; readonly binary: (Uint8Array | null)[][]; readonly text: (string | null)[][] };
  const asked = (recording: string): Rows[] => {
    const prepared = new Map<string, string>();
    const text = new Map<string, (string | null)[][]>();
    const binary = new Map<LabelledPacket, { readonly query: string; readonly rows: LabelledPacket[] }>();
    for (const { connection, packet } of everything.filter((entry) => entry.recording === recording)) {
      const { answers, name, value } = packet;
      if (!answers || !value) continue;
      const query = `${connection} ${answers.value?.['query']}`;
      const statement = prepared.get(`${connection} ${answers.value?.['statementId']}`);
      if (name === 'StmtPrepareOK') prepared.set(`${connection} ${value['statementId']}`, query);
      if (name === 'TextRow') text.set(query, [...(text.get(query) ?? []), value['values'] as (string | null)[]]);
      if (name === 'BinaryRow' && statement) {
        const { rows } = binary.get(answers) ?? { rows: [] };
        binary.set(answers, { query: statement, rows: [...rows, packet] });
      }
    }
    return [...binary.values()].flatMap(({ query, rows }) => {
      const found = text.get(query);
      if (found?.length !== rows.length) return [];
      const columns = rows[0]?.columns ?? [];
      return [{ columns, binary: rows.map((row) => row.value?.['values'] as (Uint8Array | null)[]), text: found }];
    });
  };
  test.each(['mysql-9.7.4-commands', 'mariadb-11.8.9-commands', 'mariadb-10.11.19-commands'])(
    'are what the text protocol prints, in %s',
    (recording) => {
      const types = new Set<number>();
      let compared = 0;
      for (const { columns, binary, text } of asked(recording))
        for (const [i, row] of binary.entries())
          for (const [j, value] of row.entries()) {
            const column = columns[j] as ResultColumn;
            const printed = text[i]?.[j];
            const where = `${column.name} (${columnTypeName(column.type)}) of row ${i}`;
            expect(value === null ? null : binaryValueText(column, value), where).toBe(printed);
            types.add(column.type);
            compared++;
            if (value !== null && printed != null && exact(column)) expect(hex(binaryValue(column, printed)), where).toBe(hex(value));
          }
      expect(compared).toBeGreaterThan(250);
      expect(types.size).toBeGreaterThan(18);
    },
  );
  /** The text of a FLOAT has fewer digits than the value; that of a type without decimals none behind the point. */
  const exact = ({ type }: ResultColumn): boolean => type !== columnType.FLOAT;
});

/** What each server does in the 15 connections of *-handshake-variants, read from the bytes by hand (and in facts.md 4). */
describe('the handshake variants', () => {
  const greeting = 'S HandshakeV10 0';
  const response = 'C HandshakeResponse41 1';
  const old = 'C HandshakeResponse320 1';
  const quit = 'C COM_QUIT 0';
  const pipelined = `${greeting}, ${response}, C COM_QUERY 0, C COM_PING 0, ${quit}`;
  const resultset = 'S ColumnCount 1, S ColumnDefinition41 2, S EOF 3, S TextRow 4, S EOF 5';

  test('MariaDB 10.11', () => {
    expect((connections.get('mariadb-10.11.19-handshake-variants') ?? []).map((c) => line(converse(c)))).toEqual([
      `${quit} early, ${greeting}, S ERR 1`,
      `${greeting}, ${quit}, S ERR 1`,
      `${response} early, ${quit} early, ${greeting}, S OK 2`,
      `${greeting}, ${response}, S OK 2`,
      `${greeting}, ${response}, S OK 2, ${quit}`,
      `${greeting}, ${response}, ${quit}, S OK 2`,
      `${old} early, ${quit} early, ${greeting}, S OK 2`,
      `${greeting}, ${old}, S OK 2`,
      `${greeting}, ${old}, S OK 2, ${quit}`,
      `${greeting}, ${response}, C COM_PING 0, S OK 2, S OK 1`,
      `${pipelined}, S OK 2, ${resultset}, S OK 1`,
      `${greeting}, C empty packet 0, S ERR 1`,
      `${greeting}, C HandshakeResponse41 5, S ERR 1`,
      `C HTTP request early, ${greeting}, S ERR 1`,
      greeting,
    ]);
  });

  test('MySQL 9.7', () => {
    expect((connections.get('mysql-9.7.4-handshake-variants') ?? []).map((c) => line(converse(c)))).toEqual([
      `${quit} early, ${greeting}, S ERR 1`,
      `${greeting}, ${quit}, S ERR 1`,
      `${response} early, ${quit} early, ${greeting}, S ERR 2`,
      `${greeting}, ${response}, S ERR 2`,
      `${greeting}, ${response}, S ERR 2, ${quit}`,
      `${greeting}, ${response}, ${quit}, S ERR 2`,
      `${old} early, ${quit} early, ${greeting}, S ERR 2`,
      `${greeting}, ${old}, S ERR 2`,
      `${greeting}, ${old}, S ERR 2, ${quit}`,
      `${greeting}, ${response}, C COM_PING 0, S ERR 2`,
      `${pipelined}, S ERR 2`,
      `${greeting}, C empty packet 0, S ERR 1`,
      `${greeting}, C HandshakeResponse41 5, S ERR 1`,
      `C HTTP request early, ${greeting}, S ERR 1`,
      `${greeting}, S ERR 1`,
    ]);
  });

  test('ProxySQL 2.0.17 drops early data and pipelined commands, 2.0.18 and 2.7.1 only the commands', () => {
    const same = [
      `${greeting}, ${quit}`,
      `${greeting}, ${response}, S OK 2`,
      `${greeting}, ${response}, S OK 2, ${quit}`,
      `${greeting}, ${response}, ${quit}, S OK 2`,
      `${greeting}, ${old}`,
      `${greeting}, ${old}, ${quit}`,
      `${greeting}, ${response}, C COM_PING 0, S OK 2, S OK 1`,
      `${pipelined}, S OK 2`,
      `${greeting}, C empty packet 0`,
    ];
    const last = [`C HTTP request early, ${greeting}`, greeting];
    const lines = (version: string): string[] =>
      (connections.get(`proxysql-${version}-handshake-variants`) ?? []).map((c) => line(converse(c)));
    const [one, two, three, four, five, six, seven, eight, nine] = same;
    const early = [`${quit} early`, `${response} early, ${quit} early`, `${old} early, ${quit} early`];
    const common = (greets: string, sequenceId: number): (string | undefined)[] => [
      early[0] + greets,
      one,
      early[1] + (greets && `${greets}, S OK 2`),
      two,
      three,
      four,
      early[2] + greets,
      five,
      six,
      seven,
      eight,
      nine,
      `${greeting}, C HandshakeResponse41 5, S OK ${sequenceId}`,
      ...last,
    ];
    expect(lines('2.0.17')).toEqual(common('', 2));
    expect(lines('2.0.18')).toEqual(common(`, ${greeting}`, 2));
    expect(lines('2.7.1')).toEqual(common(`, ${greeting}`, 6));
  });

  test('each answer belongs to the command that it answers', () => {
    const packets = converse((connections.get('mariadb-10.11.19-handshake-variants') ?? [])[10] as TcpConnection);
    const answers = packets.flatMap((p) => (p.answers ? [`${p.name} to ${p.answers.name}`] : []));
    expect(answers).toEqual([
      'OK to HandshakeResponse41',
      ...['ColumnCount', 'ColumnDefinition41', 'EOF', 'TextRow', 'EOF'].map((name) => `${name} to COM_QUERY`),
      'OK to COM_PING',
    ]);
  });
});

describe("HAProxy's checks", () => {
  const tally = (recording: string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const connection of connections.get(recording) ?? []) {
      const key = line(converse(connection));
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  };
  const post41 = 'C HandshakeResponse41 1 early, C COM_QUIT 0 early';
  const pre41 = 'C HandshakeResponse320 1 early, C COM_QUIT 0 early';
  test.each([
    [
      'mariadb-10.11.19',
      { 'S HandshakeV10 0': 8 },
      { [`${post41}, S HandshakeV10 0, S OK 2`]: 8 },
      { [`${pre41}, S HandshakeV10 0, S OK 2`]: 8 },
    ],
    [
      'mysql-9.7.4',
      { 'S HandshakeV10 0, S ERR 1': 8 },
      { [`${post41}, S HandshakeV10 0, S ERR 2`]: 8 },
      { [`${pre41}, S HandshakeV10 0, S ERR 2`]: 8 },
    ],
    [
      'proxysql-2.0.17',
      { 'S HandshakeV10 0': 8 },
      { [`${post41}, S HandshakeV10 0, S OK 2`]: 2, [post41]: 6 },
      { [`${pre41}, S HandshakeV10 0`]: 4, [pre41]: 4 },
    ],
    ['proxysql-2.0.18', { 'S HandshakeV10 0': 8 }, { [`${post41}, S HandshakeV10 0, S OK 2`]: 8 }, { [`${pre41}, S HandshakeV10 0`]: 8 }],
    ['proxysql-2.7.1', { 'S HandshakeV10 0': 8 }, { [`${post41}, S HandshakeV10 0, S OK 2`]: 8 }, { [`${pre41}, S HandshakeV10 0`]: 8 }],
  ])('%s', (server, plain, checks41, checks320) => {
    expect(tally(`${server}-haproxy-2.6.12-plain`)).toEqual(plain);
    expect(tally(`${server}-haproxy-2.6.12-post41`)).toEqual(checks41);
    expect(tally(`${server}-haproxy-2.6.12-pre41`)).toEqual(checks320);
  });
});
