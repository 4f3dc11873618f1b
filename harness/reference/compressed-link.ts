import { CompressedReader, type Compression, compressedFrame } from '../codec/compressed-frame.ts';
import { CodecError } from '../codec/error.ts';
import { join } from '../codec/frame.ts';
import type { DefectName } from './defects/index.ts';
import { Departure, refuse } from './refusal.ts';

/** Below this a body travels as it is (mysql/page_protocol_basic_compression). */
const MIN_COMPRESS_BYTES = 50;
/** Bytes before compression that go into one compressed packet: net_buffer_length of both servers. */
const MOST_BYTES = 16_384;
/** More than a defect bears. */
const LARGE_BYTES = 0xffff;
/** Bytes of a compressed packet with one packet that has no payload. */
const PACKET_HEADER_BYTES = 4;

/** Both directions of a connection in compressed packets: one count of sequence ids, from 0 with each command. */
export class CompressedLink {
  readonly #algorithm: Compression;
  readonly #has: (name: DefectName) => boolean;
  readonly #reader: CompressedReader;
  /** Of the next compressed packet that we send, and that the client should. */
  #next = 0;
  #expected = 0;
  /** The last compressed packet of the client had 255. */
  #wraps = false;
  /** Bytes that are still to come of a packet which began in a compressed packet before. */
  #missing = 0;
  /** Compressed packets that the packet under way has come in. */
  #pieces = 0;
  /** Bytes of each compressed packet that no command has taken yet, and the sequence id behind it. */
  #unread: { bytes: number; readonly next: number }[] = [];

  constructor(algorithm: Compression, has: (name: DefectName) => boolean) {
    this.#algorithm = algorithm;
    this.#has = has;
    this.#reader = new CompressedReader({ algorithm });
  }

