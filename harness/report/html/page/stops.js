import { lines, report } from './data.js';
import { deviationList } from './deviation-list.js';
import { breakable, el } from './dom.js';
import { mark } from './marks.js';

/**
 * What stops the gate, in its order; undefined where the page is no gate's.
 * @param {(line: import('./data.js').Line, target: number) => void} onCase
 */
export function whatStops(onCase) {
  if (!report.stops) return undefined;
  const checks = new Map(lines.flatMap((line) => line.cells.flat().map((check) => [check.index, { line, check }])));
  /** @type {Map<string, { line: import('./data.js').Line, check: import('./data.js').Check }>} */
  const found = new Map();
  for (const at of report.stops) {
    const one = checks.get(at);
    if (one && !found.has(one.line.of.id)) found.set(one.line.of.id, one);
  }
  const all = [...found.values()];
  if (all.length === 0)
    return el('p', { class: 'calm' }, mark(report.exit.code === 0 ? 'pass' : 'inconclusive'), 'No check stops the gate.');
  return deviationList('What stops the gate', all, (one) => stopping(one, onCase));
}

/**
 * @param {{ line: import('./data.js').Line, check: import('./data.js').Check }} one
 * @param {(line: import('./data.js').Line, target: number) => void} onCase
 */
function stopping({ line, check }, onCase) {
  const { name } = report.targets[check.target] ?? { name: '' };
  return el(
    'li',
    {},
    el(
      'button',
      { type: 'button', class: 'deviation', click: () => onCase(line, check.target) },
      el('span', { class: `level ${line.of.level}` }, line.of.level),
      el('code', {}, line.of.id),
      el('span', { class: 'says' }, line.of.title),
      el('span', { class: 'reason' }, check.reason || check.observation),
      el('span', { class: 'on' }, el('span', {}, mark(check.verdict), breakable(name))),
    ),
  );
}
