/** Commands for administrators, KILL, what ERR says of a statement, query attributes, and what only MariaDB has. */
import { informationFunctions, mariadbPage, mariadbStatus, mariadbVariables, mysqlErrors, mysqlPage, type Quote, refman } from './page.ts';

const commands = mysqlPage('my_command.h File Reference', 'my__command_8h');
const fieldList = mysqlPage('COM_FIELD_LIST', 'page_protocol_com_field_list');
const columnDefinition = mysqlPage('Column Definition', 'page_protocol_com_query_response_text_resultset_column_definition');
const setOption = mysqlPage('COM_SET_OPTION', 'page_protocol_com_set_option');
const debug = mysqlPage('COM_DEBUG', 'page_protocol_com_debug');
const comQuery = mysqlPage('COM_QUERY', 'page_protocol_com_query');
const capabilities = mysqlPage('Capabilities Flags', 'group__group__cs__capabilities__flags');
const kill = refman('KILL Statement', 'kill');
const signal = refman('SIGNAL Statement', 'signal');
const showWarnings = refman('SHOW WARNINGS Statement', 'show-warnings');
const identifiers = refman('Identifier Length Limits', 'identifier-length');
const messages = refman('Connection Character Sets and Collations', 'charset-connection');
const errorElements = refman('Error Message Sources and Elements', 'error-message-elements');
const attributes = refman('Performance Schema Connection Attribute Tables', 'performance-schema-connection-attribute-tables');
const queryAttributes = refman('Query Attributes', 'query-attributes');
const wait = refman('Server System Variables', 'server-system-variables');
const comments = refman('Comments', 'comments');
const clone = refman('Cloning Remote Data', 'clone-plugin-remote');
const errors = mysqlErrors('5.7');
const privileges = refman('Privileges Provided by MySQL', 'privileges-provided');

const wire = 'clientserver-protocol';
const text = `${wire}/2-text-protocol`;
const mFieldList = mariadbPage('COM_FIELD_LIST', `${text}/com_field_list`);
const mSetOption = mariadbPage('COM_SET_OPTION', `${text}/com_set_option`);
const mShutdown = mariadbPage('COM_SHUTDOWN', `${text}/com_shutdown`);
const mDebug = mariadbPage('COM_DEBUG', `${text}/com_debug`);
const mKillCommand = mariadbPage('COM_PROCESS_KILL', `${text}/com_process_kill`);
const mProcesslist = mariadbPage('COM_PROCESSLIST', `${text}/com_processlist`);
const mResultset = mariadbPage('Result Set Packets', `${wire}/4-server-response-packets/result-set-packets`);
const mErr = mariadbPage('ERR_Packet', `${wire}/4-server-response-packets/err_packet`);
const mConnecting = mariadbPage('Connecting', `${wire}/1-connecting/connection`);
const mDifferences = mariadbPage('MariaDB Protocol Differences with MySQL', `${wire}/mariadb-protocol-differences-with-mysql`);
const mKill = mariadbPage('KILL [CONNECTION | QUERY]', 'sql-statements/administrative-sql-statements/kill');
const mSignal = mariadbPage('SIGNAL', 'sql-statements/programmatic-compound-statements/signal');
const mShowWarnings = mariadbPage('SHOW WARNINGS', 'sql-statements/administrative-sql-statements/show/show-warnings');
const mProgress = mariadbPage(
  'Progress Reporting',
  'product-development/mariadb-internals/using-mariadb-with-your-programs-api/progress-reporting',
);
const mSetStatement = mariadbPage('SET STATEMENT', 'sql-statements/administrative-sql-statements/set-commands/set-statement');
const mReturning = mariadbPage('INSERT...RETURNING', 'sql-statements/data-manipulation/inserting-loading-data/insertreturning');
const mDelete = mariadbPage('DELETE', 'sql-statements/data-manipulation/changing-deleting-data/delete');
const mErrors = mariadbPage('MariaDB Error Code Reference', 'error-codes/mariadb-error-code-reference');
const initDb = mysqlPage('COM_INIT_DB', 'page_protocol_com_init_db');
const functionNames = refman('Function Name Parsing and Resolution', 'function-resolution');
const mInitDb = mariadbPage('COM_INIT_DB', `${text}/com_init_db`);
const mConnectionId = mariadbPage('CONNECTION_ID', 'sql-functions/secondary-functions/information-functions/connection_id');
const mIdentifiers = mariadbPage('Identifier Names', 'sql-structure/sql-language-structure/identifier-names');

