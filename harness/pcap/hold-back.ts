import { ahead } from './sequence.ts';

/** A segment that came before its turn. */
export interface Held {
  readonly seq: number;
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly frame: number;
  readonly timeNs: bigint;
  readonly ack: number | undefined;
}

/** How much may wait for missing bytes before the bytes are given up for lost. */
export interface HoldBackLimits {
  /** Segments per direction. */
  readonly segments: number;
  /** Bytes per direction. */
  readonly bytes: number;
  /** Bytes over all connections. */
  readonly totalBytes: number;
}

export const HOLD_BACK: HoldBackLimits = { segments: 1024, bytes: 4 << 20, totalBytes: 64 << 20 };

/** The bytes that all directions of all connections hold. */
export interface HeldTotal {
  bytes: number;
}

/** Early segments of one direction, by sequence number. */
export class HoldBack {
  readonly #limits: HoldBackLimits;
  readonly #total: HeldTotal;
  #segments: Held[] = [];
  #bytes = 0;

  constructor(limits: HoldBackLimits, total: HeldTotal) {
    this.#limits = limits;
    this.#total = total;
  }

  get first(): Held | undefined {
    return this.#segments[0];
  }

  get full(): boolean {
    return (
      this.#segments.length > this.#limits.segments ||
      this.#bytes > this.#limits.bytes ||
      (this.#bytes > 0 && this.#total.bytes > this.#limits.totalBytes)
    );
  }

  /** The bytes are copied: the chunk they lie in may be gone when their turn comes. */
  add(segment: Held): void {
    const place = this.#placeOf(segment.seq);
    const before = this.#segments[place - 1];
    if (before && ahead(before.end, segment.end) >= 0) return;
    const same = this.#segments[place];
    if (same && same.seq === segment.seq && ahead(same.end, segment.end) >= 0) return;
    this.#segments.splice(place, 0, { ...segment, bytes: segment.bytes.slice() });
    this.#count(segment.bytes.length);
  }

  takeFirst(): Held | undefined {
    const first = this.#segments.shift();
    if (first) this.#count(-first.bytes.length);
    return first;
  }

  clear(): void {
    this.#segments = [];
    this.#count(-this.#bytes);
  }

  /** Index before which `seq` belongs; most early segments go last. */
  #placeOf(seq: number): number {
    let place = this.#segments.length;
    while (place > 0 && ahead((this.#segments[place - 1] as Held).seq, seq) >= 0) place -= 1;
    return place;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#total.bytes += bytes;
  }
}
