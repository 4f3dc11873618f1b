/** Prepared statements and the binary protocol. */
import { connectorC, mariadbPage, mysqlErrors, mysqlPage, type Quote, refman } from './page.ts';

const prepare = mysqlPage('COM_STMT_PREPARE', 'page_protocol_com_stmt_prepare');
const execute = mysqlPage('COM_STMT_EXECUTE', 'page_protocol_com_stmt_execute');
const executeAnswer = mysqlPage('COM_STMT_EXECUTE Response', 'page_protocol_com_stmt_execute_response');
const fetch = mysqlPage('COM_STMT_FETCH', 'page_protocol_com_stmt_fetch');
const close = mysqlPage('COM_STMT_CLOSE', 'page_protocol_com_stmt_close');
const reset = mysqlPage('COM_STMT_RESET', 'page_protocol_com_stmt_reset');
const longData = mysqlPage('COM_STMT_SEND_LONG_DATA', 'page_protocol_com_stmt_send_long_data');
const binary = mysqlPage('Binary Protocol Resultset', 'page_protocol_binary_resultset');
const storedPrograms = mysqlPage('Stored Programs', 'page_protocol_command_phase_sp');
const mysqlCom = mysqlPage('mysql_com.h', 'mysql__com_8h');
const errors = mysqlErrors('5.7');
const capi = <const P extends string>(page: P, path: string) =>
  ({ manual: 'mysql', page, url: `https://dev.mysql.com/doc/c-api/8.0/en/${path}.html` }) as const;
const sendLongData = capi('mysql_stmt_send_long_data()', 'mysql-stmt-send-long-data');
const resetConnection = capi('mysql_reset_connection()', 'mysql-reset-connection');
const changeUser = capi('mysql_change_user()', 'mysql-change-user');
const sqlPrepare = refman('Prepared Statements in SQL', 'sql-prepared-statements', '9.5');
const caching = refman('Caching of Prepared Statements and Stored Programs', 'statement-caching', '9.5');

const wire = 'clientserver-protocol/3-binary-protocol-prepared-statements';
const mPrepare = mariadbPage('COM_STMT_PREPARE', `${wire}/com_stmt_prepare`);
const mExecute = mariadbPage('COM_STMT_EXECUTE', `${wire}/com_stmt_execute`);
const mBulk = mariadbPage('COM_STMT_BULK_EXECUTE', `${wire}/com_stmt_bulk_execute`);
const mFetch = mariadbPage('COM_STMT_FETCH', `${wire}/com_stmt_fetch`);
const mClose = mariadbPage('COM_STMT_CLOSE', `${wire}/3-binary-protocol-prepared-statements-com_stmt_close`);
const mReset = mariadbPage('COM_STMT_RESET', `${wire}/com_stmt_reset`);
const mLongData = mariadbPage('COM_STMT_SEND_LONG_DATA', `${wire}/com_stmt_send_long_data`);
const mRow = mariadbPage('Result Set Row', 'clientserver-protocol/4-server-response-packets/resultset-row');
const mOk = mariadbPage('OK_Packet', 'clientserver-protocol/4-server-response-packets/ok_packet');
const mDifferences = mariadbPage(
  'MariaDB Protocol Differences with MySQL',
  'clientserver-protocol/mariadb-protocol-differences-with-mysql',
);
const mPreparing = mariadbPage('PREPARE Statement', 'sql-statements/prepared-statements/prepare-statement');
const mResetConnection = connectorC('mysql_reset_connection');
const mErrors = mariadbPage('MariaDB Error Code Reference', 'error-codes/mariadb-error-code-reference');

