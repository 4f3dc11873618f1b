import type { answerEnd } from '../defects/answer-end.ts';
import type { column as columnDefects } from '../defects/column.ts';
import type { value } from '../defects/value.ts';
import { affectedRows, asks, column, isErr, lastInsertId, payload, rest, row, sequenceId, statusOf, warnings } from './asking.ts';
import { PING, packet } from './bare-client.ts';
import { DEPRECATE_EOF, F, type Shows } from './shows.ts';

const FOUND_ROWS = F | 0x2;
const METADATA = F | 0x2000000;
const of = (name: string, id = 1): string => `SELECT ${name} FROM types WHERE id = ${id}`;
const num = 'SELECT n.id AS num, n.id + 1 AS plus FROM numbers AS n LIMIT 1';
const keys = [
  'CREATE TEMPORARY TABLE mywire_keys (id INT AUTO_INCREMENT PRIMARY KEY, u INT NOT NULL UNIQUE, k INT, KEY(k))',
  'SELECT * FROM mywire_keys',
];
const stamp = [
  'CREATE TEMPORARY TABLE mywire_stamp (t TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)',
  'SELECT * FROM mywire_stamp',
];
const nthFlags = (n: number, flag: number): Shows =>
  asks(keys, (all) => payload(all[n]).length > 5 && (payload(all[n]).readUInt16LE(payload(all[n]).length - 5) & flag) === 0);

