/**
 * Two lists beside each other: what both have stands in one row (the longest common subsequence by key), and what one has in place of
 * what the other has does too, where the two are of one kind.
 * @template T
 * @param {readonly T[]} before
 * @param {readonly T[]} after
 * @param {(one: T) => string} key
 * @param {(a: T, b: T) => boolean} inPlace
 * @returns {[T | undefined, T | undefined][]}
 */
export function aligned(before, after, key, inPlace) {
  const a = before.map(key);
  const b = after.map(key);
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (/** @type {number} */ i, /** @type {number} */ j) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  /** @type {[T | undefined, T | undefined][]} */
  const rows = [];
  /** @type {T[]} */
  let gone = [];
  /** @type {T[]} */
  let come = [];
  const flush = () => {
    for (let [a, b] = [gone[0], come[0]]; a && b && inPlace(a, b); [a, b] = [gone[0], come[0]]) {
      rows.push([a, b]);
      gone.shift();
      come.shift();
    }
    for (const one of gone) rows.push([one, undefined]);
    for (const one of come) rows.push([undefined, one]);
    gone = [];
    come = [];
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      flush();
      rows.push([before[i++], after[j++]]);
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) gone.push(/** @type {T} */ (before[i++]));
    else come.push(/** @type {T} */ (after[j++]));
  }
  flush();
  return rows;
}
