import { expect, test } from 'vitest';
import type { Stimulus } from '../case/step.ts';
import { Avoided } from './avoid.ts';
import type { Client, Exec } from './exec.ts';

const login: Stimulus = { message: 'HandshakeResponse41', account: 'check' };
const query = (text: string): Stimulus => ({ message: 'COM_QUERY', with: { query: text } });
const saying = (stimuli: readonly Stimulus[], more: Partial<Client> = {}): Exec => ({
  clients: [{ acts: stimuli.map((one) => ({ send: [one] })), delivery: 'whole', leaves: 'quit', ...more }],
});
const close: Stimulus = { message: 'COM_STMT_CLOSE', with: { statementId: 7 } };
const execute: Stimulus = { message: 'COM_STMT_EXECUTE', with: { statementId: 7 } };
const usual = [saying([login]), saying([login, query('SELECT 1')]), saying([login, query('SELECT 2'), query('DO 1')])];
/** Of so many names of one exec, how many are played. */
const NAMES = Array.from({ length: 320 }, (_, i) => String(i));

const playedOf = (killer: Exec, exec: Exec): number => {
  const avoided = new Avoided(usual);
  avoided.add(killer);
  return NAMES.filter((name) => !avoided.has(name, exec)).length;
};
const killer = saying([login, close, execute]);

test.each<[string, Exec, Exec]>([
  ['the same', killer, killer],
  ['with more between', killer, saying([login, query('SELECT 1'), close, { message: 'COM_PING' }, execute])],
  ['in one of its clients', killer, { clients: [...saying([login]).clients, ...killer.clients] }],
  ['the same statement with other values', saying([login, query('LOAD DATA a')]), saying([login, query('load  data b')])],
  ['otherwise delivered, where that does not matter', killer, saying([login, close, execute], { delivery: 'bytes', leaves: 'rst' })],
])('%s is played rarely', (_, one, exec) => {
  const played = playedOf(one, exec);
  expect(played).toBeGreaterThan(0);
  expect(played).toBeLessThan(NAMES.length / 10);
});

test.each<[string, Exec, Exec]>([
  ['in another order', killer, saying([login, execute, close])],
  ['without one of them', killer, saying([login, close])],
  ['a lie where the killer told none', killer, saying([login, close, { ...execute, sequenceId: 3 }])],
  ['sent whole, where only early kills', saying([login, close], { delivery: 'early' }), saying([login, close])],
  ['left by quit, where only a RST kills', saying([login, close], { leaves: 'rst' }), saying([login, close])],
  ['what most execs are', saying([login]), saying([login])],
  ['of several clients nobody knows which', { clients: [...killer.clients, ...killer.clients] }, killer],
])('%s is played as before', (_, one, exec) => {
  expect(playedOf(one, exec)).toBe(NAMES.length);
});
