import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../run/result.ts';
import { kindsOf } from './kinds.ts';
import { failing } from './testdata/reports.ts';

const failed = (of: number, name: string, got: (n: number) => string): CheckResult[] =>
  Array.from({ length: of }, (_, n) =>
    failing({ case: `${name}/${n}`, deviation: { axis: 'answer', step: 1, expected: `OK ${n}`, got: got(n) } }),
  );

describe('failures of one kind', () => {
  test('are told by how often, without what varies', () => {
    const all = [
      ...failed(10, 'closed', () => 'FIN without an answer'),
      ...failed(30, 'refused', (n) => `ERR 1105 (HY000) "no function ${n} \\"x\\"", sequence id ${n} (errorCode is 1105, not ${1000 + n})`),
      ...failed(3, 'seldom', () => 'RST without an answer'),
      ...failed(4, 'other', () => 'ERR 1064 (42000) "no", sequence id 1 (errorCode is 1064, not 1105)'),
    ];
    expect(kindsOf(all)).toEqual([
      '30 of 47 failures, in 30 cases: ERR 1105 (HY000) "no function 0 \\"x\\"", sequence id 0 (errorCode is 1105, not 1000); first in refused/0 (early)',
      '10 of 47 failures, in 10 cases: FIN without an answer; first in closed/0 (early)',
    ]);
  });

  test('are not told of where there are few', () => {
    expect(kindsOf(failed(20, 'closed', () => 'FIN without an answer'))).toEqual([]);
  });
});
