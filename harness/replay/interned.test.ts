import { expect, test } from 'vitest';
import { Interned } from './interned.ts';

test('equal values are one object, others are not', () => {
  const interned = new Interned();
  const first = { user: 'u', capabilities: 1 };
  expect(interned.of(first)).toBe(first);
  expect(interned.of({ user: 'u', capabilities: 1 })).toBe(first);
  expect(interned.of({ user: 'u', capabilities: 2 })).toEqual({ user: 'u', capabilities: 2 });
});

test('it does not grow with values that come once', () => {
  const interned = new Interned();
  for (let n = 0; n < 2000; n++) interned.of({ n });
  const late = { n: 1999 };
  expect(interned.of(late)).toBe(late);
  expect(interned.of({ n: 0 })).not.toBe(interned.of(late));
});
