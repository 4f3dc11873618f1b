import { expect, test } from 'vitest';
import { allOrNone, legsOf, nodeNames } from './chain.ts';

test('a product that comes twice has two names', () => {
  const parts = ['proxysql', 'haproxy', 'proxysql', 'proxysql', 'mariadb'].map((product) => ({ product }));
  expect(nodeNames(parts)).toEqual(['proxysql', 'haproxy', 'proxysql2', 'proxysql3', 'mariadb']);
});

test('a leg per node, the first from the client', () => {
  const nodes = [1, 2].map((port) => ({ name: `n${port}`, endpoint: { host: 'h', port } }));
  expect(legsOf(nodes)).toEqual([
    { name: 'client-n1', to: { host: 'h', port: 1 } },
    { name: 'n1-n2', to: { host: 'h', port: 2 } },
  ]);
});

test('when one fails, what started later is undone too', async () => {
  const undone: number[][] = [];
  const slow = new Promise<number>((resolve) => setImmediate(() => resolve(2)));
  const all = allOrNone([Promise.resolve(1), Promise.reject(new Error('no')), slow], async (started) => void undone.push([...started]));
  await expect(all).rejects.toThrow('no');
  expect(undone).toEqual([[1, 2]]);
  expect(await allOrNone([Promise.resolve(1), Promise.resolve(2)], async () => {})).toEqual([1, 2]);
});
