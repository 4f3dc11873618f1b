import { expect, test } from 'vitest';
import { specialAccounts } from '../reference/account.ts';
import { madeAccounts, namedByPlugin, referenceAccountsWith } from './accounts.ts';

test('the built-in server has the accounts that its target declares', () => {
  const { check, login, ...special } = referenceAccountsWith('caching_sha2_password');
  const has = specialAccounts('caching_sha2_password');
  for (const account of Object.values(special))
    expect(has).toContainEqual(expect.objectContaining({ user: account.user, password: account.password, plugin: account.plugin }));
  expect(Object.keys(special).length).toBe(has.length);
  expect(has.find(({ user }) => user === special['two-factor']?.user)?.secondFactor?.password).toBe(special['two-factor']?.secondPassword);
});

test.each([
  ['mariadb', '5.5.5-10.5.23-MariaDB', ['check', 'ed25519', 'ed25519-empty', 'expired', 'login', 'native', 'requires-tls']],
  ['mariadb', '11.5.2-MariaDB', ['check', 'ed25519', 'ed25519-empty', 'expired', 'login', 'native', 'requires-tls']],
  [
    'mariadb',
    '11.8.9-MariaDB',
    ['check', 'ed25519', 'ed25519-empty', 'expired', 'login', 'native', 'parsec', 'parsec-empty', 'requires-tls'],
  ],
  ['mysql', '9.7.4', ['check', 'expired', 'login', 'requires-tls', 'sha2', 'sha2-empty', 'sha256', 'sha256-empty']],
  ['mysql', '5.7.44', ['check', 'expired', 'login', 'requires-tls', 'sha256', 'sha256-empty']],
] as const)('%s %s has its plugins, and no others', (product, version, names) => {
  expect(Object.keys(madeAccounts(product, version)).sort()).toEqual(names);
});

test('accounts that somebody gives count under the names of their plugins', () => {
  const check = { user: 'c', password: '', plugin: 'caching_sha2_password' } as const;
  const login = { user: 'l', password: 'x', plugin: 'mysql_native_password' } as const;
  expect(namedByPlugin({ check, login })).toEqual({ check, login, native: login, 'sha2-empty': check });
  expect(namedByPlugin({ login })).toEqual({ login, native: login });
  expect(namedByPlugin({})).toEqual({});
});
