/** What a server says, put together by hand: the codec would refuse most of what is done with it. */
import { deflateSync } from 'node:zlib';

export const packet = (sequenceId: number, payload: Uint8Array): Buffer => Buffer.concat([header(payload.length, sequenceId), payload]);

/** The header of a packet, for what need not follow. */
export function header(length: number, sequenceId: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUIntLE(length, 0, 3);
  bytes[3] = sequenceId & 0xff;
  return bytes;
}

export const flags = {
  protocol41: 0x200,
  ssl: 0x800,
  compress: 0x20,
  pluginAuth: 0x80000,
  deprecateEof: 0x1000000,
  zstd: 0x4000000,
  moreResults: 0x08,
} as const;

/** What an honest server of today offers, without TLS and compression. */
const usual = 0x01bfa78f;

export interface Greeting {
  readonly version?: string;
  readonly plugin?: string;
  readonly offers?: number;
  readonly sequenceId?: number;
}

export function greeting({
  version = '8.4.0-hostile',
  plugin = 'mysql_native_password',
  offers = 0,
  sequenceId = 0,
}: Greeting = {}): Buffer {
  const flagBits = usual | offers;
  const fixed = Buffer.alloc(13);
  fixed.writeUInt16LE(flagBits & 0xffff, 0);
  fixed[2] = 45;
  fixed.writeUInt16LE(2, 3);
  fixed.writeUInt16LE(flagBits >>> 16, 5);
  fixed[7] = 21;
  return packet(
    sequenceId,
    Buffer.concat([
      Buffer.of(10),
      Buffer.from(`${version}\0`),
      Buffer.of(1, 0, 0, 0),
      Buffer.from('abcdefgh\0'),
      fixed,
      Buffer.alloc(5),
      Buffer.from('ijklmnopqrst\0'),
      Buffer.from(`${plugin}\0`),
    ]),
  );
}

export const ok = (sequenceId: number, statusFlags = 2, lead = 0): Buffer =>
  packet(sequenceId, Buffer.of(lead, 0, 0, statusFlags & 0xff, statusFlags >> 8, 0, 0));

export const err = (sequenceId: number, says: string | Uint8Array, code = 1045): Buffer =>
  packet(sequenceId, Buffer.concat([Buffer.of(0xff, code & 0xff, code >> 8), Buffer.from('#28000'), Buffer.from(says as string)]));

export const authSwitch = (sequenceId: number, plugin: string): Buffer =>
  packet(sequenceId, Buffer.concat([Buffer.of(0xfe), Buffer.from(`${plugin}\0abcdefghijklmnopqrst\0`)]));

export const authMoreData = (sequenceId: number, data: Uint8Array): Buffer => packet(sequenceId, Buffer.concat([Buffer.of(1), data]));

const lenenc = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  if (bytes.length < 251) return Buffer.concat([Buffer.of(bytes.length), bytes]);
  return Buffer.concat([Buffer.of(0xfd, bytes.length & 0xff, (bytes.length >> 8) & 0xff, bytes.length >> 16), bytes]);
};

/** 2^64 - 1 as int<lenenc>. */
export const endless = Buffer.from('feffffffffffffffff', 'hex');

export const column = (sequenceId: number, name = 'a'): Buffer =>
  packet(
    sequenceId,
    Buffer.concat([...['def', '', '', '', name, name].map(lenenc), Buffer.of(0x0c, 45, 0, 255, 0, 0, 0, 0xfd, 0, 0, 0, 0, 0)]),
  );

export const row = (sequenceId: number, text = '1'): Buffer => packet(sequenceId, lenenc(text));

/** One row of one column. */
export function resultset(from: number, { name = 'a', text = '1', statusFlags = 2, deprecateEof = true } = {}): Buffer {
  const eof = (sequenceId: number): Buffer => packet(sequenceId, Buffer.of(0xfe, 0, 0, statusFlags, 0));
  const end = (sequenceId: number): Buffer => (deprecateEof ? ok(sequenceId, statusFlags, 0xfe) : eof(sequenceId));
  const parts = [packet(from, Buffer.of(1)), column(from + 1, name)];
  if (!deprecateEof) parts.push(eof(from + 2));
  const next = from + parts.length;
  return Buffer.concat([...parts, row(next, text), end(next + 1)]);
}

/** A compressed packet: what its header says, and what is in it. */
export function compressed(sequenceId: number, body: Uint8Array, uncompressedLength: number): Buffer {
  const head = Buffer.alloc(7);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequenceId & 0xff;
  head.writeUIntLE(uncompressedLength & 0xffffff, 4, 3);
  return Buffer.concat([head, body]);
}

const bombs = new Map<number, Buffer>();

/** So many zeros, in a thousandth of that. */
export function zlibBomb(length: number): Buffer {
  const bomb = bombs.get(length) ?? deflateSync(Buffer.alloc(length), { level: 9 });
  bombs.set(length, bomb);
  return bomb;
}

/** A zstd frame that says nothing of its size and grows to so many blocks of 128 KiB out of four bytes each (RFC 8878, RLE_Block). */
export function zstdBomb(blocks: number): Buffer {
  const parts: Buffer[] = [Buffer.from('28b52ffd', 'hex'), Buffer.of(0x00, 0x88)];
  for (let n = 0; n < blocks; n++) {
    const head = Buffer.alloc(4);
    head.writeUIntLE((0x20000 << 3) | (1 << 1) | (n === blocks - 1 ? 1 : 0), 0, 3);
    parts.push(head);
  }
  return Buffer.concat(parts);
}

/** Every kind of text that may do harm where it is shown: terminal, HTML, Markdown, XML, a path, a spreadsheet, a reader of right-to-left text. */
export const nasty =
  '\u001b[2J\u001b]0;owned\u0007\u001b[31m\u009b31m<script>alert(1)</script>"\'&]]>\u0001\u0008\u000c\u001f\u007f\ufffe\uffff\u202Eevil\u2066\u200f ![x](javascript:alert(1)) |`# @everyone\r\n::error::owned\n##[error]x\t../../../etc/passwd %s%n $(x) {{x}} =cmd|x!A1';
