import { Compare } from './compare.js';
import { lines, report } from './data.js';
import { byId, count, el } from './dom.js';
import { filterAsParameters, filterOf, matches, noFilter } from './filter.js';
import { inWords, levels, mark, verdicts } from './marks.js';
import { Matrix } from './matrix.js';
import { StoryPanel } from './story.js';
import { summary } from './summary.js';
import { themeSwitch } from './theme.js';

/** @typedef {import('./data.js').Line} Line */

const given = new URLSearchParams(location.hash.slice(1));
let filter = filterOf(given);
let comparing = report.compare !== null || given.get('view') === 'compare';
/** Where the keyboard was when the story was opened. @type {HTMLElement | undefined} */
let cameFrom;

const matrix = new Matrix((line, target) => open(line, target));
const story = new StoryPanel(
  () => {
    (cameFrom?.isConnected ? cameFrom : matrix.element).focus({ preventScroll: true });
    keep();
  },
  () => keep(),
);
const compare = new Compare(() => keep());
matrix.onMove = (/** @type {Line} */ line, /** @type {number} */ target) => story.open && story.show(line, target);

/** @param {Line} line @param {number} target @param {string} [delivery] */
function open(line, target, delivery) {
  if (document.activeElement instanceof HTMLElement && document.activeElement !== document.body) cameFrom = document.activeElement;
  story.show(line, target, delivery);
  if (matchMedia('(max-width: 60rem)').matches) story.element.focus();
}

const search = /** @type {HTMLInputElement} */ (
  el('input', {
    type: 'search',
    id: 'search',
    placeholder: 'filter by id or title',
    'aria-label': 'Filter by id or title',
    autocomplete: 'off',
    spellcheck: 'false',
    input: () => apply({ text: search.value }),
  })
);
const areas = [...new Set(report.cases.map(({ area }) => area))];
const area = /** @type {HTMLSelectElement} */ (
  el(
    'select',
    { id: 'area', 'aria-label': 'Area', change: () => apply({ area: area.value }) },
    el('option', { value: '' }, 'all areas'),
    ...areas.map((name) => el('option', { value: name }, name)),
  )
);
const levelToggles = toggles(
  'Level',
  present(levels, ({ of }) => [of.level]),
  'levels',
  (level) => el('span', {}, level),
);
const verdictToggles = toggles(
  'Verdict',
  present(verdicts, ({ cells }) => cells.flat().map(({ verdict }) => verdict)),
  'verdicts',
  (verdict) => el('span', {}, mark(/** @type {any} */ (verdict)), inWords(/** @type {any} */ (verdict))),
);
const differs = el(
  'button',
  {
    type: 'button',
    id: 'differs',
    'aria-pressed': 'false',
    title: 'Only cases in which the targets do not do the same',
    click: () => apply({ differs: !filter.differs }),
  },
  'targets differ',
);
const found = el('output', { id: 'found', 'aria-live': 'polite' });
const reset = el('button', { type: 'button', class: 'quiet', id: 'reset', click: () => apply(noFilter()) }, 'clear');
const views = ['matrix', 'compare'].map((view) =>
  el('button', { type: 'button', id: `view-${view}`, click: () => see(view === 'compare') }, view),
);

/**
 * Of some values those that a line has: what nothing would come of is not offered.
 * @template {string} T
 * @param {T[]} values
 * @param {(line: Line) => string[]} of
 */
function present(values, of) {
  const all = new Set(lines.flatMap(of));
  return values.filter((value) => all.has(value));
}

/** @param {string} name @param {string[]} values @param {'levels' | 'verdicts'} of @param {(value: string) => HTMLElement} content */
function toggles(name, values, of, content) {
  const flip = (/** @type {string} */ value) => {
    const set = new Set(filter[of]);
    if (!set.delete(value)) set.add(value);
    apply({ [of]: set });
  };
  return el(
    'div',
    { class: 'toggles', role: 'group', 'aria-label': name },
    ...values.map((value) =>
      el('button', { type: 'button', 'data-value': value, 'aria-pressed': 'false', click: () => flip(value) }, content(value)),
    ),
  );
}