const errorMessagesName =
  'The message of 1044 names account and database, of 1049 the database, of 1051, 1109 and 1146 the table, of 1054 the column, of 1062 the entry, of 1064 what stands near and the line, of 1094 the id, of 1142 command, account and table, of 1193 the variable, of 1243 the id, of 1305 and 1370 the routine.';

export const commandManual = {
  'mysql/error-messages-name': { ...errors, says: errorMessagesName },
  'mariadb/error-messages-name': { ...mErrors, says: errorMessagesName },
  'mysql/reload-and-shutdown': {
    ...refman('Privileges Provided by MySQL', 'privileges-provided', '5.7'),
    says: 'RELOAD permits FLUSH, and the commands of mysqladmin that do the same, such as refresh and reload; SHUTDOWN permits mysqladmin shutdown and mysql_shutdown().',
  },
  'mariadb/reload': {
    ...mariadbPage('GRANT', 'sql-statements/account-management-sql-statements/grant'),
    says: 'RELOAD permits FLUSH statements and the commands of mariadb-admin that do the same.',
  },
  'mariadb/show-processlist': {
    ...mariadbPage('SHOW PROCESSLIST', 'sql-statements/administrative-sql-statements/show/show-processlist'),
    says: 'SHOW PROCESSLIST has the columns Id, User, Host, db, Command, Time, State, Info and Progress, and without PROCESS the own threads alone.',
  },
  'mysql/last-commands': {
    ...commands,
    says: 'The commands behind COM_RESET_CONNECTION (0x1F) are COM_CLONE and COM_SUBSCRIBE_GROUP_REPLICATION_STREAM.',
  },
  'mysql/group-replication-stream': {
    ...privileges,
    says: 'GROUP_REPLICATION_STREAM lets an account be used for the connections of Group Replication.',
  },
  'mysql/sleep-interrupted': {
    ...refman('Miscellaneous Functions', 'miscellaneous-functions'),
    says: 'A SLEEP() that is all that a query calls returns 1 when it is interrupted, and the query has no error.',
  },
  'mysql/sleep-as-a-part-interrupted': {
    ...refman('Miscellaneous Functions', 'miscellaneous-functions'),
    says: 'A query of which SLEEP() is only a part ends with an error when it is interrupted: ERR 1317 (70100).',
  },
  'mariadb/sleep-interrupted': {
    ...mariadbPage('SLEEP', 'sql-functions/secondary-functions/miscellaneous-functions/sleep'),
    says: 'SLEEP() returns 1 when it is interrupted.',
  },
  'mysql/transaction-until-commit': {
    ...refman('START TRANSACTION, COMMIT, and ROLLBACK Statements', 'commit'),
    says: 'With START TRANSACTION autocommit stays off until the transaction is ended with COMMIT or ROLLBACK.',
  },
  'mariadb/transaction-until-commit': {
    ...mariadbPage('START TRANSACTION', 'sql-statements/transactions/start-transaction'),
    says: 'START TRANSACTION begins a transaction; COMMIT makes its changes permanent, and ROLLBACK cancels them.',
  },
  'mysql/read-only-transaction': {
    ...refman('SET TRANSACTION Statement', 'set-transaction'),
    says: 'READ ONLY, here or with START TRANSACTION, permits no changes to tables; temporary ones can still be changed by DML statements, and not by DDL.',
  },
  'mariadb/read-only-transaction': {
    ...mariadbPage('START TRANSACTION', 'sql-statements/transactions/start-transaction'),
    says: 'The access mode says whether the transaction may write; READ ONLY lets no privilege write, and no DDL on temporary tables either.',
  },
  'mysql/version-variable': { ...wait, says: 'version is the version of the server, perhaps with a suffix that says how it was built.' },
  'mariadb/version-variable': {
    ...mariadbVariables,
    says: 'version is the version of the server, perhaps with a suffix that says how it was built or set up.',
  },
  'mysql/autocommit-of-clients': {
    ...wait,
    says: 'The autocommit of a client begins as the global one is: 1, or 0 where the server was started with --autocommit=0.',
  },
  'mysql/collation-ids': {
    ...mysqlPage('Character Set', 'page_protocol_basic_character_set'),
    says: 'The number of a character set is the id of a collation, as information_schema.collations has it.',
  },
  'mariadb/collation-ids': {
    ...mariadbPage(
      'Supported Character Sets and Collations',
      'data-types/string-data-types/character-sets/supported-character-sets-and-collations',
    ),
    says: 'latin1_swedish_ci has the id 8, gbk_chinese_ci 28, utf8mb4_bin 46, cp1251_general_ci 51, binary 63 and utf8mb4_unicode_ci 224.',
  },
  'mysql/init-db': {
    ...initDb,
    says: 'COM_INIT_DB (0x02) and a name change the default schema of the connection: OK_Packet on success, ERR_Packet on error.',
  },
  'mariadb/init-db': {
    ...mInitDb,
    says: 'COM_INIT_DB (0x02) and a name give the connection its default schema; ERR_Packet or OK_Packet answers.',
  },
  'mysql/refresh': {
    manual: 'mysql',
    page: 'COM_REFRESH (8.0)',
    url: 'https://dev.mysql.com/doc/dev/mysql-server/8.0.37/page_protocol_com_refresh.html',
    says: 'COM_REFRESH (0x07), deprecated, has an int<1> sub_command, a bitmask of what to refresh, and is answered by ERR_Packet or OK_Packet.',
  },
  'mysql/connection-id-is-unique': {
    ...informationFunctions,
    says: 'CONNECTION_ID() is the connection id, or thread id, of the connection; no other client that is connected has the same.',
  },
  'mariadb/connection-id-is-unique': {
    ...mConnectionId,
    says: 'CONNECTION_ID() is the connection id of the connection, unique among the clients that are connected.',
  },
  'mysql/no-blank-behind-function-names': {
    ...functionNames,
    says: 'Without IGNORE_SPACE the name of a built-in function such as COUNT calls it only where no blank stands before the parenthesis.',
  },
  'mysql/field-list-layout': {
    ...fieldList,
    says: 'COM_FIELD_LIST (0x04) has string<NUL> table, a table of the current database, and string<EOF> wildcard for the names of its columns.',
  },
  'mysql/field-list-answer': {
    ...fieldList,
    says: 'COM_FIELD_LIST is answered with an ERR, or with zero or more column definitions and an EOF_Packet.',
  },
  'mysql/field-list-default': {
    ...columnDefinition,
    says: 'In the answer to COM_FIELD_LIST a column definition ends with the default value of the column, a string<lenenc>, 0xFB for NULL.',
  },
  'mariadb/field-list-answer': {
    ...mFieldList,
    says: 'COM_FIELD_LIST (0x04) tells the columns of a table; what answers it ends with an EOF packet.',
  },
  'mysql/create-and-drop-db-are-refused': {
    ...commands,
    says: 'COM_CREATE_DB and COM_DROP_DB are refused by the server.',
  },
  'mysql/removed-commands': {
    ...commands,
    says: 'The bytes of COM_REFRESH, COM_SHUTDOWN, COM_PROCESS_INFO and COM_PROCESS_KILL belong to no command any more.',
  },
  'mysql/internal-commands-are-refused': {
    ...commands,
    says: 'COM_CONNECT, COM_TIME, COM_DELAYED_INSERT, COM_TABLE_DUMP, COM_CONNECT_OUT and COM_DAEMON are refused by the server.',
  },
  'mariadb/shutdown-needs-privilege': {
    ...mShutdown,
    says: 'COM_SHUTDOWN needs the privilege SHUTDOWN, and is answered with an OK or an ERR packet.',
  },
  'mysql/debug-needs-super': {
    ...debug,
    says: 'COM_DEBUG (0x0D) needs the privilege SUPER, and is answered with an ERR_Packet or an OK_Packet.',
  },
  'mariadb/debug-needs-super': {
    ...mDebug,
    says: 'COM_DEBUG (0x0D) needs the privilege SUPER, and is answered with an EOF packet.',
  },
  'mariadb/process-kill-ends-a-connection': {
    ...mKillCommand,
    says: 'COM_PROCESS_KILL (0x0C) and an int<4> connection id ask the server to end that connection; OK or ERR answers.',
  },
  'mariadb/processlist-is-show-processlist': {
    ...mProcesslist,
    says: 'COM_PROCESSLIST (0x0A) is deprecated: it tells what the statement SHOW PROCESSLIST tells.',
  },
  'mysql/clone-needs-plugin-and-privilege': {
    ...clone,
    says: 'To clone from a server the clone plugin must be installed there, and the account that clones needs BACKUP_ADMIN on it.',
  },
  'mysql/set-option': {
    ...setOption,
    says: 'COM_SET_OPTION and an int<2> switch a server capability for this connection, MULTI_STATEMENTS alone; OK on success, else ERR.',
  },
  'mysql/set-option-values': {
    ...mysqlPage('mysql_com.h', 'mysql__com_8h'),
    says: 'enum_mysql_set_option has MYSQL_OPTION_MULTI_STATEMENTS_ON, which is 0, and MYSQL_OPTION_MULTI_STATEMENTS_OFF, which is 1.',
  },
  'mariadb/set-option': {
    ...mSetOption,
    says: 'COM_SET_OPTION (0x1B) has an int<2>: 0 switches multi-statements on, 1 off; an EOF packet on success, else an ERR packet.',
  },
  'mysql/statistics-is-a-string': {
    ...mysqlPage('COM_STATISTICS', 'page_protocol_com_statistics'),
    says: 'COM_STATISTICS returns a string<EOF> that people can read, of some status variables of the server.',
  },
  'mariadb/statistics-is-a-string': {
    ...mariadbPage('COM_STATISTICS', `${text}/com_statistics`),
    says: 'COM_STATISTICS (0x09) is answered with a string<EOF> that people can read, of statistics such as the uptime.',
  },
  'mysql/status-counts-questions': {
    ...refman('mysqladmin: A MySQL Server Administration Program', 'mysqladmin'),
    says: 'In the line that mysqladmin status shows, Questions is the number of questions (queries) from clients since the server was started.',
  },
  'mariadb/questions-counts-statements': {
    ...mariadbStatus,
    says: 'Questions is the number of statements that the server has executed, but for COM_PING, COM_STATISTICS and those that prepare.',
  },
  'mysql/kill-connection': {
    ...kill,
    says: 'KILL and KILL CONNECTION end the connection with that id, after ending any statement that it executes.',
  },
  'mysql/kill-query': {
    ...kill,
    says: 'KILL QUERY ends the statement that the connection executes, and leaves the connection itself intact.',
  },
  'mysql/kill-own-threads-only': {
    ...kill,
    says: 'Without CONNECTION_ADMIN or SUPER an account can kill its own threads and statements only.',
  },
  'mariadb/kill-connection': {
    ...mKill,
    says: 'KILL and KILL CONNECTION end the connection with that thread id; its client receives ERR 1317 (70100).',
  },
  'mariadb/kill-query': {
    ...mKill,
    says: 'KILL QUERY ends the statement that the connection executes at that moment, and leaves the connection itself intact.',
  },
  'mariadb/kill-own-threads-only': {
    ...mKill,
    says: 'Without CONNECTION ADMIN or SUPER an account can see and kill only its own threads and statements.',
  },
  'mysql/error-of-statements': {
    ...errors,
    says: '1044 and 1142 (42000) deny access to a database and to a table, 1054 (42S22) is an unknown column, 1062 (23000) a duplicate entry, 1064 and 1149 (42000) are syntax errors, 1146 (42S02) a table, 1193 (HY000) a system variable and 1305 (42000) a routine that does not exist.',
  },
  'mariadb/error-of-statements': {
    ...mErrors,
    says: '1044 and 1142 (42000) deny access to a database and to a table, 1054 (42S22) is an unknown column, 1062 (23000) a duplicate entry, 1064 and 1149 (42000) are syntax errors, 1146 (42S02) a table, 1193 (HY000) a system variable and 1305 (42000) a routine that does not exist.',
  },
  'mysql/error-of-values': {
    ...errors,
    says: '1048 (23000), ER_BAD_NULL_ERROR, says which column cannot be NULL, and 1264 (22003), ER_WARN_DATA_OUT_OF_RANGE, for which column and in which row a value is out of range.',
  },
  'mariadb/error-of-values': {
    ...mErrors,
    says: '1048 (23000), ER_BAD_NULL_ERROR, says which column cannot be NULL, and 1264 (22003), ER_WARN_DATA_OUT_OF_RANGE, for which column and in which row a value is out of range.',
  },
  'mysql/strict-mode-refuses-values': {
    ...refman('Server SQL Modes', 'sql-mode'),
    says: 'In strict mode (STRICT_ALL_TABLES) a statement with a value that is missing or not valid, such as one out of range, is aborted with an error.',
  },
  'mysql/error-of-commands': {
    ...errors,
    says: '1046 (3D000) says that no database is selected, 1094 (HY000) that a thread id is unknown, 1095 (HY000) that the thread belongs to another account, 1227 (42000) that a privilege is missing, 1317 (70100) that the execution was interrupted, 1835 (HY000) that a packet is malformed, 3169 (HY000) that the session was killed.',
  },
  'mariadb/error-of-commands': {
    ...mErrors,
    says: '1046 (3D000) says that no database is selected, 1094 (HY000) that a thread id is unknown, 1095 (HY000) that the thread belongs to another account, 1227 (42000) that a privilege is missing, 1317 (70100) that the execution was interrupted, 1835 (HY000) that a packet is malformed, 1927 (70100) that the connection was killed.',
  },
  'mysql/errors-of-names': {
    ...errors,
    says: '1059 (42000) says that an identifier is too long, 1102 and 1103 (42000) that the name of a database and of a table is incorrect.',
  },
  'mariadb/errors-of-names': {
    ...mErrors,
    says: '1059 (42000) says that an identifier is too long, 1102 and 1103 (42000) that the name of a database and of a table is incorrect.',
  },
  'mysql/error-1792-read-only-transaction': {
    ...errors,
    says: '1792, SQLSTATE 25006, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: a read-only transaction cannot execute the statement.',
  },
  'mariadb/error-1792-read-only-transaction': {
    ...mErrors,
    says: '1792, SQLSTATE 25006, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: a read-only transaction cannot execute the statement.',
  },
  'mysql/error-1051-bad-table': { ...errors, says: '1051, SQLSTATE 42S02, ER_BAD_TABLE_ERROR: unknown table.' },
  'mariadb/error-1051-bad-table': { ...mErrors, says: '1051, SQLSTATE 42S02, ER_BAD_TABLE_ERROR: unknown table.' },
  'mysql/error-1109-unknown-table': {
    ...errors,
    says: '1109, SQLSTATE 42S02, ER_UNKNOWN_TABLE: a table of that name is not known where it stands.',
  },
  'mariadb/error-1109-unknown-table': {
    ...mErrors,
    says: '1109, SQLSTATE 42S02, ER_UNKNOWN_TABLE: a table of that name is not known where it stands.',
  },
  'mysql/error-1370-routine-denied': {
    ...errors,
    says: '1370, SQLSTATE 42000, ER_PROCACCESS_DENIED_ERROR: a command on that routine is denied to the account.',
  },
  'mariadb/error-1370-routine-denied': {
    ...mErrors,
    says: '1370, SQLSTATE 42000, ER_PROCACCESS_DENIED_ERROR: a command on that routine is denied to the account.',
  },
  'mysql/error-1642-signal-warning': {
    ...errors,
    says: '1642, SQLSTATE 01000, ER_SIGNAL_WARN: an unhandled warning that a user has defined.',
  },
  'mariadb/error-1642-signal-warning': {
    ...mErrors,
    says: '1642, ER_SIGNAL_WARN: an unhandled warning that a user has defined.',
  },
  'mysql/error-message-of-512-bytes': {
    ...mysqlPage('my_err_bits.h File Reference', 'my__err__bits_8h'),
    says: 'MYSQL_ERRMSG_SIZE, the largest length of an error message, is 512.',
  },
  'mysql/error-code-ranges': {
    ...errorElements,
    says: 'Codes from 2000 to 2999 are those of the client library, and 5000 to 5999 those of X Plugin; a server tells its clients those from 1 to 1999 and from 3000 to 4999.',
  },
  'mysql/error-has-code-state-and-text': {
    ...errorElements,
    says: 'An error has a number, an SQLSTATE of five characters, and a message that describes it, names of objects put in.',
  },
  'mysql/identifier-of-64-characters': {
    ...identifiers,
    says: 'The name of a database or a table has at most 64 characters.',
  },
  'mariadb/identifier-of-64-characters': {
    ...mIdentifiers,
    says: 'The name of a database or a table has at most 64 characters.',
  },
  'mysql/messages-in-character-set-results': {
    ...messages,
    says: 'character_set_results is the character set in which the server sends results and error messages to the client.',
  },
  'mysql/login-sets-three-character-sets': {
    ...messages,
    says: 'The character set that a client names when it connects becomes character_set_client, character_set_connection and character_set_results of its session.',
  },
  'mysql/signal': {
    ...signal,
    says: 'SIGNAL SQLSTATE fails with that SQLSTATE, with MESSAGE_TEXT of up to 128 characters as its text and MYSQL_ERRNO as its code; class 01 is a warning instead.',
  },
  'mariadb/signal': {
    ...mSignal,
    says: 'SIGNAL SQLSTATE fails with that SQLSTATE, with MESSAGE_TEXT as its text and MYSQL_ERRNO as its code; class 01 is a warning instead.',
  },
  'mysql/signal-without-errno': {
    ...signal,
    says: 'Where no handler takes it, SIGNAL ends the routine with that SQLSTATE; for one that says neither warning nor not found, and without MYSQL_ERRNO, the code is ER_SIGNAL_EXCEPTION (1644).',
  },
  'mariadb/signal-ends-the-program': {
    ...mSignal,
    says: 'Where no handler takes it, the stored program or statement that SIGNAL stands in ends with that error.',
  },
  'mariadb/error-1644-signal': {
    ...mErrors,
    says: '1644, ER_SIGNAL_EXCEPTION: an unhandled condition that a user has defined.',
  },
  'mysql/show-warnings': {
    ...showWarnings,
    says: 'SHOW WARNINGS gives a row with Level, Code and Message for each condition of the last statement that made any.',
  },
  'mariadb/show-warnings': {
    ...mShowWarnings,
    says: 'SHOW WARNINGS gives a row with Level, Code and Message for each error, warning and note of the last statement that made any.',
  },
  'mysql/comment-is-nothing': {
    ...comments,
    says: 'What stands between /* and */ is a comment, in which nothing is executed.',
  },
  'mariadb/comment-is-nothing': {
    ...mariadbPage('Comment Syntax', 'sql-statements/comment-syntax'),
    says: 'A comment begins with /* and ends with */, in the middle of a line too.',
  },
  'mysql/ignore-space': {
    ...capabilities,
    says: 'IGNORE_SPACE lets the parser ignore spaces in front of an opening parenthesis.',
  },
  'mariadb/ignore-space': {
    ...mConnecting,
    says: 'IGNORE_SPACE (256) ignores spaces in front of an opening parenthesis.',
  },
  'mysql/no-schema': {
    ...capabilities,
    says: 'NO_SCHEMA, deprecated, forbids to name a column by its database and table.',
  },
  'mariadb/names-of-databases-by-case': {
    ...mariadbPage('Identifier Case Sensitivity', 'sql-structure/sql-language-structure/identifier-case-sensitivity'),
    says: 'With lower_case_table_names 0 the names of tables and databases are compared with regard to case.',
  },
  'mysql/names-of-databases-by-case': {
    ...refman('Identifier Case Sensitivity', 'identifier-case-sensitivity'),
    says: 'With lower_case_table_names=0 the names of databases and tables are compared with regard to case.',
  },
  'mysql/interactive': {
    ...capabilities,
    says: 'INTERACTIVE says that the client is interactive: it is interactive_timeout that counts, not wait_timeout.',
  },
  'mysql/wait-timeout-of-a-session': {
    ...wait,
    says: 'The wait_timeout of a session starts with the global wait_timeout, or with the global interactive_timeout for a client with INTERACTIVE.',
  },
  'mariadb/wait-timeout-of-a-session': {
    ...mariadbVariables,
    says: 'The wait_timeout of a session starts with the global one, or with interactive_timeout where the connection is interactive: with INTERACTIVE.',
  },
  'mariadb/attributes-are-in-performance-schema': {
    ...mariadbPage(
      'Performance Schema session_account_connect_attrs Table',
      'system-tables/performance-schema/performance-schema-tables/performance-schema-session_account_connect_attrs-table',
    ),
    says: 'session_account_connect_attrs shows the connection attributes of the current session, by the id of the connection.',
  },
  'mysql/attributes-are-in-performance-schema': {
    ...attributes,
    says: 'session_account_connect_attrs shows the connection attributes of the own account, by the id of the connection.',
  },
  'mysql/query-attributes-layout': {
    ...comQuery,
    says: 'With QUERY_ATTRIBUTES a COM_QUERY has int<lenenc> parameter_count and int<lenenc> parameter_set_count, always 1, in front of the statement; with parameters a NULL bitmap of (parameter_count + 7) / 8 bytes, int<1> new_params_bind_flag, int<2> type and string<lenenc> name of each, and the values.',
  },
  'mysql/query-attributes-bind-flag-is-one': {
    ...comQuery,
    says: 'new_params_bind_flag of a COM_QUERY is always 1; anything else is a malformed packet.',
  },
  'mysql/query-attributes-function': {
    ...queryAttributes,
    says: 'mysql_query_attribute_string() gives the value of a query attribute as a string, and NULL where there is none of the name; the attributes of a statement apply to that statement alone.',
  },
  'mariadb/cache-metadata': {
    ...mResultset,
    says: 'With MARIADB_CLIENT_CACHE_METADATA an int<1> stands behind the column count: 1 where the column definitions follow, 0 where they are left out.',
  },
  'mariadb/cache-metadata-of-prepared': {
    ...mDifferences,
    says: 'With MARIADB_CLIENT_CACHE_METADATA the definitions of a prepared statement are not sent again unless they change.',
  },
  'mariadb/extended-metadata-layout': {
    ...mResultset,
    says: 'With MARIADB_CLIENT_EXTENDED_METADATA a string<lenenc> stands behind the names of a column definition: int<1> 0x00 (type) or 0x01 (format) and string<lenenc> value, as long as it has data.',
  },
  'mariadb/inet6-is-char-for-clients': {
    ...mariadbPage('INET6', 'data-types/string-data-types/inet6'),
    says: 'Clients see INET6 as CHAR(39), and get the short text of RFC 5952.',
  },
  'mariadb/extended-metadata-types': {
    ...mDifferences,
    says: 'The extended metadata of a geometry column names its data type, such as point; that of a JSON column says json, that of a UUID column uuid.',
  },
  'mariadb/extended-capabilities': {
    ...mDifferences,
    says: 'The four bytes of the extended capabilities are to be read only where CLIENT_MYSQL is not set: PROGRESS, CACHE_METADATA, EXTENDED_METADATA, STMT_BULK_OPERATIONS and, since 11.5.1, BULK_UNIT_RESULTS.',
  },
  'mariadb/com-multi-is-deprecated': {
    ...mConnecting,
    says: 'MARIADB_CLIENT_COM_MULTI (1 << 33) is deprecated; it permitted the COM_MULTI protocol.',
  },
  'mariadb/version-prefix': {
    ...mConnecting,
    says: 'The version of a 10.x server has the prefix 5.5.5- in the greeting by default, that of 11.0 and later has none.',
  },
  'mariadb/progress-layout': {
    ...mErr,
    says: 'An ERR packet with the error code 0xFFFF is a progress report: int<1> stage, int<1> max_stage, int<3> progress and string<lenenc> progress_info.',
  },
  'mariadb/progress-of-alter-table': {
    ...mProgress,
    says: 'ALTER TABLE is one of the commands that report their progress, and only to clients that support it.',
  },
  'mariadb/progress-can-be-off': {
    ...mProgress,
    says: 'Progress is reported every progress_report_time seconds, by default 5; with 0 none is.',
  },
  'mariadb/set-statement': {
    ...mSetStatement,
    says: 'SET STATEMENT gives a variable another value for the one statement behind FOR, and its old value back afterwards.',
  },
  'mariadb/returning': {
    ...mReturning,
    says: 'INSERT with RETURNING gives a result set with the rows that it has inserted.',
  },
  'mariadb/delete-returning': {
    ...mDelete,
    says: 'DELETE with RETURNING gives a result set with the rows that it has deleted.',
  },
} as const satisfies Readonly<Record<string, Quote>>;
