import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { explainCase } from './explain.ts';

test('a name of 70,000 letters is told by its beginning and its length, a short one whole', () => {
  const told = explainCase(suites.find(({ id }) => id === 'limits/database-name-of-70000-characters') as Case);
  expect(told).toContain(`"${'d'.repeat(60)}… (70000 characters)"`);
  expect(told.length).toBeLessThan(5000);
  const short = explainCase(suites.find(({ id }) => id === 'limits/database-name-of-64-characters') as Case);
  expect(short).toContain(`"${'d'.repeat(64)}"`);
});

test.each([
  ['mariadb/com-multi', /expect HandshakeV10 \([^)]+\) and then \[send HandshakeResponse41 .*expect ERR \(errorCode 1047/],
  [
    'health-check/post-41',
    / or ERR \(errorCode 1251\) which says that the target does not do this \(clients-without-plugin-auth\): unsupported/,
  ],
  ['login/auth-switch-with-password', /\n +3\. expect AuthSwitchRequest with sequence id 2\n/],
])('%s is told to the end of each of its answers, with sequence ids and with what is unsupported', (id, tells) => {
  expect(explainCase(suites.find((one) => one.id === id) as Case)).toMatch(tells);
});

test('a stream of events, each of which may be followed by another, is told as far as it differs', () => {
  const told = explainCase(suites.find(({ id }) => id === 'replication/eof-with-deprecate-eof-in-mariadb') as Case);
  expect(told).toContain('or BinlogEvent and so on');
  expect(told.length).toBeLessThan(5000);
});
