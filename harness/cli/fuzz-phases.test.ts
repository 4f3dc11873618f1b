import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Phases, phases } from './fuzz-phases.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LIMIT_MS = 3000;
let all: Phases;
/** Which parts have ended, ms after the beginning. */
function ended(): string {
  const { over, cutPlays, cutLooks } = all;
  return Object.entries({ over, cutPlays, cutLooks })
    .flatMap(([name, { aborted }]) => (aborted ? [name] : []))
    .join();
}
function begin(timed: number | undefined, stop = new AbortController().signal, lookedAtMs = 0): void {
  all = phases({ timed, limitMs: LIMIT_MS, from: performance.now() - lookedAtMs, stop });
}

test('sessions end with the time, and what is under way one limit later', () => {
  begin(10_000);
  for (const [ms, is] of [
    [9_999, ''],
    [1, 'over'],
    [LIMIT_MS, 'over,cutPlays,cutLooks'],
  ] as const) {
    vi.advanceTimersByTime(ms);
    expect(ended()).toBe(is);
  }
});

test('the look at the target before it belongs to its time', () => {
  begin(10_000, undefined, 4000);
  vi.advanceTimersByTime(6000);
  expect(ended()).toBe('over');
});

test('where there are suspicions the last quarter is theirs', () => {
  begin(20_000);
  all.looking(2);
  vi.advanceTimersByTime(15_000);
  expect(ended()).toBe('over');
  vi.advanceTimersByTime(LIMIT_MS);
  expect(ended()).toBe('over,cutPlays');
  vi.advanceTimersByTime(5000);
  expect(ended()).toBe('over,cutPlays,cutLooks');
});

test('Ctrl-C ends all of it within one limit, and evidence is written for no longer than that takes', () => {
  const stop = new AbortController();
  begin(undefined, stop.signal);
  vi.advanceTimersByTime(100_000);
  expect(ended()).toBe('');
  stop.abort();
  expect(ended()).toBe('over');
  vi.advanceTimersByTime(LIMIT_MS);
  expect(ended()).toBe('over,cutPlays,cutLooks');
  const evidence = all.evidence();
  vi.advanceTimersByTime(30_000);
  expect(evidence.aborted).toBe(true);
});
