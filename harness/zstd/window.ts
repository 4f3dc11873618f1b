import { BLOCK_MAX } from './literals.ts';
import { ZstdFault } from './zstd-fault.ts';

/** Content behind the window that is kept before it moves: the larger, the less often it is moved. */
const SLACK = 1024 * 1024;

/** The content of a frame as far back as matches may reach, and the block that is being written. */
export class Window {
  readonly #size: number;
  #bytes: Uint8Array = new Uint8Array(64 * 1024);
  #end = 0;
  #blockStart = 0;
  /** Bytes of the frame that have been written before what is kept. */
  #moved = 0;
  /** The offsets of the last three matches: RFC 8878 section 3.1.1.5. */
  readonly #recent: [number, number, number] = [1, 4, 8];

  /** `size` in bytes. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Bytes of the frame so far. */
  get total(): number {
    return this.#moved + this.#end;
  }

  startBlock(): void {
    const limit = this.#size + Math.max(SLACK, this.#size >> 2) + BLOCK_MAX;
    if (this.#end + BLOCK_MAX > limit) {
      const drop = this.#end - this.#size;
      this.#bytes.copyWithin(0, drop, this.#end);
      this.#end -= drop;
      this.#moved += drop;
    }
    if (this.#end + BLOCK_MAX > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(limit, Math.max(2 * this.#bytes.length, this.#end + BLOCK_MAX)));
      grown.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = grown;
    }
    this.#blockStart = this.#end;
  }

  /** What the block has so far, as a copy. */
  block(): Uint8Array {
    return this.#bytes.slice(this.#blockStart, this.#end);
  }

  append(from: Uint8Array, at: number, length: number): void {
    this.#mayGrow(length);
    const to = this.#bytes;
    let end = this.#end;
    if (length > 32) to.set(from.subarray(at, at + length), end);
    else for (let i = 0; i < length; i += 1) to[end + i] = from[at + i] as number;
    end += length;
    this.#end = end;
  }

  fill(byte: number, length: number): void {
    this.#mayGrow(length);
    this.#bytes.fill(byte, this.#end, this.#end + length);
    this.#end += length;
  }

  /** What an offset value means: 1 to 3 stand for recent offsets, one further on behind no literals. */
  distance(value: number, noLiterals: boolean): number {
    const recent = this.#recent;
    const which = value + (noLiterals ? 1 : 0) - 1;
    if (value <= 3 && which === 0) return recent[0];
    const found = value > 3 ? value - 3 : which === 3 ? recent[0] - 1 : (recent[which as 1 | 2] as number);
    if (value > 3 || which > 1) recent[2] = recent[1];
    recent[1] = recent[0];
    recent[0] = found;
    return found;
  }

  repeat(distance: number, length: number): void {
    this.#mayGrow(length);
    if (distance < 1 || distance > this.#end || distance > this.#size) {
      throw new ZstdFault('a match from before the window');
    }
    const b = this.#bytes;
    const end = this.#end;
    if (distance >= length && length > 32) b.copyWithin(end, end - distance, end - distance + length);
    else for (let i = 0; i < length; i += 1) b[end + i] = b[end + i - distance] as number;
    this.#end = end + length;
  }

  #mayGrow(length: number): void {
    if (this.#end + length - this.#blockStart > BLOCK_MAX) throw new ZstdFault('a block of more than 128 KiB');
  }
}
