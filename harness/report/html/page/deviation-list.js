import { count, el } from './dom.js';

/** Cases that are listed at once. */
const FIRST = 10;

/**
 * Cases below one another, the first of them at once; how many there are stands behind the title.
 * @template {{ line: import('./data.js').Line }} T
 * @param {string} title
 * @param {readonly T[]} all
 * @param {(one: T) => HTMLElement} row
 */
export function deviationList(title, all, row) {
  const list = el('ol', { class: 'deviations' });
  list.append(...all.slice(0, FIRST).map(row));
  const rest = () => {
    list.append(...all.slice(FIRST).map(row));
    more.remove();
  };
  const more = el('button', { type: 'button', class: 'quiet', click: rest }, `Show all ${all.length}`);
  const musts = all.filter(({ line }) => line.of.level === 'MUST').length;
  return el(
    'div',
    { class: 'deviating' },
    el('h2', {}, title, el('small', {}, `${count(all.length, 'case')}, ${musts} of them MUST`)),
    list,
    all.length > FIRST && more,
  );
}
