import { expect, test } from 'vitest';
import { accountsWith, chainAccounts, proxysqlUsers } from './accounts.ts';
import { proxysqlConfig } from './proxysql.ts';
import { chained } from './wiring.ts';

const at = (port: number) => ({ host: '127.0.0.1', port });

test('ProxySQL knows every account that it can log in, each once', () => {
  const text = proxysqlConfig({ folder: '/tmp/p', wiring: chained(at(1), at(3)), admin: at(2) });
  const names = proxysqlUsers().map(({ user }) => user);
  expect(names).toEqual(expect.arrayContaining(['haproxy_check', 'mywire']));
  expect(new Set(names).size).toBe(names.length);
  for (const { user, password } of proxysqlUsers()) {
    expect(text).toContain(`{ username="${user}" password="${password}" default_hostgroup=0 active=1 }`);
  }
});

test('whatever stands behind ProxySQL, its clients log in with mysql_native_password', () => {
  const behind = (product: 'proxysql' | 'mysqlrouter') =>
    chainAccounts([
      { product, version: '2.7.1' },
      { product: 'mysql', version: '9.7.4' },
    ]);
  expect(behind('proxysql')).toEqual(accountsWith('mysql_native_password'));
  expect(behind('mysqlrouter')).toMatchObject(accountsWith('caching_sha2_password'));
});
