import { type CapabilityName, flags, type MariadbCapabilityName, mariadbCapability } from '../codec/capability.ts';

/** Which of the two protocols the server speaks where they differ. */
export const dialects = ['mysql', 'mariadb'] as const;
export type Dialect = (typeof dialects)[number];
export const isDialect = (name: string): name is Dialect => (dialects as readonly string[]).includes(name);

/** They look like neither product, so that nobody mistakes a recording for one; clients tell the dialects by "MariaDB". */
export const versions: Readonly<Record<Dialect, string>> = { mysql: '8.4.99-mywire', mariadb: '11.8.99-MariaDB-mywire' };

/** What both offer, but for SSL, which takes a certificate. */
const both = [
  'FOUND_ROWS',
  'LONG_FLAG',
  'CONNECT_WITH_DB',
  'NO_SCHEMA',
  'COMPRESS',
  'ODBC',
  'LOCAL_FILES',
  'IGNORE_SPACE',
  'PROTOCOL_41',
  'INTERACTIVE',
  'IGNORE_SIGPIPE',
  'TRANSACTIONS',
  'RESERVED',
  'SECURE_CONNECTION',
  'MULTI_STATEMENTS',
  'MULTI_RESULTS',
  'PS_MULTI_RESULTS',
  'PLUGIN_AUTH',
  'CONNECT_ATTRS',
  'PLUGIN_AUTH_LENENC_CLIENT_DATA',
  'CAN_HANDLE_EXPIRED_PASSWORDS',
  'SESSION_TRACK',
  'DEPRECATE_EOF',
  'REMEMBER_OPTIONS',
] as const satisfies readonly CapabilityName[];

/** Only flags whose promises the server keeps. LONG_PASSWORD is MariaDB's CLIENT_MYSQL: clear, it offers extended flags. */
const own: Readonly<Record<Dialect, readonly CapabilityName[]>> = {
  mysql: ['LONG_PASSWORD', 'OPTIONAL_RESULTSET_METADATA', 'ZSTD_COMPRESSION_ALGORITHM', 'QUERY_ATTRIBUTES', 'MULTI_FACTOR_AUTHENTICATION'],
  mariadb: [],
};
const ownMariadb: readonly MariadbCapabilityName[] = [
  'PROGRESS',
  'STMT_BULK_OPERATIONS',
  'EXTENDED_METADATA',
  'CACHE_METADATA',
  'BULK_UNIT_RESULTS',
];

export const offeredBy = (dialect: Dialect): number => flags(...both, ...own[dialect]);

export function offeredMariadbBy(dialect: Dialect): number {
  if (dialect !== 'mariadb') return 0;
  let bits = 0;
  for (const name of ownMariadb) bits |= mariadbCapability[name];
  return bits;
}
