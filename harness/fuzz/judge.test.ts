import { afterEach, expect, test } from 'vitest';
import type { Stimulus } from '../case/step.ts';
import { type ReferenceServer, startReference } from '../reference/index.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import type { Act, Exec } from './exec.ts';
import { isConfirmed } from './finding.ts';
import { type JudgeContext, judge } from './judge.ts';
import type { Oracle } from './oracle.ts';
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

test('what a target shows that has gone meanwhile is not held against it', async () => {
  server = await startReference({});
  const target = { endpoint: server.endpoint, accounts: referenceAccountsWith('mysql_native_password'), limitMs: 5000 };
  const asking: Oracle = {
    name: 'asking',
    says: '',
    killedBy: ['x'],
    async judge({ exec }, { again }) {
      await server.stop();
      const { clients } = await again(exec);
      return { oracle: 'asking', client: 0, kind: 'differs', says: `it shows ${clients[0]?.ending}` };
    },
  };
  const judged = await judge(asks({ message: 'COM_PING' }), '0', { seed: 1, target, oracles: [asking] });
  expect(judged.violations).toEqual([]);
  expect(judged.unreachable).toBeDefined();
});

const at = (oracle: string, shown: number, of: number) => ({ oracle, again: { shown, of } });
test.each<[ReturnType<typeof at>, boolean]>([
  [at('delivery', 1, 10), true],
  [at('delivery', 0, 10), false],
  [at('answers', 0, 7), false],
  // A packet that breaks a rule was there; a program that has ended has ended.
  [at('well-formed', 0, 10), true],
  [at('alive', 0, 4), true],
  [at('baseline', 0, 0), true],
])('%j: is it sure? %s', (one, sure) => {
  expect(isConfirmed(one)).toBe(sure);
});
