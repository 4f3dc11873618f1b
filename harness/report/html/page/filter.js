/** @typedef {import('./data.js').Line} Line */

/**
 * What is shown. Empty sets and strings ask for nothing.
 * @typedef {object} Filter
 * @property {string} text words that must all occur
 * @property {string} area
 * @property {Set<string>} levels
 * @property {Set<string>} verdicts one of them, on any target
 * @property {boolean} differs only where the targets differ
 */

/** @returns {Filter} */
export const noFilter = () => ({ text: '', area: '', levels: new Set(), verdicts: new Set(), differs: false });

/**
 * @param {Line} line
 * @param {Filter} filter
 */
export function matches(line, { text, area, levels, verdicts, differs }) {
  if (area !== '' && line.of.area !== area) return false;
  if (levels.size > 0 && !levels.has(line.of.level)) return false;
  if (verdicts.size > 0 && !line.cells.some((checks) => checks.some(({ verdict }) => verdicts.has(verdict)))) return false;
  if (differs && !targetsDiffer(line)) return false;
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => line.text.includes(word));
}

/**
 * The verdicts or the observations of two targets are not the same; a target that was not asked does not differ.
 * @param {Line} line
 */
function targetsDiffer({ cells }) {
  const asked = cells.filter((checks) => checks.length > 0);
  return new Set(asked.map((checks) => checks.map((c) => `${c.delivery} ${c.verdict} ${c.observation}`).join('\n'))).size > 1;
}

/** Part of the page's address, so that what somebody sees can be handed on. */
/** @param {Filter} filter */
export function filterAsParameters({ text, area, levels, verdicts, differs }) {
  /** @type {[string, string][]} */
  const all = [
    ['q', text],
    ['area', area],
    ['level', [...levels].join(' ')],
    ['verdict', [...verdicts].join(' ')],
    ['differs', differs ? '1' : ''],
  ];
  return all.filter(([, value]) => value !== '');
}

/**
 * @param {URLSearchParams} given
 * @returns {Filter}
 */
export function filterOf(given) {
  const words = (/** @type {string} */ name) => new Set((given.get(name) ?? '').split(' ').filter(Boolean));
  return {
    text: given.get('q') ?? '',
    area: given.get('area') ?? '',
    levels: words('level'),
    verdicts: words('verdict'),
    differs: given.has('differs'),
  };
}
