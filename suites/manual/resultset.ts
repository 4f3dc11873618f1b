/** Resultsets, what ends them, several of them: suites/resultset and suites/multi. */
import { connectorC, informationFunctions, mariadbPage, mariadbVariables, mysqlErrors, mysqlPage, refman } from './page.ts';

const cApi = <const P extends string>(page: P, id: string) =>
  ({ manual: 'mysql', page, url: `https://dev.mysql.com/doc/c-api/8.4/en/${id}.html` }) as const;

const textResultset = 'page_protocol_com_query_response_text_resultset';
const definition = mysqlPage('Column Definition', `${textResultset}_column_definition`);
const row = mysqlPage('Text Resultset Row', `${textResultset}_row`);
const columnFlags = mysqlPage('Column Definition Flags', 'group__group__cs__column__definition__flags');
const capabilities = mysqlPage('Capabilities Flags', 'group__group__cs__capabilities__flags');
const statusFlags = mysqlPage('mysql_com.h', 'mysql__com_8h');
const storedPrograms = mysqlPage('Stored Programs', 'page_protocol_command_phase_sp');
const charset = refman('Connection Character Sets and Collations', 'charset-connection');
const numeric = refman('Numeric Type Attributes', 'numeric-type-attributes');
const times = refman('Fractional Seconds in Time Values', 'fractional-seconds');
const stringSyntax = refman('String Data Type Syntax', 'string-type-syntax');
const bitLiterals = refman('Bit-Value Literals', 'bit-value-literals');
const scans = refman(
  'The statements_with_full_table_scans and x$statements_with_full_table_scans Views',
  'sys-statements-with-full-table-scans',
);
const geometry = refman('Supported Spatial Data Formats', 'gis-data-formats');

const wire = 'clientserver-protocol';
const mResultset = mariadbPage('Result Set Packets', `${wire}/4-server-response-packets/result-set-packets`);
const mOk = mariadbPage('OK_Packet', `${wire}/4-server-response-packets/ok_packet`);
const mConnecting = mariadbPage('Connecting', `${wire}/1-connecting/connection`);

