/**
 * The vocabulary: statements whose answers follow from the session alone, that leave nothing behind and harm nobody.
 * What they give is what both manuals say of them; both products answer so.
 */
import { features } from '../../case/feature.ts';
import { err, ok, row, say, table, varies } from './said.ts';
import type { Known, Needs } from './statement.ts';
import { edges, files, tables } from './table-statements.ts';

/** Columns of mywire.types (fixtures/sql), in their order. */
const typeColumns = [
  ...['id', 't_tinyint', 't_tinyint_unsigned', 't_smallint', 't_smallint_unsigned', 't_mediumint', 't_mediumint_unsigned', 't_int'],
  ...['t_int_unsigned', 't_int_zerofill', 't_bigint', 't_bigint_unsigned', 't_float', 't_double', 't_decimal', 't_bit', 't_year', 't_date'],
  ...['t_datetime', 't_datetime_6', 't_timestamp', 't_timestamp_6', 't_time', 't_time_6', 't_char', 't_varchar', 't_binary', 't_varbinary'],
  ...[
    't_tinytext',
    't_text',
    't_mediumtext',
    't_longtext',
    't_tinyblob',
    't_blob',
    't_mediumblob',
    't_longblob',
    't_enum',
    't_set',
    't_json',
  ],
  't_geometry',
] as const;

const numbers = (count: number): (readonly string[])[] => Array.from({ length: count }, (_, i) => [String(i + 1)]);
const recursive = (count: number): string => `WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ${count}) SELECT`;
export const THREE_ROWS = 'SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3';
export const characterSets =
  "SELECT CONCAT_WS('/', @@character_set_client, @@character_set_connection, @@character_set_results, @@collation_connection)";
const failsOnTheWay = 'SELECT (SELECT id FROM mywire.numbers WHERE id > n.id) AS next FROM mywire.numbers AS n ORDER BY n.id DESC';

