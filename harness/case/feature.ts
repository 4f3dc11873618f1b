/**
 * What a server can be asked about itself before the first case. A feature is there when the statement is answered with
 * one row whose first value is `yes`; any other answer, an ERR too, means that it is not.
 */
export interface Feature {
  /** What is missing where it is not there, in a skip's reason: 'local_infile is not on'. */
  readonly without: string;
  readonly asks: string;
  readonly yes: string;
  /** It is about the database that was named (--database), and is asked there; without one it is not there. */
  readonly inDatabase?: true;
  /** It is about what comes of a login with this collation, and is asked in one. */
  readonly characterSet?: number;
  /** It is about what the account with a password may do, and is asked as it. */
  readonly ofLogin?: true;
  /**
   * It is about commands of so many bytes: a proxy that reads them may take fewer than the server behind it, which alone answers the
   * statement. Such a command is sent through it, and its ERR 1153 says that the feature is not there.
   */
  readonly commandOf?: number;
}

/** The account that asks, as information_schema writes it. */
const own = "CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')";

/** Has the account been granted one of these privileges on everything? What a role brings is not seen. */
const granted = (...privileges: readonly string[]): string =>
  `SELECT COUNT(*) > 0 FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ${own} AND PRIVILEGE_TYPE IN (${privileges.map((one) => `'${one}'`).join(', ')})`;
/**
 * With partial_revokes a pattern in a grant is a name like any other
 * (https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_partial_revokes).
 */
const patternsCount = '/*!80016 AND @@partial_revokes = 0 */';
/** On the database in use, or on everything. */
const grantedHere = (privilege: string): string =>
  `SELECT (SELECT COUNT(*) FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = ${own} AND (DATABASE() = TABLE_SCHEMA OR DATABASE() LIKE TABLE_SCHEMA ${patternsCount}) AND PRIVILEGE_TYPE = '${privilege}') + (SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ${own} AND PRIVILEGE_TYPE = '${privilege}') > 0`;
const table = (name: string): string =>
  `SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mywire' AND TABLE_NAME = '${name}'`;
/** Of a table: a transaction that is rolled back leaves nothing in it. */
const transactional = "ENGINE IN (SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES')";

const plugin = (name: string): string =>
  `SELECT COUNT(*) FROM information_schema.PLUGINS WHERE PLUGIN_NAME = '${name}' AND PLUGIN_STATUS = 'ACTIVE'`;

const collation = (name: string): string => `SELECT COUNT(*) FROM information_schema.COLLATIONS WHERE COLLATION_NAME = '${name}'`;

/** Transactions may write, by default: tx_read_only in MariaDB before 11.1, transaction_read_only in MySQL. */
const writingTransactions =
  "/*!80003 AND @@transaction_read_only = 0 */ /*M! AND (SELECT COUNT(*) FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_NAME LIKE 'T%_READ_ONLY' AND SESSION_VALUE = 'ON') = 0 */";

/**
 * With GTIDs MySQL makes no temporary table while autocommit is off: up to 8.0.12, and from then on where statements are logged
 * (https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-restrictions.html).
 */
const temporaryWithGtids =
  "/*!50700 AND (@@autocommit = 1 OR @@global.enforce_gtid_consistency <> 'ON' */ /*!80013 OR @@binlog_format <> 'STATEMENT' */ /*!50700 ) */";

/** MariaDB has classes of notes from 10.6.16 and 10.11.6 on, and makes those of no other. */
const notes =
  "/*M! AND (SELECT COUNT(*) FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_NAME = 'NOTE_VERBOSITY' AND SESSION_VALUE NOT LIKE '%basic%') = 0 */";

/** The engine of temporary tables that name none. */
const ofTemporaryTables = "COALESCE(NULLIF(@@default_tmp_storage_engine, ''), @@default_storage_engine)";

/**
 * InnoDB takes writes: temporary tables are written, too. At innodb_force_recovery=4 MySQL takes none, and MariaDB from 5 on; a MariaDB
 * without InnoDB has neither variable.
 */
const innodbWrites =
  "(/*!50700 @@innodb_read_only = 0 AND @@innodb_force_recovery < 4 AND */ /*M! (SELECT COUNT(*) FROM information_schema.SYSTEM_VARIABLES WHERE (VARIABLE_NAME = 'INNODB_READ_ONLY' AND GLOBAL_VALUE = 'ON') OR (VARIABLE_NAME = 'INNODB_FORCE_RECOVERY' AND GLOBAL_VALUE > 4)) = 0 AND */ 1)";