export const columnShows: Record<keyof typeof columnDefects, Shows> = {
  'column-catalog-empty': column('SELECT 1', ({ names }) => names[0] === ''),
  'column-schema-missing': column(num, ({ names }) => names.join() === 'def,,n,numbers,num,id'),
  'column-table-alias-ignored': column(num, ({ names }) => names[2] === 'numbers'),
  'column-org-table-missing': column(num, ({ names }) => names[3] === ''),
  'column-name-cut': column(`SELECT 1 AS ${'n'.repeat(40)}`, ({ names }) => names[4] === 'n'.repeat(32)),
  'column-name-cut-at-250': asks(`SELECT 1 AS ${'n'.repeat(255)}`, ([, one]) =>
    payload(one).includes(`\xfa${'n'.repeat(250)}\x00`, 'latin1'),
  ),
  'column-alias-ignored': column(num, ({ names }) => names[4] === 'id'),
  'column-org-name-missing': column(num, ({ names }) => names[5] === ''),
  'column-of-expression-has-table': column('SELECT 1', ({ names }) => names[2] !== ''),
  'column-of-expression-has-schema': column('SELECT 1', ({ names }) => names[1] === 'mywire'),
  'column-of-expression-has-org-name': column('SELECT 1', ({ names }) => names[5] === '1'),
  'column-filler-nonzero': column('SELECT 1', ({ filler }) => filler === 0xffff),
  'column-length-zero': column(of('t_int'), ({ columnLength }) => columnLength === 0),
  'column-length-in-characters': column(of('t_char'), ({ columnLength }) => columnLength < 30),
  'column-character-set-of-numbers': column(of('t_int'), ({ characterSet }) => characterSet === 45),
  'column-character-set-of-bytes': column(of('t_blob'), ({ characterSet }) => characterSet === 45),
  'column-text-as-binary': column(of('t_text'), ({ characterSet, flags }) => characterSet === 63 && flags === 0x10),
  'column-bit-length-in-bytes': column(of('t_bit'), ({ columnLength }) => columnLength === 2),
  'column-blob-lengths-alike': column(of('t_tinyblob'), ({ columnLength }) => columnLength === 65535),
  'column-decimals-of-floats-zero': column(of('t_float'), ({ decimals }) => decimals === 0),
  'column-decimals-of-fixed-floats-open': column(
    'SELECT t_float_of_7_and_3 FROM mywire_types ORDER BY id',
    ({ decimals }) => decimals === 31,
  ),
  'column-decimal-length-with-sign': column(
    'SELECT t_decimal_unsigned FROM mywire_types ORDER BY id',
    ({ columnLength }) => columnLength === 12,
  ),
  'column-decimal-length-with-point': column(
    'SELECT t_decimal_whole FROM mywire_types ORDER BY id',
    ({ columnLength }) => columnLength === 7,
  ),
  'column-decimals-of-decimal-zero': column(of('t_decimal'), ({ decimals }) => decimals === 0),
  'column-decimals-of-times-zero': column(of('t_time_6'), ({ decimals }) => decimals === 0),
  'column-flag-not-null-missing': column(of('id'), ({ flags }) => flags === 0x5002),
  'column-flag-primary-key-missing': column(of('id'), ({ flags }) => flags === 0x5001),
  'column-flag-unique-key-missing': nthFlags(2, 0x4),
  'column-flag-multiple-key-missing': nthFlags(3, 0x8),
  'column-flag-auto-increment-missing': nthFlags(1, 0x200),
  'column-flag-timestamp-missing': column(stamp, ({ flags }) => flags === 0x2080),
  'column-flag-on-update-missing': column(stamp, ({ flags }) => flags === 0x480),
  'column-flag-no-default-missing': column(of('id'), ({ flags }) => flags === 0x4003),
  'column-flag-unsigned-missing': column(of('t_int_unsigned'), ({ flags }) => flags === 0),
  'column-flag-zerofill-missing': column(of('t_int_zerofill'), ({ flags }) => flags === 0x20),
  'column-flag-binary-missing': column(of('t_binary'), ({ flags }) => flags === 0),
  'column-flag-blob-missing': column(of('t_text'), ({ flags }) => flags === 0),
  'column-flag-enum-missing': column(of('t_enum'), ({ flags }) => flags === 0),
  'column-flag-set-missing': column(of('t_set'), ({ flags }) => flags === 0),
  'column-null-as-varchar': column('SELECT NULL', ({ type }) => type === 253),
  'column-small-integers-widened': column(of('t_tinyint'), ({ type }) => type === 3),
  'column-bigint-narrowed': column(of('t_bigint'), ({ type }) => type === 3),
  'column-float-widened': column(of('t_float'), ({ type }) => type === 5),
  'column-decimal-as-double': column(of('t_decimal'), ({ type }) => type === 5),
  'column-bit-as-bigint': column(of('t_bit'), ({ type }) => type === 8),
  'column-year-without-flags': column(of('t_year'), ({ flags }) => flags === 0),
  'column-json-as-text': column(of('t_json'), ({ characterSet }) => characterSet === 255),
  'column-year-as-smallint': column(of('t_year'), ({ type }) => type === 2),
  'column-date-as-datetime': column(of('t_date'), ({ type }) => type === 12),
  'column-timestamp-as-datetime': column(of('t_timestamp'), ({ type }) => type === 12),
  'column-time-as-string': column(of('t_time'), ({ type }) => type === 253),
  'column-char-as-varchar': column(of('t_char'), ({ type }) => type === 253),
  'column-blob-as-varchar': column(of('t_blob'), ({ type }) => type === 253),
  'column-enum-as-247': column(of('t_enum'), ({ type }) => type === 247),
  'column-json-as-varchar': column(of('t_json'), ({ type }) => type === 253),
  'column-geometry-as-blob': column(of('t_geometry'), ({ type }) => type === 252),
  // Two bytes of one character.
  'name-length-in-characters': asks('SELECT 1 AS `\xc3\xb6`', ([, a]) => payload(a).toString('latin1').includes('\x01\xc3\xb6\0')),
  'name-length-in-three-bytes': asks('SELECT 1', ([, a]) => payload(a).toString('latin1').includes('\xfc\x01\x001\0\x0c')),
  'column-character-set-of-storage': column(['SET NAMES latin1', of('t_char')], ({ characterSet }) => characterSet === 45),
  'column-name-unconverted': column(
    ['SET character_set_results = latin1', 'SELECT 1 AS `gr\xc3\xb6\xc3\x9fe`'],
    ({ names }) => names[4] === 'gr\xc3\xb6\xc3\x9fe',
  ),
  'column-character-set-cut': column(
    ['SET NAMES utf8mb4 COLLATE utf8mb4_0900_as_ci', of('t_char')],
    ({ characterSet }) => characterSet === (305 & 0xff),
  ),
};