/** Rows without a table. */
const selects: readonly Known[] = [
  say('SELECT 1', row('1')),
  say('SELECT 7 ', row('7')),
  say("SELECT 'mywire'", row('mywire')),
  say("SELECT ''", row('')),
  say('SELECT NULL', row(null)),
  say('SELECT 1 LIMIT 0', table(1, 0)),
  say("SELECT '', NULL, 'x', NULL, ''", row('', null, 'x', null, '')),
  say('SELECT 1 AS one, 2 AS two', row('1', '2')),
  say('SELECT 1.500, -20.0, 0.00', row('1.500', '-20.0', '0.00')),
  say("SELECT x'00ff0a27'", row('\0\xff\n\x27')),
  say("SELECT '  a  ', ' ', 'b\t\r\n'", row('  a  ', ' ', 'b\t\r\n')),
  say("SELECT 'a\0b'", row('a\0b')),
  say("SELECT 'a;b'", row('a;b')),
  say("SELECT '{c}'", row('{c}')),
  say("SELECT '{c}' AS mine, 2 AS two", row('{c}', '2')),
  say('SELECT 1 /* {c} */', row('1')),
  say('/* {c} */ SELECT 2', row('2')),
  say('SELECT 1;', row('1')),
  ...[1, 250, 251, 252, 255, 256, 4096, 32_768, 65_535, 65_536].map((n) => say(`SELECT REPEAT('x', ${n})`, row('x'.repeat(n)))),
  say(`SELECT ${Array.from({ length: 251 }, () => '1').join(',')}`, { columns: 251, rows: 1 }),
  // Names up to the longest alias, and one that is not ASCII.
  ...[250, 251, 256].map((n) => say(`SELECT 1 AS ${'a'.repeat(n)}`, row('1'))),
  say('SELECT 1 AS `n\xc3\xa4me`', row('1')),
  say(THREE_ROWS, { columns: 1, rows: numbers(3) }),
  say(`${recursive(300)} i FROM n`, { columns: 1, rows: numbers(300) }),
  say(`${recursive(40)} CAST(CONCAT('x', i) AS SIGNED) FROM n`, { columns: 1, rows: 40, warnings: 40 }, { warns: true }),
  say("SELECT CAST('x' AS SIGNED)", { columns: 1, rows: [['0']], warnings: 1 }, { warns: true }),
  say('SELECT CURRENT_USER()', table(1, 1)),
  say('SELECT VERSION()', table(1, 1)),
  say('SELECT LAST_INSERT_ID()', table(1, 1)),
  say('SELECT DATABASE()', table(1, 1), { shows: 'database' }),
  say('SELECT @@autocommit', table(1, 1), { shows: 'autocommit' }),
  say('SELECT @@character_set_client', table(1, 1)),
  say('SELECT @@character_set_results', table(1, 1)),
  say('SELECT @@collation_connection', table(1, 1)),
  say('SELECT @@time_zone', table(1, 1)),
  say('SELECT @@version', table(1, 1)),
  say('SELECT @@version_comment LIMIT 1', table(1, 1)),
  say('SELECT @@sql_mode', table(1, 1)),
  say('SELECT @@max_allowed_packet', table(1, 1)),
  say('SELECT VERSION(), DATABASE()', table(2, 1)),
  say('SELECT USER()', table(1, 1)),
  say('SELECT DATABASE() IS NULL', table(1, 1)),
  say('SELECT CONNECTION_ID()', table(1, 1)),
  say('SELECT @@identity', table(1, 1)),
  say('SELECT LAST_INSERT_ID() LIMIT 1', table(1, 1)),
  say(characterSets, table(1, 1)),
  say('SELECT @@wait_timeout = @@interactive_timeout', table(1, 1)),
  // Only with IGNORE_SPACE is it a function.
  varies('SELECT COUNT (*)'),
  say("SELECT IS_FREE_LOCK(CONCAT('mywire_', CONNECTION_ID()))", table(1, 1)),
  say('SELECT 1 FROM mywire.numbers WHERE SLEEP(0.01)', table(1, 0), { touches: '' }, 'numbers', 'qualified'),
  varies(
    "SELECT ATTR_VALUE FROM performance_schema.session_account_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'program_name'",
    undefined,
    'performance-schema',
    'direct',
  ),
  varies("SELECT mysql_query_attribute_string('trace')", undefined, 'query-attribute-function', 'mysql'),
  varies("SELECT mysql_query_attribute_string('n1')", undefined, 'query-attribute-function', 'mysql'),
  say('SELECT @@max_statement_time', table(1, 1), undefined, 'mariadb'),
  // What is text in one character set is none, or another, in the next.
  varies("SELECT '\xc3\xa4\xf0\x9f\x98\x80'"),
  varies("SELECT '\xe4\xff' AS mine"),
  varies('SELECT `no_such_\xc3\xa4`'),
  say("SELECT JSON_OBJECT('a', 1)", row('{"a": 1}')),
  say("SELECT GET_LOCK(CONCAT('mywire_', CONNECTION_ID()), 0)", row('1'), { locks: true }),
  say('SELECT 1 + 1', row('2'), undefined, 'any sql'),
  say("SELECT CONCAT('{c}', '-', 1)", row('{c}-1'), undefined, 'any sql'),
  say("SELECT CAST('2026-11-26' AS DATE), CAST('12:34:56' AS TIME)", row('2026-11-26', '12:34:56'), undefined, 'any sql'),
  say('SELECT 1 WHERE 1 = 0', table(1, 0), undefined, 'any sql'),
  say("SELECT CONVERT('x' USING latin1), UPPER('a')", table(2, 1), undefined, 'any sql'),
  say('SELECT SLEEP(0.01)', row('0'), undefined),
  say("SELECT CAST('::1' AS INET6)", table(1, 1), undefined, 'mariadb'),
  say("SELECT CAST('123e4567-e89b-12d3-a456-426655440000' AS UUID)", table(1, 1), undefined, 'uuid-type', 'mariadb'),
  // Longer than one packet of a segment, more than a byte counts.
  say("SELECT REPEAT('x', 1100000)", table(1, 1), undefined, 'built in'),
  say(`${recursive(300)} CAST(CONCAT('x', i) AS SIGNED) FROM n`, { columns: 1, rows: 300, warnings: 300 }, { warns: true }),
  say("SET STATEMENT sql_mode = 'NO_BACKSLASH_ESCAPES' FOR SELECT 1", row('1'), undefined, 'mariadb'),
  say('SET STATEMENT max_statement_time = 5 FOR SELECT @@max_statement_time', row('5.000000'), undefined, 'mariadb'),
];

