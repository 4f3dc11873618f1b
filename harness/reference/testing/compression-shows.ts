import { Buffer } from 'node:buffer';
import { deflateSync, inflateSync } from 'node:zlib';
import type { compression } from '../defects/compression.ts';
import { type BareClient, PING, packet, QUIT, query, response41, SILENCE_MS, z } from './bare-client.ts';
import { check, F, native, OK, on, PLUGIN, type Shows } from './shows.ts';

const COMPRESS = 0x20;
const ZSTD = 0x4000000;

/** A compressed packet by hand; `says` is the length before compression, 0 for a body as it is. */
export function frame(body: Uint8Array, { sequenceId = 0, says = 0 } = {}): Buffer {
  const head = Buffer.alloc(7);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequenceId;
  head.writeUIntLE(says, 4, 3);
  return Buffer.concat([head, body]);
}
const packed = (body: Uint8Array): Buffer => frame(deflateSync(body), { says: body.length });
const ok = (frameSequenceId = 1, sequenceId = 1): string => frame(packet(OK, sequenceId), { sequenceId: frameSequenceId }).toString('hex');

/** Waits for what is still to come. */
async function settle(c: BareClient): Promise<void> {
  await c.heard(SILENCE_MS * 2);
  await c.ending(SILENCE_MS / 2);
}

/** Logs in with COMPRESS, or these flags; what comes back for these bytes, in hex. */
export const behindLogin = (
  bytes: readonly Uint8Array[],
  shows: (answer: string, c: BareClient) => boolean | Promise<boolean>,
  { flags = F | COMPRESS, tail = `${check}00` } = {},
): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(flags, tail));
    await c.next();
    c.send(...bytes);
    await settle(c);
    return shows(c.rest.toString('hex'), c);
  });
/** The sequence ids of the compressed packets in the answer, and what they announce. */
function framesIn(answer: string): { sequenceId: number; says: number; body: Buffer }[] {
  const bytes = Buffer.from(answer, 'hex');
  const out = [];
  for (let at = 0; at + 7 <= bytes.length; at += 7 + bytes.readUIntLE(at, 3))
    out.push({
      sequenceId: bytes[at + 3] as number,
      says: bytes.readUIntLE(at + 4, 3),
      body: bytes.subarray(at + 7, at + 7 + bytes.readUIntLE(at, 3)),
    });
  return out;
}
const ids = (answer: string): number[] => framesIn(answer).map(({ sequenceId }) => sequenceId);
const closed = async (answer: string, c: BareClient): Promise<boolean> => answer === '' && (await c.ending(1)) === 'fin';
const long = Buffer.from(query(`SELECT '${'a'.repeat(60)}'`));
const repeat = (n: number): Buffer => frame(query(`SELECT REPEAT('x', ${n})`));
const manyRows = frame(
  query("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT REPEAT('x', 500) FROM n"),
);
const zstdLogin = (level: string, flags = F | PLUGIN | ZSTD): { flags: number; tail: string } => ({
  flags,
  tail: `${check}00${native}${level}`,
});
const takesLevel = (level: string): Shows =>
  on(async (c) => {
    await c.next();
    const { flags, tail } = zstdLogin(level);
    c.send(response41(flags, tail));
    return (await c.next())?.hex === OK;
  });

type Name = keyof typeof compression;
/** A block of a zstd frame: its bytes as they are, or one byte that repeats (RFC 8878). */
function zstdBlock(body: Uint8Array, { repeats = 0, last = false } = {}): Buffer {
  const head = Buffer.alloc(3);
  head.writeUIntLE(((repeats || body.length) << 3) | (repeats > 0 ? 2 : 0) | (last ? 1 : 0), 0, 3);
  return Buffer.concat([head, body]);
}
/** SELECT LENGTH of 70 000 letters. */
const LETTERS = 70_000;
const largeCommand = packet(Buffer.from(`\x03SELECT LENGTH('${'a'.repeat(LETTERS)}')`, 'latin1'));
const zstdHead = Buffer.from('28b52ffda000000000', 'hex');
zstdHead.writeUInt32LE(largeCommand.length, 5);
const largeByZstd = frame(
  Buffer.concat([
    zstdHead,
    zstdBlock(largeCommand.subarray(0, -LETTERS - 2)),
    zstdBlock(Buffer.from('a'), { repeats: LETTERS }),
    zstdBlock(Buffer.from("')"), { last: true }),
  ]),
  { says: largeCommand.length },
);

/** Only MySQL offers zstd. */
export const mariadbCompressionShows = {
  'compression-unoffered': behindLogin([PING], (answer) => answer === '', zstdLogin('03')),
} as const satisfies Partial<Record<Name, Shows>>;

