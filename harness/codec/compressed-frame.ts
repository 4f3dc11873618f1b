/**
 * The compressed protocol: after the OK of the login, both streams travel inside compressed packets, cut wherever it
 * suits the sender: int<3> compressed length, int<1> sequence id (its own count), int<3> length before compression
 * (0: not compressed), body (mysql/page_protocol_basic_compression_packet, mariadb/0-packet#compressed-packet).
 */
import { deflateSync, inflateSync } from 'node:zlib';
import { CodecError } from './error.ts';
import { DEFAULT_LIMIT, join, MAX_PAYLOAD } from './frame.ts';
import { unzstd, zstdFrame } from './zstd.ts';

export type Compression = 'zlib' | 'zstd';
export const COMPRESSED_HEADER_BYTES = 7;

export interface CompressedPacket {
  readonly sequenceId: number;
  /** Of the body, as the header says. */
  readonly compressedLength: number;
  /** As the header says; 0 means that the body is not compressed. */
  readonly uncompressedLength: number;
  /** The body, decompressed. */
  readonly bytes: Uint8Array;
  /** Offset of the header in the stream. */
  readonly offset: number;
  /** Bytes of the stream, header included. */
  readonly size: number;
}

export interface CompressedFrameOptions {
  /** 'plain': bodies as they are, as real peers send what is too short to gain by compression. */
  readonly algorithm: Compression | 'plain';
  /** Of the first packet; default 0. */
  readonly sequenceId?: number;
  /** A lie: the length before compression that the header announces. */
  readonly uncompressedLength?: number;
  /** A lie: the length of the body that the header announces. */
  readonly compressedLength?: number;
}

/** Compressed packets holding these bytes, as many as they need: each takes up to 16 MiB - 1. */
export function compressedFrame(payload: Uint8Array, options: CompressedFrameOptions): Uint8Array {
  const parts: Uint8Array[] = [];
  let sequenceId = options.sequenceId ?? 0;
  let off = 0;
  do {
    const part = payload.subarray(off, off + MAX_PAYLOAD);
    off += MAX_PAYLOAD;
    const packed = pack(part, options.algorithm);
    // What does not gain travels as it is; above the int<3> it has to.
    const body = packed && packed.length <= MAX_PAYLOAD ? packed : part;
    parts.push(
      header(options.compressedLength ?? body.length, sequenceId, options.uncompressedLength ?? (body === part ? 0 : part.length)),
      body,
    );
    sequenceId = (sequenceId + 1) & 0xff;
  } while (off < payload.length);
  return join(parts);
}

export interface CompressedReaderOptions {
  readonly algorithm: Compression;
  /** How many bytes one `push` may give out, in all; default 64 MiB. */
  readonly limit?: number;
  /** Bytes that one compressed packet may announce: of more nothing is decompressed. Default: what a header can say, 16 MiB. */
  readonly mostAnnounced?: number;
}

/** Incremental: push chunks of the stream, take whole compressed packets out. Linear in the bytes however they are cut. */
export class CompressedReader {
  readonly #algorithm: Compression;
  readonly #limit: number;
  readonly #mostAnnounced: number;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #offset = 0;

  constructor(options: CompressedReaderOptions) {
    this.#algorithm = options.algorithm;
    this.#limit = options.limit ?? DEFAULT_LIMIT;
    this.#mostAnnounced = options.mostAnnounced ?? Number.POSITIVE_INFINITY;
  }

