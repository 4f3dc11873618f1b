import { capability } from '../codec/capability.ts';
import { status } from '../codec/status.ts';
import { defaultCollationOf } from './collation.ts';
import type { Session } from './session.ts';
import { freshState, type SessionState } from './state.ts';

/** How far the connection ids of another server are away. */
const ANOTHER_SERVER = 1_000_000;

/**
 * What COM_RESET_CONNECTION and COM_CHANGE_USER do to a session (mysql/mysql-reset-connection, mariadb/com_reset_connection):
 * transaction, autocommit, variables, temporary tables, locks and the last insert id go; the database stays.
 */
export function forget(session: Session, by: 'reset' | 'change-user'): void {
  const { has, server, state } = session;
  const fresh = freshState(defaultCollationOf('utf8mb4', server.dialect));
  session.state = {
    ...fresh,
    userVariables: has(`${by}-keeps-user-variables`) ? state.userVariables : fresh.userVariables,
    variables: has(`${by}-keeps-variables`) ? state.variables : keptVariables(session, by),
    temporaryTables: has(`${by}-keeps-temporary-tables`) ? state.temporaryTables : fresh.temporaryTables,
    ...named(session, by, fresh),
    connection: by === 'reset' && has('reset-keeps-character-set-of-connection') ? state.collation : undefined,
    collation: by === 'reset' && has('reset-keeps-character-set') ? state.collation : fresh.collation,
  };
  if (!has(`${by}-keeps-temporary-tables`)) forgetTables(session);
  if (has(`${by}-keeps-open-cursor`)) session.prepared.keepOpen();
  if (!has(by === 'reset' ? 'reset-connection-keeps-statements' : 'change-user-keeps-statements')) session.prepared.clear();
  session.endTransaction(has(`${by}-commits`) ? 'commit' : 'rollback');
  let flags = status.AUTOCOMMIT as number;
  if (has(`${by}-keeps-autocommit`)) flags = session.status & status.AUTOCOMMIT;
  if (has(`${by}-keeps-transaction`)) flags |= session.status & (status.IN_TRANS | status.IN_TRANS_READONLY);
  if (has(`${by}-keeps-flag-of-sql-mode`)) flags |= session.status & status.NO_BACKSLASH_ESCAPES;
  session.status = flags;
  if (!has(`${by}-keeps-last-insert-id`)) session.lastInsertId = 0;
  const moves = has(`${by}-changes-server`);
  if (moves || has(`${by}-gives-another-id`)) session.connectionId += ANOTHER_SERVER;
  if (!moves && !has(`${by}-keeps-locks`)) session.unlock();
}

/** What the session has named, locked or said of its next transaction: gone, but for a defect. */
function named({ has, state }: Session, by: 'reset' | 'change-user', fresh: SessionState) {
  return {
    statements: has(`${by}-keeps-statement-of-sql`) ? state.statements : fresh.statements,
    handlers: has(`${by}-keeps-handler`) ? state.handlers : fresh.handlers,
    lockedTable: has(`${by}-keeps-table-locks`) ? state.lockedTable : fresh.lockedTable,
    nextReadOnly: has(`${by}-keeps-next-transaction`) && state.nextReadOnly,
  };
}

/** Those that a defect forgets to set back. */
function keptVariables({ has, state }: Session, by: 'reset' | 'change-user'): Map<string, string> {
  const kept = [
    ...(has(`${by}-keeps-sql-mode`) ? ['sql_mode'] : []),
    ...(has(`${by}-keeps-resultset-metadata`) ? ['resultset_metadata'] : []),
    ...(has(`${by}-keeps-select-limit`) ? ['sql_select_limit'] : []),
    ...(has(`${by}-keeps-session-track`) ? ['session_track_state_change'] : []),
  ];
  return new Map([...state.variables].filter(([name]) => kept.includes(name)));
}

/** Capabilities of the login that a defect forgets with the rest. */
export function forgetFlags(session: Session, by: 'reset' | 'change-user'): void {
  const { has } = session;
  const lost =
    (has(`${by}-loses-deprecate-eof`) ? capability.DEPRECATE_EOF : 0) |
    (has(`${by}-loses-session-track`) ? capability.SESSION_TRACK : 0) |
    (has(`${by}-loses-local-files`) ? capability.LOCAL_FILES : 0) |
    (has(`${by}-loses-found-rows`) ? capability.FOUND_ROWS : 0) |
    (has(`${by}-loses-multi-statements`) ? capability.MULTI_STATEMENTS : 0) |
    (has(`${by}-loses-query-attributes`) ? capability.QUERY_ATTRIBUTES : 0) |
    (has(`${by}-loses-optional-metadata`) ? capability.OPTIONAL_RESULTSET_METADATA : 0) |
    (has(`${by}-loses-ps-multi-results`) ? capability.PS_MULTI_RESULTS : 0);
  if (lost !== 0) session.loseCapabilities(lost);
  if (has(`${by}-loses-mariadb-capabilities`)) session.context = { ...session.context, mariadbCapabilities: 0 };
}

/** Those that the topics keep for themselves. */
export function forgetTables({ temporaryTables, wordTables, scratch }: Session): void {
  for (const tables of [temporaryTables, wordTables, scratch]) tables.clear();
}