export const compressionShows: Record<Exclude<Name, keyof typeof mariadbCompressionShows>, Shows> = {
  'compression-begins-before-ok': on(async (c) => {
    await c.next();
    c.send(response41(F | COMPRESS, `${check}00`));
    await settle(c);
    return c.rest.toString('hex') === ok(0, 2);
  }),
  'compression-never-begins': behindLogin([PING], (answer) => answer === packet(OK, 1).toString('hex')),
  'compression-forgotten-over-tls': on(async (c) => {
    await c.next();
    c.send(response41(F | COMPRESS | 0x800, ''));
    await c.startTls();
    c.send(response41(F | COMPRESS | 0x800, `${check}00`, { sequenceId: 2 }));
    await c.next();
    c.send(PING);
    await settle(c);
    return c.rest.toString('hex') === packet(OK, 1).toString('hex');
  }),
  'compression-forgotten-after-switch': on(async (c) => {
    await c.next();
    c.send(response41(F | PLUGIN | COMPRESS, `${check}00${z('nobody_knows_this')}`));
    await c.next();
    c.send(packet('', 3));
    await c.next();
    c.send(PING);
    await settle(c);
    return c.rest.toString('hex') === packet(OK, 1).toString('hex');
  }),
  'compression-ends-with-change-user': behindLogin(
    [frame(packet(`11${check}00000000`))],
    (answer) => answer === packet(OK, 1).toString('hex'),
  ),
  'compression-ends-with-reset': behindLogin([frame(packet('1f'))], (answer) => answer === packet(OK, 1).toString('hex')),
  'compression-err-in-clear': behindLogin([frame(packet('ff'))], (answer) => answer.slice(8, 14) === 'ff1704'),
  'compression-prefers-zstd': behindLogin(
    [packed(long)],
    (answer) => answer.includes('ff8504'),
    zstdLogin('03', F | PLUGIN | ZSTD | COMPRESS),
  ),
  'compression-zlib-for-zstd': behindLogin([packed(long)], (answer) => framesIn(answer)[0]?.body[0] === 0x78, zstdLogin('03')),
  'zstd-large-command-closes': behindLogin([largeByZstd], closed, zstdLogin('03')),
  'zstd-level-unchecked': takesLevel('17'),
  'zstd-level-0-taken': takesLevel('00'),
  'zstd-level-missing-is-three': takesLevel(''),
  'compressed-sequence-not-reset': behindLogin([frame(PING), frame(PING, { sequenceId: 0 })], (answer) => ids(answer).join() === '0,1'),
  'compressed-sequence-stuck': behindLogin([repeat(40_000)], (answer) => ids(answer).join() === '1,1,1'),
  'compressed-sequence-wraps-to-one': behindLogin([repeat(0x500000)], (answer) => {
    const all = ids(answer);
    return all[all.indexOf(255) + 1] === 1;
  }),
  'compressed-sequence-of-client-wraps-to-one': behindLogin(
    [...packet(`03${Buffer.from(`SELECT '${'a'.repeat(300)}'`).toString('hex')}`)].map((byte, at) =>
      frame(Buffer.of(byte), { sequenceId: at & 0xff }),
    ),
    (answer) => answer.includes('ff8404'),
  ),
  'compressed-sequence-restarts-with-packets': behindLogin([manyRows], (answer) => ids(answer).slice(1).includes(0)),
  'compressed-packet-out-of-order-closes': behindLogin([frame(packet('0e', 1))], closed),
  'compressed-disorder-taken': behindLogin([frame(PING, { sequenceId: 5 })], (answer) => answer === ok(6)),
  'compressed-length-wrong': behindLogin([repeat(1000)], (answer) => {
    const [first] = framesIn(answer);
    return first !== undefined && first.says !== inflateSync(first.body).length;
  }),
  'plain-frame-closes': behindLogin([frame(long)], closed),
  'long-compressed-frame-closes': behindLogin([packed(long)], closed),
  'short-compressed-frame-closes': behindLogin([packed(PING)], closed),
  'empty-frame-closes': behindLogin([frame(Buffer.alloc(0))], closed),
  'compressed-statistics-with-nul': behindLogin([frame(packet('09'))], (answer) => {
    const [first] = framesIn(answer);
    return first !== undefined && inflateSync(first.body).at(-1) === 0;
  }),
  'compressed-close-answered-with-empty-frame': behindLogin([frame(packet('19 07000000'))], (answer) => answer === '00000001000000'),
  'frame-may-not-cut-headers': behindLogin([frame(PING.subarray(0, 2)), frame(PING.subarray(2), { sequenceId: 1 })], closed),
  'frame-must-hold-packets': behindLogin([frame(PING.subarray(0, 2)), frame(PING.subarray(2), { sequenceId: 1 })], closed),
  'packet-in-three-frames-closes': behindLogin(
    [0, 4, 20].map((from, i, cuts) => frame(long.subarray(from, cuts[i + 1]), { sequenceId: i })),
    closed,
  ),
  'packet-behind-a-split-one-lost': behindLogin(
    [frame(PING.subarray(0, 4)), frame(Buffer.concat([PING.subarray(4), PING]), { sequenceId: 1 })],
    (answer) => framesIn(answer).length === 1,
  ),
  'frame-holds-one-packet': behindLogin([frame(Buffer.concat([PING, PING]))], (answer) => answer === ok()),
  'broken-compression-hangs': behindLogin([frame(PING, { says: 5 })], async (answer, c) => answer === '' && (await c.ending(1)) === 'open'),
  'broken-compression-becomes-ping': behindLogin([frame(Buffer.alloc(0), { says: 5 })], (answer) => answer === ok(1) || answer === ok(0)),
  'broken-compression-taken-as-plain': behindLogin([frame(PING, { says: 5 })], (answer) => answer === ok(1) || answer === ok(0)),
  'compressed-quit-keeps-open': behindLogin([frame(QUIT)], async (answer, c) => answer === '' && (await c.ending(1)) === 'open'),
};
