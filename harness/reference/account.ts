/** The plugins that an account can have, by their names on the wire. */
export type PluginName = 'mysql_native_password' | 'caching_sha2_password' | 'sha256_password' | 'client_ed25519' | 'parsec';

/** One way in: a plugin and the password that it proves. */
export interface Factor {
  readonly plugin: PluginName;
  readonly password: string;
}

/** Who may log in. */
export interface ReferenceAccount extends Factor {
  readonly user: string;
  /** What is asked for once the first is proved (CLIENT_MULTI_FACTOR_AUTHENTICATION). */
  readonly secondFactor?: Factor;
  /** The password is right, and too old for anything but changing it. */
  readonly expired?: true;
  /** REQUIRE SSL. */
  readonly requiresTls?: true;
}

const password = 'mywire-secret';

/**
 * The accounts beside HAProxy's check user and the one with a password; fixtures/README.md has those of real servers.
 * @param plugin of those that are not there for their plugin
 */
export const specialAccounts = (plugin: PluginName): readonly ReferenceAccount[] => [
  { user: 'mywire_native', password, plugin: 'mysql_native_password' },
  { user: 'mywire_sha2', password, plugin: 'caching_sha2_password' },
  { user: 'mywire_sha2_empty', password: '', plugin: 'caching_sha2_password' },
  { user: 'mywire_sha256', password, plugin: 'sha256_password' },
  { user: 'mywire_sha256_empty', password: '', plugin: 'sha256_password' },
  { user: 'mywire_ed25519', password, plugin: 'client_ed25519' },
  { user: 'mywire_ed25519_empty', password: '', plugin: 'client_ed25519' },
  { user: 'mywire_parsec', password, plugin: 'parsec' },
  { user: 'mywire_parsec_empty', password: '', plugin: 'parsec' },
  { user: 'mywire_expired', password, plugin, expired: true },
  { user: 'mywire_tls', password, plugin, requiresTls: true },
  { user: 'mywire_two_factor', password, plugin, secondFactor: { plugin: 'caching_sha2_password', password: 'mywire-second' } },
];

/** HAProxy's check user, one with a password, and the special ones. */
export const referenceAccounts: readonly ReferenceAccount[] = [
  { user: 'haproxy_check', password: '', plugin: 'mysql_native_password' },
  { user: 'mywire', password, plugin: 'mysql_native_password' },
  ...specialAccounts('mysql_native_password'),
];

/** By user name; the wire has binary strings, so the names do too. */
export function storeAccounts(accounts: readonly ReferenceAccount[]): ReadonlyMap<string, ReferenceAccount> {
  return new Map(accounts.map((account) => [Buffer.from(account.user, 'utf8').toString('latin1'), account]));
}
