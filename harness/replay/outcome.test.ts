import { expect, test } from 'vitest';
import { resultsOf, told } from './outcome.ts';

const bytes = (text: string) => Buffer.from(text);
const ok = { name: 'OK', value: { affectedRows: 2, lastInsertId: 7 } };
const column = { name: 'ColumnDefinition41' };
/** A cell as it is on the wire. */
const onWire = (cell: Uint8Array | null) => (cell === null ? Buffer.of(0xfb) : Buffer.concat([Buffer.of(cell.length), cell]));
const table = (...cells: (Uint8Array | null)[]) => [
  { name: 'ColumnCount', value: { count: 2 } },
  column,
  column,
  { name: 'EOF' },
  { name: 'TextRow', payload: Buffer.concat(cells.map(onWire)) },
  { name: 'EOF' },
];

test('OK and ERR are told by what they carry; the last insert id may be left out', () => {
  expect(told(resultsOf([ok]))).toBe('OK with 2 affected rows and the last insert id 7');
  expect(told(resultsOf([ok]), { ids: false })).toBe('OK with 2 affected rows');
  expect(told(resultsOf([{ name: 'ERR', value: { errorCode: 1062, sqlState: '23000' } }]))).toBe('ERR 1062 (23000)');
  expect(told(resultsOf([]))).toBe('nothing');
});

test('rows are compared by their cells: neither their borders nor NULL are lost', () => {
  const one = told(resultsOf(table(bytes('ab'), bytes('c'))));
  expect(one).toMatch(/^1 row of 2 columns/);
  expect(told(resultsOf(table(bytes('ab'), bytes('c'))))).toBe(one);
  expect(told(resultsOf(table(bytes('a'), bytes('bc'))))).not.toBe(one);
  expect(told(resultsOf(table(bytes('abc'), null)))).not.toBe(told(resultsOf(table(bytes('abc'), bytes('')))));
});

test('with and without EOF behind the definitions a result is the same; one without rows is one', () => {
  const withoutEof = [...table(bytes('a'), bytes('b')).filter(({ name }) => name !== 'EOF'), { name: 'OK', value: {} }];
  expect(resultsOf(withoutEof)).toEqual(resultsOf(table(bytes('a'), bytes('b'))));
  expect(resultsOf([{ name: 'ColumnCount', value: { count: 1 } }, column, { name: 'EOF' }, { name: 'EOF' }])).toMatchObject([
    { kind: 'rows', rows: 0 },
  ]);
});

test('several results of one answer are told one after the other', () => {
  expect(told(resultsOf([...table(bytes('a'), bytes('b')), ok]))).toMatch(/, then OK with 2/);
});

test('of more results than any procedure gives the first are kept, and the others compared by a digest', () => {
  const many = (last: number) => Array.from({ length: 5000 }, (_, n) => ({ ...ok, value: { affectedRows: n < 4999 ? 2 : last } }));
  const results = resultsOf(many(2));
  expect(results).toHaveLength(1001);
  expect(results.at(-1)).toMatchObject({ name: expect.stringContaining('4000 results more') });
  expect(told(resultsOf(many(2)))).toBe(told(results));
  expect(told(resultsOf(many(3)))).not.toBe(told(results));
});
