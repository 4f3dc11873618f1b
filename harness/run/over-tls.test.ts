import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { logsInOverTls } from '../case/asks.ts';
import type { Case } from '../case/case.ts';
import { localhostCertificate, startReference } from '../reference/index.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import type { Account } from '../target/target.ts';
import { usualLimits } from './limits.ts';
import { missing } from './missing.ts';
import { type Profile, probe } from './profile.ts';

const caseOf = (id: string): Case => suites.find((one) => one.id === id) as Case;
const inClear = caseOf('greeting/status-flags');
const overTls = caseOf('tls/large-result');

async function profileOf(more: Partial<Account>, withTls = true): Promise<Profile> {
  const server = await startReference(withTls ? { certificate: localhostCertificate } : {});
  const check = { ...referenceAccountsWith('mysql_native_password')['requires-tls'], ...more } as Account;
  try {
    return await probe('there', { endpoint: server.endpoint, accounts: { check }, database: 'mywire', limits: usualLimits }, [
      inClear,
      overTls,
    ]);
  } finally {
    await server.stop();
  }
}

test('an account of somebody that gets in over TLS alone is asked there, and what is asked in the clear is inconclusive', async () => {
  const profile = await profileOf({ own: true });
  expect(profile.check).toMatchObject({ is: 'refused', overTls: true });
  // Asked over TLS.
  expect(profile.features.size).toBeGreaterThan(0);
  expect([...profile.features.values()]).not.toContain(false);
  expect(missing(overTls, profile, false)).toBeUndefined();
  expect(missing(inClear, profile, false)).toEqual({
    verdict: 'inconclusive',
    reason: 'needs an account with an empty password: mywire_tls gets in over TLS, and is refused without it',
  });
});

test('where the setting of the server says so, what is asked in the clear is skipped', async () => {
  const overTlsAlone = 'takes logins over TLS alone (require_secure_transport)';
  const profile = { ...(await profileOf({ own: true })), without: [overTlsAlone] };
  expect(missing(inClear, profile, false)).toEqual({ verdict: 'skipped', reason: overTlsAlone });
  expect(missing(overTls, profile, false)).toBeUndefined();
});

test.each([
  ['a wrong password', { own: true, password: 'guessed' }, true],
  ['a server without TLS', { own: true }, false],
  ['an account that mywire has made', {}, true],
] as const)('%s is refused as before', async (_, more, withTls) => {
  const { check } = await profileOf(more, withTls);
  expect(check).toEqual({ is: 'refused', says: expect.stringMatching(/^mywire_tls is refused with ERR 1045/) });
});

test.each([
  ['tls/large-result', true],
  // On a second connection, over TLS as well.
  ['tls/resumed-session', true],
  ['auth/tls-required-in-the-clear', false],
  ['greeting/status-flags', false],
  // Its login may go on in the clear behind an answer.
  ['limits/slow-login', false],
] as const)('%s logs in over TLS alone: %s', (id, yes) => {
  expect(logsInOverTls(caseOf(id).script)).toBe(yes);
});
