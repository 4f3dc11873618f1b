/** SERVER_STATUS_flags_enum (mysql/mysql__com_8h, mariadb/ok_packet#server-status-flag), without SERVER_STATUS_ and SERVER_. */
export const status = {
  IN_TRANS: 0x1,
  AUTOCOMMIT: 0x2,
  MORE_RESULTS_EXISTS: 0x8,
  QUERY_NO_GOOD_INDEX_USED: 0x10,
  QUERY_NO_INDEX_USED: 0x20,
  CURSOR_EXISTS: 0x40,
  LAST_ROW_SENT: 0x80,
  DB_DROPPED: 0x100,
  NO_BACKSLASH_ESCAPES: 0x200,
  METADATA_CHANGED: 0x400,
  QUERY_WAS_SLOW: 0x800,
  PS_OUT_PARAMS: 0x1000,
  IN_TRANS_READONLY: 0x2000,
  SESSION_STATE_CHANGED: 0x4000,
  /** MariaDB only. */
  ANSI_QUOTES: 0x8000,
} as const;
export type StatusName = keyof typeof status;

/** The names of the set bits, in bit order. */
export const statusNames = (bits: number): StatusName[] =>
  (Object.keys(status) as StatusName[]).filter((name) => (bits & status[name]) !== 0);
