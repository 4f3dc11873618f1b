/** The session state block of an OK (mysql/page_protocol_basic_ok_packet, sesstate; mariadb/ok_packet#session-state-info). */
import { Reader, Writer } from './bytes.ts';
import { CodecError } from './error.ts';
import { latin1, text } from './field.ts';
import { readLenencBytes, writeLenencBytes } from './lenenc.ts';

/** SESSION_TRACK types by their number on the wire. */
export const sessionStateTypes = [
  'SYSTEM_VARIABLES',
  'SCHEMA',
  'STATE_CHANGE',
  'GTIDS',
  'TRANSACTION_CHARACTERISTICS',
  'TRANSACTION_STATE',
] as const;
export type SessionStateType = (typeof sessionStateTypes)[number];

/** One thing that has changed. */
export interface SessionStateChange {
  /** A number where the manual has no name for it. */
  readonly type: SessionStateType | number;
  /** Of a system variable. */
  readonly name?: string;
  /** A string<lenenc>; of an unknown type all bytes of the entry, and of STATE_CHANGE too: both servers send one '1' without a length. */
  readonly value: string;
  /** Of GTIDS, how they are written, where it is not 0 (text). */
  readonly encoding?: number;
  /** A variable in the entry of the one before it. Both servers give each its own entry; MariaDB's manual allows more. */
  readonly continued?: true;
}

/** The entries of a block; several variables in one entry come out one by one. Throws CodecError. */
export function sessionState(block: Uint8Array): SessionStateChange[] {
  const r = new Reader(block);
  const out: SessionStateChange[] = [];
  while (r.left > 0) {
    const number = r.uint(1);
    const data = new Reader(readLenencBytes(r));
    out.push(...changes(sessionStateTypes[number] ?? number, data));
    if (data.left > 0)
      throw new CodecError('CODEC_LEFT_OVER', r.off - data.left, `${data.left} bytes are left in an entry of session state`);
  }
  return out;
}

/** The inverse: one entry for each change that is not continued. */
export function sessionStateBlock(list: readonly SessionStateChange[]): Uint8Array {
  const block = new Writer();
  const entries: SessionStateChange[][] = [];
  for (const change of list)
    if (change.continued) entries.at(-1)?.push(change);
    else entries.push([change]);
  for (const entry of entries) {
    const data = new Writer();
    for (const change of entry) write(data, change);
    const [{ type }] = entry as [SessionStateChange];
    block.uint(1, typeof type === 'number' ? type : sessionStateTypes.indexOf(type));
    writeLenencBytes(block, data.done());
  }
  return block.done();
}

function changes(type: SessionStateChange['type'], data: Reader): SessionStateChange[] {
  const string = (): string => latin1(readLenencBytes(data));
  if (typeof type === 'number') return [{ type, value: latin1(data.rest()) }];
  if (type === 'SYSTEM_VARIABLES') {
    const list: SessionStateChange[] = [];
    while (data.left > 0) list.push({ type, name: string(), value: string(), ...(list.length > 0 ? { continued: true } : {}) });
    return list;
  }
  // The manuals have string<lenenc> here too; both servers send the bare digit: 02 01 31.
  if (type === 'STATE_CHANGE') return [{ type, value: latin1(data.rest()) }];
  const encoding = type === 'GTIDS' ? data.uint(1) : 0;
  return [{ type, value: string(), ...(encoding === 0 ? {} : { encoding }) }];
}

function write(data: Writer, { type, name, value, encoding }: SessionStateChange): void {
  const string = (one: string): void => writeLenencBytes(data, text(one, data));
  if (typeof type === 'number' || type === 'STATE_CHANGE') return data.raw(text(value, data));
  if (type === 'GTIDS') data.uint(1, encoding ?? 0);
  if (name !== undefined) string(name);
  string(value);
}
