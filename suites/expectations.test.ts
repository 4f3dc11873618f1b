import { expect, test } from 'vitest';
import { unknownIds } from '../harness/run/expectations.ts';
import { shippedExpectations } from '../harness/run/shipped-expectations.ts';
import { suites } from './index.ts';

/** An entry that names no case fails every run, whatever the target. */
test('every shipped expectation names a case', () => {
  const shipped = shippedExpectations();
  expect(shipped.length).toBeGreaterThan(100);
  expect(unknownIds(shipped, new Set(suites.map((one) => one.id)))).toEqual([]);
});
