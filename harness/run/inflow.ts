import { CompressedReader, type Compression } from '../codec/compressed-frame.ts';
import { CodecError } from '../codec/error.ts';
import { type Packet, PacketReader } from '../codec/frame.ts';

/** A packet of the server; with compression on, also how it travelled. */
export interface Arrived extends Packet {
  /** Compressed packets that hold a part of it. */
  readonly frames?: number;
  /** Sequence id of the first of them. */
  readonly frameSequenceId?: number;
  /** Of the last of them. */
  readonly lastFrameSequenceId?: number;
  /** Their sequence ids do not count on. */
  readonly disorder?: string;
}

interface Frame {
  readonly sequenceId: number;
  /** Of its bytes in the decompressed stream. */
  readonly start: number;
  readonly end: number;
}

/** The server's byte stream as packets, through compression once that is on. Never throws: what is broken ends it. */
export class Inflow {
  /** Why the bytes form no more packets. */
  broken: string | undefined;
  readonly #switches: (packet: Packet) => Compression | undefined;
  readonly #plain = new PacketReader();
  #compressed: CompressedReader | undefined;
  #inner = new PacketReader();
  #frames: Frame[] = [];
  #given = 0;

  /** @param switches asked of each packet: is everything behind it compressed? */
  constructor(switches: (packet: Packet) => Compression | undefined) {
    this.#switches = switches;
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
    }
    return out;
  }

  /** Bytes that form no whole packet yet. */
  get pending(): number {
    return this.#compressed ? this.#compressed.pending.length + this.#inner.pending.length : this.#plain.pending.length;
  }

  #take(chunk: Uint8Array, out: Arrived[]): void {
    this.#plain.add(chunk);
    for (let packet = this.#plain.next(); packet; packet = this.#plain.next()) {
      out.push(packet);
      const algorithm = this.#switches(packet);
      if (algorithm === undefined) continue;
      this.#compressed = new CompressedReader({ algorithm });
      return this.#decompress(this.#plain.take(), out);
    }
  }

  #decompress(chunk: Uint8Array, out: Arrived[]): void {
    const reader = this.#compressed as CompressedReader;
    reader.add(chunk);
    for (let frame = reader.next(); frame; frame = reader.next()) {
      const start = this.#given;
      this.#given += frame.bytes.length;
      this.#frames.push({ sequenceId: frame.sequenceId, start, end: this.#given });
      for (const packet of this.#inner.push(frame.bytes)) out.push(this.#withFrames(packet));
    }
  }

  #withFrames(packet: Packet): Arrived {
    const { offset, size } = packet;
    this.#frames = this.#frames.filter(({ end }) => end > offset);
    const of = this.#frames.filter(({ start }) => start < offset + size);
    const [first, last] = [of[0], of.at(-1)];
    if (!first || !last) return packet;
    const odd = of.find((frame, at) => at > 0 && frame.sequenceId !== (((of[at - 1] as Frame).sequenceId + 1) & 0xff));
    return {
      ...packet,
      frames: of.length,
      frameSequenceId: first.sequenceId,
      lastFrameSequenceId: last.sequenceId,
      ...(odd ? { disorder: `a compressed packet inside of it has sequence id ${odd.sequenceId}, which does not count on` } : {}),
    };
  }
}