/** Rows of fixtures/sql. */
const fixtures: readonly Known[] = [
  ...typeColumns.map((name) => say(`SELECT ${name} FROM mywire.types WHERE id = 1`, table(1, 1), undefined, 'types', 'qualified')),
  say('SELECT * FROM mywire.types ORDER BY id', table(typeColumns.length, 3), undefined, 'types', 'qualified'),
  say('SELECT * FROM mywire.types WHERE id = 2', table(typeColumns.length, 1), undefined, 'types', 'qualified'),
  say('SELECT * FROM mywire.types WHERE id = 3', table(typeColumns.length, 1), undefined, 'types', 'qualified'),
  say('SELECT t_varchar, t_char FROM mywire.types WHERE id = 1', table(2, 1), undefined, 'types', 'qualified'),
  say(
    'SELECT * FROM mywire.numbers',
    {
      columns: 2,
      rows: [
        ['1', 'one'],
        ['2', 'two'],
        ['3', null],
      ],
    },
    { touches: '' },
    'numbers',
    'qualified',
  ),
  say('SELECT n.id AS num, n.id + 1 AS plus FROM mywire.numbers AS n LIMIT 1', row('1', '2'), { touches: '' }, 'numbers', 'qualified'),
  say('SELECT id FROM mywire.numbers WHERE id = 1', row('1'), { touches: '' }, 'numbers', 'qualified'),
  say("SELECT id FROM mywire.numbers WHERE name = 'two'", row('2'), { touches: '' }, 'numbers', 'qualified'),
  // An index is looked for anew for each record.
  say(
    'SELECT COUNT(b.name) FROM mywire.types AS a STRAIGHT_JOIN mywire.numbers AS b ON b.id < a.t_tinyint_unsigned',
    table(1, 1),
    { touches: '' },
    'numbers',
    'types',
    'qualified',
  ),
  say('SELECT COUNT(*) FROM mywire.numbers', row('3'), { touches: '' }, 'numbers', 'qualified'),
  say(failsOnTheWay, { columns: 1, fails: 1242 }, { touches: '' }, 'numbers', 'qualified'),
  say(
    'SELECT a.id FROM mywire.numbers AS a, mywire.numbers AS b LIMIT 9',
    { columns: 1, rows: 9 },
    { touches: '' },
    'numbers',
    'qualified',
  ),
  say(
    `SELECT a.id FROM ${Array.from({ length: 7 }, (_, i) => `mywire.numbers AS ${'abcdefg'[i]}`).join(', ')} LIMIT 1100`,
    { columns: 1, rows: 1100 },
    { touches: '' },
    'numbers',
    'qualified',
  ),
  say('SELECT t_point FROM mywire.dialect_types', table(1, 1), { touches: '' }, 'dialect-types', 'qualified'),
  say('CALL mywire.two_results()', [row('1'), row('2', '3'), { ok: {} }], { touches: '' }, 'procedures', 'qualified'),
  say('CALL mywire.fails_after_one()', [row('1'), err(1644, '45000')], { touches: '' }, 'procedures', 'qualified'),
  say('CALL mywire.one_out(@mywire_out)', { ok: {} }, { user: 'mywire_out', to: '42' }, 'procedures', 'qualified'),
  say('SELECT @mywire_out', table(1, 1), { userVariable: 'mywire_out' }),
];

