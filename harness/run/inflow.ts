import { CompressedReader, type Compression } from '../codec/compressed-frame.ts';
import { CodecError } from '../codec/error.ts';
import { HEADER_BYTES, type Located, type Packet, PacketReader } from '../codec/frame.ts';

/** How a packet travelled through compression. */
interface Travelled {
  /** Compressed packets that hold a part of it. */
  readonly frames: number;
  /** Sequence id of the first of them. */
  readonly frameSequenceId: number;
  /** Of the last of them. */
  readonly lastFrameSequenceId: number;
  /** Their sequence ids do not count on. */
  readonly disorder?: string;
}

/** What few packets have. */
interface Uncommon extends Pick<Packet, 'lastSequenceId' | 'outOfTurn' | 'size'> {
  readonly travelled: Travelled | undefined;
}

/**
 * A packet of the server; with compression on, also how it travelled. A peer that floods brings hundreds of thousands that nobody
 * reads: so the payload is made when it is asked for, and what follows from the rest is not kept.
 */
export class Arrived implements Packet {
  readonly sequenceId: number;
  readonly offset: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  readonly #uncommon: Uncommon | undefined;

  constructor(packet: Located, travelled?: Travelled) {
    const { sequenceId, lastSequenceId, outOfTurn, offset, size, bytes, start, end } = packet;
    this.sequenceId = sequenceId;
    this.offset = offset;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    // Of several physical packets there is more than one header.
    const common = size === HEADER_BYTES + end - start && !travelled;
    this.#uncommon = common ? undefined : { lastSequenceId, outOfTurn, size, travelled };
  }

  get payload(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** Of the payload; a look that costs no view of it. */
  get firstByte(): number | undefined {
    return this.#start < this.#end ? this.#bytes[this.#start] : undefined;
  }

  get lastSequenceId(): number {
    return this.#uncommon?.lastSequenceId ?? this.sequenceId;
  }

  get outOfTurn(): Packet['outOfTurn'] {
    return this.#uncommon?.outOfTurn;
  }

  get size(): number {
    return this.#uncommon?.size ?? HEADER_BYTES + this.#end - this.#start;
  }

  get travelled(): Travelled | undefined {
    return this.#uncommon?.travelled;
  }
}

interface Frame {
  readonly sequenceId: number;
  /** Of its bytes in the decompressed stream. */
  readonly start: number;
  readonly end: number;
}

/**
 * Packets, and bytes that grow out of compressed ones, that a connection may bring: past it a peer floods. The longest answer that a
 * case asks for has 70,007 packets; compressed, no case asks for a quarter.
 */
const MOST_PACKETS = 200_000;
const MOST_GROWN = 1 << 25;
/** Bytes that one compressed packet may announce, where the case wants no more: a bomb says 16 MiB, in many connections at once. */
const MOST_ANNOUNCED = 1 << 23;
/** Empty packets that it may bring, compressed ones too: they end packets of 16 MiB, and nothing else. A bomb of zeros is four million of them. */
const MOST_EMPTY = 1000;

/** The server's byte stream as packets, through compression once that is on. Never throws: what is broken ends it. */
export class Inflow {
  /** Why the bytes form no more packets. */
  broken: string | undefined;
  readonly #switches: (packet: Arrived) => Compression | undefined;
  readonly #mostAnnounced: number;
  readonly #plain = new PacketReader();
  #compressed: CompressedReader | undefined;
  #inner = new PacketReader();
  #frames: Frame[] = [];
  #given = 0;
  /** Packets so far. */
  count = 0;
  #empty = 0;

  /**
   * @param switches asked of each packet: is everything behind it compressed?
   * @param mostBytes that the case wants (`mostBytes`)
   */
  constructor(switches: (packet: Arrived) => Compression | undefined, mostBytes = 0) {
    this.#switches = switches;
    this.#mostAnnounced = Math.max(MOST_ANNOUNCED, mostBytes);
  }

  /** The packets that have become whole. */
  feed(chunk: Uint8Array): Arrived[] {
    if (this.broken !== undefined) return [];
    const out: Arrived[] = [];
    try {
      if (this.#compressed) this.#decompress(chunk, out);
      else this.#take(chunk, out);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.broken = error.message;
      this.#inner = new PacketReader(); // they may hold megabytes
      this.#frames = [];
    }
    return out;
  }

  /** Bytes that form no whole packet yet. */
  get pending(): number {
    return this.#compressed ? this.#compressed.pending.length + this.#inner.pending.length : this.#plain.pending.length;
  }

  #take(chunk: Uint8Array, out: Arrived[]): void {
    this.#plain.add(chunk);
    while (this.#plain.advance()) {
      const packet = new Arrived(this.#plain.packet);
      out.push(packet);
      this.#counted(packet);
      const algorithm = this.#switches(packet);
      if (algorithm === undefined) continue;
      this.#compressed = new CompressedReader({ algorithm, mostAnnounced: this.#mostAnnounced });
      return this.#decompress(this.#plain.take(), out);
    }
  }

  #decompress(chunk: Uint8Array, out: Arrived[]): void {
    const reader = this.#compressed as CompressedReader;
    reader.add(chunk);
    for (let frame = reader.next(); frame; frame = reader.next()) {
      const start = this.#given;
      this.#given += frame.bytes.length;
      if (frame.bytes.length === 0) this.#countEmpty(frame.offset);
      if (this.#given > MOST_GROWN)
        throw new CodecError(
          'CODEC_TOO_LONG',
          frame.offset,
          `compressed packets that grow to ${this.#given} bytes; ${MOST_GROWN} are accepted`,
        );
      this.#frames.push({ sequenceId: frame.sequenceId, start, end: this.#given });
      this.#inner.add(frame.bytes);
      while (this.#inner.advance()) {
        const { packet } = this.#inner;
        out.push(new Arrived(packet, this.#travelOf(packet)));
        this.#counted(packet);
      }
    }
  }

  #counted({ offset, size }: Pick<Packet, 'offset' | 'size'>): void {
    if (size === HEADER_BYTES) this.#countEmpty(offset);
    if (++this.count > MOST_PACKETS) throw new CodecError('CODEC_TOO_LONG', offset, `more than ${MOST_PACKETS} packets`);
  }

  #countEmpty(offset: number): void {
    if (++this.#empty > MOST_EMPTY) throw new CodecError('CODEC_TOO_LONG', offset, `more than ${MOST_EMPTY} empty packets`);
  }

  #travelOf({ offset, size }: Located): Travelled | undefined {
    // One without a body in front of it belongs to no packet, and counts all the same.
    const empty = this.#frames.findLast(({ start, end }) => start === end && end === offset);
    this.#frames = this.#frames.filter(({ end }) => end > offset);
    const of = this.#frames.filter(({ start }) => start < offset + size);
    const [first, last] = [of[0], of.at(-1)];
    if (!first || !last) return undefined;
    const inTurn = empty ? [empty, ...of] : of;
    const odd = inTurn.find((frame, at) => at > 0 && frame.sequenceId !== (((inTurn[at - 1] as Frame).sequenceId + 1) & 0xff));
    return {
      frames: of.length,
      frameSequenceId: first.sequenceId,
      lastFrameSequenceId: last.sequenceId,
      ...(odd ? { disorder: `a compressed packet inside of it has sequence id ${odd.sequenceId}, which does not count on` } : {}),
    };
  }
}
