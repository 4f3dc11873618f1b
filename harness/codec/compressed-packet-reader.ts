import { type CompressedPacket, CompressedReader, type CompressedReaderOptions } from './compressed-frame.ts';
import { CodecError } from './error.ts';
import { type Located, type Packet, PacketReader, type PacketReaderOptions } from './frame.ts';

/** A bomb of zeros is four million empty packets; nobody sends two of them in a row, nor of compressed ones. */
const MOST_EMPTY = 1000;

/** The compressed packet that a packet begins in. */
export interface Carrier {
  readonly sequenceId: number;
  readonly compressedLength: number;
  /** 0: not compressed. */
  readonly uncompressedLength: number;
}
export interface CarriedPacket extends Packet {
  readonly carrier: Carrier;
  /** Of those that begin in this carrier it is the first. */
  readonly leads: boolean;
  /** Sequence id of the compressed packet that completed it. */
  readonly completedBy: number;
}

/** A compressed packet, and where its content begins in the content of all. */
interface Place {
  readonly start: number;
  readonly frame: CompressedPacket;
}

/** Takes packets out of compressed ones, as PacketReader does out of the plain stream. Offsets are of the compressed packets. */
export class CompressedPacketReader {
  readonly #outer: CompressedReader;
  readonly #inner: PacketReader;
  /** Of the stream before compression began. */
  readonly #base: number;
  #places: Place[] = [];
  #content = 0;
  #empty = 0;
  /** Offset behind the last byte that has been told of; an empty compressed packet counts to what follows it. */
  #told: number;
  #led: CompressedPacket | undefined;
  #packet: (Located & Omit<CarriedPacket, 'payload'>) | undefined;

  /** `held`: bytes before `base` that are of no packet. */
  constructor(options: CompressedReaderOptions & PacketReaderOptions, base = 0, held = 0) {
    this.#outer = new CompressedReader(options);
    this.#inner = new PacketReader(options);
    this.#base = base;
    this.#told = -held;
  }

  add(chunk: Uint8Array): void {
    this.#outer.add(chunk);
  }

  /** The next whole packet, or undefined until more bytes come. Throws what both readers throw. */
  next(): CarriedPacket | undefined {
    for (;;) {
      const packet = this.#inner.next();
      if (packet) {
        this.#countEmpty(packet.payload);
        return this.#placed(packet);
      }
      const frame = this.#outer.next();
      if (!frame) return undefined;
      if (frame.bytes.length === 0) this.#countEmpty(frame.bytes);
      this.#places.push({ start: this.#content, frame });
      this.#content += frame.bytes.length;
      this.#inner.add(frame.bytes);
    }
  }

  /** Moves on to the next whole packet; false until more bytes come. Throws what both readers throw. */
  advance(): boolean {
    const packet = this.next();
    if (!packet) return false;
    const { payload, ...rest } = packet;
    this.#packet = { ...rest, bytes: payload, start: 0, end: payload.length };
    return true;
  }

  /** The packet that `advance` has found last. */
  get packet(): Located & Omit<CarriedPacket, 'payload'> {
    return this.#packet as Located & Omit<CarriedPacket, 'payload'>;
  }

  /** Compressed bytes received that are no whole compressed packet yet. */
  get pending(): Uint8Array {
    return this.#outer.pending;
  }

  /** How many these are. */
  get waiting(): number {
    return this.#outer.pending.length;
  }

  /** Bytes that are decompressed and no whole packet yet. */
  get continued(): number {
    return this.#inner.continued + this.#inner.pending.length;
  }

  /** Bytes of the stream before the pending ones that are of no packet yet: compressed packets of a begun one, and empty ones. */
  get held(): number {
    return this.#outer.offset - this.#told;
  }

  /** Offset in the stream of the first pending byte. */
  get offset(): number {
    return this.#base + this.#outer.offset;
  }

  /** Takes n pending bytes (default all) as they are. What has begun is given up. */
  take(n?: number): Uint8Array {
    this.#inner.take();
    // They have up to 16 MiB each, and nobody may come to ask for more.
    this.#places = [];
    this.#led = this.#packet = undefined;
    const taken = this.#outer.take(n);
    this.#told = this.#outer.offset;
    return taken;
  }

  #countEmpty(content: Uint8Array): void {
    this.#empty = content.length === 0 ? this.#empty + 1 : 0;
    if (this.#empty > MOST_EMPTY)
      throw new CodecError('CODEC_TOO_LONG', this.offset, `more than ${MOST_EMPTY} empty packets, one behind the other`);
  }

  #placed(packet: Packet): CarriedPacket {
    // Those that end before the packet are done with.
    while ((this.#places[1]?.start ?? Number.POSITIVE_INFINITY) <= packet.offset) this.#places.shift();
    const { frame } = this.#places[0] as Place;
    const offset = Math.min(frame.offset, this.#told);
    const { frame: last } = this.#places.at(-1) as Place;
    const leads = this.#led !== frame;
    this.#led = frame;
    this.#told = this.#outer.offset;
    const { sequenceId, compressedLength, uncompressedLength } = frame;
    return {
      ...packet,
      offset: this.#base + offset,
      size: this.#outer.offset - offset,
      carrier: { sequenceId, compressedLength, uncompressedLength },
      leads,
      completedBy: last.sequenceId,
    };
  }
}
