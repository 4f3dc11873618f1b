/** So many ms for looking into something, of which those are none that pass while the target is brought up again: as many more at most. */
export class LookingTime {
  readonly #ms: number;
  readonly #now: () => number;
  readonly #from: number;
  #without = 0;

  constructor(ms: number, now: () => number = () => performance.now()) {
    this.#ms = ms;
    this.#now = now;
    this.#from = now();
  }

  /** Awaits what does not count. */
  async without<T>(wait: Promise<T>): Promise<T> {
    const began = this.#now();
    try {
      return await wait;
    } finally {
      this.#without += this.#now() - began;
    }
  }

  get over(): boolean {
    return this.hasPassed(1);
  }

  /** Is this share of it over? */
  hasPassed(share: number): boolean {
    return this.#now() - this.#from >= this.#ms * share + Math.min(this.#without, this.#ms);
  }
}
