import { expect, test } from 'vitest';
import type { RunningTarget } from '../target/target.ts';
import { hadOnlyWaited, Liveness } from './liveness.ts';
import type { CheckResult } from './result.ts';
import type { TryContext } from './try.ts';

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

/** A liveness whose plain logins end so; behind the last they all do. */
function endsSo(held: readonly boolean[]): Liveness {
  const liveness = new Liveness({ nodes: [] } as unknown as RunningTarget, {} as TryContext);
  const ends = held.values();
  liveness.holds = async () => ((ends.next().value ?? true) ? undefined : 'a plain login now shows "RST"');
  return liveness;
}

test.each([
  ['is what it was at first', [], false],
  ['is dead', Array(100).fill(false), false],
  ['is started again by its owner', Array.from({ length: 100 }, (_, n) => n > 20), false],
  ['has its death in it', Array.from({ length: 100 }, (_, n) => n < 20), false],
  ['resets every other connection', Array.from({ length: 100 }, (_, n) => n % 2 === 0), true],
  ['resets seven connections of fourteen', Array.from({ length: 100 }, (_, n) => n % 14 < 7), true],
])('whether a target wavers by itself that %s', async (_says, held, wavers) => {
  expect(await endsSo(held).wavers()).toBe(wavers);
});
