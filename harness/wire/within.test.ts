import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { afterStillness, within } from './within.ts';

/** Nothing else of this process goes on meanwhile. */
function standStill(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test.each([
  ['a limit is a limit', 600, 0, 20_000, false],
  ['what comes in time is in time', 600, 0, 300, true],
  ['a process that stood still did not wait', 600, 900, 1000, true],
  ['nor does it wait for ever behind that', 600, 900, 20_000, false],
] as const)('%s', async (_name, limitMs, stillMs, comesMs, comes) => {
  const event = delay(comesMs, undefined, { ref: false });
  const waited = within(event, limitMs);
  setTimeout(() => standStill(stillMs), 50);
  expect(await waited).toBe(comes);
});

afterEach(() => void vi.useRealTimers());

test('an answer that is there at once needs no look at what moves', () => {
  const moved = vi.fn(() => 0);
  afterStillness({ limitMs: 400, mostMs: 4000, enough: 8 }, moved, () => {})();
  expect(moved).not.toHaveBeenCalled();
});

test.each([
  ['nothing moves', 0, 400, false],
  ['next to nothing moves', 0.01, 400, false],
  ['it moves all the time', 1, 1000, true],
] as const)('a limit that begins again: %s', async (_name, eachMs, endsMs, grew) => {
  vi.useFakeTimers();
  const from = performance.now();
  const late = vi.fn();
  afterStillness({ limitMs: 400, mostMs: 950, enough: 8 }, () => (performance.now() - from) * eachMs, late);
  await vi.advanceTimersByTimeAsync(endsMs - 2);
  expect(late).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60); // less than a part
  expect(late).toHaveBeenCalledExactlyOnceWith(grew);
});