export const resultsetManual = {
  'mysql/character-set-is-collation-id': {
    ...mysqlPage('Character Set', 'page_protocol_basic_character_set'),
    says: 'A character set is int<2> in the protocol, the number of character set and collation; information_schema.collations lists the ids.',
  },
  'mysql/column-definition-names': {
    ...definition,
    says: 'A column definition has the catalog def, the schema, the table as the statement names it and as it is stored, and so the column.',
  },
  'mysql/column-definition-before-41': {
    ...definition,
    says: 'Without CLIENT_PROTOCOL_41 a column is defined by ColumnDefinition320: table and name as string<lenenc>, and behind a length each the type, and flags and decimals.',
  },
  'mysql/column-definition-fixed-fields': {
    ...definition,
    says: 'Behind their length, always 0x0c, come int<2> character set, int<4> longest length of the column, int<1> type, int<2> flags and int<1> decimals.',
  },
  'mysql/column-definition-decimals': {
    ...definition,
    says: 'Decimals are 0x00 for integers and static strings, 0x1f for dynamic strings, double and float, and 0x00 to 0x51 for decimals.',
  },
  'mysql/column-flags': {
    ...columnFlags,
    says: 'NOT_NULL is 1, PRI_KEY 2, UNIQUE_KEY 4, MULTIPLE_KEY 8, BLOB 16, UNSIGNED 32, ZEROFILL 64, BINARY 128, ENUM 256, AUTO_INCREMENT 512, SET 2048, NO_DEFAULT_VALUE 4096, PART_KEY 16384, and, for clients, NUM 32768.',
  },
  'mysql/column-flags-of-timestamps': {
    ...columnFlags,
    says: 'TIMESTAMP is 1024, for a field that is a timestamp, and ON_UPDATE_NOW 8192, for one that is set to NOW on UPDATE.',
  },
  'mysql/column-types': {
    ...mysqlPage('field_types.h File Reference', 'field__types_8h'),
    says: 'The column type is the number of enum_field_types: TINY 1, SHORT 2, LONG 3, FLOAT 4, DOUBLE 5, NULL 6, TIMESTAMP 7, LONGLONG 8, INT24 9, DATE 10, TIME 11, DATETIME 12, YEAR 13, BIT 16, JSON 245, NEWDECIMAL 246, BLOB 252, VAR_STRING 253, STRING 254, GEOMETRY 255.',
  },
  'mysql/column-type-of-vector': {
    ...mysqlPage('field_types.h File Reference', 'field__types_8h'),
    says: 'The column type of a VECTOR is 242.',
  },
  'mysql/vector-is-floats': {
    ...refman('Vector Functions', 'vector-functions', '9.5'),
    says: 'STRING_TO_VECTOR() makes a VECTOR of a list of numbers in brackets: 4-byte floats, one behind the other, least byte first.',
  },
  'mysql/column-type-of-enum-and-set': {
    ...cApi('C API Basic Data Structures', 'c-api-data-structures'),
    says: 'ENUM and SET come as strings whose flags have ENUM_FLAG or SET_FLAG; BLOB and TEXT come as one type, told apart by the character set 63.',
  },
  'mariadb/enum-is-a-string-object': {
    ...mariadbPage('ENUM', 'data-types/string-data-types/enum'),
    says: 'ENUM is a string object of one value from a list; selecting it shows that word.',
  },
  'mariadb/set-is-a-string-object': {
    ...mariadbPage('SET Data Type', 'data-types/string-data-types/set-data-type'),
    says: 'SET is a string object of any number of values from a list; selecting it shows them with commas between.',
  },
  'mysql/insert-ignore-warns': {
    ...refman('INSERT Statement', 'insert'),
    says: 'With IGNORE a row that duplicates a unique value is discarded without an error; ignored errors are warnings instead.',
  },
  'mariadb/insert-ignore-warns': {
    ...mariadbPage('INSERT IGNORE', 'sql-statements/data-manipulation/inserting-loading-data/insert-ignore'),
    says: 'With IGNORE errors are warnings, also for duplicate keys, unless OLD_MODE has NO_DUP_KEY_WARNINGS_WITH_IGNORE.',
  },
  'mysql/drop-if-exists-notes': {
    ...refman('DROP TABLE Statement', 'drop-table'),
    says: 'DROP TABLE IF EXISTS makes a note, which SHOW WARNINGS shows, of each table that does not exist.',
  },
  'mariadb/drop-if-exists-notes': {
    ...mariadbPage('DROP TABLE', 'sql-statements/data-definition/drop/drop-table'),
    says: 'DROP TABLE IF EXISTS makes a note, which SHOW WARNINGS shows, of each table that does not exist.',
  },
  'mariadb/column-definition': {
    ...mResultset,
    says: 'A column definition has catalog def, schema, table alias, table, column alias, column, 0x0c, character set, longest length, type, flags, decimals and two unused bytes.',
  },
  'mariadb/column-flags': {
    ...mResultset,
    says: 'The field detail flags are NOT_NULL 1, PRIMARY_KEY 2, UNIQUE_KEY 4, MULTIPLE_KEY 8, BLOB 16, UNSIGNED 32, ZEROFILL 64, BINARY_COLLATION 128, ENUM 256, AUTO_INCREMENT 512, TIMESTAMP 1024, SET 2048, NO_DEFAULT_VALUE 4096, ON_UPDATE_NOW 8192, NUM 32768.',
  },
  'mariadb/column-types': {
    ...mResultset,
    says: 'The field type is the base type of the column by the same numbers as MySQL; what else there is to say of a type stands in the extended metadata.',
  },
  'mysql/text-row': {
    ...row,
    says: 'In a text row NULL is 0xFB, and every other value is converted to a string and sent as string<lenenc>.',
  },
  'mysql/zerofill-pads-and-is-unsigned': {
    ...numeric,
    says: 'ZEROFILL replaces the padding of a number by zeros up to its display width, and makes the column UNSIGNED.',
  },
  'mariadb/zerofill-pads-and-is-unsigned': {
    ...mariadbPage('INT', 'data-types/numeric-data-types/int'),
    says: 'With ZEROFILL a column is UNSIGNED, and its values have zeros in front, up to its M digits.',
  },
  'mysql/decimal-scale': {
    ...refman('Fixed-Point Types (Exact Value) - DECIMAL, NUMERIC', 'fixed-point-types'),
    says: 'DECIMAL holds exact values: the precision is the number of significant digits, the scale that of the digits behind the decimal point.',
  },
  'mariadb/decimal-scale': {
    ...mariadbPage('DECIMAL', 'data-types/numeric-data-types/decimal'),
    says: 'DECIMAL(M,D) is an exact number of M digits, D of them behind the decimal point.',
  },
  'mysql/year-has-four-digits': {
    ...refman('The YEAR Type', 'year'),
    says: 'YEAR is shown as YYYY, from 1901 to 2155, and 0000.',
  },
  'mariadb/year-has-four-digits': {
    ...mariadbPage('YEAR Data Type', 'data-types/date-and-time-data-types/year-data-type'),
    says: 'YEAR is shown as YYYY, from 1901 to 2155, and 0000.',
  },
  'mysql/fractional-seconds': {
    ...times,
    says: 'TIME, DATETIME and TIMESTAMP have fractional seconds of up to six digits, as many as the type declares.',
  },
  'mysql/time-range': {
    ...refman('The TIME Type', 'time'),
    says: 'TIME values range from -838:59:59 to 838:59:59: they can be an elapsed time, longer than a day and negative.',
  },
  'mysql/zero-date': {
    ...refman('The DATE, DATETIME, and TIMESTAMP Types', 'datetime'),
    says: 'DATE is shown as YYYY-MM-DD and DATETIME and TIMESTAMP with the time behind it; a date that cannot be is stored as the zero value 0000-00-00, unless NO_ZERO_DATE is set.',
  },
  'mariadb/zero-date': {
    ...mariadbPage('DATETIME', 'data-types/date-and-time-data-types/datetime'),
    says: 'DATETIME is shown as YYYY-MM-DD HH:MM:SS with its fraction, and 0000-00-00 is a value, unless NO_ZERO_DATE is set.',
  },
  'mariadb/time-range': {
    ...mariadbPage('TIME', 'data-types/date-and-time-data-types/time'),
    says: 'TIME ranges from -838:59:59 to 838:59:59, with a fraction where the type has one.',
  },
  'mysql/query-is-the-rest': {
    ...mysqlPage('COM_QUERY', 'page_protocol_com_query'),
    says: 'The statement of COM_QUERY is the rest of the packet.',
  },
  'mariadb/query-is-the-rest': {
    ...mariadbPage('COM_QUERY', `${wire}/2-text-protocol/com_query`),
    says: 'The statement of COM_QUERY goes to the end of the packet; its length is that of the packet without the command byte.',
  },
  'mysql/geometry-is-srid-and-wkb': { ...geometry, says: 'A geometry is stored as four bytes of SRID followed by its WKB.' },
  'mysql/json-is-normalized': {
    ...refman('The JSON Data Type', 'json'),
    says: 'A JSON document is shown in normal form: keys sorted, in an order that may change, and of the blanks between the parts only one behind each comma and each colon.',
  },
  'mariadb/json-is-longtext': {
    ...mariadbPage('JSON Data Type', 'data-types/string-data-types/json'),
    says: 'JSON is an alias of LONGTEXT COLLATE utf8mb4_bin, with a check for valid JSON.',
  },
  'mysql/binary-is-padded': {
    ...refman('The BINARY and VARBINARY Types', 'binary-varbinary'),
    says: 'BINARY values are padded with zero bytes to their length, and nothing is stripped when they are read.',
  },
  'mariadb/binary-is-padded': {
    ...mariadbPage('BINARY', 'data-types/string-data-types/binary'),
    says: 'BINARY values are padded with zero bytes to their length when they are inserted, and the padding is not removed when they are read.',
  },
  'mysql/bit-is-returned-as-binary': {
    ...bitLiterals,
    says: 'Bit values in result sets are returned as binary values; BIN() and HEX() make them printable.',
  },
  'mariadb/bit-is-returned-as-binary': {
    ...mariadbPage('BIT', 'data-types/numeric-data-types/bit'),
    says: 'A BIT is padded with zeros on the left, and is returned as binary; HEX(), OCT() and BIN() make it printable.',
  },
  'mysql/text-holds-fewer-characters-of-several-bytes': {
    ...stringSyntax,
    says: 'TINYTEXT, TEXT, MEDIUMTEXT and LONGTEXT hold 2^8-1, 2^16-1, 2^24-1 and 2^32-1 characters at most, and fewer where these have several bytes.',
  },
  'mariadb/text-holds-fewer-characters-of-several-bytes': {
    ...mariadbPage('TINYTEXT', 'data-types/string-data-types/tinytext'),
    says: 'TINYTEXT holds 255 characters at most, and fewer where these have several bytes; its length prefix counts bytes.',
  },
  'mysql/optional-metadata': {
    ...cApi('Optional Result Set Metadata', 'c-api-optional-metadata'),
    says: 'For a client that has set CLIENT_OPTIONAL_RESULTSET_METADATA the session variable resultset_metadata decides whether definitions are sent: FULL, the default, or NONE; for any other client setting NONE is an error.',
  },
  'mysql/resultset-metadata-follows': {
    ...mysqlPage('Text Resultset', textResultset),
    says: 'With CLIENT_OPTIONAL_RESULTSET_METADATA there is an int<1> metadata_follows in front of the column count; the definitions come only where it is RESULTSET_METADATA_FULL, the EOF behind them in either case unless CLIENT_DEPRECATE_EOF is set.',
  },
  'mysql/statements-in-character-set-client': {
    ...charset,
    says: 'The server takes character_set_client for the character set in which statements leave the client, and converts them to character_set_connection.',
  },
  'mariadb/character-set-client': {
    ...mariadbVariables,
    says: 'character_set_client is the character set of the queries that arrive from the client.',
  },
  'mysql/results-character-set': {
    ...charset,
    says: 'character_set_results is the character set in which results go to the client, column data and metadata alike; NULL or binary means no conversion.',
  },
  'mysql/set-names': {
    ...charset,
    says: 'SET NAMES sets character_set_client, character_set_connection and character_set_results to one character set, and with COLLATE the collation of the connection.',
  },
  'mariadb/set-names': {
    ...mariadbPage('SET NAMES', 'data-types/string-data-types/character-sets/set-names'),
    says: 'SET NAMES sets character_set_client, character_set_connection and character_set_results, and implicitly collation_connection.',
  },
  'mysql/status-flags': {
    ...statusFlags,
    says: 'Among the status flags are IN_TRANS 1, AUTOCOMMIT 2, MORE_RESULTS_EXISTS 8, NO_BACKSLASH_ESCAPES 0x200, IN_TRANS_READONLY 0x2000 and SESSION_STATE_CHANGED 0x4000.',
  },
  'mysql/in-trans-is-raised-by-begin': {
    ...statusFlags,
    says: 'SERVER_STATUS_IN_TRANS is raised when a transaction of several statements has been started, explicitly by BEGIN or COMMIT AND CHAIN, or implicitly by the first transactional statement where autocommit is off.',
  },
  'mysql/status-in-trans-readonly': {
    ...statusFlags,
    says: 'SERVER_STATUS_IN_TRANS_READONLY is set together with IN_TRANS where the transaction is read-only, and cleared when it commits or aborts; OK and EOF tell how it is at the end of the command.',
  },
  'mysql/rollback-to-savepoint': {
    ...refman('SAVEPOINT, ROLLBACK TO SAVEPOINT, and RELEASE SAVEPOINT Statements', 'savepoint'),
    says: 'ROLLBACK TO SAVEPOINT rolls a transaction back to the savepoint of that name without ending it; RELEASE SAVEPOINT removes the savepoint, and neither commits nor rolls back.',
  },
  'mariadb/rollback-to-savepoint': {
    ...mariadbPage('SAVEPOINT', 'sql-statements/transactions/savepoint'),
    says: 'ROLLBACK TO undoes what the transaction has changed behind the savepoint; RELEASE SAVEPOINT removes the savepoint, and neither rolls back nor commits.',
  },
  'mysql/and-chain': {
    ...refman('START TRANSACTION, COMMIT, and ROLLBACK Statements', 'commit'),
    says: 'With AND CHAIN a COMMIT or ROLLBACK begins another transaction as soon as the current one has ended, with its isolation level and its access mode.',
  },
  'mariadb/and-chain': {
    ...mariadbPage('COMMIT', 'sql-statements/transactions/commit'),
    says: 'AND CHAIN begins another transaction as soon as the old one has ended, with its access mode and isolation level, and with nothing between the two.',
  },
  'mysql/implicit-commit': {
    ...refman('Statements That Cause an Implicit Commit', 'implicit-commit'),
    says: 'DROP TABLE, and SET autocommit = 1 where it was not 1, end the transaction of the session as if COMMIT had been executed before them.',
  },
  'mariadb/implicit-commit': {
    ...mariadbPage('SQL statements Causing an Implicit Commit', 'sql-statements/transactions/sql-statements-that-cause-an-implicit-commit'),
    says: 'DROP TABLE, and SET autocommit = 1 where it was 0, commit the transaction before they are executed, also where they then fail.',
  },
  'mysql/use-commits-nothing': {
    ...refman('Statements That Cause an Implicit Commit', 'implicit-commit'),
    says: 'USE is not among the statements that the page lists as ending the transaction of the session.',
  },
  'mariadb/use-commits-nothing': {
    ...mariadbPage('SQL statements Causing an Implicit Commit', 'sql-statements/transactions/sql-statements-that-cause-an-implicit-commit'),
    says: 'USE is not in the list of the statements that commit the transaction.',
  },
  'mysql/float-of-m-and-d': {
    ...refman('Floating-Point Types (Approximate Value) - FLOAT, DOUBLE', 'floating-point-types'),
    says: 'A column FLOAT(M,D) or DOUBLE(M,D) holds values of M digits, D of them behind the decimal point, and shows them so.',
  },
  'mariadb/float-of-m-and-d': {
    ...mariadbPage('FLOAT', 'data-types/numeric-data-types/float'),
    says: 'Of FLOAT(M,D) M is the number of digits, and D that of the digits behind the decimal point.',
  },
  'mariadb/status-flags': {
    ...mOk,
    says: 'The server status has IN_TRANS 1, AUTOCOMMIT 2, MORE_RESULTS_EXISTS 8 (more packets will follow), NO_BACKSLASH_ESCAPES 0x200, IN_TRANS_READONLY 0x2000 and SESSION_STATE_CHANGED 0x4000.',
  },
  'mysql/no-backslash-escapes': {
    ...refman('Server SQL Modes', 'sql-mode'),
    says: 'With NO_BACKSLASH_ESCAPES a backslash in a string is a character like any other, and escapes nothing.',
  },
  'mariadb/no-backslash-escapes': {
    ...mariadbPage('COM_QUERY', `${wire}/2-text-protocol/com_query`),
    says: 'Statements are escaped with a backslash, unless the status of the last OK has NO_BACKSLASH_ESCAPES.',
  },
  'mysql/status-database-dropped': {
    ...statusFlags,
    says: 'SERVER_STATUS_DB_DROPPED, 0x100: a database was dropped.',
  },
  'mariadb/status-database-dropped': { ...mOk, says: 'SERVER_STATUS_DB_DROPPED, 0x100: the database has been dropped.' },
  'mysql/status-no-index-used': {
    ...statusFlags,
    says: 'SERVER_QUERY_NO_INDEX_USED is 0x20, among the flags of the server status.',
  },
  'mysql/no-index-used-is-a-scan': {
    ...scans,
    says: 'Of statements that have scanned whole tables, no_index_used_count is how often no index was used to scan the table.',
  },
  'mysql/no-good-index-used-is-a-scan': {
    ...scans,
    says: 'Of statements that have scanned whole tables, no_good_index_used_count is how often no good index was used to scan the table.',
  },
  'mariadb/not-using-index': {
    ...mariadbVariables,
    says: 'not_using_index in log_slow_filter is for queries that use no index, or scan one in full where that limits no rows.',
  },
  'mysql/status-no-good-index-used': {
    ...statusFlags,
    says: 'SERVER_QUERY_NO_GOOD_INDEX_USED is 0x10, among the flags of the server status.',
  },
  'mariadb/status-no-good-index-used': {
    ...mOk,
    says: 'SERVER_QUERY_NO_GOOD_INDEX_USED, 16, is set where EXPLAIN would have shown Range checked for each record.',
  },
  'mariadb/status-no-index-used': { ...mOk, says: 'SERVER_QUERY_NO_INDEX_USED, 32: the query did not use an index.' },
  'mysql/status-query-was-slow': {
    ...statusFlags,
    says: 'SERVER_QUERY_WAS_SLOW, 2048, is among the flags of the server status.',
  },
  'mysql/long-query-time': {
    ...refman('Server System Variables', 'server-system-variables'),
    says: 'A query that takes longer than long_query_time seconds counts as slow; the least value is 0.',
  },
  'mariadb/status-query-was-slow': { ...mOk, says: 'SERVER_QUERY_WAS_SLOW, 2048: the query was slower than long_query_time.' },
  'mysql/found-rows': {
    ...capabilities,
    says: 'With CLIENT_FOUND_ROWS an UPDATE reports the rows that it found instead of those that it changed.',
  },
  'mariadb/found-rows': { ...mConnecting, says: 'FOUND_ROWS asks for the rows that were found instead of those that were affected.' },
  'mysql/affected-rows': {
    ...cApi('mysql_affected_rows()', 'mysql-affected-rows'),
    says: 'UPDATE affects the rows that really changed, DELETE and INSERT those deleted and inserted, and REPLACE and ON DUPLICATE KEY UPDATE 2 for a row that takes the place of an old one.',
  },
  'mysql/on-duplicate-key-counts': {
    ...refman('INSERT ... ON DUPLICATE KEY UPDATE Statement', 'insert-on-duplicate'),
    says: 'With ON DUPLICATE KEY UPDATE the affected rows are, of each row, 1 where it is inserted, 2 where an old one is updated, and 0 where that has these values already (1 with CLIENT_FOUND_ROWS).',
  },
  'mariadb/on-duplicate-key-counts': {
    ...mariadbPage(
      'INSERT ON DUPLICATE KEY UPDATE',
      'sql-statements/data-manipulation/inserting-loading-data/insert-on-duplicate-key-update',
    ),
    says: 'The affected rows are 1 where a row is inserted and 2 where one is updated, unless CLIENT_FOUND_ROWS is set.',
  },
  'mysql/auto-increment-table-option': {
    ...refman('CREATE TABLE Statement', 'create-table'),
    says: 'The table option AUTO_INCREMENT is the first value of the AUTO_INCREMENT column, with MyISAM, MEMORY, InnoDB and ARCHIVE.',
  },
  'mariadb/auto-increment-table-option': {
    ...mariadbPage('CREATE TABLE', 'sql-statements/data-definition/create/create-table'),
    says: 'The table option AUTO_INCREMENT is the first value of the AUTO_INCREMENT column, with MyISAM, Aria, InnoDB, MEMORY and ARCHIVE.',
  },
  'mysql/replace-counts-deleted-and-inserted': {
    ...refman('REPLACE Statement', 'replace'),
    says: 'The affected rows of a REPLACE are those deleted and those inserted: 1 for a row that was inserted where none was deleted.',
  },
  'mysql/insert-id': {
    ...cApi('mysql_insert_id()', 'mysql-insert-id'),
    says: 'An INSERT of several rows returns the first automatically generated value, and a statement that generates none returns 0.',
  },
  'mysql/insert-id-of-given-id': {
    ...cApi('mysql_insert_id()', 'mysql-insert-id'),
    says: 'An INSERT that stores a value into an AUTO_INCREMENT column returns that value, also where the statement gives it; LAST_INSERT_ID() is of generated values alone.',
  },
  'mysql/last-insert-id-function': {
    ...informationFunctions,
    says: 'LAST_INSERT_ID() without an argument is the first automatically generated value that the most recent INSERT has inserted into an AUTO_INCREMENT column.',
  },
  'mariadb/last-insert-id-function': {
    ...mariadbPage('LAST_INSERT_ID', 'sql-functions/secondary-functions/information-functions/last_insert_id'),
    says: 'LAST_INSERT_ID() without an argument is the first automatically generated value that the most recent INSERT has inserted into an AUTO_INCREMENT column.',
  },
  'mysql/last-insert-id-of-expression': {
    ...informationFunctions,
    says: 'LAST_INSERT_ID(expr) returns the value of its argument, which the next LAST_INSERT_ID() returns again; where an UPDATE uses it, mysql_insert_id() gets the value, too.',
  },
  'mariadb/last-insert-id-of-expression': {
    ...mariadbPage('LAST_INSERT_ID', 'sql-functions/secondary-functions/information-functions/last_insert_id'),
    says: 'LAST_INSERT_ID(expr) returns the value of its argument, as the next LAST_INSERT_ID() does; the value is sent to the client, too, for mysql_insert_id().',
  },
  'mysql/identity-is-last-insert-id': {
    ...refman('Server System Variables', 'server-system-variables'),
    says: 'identity is a synonym of the variable last_insert_id, which is what LAST_INSERT_ID() returns.',
  },
  'mariadb/identity-is-last-insert-id': {
    ...mariadbVariables,
    says: 'identity is a synonym of last_insert_id, which has the same value as LAST_INSERT_ID().',
  },
  'mysql/info-strings': {
    ...cApi('mysql_info()', 'mysql-info'),
    says: 'An INSERT of several rows is told as Records, Duplicates and Warnings, an UPDATE as Rows matched, Changed and Warnings, each with its count; an INSERT of one row, and statements that the page does not list, have no such text.',
  },
  'mariadb/info-strings': {
    ...mariadbPage('OK_Packet', `${wire}/4-server-response-packets/ok_packet`),
    says: 'An OK may carry, length-encoded, a string of information that people can read; where the packet ends behind the warnings there is none.',
  },
  'mariadb/info-counts': {
    ...connectorC('mysql_info'),
    says: 'An INSERT of several rows is told as Records, Duplicates and Warnings, an UPDATE as Rows matched, Changed and Warnings, each with its count; what the page does not list has no such text.',
  },
  'mysql/multi-statement': {
    ...storedPrograms,
    says: 'A client that has set CLIENT_MULTI_STATEMENTS, or has asked by COM_SET_OPTION, may send several statements in one COM_QUERY, separated by semicolons.',
  },
  'mysql/out-parameter-in-a-variable': {
    ...refman('CALL Statement', 'call'),
    says: 'The value of an OUT parameter is got back in the user variable that CALL passes for it, once the procedure has returned.',
  },
  'mariadb/out-parameter-in-a-variable': {
    ...mariadbPage('CALL', 'sql-statements/stored-routine-statements/call'),
    says: 'CALL passes values back to its caller in OUT parameters, for which outside of stored programs there are user variables only.',
  },
  'mysql/multi-resultset': {
    ...storedPrograms,
    says: 'SERVER_MORE_RESULTS_EXISTS says that more results follow; behind the resultsets of a CALL comes an OK, its own answer.',
  },
  'mysql/more-results-in-ok': {
    ...storedPrograms,
    says: 'Since 5.7.5 a resultset is followed by an OK_Packet, which has SERVER_MORE_RESULTS_EXISTS to begin the next resultset.',
  },
  'mysql/multi-results-must-be-announced': {
    ...storedPrograms,
    says: 'A client must announce that it wants multi-resultsets by CLIENT_MULTI_RESULTS or CLIENT_PS_MULTI_RESULTS.',
  },
  'mysql/multi-statements-flag': {
    ...capabilities,
    says: 'CLIENT_MULTI_STATEMENTS: the client may send several statements in one COM_QUERY or COM_STMT_PREPARE; it sets CLIENT_MULTI_RESULTS as well.',
  },
  'mysql/multi-results-flag': {
    ...capabilities,
    says: 'CLIENT_MULTI_RESULTS: the client takes several resultsets for a COM_QUERY; where the server has them for a client without the flag that is an error.',
  },
  'mysql/statements-stop-at-first-error': {
    ...cApi('Multiple Statement Execution Support', 'c-api-multiple-queries'),
    says: 'The statements of a text are executed in order until one fails; those behind it are not executed.',
  },
  'mariadb/multi-statements': {
    ...mConnecting,
    says: 'MULTI_STATEMENTS allows several statements in one COM_QUERY, MULTI_RESULTS several resultsets in its answer.',
  },
  'mariadb/row-count': {
    ...mariadbPage('ROW_COUNT', 'sql-functions/secondary-functions/information-functions/row_count'),
    says:
      'ROW_COUNT(), which is what mysql_affected_rows() gives, is the number of rows updated, inserted or deleted; for REPLACE deleted ' +
      'rows are counted, too: 2 where one is deleted and one added.',
  },
  'mysql/error-1064-parse-error': {
    ...mysqlErrors('5.7'),
    says: 'ERR 1064 (ER_PARSE_ERROR, SQLSTATE 42000): the statement does not parse, and near what. 1149 (ER_SYNTAX_ERROR, 42000): an error in its syntax.',
  },
  'mysql/error-1312-select-in-procedure': {
    ...mysqlErrors('5.7'),
    says: 'ERR 1312 (ER_SP_BADSELECT, SQLSTATE 0A000): a procedure cannot return a result set in this context.',
  },
  'mysql/error-1242-subquery-of-many-rows': {
    ...mysqlErrors('5.7'),
    says: 'ERR 1242 (ER_SUBQUERY_NO_1_ROW, SQLSTATE 21000): a subquery returns more than one row.',
  },
  'mysql/resultset-may-end-with-err': {
    ...mysqlPage('Text Resultset', textResultset),
    says: 'Rows that fail on the way are ended by an ERR packet instead of EOF or OK.',
  },
  'mariadb/resultset-may-end-with-err': {
    ...mResultset,
    says: 'Behind the rows comes ERR where the statement has failed, else the OK or EOF that ends them.',
  },
} as const;
