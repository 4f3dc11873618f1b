/** What a defect shows to a bare client, in the words of the tables of defects.test.ts: one table per topic, joined there. */
import { Buffer } from 'node:buffer';
import { type BareClient, response41, SILENCE_MS, z } from './bare-client.ts';

/** Does the server behind `dial` do what the title of the defect says? */
export type Shows = (dial: (from?: string) => BareClient) => Promise<boolean>;
/** The same over the first connection. */
export type Look = (c: BareClient) => Promise<boolean>;

export const on =
  (look: Look): Shows =>
  (dial) =>
    look(dial());

/** PROTOCOL_41, SECURE_CONNECTION; and one more each. */
export const F = 0x8200;
export const DB = 0x8208;
export const PLUGIN = 0x88200;
export const ATTRS = 0x188200;
export const LENENC = 0x208200;
export const DEPRECATE_EOF = 0x1008200;
export const check = z('haproxy_check');
export const native = z('mysql_native_password');
export const OK = '00000002000000';

/** The greeting in hex, where it is read apart from its header. */
export const greeting = (shows: (payload: Buffer, c: BareClient) => boolean | Promise<boolean>): Shows =>
  on(async (c) => {
    const first = await c.next(SILENCE_MS);
    return shows(first?.payload ?? Buffer.alloc(0), c);
  });
/** Offset behind the NUL of the version. */
export const behindVersion = (payload: Buffer): number => payload.indexOf(0) + 1;
export const field = (payload: Buffer, off: number, length: number): string =>
  payload.subarray(behindVersion(payload) + off, behindVersion(payload) + off + length).toString('hex');

/** What comes back for a first packet. */
export const answerTo = (
  bytes: Uint8Array,
  shows: (hexOfPayload: string | undefined, c: BareClient) => boolean | Promise<boolean>,
): Shows =>
  on(async (c) => {
    await c.next();
    c.send(bytes);
    const answer = await c.next();
    return shows(answer?.hex, c);
  });
export const code = (payload: string | undefined): number => (payload?.startsWith('ff') ? Buffer.from(payload, 'hex').readUInt16LE(1) : 0);
export const text = (payload: string | undefined): string => Buffer.from(payload ?? '', 'hex').toString('latin1');
export const gone = (payload: string | undefined): boolean => payload === undefined;
export const isOk = (payload: string | undefined): boolean => payload === OK;
export const refused = (payload: string | undefined): boolean => code(payload) !== 0;

/** Node may tell a RST behind data as an end: what matters here is that it is no FIN alone. */
export const reset = async (c: BareClient, limitMs?: number): Promise<boolean> => ['rst', 'fin+rst'].includes(await c.ending(limitMs));

/** The server stays silent with the connection open. */
export const hangs = (bytes: Uint8Array): Shows =>
  on(async (c) => {
    await c.next();
    c.send(bytes);
    return (await c.next(SILENCE_MS)) === undefined && (await c.ending(1)) === 'open';
  });

/** Everything that comes back for bytes sent behind a login. */
export const afterLogin = (bytes: Uint8Array, shows: (packets: string[], c: BareClient) => boolean | Promise<boolean>, flags = F): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(flags, `${check}00`));
    await c.next();
    c.send(bytes);
    return shows(await c.all(), c);
  });

/** What comes back for bytes that are sent before the greeting is read. */
export const early = (bytes: Uint8Array, shows: (packets: string[], c: BareClient) => boolean | Promise<boolean>): Shows =>
  on(async (c) => {
    c.send(bytes);
    return shows(await c.all(), c);
  });
