import { FILLER } from './redacted-packet.ts';

/** Redacted bytes that are kept for what is sent again. */
const MOST_KEPT = 4 << 20;

interface Piece {
  readonly from: number;
  readonly bytes: Uint8Array;
}

/** One direction of a connection: which bytes stand for which, by the offset in its stream. What nobody decided on is filled. */
export class RedactedStream {
  /** Sequence number of the first byte; undefined before it came. */
  #base: number | undefined;
  /** Bytes that have come in order. */
  #position = 0;
  /** Every byte before it has been decided on. */
  decided = 0;
  readonly #pieces: Piece[] = [];
  #kept = 0;

  /** Bytes that came in order. */
  came(seq: number, length: number): void {
    this.#base ??= seq;
    this.#position += length;
  }

  decide(bytes: Uint8Array): void {
    this.#pieces.push({ from: this.decided, bytes });
    this.decided += bytes.length;
    this.#kept += bytes.length;
    while (this.#kept > MOST_KEPT + bytes.length) this.#kept -= this.#pieces.shift()?.bytes.length ?? 0;
  }

  /** All that was not decided on is filled, now and later. */
  give(): void {
    this.decided = Number.POSITIVE_INFINITY;
  }

  /** Whether so many bytes from this sequence number on have been decided on. */
  isDecided(seq: number, length: number): boolean {
    if (this.decided === Number.POSITIVE_INFINITY) return true;
    const at = this.#offsetOf(seq);
    return at !== undefined && at + length <= this.decided;
  }

  /** The bytes that stand for those from this sequence number on. */
  bytes(seq: number, length: number): Uint8Array {
    const out = new Uint8Array(length).fill(FILLER);
    const at = this.#offsetOf(seq);
    if (at === undefined) return out;
    for (let i = this.#pieces.length - 1; i >= 0; i--) {
      const { from, bytes: decided } = this.#pieces[i] as Piece;
      if (from + decided.length <= at) break;
      if (from >= at + length) continue;
      const first = Math.max(from, at);
      const last = Math.min(from + decided.length, at + length);
      out.set(decided.subarray(first - from, last - from), first - at);
    }
    return out;
  }

  /** Sequence numbers count modulo 2^32: the offset is the one nearest to where we are. */
  #offsetOf(seq: number): number | undefined {
    if (this.#base === undefined) return undefined;
    return this.#position + ((seq - (this.#base + this.#position)) | 0);
  }
}