/** Modes that both products know, and that change no answer of this vocabulary. */
export const manyModes = [
  ...['REAL_AS_FLOAT', 'ONLY_FULL_GROUP_BY', 'NO_UNSIGNED_SUBTRACTION', 'NO_DIR_IN_CREATE', 'NO_AUTO_VALUE_ON_ZERO'],
  ...['STRICT_TRANS_TABLES', 'STRICT_ALL_TABLES', 'NO_ZERO_IN_DATE', 'NO_ZERO_DATE', 'ALLOW_INVALID_DATES'],
  ...['ERROR_FOR_DIVISION_BY_ZERO', 'HIGH_NOT_PRECEDENCE', 'NO_ENGINE_SUBSTITUTION'],
].join(',');
/** What has no rows and changes the session. */
const sessions: readonly Known[] = [
  say('DO 1', ok()),
  say('/* {c} */', { ok: {} }),
  say('SET @mywire = 5', ok(), { user: 'mywire', to: '5' }),
  say("SET @mywire = '{c}'", ok(), { user: 'mywire', to: '{c}' }),
  say('SELECT @mywire', table(1, 1), { userVariable: 'mywire' }),
  say('SELECT @mywire AS mine', table(1, 1), { userVariable: 'mywire' }),
  say('BEGIN', ok(), { begins: 'read write' }),
  say('START TRANSACTION', ok(), { begins: 'read write' }),
  say('START TRANSACTION READ ONLY', ok(), { begins: 'read only' }),
  say('COMMIT', ok(), { ends: 'transaction' }),
  say('ROLLBACK', ok(), { ends: 'transaction' }),
  say('SET autocommit = 0', ok(), { autocommit: false }),
  say('SET autocommit = 1', ok(), { autocommit: true }),
  say('SET NAMES latin1', ok()),
  say('SET NAMES utf8mb4', ok()),
  say('SET NAMES utf8mb4 COLLATE utf8mb4_bin', ok()),
  say('SET NAMES cp1251', ok()),
  say('SET character_set_results = NULL', ok()),
  say("SET NAMES 'binary'", ok()),
  say("SET time_zone = '+03:21'", ok()),
  say("SET time_zone = '+01:00', autocommit = 1", ok(), { autocommit: true }),
  say("SET @mywire = 5, @mywire_out = 'x'", ok(), [
    { user: 'mywire', to: '5' },
    { user: 'mywire_out', to: 'x' },
  ]),
  say('SET NAMES utf8mb4 COLLATE utf8mb4_0900_as_ci', ok(), undefined, 'utf8mb4_0900_as_ci'),
  say('SET NAMES utf8mb4 COLLATE utf8mb4_general_nopad_ci', ok(), undefined, 'utf8mb4_general_nopad_ci'),
  say('SET session_track_schema = 0', ok()),
  say("SET session_track_system_variables = ''", ok()),
  say("SET session_track_transaction_info = 'OFF'", ok()),
  say('SET progress_report_time = 0', ok(), undefined, 'mariadb'),
  say("SIGNAL SQLSTATE '01000'", ok(0, { warnings: 1 }), { warns: true }),
  say("SET sql_mode = ''", ok(), { mode: '' }),
  say("SET sql_mode = 'NO_BACKSLASH_ESCAPES'", ok(), { mode: 'NO_BACKSLASH_ESCAPES' }),
  say("SET sql_mode = 'ANSI_QUOTES'", ok(), { mode: 'ANSI_QUOTES' }),
  say("SELECT 'a\\\\b'", table(1, 1)),
  say('SET session_track_schema = 1', ok()),
  say('SET session_track_state_change = 1', ok()),
  say('SET session_track_state_change = 0', ok()),
  say("SET session_track_system_variables = '*'", ok()),
  say("SET session_track_system_variables = 'autocommit,time_zone'", ok()),
  say("SET session_track_transaction_info = 'STATE'", ok()),
  say("SET session_track_transaction_info = 'CHARACTERISTICS'", ok()),
  say("SET resultset_metadata = 'NONE'", ok(), { metadata: 'NONE' }, 'mysql'),
  say("SET resultset_metadata = 'FULL'", ok(), { metadata: 'FULL' }, 'mysql'),
  say('SET time_zone = DEFAULT', ok()),
  // Told of in more bytes than one counts.
  say(`SET sql_mode = '${manyModes}'`, { ok: {} }, [{ mode: manyModes }, { warns: true }]),
  varies('SET TRANSACTION ISOLATION LEVEL READ COMMITTED'),
  say('USE information_schema', ok(), { uses: 'information_schema' }),
  say('USE mywire', ok(), { uses: 'mywire' }, 'numbers'),
  say('DO SLEEP(0.02)', ok()),
  // What a real server calls slow then depends on its clock.
  say('SET long_query_time = 0', ok(), undefined, 'built in'),
  say('SET long_query_time = 10', ok(), undefined, 'built in'),
  say('SHOW WARNINGS', table(3), { shows: 'warnings' }),
  say("SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = '{c}'", ok(0, { warnings: 1 }), { warns: true }),
  ...['COMMIT AND CHAIN', 'ROLLBACK AND CHAIN', 'SAVEPOINT mywire', 'ROLLBACK TO SAVEPOINT mywire', 'RELEASE SAVEPOINT mywire'].map(
    (sql): Known => ({ ...varies(sql), does: { transaction: 'unknown' } }),
  ),
];

