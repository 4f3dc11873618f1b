import type { Account, Accounts, Product } from './target.ts';

/** The database that every target we start has; see fixtures/README.md. */
export const databaseName = 'mywire';

/**
 * From here the servers of this machine take PROXY headers, and from nowhere else. All of 127.0.0.0/8 is ours on Linux;
 * elsewhere one would have to set it up.
 */
export const proxyAddress = process.platform === 'linux' ? '127.0.0.2' : undefined;

/** ProxySQL's admin account. */
export const adminAccount = { user: 'mywire_admin', password: 'mywire' } as const;

const password = 'mywire-secret';

/** One account per authentication plugin. */
const byPlugin = {
  native: { user: 'mywire_native', password, plugin: 'mysql_native_password' },
  sha2: { user: 'mywire_sha2', password, plugin: 'caching_sha2_password' },
  'sha2-empty': { user: 'mywire_sha2_empty', password: '', plugin: 'caching_sha2_password' },
  sha256: { user: 'mywire_sha256', password, plugin: 'sha256_password' },
  'sha256-empty': { user: 'mywire_sha256_empty', password: '', plugin: 'sha256_password' },
  ed25519: { user: 'mywire_ed25519', password, plugin: 'client_ed25519' },
  'ed25519-empty': { user: 'mywire_ed25519_empty', password: '', plugin: 'client_ed25519' },
  parsec: { user: 'mywire_parsec', password, plugin: 'parsec' },
  'parsec-empty': { user: 'mywire_parsec_empty', password: '', plugin: 'parsec' },
} as const satisfies Accounts;

/** What fixtures/sql/mariadb.sql makes; parsec came with 11.6. */
function onMariadb(version: string): Accounts {
  const [major = 0, minor = 0] = version
    .replace(/^5\.5\.5-/, '')
    .split('.')
    .map(Number);
  const { native, ed25519, 'ed25519-empty': ed25519Empty, parsec, 'parsec-empty': parsecEmpty } = byPlugin;
  const withParsec = major > 11 || (major === 11 && minor >= 6);
  return { native, ed25519, 'ed25519-empty': ed25519Empty, ...(withParsec && { parsec, 'parsec-empty': parsecEmpty }) };
}

/** What fixtures/sql/mysql.sql makes. A second factor there takes a plugin that keeps no password in the server, and none ships. */
function onMysql(version: string): Accounts {
  const { sha2, 'sha2-empty': sha2Empty, sha256, 'sha256-empty': sha256Empty } = byPlugin;
  const withSha2 = Number.parseInt(version, 10) >= 8;
  return { sha256, 'sha256-empty': sha256Empty, ...(withSha2 && { sha2, 'sha2-empty': sha2Empty }) };
}

/**
 * The accounts that fixtures/sql/<product>.sql makes. On MySQL most have the server's default plugin, which is
 * caching_sha2_password since 8.0.4: https://dev.mysql.com/doc/refman/8.4/en/caching-sha2-pluggable-authentication.html
 * @param product of the server at the end of the chain
 * @param version as that server reports it
 */
export function madeAccounts(product: 'mariadb' | 'mysql', version: string): Accounts {
  const old = product === 'mariadb' || Number.parseInt(version, 10) < 8;
  const plugin = old ? 'mysql_native_password' : 'caching_sha2_password';
  return { ...accountsWith(plugin), ...restricted(plugin), ...(product === 'mariadb' ? onMariadb(version) : onMysql(version)) };
}

/** The accounts of the built-in server, which knows every plugin. */
export function referenceAccountsWith(plugin: Account['plugin']): Accounts {
  const twoFactor = { user: 'mywire_two_factor', password, plugin, secondPassword: 'mywire-second' };
  return { ...accountsWith(plugin), ...restricted(plugin), ...byPlugin, 'two-factor': twoFactor };
}

/** An account whose password has expired, and one that must use TLS. */
const restricted = (plugin: Account['plugin']) => ({
  expired: { user: 'mywire_expired', password, plugin },
  'requires-tls': { user: 'mywire_tls', password, plugin },
});

/** The names under which cases speak of an account by its plugin: with a password, and without. */
const names: Readonly<Record<Account['plugin'], readonly [keyof Accounts, keyof Accounts | undefined]>> = {
  mysql_native_password: ['native', undefined],
  caching_sha2_password: ['sha2', 'sha2-empty'],
  sha256_password: ['sha256', 'sha256-empty'],
  client_ed25519: ['ed25519', 'ed25519-empty'],
  parsec: ['parsec', 'parsec-empty'],
};

/** The accounts that somebody has given, under the names of their plugins, too. */
export function namedByPlugin({ check, login }: Pick<Accounts, 'check' | 'login'>): Accounts {
  const [full] = login ? names[login.plugin] : [];
  const [, empty] = check ? names[check.plugin] : [];
  return { ...(check && { check }), ...(login && { login }), ...(full && { [full]: login }), ...(empty && { [empty]: check }) };
}

/** The account without a password and the one with, with one plugin. */
export function accountsWith(plugin: Account['plugin']): Accounts {
  return {
    check: { user: 'haproxy_check', password: '', plugin },
    login: { user: 'mywire', password, plugin },
  };
}

/**
 * The accounts that a chain offers at its front. ProxySQL logs its clients in itself, with mysql_native_password unless told
 * otherwise, so what is special about an account of the server does not show there:
 * https://proxysql.com/documentation/users-management/mysql-authentication
 * @param nodes front to back
 */
export function chainAccounts(nodes: readonly { readonly product: Product; readonly version: string }[]): Accounts {
  const server = nodes.at(-1);
  const made = madeAccounts(server?.product === 'mysql' ? 'mysql' : 'mariadb', server?.version ?? '');
  // The Router speaks TLS to the server whether its client does or not, so what requires TLS gets in.
  if (nodes.some(({ product }) => product === 'mysqlrouter')) {
    const { 'requires-tls': _, ...others } = made;
    return others;
  }
  if (!nodes.some(({ product }) => product === 'proxysql' || product === 'maxscale')) return made;
  return { ...accountsWith('mysql_native_password'), ...(made.native && { native: made.native }) };
}

/**
 * Every account that ProxySQL can log in at the server behind it, whichever that is: it needs them all in mysql_users, and
 * knows neither sha256_password nor MariaDB's own plugins.
 */
export function proxysqlUsers(): readonly Account[] {
  const made: readonly (Account | undefined)[] = (['mariadb', 'mysql'] as const).flatMap((one) =>
    Object.values(madeAccounts(one, '99.0.0')),
  );
  const users = new Map<string, Account>();
  for (const account of made) {
    if (account && ['mysql_native_password', 'caching_sha2_password'].includes(account.plugin)) users.set(account.user, account);
  }
  return [...users.values()];
}
