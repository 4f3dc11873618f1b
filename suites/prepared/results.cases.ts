import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import {
  done,
  execute,
  gives,
  inDatabase,
  loggedInWith,
  longlong,
  nullOf,
  prepared,
  query,
  sameTypes,
  text,
  type,
  value,
} from '../prepared-steps.ts';
import { asShipped, countsByOne, unbuffered } from '../query-steps.ts';
import { err, keyless, loggedIn, ok, ping, works } from '../steps.ts';

const answer = [manual['mysql/execute-answer'], manual['mariadb/execute-answer']] as const;
const rows = [manual['mysql/binary-row'], manual['mariadb/binary-row']] as const;
const needs = ['check-account'] as const;
const counted = [
  manual['mysql/ok-layout'],
  manual['mariadb/ok-layout'],
  manual['mysql/affected-rows'],
  manual['mariadb/row-count'],
] as const;
const withTables = ['check-account', 'database', { feature: 'temporary-tables' }] as const;

/** One row, then ERR 1242: the subquery of the second row has two. */
const FAILS_BEHIND_A_ROW =
  'SELECT (SELECT s.a FROM (SELECT 1 AS a UNION ALL SELECT 2) s WHERE s.a <= t.a) FROM (SELECT 1 AS a UNION ALL SELECT 2) t';
const subqueryRows = [
  ...answer,
  ...rows,
  manual['mysql/binary-resultset-end'],
  manual['mysql/resultset-may-end-with-err'],
  manual['mysql/error-1242-subquery-rows'],
  manual['mariadb/resultset-may-end-with-err'],
  manual['mariadb/error-1242-subquery-rows'],
] as const;
/** A server may find the error before it sends anything. */
const failsBehindARow: Step = {
  expect: [
    { packet: 'ResultsetThenERR', where: { columns: 1, rows: 1, 'row.0.0': '1', errorCode: 1242, sqlState: '21000' } },
    err(1242, '21000'),
  ],
};

/** A SELECT of n columns, of which these (from 0) are NULL. */
const columnsWithNull = (n: number, ...nulls: readonly number[]): string =>
  `SELECT ${Array.from({ length: n }, (_, i) => (nulls.includes(i) ? 'NULL' : String(i))).join(', ')}`;
const nullAt = (n: number, ...nulls: readonly number[]) =>
  [
    ...prepared(columnsWithNull(n, ...nulls), 0, n),
    { send: execute() },
    gives(...Array.from({ length: n }, (_, i) => (nulls.includes(i) ? null : String(i)))),
  ] as const;

const words = done('CREATE TEMPORARY TABLE mywire_prepared (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(20))');

