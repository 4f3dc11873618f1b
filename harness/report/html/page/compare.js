import { aligned } from './align.js';
import { lines, report, storyOf } from './data.js';
import { count, el } from './dom.js';
import { inWords, levels, mark } from './marks.js';
import { packetDetails } from './timeline.js';

/** @typedef {import('./data.js').Check} Check */
/** @typedef {import('./data.js').Line} Line */
/** @typedef {import('../data.ts').PagePacket} PagePacket */

/** What a difference is, in the order in which they are told. */
const kinds = {
  worse: 'fails now',
  lost: 'does it no more',
  unjudged: 'cannot be judged',
  changed: 'answers otherwise',
  better: 'is right now',
  gained: 'does it now',
  'only before': 'was not run after',
  'only after': 'was not run before',
};
/** Differences that are drawn at once. */
const MOST = 100;
/** What two connections never have in common. */
const VARYING = /scramble|threadid|connectionid|nonce|salt|serverversion/i;

/** The gate asked both sides again about what differs: where it has judged, the page does not. */
const judged = report.kinds && new Map(report.kinds);
const isJudged = (/** @type {number} */ before, /** @type {number} */ after) =>
  report.compare?.[0] === before && report.compare[1] === after;

/**
 * @param {Check | undefined} before
 * @param {Check | undefined} after
 * @returns {keyof typeof kinds | undefined}
 */
export function kindOf(before, after) {
  if (!before || !after) return before ? 'only before' : after && 'only after';
  const rank = { fail: 0, known: 1, unsupported: 2, skipped: 2, pass: 3, inconclusive: -1 };
  const [was, is] = [rank[before.verdict], rank[after.verdict]];
  if (was !== is && (was < 0 || is < 0)) return 'unjudged';
  if (is < was) return is < 2 ? 'worse' : 'lost';
  if (is > was) return was < 2 ? 'better' : 'gained';
  return before.observation === after.observation && before.verdict === after.verdict ? undefined : 'changed';
}

/** Two targets, and only what differs between them. */
export class Compare {
  /** @param {() => void} onChange */
  constructor(onChange) {
    const [before, after] = report.compare ?? [0, Math.min(1, report.targets.length - 1)];
    this.pair = { before, after };
    this.onChange = onChange;
    /** @type {readonly Line[]} */
    this.shown = lines;
    /** @type {Set<string>} */
    this.kinds = new Set();
    this.list = el('div', { class: 'differences' });
    this.tally = el('div', { class: 'toggles', role: 'group', 'aria-label': 'Kind of difference' });
    this.element = el(
      'section',
      { class: 'compare', id: 'compare', hidden: true, 'aria-label': 'Comparison' },
      el('div', { class: 'pair' }, this.choice('before'), el('span', { class: 'to' }, '→'), this.choice('after')),
      this.tally,
      this.list,
    );
  }

  /** @param {'before' | 'after'} side */
  choice(side) {
    const select = /** @type {HTMLSelectElement} */ (
      el(
        'select',
        {
          id: side,
          change: () => {
            this.pair[side] = Number(select.value);
            this.onChange();
            this.draw();
          },
        },
        ...report.targets.map(({ name, versions }, at) =>
          el('option', { value: at, selected: at === this.pair[side] }, `${name}${versions === '' ? '' : ` (${versions})`}`),
        ),
      )
    );
    return el('label', {}, el('span', {}, side), select);
  }

  /** @param {readonly Line[]} shown */
  show(shown) {
    this.shown = shown;
    this.draw();
  }

  draw() {
    const { before, after } = this.pair;
    const all = this.shown.flatMap((line) => differencesOf(line, before, after));
    const order = Object.keys(kinds);
    const rank = (/** @type {typeof all[number]} */ { kind, line }) => order.indexOf(kind) * 10 + levels.indexOf(line.of.level);
    all.sort((a, b) => rank(a) - rank(b));
    const toggle = (/** @type {string} */ kind) => {
      if (!this.kinds.delete(kind)) this.kinds.add(kind);
      this.draw();
    };
    const present = order.filter((kind) => all.some((one) => one.kind === kind));
    this.tally.replaceChildren(
      ...present.map((kind) =>
        el(
          'button',
          { type: 'button', 'aria-pressed': String(this.kinds.has(kind)), click: () => toggle(kind) },
          el('span', { class: `kind ${kind.replace(' ', '-')}` }, kind),
          el('b', {}, String(all.filter((one) => one.kind === kind).length)),
        ),
      ),
    );
    const wanted = all.filter(({ kind }) => this.kinds.size === 0 || this.kinds.has(kind));
    this.list.replaceChildren();
    if (wanted.length === 0)
      this.list.append(
        el(
          'p',
          { class: 'calm' },
          mark('pass'),
          before === after ? 'A target does not differ from itself: choose another.' : 'Nothing differs between the two.',
        ),
      );
    this.more(wanted, 0);
  }