export const valueShows: Record<keyof typeof value, Shows> = {
  'value-negative-as-unsigned': row(of('t_tinyint'), (bytes) => bytes === '\x1418446744073709551609'),
  'value-unsigned-as-signed': row(of('t_bigint_unsigned', 3), (bytes) => bytes === '\x02-1'),
  'value-smaller-unsigned-as-signed': row(of('t_int_unsigned', 3), (bytes) => bytes === '\x02-1'),
  'value-zerofill-not-padded': row(of('t_int_zerofill'), (bytes) => bytes === '\x0242'),
  'value-float-with-six-decimals': row(of('t_float'), (bytes) => bytes === '\x081.500000'),
  'value-decimal-as-float': row(of('t_decimal'), (bytes) => bytes === '\x0712345.6'),
  'value-decimal-zeros-lost': row('SELECT 1.500', (bytes) => bytes === '\x031.5'),
  'value-fraction-zeros-lost': asks(
    [
      'CREATE TEMPORARY TABLE mywire_fraction (a TIME(6))',
      "INSERT INTO mywire_fraction VALUES ('12:34:56.500000')",
      'SELECT * FROM mywire_fraction',
    ],
    (all) => all.some((one) => payload(one).includes('12:34:56.5') && !payload(one).includes('56.50')),
  ),
  'value-bit-as-number': row(of('t_bit'), (bytes) => bytes === '\x03682'),
  'value-year-of-two-digits': row(of('t_year'), (bytes) => bytes === '\x0226'),
  'value-microseconds-cut': row(of('t_time_6'), (bytes) => bytes === '\x0812:34:56'),
  'value-zero-date-as-null': row(of('t_date', 3), (bytes) => bytes === '\xfb'),
  'value-hours-within-a-day': row(of('t_time', 3), (bytes) => bytes === '\x09-22:59:59'),
  'value-date-without-hyphens': row(of('t_date'), (bytes) => bytes === '\x0820261126'),
  'value-date-and-time-with-t': row(of('t_datetime'), (bytes) => bytes === '\x132026-11-26T12:34:56'),
  'value-time-below-an-hour-without-sign': asks(
    ['CREATE TEMPORARY TABLE mywire_short (a TIME)', "INSERT INTO mywire_short VALUES ('-00:00:01')", 'SELECT * FROM mywire_short'],
    (all) => all.some((one) => payload(one).toString('latin1') === '\x0800:00:01'),
  ),
  'value-time-without-sign': row(of('t_time', 3), (bytes) => bytes === '\x09838:59:59'),
  'value-bytes-cut-at-nul': row(of('t_blob'), (bytes) => bytes === '\x00'),
  'value-bytes-escaped': row(of('t_varbinary'), (bytes) => bytes === "\x06\x00\xff\\\n\\'"),
  'value-binary-unpadded': row(of('t_binary', 3), (bytes) => bytes === '\x00'),
  'value-enum-as-number': row(of('t_enum'), (bytes) => bytes === '\x015'),
  'value-json-reformatted': row(of('t_json'), (bytes) => bytes === '\x07{"a":1}'),
  'vector-floats-reversed': row("SELECT STRING_TO_VECTOR('[1]')", (bytes) => bytes === '\x04\x3f\x80\x00\x00'),
  'vector-as-blob': column("SELECT STRING_TO_VECTOR('[1]')", ({ type }) => type === 252),
  'value-json-as-written': row(`SELECT CAST('{"a":1}' AS JSON)`, (bytes) => bytes === '\x07{"a":1}'),
  'value-geometry-without-srid': row(of('t_geometry'), (bytes) => bytes.startsWith('\x15\x01\x01')),
  'value-trimmed': row("SELECT 'a '", (bytes) => bytes === '\x01a'),
  'value-empty-as-null': row("SELECT ''", (bytes) => bytes === '\xfb'),
  'value-null-as-word': row('SELECT NULL', (bytes) => bytes === '\x04NULL'),
  'introducer-ignored': row("SELECT _latin1 X'E9'", (bytes) => bytes === '\x01\xe9'),
  'introducer-binary-as-text': row("SELECT _binary X'E9'", (bytes) => bytes === '\x02\xc3\xa9'),
  'set-character-set-ignored': row(['SET CHARACTER SET latin1', 'SELECT @@character_set_client'], (bytes) => bytes !== '\x06latin1'),
  'set-character-set-as-names': row(['SET CHARACTER SET latin1', 'SELECT @@character_set_connection'], (bytes) => bytes === '\x06latin1'),
  'value-unconverted': row(['SET NAMES latin1', of('t_varchar')], (bytes) => bytes === '\x0an\xc3\xa4ive \xe2\x82\xac'),
  'value-in-latin1-always': row(of('t_varchar'), (bytes) => bytes === '\x07n\xe4ive \x80'),
  'value-four-byte-characters-lost': row("SELECT '\xf0\x9f\x98\x80'", (bytes) => bytes === '\x01?'),
  'length-250-as-null': row("SELECT REPEAT('x', 250)", (bytes) => bytes === '\xfb'),
  'length-of-15-bits': row("SELECT REPEAT('x', 65535)", (bytes) => bytes.startsWith('\xfc\xff\x7fx')),
  'length-251-in-one-byte': row("SELECT REPEAT('x', 251)", (bytes) => bytes.startsWith('\xfbx')),
  'length-65536-in-two-bytes': row("SELECT REPEAT('x', 65536)", (bytes) => bytes.startsWith('\xfc\x00\x00x')),
  'value-length-in-three-bytes': row("SELECT 'a '", (bytes) => bytes === '\xfc\x02\x00a '),
};

