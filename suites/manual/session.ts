/** Resetting a session, changing its user, and being told what has changed: suites/session. */
import { connectorC, mariadbPage, mariadbVariables, mysqlPage, refman } from './page.ts';

const cApi = <const P extends string>(page: P, id: string) =>
  ({ manual: 'mysql', page, url: `https://dev.mysql.com/doc/c-api/8.4/en/${id}.html` }) as const;

const okPacket = mysqlPage('OK_Packet', 'page_protocol_basic_ok_packet');
const connection = mysqlPage('Connection Phase', 'page_protocol_connection_phase');
const changeUser = mysqlPage('COM_CHANGE_USER', 'page_protocol_com_change_user');
const resetConnection = cApi('mysql_reset_connection()', 'mysql-reset-connection');
const tracking = refman('Server Tracking of Client Session State', 'session-state-tracking');

const systemVariables = refman('Server System Variables', 'server-system-variables');

const wire = 'clientserver-protocol';
const mChangeUser = mariadbPage('COM_CHANGE_USER', `${wire}/2-text-protocol/com_change_user`);
const mReset = mariadbPage('COM_RESET_CONNECTION', `${wire}/2-text-protocol/com_reset_connection`);
const mOk = mariadbPage('OK_Packet', `${wire}/4-server-response-packets/ok_packet`);

