import { describe, expect, test } from 'vitest';
import { readYaml } from './yaml.ts';

const read = (text: string) => readYaml(text, (line, why) => new Error(`${line}: ${why}`));
const doubling = Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n');

describe('YAML that was made to harm is refused in one line, at once', () => {
  test.each<[string, string, RegExp]>([
    ['aliases that multiply', `a0: &a0 [x]\n${doubling}`, /^1: its aliases multiply/],
    ['a cycle', 'a: 1\nb: &b\n  c: *b', /^1: an alias stands inside its own anchor/],
    ['20,000 lists in one another', '['.repeat(20_000), /^1: it is nested more than 200 deep/],
    ['20,000 maps of JSON', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, /^1: it is nested more than 200 deep/],
    ['300 lists, which a stack holds', `${'['.repeat(300)}${']'.repeat(300)}`, /^1: it is nested more than 200 deep/],
    ['a key twice', 'a: 1\nb: 2\n"a": 3', /^3: Map keys must be unique: a$/],
    ['a key twice that drives a terminal', '"\\e[2J": 1\n"\\e[2J": 2', /^2: Map keys must be unique: \.\[2J$/],
    ['too long for YAML', `a: ${'b'.repeat(3 << 20)}`, /^1: it has more than 800000 characters and is no JSON/],
    ['a tag of a program', '!!js/function x: [', /^1: /],
  ])('%s', (_, text, says) => {
    expect(() => read(text)).toThrow(says);
  });

  test('many quotes, each an error: refused before a line is looked up for each', () => {
    expect(() => read('"'.repeat(20_000))).toThrow(/^1: /);
  });
});

describe('YAML that is meant well', () => {
  test('an alias used twice, and JSON that is long', () => {
    expect(read('a: &a [1]\nb: *a\nc: *a').value).toEqual({ a: [1], b: [1], c: [1] });
    const long = Array.from({ length: 100_000 }, (_, i) => ({ id: `a/${i}`, title: 'x'.repeat(40) }));
    expect(read(JSON.stringify(long)).value).toEqual(long);
  });

  test('20,000 keys', () => {
    expect(Object.keys(read(Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')).value as object)).toHaveLength(20_000);
  });

  test('a line per value; where it is missing, of what is around it', () => {
    const { lineOf } = read('# first\na:\n  b: 1\n\n  c: [1,\n    2]');
    expect([['a', 'b'], ['a', 'c', 1], ['a', 'd'], [], ['z']].map(lineOf)).toEqual([3, 6, 3, 2, 2]);
  });
});