export const preparedManual = {
  'mysql/prepare-answer-order': {
    ...prepare,
    says: 'A successful COM_STMT_PREPARE is answered by COM_STMT_PREPARE_OK, then the definitions of the parameters if there are any, then those of the columns if there are any.',
  },
  'mysql/prepare-ok-layout': {
    ...prepare,
    says: 'COM_STMT_PREPARE_OK is int<1> 0x00, int<4> statement_id, int<2> num_columns, int<2> num_params, a filler byte 0x00, int<2> warning_count.',
  },
  'mysql/prepare-metadata-flag': {
    ...prepare,
    says: 'With CLIENT_OPTIONAL_RESULTSET_METADATA an int<1> metadata_follows stands behind the warnings, and the definitions come only where it is RESULTSET_METADATA_FULL.',
  },
  'mysql/prepare-eof': {
    ...prepare,
    says: 'An EOF_Packet ends each of the two lists of definitions, unless CLIENT_DEPRECATE_EOF is set.',
  },
  'mysql/prepare-error': { ...prepare, says: 'A COM_STMT_PREPARE that fails is answered by ERR_Packet.' },
  'mysql/prepare-no-load-data': {
    ...prepare,
    says: 'LOAD DATA is not supported by COM_STMT_PREPARE, so that no LOCAL INFILE request can come of one.',
  },
  'mysql/what-can-be-prepared': {
    ...sqlPrepare,
    says: 'Statements of a list can be prepared, and other statements are not supported; PREPARE, EXECUTE, DEALLOCATE PREPARE and LOAD DATA are not on it.',
  },
  'mysql/prepare-one-statement': {
    ...sqlPrepare,
    says: 'The text of a prepared statement is one statement, not several separated by semicolons.',
  },
  'mysql/placeholder-not-in-quotes': {
    ...sqlPrepare,
    says: 'A question mark is a parameter marker where a data value may stand, and it is not put into quotes.',
  },
  'mysql/prepared-statement-is-per-session': {
    ...sqlPrepare,
    says: 'A prepared statement belongs to the session that has made it, and is deallocated when that session ends.',
  },
  'mariadb/prepared-statement-is-per-session': {
    ...mPreparing,
    says: 'A prepared statement belongs to the session that has made it; other sessions do not see it.',
  },
  'mysql/statement-id-names-statement': {
    ...prepare,
    says: 'The statement_id of the answer to COM_STMT_PREPARE identifies the prepared statement in the commands that follow.',
  },
  'mysql/error-1050-table-exists': { ...errors, says: 'Error 1050, SQLSTATE 42S01, is ER_TABLE_EXISTS_ERROR: the table already exists.' },
  'mysql/error-1051-unknown-table': { ...errors, says: 'Error 1051, SQLSTATE 42S02, is ER_BAD_TABLE_ERROR: an unknown table.' },
  'mysql/error-1064-prepare': {
    ...errors,
    says: 'Error 1064, SQLSTATE 42000, is ER_PARSE_ERROR; error 1149, SQLSTATE 42000, is ER_SYNTAX_ERROR.',
  },
  'mysql/error-1065-empty-query': { ...errors, says: 'Error 1065, SQLSTATE 42000, is ER_EMPTY_QUERY: the query was empty.' },
  'mysql/error-1146-no-such-table': { ...errors, says: 'Error 1146, SQLSTATE 42S02, is ER_NO_SUCH_TABLE.' },
  'mysql/error-1210-wrong-arguments': {
    ...errors,
    says: 'Error 1210, SQLSTATE HY000, is ER_WRONG_ARGUMENTS: incorrect arguments to something.',
  },
  'mysql/error-1242-subquery-rows': {
    ...errors,
    says: 'Error 1242, SQLSTATE 21000, is ER_SUBQUERY_NO_1_ROW: a subquery returns more than one row.',
  },
  'mysql/error-1243-unknown-statement': {
    ...errors,
    says: 'Error 1243, SQLSTATE HY000, is ER_UNKNOWN_STMT_HANDLER: an unknown prepared statement handler was given.',
  },
  'mysql/error-1295-unsupported-prepare': {
    ...errors,
    says: 'Error 1295, SQLSTATE HY000, is ER_UNSUPPORTED_PS: the command is not supported in the prepared statement protocol yet.',
  },
  'mysql/error-1312-no-result-in-context': {
    ...errors,
    says: 'Error 1312, SQLSTATE 0A000, is ER_SP_BADSELECT: the procedure cannot return a result set in the given context.',
  },
  'mysql/error-1390-too-many-placeholders': {
    ...errors,
    says: 'Error 1390, SQLSTATE HY000, is ER_PS_MANY_PARAM: the prepared statement contains too many placeholders.',
  },
  'mysql/error-1466-removed-spaces': {
    ...errors,
    says: 'Error 1466, SQLSTATE HY000, is ER_REMOVED_SPACES: leading spaces are removed from a name.',
  },
  'mysql/error-1421-no-open-cursor': {
    ...errors,
    says: 'Error 1421, SQLSTATE HY000, is ER_STMT_HAS_NO_OPEN_CURSOR: the statement has no open cursor.',
  },
  'mysql/execute-layout': {
    ...execute,
    says: 'COM_STMT_EXECUTE is int<1> 0x17, int<4> statement_id, int<1> flags, int<4> iteration_count, and with parameters a NULL bitmap of (parameter_count + 7) / 8 bytes, int<1> new_params_bind_flag, the types if that is 1, and the values that are not NULL.',
  },
  'mysql/execute-types': {
    ...execute,
    says: 'The type of a parameter takes two bytes: the type as in enum_field_types, and a byte whose highest bit says that it is unsigned.',
  },
  'mysql/execute-parameter-encoding': {
    ...execute,
    says: 'The values of the parameters are sent in the form of the values of a binary resultset.',
  },
  'mysql/execute-iteration-count': {
    ...execute,
    says: 'The iteration_count of COM_STMT_EXECUTE is at present always 1.',
  },
  'mysql/execute-parameter-count': {
    ...execute,
    says: 'With CLIENT_QUERY_ATTRIBUTES a parameter_count, int<lenenc>, stands in front of the NULL bitmap where the statement has parameters or PARAMETER_COUNT_AVAILABLE is set, and each type has a name behind it.',
  },
  'mysql/execute-attributes': {
    ...execute,
    says: 'The first num_params values are the parameters of the statement, named or not; the values behind them are query attributes.',
  },
  'mysql/execute-answer': {
    ...executeAnswer,
    says: 'COM_STMT_EXECUTE is answered by OK_Packet, ERR_Packet, or a Binary Protocol Resultset.',
  },
  'mysql/execute-cursor': {
    ...fetch,
    says: 'COM_STMT_FETCH fetches the requested amount of rows, at most as many as it says, from the resultset that a COM_STMT_EXECUTE has made, and is answered by a Multi-Resultset or by ERR_Packet.',
  },
  'mysql/execute-closes-cursor': {
    ...capi('mysql_stmt_attr_set()', 'mysql-stmt-attr-set'),
    says: 'Where a cursor is still open from an execution before, mysql_stmt_execute() closes it before it opens a new one; mysql_stmt_reset() closes it too.',
  },
  'mysql/cursor-is-materialized': {
    ...refman('Restrictions on Server-Side Cursors', 'cursor-restrictions'),
    says: 'A server-side cursor is materialized into an internal temporary table. Cursors are asensitive, and nonholdable: not held open after a commit.',
  },
  'mysql/status-cursor-exists': {
    ...mysqlCom,
    says: 'SERVER_STATUS_CURSOR_EXISTS: the server was able to open a read-only non-scrollable cursor for the query, and its rows are fetched with COM_STMT_FETCH.',
  },
  'mysql/status-last-row-sent': {
    ...mysqlCom,
    says: 'SERVER_STATUS_LAST_ROW_SENT is sent in the answer to COM_STMT_FETCH when a read-only cursor is exhausted.',
  },
  'mysql/status-metadata-changed': {
    ...mysqlCom,
    says: 'SERVER_STATUS_METADATA_CHANGED is sent when a reprepared statement has another number of result set columns than before.',
  },
  'mysql/status-ps-out-params': {
    ...mysqlCom,
    says: 'SERVER_PS_OUT_PARAMS marks the resultset that holds the values of output parameters.',
  },
  'mysql/close-has-no-answer': {
    ...close,
    says: 'COM_STMT_CLOSE deallocates a prepared statement, and no response is sent back to the client.',
  },
  'mysql/reset': {
    ...reset,
    says: 'COM_STMT_RESET drops what COM_STMT_SEND_LONG_DATA has accumulated and closes the cursor of the statement; OK_Packet or ERR_Packet answers it.',
  },
  'mysql/long-data': {
    ...longData,
    says: 'COM_STMT_SEND_LONG_DATA sends the data of a parameter before COM_STMT_EXECUTE; sent again it appends, and no response is sent back to the client.',
  },
  'mysql/long-data-takes-the-place': {
    ...sendLongData,
    says: 'The next execution ignores what is bound to the parameters that have been sent with mysql_stmt_send_long_data(); an execution or mysql_stmt_reset() ends that.',
  },
  'mysql/binary-row': {
    ...binary,
    says: 'A row is int<1> 0x00, a NULL bitmap of (column_count + 7 + 2) / 8 bytes whose first two bits belong to no column, and the values that are not NULL.',
  },
  'mysql/binary-resultset-end': {
    ...binary,
    says: 'A binary resultset is like a text resultset but for its rows; with CLIENT_DEPRECATE_EOF an OK_Packet is sent, else an EOF_Packet.',
  },
  'mysql/binary-integers': {
    ...binary,
    says: 'Integers are little-endian and as long as their type: TINY 1 byte, SHORT and YEAR 2, LONG and INT24 4, LONGLONG 8.',
  },
  'mysql/binary-reals': {
    ...binary,
    says: 'FLOAT has 4 bytes and DOUBLE 8, in the order of the IEEE 754 formats on a little-endian machine.',
  },
  'mysql/binary-strings': {
    ...binary,
    says: 'Strings, blobs, DECIMAL and NEWDECIMAL are string<lenenc>; a decimal is its digits as text.',
  },
  'mysql/binary-dates': {
    ...binary,
    says: 'DATE, DATETIME and TIMESTAMP have a length of 0, 4, 7 or 11 bytes: nothing where all is zero, then year, month, day, then the time of day, then microseconds.',
  },
  'mysql/binary-time': {
    ...binary,
    says: 'TIME has a length of 0, 8 or 12 bytes: is_negative, int<4> days, hours, minutes, seconds, and microseconds where they are not zero.',
  },
  'mysql/call-gives-several-results': {
    ...storedPrograms,
    says: 'A CALL gives the resultsets of the procedure, each ended with SERVER_MORE_RESULTS_EXISTS, and behind them an OK_Packet, which answers the CALL itself.',
  },
  'mysql/out-parameters': {
    ...storedPrograms,
    says: 'To a client with CLIENT_PS_MULTI_RESULTS the OUT parameters of a prepared CALL come as one more resultset; the EOF_Packet behind its definitions, or with CLIENT_DEPRECATE_EOF the OK_Packet, carries SERVER_PS_OUT_PARAMS.',
  },
  'mysql/reset-connection-deallocates': {
    ...resetConnection,
    says: 'Resetting the connection releases its prepared statements.',
  },
  'mysql/change-user-releases-statements': {
    ...changeUser,
    says: 'Changing the user resets the session as a new connection would: its prepared statements are released.',
  },
  'mysql/reprepare-on-metadata-change': {
    ...caching,
    says: 'When a table that a prepared statement uses has changed, the server prepares the statement again by itself at its next execution.',
  },

  'mariadb/prepare-answer': {
    ...mPrepare,
    says: 'COM_STMT_PREPARE is answered by an ERR_Packet, or by COM_STMT_PREPARE_OK, the definitions of the parameters if there are any and those of the columns if there are any, each list with an EOF_Packet unless DEPRECATE_EOF.',
  },
  'mariadb/prepare-ok-layout': {
    ...mPrepare,
    says: 'COM_STMT_PREPARE_OK is int<1> 0x00, int<4> statement id, int<2> number of columns, int<2> number of parameters, an unused byte, int<2> number of warnings.',
  },
  'mariadb/prepare-counts-placeholders': {
    ...mPrepare,
    says: 'The number of parameters is the count of question mark placeholders; the number of columns is 0 where the statement returns no result set.',
  },
  'mariadb/execute-layout': {
    ...mExecute,
    says: 'COM_STMT_EXECUTE is int<1> 0x17, int<4> statement ID, int<1> flags, int<4> iteration count, and with parameters a NULL bitmap of (param_count + 7) / 8 bytes, a byte that says whether types follow, the types, and a value for each parameter that is not NULL.',
  },
  'mariadb/execute-types-once': {
    ...mExecute,
    says: 'A statement that is executed again with the same bind types does not need them sent again.',
  },
  'mariadb/execute-types': {
    ...mExecute,
    says: 'A parameter type is a byte of field type and a byte of flags, of which 128 means unsigned.',
  },
  'mariadb/execute-iteration-count': { ...mExecute, says: 'The iteration count is always 1.' },
  'mariadb/execute-answer': {
    ...mExecute,
    says: 'COM_STMT_EXECUTE is answered by ERR_Packet, by OK_Packet where there is no result set, or by one or more result sets.',
  },
  'mariadb/execute-null-bitmap': {
    ...mExecute,
    says: 'A bit of the NULL bitmap says that its parameter is NULL, and then its value is not sent.',
  },
  'mariadb/execute-last-statement': {
    ...mExecute,
    says: 'The statement ID 0xFFFFFFFF stands for the last statement prepared on the connection, unless a COM_STMT_PREPARE has failed since; then the ID is unknown.',
  },
  'mariadb/last-statement-with-bulk-operations': {
    ...mDifferences,
    says: 'Where the server supports MARIADB_CLIENT_STMT_BULK_OPERATIONS the statement ID 0xFFFFFFFF stands for the statement prepared before, so that COM_STMT_PREPARE and COM_STMT_EXECUTE can be sent together.',
  },
  'mariadb/execute-cursor': {
    ...mExecute,
    says: 'Where the flags ask for a cursor the answer holds only the column definitions and their EOF, whose SERVER_STATUS_CURSOR_EXISTS says that it is open; without that bit a normal result set is returned.',
  },
  'mariadb/execute-parameter-encoding': { ...mExecute, says: 'Parameters are encoded as the values of binary result sets.' },
  'mariadb/bulk-layout': {
    ...mBulk,
    says: 'COM_STMT_BULK_EXECUTE is int<1> 0xfa, int<4> statement id, int<2> bulk flags, the types if SEND_TYPES_TO_SERVER is set, and for each parameter of each row an indicator and, if that is NONE, a value.',
  },
  'mariadb/bulk-indicators': {
    ...mBulk,
    says: 'The indicator of a value is 0 NONE, 1 NULL, 2 DEFAULT (the default of the column), or 3 IGNORE (the default for an insert, nothing changed for an update).',
  },
  'mariadb/bulk-has-one-result': {
    ...mDifferences,
    says: 'COM_STMT_BULK_EXECUTE has one result, OK or ERR, for all of its rows: the affected rows of all and the first generated ID.',
  },
  'mariadb/bulk-unit-results': {
    ...mBulk,
    says: 'With SEND_UNIT_RESULTS, where MARIADB_CLIENT_BULK_UNIT_RESULTS is agreed, the answer is a result set of affected rows and auto-increment IDs.',
  },
  'mariadb/bulk-result-set-refused': { ...mBulk, says: 'A bulk execution of a command that returns a result set is answered by an error.' },
  'mariadb/bulk-answer': {
    ...mBulk,
    says: 'COM_STMT_BULK_EXECUTE is answered by ERR_Packet, by OK_Packet, or by the result set of unit results.',
  },
  'mariadb/fetch': {
    ...mFetch,
    says: 'COM_STMT_FETCH asks for a number of rows of a statement that was executed with a cursor, and is answered by binary rows and an EOF_Packet.',
  },
  'mariadb/fetch-needs-cursor': {
    ...mFetch,
    says: 'A COM_STMT_EXECUTE with a cursor flag must have been executed before COM_STMT_FETCH can be.',
  },
  'mariadb/status-of-cursors': {
    ...mOk,
    says: 'For COM_STMT_FETCH, SERVER_STATUS_CURSOR_EXISTS says that the cursor still has rows, SERVER_STATUS_LAST_ROW_SENT that it has sent all of them.',
  },
  'mariadb/status-ps-out-params': {
    ...mOk,
    says: 'SERVER_PS_OUT_PARAMS, 1<<12, says that a resultset holds an output parameter of a stored procedure.',
  },
  'mariadb/status-metadata-changed': {
    ...mOk,
    says: 'SERVER_STATUS_METADATA_CHANGED says that a change of tables has touched a prepared statement, which was prepared again by itself.',
  },
  'mariadb/execute-long-data': {
    ...mExecute,
    says: 'Large data can be sent separately before COM_STMT_EXECUTE, by COM_STMT_SEND_LONG_DATA.',
  },
  'mariadb/what-cannot-be-prepared': {
    ...mPreparing,
    says: 'All statements can be prepared but PREPARE, EXECUTE and DEALLOCATE PREPARE; before MariaDB 10.6.2 only those of a list, which has none of these.',
  },
  'mariadb/close-has-no-answer': { ...mClose, says: 'COM_STMT_CLOSE deallocates a prepared statement, and the server sends no response.' },
  'mariadb/reset': {
    ...mReset,
    says: 'COM_STMT_RESET puts a prepared statement back into the state after preparing, and is answered by OK_Packet or ERR_Packet.',
  },
  'mariadb/long-data': {
    ...mLongData,
    says: 'COM_STMT_SEND_LONG_DATA sends the data of a parameter before COM_STMT_EXECUTE; more of them for the same parameter append, and the server sends no response.',
  },
  'mariadb/binary-row': {
    ...mRow,
    says: 'A binary row is a byte 0x00, a NULL bitmap that begins with its third bit, and a value for each column that is not NULL.',
  },
  'mariadb/binary-numbers': {
    ...mRow,
    says: 'TINYINT has 1 byte, SMALLINT and YEAR 2, INTEGER and MEDIUMINT 4, BIGINT 8, FLOAT 4 and DOUBLE 8, little-endian; the column flags say whether an integer is signed, and DECIMAL is a string<lenenc>.',
  },
  'mariadb/binary-strings': { ...mRow, says: 'Strings, blobs and GEOMETRY are byte<lenenc>.' },
  'mariadb/binary-dates': {
    ...mRow,
    says: 'DATE, DATETIME and TIMESTAMP have a length byte of 0, 4, 7 or 11: all zero; year, month, day; and hour, minute, second; and microseconds.',
  },
  'mariadb/binary-time': {
    ...mRow,
    says: 'TIME has a length byte of 0, 8 or 12: all zero; a sign, int<4> days, hours, minutes, seconds; and microseconds.',
  },
  'mariadb/reset-connection-closes-statements': {
    ...mResetConnection,
    says: 'Resetting the connection closes the active prepared statements on the server.',
  },
  'mariadb/error-1050-table-exists': {
    ...mErrors,
    says: 'Error 1050, SQLSTATE 42S01, is ER_TABLE_EXISTS_ERROR: the table already exists.',
  },
  'mariadb/error-1051-unknown-table': { ...mErrors, says: 'Error 1051, SQLSTATE 42S02, is ER_BAD_TABLE_ERROR: an unknown table.' },
  'mariadb/error-1064-prepare': {
    ...mErrors,
    says: 'Error 1064, SQLSTATE 42000, is ER_PARSE_ERROR: the text cannot be parsed. Error 1149, SQLSTATE 42000, is ER_SYNTAX_ERROR.',
  },
  'mariadb/error-1065-empty-query': { ...mErrors, says: 'Error 1065, SQLSTATE 42000, is ER_EMPTY_QUERY: the query was empty.' },
  'mariadb/error-1210-wrong-arguments': {
    ...mErrors,
    says: 'Error 1210, SQLSTATE HY000, is ER_WRONG_ARGUMENTS: incorrect arguments to something.',
  },
  'mariadb/error-1242-subquery-rows': {
    ...mErrors,
    says: 'Error 1242, SQLSTATE 21000, is ER_SUBQUERY_NO_1_ROW: a subquery returns more than one row.',
  },
  'mariadb/error-1243-unknown-statement': {
    ...mErrors,
    says: 'Error 1243, SQLSTATE HY000, is ER_UNKNOWN_STMT_HANDLER: an unknown prepared statement handler was given.',
  },
  'mariadb/error-1295-unsupported-prepare': {
    ...mErrors,
    says: 'Error 1295, SQLSTATE HY000, is ER_UNSUPPORTED_PS: the command is not supported in the prepared statement protocol yet.',
  },
  'mariadb/error-1390-too-many-placeholders': {
    ...mErrors,
    says: 'Error 1390, SQLSTATE HY000, is ER_PS_MANY_PARAM: the prepared statement contains too many placeholders.',
  },
  'mariadb/error-1466-removed-spaces': {
    ...mErrors,
    says: 'Error 1466, SQLSTATE HY000, is ER_REMOVED_SPACES: leading spaces are removed from a name.',
  },
  'mariadb/error-1421-no-open-cursor': {
    ...mErrors,
    says: 'Error 1421, SQLSTATE HY000, is ER_STMT_HAS_NO_OPEN_CURSOR: the statement has no open cursor.',
  },
  'mariadb/error-1835-malformed-packet': {
    ...mErrors,
    says: 'Error 1835, SQLSTATE HY000, is ER_MALFORMED_PACKET: a malformed communication packet.',
  },
} as const satisfies Readonly<Record<string, Quote>>;
