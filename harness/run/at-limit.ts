import { printable } from './describe.ts';
import type { ServerPacket } from './server-packet.ts';
import type { TryContext } from './try.ts';

/**
 * What to do about an ERR by which a server says that a limit or a mode of its own, which somebody has set, keeps it from
 * answering: then nobody can tell what it would have answered (mysql/mysql-errors: server error reference,
 * mariadb/mariadb-error-codes). Not 1129, but where few connections are enough for it (`blocks`): which have a host blocked is
 * what cases ask.
 */
const remedies: Readonly<Record<number, string>> = {
  34: 'It gives a statement no more memory to be planned with: raise range_optimizer_max_mem_size.',
  200: 'All its sessions together may have no more temporary space: raise max_tmp_total_space_usage.',
  201: 'A session may have no more temporary space: raise max_tmp_session_space_usage.',
  1038: 'It gives a statement no more memory to sort with: raise sort_buffer_size.',
  1040: 'Its connections are used up: raise max_connections, or lower --concurrency.',
  1104: 'It lets no statement look at so many rows: raise max_join_size, or set sql_big_selects=1.',
  1114: 'A table may have no more rows: raise max_heap_table_size, or give the server more room.',
  1184: 'Its init_connect fails for the account, and it ends the connection: mend the statements there.',
  1197: 'A transaction may write no more to its binary log: raise max_binlog_cache_size.',
  1203: 'The account may have no more connections: raise max_user_connections, or lower --concurrency.',
  1226: 'The account has used up what it may do in an hour, or at once: ALTER USER … WITH MAX_QUERIES_PER_HOUR 0, and so on.',
  1290: 'The option that it names forbids the statement: run again without it.',
  1436: 'It gives a statement no more stack: raise thread_stack.',
  1461: 'It keeps no more prepared statements: raise max_prepared_stmt_count, or lower --concurrency.',
  1665: 'It can write no rows to its binary log: set binlog_format=ROW or MIXED, for STATEMENT does not go with READ COMMITTED.',
  1705: 'A statement may write no more to its binary log: raise max_binlog_stmt_cache_size.',
  1836: 'It is in read-only mode: run again when it takes writes.',
  1969: 'It ends statements that take long: raise max_statement_time.',
  2026: 'It lets nobody in outside TLS: set client_ssl_mode=PREFERRED for a MySQL Router under test.',
  3024: 'It ends statements that take long: raise max_execution_time.',
  3159: 'It lets nobody in outside TLS: set require_secure_transport=OFF for a target under test.',
  3170: 'It gives a statement no more memory to be read with: raise parser_max_mem_size.',
  3922: 'It lets nobody in without compression: add uncompressed to protocol_compression_algorithms for a target under test.',
  3955: 'The account is blocked after failed logins, which are among the cases: take FAILED_LOGIN_ATTEMPTS off.',
  4082: 'It gives a connection no more memory: raise connection_memory_limit.',
  4083: 'It gives all connections no more memory: raise global_connection_memory_limit.',
  4150: 'The account is blocked after failed logins, which are among the cases: raise max_password_errors.',
};

/**
 * Where the code alone does not tell: what the message says then. 34, 200 and 201 are numbers of the storage engines, 1184 is any
 * connection that was aborted, 2026 any fault of TLS (MySQL Router, TLS Configuration: client_ssl_mode), 3170 any memory, 4082 and 4083
 * something else in MariaDB.
 */
const wordings: Readonly<Record<number, string>> = {
  34: 'Memory capacity exceeded',
  200: 'temporary space limit',
  201: 'temporary space limit',
  1184: 'init_connect',
  2026: 'SSL is required from client',
  3170: 'parser_max_mem_size',
  4082: 'memory limit',
  4083: 'memory limit',
};

/** What lifts the limit that an ERR of this code speaks of; undefined where it speaks of none. */
export const remedyOf = (code: number): string | undefined => remedies[code];

/** ER_NEW_ABORTING_CONNECTION */
const ABORTED = 1184;
/** ER_HOST_IS_BLOCKED */
const HOST_IS_BLOCKED = 1129;

/** ER_QUERY_INTERRUPTED */
const QUERY_INTERRUPTED = 1317;

/** ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED: no case is about them, also where any ERR is right. */
const full: ReadonlySet<number> = new Set([1040, 1203, 1226]);
export const isFull = ({ name, value }: ServerPacket): boolean => name === 'ERR' && full.has(Number(value['errorCode']));

/** What a statement of the server's own has failed for ends the session: an ERR of any code is no answer then, and how it is numbered no matter. */
export const initFailed = ({ name, value }: ServerPacket): boolean =>
  name === 'ERR' && Number(value['errorCode']) === ABORTED && String(value['errorMessage']).includes(wordings[ABORTED] as string);

/** Why the answer says nothing about the protocol: it is an ERR about a limit or a mode of the server. */
export function atLimit(
  { name, value, problem }: ServerPacket,
  { blocks, interrupts }: Pick<TryContext, 'blocks' | 'interrupts'>,
): string | undefined {
  // MariaDB ends a resultset with it behind the column definitions, without their EOF.
  if (!(name === 'ResultsetThenERR' || (name === 'ERR' && problem === undefined))) return undefined;
  const code = Number(value['errorCode']);
  if (code === HOST_IS_BLOCKED) return blocks;
  if (code === QUERY_INTERRUPTED) return interrupts;
  const remedy = String(value['errorMessage']).includes(wordings[code] ?? '') ? remedyOf(code) : undefined;
  return remedy && `the server is at a limit: ERR ${code} "${printable(value['errorMessage'])}". ${remedy}`;
}
