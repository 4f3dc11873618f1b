import { expect, test } from 'vitest';
import { LookingTime } from './looking-time.ts';

test('time in which the target was dead does not count, and no more of it than there was to look', async () => {
  let now = 5;
  const time = new LookingTime(100, () => now);
  const passes = async (ms: number): Promise<void> => {
    await Promise.resolve();
    now += ms;
  };
  await time.without(passes(80));
  now += 49;
  expect(time.hasPassed(1 / 2)).toBe(false);
  now += 1;
  expect(time.hasPassed(1 / 2)).toBe(true);
  now += 49;
  expect(time.over).toBe(false);
  now += 1;
  expect(time.over).toBe(true);
  await time.without(passes(500));
  now -= 500;
  expect(time.over).toBe(false);
  now += 20;
  expect(time.over).toBe(true);
});
