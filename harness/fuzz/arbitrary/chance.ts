/**
 * Choices that follow from a seed, and from nothing else. fast-check draws the seed; what grows from it is made here,
 * because a campaign makes thousands of execs a second and a tree of arbitraries takes ten times as long.
 */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 32 bits (mulberry32). */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 to n - 1. */
  below(n: number): number {
    return Math.floor((this.bits() / 0x100000000) * n);
  }

  /** From the first to the second, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True in one of n. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  /** By weight: each has its own, a whole number. */
  weighted<T>(list: readonly (readonly [weight: number, value: T])[]): T {
    let sum = 0;
    for (const [weight] of list) sum += weight;
    let at = this.below(sum);
    for (const [weight, value] of list) {
      if (at < weight) return value;
      at -= weight;
    }
    return (list[0] as readonly [number, T])[1];
  }

  /** n bytes as hex. */
  hex(n: number): string {
    let out = '';
    for (let i = 0; i < n; i++) out += byteHex[this.below(256)];
    return out;
  }
}

const byteHex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/** A seed for each number under a seed, far apart from its neighbours'. */
export function seedOf(seed: number, n: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(n + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}
