import { expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import { usualLimits } from './limits.ts';
import { Patience } from './patience.ts';
import type { CheckResult } from './result.ts';

const failed = (got: string): CheckResult =>
  ({ verdict: 'fail', deviation: { axis: 'ending', step: 1, expected: 'FIN', got } }) as unknown as CheckResult;

test('waits less once many have waited in vain, and says so', () => {
  const patience = new Patience();
  const inVain = ['silence for 5000 ms on an open connection', 'still open at the limit', '9 packets that ask for more and no end'];
  for (let i = 0; i < 63; i++) patience.saw(failed(inVain[i % inVain.length] as string));
  for (let i = 0; i < 100; i++) patience.saw(failed('RST'));
  expect(patience.within(usualLimits)).toEqual(usualLimits);
  expect(patience.note(usualLimits)).toBeUndefined();
  patience.saw(failed('still open at the limit'));
  expect(patience.within(usualLimits)).toEqual({ ...usualLimits, answerMs: 1000 });
  expect(patience.note(usualLimits)).toBe('64 checks waited in vain; from the 65th on each waited for 1000 ms, no longer for 5000.');
  const long = { id: 'limits/x', limitMs: 15_000 } as unknown as Case;
  expect(patience.of(long, usualLimits).limitMs).toBe(3000);
  expect(new Patience().of(long, usualLimits).limitMs).toBe(15_000);
  expect(patience.within({ ...usualLimits, answerMs: 300 }).answerMs).toBe(300);
});
