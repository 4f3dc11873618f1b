/** Capability flags, bits 0 to 31 (mysql/group__group__cs__capabilities__flags). Names as in the manuals, without CLIENT_. */
export const capability = {
  LONG_PASSWORD: 0x1,
  FOUND_ROWS: 0x2,
  LONG_FLAG: 0x4,
  CONNECT_WITH_DB: 0x8,
  NO_SCHEMA: 0x10,
  COMPRESS: 0x20,
  ODBC: 0x40,
  LOCAL_FILES: 0x80,
  IGNORE_SPACE: 0x100,
  PROTOCOL_41: 0x200,
  INTERACTIVE: 0x400,
  SSL: 0x800,
  IGNORE_SIGPIPE: 0x1000,
  TRANSACTIONS: 0x2000,
  RESERVED: 0x4000,
  SECURE_CONNECTION: 0x8000,
  MULTI_STATEMENTS: 0x10000,
  MULTI_RESULTS: 0x20000,
  PS_MULTI_RESULTS: 0x40000,
  PLUGIN_AUTH: 0x80000,
  CONNECT_ATTRS: 0x100000,
  PLUGIN_AUTH_LENENC_CLIENT_DATA: 0x200000,
  CAN_HANDLE_EXPIRED_PASSWORDS: 0x400000,
  SESSION_TRACK: 0x800000,
  DEPRECATE_EOF: 0x1000000,
  OPTIONAL_RESULTSET_METADATA: 0x2000000,
  ZSTD_COMPRESSION_ALGORITHM: 0x4000000,
  QUERY_ATTRIBUTES: 0x8000000,
  MULTI_FACTOR_AUTHENTICATION: 0x10000000,
  CAPABILITY_EXTENSION: 0x20000000,
  SSL_VERIFY_SERVER_CERT: 0x40000000,
  REMEMBER_OPTIONS: 0x80000000,
} as const;
export type CapabilityName = keyof typeof capability;

/** MariaDB's extended capabilities, bits 32 and up (mariadb/connection#capabilities). */
export const mariadbCapability = {
  PROGRESS: 0x1,
  COM_MULTI: 0x2,
  STMT_BULK_OPERATIONS: 0x4,
  EXTENDED_METADATA: 0x8,
  CACHE_METADATA: 0x10,
  BULK_UNIT_RESULTS: 0x20,
} as const;
export type MariadbCapabilityName = keyof typeof mariadbCapability;

/** Joins flags; `|` alone would make bit 31 negative. */
export function flags(...names: readonly CapabilityName[]): number {
  let bits = 0;
  for (const name of names) bits |= capability[name];
  return bits >>> 0;
}

export const has = (bits: number, name: CapabilityName): boolean => (bits & capability[name]) !== 0;

/** The names of MariaDB's extended flags that are set, in bit order. */
export const mariadbNames = (bits: number): MariadbCapabilityName[] =>
  (Object.keys(mariadbCapability) as MariadbCapabilityName[]).filter((name) => (bits & mariadbCapability[name]) !== 0);

/** The names of the set bits, in bit order. */
export const names = (bits: number): CapabilityName[] => (Object.keys(capability) as CapabilityName[]).filter((name) => has(bits, name));
