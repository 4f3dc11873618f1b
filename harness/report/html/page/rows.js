import { worstFirst } from './marks.js';

/** @typedef {import('./data.js').Line} Line */
/**
 * A row of the matrix: a case, or the heading of an area with its verdicts by target.
 * @typedef {{ line: Line } | { area: string, cases: number, tallies: { verdict: import('../data.ts').Verdict, count: number }[][] }} Row
 */

/**
 * The cases area by area, each area under a heading.
 * @param {readonly Line[]} lines
 * @param {number} targets
 * @returns {Row[]}
 */
export function rowsOf(lines, targets) {
  /** @type {Map<string, Line[]>} */
  const areas = new Map();
  for (const line of lines) {
    const known = areas.get(line.of.area);
    if (known) known.push(line);
    else areas.set(line.of.area, [line]);
  }
  return [...areas].flatMap(([area, its]) => [
    { area, cases: its.length, tallies: Array.from({ length: targets }, (_, target) => tally(its, target)) },
    ...its.map((line) => ({ line })),
  ]);
}

/**
 * @param {readonly Line[]} lines
 * @param {number} target
 */
function tally(lines, target) {
  const checks = lines.flatMap(({ cells }) => cells[target] ?? []);
  return worstFirst
    .map((verdict) => ({ verdict, count: checks.filter((check) => check.verdict === verdict).length }))
    .filter(({ count }) => count > 0);
}
