import { ZstdFault } from './zstd-fault.ts';

/** Reads a bitstream from its end to its beginning: RFC 8878 section 4.1. Before the beginning stand zeros. */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  /** Bits that are left. Below zero: that many more than there are were read. */
  left: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = end > start ? (bytes[end - 1] as number) : 0;
    // The highest 1 of the last byte only marks the end.
    if (last === 0) throw new ZstdFault('a bitstream without its end mark');
    this.#bytes = bytes;
    this.#start = start;
    this.left = (end - start) * 8 - (Math.clz32(last) - 24) - 1;
  }

  /** Up to 31 bits. */
  read(count: number): number {
    const value = this.peek(count);
    this.left -= count;
    return value;
  }

  peek(count: number): number {
    const from = this.left - count;
    if (from < 0) return this.#beforeStart(count);
    if (count > 24) {
      const low = count - 16;
      return ((this.#bits(from + low, 16) << low) | this.#bits(from, low)) >>> 0;
    }
    return this.#bits(from, count);
  }

  /** Up to 24 bits at a position that is there. */
  #bits(from: number, count: number): number {
    const at = this.#start + (from >>> 3);
    const b = this.#bytes;
    // Past the end of the array stands undefined, which counts as 0 here.
    const word = (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16) | ((b[at + 3] as number) << 24);
    return (word >>> (from & 7)) & ((1 << count) - 1);
  }

  #beforeStart(count: number): number {
    const there = Math.max(0, this.left);
    return there === 0 ? 0 : ((there > 24 ? this.#bits(there - 24, 24) : this.#bits(0, there)) << (count - there)) >>> 0;
  }
}
