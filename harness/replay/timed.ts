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

/** `kind` and `locks` in one number. */
export const role = { write: 0, locks: 1, insert: 2, read: 3, neutral: 4 } as const;

export function roleOf({ kind = 'write', locks }: Pick<Timed, 'kind' | 'locks'>): number {
  if (kind !== 'write') return role[kind];
  return locks === 'insert' ? role.insert : locks ? role.locks : role.write;
}

export function partsOf(one: number): Pick<Timed, 'kind' | 'locks'> {
  if (one === role.read) return { kind: 'read' };
  if (one === role.neutral) return { kind: 'neutral' };
  return one === role.write ? {} : { locks: one === role.insert ? 'insert' : true };
}

/** Many of them, by number, in the order in which they were sent. No object is made of one. */
export interface Times {
  readonly length: number;
  connection(index: number): number;
  at(index: number): number;
  /** Infinity: it was not answered. */
  answeredAt(index: number): number;
  role(index: number): number;
  /** Are two writes certainly of different rows, so that it makes no difference which comes first? */
  apart(one: number, other: number): boolean;
}

export const timesOf = (steps: readonly Timed[], apart: Times['apart'] = () => false): Times => ({
  length: steps.length,
  connection: (index) => (steps[index] as Timed).connection,
  at: (index) => (steps[index] as Timed).at,
  answeredAt: (index) => (steps[index] as Timed).answeredAt ?? Number.POSITIVE_INFINITY,
  role: (index) => roleOf(steps[index] as Timed),
  apart,
});
