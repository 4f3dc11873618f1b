/** When something was said on which connection, and when it was answered (any clock); undefined: it was not. */
export interface Timed {
  readonly connection: number;
  readonly at: number;
  readonly answeredAt?: number;
  /**
   * It may have waited for a lock: when it was answered says more than when it was sent. 'insert': a row was added, and to add
   * two rows that both could be added comes to the same in either order.
   */
  readonly locks?: boolean | 'insert';
}

/**
 * How much of the order of a capture is kept.
 * - causes: steps start in the order in which they were sent, and what had been answered when a step was sent is answered
 *   before it starts.
 * - answers: the same, but what takes locks runs in the order of its answers, one at a time (inserts behind one another side
 *   by side): the locks are then granted as they were in the capture, and nobody has to wait for one.
 */
export type Order = 'causes' | 'answers';

/**
 * Says which step of a capture may start next. Steps are numbered from 0 in the order in which they were sent. Pure: it is told
 * what was started and answered, and has no clock.
 */
export class Gate {
  /** Steps that were let through out of turn. */
  forced = 0;
  readonly #steps: readonly Timed[];
  readonly #late: (step: Timed) => boolean;
  readonly #started: Uint8Array;
  readonly #answered: Uint8Array;
  /** Those that start in the order in which they were sent, and how many have. */
  readonly #early: readonly number[];
  #next = 0;
  /** All that were answered, by their answers, and how many of them are answered again. */
  readonly #byAnswer: readonly number[];
  #frontier = 0;
  /** The first of them that holds an insert back: not answered, and no insert that has started. */
  #inserts = 0;
  /** The steps of each connection, and how many have started. */
  readonly #own: number[][] = [];
  readonly #begun: number[] = [];
  /** Started; and of these, not answered. */
  #count = 0;
  #outstanding = 0;

  constructor(steps: readonly Timed[], order: Order) {
    this.#steps = steps;
    this.#late = ({ locks, answeredAt }) => order === 'answers' && !!locks && answeredAt !== undefined;
    this.#started = new Uint8Array(steps.length);
    this.#answered = new Uint8Array(steps.length);
    const all = steps.map((_, index) => index);
    this.#early = all.filter((index) => !this.#late(steps[index] as Timed));
    this.#byAnswer = all
      .filter((index) => steps[index]?.answeredAt !== undefined)
      .sort((a, b) => this.#answeredAt(a) - this.#answeredAt(b) || a - b);
    for (const [index, { connection }] of steps.entries()) {
      this.#own[connection] ??= [];
      this.#own[connection].push(index);
      this.#begun[connection] = 0;
    }
  }

  get done(): boolean {
    return this.#outstanding === 0 && this.#count === this.#steps.length;
  }

  /** A step that may start now. */
  next(): number | undefined {
    const first = this.#byAnswer[this.#frontier];
    while (this.#started[this.#early[this.#next] as number]) this.#next++;
    const early = this.#early[this.#next];
    const free =
      early !== undefined && (first === undefined || first === early || this.#answeredAt(first) > (this.#steps[early] as Timed).at);
    if (free && this.#isNext(early)) return early;
    const late = first !== undefined && !this.#started[first] && this.#late(this.#steps[first] as Timed);
    if (late && this.#isNext(first)) return first;
    const insert = this.#byAnswer[this.#firstInsert()];
    return insert !== undefined && !this.#started[insert] && this.#isInsert(insert) && this.#isNext(insert) ? insert : undefined;
  }

  #firstInsert(): number {
    this.#inserts = Math.max(this.#inserts, this.#frontier);
    for (; ; this.#inserts++) {
      const at = this.#byAnswer[this.#inserts];
      const passes = at !== undefined && (this.#answered[at] || (this.#started[at] && this.#isInsert(at)));
      if (!passes) return this.#inserts;
    }
  }

  #isInsert(index: number): boolean {
    const step = this.#steps[index] as Timed;
    return step.locks === 'insert' && this.#late(step);
  }

  /**
   * The first step whose own connection is ready for it, for when nothing else moves: a lock is held that was not held in
   * the capture. undefined: there is none.
   */
  outOfTurn(): number | undefined {
    let found: number | undefined;
    for (const [connection, own] of this.#own.entries()) {
      const index = own?.[this.#begun[connection] as number];
      if (index === undefined || (found !== undefined && index > found)) continue;
      const before = own.slice(0, this.#begun[connection]);
      if (before.every((other) => this.#answered[other] || this.#answeredAt(other) > (this.#steps[index] as Timed).at)) found = index;
    }
    if (found !== undefined) this.forced++;
    return found;
  }

  start(index: number): void {
    this.#started[index] = 1;
    this.#count++;
    this.#outstanding++;
    const { connection } = this.#steps[index] as Timed;
    this.#begun[connection] = (this.#begun[connection] as number) + 1;
  }

  /** Once for each step that has started. */
  answer(index: number): void {
    this.#answered[index] = 1;
    this.#outstanding--;
    while (this.#answered[this.#byAnswer[this.#frontier] as number]) this.#frontier++;
  }

  /** Its connection has come to it, and does not owe it an answer that it had waited for. */
  #isNext(index: number): boolean {
    const { connection, at } = this.#steps[index] as Timed;
    const own = this.#own[connection] as number[];
    const begun = this.#begun[connection] as number;
    if (own[begun] !== index) return false;
    const before = own[begun - 1];
    return before === undefined || this.#answered[before] === 1 || this.#answeredAt(before) > at;
  }

  #answeredAt(index: number): number {
    return this.#steps[index]?.answeredAt ?? Number.POSITIVE_INFINITY;
  }
}
