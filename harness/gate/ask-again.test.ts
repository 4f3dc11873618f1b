import { expect, test } from 'vitest';
import { openIn } from './ask-again.ts';
import { compareSides } from './compare.ts';
import { usualPolicy } from './policy.ts';
import { failed, report, result, side } from './testdata/sides.ts';

/** What is asked about in a round, where the baseline's checks and the candidate's are these. */
function asked(before: readonly ReturnType<typeof result>[], after: readonly ReturnType<typeof result>[], round: number): string[] {
  const { differences } = compareSides(side([report(before)]), side([report(after)]), usualPolicy);
  return openIn(differences, round).map((one) => one.after.shown.case);
}
const ids = Array.from({ length: 20 }, (_, i) => `command/c${i}`);
const dead = { axis: 'liveness', step: 1, expected: '', got: 'SIGSEGV' } as const;

test('what would stop the gate is asked again twice, twelve of each sort', () => {
  const sides = [ids.map((id) => result({ case: id })), ids.map((id) => failed({ case: id }))] as const;
  expect([1, 2].map((round) => asked(...sides, round).length)).toEqual([12, 12]);
});

test('what would stop the gate and was not asked again is, in a later round', () => {
  const [baseline, candidate] = [result({}), failed({})];
  const after = (runs: number) => side(Array.from({ length: runs }, () => report([candidate])));
  const open = (runs: number): number => openIn(compareSides(side([report([baseline])]), after(runs), usualPolicy).differences, 3).length;
  expect([1, 2, 3].map(open)).toEqual([1, 1, 0]);
});

test('what the candidate could not be judged for is asked again', () => {
  const unjudged = result({ verdict: 'inconclusive', observation: 'no connection', tries: 0, reason: 'no connection within 3000 ms' });
  expect([1, 2, 3].map((round) => asked([result()], [unjudged], round).length)).toEqual([1, 1, 0]);
  // It dies of the case under another delivery.
  const spared = { ...unjudged, delivery: 'bytes' } as const;
  expect(asked([result(), result({ delivery: 'bytes' })], [failed({ deviation: dead }), spared], 1)).toEqual(['quit/after-login']);
});

test('what happens in a share of the tries, for as long as it is in doubt', () => {
  const sides = [[result({ tries: 10 })], [failed({ tries: 10, deviatingTries: 1 })]] as const;
  expect([1, 2, 3, 6].map((round) => asked(...sides, round).length)).toEqual([1, 1, 1, 1]);
});

test('but no more than twice where the gate is shut anyhow', () => {
  const runs = <T>(one: T): T[] => [one, one, one];
  const race = failed({ case: 'early-data/quit', tries: 10, deviatingTries: 1 });
  const open = (...after: ReturnType<typeof result>[]): string[] => {
    const before = side(runs(report(after.map((one) => result({ case: one.case, tries: one.tries })))));
    return openIn(compareSides(before, side(runs(report(after))), usualPolicy).differences, 3).map((one) => one.after.shown.case);
  };
  expect(open(race)).toEqual(['early-data/quit']);
  expect(open(race, failed())).toEqual([]);
});

test('of one change that shows in many cases some, once; and every other one', () => {
  const sides = [
    [...ids.map((id) => result({ case: id, observation: '2:OK 0/0/0x0/0' })), result({ case: 'command/other', observation: 'RST' })],
    [...ids.map((id) => result({ case: id, observation: '2:OK 0/0/0x2/0' })), result({ case: 'command/other', observation: 'FIN' })],
  ] as const;
  expect(asked(...sides, 1)).toEqual([...ids.slice(0, 3), 'command/other']);
  expect(asked(...sides, 2)).toEqual([]);
});

test('not what the baseline dies of: the runner has seen it twice, and each death costs a start', () => {
  expect(asked([failed({ deviation: dead })], [result()], 1)).toEqual([]);
  expect(asked([result()], [failed({ deviation: dead })], 1)).toEqual(['quit/after-login']);
});
