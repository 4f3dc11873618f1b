import { expect, test } from 'vitest';
import { hadOnlyWaited } from './liveness.ts';
import type { CheckResult } from './result.ts';

const failed = (sentAt: number, endedAt: number, kind: 'fin' | 'rst' | 'refused' = 'rst'): CheckResult =>
  ({
    verdict: 'fail',
    transcript: {
      startedAt: 0,
      ending: 'rst',
      events: [
        { at: sentAt, kind: 'sent', bytes: new Uint8Array(5), segments: [5], label: 'COM_PING' },
        { at: endedAt, kind },
      ],
    },
  }) as unknown as CheckResult;

test('who had sent nothing for longer than a crash may take is not what the target broke of', () => {
  expect(hadOnlyWaited(failed(10, 2011))).toBe(true);
  expect(hadOnlyWaited(failed(10, 2011, 'fin'))).toBe(true);
  expect(hadOnlyWaited(failed(10, 2010))).toBe(false);
  expect(hadOnlyWaited(failed(10, 5000, 'refused'))).toBe(false);
  expect(hadOnlyWaited({ ...failed(10, 5000), verdict: 'pass' })).toBe(false);
  expect(hadOnlyWaited(undefined)).toBe(false);
});
