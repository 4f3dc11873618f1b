import type { Account, Accounts } from './target.ts';

/** The database that every target we start has; see fixtures/README.md. */
export const databaseName = 'mywire';

/** ProxySQL's admin account. */
export const adminAccount = { user: 'mywire_admin', password: 'mywire' } as const;

/**
 * The accounts that fixtures/sql/<product>.sql makes. On MySQL they have the server's default plugin, which is
 * caching_sha2_password since 8.0.4: https://dev.mysql.com/doc/refman/8.4/en/caching-sha2-pluggable-authentication.html
 * @param product of the server at the end of the chain
 * @param version as that server reports it
 */
export function madeAccounts(product: 'mariadb' | 'mysql', version: string): Accounts {
  const old = product === 'mariadb' || Number.parseInt(version, 10) < 8;
  return accountsWith(old ? 'mysql_native_password' : 'caching_sha2_password');
}

/** The same two accounts with one plugin. */
export function accountsWith(plugin: Account['plugin']): Accounts {
  return {
    check: { user: 'haproxy_check', password: '', plugin },
    login: { user: 'mywire', password: 'mywire-secret', plugin },
  };
}
