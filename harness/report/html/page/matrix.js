import { report } from './data.js';
import { add, breakable, el } from './dom.js';
import { inWords, mark, worstOf } from './marks.js';
import { rowsOf } from './rows.js';

/** @typedef {import('./data.js').Line} Line */
/** @typedef {import('./rows.js').Row} Row */

/** Rows drawn above and below what is seen. */
const BEYOND = 12;
const COLUMNS = report.targets.length;

/**
 * The matrix of cases and targets. Only the rows in sight are drawn, so that its size costs nothing. The keyboard is on the grid as a
 * whole: one cell is active, and the grid names it.
 */
export class Matrix {
  /** @param {(line: Line, target: number) => void} onOpen */
  constructor(onOpen) {
    this.onOpen = onOpen;
    /** @type {Row[]} */
    this.rows = [];
    this.at = { row: 1, column: 0 };
    /** Tells of the active cell as it moves. */
    this.onMove = (/** @type {Line} */ _line, /** @type {number} */ _target) => {};
    /** @type {Map<number, HTMLElement>} */
    this.drawn = new Map();
    /** @type {number | undefined} */
    this.frame = undefined;
    this.height = 27;
    this.printing = false;
    this.heading = el(
      'div',
      { class: 'row heading', role: 'row', 'aria-rowindex': 1 },
      el('div', { class: 'case', role: 'columnheader' }, 'case'),
    );
    add(
      this.heading,
      report.targets.map((target) =>
        el('div', { class: 'cell', role: 'columnheader', title: `${target.name} ${target.versions}` }, breakable(target.name)),
      ),
    );
    this.body = el('div', { class: 'rows', role: 'rowgroup' });
    this.element = el(
      'div',
      {
        class: 'matrix',
        role: 'grid',
        id: 'matrix',
        tabindex: 0,
        'aria-label': 'Cases and targets',
        'aria-colcount': COLUMNS + 1,
        'aria-readonly': 'true',
        scroll: () => this.later(),
        keydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
        click: (/** @type {MouseEvent} */ event) => this.click(event),
      },
      this.heading,
      this.body,
    );
    this.element.style.setProperty('--targets', String(COLUMNS));
    new ResizeObserver(() => this.redraw()).observe(this.element);
    this.print();
  }

  /** @param {readonly Line[]} lines */
  show(lines) {
    this.rows = rowsOf(lines, COLUMNS);
    this.at = { row: Math.min(1, this.rows.length - 1), column: this.at.column };
    this.element.setAttribute('aria-rowcount', String(this.rows.length + 1));
    this.element.scrollTop = 0;
    this.redraw();
  }

  /**
   * Makes the cell the active one and brings it into sight.
   * @param {Line} line
   * @param {number} target
   */
  find(line, target) {
    const row = this.rows.findIndex((one) => 'line' in one && one.line === line);
    if (row >= 0) this.go(row, target);
  }

  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  redraw() {
    for (const row of this.drawn.values()) row.remove();
    this.drawn.clear();
    this.height = Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row'));
    this.body.style.height = `${this.rows.length * this.height}px`;
    this.draw();
  }