/**
 * Is this MySQL from that version on? TiDB, which says that it is 8.0.11, carries out what stands in such a comment whatever its number
 * (https://github.com/pingcap/tidb/blob/master/pkg/parser/lexer.go, startWithSlash): it is asked for its version, too.
 */
const sinceMysql = (version: string, before: string): string =>
  `(/*!${version} 1 + */ 0) * (VERSION() NOT REGEXP '^(${before})([^0-9]|$)')`;

/** The fixtures and settings that cases can ask for, by name. */
export const features = {
  autocommit: {
    without:
      'autocommit is off by default, a transaction begins behind each login (init_connect) or COMMIT (completion_type), or transactions are read-only by default',
    asks: `SELECT @@autocommit = 1 AND @@completion_type = 'NO_CHAIN' AND @@global.init_connect NOT REGEXP 'begin|start' ${writingTransactions}`,
    yes: '1',
  },
  'as-shipped': {
    without:
      'messages are not in English (lc_messages), or sql_notes, note_verbosity, sql_safe_updates, auto_increment_increment and _offset or insert_id (init_connect) are not as shipped',
    asks: `SELECT @@lc_messages = 'en_US' AND @@sql_notes = 1 ${notes} AND @@sql_safe_updates = 0 AND @@auto_increment_increment = 1 AND @@auto_increment_offset = 1 AND @@insert_id = 0`,
    yes: '1',
  },
  'resultset-metadata': {
    without: 'the server has no resultset_metadata (MySQL before 8.0)',
    asks: 'SELECT @@resultset_metadata',
    yes: 'FULL',
  },
  'ids-by-one': {
    without:
      'ids do not count by one, or not from one (auto_increment_increment, auto_increment_offset), or the next one is chosen (insert_id in init_connect)',
    asks: 'SELECT @@auto_increment_increment = 1 AND @@auto_increment_offset = 1 AND @@insert_id = 0',
    yes: '1',
  },
  'empty-strings': { without: 'an empty string is NULL (sql_mode EMPTY_STRING_IS_NULL)', asks: "SELECT '' IS NOT NULL", yes: '1' },
  'files-in-ascii': {
    without:
      'the character set of the database, in which a file is read, or that of file names (character_set_filesystem) has no letters of one byte (UTF-16, UTF-32)',
    asks: "SELECT @@character_set_database NOT IN ('ucs2', 'utf16', 'utf16le', 'utf32') AND @@character_set_filesystem NOT IN ('ucs2', 'utf16', 'utf16le', 'utf32')",
    yes: '1',
    inDatabase: true,
  },
  'server-in-ascii': {
    // In MySQL COM_RESET_CONNECTION gives character_set_database, in which a file is read, the value of character_set_server.
    without: 'the character set of the server has no letters of one byte (UTF-16, UTF-32)',
    asks: "SELECT @@character_set_server NOT IN ('ucs2', 'utf16', 'utf16le', 'utf32')",
    yes: '1',
  },
  'file-names-as-they-are': {
    without: 'file names in statements are converted to another character set (character_set_filesystem)',
    asks: "SELECT @@character_set_filesystem = 'binary'",
    yes: '1',
  },
  'recursive-queries': {
    without:
      'the server has no WITH RECURSIVE (before MySQL 8.0 and MariaDB 10.2), ends it before 300 rounds, or gives fewer rows (sql_select_limit)',
    asks: 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT COUNT(*) * (@@sql_select_limit >= 300) FROM n',
    yes: '300',
  },
  'sorted-by-whole-texts': {
    without: 'rows are sorted by the first bytes of a text alone (max_sort_length)',
    asks: 'SELECT @@max_sort_length >= 64',
    yes: '1',
  },
  'joins-of-many-rows': {
    without: 'joins of many rows are refused (max_join_size)',
    asks: 'SELECT @@sql_big_selects = 1 OR @@max_join_size >= 177147',
    yes: '1',
  },
  'unbuffered-results': {
    without: 'rows go through a temporary table first, without the flags of their columns (sql_buffer_result)',
    asks: 'SELECT @@sql_buffer_result = 0',
    yes: '1',
  },
  'local-infile': { without: 'local_infile is not on', asks: 'SELECT @@local_infile', yes: '1' },
  'binary-log': {
    without: 'the server has no binary log, or the server id 0, with which it takes no replicas',
    asks: 'SELECT @@log_bin = 1 AND @@server_id > 0',
    yes: '1',
  },
  'binary-log-checksums': {
    without: 'the server writes its binary log without checksums (binlog_checksum)',
    asks: 'SELECT @@global.binlog_checksum',
    yes: 'CRC32',
  },
  gtids: {
    without: 'gtid_mode is not ON, or there is no binary log: no dump begins at a set of GTIDs, and no transaction gets one',
    asks: "SELECT @@global.gtid_mode = 'ON' AND @@log_bin = 1",
    yes: '1',
  },
  'may-replicate': {
    without: 'the account with a password has not been granted REPLICATION SLAVE',
    asks: granted('REPLICATION SLAVE'),
    yes: '1',
    ofLogin: true,
  },
  'may-ask-for-the-end-of-the-log': {
    without: 'the account with a password has not been granted REPLICATION CLIENT or BINLOG MONITOR',
    asks: granted('REPLICATION CLIENT', 'BINLOG MONITOR', 'SUPER'),
    yes: '1',
    ofLogin: true,
  },
  'sha2-public-key': {
    without: 'caching_sha2_password has no RSA key: outside TLS nobody new gets in',
    asks: "SELECT COUNT(*) FROM performance_schema.global_status WHERE VARIABLE_NAME = 'Caching_sha2_password_rsa_public_key' AND VARIABLE_VALUE <> ''",
    yes: '1',
  },
  'sha256-public-key': {
    without: 'sha256_password has no RSA key: outside TLS nobody gets in',
    asks: "SELECT COUNT(*) FROM performance_schema.global_status WHERE VARIABLE_NAME = 'Rsa_public_key' AND VARIABLE_VALUE <> ''",
    yes: '1',
  },
  'expired-passwords-disconnect': {
    without: 'every client with an expired password gets into the sandbox (disconnect_on_expired_password is off)',
    asks: 'SELECT @@global.disconnect_on_expired_password',
    yes: '1',
  },
  'no-gtids-of-others': {
    without: 'each OK tells all GTIDs that the server has (session_track_gtids is ALL_GTIDS)',
    asks: "SELECT /*!50706 @@session_track_gtids <> 'ALL_GTIDS' AND */ 1",
    yes: '1',
  },
  'schema-tracked': { without: 'session_track_schema is off for new sessions', asks: 'SELECT @@global.session_track_schema', yes: '1' },
  'sandbox-without-set': {
    without: 'the sandbox of an expired password permits SET (MySQL before 8.0.27)',
    asks: `SELECT ${sinceMysql('80027', '5|8[.]0[.](1?[0-9]|2[0-6])')} AS sandbox_without_set`,
    yes: '1',
  },
  'idle-clients-are-told': {
    without: 'idle sessions end without a word (MySQL before 8.0.24)',
    asks: `SELECT ${sinceMysql('80024', '5|8[.]0[.](1?[0-9]|2[0-3])')} AS idle_clients_are_told`,
    yes: '1',
  },
  'packets-of-4-kib': { without: 'max_allowed_packet is below 4096', asks: 'SELECT @@max_allowed_packet >= 4096', yes: '1' },
  'values-of-512-kib': { without: 'max_allowed_packet is below 524288', asks: 'SELECT @@max_allowed_packet >= 524288', yes: '1' },
  'packets-of-4-mib': { without: 'max_allowed_packet is below 4194304', asks: 'SELECT @@max_allowed_packet >= 4194304', yes: '1' },
  'packets-of-16-mib': {
    without: 'max_allowed_packet, of the server or of a proxy in front of it, is below 16777216',
    asks: 'SELECT @@max_allowed_packet >= 16777216',
    yes: '1',
    commandOf: 0xffffff - 1,
  },
  'memory-of-64-mib': {
    without: 'a connection may take less than 64 MiB of memory (connection_memory_limit), and is closed without a word behind some packets',
    asks: 'SELECT /*!80028 @@global.connection_memory_limit >= 67108864 AND */ 1',
    yes: '1',
  },
  'net-buffer-of-16-kib': {
    without: 'net_buffer_length is above 16384: an answer takes fewer compressed packets',
    asks: 'SELECT @@net_buffer_length <= 16384',
    yes: '1',
  },
  'late-readers-waited-for': {
    without: 'net_write_timeout is below 10 s: a client that reads late may be given up',
    asks: 'SELECT @@net_write_timeout >= 10',
    yes: '1',
  },
  'packets-of-32-mib': {
    without: 'max_allowed_packet, of the server or of a proxy in front of it, is below 33554432',
    asks: 'SELECT @@max_allowed_packet >= 33554432',
    yes: '1',
    commandOf: 2 * 0xffffff,
  },
  'packets-up-to-64-mib': { without: 'max_allowed_packet is above 67108864', asks: 'SELECT @@max_allowed_packet <= 67108864', yes: '1' },
  'max-allowed-packet-of-16-32-or-64-mib': {
    without: 'max_allowed_packet is neither 16777216 nor 33554432 nor 67108864',
    asks: 'SELECT @@max_allowed_packet IN (16777216, 33554432, 67108864)',
    yes: '1',
  },
  'interactive-timeout-of-its-own': {
    without: 'interactive_timeout is the same as wait_timeout, so they cannot be told apart',
    asks: 'SELECT @@global.interactive_timeout <> @@global.wait_timeout',
    yes: '1',
  },
  'case-sensitive-names': {
    without: 'the case of a name of a database means nothing (lower_case_table_names)',
    asks: 'SELECT @@lower_case_table_names',
    yes: '0',
  },
  'tables-without-a-key': {
    without: 'tables must have a primary key (sql_require_primary_key, innodb_force_primary_key), or are given one',
    asks: 'SELECT /*!80013 @@sql_require_primary_key = 0 AND */ /*!80030 @@sql_generate_invisible_primary_key = 0 AND */ /*M! @@innodb_force_primary_key = 0 AND */ 1',
    yes: '1',
  },
  'without-removed-commands': {
    without: 'MySQL before 8.4, which has COM_REFRESH, COM_SHUTDOWN, COM_PROCESS_INFO and COM_PROCESS_KILL',
    asks: "SELECT @@version REGEXP '^(8[.]4|9|[1-9][0-9])[.]'",
    yes: '1',
  },
  'fifty-connect-errors': {
    without: 'max_connect_errors is below 50: this host may be blocked',
    asks: 'SELECT @@global.max_connect_errors >= 50',
    yes: '1',
  },
  'selects-of-a-second': {
    without: 'a SELECT of a second is ended before, and a SLEEP() then returns 1 (max_execution_time)',
    asks: 'SELECT /*!50708 @@max_execution_time NOT BETWEEN 1 AND 1500 AND */ 1',
    yes: '1',
  },
  'warnings-kept': { without: 'fewer than two warnings are kept (max_error_count)', asks: 'SELECT @@max_error_count > 1', yes: '1' },
  'a-name': {
    without: 'the account gets in as an anonymous user, who sees no threads (CURRENT_USER() begins with @)',
    asks: "SELECT CURRENT_USER() NOT LIKE '@%'",
    yes: '1',
  },
  'default-collations': {
    without: 'a character set has another default collation than as shipped (character_set_collations)',
    asks: "SELECT /*M!110201 @@character_set_collations NOT REGEXP '=(?![a-z0-9]+_uca1400_ai_ci)' AND */ 1",
    yes: '1',
  },
  'no-init-connect': {
    without: 'the server runs statements behind each login, which may set what the login has chosen (init_connect)',
    asks: "SELECT @@global.init_connect = ''",
    yes: '1',
  },
  'no-database-unasked': {
    without: 'a login that names no database has one all the same (init_connect, the default schema of a proxy)',
    asks: 'SELECT DATABASE() IS NULL',
    yes: '1',
  },
  'database-of-tables': {
    // No table is looked for or dropped there: both servers refuse it before.
    without: 'a login that names a database stands in information_schema (init_connect)',
    asks: "SELECT COALESCE(DATABASE(), '') <> 'information_schema'",
    yes: '1',
    inDatabase: true,
  },
  'collation-of-the-login': {
    without: 'the server passes over the character set of a login (skip-character-set-client-handshake)',
    // A proxy that loses it has another one in its place than the server's own.
    asks: "SELECT @@collation_connection = 'utf8mb4_bin' OR @@collation_connection <> @@global.collation_connection",
    yes: '1',
    characterSet: 46,
  },
  'bulk-operations': {
    without: 'the binary log is one of statements (binlog_format): MariaDB carries out nothing in bulk (ERR 4033)',
    asks: "SELECT @@log_bin = 0 OR @@binlog_format <> 'STATEMENT'",
    yes: '1',
  },
  'version-as-built': {
    without: 'an administrator has given the server another version (version)',
    // The value that it has from being built; a server before 10.1 cannot tell.
    asks: "SELECT COUNT(*) FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_NAME = 'VERSION' AND GLOBAL_VALUE_ORIGIN = 'COMPILE-TIME'",
    yes: '1',
  },
  'mysql-collation-as-started': {
    without: 'the collation of the server may be another one than when it started',
    asks: "SELECT COUNT(*) FROM performance_schema.variables_info WHERE VARIABLE_NAME IN ('character_set_server', 'collation_server') AND VARIABLE_SOURCE <> 'DYNAMIC'",
    yes: '2',
  },
  'mariadb-collation-as-started': {
    without: 'the collation of the server may be another one than when it started',
    asks: "SELECT COUNT(*) FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_NAME IN ('CHARACTER_SET_SERVER', 'COLLATION_SERVER') AND GLOBAL_VALUE_ORIGIN <> 'SQL'",
    yes: '2',
  },
  writable: {
    without:
      'the server takes no writes (read_only, or transactions are read-only by default): it says so before it looks at privileges and tables',
    // A number, and from MariaDB 12.0 on a word.
    asks: `SELECT @@global.read_only IN ('0', 'OFF') ${writingTransactions}`,
    yes: '1',
  },
  'no-proxy-headers': {
    without: 'the server takes PROXY headers (proxy_protocol_networks), perhaps from here',
    // What mywire starts takes them from an address that nothing else comes from (harness/target/accounts.ts).
    asks: "SELECT /*M!100301 @@global.proxy_protocol_networks IN ('', '127.0.0.2/32') AND */ 1",
    yes: '1',
  },
  'tls-1.2': { without: 'tls_version leaves TLSv1.2 out', asks: "SELECT FIND_IN_SET('TLSv1.2', @@tls_version) > 0", yes: '1' },
  'tls-1.3': { without: 'tls_version leaves TLSv1.3 out', asks: "SELECT FIND_IN_SET('TLSv1.3', @@tls_version) > 0", yes: '1' },
  'performance-schema': { without: 'the performance schema is off', asks: 'SELECT @@performance_schema', yes: '1' },
  'connect-attributes': {
    without: 'the performance schema is off, or keeps less than 512 bytes of connection attributes',
    asks: 'SELECT @@performance_schema = 1 AND @@performance_schema_session_connect_attrs_size >= 512',
    yes: '1',
  },
  'query-attribute-function': {
    without: 'the component query_attributes is not installed',
    asks: "SELECT COUNT(*) FROM performance_schema.user_defined_functions WHERE UDF_NAME = 'mysql_query_attribute_string'",
    yes: '1',
  },
  procedures: {
    without: 'the procedures of the database mywire (fixtures/README.md) are not there',
    asks: "SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'mywire' AND ROUTINE_NAME IN ('two_results', 'one_out', 'fails_after_one')",
    yes: '3',
  },
  'procedure-without-rows': {
    without: 'the procedure mywire.no_rows_first (fixtures/README.md) is not there',
    asks: "SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'mywire' AND ROUTINE_NAME = 'no_rows_first'",
    yes: '1',
  },
  numbers: { without: 'the table mywire.numbers (fixtures/README.md) is not there', asks: table('numbers'), yes: '1' },
  'numbers-in-transactions': {
    without: 'the table mywire.numbers (fixtures/README.md) is not there, or of an engine without transactions',
    asks: `${table('numbers')} AND ${transactional}`,
    yes: '1',
  },
  'words-in-transactions': {
    without:
      'the table mywire.words (fixtures/README.md) is not there, of an engine without transactions, not in the database that was named, or InnoDB is read-only (innodb_read_only, innodb_force_recovery)',
    asks: `${table('words')} AND ${transactional} AND DATABASE() = 'mywire' AND (ENGINE <> 'InnoDB' OR ${innodbWrites})`,
    yes: '1',
    inDatabase: true,
  },
  'dialect-types': {
    without: 'the table mywire.dialect_types (fixtures/README.md) is not there',
    asks: table('dialect_types'),
    yes: '1',
  },
  'uuid-type': {
    without: 'the server has no type UUID',
    asks: "SELECT CAST('123e4567-e89b-12d3-a456-426655440000' AS UUID)",
    yes: '123e4567-e89b-12d3-a456-426655440000',
  },
  'temporary-tables': {
    without:
      'the account has not been granted CREATE TEMPORARY TABLES on the database (fixtures/README.md), transactions are read-only by default, or with GTIDs autocommit is off (enforce_gtid_consistency), temporary tables are of an engine without keys or rows (default_tmp_storage_engine), or of InnoDB, which is read-only (innodb_read_only, innodb_force_recovery)',
    asks: `${grantedHere('CREATE TEMPORARY TABLES')} ${writingTransactions} ${temporaryWithGtids} AND ${ofTemporaryTables} NOT IN ('ARCHIVE', 'BLACKHOLE', 'CSV') AND (${ofTemporaryTables} <> 'InnoDB' OR ${innodbWrites})`,
    yes: '1',
    inDatabase: true,
  },
  'tables-with-texts': {
    without: 'temporary tables are of an engine without TEXT and BLOB (default_tmp_storage_engine is MEMORY)',
    asks: `SELECT ${ofTemporaryTables} <> 'MEMORY'`,
    yes: '1',
  },
  'may-insert': {
    without: 'the account with a password has not been granted INSERT on the database: it may not know which tables are there',
    asks: grantedHere('INSERT'),
    yes: '1',
    inDatabase: true,
    ofLogin: true,
  },
  'may-lock-tables': {
    without: 'the account with a password has not been granted LOCK TABLES on the database',
    asks: grantedHere('LOCK TABLES'),
    yes: '1',
    inDatabase: true,
    ofLogin: true,
  },
  'ordinary-account': {
    // A role may bring more than what is seen here.
    without: 'the account has privileges on everything beside SELECT, or a role: what is to be refused might be done',
    asks: `SELECT SUM(PRIVILEGE_TYPE NOT IN ('USAGE', 'SELECT')) = 0 FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ${own} AND COALESCE(CURRENT_ROLE(), 'NONE') = 'NONE'`,
    yes: '1',
  },
  'may-drop-databases-of-ours': {
    without:
      'the account with a password has not been granted CREATE and DROP on `mywire\\_dropped\\_%`.* (fixtures/sql), or that is the name of one database (partial_revokes)',
    asks: `SELECT COUNT(*) = 2 FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = ${own} AND TABLE_SCHEMA LIKE 'mywire%dropped%' AND PRIVILEGE_TYPE IN ('CREATE', 'DROP') ${patternsCount}`,
    yes: '1',
    ofLogin: true,
  },
  'no-other-databases': {
    without: 'the account has been granted CREATE on databases by a pattern that mywire_no_such_db fits',
    asks: `SELECT COUNT(*) = 0 FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = ${own} AND PRIVILEGE_TYPE = 'CREATE' AND 'mywire_no_such_db' LIKE TABLE_SCHEMA`,
    yes: '1',
  },
  types: { without: 'the table mywire.types (fixtures/README.md) is not there', asks: table('types'), yes: '1' },
  words: { without: 'the table mywire.words (fixtures/README.md) is not there', asks: table('words'), yes: '1' },
  ed25519: { without: 'the plugin ed25519 is not active', asks: plugin('ed25519'), yes: '1' },
  'type-json': {
    without: 'JSON is no type of its own: MariaDB, maybe behind a proxy that greets as MySQL',
    asks: "SELECT CAST('1' AS JSON)",
    yes: '1',
  },
  'type-vector': {
    without: 'there is no type VECTOR (MySQL before 9.0, MariaDB)',
    asks: "SELECT HEX(STRING_TO_VECTOR('[1]'))",
    yes: '0000803F',
  },
  parsec: { without: 'the plugin parsec is not active', asks: plugin('parsec'), yes: '1' },
  'sha256-password': { without: 'the plugin sha256_password is not active', asks: plugin('sha256_password'), yes: '1' },
  utf8mb4_0900_as_ci: {
    without: 'the server does not know the collation utf8mb4_0900_as_ci',
    asks: collation('utf8mb4_0900_as_ci'),
    yes: '1',
  },
  gbk_chinese_ci: {
    without: 'the server does not know the collation gbk_chinese_ci',
    asks: collation('gbk_chinese_ci'),
    yes: '1',
  },
  utf8mb4_general_nopad_ci: {
    without: 'the server does not know the collation utf8mb4_general_nopad_ci',
    asks: collation('utf8mb4_general_nopad_ci'),
    yes: '1',
  },
} as const satisfies Readonly<Record<string, Feature>>;
export type FeatureName = keyof typeof features;
