import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['maridb', 'mariadb'],
  ['MariaDB', 'mariadb'],
  ['mysq', 'mysql'],
  ['haporxy', 'haproxy'],
  ['postgres', undefined],
  ['m', undefined],
  ['', undefined],
])('%s is near to %s', (word, expected) => {
  expect(nearest(word, ['mariadb', 'mysql', 'haproxy', 'proxysql'])).toBe(expected);
});