  startCommand(): void {
    this.#wraps = false;
    if (!this.#has('compressed-sequence-not-reset')) this.#next = 0;
  }

  /** The bytes inside what has become whole. Throws Refusal 1157 (it cannot be decompressed) and 1156 (out of order), and Departure. */
  unpack(chunk: Uint8Array): Uint8Array[] {
    const has = this.#has;
    this.#reader.add(chunk);
    const out: Uint8Array[] = [];
    try {
      for (let one = this.#reader.next(); one; one = this.#reader.next()) {
        const { sequenceId, bytes, uncompressedLength } = one;
        // A command that was sent ahead begins at 0 while the answer before it is still being written.
        const inOrder = sequenceId === this.#expected || sequenceId === 0 || has('compressed-sequence-not-reset');
        if (sequenceId === 0 && this.#wraps && has('compressed-sequence-of-client-wraps-to-one')) throw refuse.outOfOrder();
        if (!inOrder && !has('compressed-disorder-taken')) throw refuse.outOfOrder();
        if (has('plain-frame-closes') && uncompressedLength === 0 && bytes.length >= MIN_COMPRESS_BYTES) throw new Departure('fin');
        if (has('long-compressed-frame-closes') && uncompressedLength >= MIN_COMPRESS_BYTES) throw new Departure('fin');
        if (has('short-compressed-frame-closes') && uncompressedLength > 0 && bytes.length < MIN_COMPRESS_BYTES) throw new Departure('fin');
        const isLarge = this.#algorithm === 'zstd' && uncompressedLength > LARGE_BYTES;
        if (isLarge && has('zstd-large-command-closes')) throw new Departure('fin');
        if (has('empty-frame-closes') && bytes.length === 0) throw new Departure('fin');
        if (has('frame-must-hold-packets') && !holdsPackets(bytes)) throw new Departure('fin');
        if (has('frame-may-not-cut-headers') && this.#endsInHeader(bytes)) throw new Departure('fin');
        if (has('packet-in-three-frames-closes') && this.#piecesWith(bytes) > 2) throw new Departure('fin');
        this.#expected = (sequenceId + 1) & 0xff;
        this.#wraps = sequenceId === 0xff;
        const kept = has('frame-holds-one-packet')
          ? firstPacket(bytes)
          : has('packet-behind-a-split-one-lost')
            ? this.#endOfSplit(bytes)
            : bytes;
        this.#unread.push({ bytes: kept.length, next: this.#expected });
        out.push(kept);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      if (has('broken-compression-hangs')) throw new Departure('stay');
      if (has('broken-compression-becomes-ping')) return [...out, Uint8Array.of(1, 0, 0, 0, 0x0e)];
      // What the reader holds is the frame that broke it.
      if (has('broken-compression-taken-as-plain')) return [...out, this.#reader.take().subarray(7)];
      throw refuse.cannotUncompress();
    }
    return out;
  }

  /** Without what stands behind the end of a packet which began in a compressed packet before. */
  #endOfSplit(bytes: Uint8Array): Uint8Array {
    const kept = this.#missing > 0 ? bytes.subarray(0, this.#missing) : bytes;
    this.#missing = this.#missing > 0 ? this.#missing - kept.length : bytesToCome(bytes);
    return kept;
  }

  /** Is what comes last in these bytes a piece of a packet's header? */
  #endsInHeader(bytes: Uint8Array): boolean {
    const behind = bytes.subarray(Math.max(this.#missing, 0));
    this.#missing = behind.length > 0 ? bytesToCome(behind) : this.#missing - bytes.length;
    return this.#missing < 0;
  }

  /** Of the packet that ends, or goes on, in these bytes: how many compressed packets it has come in. */
  #piecesWith(bytes: Uint8Array): number {
    const pieces = this.#missing > 0 ? this.#pieces + 1 : 1;
    const behind = this.#missing > 0 ? bytes.subarray(this.#missing) : bytes;
    this.#missing = behind.length > 0 ? bytesToCome(behind) : this.#missing - bytes.length;
    this.#pieces = behind.length > 0 ? 1 : pieces;
    return pieces;
  }

  /** So many bytes have been read as packets: what answers them counts on from the compressed packets that held them. */
  took(bytes: number): void {
    let left = bytes;
    for (let one = this.#unread[0]; one; one = this.#unread[0]) {
      const some = Math.min(left, one.bytes);
      if (some < one.bytes && left === 0) return;
      one.bytes -= some;
      left -= some;
      if (!this.#has('compressed-sequence-not-reset')) this.#next = one.next;
      if (one.bytes > 0) return;
      this.#unread.shift();
    }
  }

  pack(bytes: Uint8Array): Uint8Array {
    const has = this.#has;
    const frames: Uint8Array[] = [];
    const restarts = has('compressed-sequence-restarts-with-packets') ? beginningsAtZero(bytes) : [];
    for (let off = 0; off === 0 || off < bytes.length; off += MOST_BYTES) {
      if (restarts.some((at) => at >= off && at < off + MOST_BYTES)) this.#next = 0;
      const part = bytes.subarray(off, off + MOST_BYTES);
      const algorithm = part.length < MIN_COMPRESS_BYTES ? 'plain' : this.#algorithm;
      const lie = has('compressed-length-wrong') && algorithm !== 'plain' ? { uncompressedLength: part.length + 1 } : {};
      frames.push(compressedFrame(part, { algorithm, sequenceId: this.#next, ...lie }));
      if (has('compressed-sequence-stuck') && off + MOST_BYTES < bytes.length) continue;
      this.#next = this.#next === 255 && has('compressed-sequence-wraps-to-one') ? 1 : (this.#next + 1) & 0xff;
    }
    this.#expected = this.#next;
    return join(frames);
  }
}

/** Of the last packet in here, bytes that these are short of; below 0 the bytes of a header that is not whole. */
function bytesToCome(bytes: Uint8Array): number {
  let at = 0;
  while (at + PACKET_HEADER_BYTES <= bytes.length) at += PACKET_HEADER_BYTES + lengthAt(bytes, at);
  return at - bytes.length;
}
/** Where a packet of sequence id 0 begins. */
function beginningsAtZero(bytes: Uint8Array): readonly number[] {
  const all: number[] = [];
  for (let at = 0; at + PACKET_HEADER_BYTES <= bytes.length; at += PACKET_HEADER_BYTES + lengthAt(bytes, at))
    if (bytes[at + 3] === 0) all.push(at);
  return all;
}
/** Nothing but whole packets? */
const holdsPackets = (bytes: Uint8Array): boolean => bytesToCome(bytes) === 0;

function firstPacket(bytes: Uint8Array): Uint8Array {
  return bytes.length < PACKET_HEADER_BYTES ? bytes : bytes.subarray(0, PACKET_HEADER_BYTES + lengthAt(bytes, 0));
}

const lengthAt = (b: Uint8Array, at: number): number => (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16);
