import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { beginsInFull, inAutocommit, loggedInWith, query, rows, unbuffered, value, xs } from '../query-steps.ts';
import { err, loggedIn, works } from '../steps.ts';

const source = [manual['mysql/resultset-order'], manual['mariadb/resultset-order']] as const;
const lengths = [manual['mysql/lenenc-integer-forms'], manual['mariadb/lenenc-integer-forms'], manual['mysql/text-row']] as const;
const needs = ['check-account'] as const;
const threeHundred = 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i FROM n ORDER BY i';
const ofLength = (length: number) =>
  [...loggedIn, query(`SELECT REPEAT('x', ${length})`), rows({ columns: 1, rows: 1, first: xs(length), spareBytes: 0 }), ...works] as const;
const failsOnTheWay = 'SELECT (SELECT id FROM mywire.numbers WHERE id > n.id) AS next FROM mywire.numbers AS n ORDER BY n.id DESC';
/** A server may find the error before it sends anything. */
const subqueryOfManyRows = {
  expect: [
    { packet: 'ResultsetThenERR', where: { columns: 1, rows: 2, 'row.0.0': null, 'row.1.0': '3', errorCode: 1242, sqlState: '21000' } },
    err(1242, '21000'),
  ],
} as const;
const mayFail = [
  manual['mysql/resultset-may-end-with-err'],
  manual['mariadb/resultset-may-end-with-err'],
  manual['mysql/error-1242-subquery-of-many-rows'],
  manual['mariadb/error-1242-subquery-rows'],
] as const;
const unnamed = [
  query('SELECT 1, 2'),
  // A row, and no column definition that was read now.
  rows({ columns: 2, rows: 1, 'row.0.0': '1', 'row.0.1': '2', 'column.0': { absent: true } }),
] as const;

