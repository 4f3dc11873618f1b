import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { within } from './within.ts';

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
