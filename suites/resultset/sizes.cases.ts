import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { byte } from '../bytes.ts';
import { manual } from '../manual.ts';
import { countsByOne, done, inDatabase, needsTables, query, rows, value } from '../query-steps.ts';
import { keyless, loggedIn, works } from '../steps.ts';

const integers = [manual['mysql/lenenc-integer-forms'], manual['mariadb/lenenc-integer-forms']] as const;
const layout = [manual['mysql/ok-layout'], manual['mariadb/ok-layout']] as const;
const firstId = [manual['mysql/auto-increment-table-option'], manual['mariadb/auto-increment-table-option']] as const;

/** The bytes of a length-encoded integer, as a pattern. */
function lenenc(value: number | string): string {
  const all = BigInt(value);
  const [first, bytes] = all < 251n ? ['', 1] : all < 1n << 16n ? ['\\xfc', 2] : all < 1n << 24n ? ['\\xfd', 3] : ['\\xfe', 8];
  return first + Array.from({ length: bytes }, (_, i) => `\\x${byte(Number((all >> BigInt(8 * i)) & 0xffn))}`).join('');
}

/** More rows than anybody could count in two bytes, without a table. */
const three = 'SELECT 0 AS id UNION ALL SELECT 1 UNION ALL SELECT 2';
const crossed = Array.from('abcdefghijk', (name) => `(${three}) AS ${name}`).join(', ');
const manyRows = { feature: 'joins-of-many-rows' } as const;
const affects = (...counts: readonly number[]): readonly Step[] => [
  ...inDatabase,
  ...counts.flatMap((count) => [
    query(`CREATE TEMPORARY TABLE mywire_many_${count} SELECT a.id FROM ${crossed} LIMIT ${count}`),
    // The manuals tell of no info behind CREATE … SELECT, and of no warning: a LIMIT without an order may have one.
    done({ affectedRows: count, lastInsertId: 0, payload: { pattern: `^\\x00${lenenc(count)}\\x00` } }),
  ]),
  ...works,
];

/** As long as an identifier may be. */
const name64 = `${'n'.repeat(63)}z`;

/** Longer than a length of one byte tells. */
const text255 = `${'n'.repeat(254)}z`;

/** An insert id, and what a client that takes it for a smaller integer makes of it. */
const ids = [
  { id: '251', bytes: 'three bytes', killedBy: ['last-insert-id-missing', 'ok-count-of-251-in-one-byte'] },
  { id: '300', bytes: 'three bytes', killedBy: ['last-insert-id-in-one-byte'] },
  {
    id: '65536',
    bytes: 'four bytes',
    killedBy: ['ok-count-of-65536-in-three-bytes', 'last-insert-id-in-two-bytes', 'last-insert-id-in-one-byte'],
  },
  { id: '16777215', bytes: 'four bytes', killedBy: ['ok-count-of-16777215-in-nine-bytes'] },
  { id: '16777216', bytes: 'nine bytes', killedBy: ['last-insert-id-in-three-bytes', 'last-insert-id-in-two-bytes'] },
  { id: '4294967297', bytes: 'nine bytes', killedBy: ['last-insert-id-in-four-bytes'] },
  { id: '9007199254740993', bytes: 'nine bytes', killedBy: ['last-insert-id-as-double', 'last-insert-id-in-four-bytes'] },
] as const;

