import type { Times } from './timed.ts';

/** So many times as long as the captured one an answer may take. */
const SLOWER = 3;
/** So much longer nothing may move while a connection is played otherwise: it tells nothing until it is over. */
const OTHERS_TAKE = 20;

/**
 * For how many ms nothing may move until a step goes out of turn: `stallMs`, and longer while an answer is owed that was slow in the
 * capture too. `owed`: its step; `others`: connections that are played otherwise.
 */
export function patience(times: Times, owed: readonly (number | undefined)[], others: number, stallMs: number): number {
  let slowest = 0;
  for (const index of owed) {
    const took = index === undefined ? 0 : times.answeredAt(index) - times.at(index);
    // Nobody waits for what had no answer in the capture.
    if (took < Number.POSITIVE_INFINITY) slowest = Math.max(slowest, took);
  }
  return stallMs * (others > 0 ? OTHERS_TAKE : 1) + SLOWER * slowest;
}