const table = 'CREATE TEMPORARY TABLE mywire_ok (id INT AUTO_INCREMENT PRIMARY KEY, n INT)';
const three = 'INSERT INTO mywire_ok (n) VALUES (1), (2), (3)';
const fails = 'SELECT (SELECT id FROM numbers WHERE id > n.id) AS next FROM numbers AS n ORDER BY n.id DESC';
const ignored = [table, three, 'INSERT IGNORE INTO mywire_ok VALUES (1, 1), (9, 9)'];
const many = (rows: number) => `CREATE TEMPORARY TABLE mywire_many SELECT a.id FROM mywire.numbers AS a LIMIT ${rows}`;
const far = (id: string) => [
  `CREATE TEMPORARY TABLE mywire_far (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, n INT) AUTO_INCREMENT = ${id}`,
  'INSERT INTO mywire_far (n) VALUES (5)',
];
/** COM_STMT_PREPARE, and COM_STMT_EXECUTE of the first statement. */
const prepare = (sql: string) => packet(Buffer.from(`\x16${sql}`, 'latin1'));
const EXECUTE = packet('17 01000000 00 01000000');
const warned = "SELECT CAST('x' AS SIGNED)";
const rows300 = 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i FROM n';
const crossed = (rows: number): string => `SELECT a.id FROM mywire.numbers AS a LIMIT ${rows}`;
const warned300 = rows300.replace('SELECT i FROM', "SELECT CAST(CONCAT('x', i) AS SIGNED) FROM");
const NONE = "SET resultset_metadata = 'NONE'";