/** Errors, a class of SQLSTATE each. */
const errors: readonly Known[] = [
  say('SELEC 1', err(1064, '42000')),
  say('SELECT 1 mywire_alias mywire_token', err(1064, '42000')),
  say('SELECT 1 mywire_alias\n\nmywire_token FROM DUAL', err(1064, '42000')),
  say(`SELEC ${'b'.repeat(3000)}`, err(1064, '42000')),
  say('', err(1065, '42000')),
  say(' ; ', err(1065, '42000')),
  say('SELECT 1 \0, 2', err(1064, '42000')),
  say('SELECT `no_such_{c}`', err(1054, '42S22')),
  say('SELECT no_such_column FROM mywire.numbers', err(1054, '42S22'), undefined, 'numbers', 'qualified'),
  say('SELECT * FROM mywire.no_such_table', err(1146, '42S02'), undefined, 'numbers', 'qualified'),
  say('SELECT mywire.no_such_function()', err(1305, '42000'), undefined, 'numbers'),
  say(`SELECT * FROM mywire.${'t'.repeat(65)}`, err([1059, 1103, 1146]), undefined, 'numbers', 'qualified'),
  say("SIGNAL SQLSTATE '45123' SET MESSAGE_TEXT = '{c}', MYSQL_ERRNO = 4321", err(4321, '45123')),
  say("SIGNAL SQLSTATE '45000'", err(1644, '45000')),
  say(`SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${'m'.repeat(128)}'`, err(1644, '45000')),
  say('USE mywire_no_such_database', err(1049, '42000'), undefined),
  say('SELECT @@no_such_variable', err(1193, 'HY000')),
  say('DROP TABLE mywire.no_such_table', err([1142, 1051]), undefined, 'numbers'),
];

/** Several statements in one COM_QUERY: an answer each, up to the first ERR. */
const several = (...known: readonly Known[]): readonly Known[] => known.map((one) => ({ ...one, several: true as const }));
const severals = several(
  say('SELECT 1; SELECT 2', [row('1'), row('2')]),
  say('DO 1; DO 2; SELECT 3', [ok(), ok(), row('3')]),
  say("SELECT '{c}'; SELECT 'a;b'; DO 1", [row('{c}'), row('a;b'), ok()]),
  say('SELECT 1; SELEC 2; SELECT 3', [row('1'), err(1064, '42000')]),
  say('SELECT 1; SELECT 2; ;', [row('1'), row('2')]),
  say('SELECT 1;; SELECT 2', [row('1'), err([1064, 1065], '42000')]),
  say('BEGIN; SELECT 1; COMMIT', [ok(), row('1'), ok()], { ends: 'transaction' }),
  say("SET @mywire = '{c}'; SELECT @mywire", [ok(), row('{c}')], { user: 'mywire', to: '{c}' }),
  ...[
    'INSERT INTO mywire_ok (n) VALUES (5); INSERT INTO mywire_ok (n) VALUES (1), (2), (3); SELECT 1',
    'UPDATE mywire_ok SET n = 1; DO 1',
  ].map((sql) => varies(sql, 'mywire_ok', 'database')),
  say("SELECT CAST('x' AS SIGNED); SELECT 1; DO 1", [{ columns: 1, rows: [['0']], warnings: 1 }, row('1'), { ok: {} }], { warns: true }),
  say("SET time_zone = '+03:21'; SET autocommit = 1; DO 1", [ok(), ok(), ok()], { autocommit: true }),
  say("SELECT 1; SELEC 2; SET @mywire = 'late'", [row('1'), err(1064, '42000')]),
  varies('INSERT INTO mywire_ok (n) VALUES (5); SELECT LAST_INSERT_ID(); DO 1', 'mywire_ok', 'database'),
  varies(
    "SELECT mysql_query_attribute_string('trace'); SELECT mysql_query_attribute_string('trace')",
    undefined,
    'query-attribute-function',
    'mysql',
  ),
  say('CALL mywire.two_results(); SELECT 4', [row('1'), row('2', '3'), { ok: {} }, row('4')], { touches: '' }, 'procedures', 'qualified'),
);

/** As long as several packets of a segment; now and then. */
const long: readonly Known[] = [200, 4_000, 70_000, 100_000].map((n) => say(`SELECT LENGTH('${'x'.repeat(n)}')`, row(String(n))));

/** By what they are about: each kind is said as often, however many statements it has. */
export const statementGroups: readonly (readonly [weight: number, readonly Known[]])[] = [
  [24, selects],
  [20, fixtures],
  [18, sessions],
  [10, errors],
  [22, tables],
  [9, severals],
  [6, edges],
  [1, long],
];
export const statements: readonly Known[] = statementGroups.flatMap(([, list]) => list);
export const isFeature = (need: Needs): boolean => need in features;

/** By their texts: what a COM_QUERY says is looked up here. */
export const knownBySql: ReadonlyMap<string, Known> = new Map([...statements, ...files].map((known) => [known.sql, known]));
