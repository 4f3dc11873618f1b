import { expect, test } from 'vitest';
import { predict, statementsOf } from './story/load.ts';

test('an insert ties its client for as many statements as the delay says', () => {
  const kinds = ['insert', ...Array.from({ length: 6 }, () => 'read' as const)] as const;
  expect(predict(kinds, 1, 5).held).toEqual([1, 1, 1, 1, 1, 0, 0]);
  expect(predict(kinds, 1, 1).held).toEqual([1, 0, 0, 0, 0, 0, 0]);
  expect(predict(kinds, 1, 0).held).toEqual([0, 0, 0, 0, 0, 0, 0]);
});

test('a connection is opened when none is free', () => {
  expect(predict(['insert', 'insert', 'read', 'read'], 2, 1).open).toEqual([1, 2, 2, 2]);
  expect(predict(['insert', 'read', 'read', 'read'], 2, 5).open).toEqual([1, 2, 2, 2]);
  expect(predict(['insert', 'insert', 'read', 'read'], 2, 0).open).toEqual([1, 1, 1, 1]);
});

test('a mix is the same each time, and close to its shares', () => {
  const mix = [
    ['read', 3],
    ['insert', 2],
  ] as const;
  const all = statementsOf(mix, 600, 20);
  expect(statementsOf(mix, 600, 20)).toEqual(all);
  expect(all.filter((kind) => kind === 'insert').length / all.length).toBeCloseTo(0.4, 1);
});
