import { Answers } from './answers.ts';
import { isOpenAt, role, type Times } from './timed.ts';

/**
 * How much of the order of a capture is kept.
 * - causes: steps start in the order in which they were sent, and what had been answered when a step was sent is answered
 *   before it starts.
 * - answers: what had been answered when a step was sent is answered before it starts, unless both only read; and what takes locks
 *   runs in the order of its answers, one at a time: the locks are then granted as they were in the capture, and nobody has to wait
 *   for one. Inserts with nothing else between them go in any order, and so do single statements about different rows that were on
 *   their way at once.
 */
export type Order = 'causes' | 'answers';

/**
 * Says which step of a capture may start next. Steps are numbered from 0 in the order in which they were sent. Pure: it is told
 * what was started and answered, and has no clock.
 */
export class Gate {
  /** Steps that were let through out of turn. */
  forced = 0;
  readonly #times: Times;
  readonly #inOrder: boolean;
  readonly #started: Uint8Array;
  readonly #answered: Uint8Array;
  readonly #reads: Answers;
  readonly #writes: Answers;
  /** What an insert may not pass. */
  readonly #barriers: Answers;
  /** The steps of connection c are #own[#from[c]] to #own[#from[c + 1]]; #begun: the place of its next one. */
  readonly #own: Uint32Array;
  readonly #from: Uint32Array;
  readonly #begun: Uint32Array;
  /** Connections whose next step waits for nothing of their own, but for those to come. */
  readonly #idle = new Set<number>();
  /** Connections that begin with a plain write (a login), by that step, and how many have: before one may, none behind it may. */
  readonly #arrivals: Uint32Array;
  #arrived = 0;
  /** The first that has not started. */
  #next = 0;
  /** Started; and of these, not answered. */
  #count = 0;
  #outstanding = 0;

  constructor(times: Times, order: Order) {
    const { length } = times;
    this.#times = times;
    this.#inOrder = order === 'causes';
    this.#started = new Uint8Array(length);
    this.#answered = new Uint8Array(length);
    const inOrder = this.#inOrder;
    // In the order in which things were sent it makes no difference what they do.
    this.#reads = new Answers(times, this.#answered, (one) => !inOrder && one === role.read);
    this.#writes = new Answers(times, this.#answered, (one) => inOrder || one <= role.insert);
    this.#barriers = new Answers(times, this.#answered, (one) => !inOrder && one < role.insert);
    let connections = 0;
    for (let index = 0; index < length; index++) connections = Math.max(connections, times.connection(index) + 1);
    this.#from = new Uint32Array(connections + 1);
    for (let index = 0; index < length; index++) bump(this.#from, times.connection(index) + 1);
    for (let c = 0; c < connections; c++) bump(this.#from, c + 1, this.#from[c]);
    this.#begun = this.#from.slice(0, connections);
    this.#own = new Uint32Array(length);
    for (let index = 0; index < length; index++) this.#own[bump(this.#begun, times.connection(index)) - 1] = index;
    this.#begun.set(this.#from.subarray(0, connections));
    const first = (c: number) => this.#own[this.#from[c] as number] as number;
    const all = Uint32Array.from({ length: connections }, (_, c) => c).filter((c) => this.#from[c] !== this.#from[c + 1]);
    this.#arrivals = all.filter((c) => times.role(first(c)) === role.write).sort((a, b) => first(a) - first(b));
    for (const c of all) if (times.role(first(c)) !== role.write) this.#idle.add(c);
  }

  get done(): boolean {
    return this.#outstanding === 0 && this.#count === this.#times.length;
  }

  /** A step that may start now: of several the one that was sent first, and those that take locks last; undefined: none. */
  next(): number | undefined {
    if (this.#inOrder) {
      while (this.#started[this.#next]) this.#next++;
      const index = this.#next;
      return index < this.#times.length && this.#isNext(index) && this.#isFree(index) ? index : undefined;
    }
    let free = -1;
    let locking = -1;
    for (const connection of this.#idle) {
      const index = this.#own[this.#begun[connection] as number] as number;
      const one = this.#times.role(index);
      const locks = one === role.locks || one === role.insert;
      const best = locks ? locking : free;
      if ((best >= 0 && index > best) || !this.#isFree(index)) continue;
      if (locks) locking = index;
      else free = index;
    }
    const arriving = this.#arriving;
    if (arriving >= 0 && (free < 0 || arriving < free) && this.#isFree(arriving)) free = arriving;
    // What ends a transaction lets locks go: it comes before who wants them.
    return free >= 0 ? free : locking >= 0 ? locking : undefined;
  }

  /**
   * The first step whose own connection is ready for it, for when nothing else moves: a lock is held that was not held in
   * the capture. undefined: there is none.
   */
  outOfTurn(): number | undefined {
    const arriving = this.#arriving;
    let found = arriving < 0 ? undefined : arriving;
    for (const connection of this.#idle) {
      const index = this.#own[this.#begun[connection] as number] as number;
      if (found === undefined || index < found) found = index;
    }
    if (found !== undefined) this.forced++;
    return found;
  }

  start(index: number): void {
    this.#started[index] = 1;
    this.#count++;
    this.#outstanding++;
    const connection = this.#times.connection(index);
    bump(this.#begun, connection);
    this.#look(connection);
  }

  /** Once for each step that has started. */
  answer(index: number): void {
    this.#answered[index] = 1;
    this.#outstanding--;
    this.#look(this.#times.connection(index));
  }

  /** The first step of the next connection that has not begun; -1: all have. */
  get #arriving(): number {
    const { length } = this.#arrivals;
    while (this.#arrived < length && this.#started[this.#first(this.#arrived)]) this.#arrived++;
    return this.#arrived < length ? this.#first(this.#arrived) : -1;
  }

  #first(arrival: number): number {
    return this.#own[this.#from[this.#arrivals[arrival] as number] as number] as number;
  }

  #look(connection: number): void {
    const place = this.#begun[connection] as number;
    if (place < (this.#from[connection + 1] as number) && this.#isNext(this.#own[place] as number)) this.#idle.add(connection);
    else this.#idle.delete(connection);
  }

  /** May it start, as far as the other connections are concerned? */
  #isFree(index: number): boolean {
    if (this.#inOrder) return this.#writes.isPast(index);
    const one = this.#times.role(index);
    if (one === role.neutral) return true;
    if (one === role.read) return this.#writes.isPast(index);
    if (!this.#reads.isPast(index)) return false;
    if (one === role.write || this.#times.answeredAt(index) === Number.POSITIVE_INFINITY) return this.#writes.isPast(index);
    return (one === role.insert ? this.#barriers : this.#writes).isPastAnswerOf(index);
  }

  /** Its connection has come to it, and does not owe it an answer that it had waited for. */
  #isNext(index: number): boolean {
    const connection = this.#times.connection(index);
    const place = this.#begun[connection] as number;
    if (this.#own[place] !== index) return false;
    if (place === this.#from[connection]) return true;
    const before = this.#own[place - 1] as number;
    return this.#answered[before] === 1 || isOpenAt(this.#times, before, index);
  }
}

/** Adds to a number in a list; what it is now. */
function bump(list: Uint32Array, at: number, by = 1): number {
  const sum = (list[at] as number) + by;
  list[at] = sum;
  return sum;
}
