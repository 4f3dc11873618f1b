/** When something was said on which connection, and when it was answered (any clock); undefined: it was not. */
export interface Timed {
  readonly connection: number;
  readonly at: number;
  readonly answeredAt?: number;
  /**
   * What it is to the others. write (the default): it changes something, or may. read: it changes nothing, so two of them go in
   * any order. neutral: nobody else has to do with it.
   */
  readonly kind?: 'write' | 'read' | 'neutral';
  /**
   * A write that may have waited for a lock: when it was answered says more than when it was sent. 'insert': a row was added,
   * and to add two rows that both could be added comes to the same in either order.
   */
  readonly locks?: boolean | 'insert';
}

/**
 * How much of the order of a capture is kept.
 * - causes: steps start in the order in which they were sent, and what had been answered when a step was sent is answered
 *   before it starts.
 * - answers: what had been answered when a step was sent is answered before it starts, unless both only read; and what takes locks
 *   runs in the order of its answers, one at a time (inserts behind one another side by side): the locks are then granted as they
 *   were in the capture, and nobody has to wait for one.
 */
export type Order = 'causes' | 'answers';

/** Steps by their answers, and how many of them from the first on are answered again. */
class Answers {
  readonly list: readonly number[];
  frontier = 0;
  readonly #steps: readonly Timed[];
  readonly #answered: Uint8Array;

  constructor(steps: readonly Timed[], answered: Uint8Array, which: (step: Timed) => boolean) {
    this.#steps = steps;
    this.#answered = answered;
    const at = (index: number) => (steps[index] as Timed).answeredAt as number;
    const list: number[] = [];
    for (const [index, step] of steps.entries()) if (step.answeredAt !== undefined && which(step)) list.push(index);
    this.list = list.sort((a, b) => at(a) - at(b) || a - b);
  }

  /** Is all answered that had been answered when this step was sent? */
  isPast(at: number, index: number): boolean {
    const first = this.first;
    return first === undefined || first === index || ((this.#steps[first] as Timed).answeredAt as number) > at;
  }

  /** The first that is not answered. */
  get first(): number | undefined {
    while (this.#answered[this.list[this.frontier] as number]) this.frontier++;
    return this.list[this.frontier];
  }
}

/**
 * Says which step of a capture may start next. Steps are numbered from 0 in the order in which they were sent. Pure: it is told
 * what was started and answered, and has no clock.
 */
export class Gate {
  /** Steps that were let through out of turn. */
  forced = 0;
  readonly #steps: readonly Timed[];
  readonly #inOrder: boolean;
  readonly #started: Uint8Array;
  readonly #answered: Uint8Array;
  readonly #reads: Answers;
  readonly #writes: Answers;
  /** The first write that holds an insert back: not answered, and no insert that has started. */
  #inserts = 0;
  /** The steps of each connection, and how many have started. */
  readonly #own: number[][] = [];
  readonly #begun: number[] = [];
  /** Connections whose next step waits for nothing of its own. */
  readonly #idle = new Set<number>();
  /** The first that has not started. */
  #next = 0;
  /** Started; and of these, not answered. */
  #count = 0;
  #outstanding = 0;

  constructor(steps: readonly Timed[], order: Order) {
    this.#steps = steps;
    this.#inOrder = order === 'causes';
    this.#started = new Uint8Array(steps.length);
    this.#answered = new Uint8Array(steps.length);
    // In the order in which things were sent it makes no difference what they do.
    this.#reads = new Answers(steps, this.#answered, ({ kind }) => !this.#inOrder && kind === 'read');
    this.#writes = new Answers(steps, this.#answered, ({ kind = 'write' }) => this.#inOrder || kind === 'write');
    for (const [index, { connection }] of steps.entries()) {
      const own = this.#own[connection];
      if (own) own.push(index);
      else this.#own[connection] = [index];
      this.#begun[connection] = 0;
      this.#idle.add(connection);
    }
  }

  get done(): boolean {
    return this.#outstanding === 0 && this.#count === this.#steps.length;
  }

  /** A step that may start now: of several the one that was sent first, and those that take locks last. */
  next(): number | undefined {
    if (this.#inOrder) {
      while (this.#started[this.#next]) this.#next++;
      const index = this.#next;
      return index < this.#steps.length && this.#isNext(index) && this.#isFree(index) ? index : undefined;
    }
    let [free, locking]: (number | undefined)[] = [];
    for (const connection of this.#idle) {
      const index = this.#own[connection]?.[this.#begun[connection] as number] as number;
      const { locks } = this.#steps[index] as Timed;
      const best = locks ? locking : free;
      if ((best !== undefined && index > best) || !this.#isFree(index)) continue;
      if (locks) locking = index;
      else free = index;
    }
    // What ends a transaction lets locks go: it comes before who wants them.
    return free ?? locking;
  }

  /**
   * The first step whose own connection is ready for it, for when nothing else moves: a lock is held that was not held in
   * the capture. undefined: there is none.
   */
  outOfTurn(): number | undefined {
    let found: number | undefined;
    for (const connection of this.#idle) {
      const index = this.#own[connection]?.[this.#begun[connection] as number] as number;
      if (found === undefined || index < found) found = index;
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
    this.#look(connection);
  }

  /** Once for each step that has started. */
  answer(index: number): void {
    this.#answered[index] = 1;
    this.#outstanding--;
    this.#look((this.#steps[index] as Timed).connection);
  }

  #look(connection: number): void {
    const index = this.#own[connection]?.[this.#begun[connection] as number];
    if (index !== undefined && this.#isNext(index)) this.#idle.add(connection);
    else this.#idle.delete(connection);
  }

  /** May it start, as far as the other connections are concerned? */
  #isFree(index: number): boolean {
    const { at, kind = 'write', locks, answeredAt } = this.#steps[index] as Timed;
    if (this.#inOrder) return this.#writes.isPast(at, index);
    if (kind === 'neutral') return true;
    if (kind === 'read') return this.#writes.isPast(at, index);
    if (!this.#reads.isPast(at, index)) return false;
    if (!locks || answeredAt === undefined) return this.#writes.isPast(at, index);
    return this.#writes.first === index || (locks === 'insert' && this.#firstBeforeInserts() === index);
  }

  #firstBeforeInserts(): number | undefined {
    const { list } = this.#writes;
    for (this.#inserts = Math.max(this.#inserts, this.#writes.frontier); this.#inserts < list.length; this.#inserts++) {
      const index = list[this.#inserts] as number;
      const passes = this.#answered[index] || (this.#started[index] && (this.#steps[index] as Timed).locks === 'insert');
      if (!passes) return index;
    }
    return undefined;
  }

  /** Its connection has come to it, and does not owe it an answer that it had waited for. */
  #isNext(index: number): boolean {
    const { connection, at } = this.#steps[index] as Timed;
    const own = this.#own[connection] as number[];
    const begun = this.#begun[connection] as number;
    if (own[begun] !== index) return false;
    const before = own[begun - 1];
    if (before === undefined || this.#answered[before] === 1) return true;
    return ((this.#steps[before] as Timed).answeredAt ?? Number.POSITIVE_INFINITY) > at;
  }
}
