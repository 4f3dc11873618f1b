/** Errors of the connection phase and of command dispatch (mysql/mysql-errors: server error reference, mariadb/mariadb-error-codes). */
export interface ErrorCode {
  readonly code: number;
  readonly name: string;
  /** HY000 where the manual has no state of its own. */
  readonly sqlState: string;
  /** Set where only one of the two has this code, or the numbers mean different things. */
  readonly dialect?: 'mysql' | 'mariadb';
}

export const errorCodes: readonly ErrorCode[] = [
  { code: 1040, name: 'ER_CON_COUNT_ERROR', sqlState: '08004' },
  { code: 1042, name: 'ER_BAD_HOST_ERROR', sqlState: '08S01' },
  { code: 1043, name: 'ER_HANDSHAKE_ERROR', sqlState: '08S01' },
  { code: 1044, name: 'ER_DBACCESS_DENIED_ERROR', sqlState: '42000' },
  { code: 1045, name: 'ER_ACCESS_DENIED_ERROR', sqlState: '28000' },
  { code: 1046, name: 'ER_NO_DB_ERROR', sqlState: '3D000' },
  { code: 1047, name: 'ER_UNKNOWN_COM_ERROR', sqlState: '08S01' },
  { code: 1049, name: 'ER_BAD_DB_ERROR', sqlState: '42000' },
  { code: 1053, name: 'ER_SERVER_SHUTDOWN', sqlState: '08S01' },
  { code: 1064, name: 'ER_PARSE_ERROR', sqlState: '42000' },
  { code: 1065, name: 'ER_EMPTY_QUERY', sqlState: '42000' },
  { code: 1080, name: 'ER_FORCING_CLOSE', sqlState: '08S01' },
  { code: 1094, name: 'ER_NO_SUCH_THREAD', sqlState: 'HY000' },
  { code: 1105, name: 'ER_UNKNOWN_ERROR', sqlState: 'HY000' },
  { code: 1115, name: 'ER_UNKNOWN_CHARACTER_SET', sqlState: '42000' },
  { code: 1129, name: 'ER_HOST_IS_BLOCKED', sqlState: 'HY000' },
  { code: 1130, name: 'ER_HOST_NOT_PRIVILEGED', sqlState: 'HY000' },
  { code: 1131, name: 'ER_PASSWORD_ANONYMOUS_USER', sqlState: '42000' },
  { code: 1148, name: 'ER_NOT_ALLOWED_COMMAND', sqlState: '42000' },
  { code: 1152, name: 'ER_ABORTING_CONNECTION', sqlState: '08S01' },
  { code: 1153, name: 'ER_NET_PACKET_TOO_LARGE', sqlState: '08S01' },
  { code: 1154, name: 'ER_NET_READ_ERROR_FROM_PIPE', sqlState: '08S01' },
  { code: 1155, name: 'ER_NET_FCNTL_ERROR', sqlState: '08S01' },
  { code: 1156, name: 'ER_NET_PACKETS_OUT_OF_ORDER', sqlState: '08S01' },
  { code: 1157, name: 'ER_NET_UNCOMPRESS_ERROR', sqlState: '08S01' },
  { code: 1158, name: 'ER_NET_READ_ERROR', sqlState: '08S01' },
  { code: 1159, name: 'ER_NET_READ_INTERRUPTED', sqlState: '08S01' },
  { code: 1160, name: 'ER_NET_ERROR_ON_WRITE', sqlState: '08S01' },
  { code: 1161, name: 'ER_NET_WRITE_INTERRUPTED', sqlState: '08S01' },
  { code: 1184, name: 'ER_NEW_ABORTING_CONNECTION', sqlState: '08S01' },
  { code: 1203, name: 'ER_TOO_MANY_USER_CONNECTIONS', sqlState: '42000' },
  { code: 1205, name: 'ER_LOCK_WAIT_TIMEOUT', sqlState: 'HY000' },
  { code: 1213, name: 'ER_LOCK_DEADLOCK', sqlState: '40001' },
  { code: 1226, name: 'ER_USER_LIMIT_REACHED', sqlState: '42000' },
  { code: 1227, name: 'ER_SPECIFIC_ACCESS_DENIED_ERROR', sqlState: '42000' },
  { code: 1243, name: 'ER_UNKNOWN_STMT_HANDLER', sqlState: 'HY000' },
  { code: 1251, name: 'ER_NOT_SUPPORTED_AUTH_MODE', sqlState: '08004' },
  { code: 1273, name: 'ER_UNKNOWN_COLLATION', sqlState: 'HY000' },
  { code: 1275, name: 'ER_SERVER_IS_IN_SECURE_AUTH_MODE', sqlState: 'HY000' },
  { code: 1290, name: 'ER_OPTION_PREVENTS_STATEMENT', sqlState: 'HY000' },
  { code: 1312, name: 'ER_SP_BADSELECT', sqlState: '0A000' },
  { code: 1317, name: 'ER_QUERY_INTERRUPTED', sqlState: '70100' },
  { code: 1524, name: 'ER_PLUGIN_IS_NOT_LOADED', sqlState: 'HY000' },
  { code: 1698, name: 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR', sqlState: '28000' },
  { code: 1820, name: 'ER_MUST_CHANGE_PASSWORD', sqlState: 'HY000' },
  { code: 1835, name: 'ER_MALFORMED_PACKET', sqlState: 'HY000' },
  { code: 1862, name: 'ER_MUST_CHANGE_PASSWORD_LOGIN', sqlState: 'HY000' },
  { code: 1927, name: 'ER_CONNECTION_KILLED', sqlState: '70100', dialect: 'mariadb' },
  { code: 3118, name: 'ER_ACCOUNT_HAS_BEEN_LOCKED', sqlState: 'HY000', dialect: 'mysql' },
  { code: 3159, name: 'ER_SECURE_TRANSPORT_REQUIRED', sqlState: 'HY000', dialect: 'mysql' },
  { code: 4031, name: 'ER_CLIENT_INTERACTION_TIMEOUT', sqlState: 'HY000', dialect: 'mysql' },
  { code: 4151, name: 'ER_ACCOUNT_HAS_BEEN_LOCKED', sqlState: 'HY000', dialect: 'mariadb' },
];

const byCode = new Map(errorCodes.map((entry) => [entry.code, entry]));

export const findErrorCode = (code: number): ErrorCode | undefined => byCode.get(code);