  draw() {
    const height = this.height;
    const from = this.printing ? 0 : Math.max(0, Math.floor(this.element.scrollTop / height) - BEYOND);
    const to = this.printing
      ? this.rows.length
      : Math.min(this.rows.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / height) + BEYOND);
    for (const [at, row] of this.drawn)
      if (at < from || at >= to) {
        row.remove();
        this.drawn.delete(at);
      }
    for (let at = from; at < to; at++) {
      if (this.drawn.has(at)) continue;
      const row = this.row(at);
      row.style.top = `${at * height}px`;
      this.drawn.set(at, row);
      this.body.append(row);
    }
    this.activate();
  }

  /** @param {number} at */
  row(at) {
    const row = /** @type {Row} */ (this.rows[at]);
    const about = { role: 'row', 'aria-rowindex': at + 2 };
    if ('area' in row)
      return el(
        'div',
        { ...about, class: 'row area' },
        el('div', { class: 'case', role: 'rowheader' }, row.area, el('small', {}, String(row.cases))),
        ...row.tallies.map((tally) =>
          el(
            'div',
            { class: 'cell', role: 'gridcell' },
            ...tally
              .slice(0, 3)
              .map(({ verdict, count }) =>
                el('span', { class: `n ${verdict}`, title: `${count} ${inWords(verdict)}` }, mark(verdict), String(count)),
              ),
          ),
        ),
      );
    const { of, cells } = row.line;
    return el(
      'div',
      { ...about, class: 'row' },
      el(
        'div',
        { class: 'case', role: 'rowheader', title: of.title },
        el('span', { class: `level ${of.level}` }, of.level),
        el('code', {}, of.id),
        el('span', { class: 'title' }, of.title),
      ),
      ...cells.map((checks, column) => cell(at, column, checks, `${of.id} on ${report.targets[column]?.name ?? ''}`)),
    );
  }

  /** @param {number} row @param {number} column */
  go(row, column) {
    this.at = { row, column };
    const height = this.height;
    const room = this.element.clientHeight - this.heading.offsetHeight;
    if (row * height < this.element.scrollTop) this.element.scrollTop = Math.max(0, (row - 1) * height);
    else if ((row + 1) * height > this.element.scrollTop + room) this.element.scrollTop = (row + 1) * height - room;
    this.draw();
    const found = this.rows[row];
    if (found && 'line' in found) this.onMove(found.line, column);
  }

  activate() {
    for (const old of this.body.querySelectorAll('.active')) old.classList.remove('active');
    const id = `cell-${this.at.row}-${this.at.column}`;
    const cell = document.getElementById(id);
    cell?.classList.add('active');
    cell?.parentElement?.classList.add('active');
    if (cell) this.element.setAttribute('aria-activedescendant', id);
    else this.element.removeAttribute('aria-activedescendant');
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.height) - 2);
    const { row, column } = this.at;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.step(row + 1, 1),
      ArrowUp: () => this.step(row - 1, -1),
      PageDown: () => this.step(Math.min(row + page, this.rows.length - 1), -1),
      PageUp: () => this.step(Math.max(row - page, 0), 1),
      Home: () => this.step(0, 1),
      End: () => this.step(this.rows.length - 1, -1),
      ArrowRight: () => this.go(row, Math.min(column + 1, COLUMNS - 1)),
      ArrowLeft: () => this.go(row, Math.max(column - 1, 0)),
      Enter: () => this.open(),
      ' ': () => this.open(),
      n: () => this.next(1),
      p: () => this.next(-1),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** To a row, or the next case beyond it. @param {number} row @param {1 | -1} way */
  step(row, way) {
    for (let at = row; at >= 0 && at < this.rows.length; at += way) if (this.isCase(at)) return this.go(at, this.at.column);
  }

  /** To the next check that is not green, row by row. @param {1 | -1} way */
  next(way) {
    const wanted = ['fail', 'inconclusive', 'known'];
    for (let at = this.at.row * COLUMNS + this.at.column + way; at >= 0 && at < this.rows.length * COLUMNS; at += way) {
      const row = this.rows[Math.floor(at / COLUMNS)];
      if (row && 'line' in row && row.line.cells[at % COLUMNS]?.some(({ verdict }) => wanted.includes(verdict)))
        return this.go(Math.floor(at / COLUMNS), at % COLUMNS);
    }
  }

  /** @param {number} at */
  isCase(at) {
    const row = this.rows[at];
    return row !== undefined && 'line' in row;
  }

  open() {
    const row = this.rows[this.at.row];
    if (row && 'line' in row) this.onOpen(row.line, this.at.column);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const row = /** @type {Element} */ (event.target).closest('.row');
    const at = [...this.drawn].find(([, drawn]) => drawn === row)?.[0];
    if (at === undefined || !this.isCase(at)) return;
    const [, , column] = /** @type {Element} */ (event.target).closest('.cell')?.id.split('-') ?? [];
    this.go(at, column === undefined ? this.at.column : Number(column));
    this.open();
  }

  /** On paper all rows that the filter left stand below each other. */
  print() {
    const paper = matchMedia('print');
    const set = (/** @type {boolean} */ printing) => {
      if (this.printing === printing) return;
      this.printing = printing;
      this.redraw();
    };
    paper.addEventListener('change', () => set(paper.matches));
    addEventListener('beforeprint', () => set(true));
    addEventListener('afterprint', () => set(false));
  }
}

/**
 * @param {number} row
 * @param {number} column
 * @param {import('./data.js').Check[]} checks
 * @param {string} about
 */
function cell(row, column, checks, about) {
  const worst = worstOf(checks);
  const told = worst
    ? `${inWords(worst.verdict)}${worst.count < checks.length ? `, ${worst.count} of ${checks.length} deliveries` : ''}`
    : 'not run';
  return el(
    'div',
    {
      class: `cell ${worst?.verdict ?? 'none'}`,
      role: 'gridcell',
      id: `cell-${row}-${column}`,
      'aria-label': `${about}: ${told}`,
      title: told,
    },
    worst && mark(worst.verdict),
    worst && worst.count < checks.length && el('small', {}, `${worst.count}/${checks.length}`),
  );
}
