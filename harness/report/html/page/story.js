import { sideBySide } from './compare.js';
import { captureOf, report, storyOf } from './data.js';
import { el, outward } from './dom.js';
import { inWords, mark, worstOf } from './marks.js';
import { legs, timeline } from './timeline.js';

/** @typedef {import('./data.js').Line} Line */
/** @typedef {import('./data.js').Check} Check */

/** The panel that tells the story of a check: beside the matrix, or over it where there is no room. */
export class StoryPanel {
  /** @param {() => void} onClose @param {() => void} onChange */
  constructor(onClose, onChange) {
    this.onClose = onClose;
    this.onChange = onChange;
    this.element = el('aside', { class: 'story', id: 'story', hidden: true, 'aria-label': 'Story of a check', tabindex: -1 });
    /** @type {Line | undefined} */
    this.line = undefined;
    this.target = 0;
    this.delivery = '';
  }

  get open() {
    return !this.element.hidden;
  }

  /** @param {Line} line @param {number} target @param {string} [delivery] */
  show(line, target, delivery = this.delivery) {
    this.line = line;
    this.target = target;
    const checks = line.cells[target] ?? [];
    const worst = worstOf(checks)?.verdict;
    const check = checks.find((one) => one.delivery === delivery) ?? checks.find(({ verdict }) => verdict === worst);
    this.delivery = check?.delivery ?? delivery;
    this.element.hidden = false;
    document.body.classList.add('with-story');
    const body = el('div', { class: 'story-body', 'aria-busy': 'true' });
    this.element.replaceChildren(this.head(line, target), this.choice(line, target, checks, check), body);
    this.element.scrollTop = 0;
    this.onChange();
    const failed = (/** @type {unknown} */ error) =>
      body.append(el('p', { class: 'got' }, `The story could not be read: ${error}. It needs a browser of 2023 or later.`));
    if (check) this.tell(body, line, check).catch(failed);
    else body.append(el('p', { class: 'soft' }, 'This case was not run on this target.'));
  }

  close() {
    this.element.hidden = true;
    document.body.classList.remove('with-story');
    this.line = undefined;
    this.onClose();
  }

  /** @param {Line} line @param {number} target */
  head(line, target) {
    return el(
      'header',
      {},
      el(
        'div',
        { class: 'story-id' },
        el('span', { class: `level ${line.of.level}` }, line.of.level),
        el('code', {}, line.of.id),
        el(
          'button',
          { type: 'button', class: 'quiet close', 'aria-label': 'Close the story', click: () => this.close() },
          'close ',
          el('kbd', {}, 'esc'),
        ),
      ),
      el('h2', {}, line.of.title),
      el(
        'div',
        { class: 'tabs', role: 'group', 'aria-label': 'Target' },
        ...report.targets.map(({ name }, at) => tab(name, line.cells[at] ?? [], at === target, () => this.show(line, at))),
      ),
    );
  }

  /** @param {Line} line @param {number} target @param {Check[]} checks @param {Check | undefined} shown */
  choice(line, target, checks, shown) {
    return el(
      'div',
      { class: 'tabs deliveries', role: 'group', 'aria-label': 'Delivery' },
      ...checks.map((one) => tab(one.delivery, [one], one === shown, () => this.show(line, target, one.delivery))),
    );
  }