  /** @param {ReturnType<typeof differencesOf>} wanted @param {number} from */
  more(wanted, from) {
    this.list.append(...wanted.slice(from, from + MOST).map(differenceDetails));
    if (wanted.length <= from + MOST) return;
    const go = () => {
      button.remove();
      this.more(wanted, from + MOST);
    };
    const button = el('button', { type: 'button', class: 'quiet', click: go }, `Show more of ${wanted.length}`);
    this.list.append(button);
  }
}

/**
 * Deliveries that differ in the same way are one difference.
 * @param {Line} line
 * @param {number} before
 * @param {number} after
 */
function differencesOf(line, before, after) {
  const deliveries = new Set([...(line.cells[before] ?? []), ...(line.cells[after] ?? [])].map(({ delivery }) => delivery));
  /** @type {Map<string, { line: Line, kind: keyof typeof kinds, pairs: [Check | undefined, Check | undefined][] }>} */
  const found = new Map();
  for (const delivery of deliveries) {
    const of = (/** @type {number} */ target) => line.cells[target]?.find((one) => one.delivery === delivery);
    const [a, b] = [of(before), of(after)];
    const kind = judged && a && b && isJudged(before, after) ? judged.get(b.index) : kindOf(a, b);
    if (!kind) continue;
    const key = JSON.stringify([kind, a?.verdict, a?.observation, b?.verdict, b?.observation]);
    const known = found.get(key);
    if (known) known.pairs.push([a, b]);
    else found.set(key, { line, kind, pairs: [[a, b]] });
  }
  return [...found.values()];
}

/** @param {ReturnType<typeof differencesOf>[number]} difference */
function differenceDetails({ line, kind, pairs }) {
  const [before, after] = pairs[0] ?? [];
  const details = /** @type {HTMLDetailsElement} */ (
    el(
      'details',
      { class: 'difference' },
      el(
        'summary',
        {},
        el('span', { class: `kind ${kind.replace(' ', '-')}`, title: kinds[kind] }, kind),
        el('span', { class: `level ${line.of.level}` }, line.of.level),
        el('code', {}, line.of.id),
        el('span', { class: 'turn' }, verdictOf(before), ' → ', verdictOf(after)),
        el('span', { class: 'title' }, line.of.title),
        el('span', { class: 'soft' }, pairs.map(([a, b]) => (a ?? b)?.delivery).join(', ')),
      ),
    )
  );
  details.addEventListener('toggle', async () => {
    if (!details.open || details.children.length > 1) return;
    const place = el('div', { class: 'soft' }, 'reading…');
    details.append(place);
    place.replaceWith(await sideBySide(before, after));
  });
  return details;
}

/** @param {Check | undefined} check */
function verdictOf(check) {
  return check ? el('span', { class: 'verdict' }, mark(check.verdict), inWords(check.verdict)) : el('span', { class: 'soft' }, 'not run');
}

/**
 * Before and after: what was observed, and the packets in rows, what both have in one row.
 * @param {Check | undefined} before
 * @param {Check | undefined} after
 */
