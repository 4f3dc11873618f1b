import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { saysPasswords } from '../case/asks.ts';
import type { Stimulus } from '../case/step.ts';
import type { Account } from '../target/target.ts';
import { answerOf } from './auth-exchange.ts';
import { credentials, furtherProof } from './credentials.ts';
import { missing } from './missing.ts';
import type { Profile } from './profile.ts';
import type { ServerPacket } from './server-packet.ts';
import { Session } from './session.ts';

const PASSWORD = 'Canary-7f3a';
const accountOf = (own: boolean): Account => ({ user: 'app', password: PASSWORD, plugin: 'mysql_native_password', own });

/** Behind an AuthSwitchRequest to a plugin. */
function asked(plugin: string, own: boolean, tls: boolean): Session {
  const account = accountOf(own);
  const session = new Session({ login: account });
  session.tls = tls;
  session.scramble = new Uint8Array(20).fill(7);
  session.login = { account, password: PASSWORD };
  const packet = { name: 'AuthSwitchRequest', value: { pluginName: plugin, data: new Uint8Array(0) }, sequenceId: 2 };
  session.exchange = { plugin, nonce: new Uint8Array(20), factor: 1, asked: packet as unknown as ServerPacket };
  return session;
}
const says = (bytes: Uint8Array | undefined): boolean => Buffer.from(bytes ?? []).includes(PASSWORD);

test.each([
  ['mysql_clear_password', true, false, false],
  ['dialog', true, false, false],
  ['mysql_clear_password', true, true, true],
  ['dialog', true, true, true],
  ['dialog', false, false, true],
] as const)('%s asks for a password (own: %s, inside TLS: %s): it is said: %s', (plugin, own, tls, said) => {
  expect(says(answerOf(asked(plugin, own, tls)))).toBe(said);
});

test.each([
  [true, false, false],
  [true, true, true],
  [false, false, true],
])('a stimulus says a password as it is (own: %s, inside TLS: %s): it is said: %s', (own, tls, said) => {
  const session = asked('caching_sha2_password', own, tls);
  const stimulus = { message: 'HandshakeResponse41', account: 'login', proof: { as: 'clear' } } as const;
  expect(says(credentials(stimulus, session).fields['authResponse'] as Uint8Array)).toBe(said);
  const { data } = furtherProof({ message: 'AuthSwitchResponse', proof: { as: 'clear' } }, session);
  expect([says(data), data.length]).toEqual([said, PASSWORD.length + 1]);
});

test('cases that say it are skipped for an account of somebody', () => {
  const cases = suites.filter(saysPasswords);
  expect(cases.map(({ id }) => id)).toContain('auth/clear-password-gets-auth-switch');
  const profile = {
    ownAccounts: true,
    without: [],
    declared: new Set(['login']),
    features: new Map(),
    limited: new Map(),
    refusedSql: new Map(),
  } as unknown as Profile;
  for (const one of cases) {
    expect(missing({ ...one, needs: [] }, profile, false)).toEqual({ verdict: 'skipped', reason: expect.stringContaining('yours') });
    expect(missing({ ...one, needs: [] }, { ...profile, ownAccounts: false }, true)).toBeUndefined();
  }
});

test.each([
  ['Canary', 'CANARY'],
  ['CANARY', 'canary'],
  ['1234', 'not-1234'],
])('a password %s that is written otherwise is another one: %s', (password, written) => {
  const session = new Session({ login: { user: 'app', password, plugin: 'mysql_native_password' } });
  session.scramble = new Uint8Array(20).fill(7);
  const of = (stimulus: object) => credentials({ message: 'HandshakeResponse41', account: 'login', ...stimulus } as Stimulus, session);
  expect(of({ password: 'in-capitals' }).login?.password).toBe(written);
});
