import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import type { RunningNode } from '../target/target.ts';
import { lendsConnections, mannersOf } from './order.ts';

const named = (id: string): Case => suites.find((one) => one.id === id) as Case;

test.each([
  ['command/ping', 'of a client'],
  // A login and what follows it: the proxy fetches nothing before it is over.
  ['pipelining/login-and-ping', 'of a client'],
  // No answer is on its way to whoever closes a statement.
  ['prepared/close-has-no-answer', 'of a client'],
  ['pipelining/two-queries', 'of a client that does not wait'],
  ['prepared/prepare-and-execute-in-one-segment', 'of a client that does not wait'],
  ['command/query-while-another-runs', 'of a client that does not wait'],
  // Its delivery leaves the waits out.
  ['early-data/whole-session', 'of a client that does not wait'],
  ['first-packet/ones', 'of no client'],
  ['regression/backend-definitions-without-eof', 'of a wrong server'],
  // ProxySQL gives the connection with the rest of the results to the next client.
  ['prepared/call-fails-behind-a-result', 'of what has killed'],
  ['prepared/unknown-type', 'of what has killed'],
] as const)('%s is %s', (id, manners) => {
  expect(mannersOf(named(id))).toBe(manners);
});

test('what a program has died of goes last, whatever it is', () => {
  expect(mannersOf(named('pipelining/two-queries'), new Set(['pipelining/two-queries']))).toBe('of what has killed');
});

test.each([
  ['reference', false],
  ['haproxy reference', false],
  ['nginx reference', false],
  ['proxysql reference', true],
  ['mysqlrouter reference', true],
  ['haproxy proxysql reference', true],
])('%s: a client may get the connection that another had: %s', (chain, lends) => {
  expect(lendsConnections(chain.split(' ').map((product) => ({ product }) as RunningNode))).toBe(lends);
});