export const answerEndShows: Record<keyof typeof answerEnd, Shows> = {
  'warnings-without-rows-uncounted': asks(
    "SELECT id FROM mywire.numbers WHERE id = CAST('x' AS SIGNED)",
    (all) => warnings(all.at(-1)) === 0,
  ),
  'warnings-never-counted': asks(warned, (all) => warnings(all.at(-1)) === 0),
  'warnings-of-binary-rows-never-counted': asks([prepare(warned), EXECUTE], (all) => warnings(all.at(-1)) === 0),
  'warnings-of-ok-never-counted': asks('DROP TEMPORARY TABLE IF EXISTS mywire_ok', ([a]) => warnings(a) === 0),
  'warnings-of-ok-stay': asks(['DROP TEMPORARY TABLE IF EXISTS mywire_ok', 'DO 1'], ([a]) => warnings(a) === 1),
  'end-of-rows-with-header-zero': asks('SELECT 1', (all) => payload(all.at(-1)).toString('hex') === '00000002000000', DEPRECATE_EOF),
  'end-of-no-rows-with-header-zero': asks(
    'SELECT 1 LIMIT 0',
    (all) => all.length === 3 && payload(all.at(-1)).toString('hex') === '00000002000000',
    DEPRECATE_EOF,
  ),
  'end-of-rows-short': asks('SELECT 1', (all) => payload(all.at(-1)).toString('hex') === 'fe00000200', DEPRECATE_EOF),
  'err-behind-rows-swallowed': asks(fails, (all) => all.length === 6 && payload(all.at(-1))[0] === 0xfe),
  'err-behind-rows-without-them': asks(fails, (all) => all.length === 4 && isErr(all.at(-1), 1242)),
  'column-count-in-one-byte': asks(`SELECT ${Array(251).fill('1').join()}`, ([a]) => payload(a).toString('hex') === 'fb'),
  'column-count-in-three-bytes': asks('SELECT 1', ([a]) => payload(a).toString('hex') === 'fc0100'),
  'sequence-stays-at-255': asks(rows300, (all) => all.length === 304 && sequenceId(all.at(-1)) === 255),
  'resultset-empty-as-ok': asks('SELECT 1 LIMIT 0', (all) => all.join() === '1:00000002000000'),
  'metadata-none-without-flag': asks(NONE, ([a]) => payload(a)[0] === 0),
  'metadata-none-in-spite-of-err': asks([NONE, 'SELECT 1'], (all) => all.length === 4),
  'character-set-results-null-ignored': row(
    ['SET NAMES latin1', 'SET character_set_results = NULL', of('t_varchar')],
    (bytes) => bytes === '\x07n\xe4ive \x80',
  ),
  'metadata-none-ignored': asks([NONE, 'SELECT 1'], (all) => all.length === 5, METADATA),
  'metadata-follows-in-first-result-only': asks('SELECT 1; SELECT 2', (all) => all[5] === '6:01', METADATA | 0x10000),
  'metadata-follows-missing': asks('SELECT 1', ([a]) => a === '1:01', METADATA),
  'metadata-none-without-eof': asks([NONE, 'SELECT 1'], (all) => all.length === 3, METADATA),
  'metadata-none-with-eof-unasked': asks(
    [NONE, 'SELECT 1'],
    (all) => all.length === 4 && payload(all[1]).toString('hex') === 'fe00000200',
    METADATA | DEPRECATE_EOF,
  ),
  'metadata-none-of-two-columns-hangs': asks([NONE, 'SELECT 1, 2'], (all) => all.length === 0, METADATA),
  'info-missing': asks(ignored, ([a]) => payload(a).length === 7),
  'info-missing-where-nothing-matched': asks([table, 'UPDATE mywire_ok SET n = 1'], ([a]) => payload(a).length === 7),
  'info-unasked': asks([table, three, 'DELETE FROM mywire_ok'], ([a]) => rest(a) === '\x07Rows: 3'),
  'info-without-length': asks(ignored, ([a]) => rest(a).startsWith('Records')),
  'info-without-length-when-tracking': asks(ignored, ([a]) => rest(a).startsWith('Records'), F | 0x800000),
  'info-counts-wrong': asks(ignored, ([a]) => rest(a).includes('Duplicates: 0')),
  'info-matched-as-changed': asks([table, three, 'UPDATE mywire_ok SET n = 1'], ([a]) => rest(a).includes('Rows matched: 2 ')),
  'last-insert-id-behind-rows': asks(
    [table, three, 'SELECT 1'],
    (all) => payload(all.at(-1)).toString('hex') === 'fe000102000000',
    DEPRECATE_EOF,
  ),
  'last-insert-id-stays-behind-err': asks([table, three, 'SELEC', 'DO 1'], ([a]) => lastInsertId(a) === 1),
  'affected-rows-stay-behind-err': asks([table, three, 'SELEC', 'DO 1'], ([a]) => affectedRows(a) === 3),
  'last-insert-id-missing': asks([table, three], ([a]) => lastInsertId(a) === 0),
  'last-insert-id-of-last-row': asks([table, three], ([a]) => lastInsertId(a) === 3),
  'last-insert-id-of-given-id-missing': asks(
    [table, 'INSERT INTO mywire_ok (id, n) VALUES (7, 1)'],
    ([a]) => affectedRows(a) === 1 && lastInsertId(a) === 0,
  ),
  'last-insert-id-of-expression-missing': asks(
    [table, three, 'UPDATE mywire_ok SET n = LAST_INSERT_ID(7) WHERE id = 2'],
    ([a]) => affectedRows(a) === 1 && lastInsertId(a) === 0,
  ),
  'last-insert-id-of-expression-forgotten': row(
    [table, three, 'UPDATE mywire_ok SET n = LAST_INSERT_ID(7) WHERE id = 2', 'SELECT LAST_INSERT_ID()'],
    (bytes) => bytes === '\x011',
  ),
  'last-insert-id-forgotten': row([table, three, 'SELECT LAST_INSERT_ID()'], (bytes) => bytes === '\x010'),
  'rows-cut-at-1024': asks(crossed(1100), (all) => all.length === 4 + 1024),
  'binary-rows-cut-at-256': asks(
    [packet(Buffer.concat([Buffer.of(0x16), Buffer.from(crossed(300))])), packet('17 01000000 00 01000000')],
    (all) => all.length === 4 + 256,
  ),
  'affected-rows-in-two-bytes': asks(many(65_537), ([a]) => affectedRows(a) === 1),
  // 00 fc 03 00 (3 affected rows), fc 01 00 (the first id)
  'ok-counts-in-three-bytes': asks([table, three], ([a]) => payload(a).toString('hex', 0, 7) === '00fc0300fc0100'),
  'ok-count-of-251-in-one-byte': asks(many(251), ([a]) => payload(a).toString('hex', 0, 3) === '00fb00'),
  'ok-count-of-65535-in-four-bytes': asks(many(65_535), ([a]) => payload(a).toString('hex', 0, 5) === '00fdffff00'),
  'ok-count-of-65536-in-three-bytes': asks(many(65_536), ([a]) => payload(a).toString('hex', 0, 5) === '00fc000000'),
  // 00 01, and fe ff ff ff 00 00 00 00 00 for the id.
  'ok-count-of-16777215-in-nine-bytes': asks(far('16777215'), ([a]) => payload(a).toString('hex', 0, 11) === '0001feffffff0000000000'),
  'last-insert-id-in-one-byte': asks(far('257'), ([a]) => lastInsertId(a) === 1),
  'last-insert-id-in-two-bytes': asks(far('65537'), ([a]) => lastInsertId(a) === 1),
  'last-insert-id-in-three-bytes': asks(far('16777217'), ([a]) => lastInsertId(a) === 1),
  'last-insert-id-in-four-bytes': asks(far('4294967297'), ([a]) => lastInsertId(a) === 1),
  // fe 00 00 00 00 00 00 20 00: 2^53, not the odd number behind it.
  'last-insert-id-as-double': asks(far('9007199254740993'), ([a]) => payload(a).toString('hex', 2, 11) === 'fe0000000000002000'),
  'warnings-in-one-byte': asks(warned300, (all) => warnings(all.at(-1)) === 44),
  'affected-rows-at-most-one': asks([table, three], ([a]) => affectedRows(a) === 1),
  'affected-rows-of-replace-one': asks([table, three, 'REPLACE INTO mywire_ok VALUES (1, 7)'], ([a]) => affectedRows(a) === 1),
  'affected-rows-of-replace-always-two': asks([table, three, 'REPLACE INTO mywire_ok VALUES (9, 9)'], ([a]) => affectedRows(a) === 2),
  'affected-rows-of-on-duplicate-key-one': asks(
    [table, three, 'INSERT INTO mywire_ok VALUES (1, 7) ON DUPLICATE KEY UPDATE n = 7'],
    ([a]) => affectedRows(a) === 1,
  ),
  'affected-rows-of-delete-zero': asks([table, three, 'DELETE FROM mywire_ok'], ([a]) => affectedRows(a) === 0),
  'found-rows-ignored-in-execute': asks(
    [table, three, prepare('UPDATE mywire_ok SET n = 1'), EXECUTE],
    ([a]) => affectedRows(a) === 2,
    FOUND_ROWS,
  ),
  'found-rows-ignored': asks([table, three, 'UPDATE mywire_ok SET n = 1'], ([a]) => affectedRows(a) === 2, FOUND_ROWS),
  'found-rows-unasked': asks([table, three, 'UPDATE mywire_ok SET n = 1'], ([a]) => affectedRows(a) === 3),
  'autocommit-flag-gone-for-good': asks(['SET autocommit = 0', 'SET autocommit = 1'], ([a]) => statusOf(a) === 0),
  'autocommit-flag-stays': asks('SET autocommit = 0', ([a]) => statusOf(a) === 2),
  'no-index-unmarked-without-rows': asks("SELECT id FROM mywire.numbers WHERE name = 'nobody'", (all) => statusOf(all.at(-1)) === 2),
  'no-index-unmarked': asks("SELECT id FROM mywire.numbers WHERE name = 'two'", (all) => statusOf(all.at(-1)) === 2),
  'no-index-always-marked': asks('SELECT 1', (all) => statusOf(all.at(-1)) === 0x22),
  'no-good-index-unmarked': asks(
    'SELECT COUNT(b.name) FROM mywire.types AS a STRAIGHT_JOIN mywire.numbers AS b ON b.id < a.t_tinyint_unsigned',
    (all) => statusOf(all.at(-1)) === 2,
  ),
  'no-good-index-without-tables': asks('SELECT 1', (all) => statusOf(all.at(-1)) === 0x12),
  'database-dropped-unmarked': asks('DROP DATABASE mywire_dropped_1', ([a]) => statusOf(a) === 2),
  'database-dropped-in-vain': asks('SELECT 1', (all) => statusOf(all.at(-1)) === 0x102),
  'slow-query-unmarked': asks(['SET long_query_time = 0', 'SELECT 1'], (all) => statusOf(all.at(-1)) === 2),
  'implicit-transaction-unmarked': asks(['SET autocommit = 0', 'SELECT * FROM numbers'], (all) => statusOf(all.at(-1)) === 0),
  'commit-shows-transaction': asks(['BEGIN', 'COMMIT'], ([a]) => statusOf(a) === 3),
  'savepoint-ends-transaction': asks(['BEGIN', 'SAVEPOINT x', 'ROLLBACK TO SAVEPOINT x'], ([a]) => statusOf(a) === 2),
  'chained-transaction-unmarked': asks(['BEGIN', 'COMMIT AND CHAIN'], ([a]) => statusOf(a) === 2),
  'chained-transaction-may-write': asks(['BEGIN READ ONLY', 'COMMIT AND CHAIN'], ([a]) => statusOf(a) === 3),
  'implicit-commit-shows-transaction': asks(['BEGIN', 'DROP TABLE mywire_x', 'DO 1'], ([a]) => statusOf(a) === 3),
  'ping-says-autocommit': asks(['SET autocommit = 0', PING], ([a]) => statusOf(a) === 2),
  'ping-hides-transaction': asks(['BEGIN', PING], ([a]) => statusOf(a) === 2),
  'set-option-hides-transaction': asks(['BEGIN', packet('1b0100')], ([a]) => statusOf(a) === 2),
  'statement-reset-hides-transaction': asks(['BEGIN', prepare('SELECT 1'), packet('1a01000000')], ([a]) => statusOf(a) === 2),
  'definitions-hide-transaction': asks(['BEGIN', 'SELECT 1'], ([, , a]) => statusOf(a) === 2),
  'read-only-transaction-unmarked': asks('START TRANSACTION READ ONLY', ([a]) => statusOf(a) === 3),
  'no-backslash-escapes-unmarked': asks("SET sql_mode = 'NO_BACKSLASH_ESCAPES'", ([a]) => statusOf(a) === 2),
  'no-rows-hide-transaction': asks(['BEGIN', 'SELECT 1 LIMIT 0'], (all) => statusOf(all.at(-1)) === 2),
  'binary-rows-hide-transaction': asks(['BEGIN', prepare('SELECT 1'), EXECUTE], (all) => statusOf(all.at(-1)) === 2),
  'status-missing-in-end-of-rows': asks(['BEGIN', 'SELECT 1'], (all) => statusOf(all.at(-1)) === 2),
};
