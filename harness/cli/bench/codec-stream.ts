import { Duplex } from 'node:stream';
import { flags } from '../../codec/capability.ts';
import { columnType } from '../../codec/column-type.ts';
import { frame, join, PacketReader } from '../../codec/frame.ts';
import { binaryRow, capabilityHalves, messages, textRow } from '../../codec/messages/index.ts';

/** One resultset of many rows in both protocols, and a server's half of a connection that answers with it: no socket, no server. */
const UNDER = { capabilities: flags('PROTOCOL_41') };
const OFFERED = flags('LONG_PASSWORD', 'LONG_FLAG', 'CONNECT_WITH_DB', 'PROTOCOL_41', 'TRANSACTIONS', 'SECURE_CONNECTION', 'PLUGIN_AUTH');
const UTF8 = 45;
const columns = [
  { name: 'id', type: columnType.LONG, characterSet: 63, columnLength: 11 },
  { name: 'total', type: columnType.LONGLONG, characterSet: 63, columnLength: 20 },
  { name: 'price', type: columnType.DOUBLE, characterSet: 63, columnLength: 22, decimals: 31 },
  { name: 'name', type: columnType.VAR_STRING, characterSet: UTF8, columnLength: 240 },
  { name: 'note', type: columnType.VAR_STRING, characterSet: UTF8, columnLength: 240 },
];

export type Form = 'text' | 'binary';
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function row(form: Form, n: number): Uint8Array {
  const values = [String(n), String(n * 1000), String(n / 4), `customer number ${n}`];
  if (form === 'text') return textRow(columns.length).encode({ values: [...values, null] }, UNDER);
  const numbers = new DataView(new ArrayBuffer(20));
  numbers.setInt32(0, n, true);
  numbers.setBigInt64(4, BigInt(n * 1000), true);
  numbers.setFloat64(12, n / 4, true);
  const number = (from: number, to: number): Uint8Array => new Uint8Array(numbers.buffer, from, to - from);
  return binaryRow(columns).encode({ values: [number(0, 4), number(4, 12), number(12, 20), bytesOf(values[3] as string), null] }, UNDER);
}

const eof = messages.EOF.encode({ statusFlags: 2 }, UNDER);
const definitions = columns.map((column) => messages.ColumnDefinition41.encode(column, UNDER));
const framed = (payloads: readonly Uint8Array[]): Uint8Array =>
  join(payloads.map((payload, i) => frame(payload, { sequenceId: (i + 1) & 0xff })));

export function answerOf(form: Form, rows: number): Uint8Array {
  const all = Array.from({ length: rows }, (_, n) => row(form, n));
  return framed([Uint8Array.of(columns.length), ...definitions, eof, ...all, eof]);
}

export const greeting = frame(
  messages.HandshakeV10.encode(
    { ...capabilityHalves(OFFERED), serverVersion: '8.0.36', characterSet: UTF8, statusFlags: 2, authPluginName: 'mysql_native_password' },
    UNDER,
  ),
);
export const prepared = framed([
  messages.StmtPrepareOK.encode({ statementId: 1, columns: columns.length, parameters: 0 }, UNDER),
  ...definitions,
  eof,
]);
export const ok = (sequenceId: number): Uint8Array => frame(messages.OK.encode({ statusFlags: 2 }, UNDER), { sequenceId });
/** What our own reader is told of the client that logs in. */
export const response = frame(messages.HandshakeResponse41.encode({ user: 'u' }, { capabilities: OFFERED & ~flags('CONNECT_WITH_DB') }), {
  sequenceId: 1,
});

/** Bytes between two reads, as of a socket. */
const CHUNK = 65_536;
export function chunksOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, i) => bytes.subarray(i * CHUNK, (i + 1) * CHUNK));
}

const COM_QUIT = 0x01;
const COM_STMT_PREPARE = 0x16;
const COM_STMT_EXECUTE = 0x17;
/** The statement that is answered by the rows. */
export const ROWS = 'SELECT rows';

/** The server as a stream that a client library takes for its socket. Whatever it is asked besides, it answers OK. */
export function serverStream(answers: Readonly<Record<Form, Uint8Array>>): Duplex {
  const reader = new PacketReader();
  let loggedIn = false;
  const answer = (payload: Uint8Array): Uint8Array => {
    if (!loggedIn) {
      loggedIn = true;
      return ok(2);
    }
    if (payload[0] === COM_STMT_PREPARE) return prepared;
    if (payload[0] === COM_STMT_EXECUTE) return answers.binary;
    return Buffer.from(payload).includes(ROWS) ? answers.text : ok(1);
  };
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Uint8Array, _encoding, done) {
      // In a turn of its own, as from a socket.
      setImmediate(() => {
        for (const { payload } of reader.push(Uint8Array.from(chunk))) {
          if (loggedIn && payload[0] === COM_QUIT) stream.push(null);
          else for (const part of chunksOf(answer(payload))) stream.push(part);
        }
        done();
      });
    },
  });
  // What both libraries ask of a socket.
  for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) Object.assign(stream, { [name]: () => stream });
  setImmediate(() => stream.push(greeting));
  return stream;
}