/** Counts of rows, lengths of values, and what ends the rows. */
export const cases = [
  {
    id: 'resultset/no-rows',
    title: 'a resultset without rows still has its columns and its end',
    level: 'MUST',
    source,
    needs,
    script: [...loggedIn, query('SELECT 1 LIMIT 0'), rows({ columns: 1, rows: 0, 'column.0.name': '1', warnings: 0 }), ...works],
    link: 'https://github.com/ClickHouse/ClickHouse/issues/10735',
    killedBy: ['resultset-without-final-eof', 'resultset-without-column-eof', 'resultset-empty-as-ok'],
  },
  {
    id: 'resultset/empty-string-and-null',
    title: 'NULL and the empty string in one row stay apart, each in its place',
    level: 'MUST',
    source: [manual['mysql/text-row'], manual['mariadb/resultset-text-row'], manual['mariadb/lenenc-integer-forms']],
    needs: [...needs, { feature: 'empty-strings' }],
    script: [
      ...loggedIn,
      query("SELECT '', NULL, 'x', NULL, ''"),
      rows({ columns: 5, rows: 1, 'row.0.0': '', 'row.0.1': null, 'row.0.2': 'x', 'row.0.3': null, 'row.0.4': '' }),
      ...works,
    ],
    killedBy: ['value-empty-as-null', 'null-as-empty-string'],
  },
  {
    id: 'resultset/null-behind-a-long-value',
    title: 'NULL and the empty string behind values of 250, 251 and 300 bytes stay apart, each in its place',
    level: 'MUST',
    source: [manual['mariadb/resultset-text-row'], ...lengths],
    needs: [...needs, { feature: 'empty-strings' }],
    script: [
      ...loggedIn,
      query(`SELECT ${[250, 251, 300].map((length) => `'${'x'.repeat(length)}' AS a${length}, NULL, ''`).join(', ')}`),
      rows({
        columns: 9,
        rows: 1,
        ...Object.fromEntries(
          [250, 251, 300].flatMap((length, i) => [
            [`row.0.${3 * i}`, xs(length)] as const,
            [`row.0.${3 * i + 1}`, null] as const,
            [`row.0.${3 * i + 2}`, ''] as const,
          ]),
        ),
      }),
      ...works,
    ],
    killedBy: ['null-behind-long-value-as-empty-string', 'null-as-empty-string', 'value-empty-as-null'],
  },
  {
    id: 'resultset/rows-300',
    title: 'the sequence id of 300 rows goes on with 0 behind 255',
    level: 'MUST',
    source: [
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-follows-last-received'],
      manual['mariadb/packet-has-length-sequence-body'],
    ],
    needs: [...needs, { feature: 'recursive-queries' }],
    script: [...loggedIn, query(threeHundred), rows({ rows: 300, 'row.0.0': '1', 'row.255.0': '256', 'row.299.0': '300' }), ...works],
    killedBy: ['sequence-stays-at-255'],
  },
  {
    id: 'resultset/value-of-250-bytes',
    title: 'the length of a value of 250 bytes takes one byte',
    level: 'MUST',
    source: lengths,
    needs,
    script: ofLength(250),
    killedBy: ['length-250-as-null', 'value-length-in-three-bytes'],
  },
  {
    id: 'resultset/value-of-251-bytes',
    title: 'the length of a value of 251 bytes takes three: 0xfb is NULL',
    level: 'MUST',
    source: lengths,
    needs,
    script: ofLength(251),
    killedBy: ['length-251-in-one-byte'],
  },
  {
    id: 'resultset/value-of-65535-bytes',
    title: 'the length of a value of 65535 bytes takes 0xfc and two bytes',
    level: 'MUST',
    source: lengths,
    needs: [...needs, { feature: 'values-of-512-kib' }],
    script: ofLength(65535),
    deliveries: ['whole'],
    killedBy: ['length-of-15-bits'],
  },
  {
    id: 'resultset/value-of-65536-bytes',
    title: 'the length of a value of 65536 bytes takes 0xfd and three bytes',
    level: 'MUST',
    source: lengths,
    needs: [...needs, { feature: 'values-of-512-kib' }],
    script: ofLength(65536),
    deliveries: ['whole'],
    killedBy: ['length-65536-in-two-bytes'],
  },
  {
    id: 'resultset/lengths-in-their-shortest-form',
    title: 'the column count, and each length in a definition and in a text row, takes no more bytes than its value needs',
    level: 'MUST',
    source: lengths,
    needs,
    script: [
      ...loggedIn,
      query("SELECT '', NULL, 'x', NULL, ''"),
      rows({ columns: 5, rows: 1, spareBytes: 0 }),
      query("SELECT REPEAT('x', 251)"),
      rows({ columns: 1, rows: 1, spareBytes: 0 }),
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['column-count-in-three-bytes', 'value-length-in-three-bytes', 'name-length-in-three-bytes'],
  },
  {
    id: 'resultset/warnings-of-rows',
    title: 'the EOF behind rows counts the warnings of the statement',
    // That this CAST warns no page says.
    level: 'SHOULD',
    source: [manual['mysql/eof-layout'], manual['mariadb/eof-layout']],
    needs,
    script: [...loggedIn, query("SELECT CAST('x' AS SIGNED)"), rows({ rows: 1, first: '0', warnings: 1 }), ...works],
    killedBy: ['warnings-never-counted'],
  },
  {
    id: 'resultset/warnings-without-rows',
    title: 'the EOF of a resultset without rows counts the warnings of the statement, too',
    // That this CAST warns no page says, nor how often it is carried out.
    level: 'SHOULD',
    source: [manual['mysql/eof-layout'], manual['mariadb/eof-layout']],
    needs: [...needs, { feature: 'numbers' }],
    script: [
      ...loggedIn,
      query("SELECT id FROM mywire.numbers WHERE id = CAST('x' AS SIGNED)"),
      rows({ rows: 0, warnings: { min: 1 } }),
      ...works,
    ],
    killedBy: ['warnings-without-rows-uncounted', 'warnings-never-counted'],
  },
  {
    id: 'resultset/end-of-rows-is-ok',
    title: 'with DEPRECATE_EOF the OK that ends rows has header 0xfe, no affected rows, the status and the warnings',
    // That this CAST warns no page says, and of the counts only that they are there.
    level: 'SHOULD',
    source: [
      manual['mysql/ok-as-eof-only-with-deprecate-eof'],
      manual['mysql/ok-layout'],
      manual['mysql/status-flags'],
      manual['mariadb/ok-layout'],
      manual['mariadb/resultset-terminator'],
      manual['mariadb/status-flags'],
    ],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }, inAutocommit],
    script: [
      ...loggedInWith({ add: ['DEPRECATE_EOF'] }),
      query('START TRANSACTION'),
      { expect: [{ packet: 'OK', where: { statusFlags: { bits: 3 } } }] },
      query("SELECT CAST('x' AS SIGNED)"),
      rows({ rows: 1, affectedRows: 0, lastInsertId: 0, statusFlags: { bits: 3 }, warnings: 1 }),
      ...works,
    ],
    killedBy: ['end-of-rows-with-header-zero', 'end-of-rows-short', 'status-missing-in-end-of-rows', 'warnings-never-counted'],
  },
  {
    id: 'resultset/no-rows-with-deprecate-eof',
    title: 'with DEPRECATE_EOF the OK that ends no rows has header 0xfe, too',
    level: 'MUST',
    source: [manual['mysql/ok-as-eof-only-with-deprecate-eof'], manual['mariadb/resultset-terminator']],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }],
    script: [...loggedInWith({ add: ['DEPRECATE_EOF'] }), query('SELECT 1 LIMIT 0'), rows({ columns: 1, rows: 0, warnings: 0 }), ...works],
    killedBy: ['end-of-rows-with-header-zero', 'end-of-no-rows-with-header-zero'],
  },
  {
    id: 'resultset/rows-then-err',
    title: 'a statement that fails in its third row sends two rows and then ERR, or ERR alone, and the connection goes on',
    // That the rows are sent the manuals leave open; both servers do where they have sent their definition.
    level: 'SHOULD',
    source: mayFail,
    needs: [...needs, { feature: 'numbers' }, unbuffered],
    script: [...loggedIn, query(failsOnTheWay), subqueryOfManyRows, ...works],
    killedBy: ['err-behind-rows-swallowed', 'err-behind-rows-without-them'],
  },
  {
    id: 'resultset/rows-then-err-with-deprecate-eof',
    title: 'with DEPRECATE_EOF too, a statement that fails in its third row sends two rows and then ERR, or ERR alone',
    level: 'SHOULD',
    source: mayFail,
    needs: [...needs, { feature: 'numbers' }, { offers: 'DEPRECATE_EOF' }, unbuffered],
    script: [...loggedInWith({ add: ['DEPRECATE_EOF'] }), query(failsOnTheWay), subqueryOfManyRows, ...works],
    killedBy: ['err-behind-rows-swallowed', 'err-behind-rows-without-them'],
  },
  {
    id: 'resultset/metadata-full',
    title: 'with OPTIONAL_RESULTSET_METADATA a byte beside the column count says that definitions follow',
    level: 'MUST',
    source: [manual['mysql/optional-metadata'], manual['mysql/resultset-metadata-follows'], manual['mysql/resultset-order']],
    // The manual has it in front of the count, MySQL sends it behind; of one column both are 01 01.
    needs: [...needs, { dialect: 'mysql' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }, beginsInFull],
    script: [
      ...loggedInWith({ add: ['OPTIONAL_RESULTSET_METADATA'] }),
      query('SELECT 1 AS one'),
      rows({ columns: 1, 'column.0.name': 'one', first: '1' }),
      ...works,
    ],
    killedBy: ['metadata-follows-missing'],
  },
  {
    id: 'resultset/metadata-none',
    title: 'after SET resultset_metadata=NONE a resultset has no definitions, an EOF in their place, and its rows',
    // The manual has the flag in front of the column count, MySQL sends it behind.
    level: 'SHOULD',
    source: [manual['mysql/optional-metadata'], manual['mysql/resultset-metadata-follows']],
    needs: [...needs, { dialect: 'mysql' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }],
    script: [
      ...loggedInWith({ add: ['OPTIONAL_RESULTSET_METADATA'] }),
      query("SET resultset_metadata = 'NONE'"),
      { expect: [{ packet: 'OK' }] },
      // Two columns: who counts the packets of definitions that do not come takes the one row and the EOF for them.
      ...unnamed,
      ...works,
    ],
    killedBy: ['metadata-none-ignored', 'metadata-none-without-eof', 'metadata-none-of-two-columns-hangs'],
  },
  {
    id: 'resultset/metadata-none-with-deprecate-eof',
    title: 'with DEPRECATE_EOF too, after SET resultset_metadata=NONE the rows of a resultset stand right behind its column count',
    level: 'SHOULD',
    source: [manual['mysql/optional-metadata'], manual['mysql/resultset-metadata-follows']],
    needs: [...needs, { dialect: 'mysql' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }, { offers: 'DEPRECATE_EOF' }],
    script: [
      ...loggedInWith({ add: ['OPTIONAL_RESULTSET_METADATA', 'DEPRECATE_EOF'] }),
      query("SET resultset_metadata = 'NONE'"),
      { expect: [{ packet: 'OK' }] },
      ...unnamed,
      ...works,
    ],
    killedBy: ['metadata-none-ignored', 'metadata-none-with-eof-unasked', 'metadata-none-of-two-columns-hangs'],
  },
  {
    id: 'resultset/metadata-none-refused',
    title: 'without OPTIONAL_RESULTSET_METADATA, resultset_metadata cannot be set to NONE: an ERR, and definitions as before',
    level: 'MUST',
    source: [manual['mysql/optional-metadata'], manual['mysql/resultset-order']],
    // Where there is no such variable any SET of it gets an ERR.
    needs: [...needs, { dialect: 'mysql' }, { feature: 'resultset-metadata' }],
    script: [
      ...loggedIn,
      query("SET resultset_metadata = 'NONE'"),
      // MySQL: 3640, which its manual connects with no such statement.
      { expect: [{ packet: 'ERR' }] },
      query('SELECT 1 AS one'),
      rows({ columns: 1, rows: 1, 'column.0.name': 'one', first: '1' }),
      ...works,
    ],
    killedBy: ['metadata-none-without-flag', 'metadata-none-in-spite-of-err'],
  },
  {
    id: 'resultset/four-byte-characters',
    title: 'behind SET NAMES utf8mb4 characters of four bytes in UTF-8 come back as they went',
    level: 'SHOULD',
    source: [manual['mysql/results-character-set'], manual['mysql/set-names'], manual['mariadb/set-names']],
    needs,
    script: [
      ...loggedIn,
      query('SET NAMES utf8mb4'),
      { expect: [{ packet: 'OK' }] },
      query("SELECT '\xf0\x9f\x98\x80' AS smile"),
      value('\xf0\x9f\x98\x80'),
      ...works,
    ],
    killedBy: ['value-four-byte-characters-lost'],
  },
] as const satisfies readonly Case[];
