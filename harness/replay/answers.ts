import { byAnswer, isOpenAt, type Times } from './timed.ts';

/** Steps that are looked at for one that may go. */
const MOST_PASSED = 128;

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
    for (let index = 0; index < times.length; index++) {
      if (!wanted(index)) continue;
      sorted &&= count === 0 || byAnswer(times, this.#list[count - 1] as number, index) < 0;
      this.#list[count++] = index;
    }
    if (!sorted) this.#list.sort((a, b) => byAnswer(times, a, b));
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
    return first < 0 || first === index || isOpenAt(this.#times, first, index);
  }

  /**
   * Is all answered that had been answered before this step was? What was on its way beside it, and is apart from it, may be passed:
   * which of both was first, the capture does not say.
   */
  isPastAnswerOf(index: number): boolean {
    const times = this.#times;
    if (this.first < 0) return true;
    const end = Math.min(this.#list.length, this.#frontier + MOST_PASSED);
    for (let place = this.#frontier; place < end; place++) {
      const one = this.#list[place] as number;
      if (byAnswer(times, one, index) >= 0) return true;
      if (this.#answered[one]) continue;
      if (!isOpenAt(times, one, index) || !times.apart(one, index)) return false;
    }
    return end === this.#list.length;
  }
}
