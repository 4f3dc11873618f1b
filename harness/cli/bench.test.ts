import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { line as codec } from './bench/codec.ts';
import { keepHistory, type Past, readHistory } from './bench/history.ts';
import { exponent } from './bench/measure.ts';
import { plot } from './bench/plot.ts';
import { table } from './bench/table.ts';

test('a line is measured, with the least input', async () => {
  const figures = await codec.bench([], () => undefined, true);
  expect(figures.length).toBeGreaterThan(0);
  for (const { name, ratio, why } of figures) expect(Number.isFinite(ratio), `${name}: ${why}`).toBe(true);
});

test('figures are kept, drawn and held against what is promised', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mywire-bench-test-'));
  try {
    const file = join(folder, 'history.jsonl');
    const when = { date: '2026-11-26', commit: 'abc', machine: 'one', load: 0.5 };
    const figures = [
      { name: 'a & b', ratio: 4, least: 5 },
      { name: 'c', ratio: 0.5, most: 1 },
      { name: 'd', why: 'there is none' },
    ];
    keepHistory(file, when, figures);
    keepHistory(file, { ...when, commit: 'def' }, [{ name: 'a & b', ratio: 6, least: 5 }]);
    const history = readHistory(file);
    expect(history.map(({ commit, figure, ratio }: Past) => [commit, figure, ratio])).toEqual([
      ['abc', 'a & b', 4],
      ['abc', 'c', 0.5],
      ['def', 'a & b', 6],
    ]);
    const lines = table(figures, history, 'one').trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['figure', 'promised', 'measured', 'before'],
      ['a & b', '>= 5', '4.00', '6.00', 'MISSED'],
      ['c', '<= 1', '0.50', '0.50', 'kept'],
      ['d', '-', 'not measured: there is none'],
    ]);
    const svg = plot(history);
    expect(svg.match(/<circle class="missed"/g)).toHaveLength(1);
    expect(svg.match(/<circle class="point"/g)).toHaveLength(2);
    expect(svg).toContain('a &#38; b');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  ['linear', [10, 20, 40], 1],
  ['quadratic', [100, 400, 1600], 2],
  ['constant', [7, 7, 7], 0],
])('a cost that is %s', (_, costs, expected) => {
  expect(exponent(costs.map((cost, i) => [10 * 2 ** i, cost]))).toBeCloseTo(expected);
});
