import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Conversation, type LabelledPacket } from '../../codec/conversation.ts';
import { frame } from '../../codec/frame.ts';
import { messages } from '../../codec/messages/index.ts';
import { answerOf, chunksOf, type Form, greeting, ok, prepared, ROWS, response, serverStream } from './codec-stream.ts';

/** How a library reads the answer once: the number of rows that it has read, every value of them. */
export type Read = (form: Form) => Promise<number>;

export function answersOf(rows: number): Readonly<Record<Form, Uint8Array>> {
  return { text: answerOf('text', rows), binary: answerOf('binary', rows) };
}

/** The codec, as inspect and replay use it: both directions are followed, and each value is looked at. */
export function ours(answers: Readonly<Record<Form, Uint8Array>>): Read {
  const none = { capabilities: 0 };
  return async (form) => {
    const conversation = new Conversation();
    conversation.fromServer(greeting);
    conversation.fromClient(response);
    conversation.fromServer(ok(2));
    if (form === 'text') conversation.fromClient(frame(messages.COM_QUERY.encode({ query: ROWS }, none)));
    else {
      conversation.fromClient(frame(messages.COM_STMT_PREPARE.encode({ query: ROWS }, none)));
      conversation.fromServer(prepared);
      const execute = messages.COM_STMT_EXECUTE.encode({ statementId: 1 }, { ...none, statement: { parameters: 0 } });
      conversation.fromClient(frame(execute));
    }
    let rows = 0;
    const look = ({ name, value, problem }: LabelledPacket): void => {
      if (problem !== undefined) throw new Error(`${name}: ${problem}`);
      if (value && name.endsWith('Row')) rows++;
    };
    for (const chunk of chunksOf(answers[form])) conversation.fromServer(chunk).forEach(look);
    return rows;
  };
}

export async function mysql2(answers: Readonly<Record<Form, Uint8Array>>): Promise<Read> {
  const { createConnection } = await import('mysql2');
  const connection = createConnection({ stream: serverStream(answers), user: 'u', password: '' } as never);
  return (form) =>
    new Promise((done, failed) => {
      const told = (error: unknown, rows: unknown): void => (error ? failed(error) : done((rows as unknown[]).length));
      if (form === 'text') connection.query(ROWS, told);
      else connection.execute(ROWS, told);
    });
}

export async function mariadb(answers: Readonly<Record<Form, Uint8Array>>): Promise<Read> {
  const { createConnection } = await import('mariadb');
  const stream = (done: (error: unknown, socket: unknown) => void): void => done(undefined, serverStream(answers));
  const connection = await createConnection({ stream, user: 'u', password: '' } as never);
  return async (form) => ((form === 'text' ? await connection.query(ROWS) : await connection.execute(ROWS)) as unknown[]).length;
}

/** Makes the packet of a statement; its length. */
export type Write = (sql: string) => number;

export const oursWrites: Write = (query) => frame(messages.COM_QUERY.encode({ query }, { capabilities: 0 })).length;

const require = createRequire(import.meta.url);

/** What the library calls before it writes to its socket; no part of its interface. */
export function mysql2Writes(): Write {
  const Query = require(join(dirname(require.resolve('mysql2/package.json')), 'lib/packets/query.js')) as new (
    sql: string,
    charset: number,
  ) => { toPacket(): { writeHeader(id: number): void; buffer: Uint8Array } };
  return (sql) => {
    const packet = new Query(sql, 45).toPacket();
    packet.writeHeader(0);
    return packet.buffer.length;
  };
}

export async function mariadbWrites(): Promise<Write> {
  const file = new URL('lib/io/packet-output-stream.js', import.meta.resolve('mariadb')).href;
  const { default: Output } = (await import(file)) as { default: new (options: unknown, info: unknown) => MariadbOutput };
  const out = new Output({ on: () => undefined, emit: () => undefined }, {});
  let written = 0;
  out.setStream({ writeBuf: (bytes) => (written = bytes.length), flush: () => undefined });
  return (sql) => {
    out.startPacket({ sequence: { sequenceNo: -1 }, compressSequence: {} });
    out.writeInt8(0x03);
    out.writeString(sql);
    out.flush();
    return written;
  };
}

interface MariadbOutput {
  setStream(stream: { writeBuf(bytes: Uint8Array): void; flush(): void }): void;
  startPacket(command: unknown): void;
  writeInt8(byte: number): void;
  writeString(text: string): void;
  flush(): void;
}
