import { expect, test } from 'vitest';
import { tooOld } from './at-least.ts';
import type { Topology } from './topology.ts';

const topology: Topology = {
  id: 'haproxy-post-80+mariadb',
  says: 'HAProxy, 3.4 or later, checks one MariaDB',
  nodes: { haproxy: { product: 'haproxy', atLeast: '3.4', behind: ['server'] }, server: { product: 'mariadb' } },
  taps: [],
};

test.each([
  ['haproxy', '2.6.12-1+deb12u4', true],
  ['haproxy', '3.0', true],
  ['haproxy', '3.4.0-64a335366', false],
  ['haproxy', '3.10', false],
  ['haproxy', '4.0.0', false],
  ['haproxy', '', true],
  ['mariadb', '1.0', false],
])('%s "%s": too old is %s', (product, version, old) => {
  expect(tooOld(topology, product, version) !== undefined).toBe(old);
});

test('says which version it needs', () => {
  expect(tooOld(topology, 'haproxy', '3.0')).toBe('haproxy 3.0 is too old for haproxy-post-80+mariadb, which needs 3.4 or later.');
});
