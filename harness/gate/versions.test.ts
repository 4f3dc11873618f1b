import { expect, test } from 'vitest';
import { targetsPerVersion } from './versions.ts';

test.each([
  ['haproxy:2.2,2.6,3.0', ['haproxy:2.2', 'haproxy:2.6', 'haproxy:3.0']],
  ['haproxy:2.6,3.0+mariadb:11.8', ['haproxy:2.6+mariadb:11.8', 'haproxy:3.0+mariadb:11.8']],
  ['haproxy:3.0+mariadb:10.11,11.8', ['haproxy:3.0+mariadb:10.11', 'haproxy:3.0+mariadb:11.8']],
  ['local:proxysql:2.0.17,2.0.18+mariadb', ['local:proxysql:2.0.17+mariadb', 'local:proxysql:2.0.18+mariadb']],
])('%s', (text, targets) => {
  expect(targetsPerVersion(text)).toEqual(targets);
});

test.each([
  ['haproxy:2.6', 'at least two versions'],
  ['haproxy:2.6,', 'at least two versions'],
  ['haproxy', 'at least two versions'],
  ['', 'at least two versions'],
  ['haproxy:2.6,3.0+mariadb:10.11,11.8', 'only one product'],
])('%j is refused', (text, says) => {
  expect(() => targetsPerVersion(text)).toThrow(says);
});
