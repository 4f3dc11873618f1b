import type { Times } from './timed.ts';

/** Some steps by their answers in the capture, and how many of them from the first on are answered again. */
export class Answers {
  readonly #list: Uint32Array;
  readonly #times: Times;
  readonly #answered: Uint8Array;
  #frontier = 0;

  /** Of the steps of these roles those that were answered. `answered` tells, now and later, which are answered again. */
  constructor(times: Times, answered: Uint8Array, isOne: (role: number) => boolean) {
    this.#times = times;
    this.#answered = answered;
    let count = 0;
    const wanted = (index: number) => times.answeredAt(index) < Number.POSITIVE_INFINITY && isOne(times.role(index));
    for (let index = 0; index < times.length; index++) if (wanted(index)) count++;
    this.#list = new Uint32Array(count);
    count = 0;
    let sorted = true;
    let last = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < times.length; index++) {
      if (!wanted(index)) continue;
      this.#list[count++] = index;
      sorted &&= times.answeredAt(index) >= last;
      last = times.answeredAt(index);
    }
    if (!sorted) this.#list.sort((a, b) => times.answeredAt(a) - times.answeredAt(b) || a - b);
  }

  /** The first that is not answered again; -1: all are. */
  get first(): number {
    const { length } = this.#list;
    while (this.#frontier < length && this.#answered[this.#list[this.#frontier] as number]) this.#frontier++;
    return this.#frontier < length ? (this.#list[this.#frontier] as number) : -1;
  }

  /** Is all answered that had been answered when this step was sent? */
  isPast(index: number): boolean {
    const { first } = this;
    return first < 0 || first === index || this.#times.answeredAt(first) > this.#times.at(index);
  }

  /** Is all answered that had been answered before this step was? */
  isPastAnswerOf(index: number): boolean {
    const { first } = this;
    if (first < 0 || first === index) return true;
    const [one, other] = [this.#times.answeredAt(first), this.#times.answeredAt(index)];
    return one > other || (one === other && first > index);
  }
}
