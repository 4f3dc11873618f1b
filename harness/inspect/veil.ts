import { has } from '../codec/capability.ts';
import { COMPRESSED_HEADER_BYTES, CompressedReader, type Compression } from '../codec/compressed-frame.ts';
import { CodecError } from '../codec/error.ts';
import { HEADER_BYTES } from '../codec/frame.ts';
import type { Context } from '../codec/message.ts';

/** What no packet can be read through: a layer whose beginning is not there, or what a redaction has left of one. */
export type Veil = 'TLS' | 'compressed' | 'blanked';

/** What the compressed packets of a segment hold. */
export interface Unwrapped {
  readonly content: Uint8Array;
  /** Of the first. */
  readonly sequenceId: number;
  /** Bytes that were compressed, and came out as long as announced: nothing else looks so. */
  readonly certain: boolean;
}

const algorithms: readonly Compression[] = ['zlib', 'zstd'];
const length = (b: Uint8Array, at: number): number => (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16);

/** The content of compressed packets (page_protocol_basic_compression_packet) that fill these bytes; undefined where they are none. */
export function unwrapped(bytes: Uint8Array): Unwrapped | undefined {
  let certain = false;
  let at = 0;
  while (at + COMPRESSED_HEADER_BYTES <= bytes.length) {
    if (length(bytes, at + 4) > 0) certain = true;
    at += COMPRESSED_HEADER_BYTES + length(bytes, at);
  }
  if (at !== bytes.length || at === 0) return undefined;
  for (const algorithm of algorithms) {
    try {
      const packets = new CompressedReader({ algorithm }).push(bytes);
      return { content: Buffer.concat(packets.map((packet) => packet.bytes)), sequenceId: bytes[3] as number, certain };
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
    }
  }
  return undefined;
}

export const isCompressed = ({ capabilities }: Context): boolean =>
  has(capabilities, 'COMPRESS') || has(capabilities, 'ZSTD_COMPRESSION_ALGORITHM');

/**
 * Content of compressed packets that is zeros alone, as a redaction leaves it; one empty packet is four, and stays what it is. Undefined:
 * too little of the first body is there.
 */
export function isBlanked(bytes: Uint8Array): boolean | undefined {
  const decides = COMPRESSED_HEADER_BYTES + (bytes.length < COMPRESSED_HEADER_BYTES ? 1 : Math.min(length(bytes, 0), HEADER_BYTES + 1));
  let most = 0;
  for (let at = 0; at + COMPRESSED_HEADER_BYTES <= bytes.length; ) {
    const body = bytes.subarray(at + COMPRESSED_HEADER_BYTES, at + COMPRESSED_HEADER_BYTES + length(bytes, at));
    if (body.some((byte) => byte !== 0)) return false;
    most = Math.max(most, body.length);
    at += COMPRESSED_HEADER_BYTES + length(bytes, at);
  }
  return bytes.length < decides ? undefined : most > HEADER_BYTES;
}

/** The beginning of the first compressed packet, where that is not whole: undefined where it cannot be one. */
export function beginsCompressed(bytes: Uint8Array): { readonly sequenceId: number; readonly content?: Uint8Array } | undefined {
  if (bytes.length < COMPRESSED_HEADER_BYTES + 5) return undefined;
  const size = COMPRESSED_HEADER_BYTES + length(bytes, 0);
  const body = bytes.subarray(COMPRESSED_HEADER_BYTES, size);
  const sequenceId = bytes[3] as number;
  if (length(bytes, 4) === 0) return { sequenceId, content: body };
  if (size <= bytes.length) {
    const whole = unwrapped(bytes.subarray(0, size));
    return whole && { sequenceId, content: whole.content };
  }
  const [first, second] = body as unknown as [number, number];
  // RFC 1950: deflate, and a check of the two bytes; RFC 8878: the magic number.
  const zlib = (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
  const zstd = first === 0x28 && second === 0xb5 && body[2] === 0x2f && body[3] === 0xfd;
  return zlib || zstd ? { sequenceId } : undefined;
}

/** Whole records of TLS (RFC 8446 section 5.1) fill these bytes. */
export function areTlsRecords(bytes: Uint8Array): boolean {
  let at = 0;
  while (at + 5 <= bytes.length) {
    const type = bytes[at] as number;
    const size = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
    if (type < 20 || type > 23 || bytes[at + 1] !== 3 || (bytes[at + 2] as number) > 4 || size === 0 || size > 18_432) return false;
    at += 5 + size;
  }
  return at === bytes.length && at > 0;
}
