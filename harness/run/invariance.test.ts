import { expect, test } from 'vitest';
import { judgeInvariance } from './invariance.ts';
import type { CheckResult } from './result.ts';

const result = (delivery: CheckResult['delivery'], observation: string, more: Partial<CheckResult> = {}): CheckResult => ({
  target: 'mariadb:11.8',
  case: 'quit/after-login',
  area: 'quit',
  title: 'COM_QUIT closes',
  level: 'MUST',
  delivery,
  source: [],
  verdict: 'pass',
  answer: 'pass',
  ending: 'pass',
  observation,
  tries: 1,
  deviatingTries: 0,
  ms: 1,
  ...more,
});
const verdicts = (results: readonly CheckResult[]): string[] => judgeInvariance(results).map((r) => r.verdict);

test.each(['RST', 'FIN followed by RST', 'FIN'])('tolerates %s where it was FIN when sent whole', (ending) => {
  const results = [
    result('whole', '0:HandshakeV10 | 1:ERR 1156#08S01 | FIN'),
    result('bytes', `0:HandshakeV10 | 1:ERR 1156#08S01 | ${ending}`),
  ];
  expect(judgeInvariance(results)).toEqual(results);
});

test('fails other answers to the same bytes', () => {
  const [whole, bytes] = judgeInvariance([
    result('whole', '0:HandshakeV10 | 1:ERR 1156#08S01 | FIN'),
    result('bytes', '0:HandshakeV10 | 1:ERR 1043#08S01 | FIN'),
  ]);
  expect(whole?.verdict).toBe('pass');
  expect(bytes).toMatchObject({
    verdict: 'fail',
    answer: 'fail',
    deviation: {
      axis: 'invariance',
      got: '0:HandshakeV10 | 1:ERR 1043#08S01 | closed — but sent whole: 0:HandshakeV10 | 1:ERR 1156#08S01 | closed',
    },
  });
});

test('fails a connection that stays open where it closed when sent whole', () => {
  expect(verdicts([result('whole', '0:HandshakeV10 | FIN'), result('fields', '0:HandshakeV10 | still open at the limit')])).toEqual([
    'pass',
    'fail',
  ]);
});

test('compares within one case only', () => {
  expect(verdicts([result('whole', 'a | FIN'), result('bytes', 'b | FIN', { case: 'quit/twice' })])).toEqual(['pass', 'pass']);
});

test('has nothing to compare with when the whole one did not pass', () => {
  expect(verdicts([result('whole', 'a | FIN', { verdict: 'fail' }), result('bytes', 'b | FIN')])).toEqual(['fail', 'pass']);
});

test('leaves results alone that are not passes already', () => {
  const results = [
    result('whole', 'a | FIN'),
    result('bytes', 'b | FIN', { verdict: 'inconclusive' }),
    result('fields', 'c | FIN', { verdict: 'fail' }),
  ];
  expect(judgeInvariance(results)).toEqual(results);
});

test('leaves races alone: one try is not the other', () => {
  expect(verdicts([result('whole', 'a | FIN'), result('early', 'b | FIN', { tries: 500 })])).toEqual(['pass', 'pass']);
});
