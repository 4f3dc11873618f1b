/** A bare client that asks by COM_QUERY, and what it reads in the answer: for the tables of shows of several topics. */
import { Buffer } from 'node:buffer';
import { type BareClient, query, response41, SILENCE_MS, z } from './bare-client.ts';
import { check, F, native, on, type Shows } from './shows.ts';

/** Logs in with these flags and the database mywire. */
export async function enter(c: BareClient, flags = F): Promise<void> {
  await c.next();
  c.send(
    response41(
      (flags | 0x8) >>> 0,
      `${check}00${z('mywire')}${(flags & 0x80000) === 0 ? '' : native}${(flags & 0x100000) === 0 ? '' : '00'}`,
    ),
  );
  await c.next();
}

/** Sends a statement, or any packet, and reads its whole answer, each packet as `sequenceId:hex`. */
export async function say(c: BareClient, statement: string | Uint8Array): Promise<string[]> {
  c.send(typeof statement === 'string' ? query(statement) : statement);
  return c.answer(SILENCE_MS / 4);
}

type Statements = string | Uint8Array | readonly (string | Uint8Array)[];

/** The answer to the last of these statements. */
export const asks = (
  statements: Statements,
  shows: (packets: readonly string[], c: BareClient) => boolean | Promise<boolean>,
  flags = F,
): Shows =>
  on(async (c) => {
    await enter(c, flags);
    let last: readonly string[] = [];
    for (const one of typeof statements === 'string' || statements instanceof Uint8Array ? [statements] : statements)
      last = await say(c, one);
    return shows(last, c);
  });

/** -1 past the end. */
const u16 = (bytes: Buffer, at: number): number => (bytes.length < at + 2 ? -1 : bytes.readUInt16LE(at));

/** The payload of a packet of `say`. */
export const payload = (packet: string | undefined): Buffer => Buffer.from(packet?.split(':')[1] ?? '', 'hex');
export const sequenceId = (packet: string | undefined): number => Number(packet?.split(':')[0]);
export const isErr = (packet: string | undefined, errorCode: number): boolean =>
  payload(packet)[0] === 0xff && u16(payload(packet), 1) === errorCode;

/** The status flags of an EOF, or of an OK whose counts take a byte each. */
export function statusOf(packet: string | undefined): number {
  const bytes = payload(packet);
  return u16(bytes, 3);
}
export const affectedRows = (packet: string | undefined): number => payload(packet)[1] ?? -1;
export const lastInsertId = (packet: string | undefined): number => payload(packet)[2] ?? -1;
export const warnings = (packet: string | undefined): number => {
  const bytes = payload(packet);
  return u16(bytes, bytes.length === 5 ? 1 : 5);
};
/** What an OK has behind its warnings. */
export const rest = (packet: string | undefined): string => payload(packet).subarray(7).toString('latin1');

export interface Definition {
  /** catalog, schema, table, original table, name, original name */
  readonly names: readonly string[];
  readonly characterSet: number;
  readonly columnLength: number;
  readonly type: number;
  readonly flags: number;
  readonly decimals: number;
  readonly filler: number;
}

/** A column definition, by hand. */
export function definition(packet: string | undefined): Definition {
  const bytes = payload(packet);
  const names: string[] = [];
  let at = 0;
  for (let n = 0; n < 6; n++) {
    const length = bytes[at] ?? 0;
    names.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return {
    names,
    characterSet: u16(bytes, at + 1),
    columnLength: u16(bytes, at + 3) + 0x10000 * u16(bytes, at + 5),
    type: bytes[at + 7] ?? -1,
    flags: u16(bytes, at + 8),
    decimals: bytes[at + 10] ?? -1,
    filler: u16(bytes, at + 11),
  };
}

/** The definition of the one column of this statement's answer. */
export const column = (statement: Statements, shows: (one: Definition) => boolean, flags = F): Shows =>
  asks(statement, ([, one]) => one !== undefined && shows(definition(one)), flags);
/** The first row of one column, its length prefix and all, in latin1. */
export const row = (statement: Statements, shows: (bytes: string) => boolean): Shows =>
  asks(statement, ([, , , one]) => shows(payload(one).toString('latin1')));