  /** Adds a chunk and takes every whole packet. Throws CODEC_TRUNCATED, CODEC_BAD_COMPRESSION, CODEC_TOO_LONG. */
  push(chunk: Uint8Array): CompressedPacket[] {
    this.add(chunk);
    const out: CompressedPacket[] = [];
    let given = 0;
    for (let packet = this.next(); packet; packet = this.next()) {
      given += packet.bytes.length;
      if (given > this.#limit)
        throw new CodecError('CODEC_TOO_LONG', packet.offset, `${given} bytes out of one chunk; ${this.#limit} are accepted`);
      out.push(packet);
    }
    return out;
  }

  /** Adds a chunk without taking anything. */
  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next whole packet, or undefined until more bytes come. At most 16 MiB each. Throws as `push` does. */
  next(): CompressedPacket | undefined {
    if (this.#length < COMPRESSED_HEADER_BYTES) return undefined;
    const head = this.#peek(COMPRESSED_HEADER_BYTES);
    const compressedLength = uint24(head, 0);
    const size = COMPRESSED_HEADER_BYTES + compressedLength;
    if (this.#length < size) return undefined;
    const whole = this.#peek(size);
    const uncompressedLength = uint24(whole, 4);
    if (uncompressedLength > this.#mostAnnounced)
      throw new CodecError(
        'CODEC_TOO_LONG',
        this.#offset,
        `a compressed packet that announces ${uncompressedLength} bytes; ${this.#mostAnnounced} are accepted`,
      );
    const bytes = unpack(whole.subarray(COMPRESSED_HEADER_BYTES), uncompressedLength, this.#algorithm);
    const packet = { sequenceId: whole[3] as number, compressedLength, uncompressedLength, bytes, offset: this.#offset, size };
    this.#skip(size);
    return packet;
  }

  /** Offset in the stream of the first pending byte. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes received that are no whole packet yet. */
  get pending(): Uint8Array {
    return this.#peek(this.#length);
  }

  /** Takes n pending bytes (default all) as they are. */
  take(n: number = this.#length): Uint8Array {
    const taken = this.#peek(Math.min(n, this.#length));
    this.#skip(taken.length);
    return taken;
  }

  /** The first n pending bytes, in one piece; they are joined at most once for a header and once for a packet. */
  #peek(n: number): Uint8Array {
    const first = this.#chunks[0];
    if (first && first.length >= n) return first.subarray(0, n);
    if (n > COMPRESSED_HEADER_BYTES) {
      const all = join(this.#chunks);
      this.#chunks = [all];
      return all.subarray(0, n);
    }
    const head = new Uint8Array(n);
    let have = 0;
    for (const chunk of this.#chunks) {
      const some = chunk.subarray(0, n - have);
      head.set(some, have);
      have += some.length;
      if (have === n) break;
    }
    return head;
  }

  #skip(n: number): void {
    this.#offset += n;
    this.#length -= n;
    let left = n;
    while (left > 0) {
      const first = this.#chunks[0] as Uint8Array;
      if (first.length > left) {
        this.#chunks[0] = first.subarray(left);
        return;
      }
      left -= first.length;
      this.#chunks.shift();
    }
  }
}

/** Bytes that come out of one at most (zlib.net/zlib_tech.html: 1032). */
const MOST_DEFLATED = 1032;

/** A body decompressed. Never gives out more bytes than are announced. Throws CODEC_TRUNCATED, CODEC_BAD_COMPRESSION. */
function unpack(body: Uint8Array, announced: number, algorithm: Compression): Uint8Array {
  if (announced === 0) return body;
  if (algorithm === 'zstd') return unzstd(body, announced);
  let found: Uint8Array;
  try {
    // In one piece, where what is announced can be: by chunks of 16 KiB a bomb would be held twice. One byte more tells zlib that it is all.
    const chunkSize = Math.min(announced, MOST_DEFLATED * body.length) + 64;
    found = inflateSync(body, { maxOutputLength: announced, chunkSize });
  } catch (error) {
    throw new CodecError('CODEC_BAD_COMPRESSION', 0, `no zlib stream of ${announced} bytes: ${(error as Error).message}`);
  }
  if (found.length === announced) return found;
  throw new CodecError('CODEC_BAD_COMPRESSION', 0, `${found.length} bytes where ${announced} are announced`);
}

function pack(part: Uint8Array, algorithm: CompressedFrameOptions['algorithm']): Uint8Array | undefined {
  if (algorithm === 'plain' || part.length === 0) return undefined;
  return algorithm === 'zstd' ? zstdFrame(part) : deflateSync(part);
}

function header(compressed: number, sequenceId: number, uncompressed: number): Uint8Array {
  const low = (n: number): number[] => [n & 0xff, (n >> 8) & 0xff, (n >> 16) & 0xff];
  return Uint8Array.of(...low(compressed), sequenceId & 0xff, ...low(uncompressed));
}

function uint24(b: Uint8Array, at: number): number {
  return (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16);
}