/** @param {Partial<import('./filter.js').Filter>} change */
function apply(change) {
  filter = { ...filter, ...change };
  const shown = lines.filter((line) => matches(line, filter));
  if (search.value !== filter.text) search.value = filter.text;
  area.value = filter.area;
  for (const [group, set] of /** @type {const} */ ([
    [levelToggles, filter.levels],
    [verdictToggles, filter.verdicts],
  ]))
    for (const button of group.children) button.setAttribute('aria-pressed', String(set.has(button.getAttribute('data-value') ?? '')));
  differs.setAttribute('aria-pressed', String(filter.differs));
  reset.hidden = filterAsParameters(filter).length === 0;
  found.textContent =
    shown.length === lines.length ? count(lines.length, 'case') : `${shown.length.toLocaleString('en')} of ${count(lines.length, 'case')}`;
  matrix.show(shown);
  if (comparing) compare.show(shown);
  keep();
}

/** @param {boolean} wanted */
function see(wanted) {
  comparing = wanted;
  compare.element.hidden = !comparing;
  matrix.element.hidden = comparing;
  for (const [at, button] of views.entries()) button.setAttribute('aria-pressed', String((at === 1) === comparing));
  if (comparing) compare.show(lines.filter((line) => matches(line, filter)));
  keep();
}

/** The address says what is seen. */
function keep() {
  const all = new URLSearchParams(filterAsParameters(filter));
  if (comparing && !report.compare) all.set('view', 'compare');
  if (story.line) all.set('story', [story.line.of.id, story.target, story.delivery].join('|'));
  const hash = all.toString();
  try {
    history.replaceState(null, '', hash === '' ? location.pathname : `#${hash}`);
  } catch {
    // Where a browser does not let a file have an address of its own.
  }
}

document.body.append(
  el(
    'header',
    { class: 'top' },
    el('h1', {}, 'mywire'),
    el('span', { class: 'soft' }, report.mywire),
    el('span', {}, report.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')),
    el('code', { class: 'command', title: report.command }, report.command),
    el('span', { class: `exit exit-${report.exit.code}` }, `exit ${report.exit.code}: ${report.exit.reason}`),
    themeSwitch(),
  ),
  el(
    'main',
    {},
    summary(
      (verdict) => {
        see(false);
        apply({ verdicts: new Set([verdict]) });
        matrix.element.scrollIntoView({ block: 'nearest' });
      },
      (line, target) => {
        matrix.find(line, target);
        open(line, target);
      },
    ),
    el(
      'div',
      { class: 'toolbar', role: 'search' },
      report.targets.length > 1 && el('div', { class: 'toggles views', role: 'group', 'aria-label': 'View' }, ...views),
      search,
      el('kbd', {}, '/'),
      area,
      levelToggles,
      verdictToggles,
      report.targets.length > 1 && differs,
      found,
      reset,
    ),
    matrix.element,
    compare.element,
    el(
      'footer',
      {},
      el('span', {}, ...verdicts.map((verdict) => el('span', {}, mark(verdict), inWords(verdict)))),
      el('span', {}, '2/3: so many of the deliveries'),
      el(
        'span',
        {},
        el('kbd', {}, '↑↓←→'),
        ' move ',
        el('kbd', {}, 'enter'),
        ' story ',
        el('kbd', {}, 'n'),
        el('kbd', {}, 'p'),
        ' next and previous deviation ',
        el('kbd', {}, '/'),
        ' filter ',
        el('kbd', {}, 'esc'),
        ' close',
      ),
    ),
  ),
  story.element,
);
addEventListener('keydown', (event) => {
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key !== 'Escape') return;
  if (typing) matrix.element.focus();
  else if (story.open) story.close();
});

const [askedId, askedTarget, askedDelivery] = (given.get('story') ?? '').split('|');
see(comparing);
apply({});
const asked = lines.find(({ of }) => of.id === askedId);
if (asked?.cells[Number(askedTarget)]) {
  matrix.find(asked, Number(askedTarget));
  open(asked, Number(askedTarget), askedDelivery);
}
byId('data').remove();
document.documentElement.dataset['ready'] = String(Math.round(performance.now()));
