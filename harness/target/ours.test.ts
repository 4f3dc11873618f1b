import { expect, test } from 'vitest';
import { isOurs } from './ours.ts';

test.each([
  ['127.0.0.1:3306', true],
  ['127.8.9.1:3306', true],
  ['localhost:3306', true],
  ['LOCALHOST:3306', true],
  ['[::1]:3306', true],
  ['[0:0:0:0:0:0:0:1]:3306', true],
  ['[::ffff:127.0.0.1]:3306', true],
  ['mariadb:11.8', true],
  ['haproxy:3.0+mariadb:11.8', true],
  ['local:haproxy+mariadb', true],
  ['reference?defect=answers-com-quit', true],
  ['db.example:3306', false],
  ['mariadb:3306', false],
  ['localhost.example:3306', false],
  ['10.0.0.5:3306', false],
  ['172.17.0.2:3306', false],
  ['128.0.0.1:3306', false],
  ['0.0.0.0:3306', false],
  ['[2001:db8::1]:3306', false],
  ['[::ffff:10.0.0.5]:3306', false],
])('%s is ours: %s', (name, ours) => {
  expect(isOurs(name)).toBe(ours);
});
