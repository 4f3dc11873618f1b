import { byId } from './dom.js';

/** @typedef {import('../data.ts').PageData} PageData */
/** @typedef {import('../data.ts').PageStory} PageStory */
/** @typedef {import('../data.ts').Verdict} Verdict */

/** @type {PageData} */
export const report = JSON.parse(byId('data').textContent ?? '');

/**
 * One check, as the page uses it.
 * @typedef {object} Check
 * @property {number} index of the result
 * @property {number} target
 * @property {string} delivery
 * @property {Verdict} verdict
 * @property {string} reason
 * @property {string} observation
 * @property {number} capture bytes of its pcapng
 */

/**
 * A line of the matrix: a case, and its checks by target.
 * @typedef {object} Line
 * @property {import('../data.ts').PageCase} of
 * @property {Check[][]} cells
 * @property {string} text what the filter searches, in lower case
 */

/** @type {Line[]} */
export const lines = report.cases.map((of) => ({
  of,
  cells: report.targets.map(() => []),
  text: `${of.id} ${of.title}`.toLowerCase(),
}));
const said = (/** @type {number} */ at) => (at < 0 ? '' : /** @type {string} */ (report.strings[at]));
report.results.forEach(([caseIndex, target, delivery, verdict, reason, observation, capture], index) => {
  const check = { index, target, delivery: said(delivery), verdict, reason: said(reason), observation: said(observation), capture };
  lines[caseIndex]?.cells[target]?.push(check);
});

/** @type {Map<number, Promise<PageStory[]>>} */
const read = new Map();
const MOST_READ = 24;

/**
 * The story of a result; its block is unpacked when it is asked for, and a few are kept.
 * @param {number} index
 * @returns {Promise<PageStory>}
 */
export async function storyOf(index) {
  const block = report.blocks.findLastIndex((first) => first <= index);
  const found = read.get(block) ?? unpacked(`stories-${block}`).then((buffer) => JSON.parse(new TextDecoder().decode(buffer)));
  read.delete(block);
  read.set(block, found);
  if (read.size > MOST_READ) read.delete(/** @type {number} */ (read.keys().next().value));
  return /** @type {PageStory} */ ((await found)[index - (report.blocks[block] ?? 0)]);
}

/**
 * The pcapng of a result.
 * @param {number} index
 */
export function captureOf(index) {
  return unpacked(`capture-${index}`);
}

/**
 * @param {string} id
 * @returns {Promise<ArrayBuffer>}
 */
async function unpacked(id) {
  const bytes = Uint8Array.from(atob(byId(id).textContent ?? ''), (char) => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer();
}
