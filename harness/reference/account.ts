import type { AuthPlugin } from '../auth/plugin.ts';
import { authPlugins } from '../auth/plugin.ts';

/** Who may log in. */
export interface ReferenceAccount {
  readonly user: string;
  readonly password: string;
  readonly plugin: PluginName;
}
export type PluginName = 'mysql_native_password' | 'caching_sha2_password';

/** HAProxy's check user, and one account per plugin. */
export const referenceAccounts: readonly ReferenceAccount[] = [
  { user: 'haproxy_check', password: '', plugin: 'mysql_native_password' },
  { user: 'mywire', password: 'mywire-secret', plugin: 'mysql_native_password' },
  { user: 'mywire_sha2', password: 'mywire-secret', plugin: 'caching_sha2_password' },
];

/** An account as the server keeps it. */
export interface StoredAccount extends ReferenceAccount {
  readonly hash: Uint8Array;
}

export function plugin(name: PluginName): AuthPlugin {
  return authPlugins[name] as AuthPlugin;
}

/** By user name; the wire has binary strings, so the names do too. */
export function storeAccounts(accounts: readonly ReferenceAccount[]): ReadonlyMap<string, StoredAccount> {
  return new Map(
    accounts.map((account) => [
      Buffer.from(account.user, 'utf8').toString('latin1'),
      { ...account, hash: plugin(account.plugin).hash(account.password) },
    ]),
  );
}
