import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../run/result.ts';
import { differenceOf } from './difference.ts';
import { type Seen, seenIn } from './seen.ts';
import { failed, report, result } from './testdata/sides.ts';

const seen = (...runs: CheckResult[]): Seen => [...seenIn(runs.map((one) => report([one]))).values()][0] as Seen;
const refused = result({ verdict: 'unsupported', observation: '0:HandshakeV10 | 2:ERR 1251 | FIN' });
const skipped = result({ verdict: 'skipped', observation: 'not run', tries: 0, reason: 'the greeting does not offer SSL' });
const unjudged = result({ verdict: 'inconclusive', observation: 'no connection', tries: 0 });
const dead = failed({ deviation: { axis: 'liveness', step: 3, expected: 'a target that goes on', got: 'SIGSEGV' } });
const otherwise = failed({ observation: '0:HandshakeV10 | FIN' });
const ping = result({ observation: '0:HandshakeV10 | 2:OK 0/0/0x2/0 | 1:OK 0/0/0x2/0 | FIN' });
const times = (n: number, one: CheckResult): CheckResult[] => Array.from({ length: n }, () => one);

describe('what a difference is', () => {
  test.each<[string, CheckResult, CheckResult, string | undefined]>([
    ['passes, and did', result(), result(), undefined],
    ['deviates, and did not', result(), failed(), 'regression'],
    ['deviates, and refused', refused, failed(), 'regression'],
    ['refuses, and did not', result(), refused, 'lost'],
    ['no longer offers it', result(), skipped, 'lost'],
    ['could not be judged', result(), unjudged, 'unjudged'],
    ['no longer deviates', failed(), result(), 'improvement'],
    ['refuses what it did wrong', failed(), refused, 'improvement'],
    ['deviates as it did', failed(), failed(), undefined],
    ['deviates otherwise', failed(), otherwise, 'another-deviation'],
    ['dies where it deviated', failed(), dead, 'regression'],
    ['died, and now only deviates as before', dead, failed(), undefined],
    ['offers what it did not', skipped, result(), 'gained'],
    ['takes what it refused', refused, result(), 'gained'],
    ['offers what it did not, and does it wrong', skipped, failed(), 'gained'],
    ['offers neither', skipped, skipped, undefined],
    ['refuses what it did not offer', skipped, refused, 'gained'],
    ['answers otherwise where both are right', result(), ping, 'change'],
  ])('%s', (_, before, after, kind) => {
    expect(differenceOf(seen(before), seen(after))?.kind).toBe(kind);
  });

  test('which delivery of a case it is that both die of is no difference', () => {
    expect(differenceOf(seen(result()), seen(dead))?.kind).toBe('regression');
    expect(differenceOf(seen(result()), seen(dead), true)).toBeUndefined();
    expect(differenceOf(seen(result()), seen(unjudged), true)).toBeUndefined();
    expect(differenceOf(seen(result()), seen(failed()), true)?.kind).toBe('regression');
  });

  test('what varies on one side and was seen on the other is no difference', () => {
    expect(differenceOf(seen(result(), ping), seen(ping))).toBeUndefined();
    expect(differenceOf(seen(failed(), otherwise), seen(otherwise, otherwise))).toBeUndefined();
  });

  test('one deviation in many runs makes a target deviate', () => {
    expect(seen(...times(5, result()), failed())).toMatchObject({ stand: 'fail', tries: 6, deviating: 1, runs: 6 });
    expect(differenceOf(seen(failed(), ...times(5, result())), seen(failed()))).toBeUndefined();
  });
});

describe('when a difference is sure', () => {
  test('what always deviates is, however often the other was asked', () => {
    expect(differenceOf(seen(result()), seen(...times(3, failed())))?.sure).toBe(true);
  });

  test('what deviates now and then is not, until the other was tried often enough', () => {
    const race = failed({ tries: 500, deviatingTries: 25, tally: { a: 475, b: 25 } }); // 5 % in one run, none other was there
    const quiet = (tries: number): CheckResult => result({ tries, tally: { a: tries } });
    expect(differenceOf(seen(quiet(89)), seen(race))?.sure).toBe(false); // 0.95 ** 89 is 0.0104
    expect(differenceOf(seen(quiet(90)), seen(race))?.sure).toBe(true);
    expect(differenceOf(seen(race), seen(quiet(89)))).toMatchObject({ kind: 'improvement', sure: false });
    expect(differenceOf(seen(race), seen(quiet(90)))).toMatchObject({ kind: 'improvement', sure: true });
  });

  test('what comes once in a hundred tries and more is chance, where both were asked as often', () => {
    const again = (tries: number): Seen => seen(failed({ tries: 20, deviatingTries: 1 }), failed({ tries, deviatingTries: 1 }));
    expect(differenceOf(seen(result({ tries: 100 })), again(101))).toMatchObject({ sure: false, rare: true });
    expect(differenceOf(seen(result({ tries: 99 })), again(101))).toMatchObject({ sure: false, rare: false });
    expect(differenceOf(seen(result({ tries: 100 })), again(99))).toMatchObject({ sure: false, rare: false });
    // One in 167, and the baseline was asked so often that it would have shown.
    expect(differenceOf(seen(result({ tries: 1500 })), seen(failed({ tries: 500, deviatingTries: 3 })))?.sure).toBe(true);
  });

  test('what came in many tries of one run, and in none when it was asked again, was a moment of the machine', () => {
    const quiet = result({ tries: 60 });
    const burst = failed({ tries: 20, deviatingTries: 8 });
    expect(differenceOf(seen(quiet), seen(burst))?.sure).toBe(true); // nobody asked again
    expect(differenceOf(seen(quiet), seen(burst, result({ tries: 20 })))).toMatchObject({ sure: false, rare: false });
    expect(differenceOf(seen(result({ tries: 120 })), seen(burst, result({ tries: 120 })))).toMatchObject({ sure: false, rare: true });
    expect(differenceOf(seen(quiet), seen(burst, failed({ tries: 20, deviatingTries: 2 })))?.sure).toBe(true);
  });

  test('answers that never differ between tries deviate in every one', () => {
    expect(seen(failed({ tries: 8, deviatingTries: 0 }))).toMatchObject({ tries: 8, deviating: 8 });
  });

  test('a death is told by the runs in which it came', () => {
    const before = seen(...times(3, failed()));
    expect(differenceOf(before, seen(dead, failed(), failed()))).toMatchObject({ kind: 'regression', sure: false });
    expect(differenceOf(before, seen(...times(3, dead)))).toMatchObject({ kind: 'regression', sure: true });
  });
});