export const sessionManual = {
  'mysql/reset-connection': {
    ...mysqlPage('COM_RESET_CONNECTION', 'page_protocol_com_reset_connection'),
    says: 'COM_RESET_CONNECTION cleans up the session state as COM_CHANGE_USER does, without another login and without closing, and is answered by OK.',
  },
  'mysql/reset-connection-state': {
    ...resetConnection,
    says: 'A reset rolls back transactions, resets autocommit, releases table locks, drops temporary tables, sets session variables to the global ones (those of SET NAMES too), loses user variables, releases prepared statements and the locks of GET_LOCK(), closes handlers, and sets LAST_INSERT_ID() to 0.',
  },
  'mariadb/reset-connection': {
    ...mReset,
    says: 'COM_RESET_CONNECTION rolls back the transaction, resets session variables, deletes user variables, temporary tables and prepared statements, and leaves the database as it is; it is answered by OK or ERR.',
  },
  'mariadb/reset-connection-state': {
    ...connectorC('mysql_reset_connection'),
    says: 'On the server a reset drops temporary tables, rolls back the transaction, resets autocommit, releases table locks, sets session variables to the global ones, closes prepared statements and clears user variables.',
  },
  'mysql/change-user-layout': {
    ...changeUser,
    says: 'COM_CHANGE_USER has the user, the auth response behind its length, the database and, where the client goes on, the character set, the plugin name and the attributes, as the flags say.',
  },
  'mysql/change-user-resets-state': {
    ...changeUser,
    says: 'COM_CHANGE_USER resets user variables, temporary tables, prepared statements and more.',
  },
  'mysql/change-user-state': {
    ...cApi('mysql_change_user()', 'mysql-change-user'),
    says: 'Changing the user resets the session as if a new connection had been made: transactions are rolled back, temporary tables dropped, locks released, session variables set anew, and the named database becomes the default one, or none.',
  },
  'mysql/change-user-gets-auth-switch': {
    ...connection,
    says: 'COM_CHANGE_USER is answered by OK or ERR at once, or by an AuthSwitchRequest that begins a login with the method of the new account.',
  },
  'mysql/change-user-ends-with-ok-or-err-and-close': {
    ...connection,
    says: 'The login of COM_CHANGE_USER ends with OK and the command phase, or with ERR and the end of the connection.',
  },
  'mariadb/change-user-layout': {
    ...mChangeUser,
    says: 'COM_CHANGE_USER has user, auth response, database, collation, plugin name with PLUGIN_AUTH, and attributes with CONNECT_ATTRS.',
  },
  'mariadb/change-user-resets-and-logs-in': {
    ...mChangeUser,
    says: 'COM_CHANGE_USER resets the connection and logs in anew; it is answered as a login: OK, ERR or an auth switch.',
  },
  'mariadb/change-user-state': {
    ...connectorC('mysql_change_user'),
    says: 'Changing the user makes the connection as if it were a new one, also where it fails: transactions are rolled back, temporary tables closed, table locks released. The account needs access to the database; where the change fails the user stays who it was.',
  },
  'mariadb/change-user-after-three-failures': {
    ...mChangeUser,
    says: 'When COM_CHANGE_USER has failed more than three times, every further one on the connection gets ERR 08S01, unknown command.',
  },
  'mysql/user-variables-of-a-session': {
    ...refman('User-Defined Variables', 'user-variables'),
    says: 'User-defined variables belong to the session, and are freed when its client exits.',
  },
  'mariadb/user-variables-of-a-session': {
    manual: 'mariadb',
    page: 'User-Defined Variables',
    url: 'https://mariadb.com/docs/server/reference/sql-structure/sql-language-structure/user-defined-variables',
    says: 'User-defined variables exist in the session and can be shared between several queries; they expire when it is closed.',
  },
  'mysql/temporary-table-of-a-session': {
    ...refman('CREATE TEMPORARY TABLE Statement', 'create-temporary-table'),
    says: 'A temporary table is visible only within the session, and is dropped when that is closed.',
  },
  'mariadb/temporary-table-of-a-session': {
    manual: 'mariadb',
    page: 'CREATE TABLE',
    url: 'https://mariadb.com/docs/server/reference/sql-statements/data-definition/create/create-table',
    says: 'A temporary table is visible to its own session alone, and is dropped when that ends.',
  },
  'mysql/lock-until-released': {
    ...refman('Locking Functions', 'locking-functions'),
    says: 'A lock of GET_LOCK() is released by RELEASE_LOCK(), or when the session ends; not when transactions commit or roll back.',
  },
  'mariadb/lock-until-released': {
    ...mariadbPage('GET_LOCK', 'sql-functions/secondary-functions/miscellaneous-functions/get_lock'),
    says: 'A lock of GET_LOCK() is released by RELEASE_LOCK(), or when the connection ends; a commit does not release it.',
  },
  'mysql/session-state-block': {
    ...okPacket,
    says: 'With SESSION_TRACK and SERVER_SESSION_STATE_CHANGED an OK carries, behind its info, a string<lenenc> of entries: a type and its data, each with its length.',
  },
  'mysql/session-state-types': {
    ...okPacket,
    says: 'The types are 0 system variables (name and value), 1 schema, 2 state change, 3 GTIDs, 4 transaction characteristics, 5 transaction state.',
  },
  'mariadb/session-state': {
    ...mOk,
    says: 'With CLIENT_SESSION_TRACK and SERVER_SESSION_STATE_CHANGED an OK carries session changes: 0 system variables, 1 schema, 2 state change, 3 GTIDs, 4 transaction characteristics, 5 transaction state.',
  },
  'mariadb/session-state-values': {
    ...mOk,
    says: 'A schema is told by its name, variables by name and value, a state change by the text 1, a transaction by eight letters, of which the first is _ without one and T for one that was begun, and by the statements that would begin it again.',
  },
  'mariadb/track-variables': {
    ...mariadbVariables,
    says: 'session_track_schema, session_track_state_change and session_track_transaction_info (OFF, STATE, CHARACTERISTICS) turn on being told of the default database, of the state and of transactions; session_track_system_variables lists the variables that are told of, * for all.',
  },
  'mysql/track-schema': {
    ...tracking,
    says: 'session_track_schema turns on being told of the default database whenever it is set, also to the one it was.',
  },
  'mysql/track-system-variables': {
    ...tracking,
    says: 'session_track_system_variables lists the variables whose assignments are told, * for all; by default autocommit, the character sets of client, connection and results, and time_zone.',
  },
  'mysql/track-gtids': {
    ...systemVariables,
    says: 'With session_track_gtids OWN_GTID the acknowledgement of a transaction carries the GTIDs of what the session has committed since the acknowledgement before.',
  },
  'mysql/track-state-change': {
    ...tracking,
    says: 'session_track_state_change turns on being told that anything of the session has changed: variables, temporary tables, user variables, the default database.',
  },
  'mysql/track-transaction': {
    ...tracking,
    says: 'session_track_transaction_info STATE tells eight letters of what a transaction has done, T for one that was begun, CHARACTERISTICS also the statements that would begin the same one elsewhere.',
  },
  'mysql/charset-of-the-connection': {
    ...refman('Connection Character Sets and Collations', 'charset-connection'),
    says: 'At the login the server sets character_set_client, character_set_results and character_set_connection to the character set that the client names.',
  },
} as const;