/** Counts and ids that take more than a byte, and values whose ends are blanks. */
export const cases = [
  {
    id: 'resultset/affected-rows-300',
    title: 'an OK reports 250 affected rows in one byte, 251, 255 and 300 in three bytes',
    // Of CREATE … SELECT no manual tells the count.
    level: 'SHOULD',
    source: [...integers, ...layout, manual['mysql/affected-rows']],
    needs: [...needsTables, keyless, manyRows],
    script: affects(250, 251, 255, 300),
    killedBy: ['affected-rows-modulo-256', 'ok-count-of-251-in-one-byte', 'ok-counts-in-three-bytes'],
  },
  {
    id: 'resultset/affected-rows-70000',
    title: 'an OK reports 65535 affected rows in three bytes, 65536 and 70000 in four bytes',
    // Of CREATE … SELECT no manual tells the count.
    level: 'SHOULD',
    source: [...integers, ...layout, manual['mysql/affected-rows']],
    needs: [...needsTables, keyless, manyRows],
    script: affects(65_535, 65_536, 70_000),
    deliveries: ['whole'],
    killedBy: [
      'affected-rows-in-two-bytes',
      'affected-rows-modulo-256',
      'ok-count-of-65535-in-four-bytes',
      'ok-count-of-65536-in-three-bytes',
    ],
  },
  {
    id: 'resultset/ok-counts-in-their-shortest-form',
    title: 'the affected rows and the insert id of an OK take one byte where they are below 251',
    level: 'MUST',
    source: [...integers, ...layout, ...firstId],
    needs: [...needsTables, countsByOne],
    script: [
      ...inDatabase,
      query('CREATE TEMPORARY TABLE mywire_far (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, n INT) AUTO_INCREMENT = 250'),
      done(),
      query('INSERT INTO mywire_far (n) VALUES (5)'),
      done({ affectedRows: 1, lastInsertId: 250, payload: { pattern: '^\\x00\\x01\\xfa' } }),
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['ok-counts-in-three-bytes'],
  },
  ...ids.map(
    ({ id, bytes, killedBy }) =>
      ({
        id: `resultset/insert-id-${id}`,
        title: `an OK reports the insert id ${id} in ${bytes}, and LAST_INSERT_ID() is the same`,
        level: 'MUST',
        source: [
          ...integers,
          ...layout,
          ...firstId,
          manual['mysql/insert-id'],
          manual['mysql/last-insert-id-function'],
          manual['mariadb/last-insert-id-function'],
        ],
        needs: [...needsTables, countsByOne],
        script: [
          ...inDatabase,
          query(`CREATE TEMPORARY TABLE mywire_far (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, n INT) AUTO_INCREMENT = ${id}`),
          done(),
          query('INSERT INTO mywire_far (n) VALUES (5)'),
          // As text: from 2^53 on a number would be another one.
          done({
            affectedRows: 1,
            lastInsertId: Number.isSafeInteger(Number(id)) ? Number(id) : id,
            payload: { pattern: `^\\x00\\x01${lenenc(id)}` },
          }),
          query('SELECT LAST_INSERT_ID()'),
          value(id),
          ...works,
        ],
        deliveries: ['whole'],
        killedBy: [...killedBy, 'last-insert-id-forgotten'],
      }) as const satisfies Case,
  ),
  {
    id: 'resultset/rows-70000',
    title: 'all of 70000 rows come, each with the next sequence id',
    level: 'MUST',
    source: [manual['mysql/resultset-order'], manual['mariadb/resultset-order'], manual['mysql/sequence-id-increments-and-wraps']],
    needs: ['check-account', manyRows],
    script: [...loggedIn, query(`SELECT a.id FROM ${crossed} LIMIT 70000`), rows({ columns: 1, rows: 70_000 }), ...works],
    deliveries: ['whole'],
    mostBytes: 1 << 20,
    killedBy: ['rows-cut-at-1024', 'sequence-stays-at-255'],
  },
  {
    id: 'resultset/column-name-of-64-characters',
    title: 'the name of a column has all of the 64 characters of its alias',
    level: 'MUST',
    source: [manual['mysql/column-definition-names'], manual['mariadb/column-definition']],
    needs: ['check-account'],
    script: [...loggedIn, query(`SELECT 1 AS ${name64}`), rows({ columns: 1, 'column.0.name': name64 }), ...works],
    killedBy: ['column-name-cut'],
  },
  {
    id: 'resultset/column-name-of-255-bytes',
    title: 'the name of a column has all of its 255 bytes, and a length of three',
    // That a text without an alias is its own name both servers agree on; of aliases MariaDB keeps 64 characters, MySQL 256.
    level: 'SHOULD',
    source: [manual['mysql/column-definition-names'], manual['mariadb/column-definition'], ...integers],
    needs: ['check-account'],
    script: [...loggedIn, query(`SELECT '${text255}'`), rows({ columns: 1, 'column.0.name': text255, first: text255 }), ...works],
    killedBy: ['column-name-cut-at-250', 'column-name-cut'],
  },
  {
    id: 'resultset/warnings-300',
    title: 'the end of the rows counts 300 warnings, one of each row',
    // That this CAST warns no page says.
    level: 'SHOULD',
    source: [manual['mysql/eof-layout'], manual['mariadb/eof-layout']],
    needs: ['check-account', { feature: 'recursive-queries' }],
    script: [
      ...loggedIn,
      query("WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT CAST(CONCAT('x', i) AS SIGNED) FROM n"),
      rows({ columns: 1, rows: 300, 'row.299.0': '0', warnings: 300 }),
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['warnings-in-one-byte', 'warnings-never-counted'],
  },
  {
    id: 'resultset/value-of-decimal-zeros',
    title: 'a DECIMAL keeps the zeros at the end of its decimals',
    // That a number with a point is a DECIMAL of as many decimals as it is written with no page says.
    level: 'SHOULD',
    source: [
      manual['mysql/text-row'],
      manual['mariadb/resultset-text-row'],
      manual['mysql/column-types'],
      manual['mariadb/column-types'],
      manual['mysql/column-definition-decimals'],
      manual['mariadb/column-definition'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELECT 1.500, -20.0, 0.00'),
      rows({
        'row.0.0': '1.500',
        'row.0.1': '-20.0',
        'row.0.2': '0.00',
        'column.0.type': 246,
        'column.0.decimals': 3,
        'column.1.decimals': 1,
        'column.2.decimals': 2,
      }),
      ...works,
    ],
    killedBy: ['value-decimal-zeros-lost'],
  },
  {
    id: 'resultset/value-with-blanks',
    title: 'the blanks around a text and the bytes of white space in it belong to it',
    level: 'MUST',
    source: [manual['mysql/text-row'], manual['mariadb/resultset-text-row']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query("SELECT '  a  ', ' ', 'b\t\r\n'"),
      rows({ 'row.0.0': '  a  ', 'row.0.1': ' ', 'row.0.2': 'b\t\r\n' }),
      ...works,
    ],
    killedBy: ['value-trimmed'],
  },
] as const satisfies readonly Case[];
