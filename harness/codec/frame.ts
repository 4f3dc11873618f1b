import { CodecError } from './error.ts';

/**
 * Framing: int<3> payload length, int<1> sequence id, payload. A payload of exactly 0xFFFFFF bytes is
 * continued in the next packet (mysql/page_protocol_basic_packets).
 */

export const MAX_PAYLOAD = 0xffffff;
export const HEADER_BYTES = 4;

/** A physical packet's sequence id, and the one that follows the packet before it. */
interface OutOfTurn {
  readonly is: number;
  readonly wanted: number;
}

/** One logical packet: the payloads of its physical packets joined. */
export interface Packet {
  /** Sequence id of the first physical packet. */
  readonly sequenceId: number;
  /** Sequence id of the last physical packet (differs only past 16 MiB). */
  readonly lastSequenceId: number;
  /** Where the physical packets are not numbered on: the first that is not. */
  readonly outOfTurn?: OutOfTurn | undefined;
  readonly payload: Uint8Array;
  /** Offset of the first header in the byte stream. */
  readonly offset: number;
  /** Bytes of the stream that the packet occupies, headers included. */
  readonly size: number;
}

/** A packet where it lies in the bytes that were pushed. A reader has one such object for all: take out of it what is to last. */
export interface Located extends Omit<Packet, 'payload'> {
  /** The payload is bytes[start..end]. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface FrameOptions {
  /** Sequence id of the first packet; default 0. */
  readonly sequenceId?: number;
  /** A lie: the length written in the header instead of the payload's own. */
  readonly length?: number;
}

/** Payload to packets: splits at 0xFFFFFF bytes, adds the empty packet that ends an exact multiple. */
export function frame(payload: Uint8Array, options: FrameOptions = {}): Uint8Array {
  let sequenceId = options.sequenceId ?? 0;
  if (options.length !== undefined || payload.length < MAX_PAYLOAD)
    return join([header(options.length ?? payload.length, sequenceId), payload]);
  const parts: Uint8Array[] = [];
  let off = 0;
  for (;;) {
    const n = Math.min(MAX_PAYLOAD, payload.length - off);
    parts.push(header(n, sequenceId), payload.subarray(off, off + n));
    off += n;
    if (n < MAX_PAYLOAD) return join(parts);
    sequenceId = (sequenceId + 1) & 0xff;
  }
}

const NOTHING = new Uint8Array(0);

/** A physical packet of a logical one. */
interface Part {
  readonly sequenceId: number;
  readonly payload: Uint8Array;
}
const NO_PARTS: readonly Part[] = [];

/** Logical packets above this are refused: a hostile peer can continue one for ever. Bytes. */
export const DEFAULT_LIMIT = 64 * 1024 * 1024;

export interface PacketReaderOptions {
  /** The largest logical payload accepted, in bytes; default 64 MiB. */
  readonly limit?: number;
}

/**
 * Incremental: push chunks of the stream, take whole packets out. Linear in the bytes however they are cut. Payloads
 * are views, of the chunk where it holds the whole packet: do not write into a chunk after pushing it.
 */
export class PacketReader {
  readonly #limit: number;
  /** Pending bytes are #buffer[#start..#end]; nothing before #end is ever written again. */
  #buffer: Uint8Array = NOTHING;
  #start = 0;
  #end = 0;
  /** The buffer is ours, not the chunk that was pushed. */
  #own = true;
  #offset = 0;
  #parts: readonly Part[] = NO_PARTS;
  #partsOffset = 0;
  #partsLength = 0;
  /** The packet that `advance` has found last. */
  readonly packet: { -readonly [K in keyof Located]: Located[K] } = {
    sequenceId: 0,
    lastSequenceId: 0,
    bytes: NOTHING,
    start: 0,
    end: 0,
    offset: 0,
    size: 0,
  };

  /** `offset`: of the first byte that will be pushed, where the stream is not read from its beginning. */
  constructor(options: PacketReaderOptions = {}, offset = 0) {
    this.#limit = options.limit ?? DEFAULT_LIMIT;
    this.#offset = offset;
  }

  /** Adds a chunk and takes every whole packet. Throws CODEC_TOO_LONG. */
  push(chunk: Uint8Array): Packet[] {
    this.add(chunk);
    const out: Packet[] = [];
    for (let packet = this.next(); packet; packet = this.next()) out.push(packet);
    return out;
  }

