/** When something happened, by any clock. Frames of one time (of a capture in whole seconds all of a second) stand in their order. */
export interface Moment {
  readonly at: number;
  readonly frame?: number | undefined;
}

export const isLater = (one: Moment, other: Moment): boolean =>
  one.at > other.at || (one.at === other.at && (one.frame ?? 0) > (other.frame ?? 0));

/** When something was said on which connection, and when it was answered; no `answeredAt`: it was not. */
export interface Timed extends Moment {
  readonly connection: number;
  readonly answeredAt?: number;
  readonly answerFrame?: number;
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
  sentFrame(index: number): number;
  /** Infinity: it was not answered. */
  answeredAt(index: number): number;
  answerFrame(index: number): number;
  role(index: number): number;
  /** Are two writes certainly of different rows, so that it makes no difference which comes first? */
  apart(one: number, other: number): boolean;
}

/** Had a step no answer yet when another was sent? */
export function isOpenAt(times: Times, one: number, sent: number): boolean {
  const [answeredAt, at] = [times.answeredAt(one), times.at(sent)];
  return answeredAt > at || (answeredAt === at && times.answerFrame(one) > times.sentFrame(sent));
}

/** Which of two steps that were answered was first: negative, the one. */
export const byAnswer = (times: Times, one: number, other: number): number =>
  times.answeredAt(one) - times.answeredAt(other) || times.answerFrame(one) - times.answerFrame(other) || one - other;

export const timesOf = (steps: readonly Timed[], apart: Times['apart'] = () => false): Times => ({
  length: steps.length,
  connection: (index) => (steps[index] as Timed).connection,
  at: (index) => (steps[index] as Timed).at,
  sentFrame: (index) => (steps[index] as Timed).frame ?? 0,
  answeredAt: (index) => (steps[index] as Timed).answeredAt ?? Number.POSITIVE_INFINITY,
  answerFrame: (index) => (steps[index] as Timed).answerFrame ?? 0,
  role: (index) => roleOf(steps[index] as Timed),
  apart,
});
