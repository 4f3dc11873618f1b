import { FILLER } from './redacted-packet.ts';

/** Redacted bytes that are kept behind what has been written, for what is sent again. */
const MOST_KEPT = 16 << 10;
const LEAST_ROOM = 1024;

/** One direction of a connection: which bytes stand for which, by the offset in its stream. What nobody decided on is filled. */
export class RedactedStream {
  /** Sequence number of the first byte; undefined before it came. */
  #base: number | undefined;
  /** Bytes that have come in order. */
  #position = 0;
  /** Every byte before it has been decided on. */
  decided = 0;
  /** The last of the decided bytes, from `#start` to `#end` of the stream. */
  #kept = new Uint8Array(0);
  #start = 0;
  #end = 0;

  /** Bytes that came in order. */
  came(seq: number, length: number): void {
    this.#base ??= seq;
    this.#position += length;
  }

  decide(bytes: Uint8Array): void {
    const held = this.#end - this.#start;
    if (held + bytes.length > this.#kept.length) {
      const grown = new Uint8Array(Math.max(LEAST_ROOM, (held + bytes.length) * 2));
      grown.set(this.#kept.subarray(0, held));
      this.#kept = grown;
    }
    this.#kept.set(bytes, held);
    this.#end += bytes.length;
    this.decided += bytes.length;
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

  /** The bytes that stand for those from this sequence number on. What lies far behind them is forgotten: asked for again, it is filled. */
  bytes(seq: number, length: number): Uint8Array {
    const out = new Uint8Array(length).fill(FILLER);
    const at = this.#offsetOf(seq);
    if (at === undefined) return out;
    const first = Math.max(at, this.#start);
    const last = Math.min(at + length, this.#end);
    if (first < last) out.set(this.#kept.subarray(first - this.#start, last - this.#start), first - at);
    this.#forget(last - MOST_KEPT);
    return out;
  }

  #forget(until: number): void {
    const held = this.#end - this.#start;
    const gone = until - this.#start;
    if (gone < MOST_KEPT || gone > held) return;
    const rest = this.#kept.slice(gone, held);
    this.#kept = rest;
    this.#start += gone;
  }

  /** Sequence numbers count modulo 2^32: the offset is the one nearest to where we are. */
  #offsetOf(seq: number): number | undefined {
    if (this.#base === undefined) return undefined;
    return this.#position + ((seq - (this.#base + this.#position)) | 0);
  }
}
