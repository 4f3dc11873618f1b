import { expect, test } from 'vitest';
import { type LinePlot, linePlot } from './plot.ts';

const plot: LinePlot = {
  title: 'held <now> & "then"',
  x: 'time (s)',
  y: 'connections',
  lines: [
    {
      name: 'one',
      points: [
        [0, 0],
        [1, 16],
        [2, 8],
      ] as const,
    },
    {
      name: 'two',
      points: [
        [0, 1],
        [2, 1],
      ] as const,
    },
  ],
};
const texts = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
const paths = (svg: string) => [...svg.matchAll(/<path class="line l\d" d="([^"]*)"/g)].map(([, d]) => d as string);

test('has a title, both axes with their units and round numbers, and a legend', () => {
  const all = texts(linePlot(plot));
  expect(all).toEqual(expect.arrayContaining(['held &lt;now&gt; &amp; &quot;then&quot;', 'time (s)', 'connections', 'one', 'two']));
  expect(all).toEqual(expect.arrayContaining(['0', '5', '10', '15', '20', '0.5', '1', '1.5', '2']));
});

test('puts the least and the greatest value where the axes say', () => {
  const [one] = paths(linePlot(plot));
  // x from 64 to 696 for 0 to 2; y from 304 up to 48 for 0 to 20.
  expect(one).toBe('M64 304L380 99.2L696 201.6');
});

test('steps keep a value until the next', () => {
  const [one] = paths(linePlot({ ...plot, steps: true }));
  expect(one).toBe('M64 304H380V99.2H696V201.6');
});

test('is readable on a light and on a dark ground, each line in a colour of its own', () => {
  const style = /<style>(.*)<\/style>/.exec(linePlot(plot))?.[1] ?? '';
  const [light = '', dark = ''] = style.split('@media (prefers-color-scheme:dark)');
  for (const ground of [light, dark]) {
    const strokes = [...ground.matchAll(/\.l\d\{stroke:(#[0-9a-f]{6})\}/g)].map(([, color]) => color);
    expect(new Set(strokes).size).toBe(2);
    expect(ground).toMatch(/\.ground\{fill:#[0-9a-f]{6}\}/);
  }
});

test('draws axes where there is nothing to draw, and the same text for the same lines', () => {
  expect(linePlot({ ...plot, lines: [] })).toContain('class="axis"');
  expect(linePlot({ ...plot, lines: [{ name: 'flat', points: [[0, 0]] }] })).not.toMatch(/NaN|Infinity/);
  expect(linePlot(plot)).toBe(linePlot(plot));
});

test('refuses more lines than it has colours', () => {
  expect(() => linePlot({ ...plot, lines: Array.from({ length: 7 }, (_, index) => ({ name: String(index), points: [] })) })).toThrow(
    RangeError,
  );
});
