import { describe, expect, test } from 'vitest';
import type { Delivery } from '../case/delivery.ts';
import type { Verdict } from '../case/verdict.ts';
import { losesPieces } from './in-pieces.ts';
import type { CheckResult } from './result.ts';

const many = (of: number, whole: Verdict, delivery: Delivery, verdict: Verdict): CheckResult[] =>
  Array.from({ length: of }, (_, i) => `x/${whole}-${delivery}-${verdict}-${i}`).flatMap((id) => [
    { case: id, delivery: 'whole', verdict: whole } as CheckResult,
    { case: id, delivery, verdict } as CheckResult,
  ]);

describe('a target that loses the pieces of a packet', () => {
  test('is told of once', () => {
    const results = [...many(20, 'pass', 'bytes', 'fail'), ...many(10, 'pass', 'fields', 'fail'), ...many(10, 'pass', 'bytes', 'pass')];
    expect(losesPieces(results)).toMatch('30 of 40 checks under the deliveries bytes and fields fail');
  });

  test.each([
    ['a few failures', [...many(10, 'pass', 'bytes', 'fail')]],
    ['fewer than half', [...many(30, 'pass', 'bytes', 'fail'), ...many(31, 'pass', 'fields', 'pass')]],
    ['what fails whole, too', many(40, 'fail', 'bytes', 'fail')],
    ['another delivery', many(40, 'pass', 'early', 'fail')],
    ['what was not judged', many(40, 'pass', 'bytes', 'skipped')],
  ])('not where there are %s', (_, results) => {
    expect(losesPieces(results)).toBeUndefined();
  });
});
