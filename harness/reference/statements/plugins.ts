import { number } from '../resultset.ts';
import { one } from './select.ts';
import type { Statement } from './statement.ts';

/** The authentication plugins, by their names on the server's side. */
const active: ReadonlySet<string> = new Set(['mysql_native_password', 'caching_sha2_password', 'sha256_password', 'ed25519', 'parsec']);

/** What mywire asks before cases about a plugin, or a password that has expired (harness/case/feature.ts). */
export const pluginStatements: readonly Statement[] = [
  [
    /^select (count\(\*\)) from performance_schema\.global_status where variable_name = '(?:caching_sha2_password_)?rsa_public_key' and variable_value <> ''$/i,
    (_s, [, name = '']) => one(number(name, 21), '1'),
  ],
  [
    /^select (?:.* as )?(@@global\.disconnect_on_expired_password|sandbox_without_set|idle_clients_are_told)$/i,
    (s, [, name = '']) => one(number(name, 1), s.server.dialect === 'mysql' ? '1' : '0'),
  ],
  [
    /^select (count\(\*\)) from information_schema\.plugins where plugin_name = '([a-z0-9_]+)' and plugin_status = 'active'$/i,
    (_s, [, name = '', plugin = '']) => one(number(name, 21), active.has(plugin) ? '1' : '0'),
  ],
];
