import { lines, report } from './data.js';
import { deviationList } from './deviation-list.js';
import { breakable, count, el } from './dom.js';
import { inWords, levels, mark, verdicts, worstOf } from './marks.js';
import { whatStops } from './stops.js';

/** @typedef {import('../data.ts').Verdict} Verdict */

/**
 * @param {(verdict: Verdict) => void} onVerdict
 * @param {(line: import('./data.js').Line, target: number) => void} onCase
 */
export function summary(onVerdict, onCase) {
  return el(
    'section',
    { class: 'summary', 'aria-label': 'Summary' },
    el('div', { class: 'targets' }, ...report.targets.map((target, at) => targetRow(target, at, onVerdict))),
    whatStops(onCase) ?? deviations(onCase),
    notes(),
  );
}

/**
 * @param {import('../data.ts').PageTarget} target
 * @param {number} at
 * @param {(verdict: Verdict) => void} onVerdict
 */
function targetRow(target, at, onVerdict) {
  /** @type {Record<string, number>} */
  const tally = {};
  let all = 0;
  for (const { cells } of lines)
    for (const { verdict } of cells[at] ?? []) {
      tally[verdict] = (tally[verdict] ?? 0) + 1;
      all++;
    }
  const bar = el('div', { class: 'bar', 'aria-hidden': 'true' });
  const counts = el('div', { class: 'counts' });
  for (const verdict of verdicts) {
    const n = tally[verdict] ?? 0;
    const part = el('span', { class: verdict });
    part.style.flexGrow = String(n);
    if (n > 0) bar.append(part);
    counts.append(
      el(
        'button',
        {
          type: 'button',
          class: n > 0 ? 'count' : 'count none',
          title: `Show what is ${inWords(verdict)}`,
          click: () => onVerdict(verdict),
        },
        mark(verdict),
        el('b', {}, n.toLocaleString('en')),
        el('span', {}, verdict),
      ),
    );
  }
  return el(
    'div',
    { class: 'target' },
    el('div', { class: 'who' }, el('strong', {}, target.name), el('span', {}, target.versions)),
    target.failure === ''
      ? el('div', { class: 'figures' }, counts, bar)
      : el('div', { class: 'failure' }, mark('inconclusive'), `Could not be judged: ${target.failure}`),
    el('div', { class: 'took' }, all > 0 ? `${count(all, 'check')}, ${target.took}` : target.took),
  );
}

/** What deviates, MUST first. @param {(line: import('./data.js').Line, target: number) => void} onCase */
function deviations(onCase) {
  const failing = lines
    .filter(({ cells }) => cells.some((checks) => checks.some(({ verdict }) => verdict === 'fail')))
    .sort((a, b) => levels.indexOf(a.of.level) - levels.indexOf(b.of.level));
  if (failing.length === 0)
    return el(
      'p',
      { class: 'calm' },
      mark('pass'),
      report.results.length > 0 ? 'Nothing deviates but what is known.' : 'No check was run.',
    );
  return deviationList(
    'What deviates',
    failing.map((line) => ({ line })),
    ({ line }) => deviation(line, onCase),
  );
}

/**
 * @param {import('./data.js').Line} line
 * @param {(line: import('./data.js').Line, target: number) => void} onCase
 */
function deviation(line, onCase) {
  const on = line.cells.flatMap((checks, target) => (checks.some(({ verdict }) => verdict === 'fail') ? [target] : []));
  const first = on[0] ?? 0;
  const reason = line.cells[first]?.find(({ verdict }) => verdict === 'fail')?.reason ?? '';
  return el(
    'li',
    {},
    el(
      'button',
      { type: 'button', class: 'deviation', click: () => onCase(line, first) },
      el('span', { class: `level ${line.of.level}` }, line.of.level),
      el('code', {}, line.of.id),
      el('span', { class: 'says' }, line.of.title),
      el('span', { class: 'reason' }, reason),
      el(
        'span',
        { class: 'on' },
        ...on.map((target) => el('span', {}, mark('fail'), breakable(report.targets[target]?.name ?? ''), share(line, target))),
      ),
    ),
  );
}

/**
 * '2/3' where not all deliveries deviate.
 * @param {import('./data.js').Line} line
 * @param {number} target
 */
function share(line, target) {
  const checks = line.cells[target] ?? [];
  const worst = worstOf(checks);
  return worst && worst.count < checks.length ? el('small', {}, `${worst.count}/${checks.length}`) : null;
}

function notes() {
  const all = [
    ...report.problems.map((says) => `Problem of the run: ${says}`),
    ...report.targets.flatMap(({ name, problems }) => problems.map((says) => `${name}: ${says}`)),
    ...report.untested.map((says) => `Not tested: ${says}`),
    ...report.targets.flatMap((target) => target.notes.map((says) => `${target.name}: ${says}`)),
  ];
  if (all.length === 0) return null;
  return el(
    'details',
    { class: 'notes', open: report.problems.length > 0 },
    el('summary', {}, count(all.length, 'note')),
    el('ul', {}, ...all.map((says) => el('li', {}, says))),
  );
}
