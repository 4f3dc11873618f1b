import { afterEach, expect, test } from 'vitest';
import type { Stimulus } from '../case/step.ts';
import { type ReferenceServer, startReference } from '../reference/index.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import type { Act, Exec } from './exec.ts';
import { type JudgeContext, judge } from './judge.ts';
import { oraclesWith } from './oracles/index.ts';
import { play } from './play.ts';
import { isReadable } from './reading.ts';

let server: ReferenceServer;
afterEach(() => server.stop());

const login: Act = { send: [{ message: 'HandshakeResponse41', account: 'check' }] };
const asks = (stimulus: Stimulus): Exec => ({
  clients: [{ acts: [login, { send: [stimulus] }], delivery: 'whole', leaves: 'quit' }],
});

/** The oracles that accuse a server which does not answer COM_PING. */
async function accusers(exec: Exec): Promise<string[]> {
  server = await startReference({ defects: ['ping-unanswered'] });
  const target = { endpoint: server.endpoint, accounts: referenceAccountsWith('mysql_native_password'), limitMs: 300 };
  const context: JudgeContext = { seed: 1, target, oracles: oraclesWith([]).filter(({ name }) => name === 'answers') };
  const { violations } = await judge(exec, '0', context, 'every');
  return violations.map(({ oracle }) => oracle);
}

test('a client that keeps to the protocol is spoken for', async () => {
  expect(await accusers(asks({ message: 'COM_PING' }))).toEqual(['answers']);
});

test.each<[string, Stimulus]>([
  ['a lie of its own', { message: 'COM_PING', raw: { command: '0e' } }],
  ['a wrong sequence id', { message: 'COM_PING', sequenceId: 0 }],
])('one with %s is not', async (_, stimulus) => {
  expect(await accusers(asks(stimulus))).toEqual([]);
});

test.each<[string, boolean, readonly Act[]]>([
  ['a login and a command', true, [login, { send: [{ message: 'COM_PING' }] }]],
  ['a command without a login', false, [{ send: [{ message: 'COM_PING' }] }]],
  ['a login, and its RST', false, [login, { do: 'reset' }]],
])('%s: can it be read? %s', async (_, can, acts) => {
  server = await startReference({});
  const target = { endpoint: server.endpoint, accounts: referenceAccountsWith('mysql_native_password'), limitMs: 5000 };
  const { clients } = await play({ clients: [{ acts, delivery: 'whole', leaves: 'quit' }] }, target);
  expect(clients.map(isReadable)).toEqual([can]);
});