/** What COM_STMT_EXECUTE is answered with. */
export const cases = [
  {
    id: 'prepared/null-bitmap-of-rows',
    title: 'the NULL bitmap of a row begins with two bits of no column: a byte has room for six columns, two have for fourteen',
    level: 'MUST',
    source: rows,
    needs,
    script: [
      ...loggedIn,
      ...nullAt(5, 4),
      ...nullAt(6, 5),
      ...nullAt(7, 6),
      ...nullAt(8, 0, 7),
      ...nullAt(14, 13),
      ...nullAt(15, 6, 14),
      ...works,
    ],
    killedBy: ['binary-bitmap-without-offset', 'binary-bitmap-too-short'],
  },
  {
    id: 'prepared/null-bitmap-of-39-bytes',
    title: 'the NULL bitmap of a row of 300 columns has 39 bytes, and tells the NULLs of the last of them',
    level: 'MUST',
    source: rows,
    needs,
    script: [...loggedIn, ...nullAt(300, 5, 253, 254, 299), ...works],
    killedBy: ['binary-bitmap-of-32-bytes', 'binary-bitmap-without-offset'],
  },
  {
    id: 'prepared/row-of-nulls',
    title: 'a row of NULLs is its header and its bitmap',
    level: 'MUST',
    source: rows,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?', 2, 2),
      { send: execute([nullOf(type.VAR_STRING), nullOf(type.VAR_STRING)]) },
      gives(null, null),
      ...works,
    ],
    killedBy: ['binary-bitmap-without-offset', 'null-parameter-as-empty-string'],
  },
  {
    id: 'prepared/execute-answers-in-binary',
    title: 'the rows of COM_STMT_EXECUTE are binary, those of COM_QUERY beside it are text',
    level: 'MUST',
    source: [...answer, ...rows, manual['mysql/text-row'], manual['mariadb/resultset-text-row']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1),
      { send: execute() },
      gives('1'),
      query('SELECT 1'),
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: '1' } }] },
      { send: execute() },
      gives('1'),
      ...works,
    ],
    killedBy: ['execute-answers-text-rows', 'query-answers-binary-rows-behind-execute', 'binary-row-header-wrong'],
  },
  {
    id: 'prepared/execute-without-rows',
    title: 'a resultset without rows has its definitions and its end',
    level: 'MUST',
    source: [...answer, ...rows],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 1 LIMIT 0', 0, 1),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { columns: 1, rows: 0 } }] },
      ...works,
    ],
    killedBy: ['resultset-without-final-eof', 'execute-without-rows-answers-ok'],
  },
  {
    id: 'prepared/execute-fails-behind-a-row',
    title: 'an ERR in place of the end of binary rows stands behind definitions, EOF and the row before; or alone, with none of them',
    // That the row is sent the manuals leave open; both servers do where they have sent its definition.
    level: 'SHOULD',
    source: subqueryRows,
    needs: [...needs, unbuffered],
    script: [...loggedIn, ...prepared(FAILS_BEHIND_A_ROW, 0, 1), { send: execute() }, failsBehindARow, ...ping, ...works],
    link: 'https://github.com/sysown/proxysql/issues/3547',
    killedBy: ['column-eof-missing-before-err', 'rows-missing-before-err'],
  },
  {
    id: 'prepared/execute-fails-behind-a-row-with-deprecate-eof',
    title: 'with DEPRECATE_EOF an ERR in place of the end of binary rows stands behind definitions and the row before; or alone',
    level: 'SHOULD',
    source: subqueryRows,
    needs: ['check-account', { offers: 'DEPRECATE_EOF' }, unbuffered],
    script: [
      ...loggedInWith({ add: ['DEPRECATE_EOF'] }),
      ...prepared(FAILS_BEHIND_A_ROW, 0, 1),
      { send: execute() },
      failsBehindARow,
      ...ping,
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/issues/3547',
    killedBy: ['rows-missing-before-err', 'eof-before-err-in-spite-of-deprecate-eof'],
  },
  {
    id: 'prepared/insert',
    title: 'an INSERT by COM_STMT_EXECUTE is answered by OK with the rows and the first id that it made',
    level: 'MUST',
    source: [...answer, ...counted, manual['mysql/insert-id'], manual['mariadb/last-insert-id-function']],
    needs: [...withTables, countsByOne],
    script: [
      ...inDatabase,
      ...words,
      ...prepared('INSERT INTO mywire_prepared (word) VALUES (?), (?)', 2, 0),
      { send: execute([text('a'), text("it's")]) },
      { expect: [{ packet: 'OK', where: { affectedRows: 2, lastInsertId: 1 } }] },
      { send: execute([text('c'), nullOf(type.VAR_STRING)], sameTypes) },
      { expect: [{ packet: 'OK', where: { affectedRows: 2, lastInsertId: 3 } }] },
      query('SELECT word FROM mywire_prepared ORDER BY id'),
      { expect: [{ packet: 'TextResultset', where: { rows: 4, 'row.0.0': 'a', 'row.1.0': "it's", 'row.2.0': 'c', 'row.3.0': null } }] },
      ...works,
    ],
    killedBy: ['execute-ok-without-counts', 'null-parameter-as-empty-string'],
  },
  {
    id: 'prepared/info-of-an-execution',
    title: 'the OK that answers COM_STMT_EXECUTE has the info of an INSERT of several rows and of an UPDATE, as that of COM_QUERY does',
    level: 'SHOULD',
    source: [...answer, manual['mysql/ok-layout'], manual['mariadb/ok-layout'], manual['mysql/info-strings']],
    needs: [...withTables, asShipped],
    script: [
      ...inDatabase,
      ...done('CREATE TEMPORARY TABLE mywire_info (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'),
      ...prepared('INSERT INTO mywire_info (n) VALUES (?), (?)', 2, 0),
      { send: execute([longlong(5), longlong(6)]) },
      { expect: [{ packet: 'OK', where: { affectedRows: 2, info: { pattern: '2.+0.+0' } } }] },
      ...prepared('UPDATE mywire_info SET n = ?', 1, 0),
      { send: execute([longlong(6)]) },
      { expect: [{ packet: 'OK', where: { affectedRows: 1, info: { pattern: '2.+1.+0' } } }] },
      ...works,
    ],
    killedBy: ['execute-ok-without-info'],
  },
  {
    id: 'prepared/delete',
    title: 'a DELETE by COM_STMT_EXECUTE is answered by OK with the number of rows, 0 when it runs again',
    level: 'MUST',
    source: [...answer, ...counted],
    needs: [...withTables, asShipped],
    script: [
      ...inDatabase,
      ...words,
      query("INSERT INTO mywire_prepared (word) VALUES ('a'), ('b')"),
      ok,
      ...prepared('DELETE FROM mywire_prepared WHERE id = ?', 1, 0),
      { send: execute([value(type.LONG, '02000000')]) },
      { expect: [{ packet: 'OK', where: { affectedRows: 1 } }] },
      { send: execute([value(type.LONG, '02000000')], sameTypes) },
      { expect: [{ packet: 'OK', where: { affectedRows: 0 } }] },
      ...works,
    ],
    killedBy: ['execute-ok-without-counts'],
  },
  {
    id: 'prepared/create-and-drop',
    title: 'tables are made and dropped by COM_STMT_EXECUTE, and a second time is an ERR',
    level: 'MUST',
    source: [
      ...answer,
      manual['mysql/error-1050-table-exists'],
      manual['mysql/error-1051-unknown-table'],
      manual['mariadb/error-1050-table-exists'],
      manual['mariadb/error-1051-unknown-table'],
    ],
    needs: [...withTables, keyless],
    script: [
      ...inDatabase,
      ...prepared('CREATE TEMPORARY TABLE mywire_prepared (id INT)', 0, 0, 'create'),
      { send: execute() },
      { expect: [{ packet: 'OK', where: { affectedRows: 0 } }] },
      { send: execute() },
      { expect: [err(1050, '42S01')] },
      ...prepared('DROP TEMPORARY TABLE mywire_prepared', 0, 0),
      { send: execute() },
      { expect: [{ packet: 'OK', where: { affectedRows: 0 } }] },
      { send: execute() },
      { expect: [err(1051, '42S02')] },
      { send: execute([], { statementId: { from: 'create.statementId' } }) },
      ok,
      ...works,
    ],
    killedBy: ['prepare-executes', 'execute-runs-once'],
  },
  {
    id: 'prepared/table-gains-a-column',
    title: 'a table that has gained a column since COM_STMT_PREPARE is described and sent with it',
    level: 'MUST',
    source: [
      ...answer,
      manual['mysql/reprepare-on-metadata-change'],
      manual['mysql/status-metadata-changed'],
      manual['mariadb/status-metadata-changed'],
    ],
    needs: [...withTables, keyless],
    script: [
      ...inDatabase,
      ...done('CREATE TEMPORARY TABLE mywire_prepared (id INT)'),
      ...done('INSERT INTO mywire_prepared VALUES (1)'),
      ...prepared('SELECT * FROM mywire_prepared', 0, 1),
      { send: execute() },
      gives('1'),
      ...done('ALTER TABLE mywire_prepared ADD COLUMN more INT DEFAULT 7'),
      { send: execute() },
      {
        expect: [
          {
            packet: 'BinaryResultset',
            where: { columns: 2, 'column.1.name': 'more', 'row.0.0': '1', 'row.0.1': '7', statusFlags: { bits: status.METADATA_CHANGED } },
          },
        ],
      },
      ...works,
    ],
    killedBy: ['reprepare-keeps-columns', 'reprepare-without-flag'],
  },
  {
    id: 'prepared/execute-column-catalog',
    title: 'the catalog of a column is def in the answer to COM_STMT_EXECUTE, too',
    level: 'MUST',
    source: [...answer, manual['mysql/column-definition-names'], manual['mariadb/column-definition']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { columns: 1, 'column.0.catalog': 'def' } }] },
      ...works,
    ],
    killedBy: ['column-catalog-empty', 'column-catalog-empty-in-execute'],
  },
  {
    id: 'prepared/table-changes-a-column',
    title: 'a column that has another name and type since COM_STMT_PREPARE is described and sent with them',
    level: 'MUST',
    source: [...answer, manual['mysql/reprepare-on-metadata-change'], manual['mariadb/status-metadata-changed']],
    needs: [...withTables, keyless],
    script: [
      ...inDatabase,
      ...done('CREATE TEMPORARY TABLE mywire_renamed (id INT)'),
      ...done('INSERT INTO mywire_renamed VALUES (1)'),
      ...prepared('SELECT * FROM mywire_renamed', 0, 1),
      { send: execute() },
      gives('1'),
      ...done('ALTER TABLE mywire_renamed CHANGE COLUMN id other BIGINT'),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { 'column.0.name': 'other', 'column.0.type': 8, 'row.0.0': '1' } }] },
      ...works,
    ],
    killedBy: ['reprepare-keeps-definitions'],
  },
] as const satisfies readonly Case[];