export async function sideBySide(before, after) {
  const [a, b] = await Promise.all([before, after].map((check) => check && storyOf(check.index)));
  const head = (/** @type {Check | undefined} */ check, /** @type {import('../data.ts').PageStory | undefined} */ story) =>
    el(
      'div',
      { class: 'side-head' },
      el('strong', {}, check ? (report.targets[check.target]?.name ?? '') : 'not run'),
      check && el('div', {}, verdictOf(check), el('small', {}, ` ${check.delivery}`)),
      el('code', {}, check?.observation ?? ''),
      check && check.reason !== '' && el('p', {}, check.reason),
      story?.got !== check?.reason && story?.got !== undefined && el('p', {}, story.got),
    );
  const rows = aligned(
    steps(a?.wire),
    steps(b?.wire),
    ({ key }) => key,
    (one, other) => one.packet !== undefined && one.packet.way === other.packet?.way,
  );
  return el('div', { class: 'side-by-side' }, head(before, a), head(after, b), ...rows.flatMap(([left, right]) => pairOf(left, right)));
}

/** @typedef {{ key: string, packet: PagePacket | undefined, says: string }} Step */

/**
 * Packets, and what else happened on the connection, in order; waits and times are no part of a comparison.
 * @param {import('../data.ts').PageWire | null | undefined} wire
 * @returns {Step[]}
 */
function steps(wire) {
  if (!wire) return [];
  // An answer is compared with the answer to the same packet.
  let asked = '';
  const packet = (/** @type {PagePacket} */ one) => {
    if (one.way === '->') asked = one.name;
    return { key: `${asked} ${one.way} ${one.name}`, packet: one, says: '' };
  };
  /** @type {Step[]} */
  const events = wire.events.flatMap(({ says, packets }) => {
    /** @type {Step[]} */
    const its = packets.map(packet);
    return /^(TLS|FIN|RST|connection refused|failed)/.test(says) ? [{ key: says, packet: undefined, says }] : its;
  });
  const ending = wire.ending.replace(/,.*/, '');
  return [...events, ...wire.left.map(packet), { key: 'ending', packet: undefined, says: `ending: ${ending}` }];
}

/** @param {Step | undefined} left @param {Step | undefined} right */
function pairOf(left, right) {
  const alike = left && right && left.key === right.key && left.says === right.says;
  const fields = alike && left.packet && right.packet ? changesOf(left.packet, right.packet) : undefined;
  const differs = !alike || (fields !== undefined && fields.real.length > 0);
  const side = (/** @type {Step | undefined} */ step, /** @type {0 | 1} */ at) => {
    if (!step) return el('div', { class: 'side missing' });
    return el(
      'div',
      { class: differs ? 'side differs' : 'side' },
      step.packet ? packetDetails(step.packet, !alike && step.packet.way === '<-') : step.says,
      fields && fields.real.length + fields.varying > 0 && changeList(fields, at),
    );
  };
  return [side(left, 0), side(right, 1)];
}

/** @param {ReturnType<typeof changesOf>} fields @param {0 | 1} at */
function changeList({ real, varying }, at) {
  return el(
    'ul',
    { class: 'changes' },
    ...real.map(({ name, values }) => el('li', {}, el('span', {}, name), ' ', valueBeside(values[at], values[1 - at]))),
    varying > 0 && el('li', { class: 'soft' }, `${count(varying, 'field')} that always vary`),
  );
}

/**
 * The fields whose values are not the same; those of which no two connections have the same are counted.
 * @param {PagePacket} before
 * @param {PagePacket} after
 */
function changesOf(before, after) {
  const values = (/** @type {PagePacket} */ { fields }) =>
    new Map(fields.filter(([, , , , part]) => part === 0).map(([, , name, value]) => [name, value]));
  const [a, b] = [values(before), values(after)];
  const changed = [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
  const real = changed.filter((name) => !VARYING.test(name)).map((name) => ({ name, values: [a.get(name), b.get(name)] }));
  return { real, varying: changed.length - real.length };
}

/**
 * A value; of a list of words (the names of flags), those that the other side does not have stand out.
 * @param {string | undefined} value
 * @param {string | undefined} other
 */
function valueBeside(value = 'absent', other = '') {
  const [, number, names] = /^(0x[0-9a-f]+) \((.*)\)$/.exec(value) ?? [];
  if (names === undefined) return el('code', { class: 'own' }, value);
  const theirs = new Set(/\((.*)\)$/.exec(other)?.[1]?.split(', '));
  const words = names.split(', ').flatMap((name, i) => [i === 0 ? ' ' : ', ', theirs.has(name) ? name : el('b', { class: 'own' }, name)]);
  return el('code', {}, number, ...words);
}
