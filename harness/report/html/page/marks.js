/** @typedef {import('../data.ts').Verdict} Verdict */

/** @type {Record<Verdict, { word: string, path: string, box?: 'full' | 'line' }>} */
const marks = {
  pass: { word: 'pass', path: 'M3 7.5 6 10.5 11.5 4' },
  fail: { word: 'fail', path: 'M4.5 4.5l5 5m0-5l-5 5', box: 'full' },
  known: { word: 'known deviation', path: 'M4.5 4.5l5 5m0-5l-5 5', box: 'line' },
  unsupported: { word: 'unsupported', path: 'M3.5 7h7' },
  skipped: { word: 'skipped', path: 'M9.5 7a2.5 2.5 0 1 1-5 0a2.5 2.5 0 1 1 5 0' },
  inconclusive: { word: 'inconclusive', path: 'M7 1 13 7 7 13 1 7ZM7 4.5v3M7 9.3v.4' },
};

/** Worst first: a cell shows the worst of its deliveries. */
/** @type {Verdict[]} */
export const worstFirst = ['fail', 'inconclusive', 'known', 'unsupported', 'pass', 'skipped'];
/** @type {Verdict[]} */
export const verdicts = ['pass', 'fail', 'known', 'unsupported', 'skipped', 'inconclusive'];

/** Strictest first. */
export const levels = ['MUST', 'SHOULD', 'MAY', 'OBSERVE'];

/** @param {Verdict} verdict */
export const inWords = (verdict) => marks[verdict].word;

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The mark of a verdict: a shape of its own, so that it can be told without colour.
 * @param {Verdict} verdict
 */
export function mark(verdict) {
  const { path, box } = marks[verdict];
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 14 14');
  svg.setAttribute('class', `mark ${verdict}`);
  svg.setAttribute('aria-hidden', 'true');
  if (box) {
    const rect = document.createElementNS(SVG, 'rect');
    for (const name of ['x', 'y']) rect.setAttribute(name, '1');
    for (const name of ['width', 'height']) rect.setAttribute(name, '12');
    rect.setAttribute('rx', '2');
    rect.setAttribute('class', box);
    svg.append(rect);
  }
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/**
 * The worst verdict of some checks, and how many of them came to it.
 * @param {readonly import('./data.js').Check[]} checks
 */
export function worstOf(checks) {
  const verdict = worstFirst.find((one) => checks.some((check) => check.verdict === one));
  return verdict && { verdict, count: checks.filter((check) => check.verdict === verdict).length };
}