  /** @param {HTMLElement} body @param {Line} line @param {Check} check */
  async tell(body, line, check) {
    const story = await storyOf(check.index);
    const { wire, known } = story;
    const of = (/** @type {string} */ name, /** @type {import('./dom.js').Child[]} */ ...says) =>
      says.some((one) => one !== '' && one) && [el('dt', {}, name), el('dd', {}, ...says)];
    const facts = [
      of(
        'verdict',
        el('span', { class: `verdict ${check.verdict}` }, mark(check.verdict), inWords(check.verdict)),
        el('span', { class: 'soft' }, ` in ${story.took}`),
      ),
      of('expected', story.expected),
      of('got', story.got !== '' && el('span', { class: 'got' }, story.got)),
      story.got !== check.reason && of('reason', check.reason),
      known && of('known', known.reason, ' ', outward(known.link, known.link)),
      of('tries', story.tries),
      story.tally.length > 0 && of('answers', el('ul', {}, ...story.tally.map(([n, says]) => el('li', {}, el('b', {}, `${n} × `), says)))),
      of('observed', check.observation !== '' && el('code', {}, check.observation)),
      line.of.sources.length > 0 && of('manual', ...line.of.sources.map((at) => manual(at))),
      of('link', outward(line.of.link, line.of.link)),
      of('repeat', repeat(story.repeat)),
      check.capture > 0 && of('packets', download(check, line.of.id)),
      of('evidence', story.evidence !== '' && el('a', { href: story.evidence }, decodeURIComponent(story.evidence))),
    ];
    body.append(el('dl', {}, ...facts.flatMap((fact) => fact || [])), this.others(line, check) ?? '');
    if (wire) body.append(timeline(wire), legs(wire) ?? '');
    else body.append(el('p', { class: 'soft' }, 'There was no connection, so nothing was sent or received.'));
    body.setAttribute('aria-busy', 'false');
  }

  /** The same check on another target beside this one. @param {Line} line @param {Check} check */
  others(line, check) {
    const others = line.cells.flatMap((checks, at) =>
      at === this.target ? [] : checks.filter(({ delivery }) => delivery === check.delivery),
    );
    if (others.length === 0) return null;
    const place = el('div', {});
    const choose = /** @type {HTMLSelectElement} */ (
      el(
        'select',
        {
          'aria-label': 'Compare with',
          change: async () => {
            const other = others.find(({ index }) => String(index) === choose.value);
            place.replaceChildren(...(other ? [await sideBySide(other, check)] : []));
          },
        },
        el('option', { value: '' }, 'compare with…'),
        ...others.map(({ index, target }) => el('option', { value: index }, report.targets[target]?.name ?? '')),
      )
    );
    return el('div', { class: 'compare-with' }, choose, place);
  }
}

/** @param {string} name @param {Check[]} checks @param {boolean} chosen @param {() => void} choose */
function tab(name, checks, chosen, choose) {
  const worst = worstOf(checks);
  return el(
    'button',
    { type: 'button', 'aria-pressed': String(chosen), click: choose },
    worst && mark(worst.verdict),
    name,
    worst && el('span', { class: 'unseen' }, `: ${inWords(worst.verdict)}`),
  );
}

/** @param {number} at */
function manual(at) {
  const source = report.sources[at];
  return el('p', {}, source?.says ?? '', ' ', outward(source?.url ?? '', source?.url ?? ''));
}

/** @param {string} command */
function repeat(command) {
  const code = el('code', { class: 'command' }, command);
  const button = el(
    'button',
    {
      type: 'button',
      class: 'quiet',
      click: async () => {
        try {
          await navigator.clipboard.writeText(command);
          button.textContent = 'copied';
        } catch {
          getSelection()?.selectAllChildren(code); // a browser that keeps the clipboard from files: it is a key away
        }
      },
    },
    'copy',
  );
  return el('div', { class: 'repeat' }, code, button);
}

/** @param {Check} check @param {string} id */
function download(check, id) {
  const name = `${id}-${check.delivery}-${report.targets[check.target]?.name ?? ''}`.replaceAll(/[^A-Za-z0-9.+-]+/g, '-');
  return el(
    'button',
    {
      type: 'button',
      class: 'quiet',
      click: async () => {
        const url = URL.createObjectURL(new Blob([await captureOf(check.index)], { type: 'application/x-pcapng' }));
        el('a', { href: url, download: `${name}.pcapng` }).click();
        setTimeout(() => URL.revokeObjectURL(url), 60_000);
      },
    },
    `download pcapng, ${check.capture.toLocaleString('en')} bytes`,
  );
}
