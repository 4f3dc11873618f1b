import { describe, expect, test } from 'vitest';
import { align, cut, duration, flow, hang, oneLine, wrap } from './layout.ts';
import { ACTIVE, HOSTILE } from './testdata/reports.ts';

describe('oneLine', () => {
  test('leaves nothing that a terminal acts on, and keeps the text', () => {
    const line = oneLine(HOSTILE);
    expect(line).not.toMatch(ACTIVE);
    expect(line).not.toContain('\n');
    expect(line).toContain('x.]0;owned..[2J<script>alert(1)</script>..PASS]]>&..');
  });
  test('keeps our own dashes and letters', () => expect(oneLine('a — b × é')).toBe('a — b × é'));
  test('cuts, visibly', () => expect(oneLine('x'.repeat(30), 10)).toBe(`${'x'.repeat(9)}…`));
});

describe('lines of a width', () => {
  test('wrap breaks at spaces', () => expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']));
  test('wrap breaks a word that is longer than the line', () =>
    expect(wrap('a abcdefghijklmnopqr z', 8)).toEqual(['a', 'abcdefgh', 'ijklmnop', 'qr z']));
  test('flow keeps name and value together', () =>
    expect(flow(['user "x"', 'id 12345', 'z 1'], 18)).toEqual(['user "x",', 'id 12345, z 1']));
  test('flow of nothing is nothing', () => expect(flow([], 18)).toEqual([]));
  test('hang indents what follows', () => expect(hang('got', ['a', 'b'], 5)).toEqual(['got  a', '     b']));
  test('cut', () => expect([cut('abc', 3), cut('abcd', 3)]).toEqual(['abc', 'ab…']));
});

test('align pads before it paints', () => {
  const paint = (text: string): string => `<${text}>`;
  expect(
    align(
      [
        [{ text: 'a', paint }, { text: '1' }],
        [{ text: 'long' }, { text: '200' }],
      ],
      new Set([1]),
    ),
  ).toEqual(['<a   >    1', 'long  200']);
});

test.each([
  [0.42, '0.4 ms'],
  [312.4, '312 ms'],
  [14_230, '14.2 s'],
])('duration of %d', (ms, text) => expect(duration(ms)).toBe(text));