  /** Adds a chunk without taking anything. */
  add(chunk: Uint8Array): void {
    const pending = this.#end - this.#start;
    if (pending === 0) {
      this.#own = false;
      this.#buffer = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    if (this.#end + chunk.length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(64, pending * 2, pending + chunk.length));
      grown.set(this.#buffer.subarray(this.#start, this.#end));
      this.#own = true;
      this.#buffer = grown;
      this.#start = 0;
      this.#end = pending;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** The next whole packet, or undefined until more bytes come. Throws CODEC_TOO_LONG. */
  next(): Packet | undefined {
    if (!this.advance()) return undefined;
    const { sequenceId, lastSequenceId, outOfTurn, bytes, start, end, offset, size } = this.packet;
    const packet = { sequenceId, lastSequenceId, payload: bytes.subarray(start, end), offset, size };
    return outOfTurn ? { ...packet, outOfTurn } : packet;
  }

  /** Moves on to the next whole packet; false until more bytes come. Throws CODEC_TOO_LONG. */
  advance(): boolean {
    for (;;) {
      const at = this.#start;
      const available = this.#end - at;
      if (available < HEADER_BYTES) return this.#wait();
      const b = this.#buffer;
      const length = (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16);
      if (this.#partsLength + length > this.#limit)
        throw new CodecError(
          'CODEC_TOO_LONG',
          this.#offset,
          `a packet of ${this.#partsLength + length} bytes or more; ${this.#limit} are accepted`,
        );
      if (available < HEADER_BYTES + length) return this.#wait();
      if (length < MAX_PAYLOAD && this.#parts.length === 0) {
        const { packet } = this;
        packet.sequenceId = packet.lastSequenceId = b[at + 3] as number;
        packet.outOfTurn = undefined;
        packet.bytes = b;
        packet.start = at + HEADER_BYTES;
        packet.end = packet.start + length;
        packet.offset = this.#offset;
        packet.size = HEADER_BYTES + length;
        this.#start = packet.end;
        this.#offset += packet.size;
        return true;
      }
      if (this.#parts.length === 0) this.#partsOffset = this.#offset;
      const payload = this.#skip(HEADER_BYTES + length).subarray(HEADER_BYTES);
      this.#parts = [...this.#parts, { sequenceId: b[at + 3] as number, payload }];
      this.#partsLength += length;
      if (length < MAX_PAYLOAD) {
        this.#whole();
        return true;
      }
    }
  }

  /** Lets go of the chunk: a connection may wait for ever, and the chunk may be a piece of a file with many others in it. */
  #wait(): false {
    this.packet.bytes = NOTHING;
    if (this.#own) return false;
    this.#buffer = this.#start === this.#end ? NOTHING : Uint8Array.from(this.#buffer.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#own = true;
    return false;
  }

  /** Bytes received that do not form a whole physical packet yet. */
  get pending(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** How many these are. */
  get waiting(): number {
    return this.#end - this.#start;
  }

  /** Bytes of a logical packet whose first physical packets are there and whose last one is not. */
  get continued(): number {
    return this.#partsLength;
  }

  /** Bytes of the stream before the pending ones that are of no packet yet: a begun one's, headers included. */
  get held(): number {
    return this.#parts.length === 0 ? 0 : this.#offset - this.#partsOffset;
  }

  /** Offset in the stream of the first pending byte. */
  get offset(): number {
    return this.#offset;
  }

  /** Takes n pending bytes (default all) out as they are: they are not packets (TLS, a PROXY header). What has begun is given up. */
  take(n: number = this.#end - this.#start): Uint8Array {
    this.#parts = NO_PARTS;
    this.#partsLength = 0;
    const taken = this.#skip(Math.min(n, this.#end - this.#start));
    if (this.#start === this.#end) this.#letGo();
    return taken;
  }

  /** Of the chunk that has been read to its end: it may have megabytes. */
  #letGo(): void {
    this.#buffer = this.packet.bytes = NOTHING;
    this.#start = this.#end = 0;
    this.#own = true;
  }

  #skip(n: number): Uint8Array {
    const view = this.#buffer.subarray(this.#start, this.#start + n);
    this.#start += n;
    this.#offset += n;
    return view;
  }

  #whole(): void {
    const parts = this.#parts;
    const first = parts[0] as Part;
    const last = parts[parts.length - 1] as Part;
    this.#parts = NO_PARTS;
    this.#partsLength = 0;
    const { packet } = this;
    packet.sequenceId = first.sequenceId;
    packet.lastSequenceId = last.sequenceId;
    packet.outOfTurn = outOfTurn(parts);
    packet.bytes = join(parts.map((part) => part.payload));
    packet.start = 0;
    packet.end = packet.bytes.length;
    packet.offset = this.#partsOffset;
    packet.size = this.#offset - this.#partsOffset;
  }
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const p of parts) length += p.length;
  const out = new Uint8Array(length);
  let off = 0;
  for (const p of parts) {
    out.set(p, off);
    off += p.length;
  }
  return out;
}

function outOfTurn(parts: readonly Part[]): OutOfTurn | undefined {
  let wanted = (parts[0] as Part).sequenceId;
  for (const { sequenceId } of parts) {
    if (sequenceId !== wanted) return { is: sequenceId, wanted };
    wanted = (wanted + 1) & 0xff;
  }
  return undefined;
}

function header(length: number, sequenceId: number): Uint8Array {
  return Uint8Array.of(length & 0xff, (length >> 8) & 0xff, (length >> 16) & 0xff, sequenceId & 0xff);
}
