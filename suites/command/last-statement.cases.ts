import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { done, error, inDatabase, needsTables, query, rows, told, value } from '../query-steps.ts';
import { err, loggedIn, works } from '../steps.ts';

const ofConditions = [
  manual['mysql/show-warnings'],
  manual['mysql/show-warnings-keeps-them'],
  manual['mariadb/show-warnings'],
  manual['mysql/signal-without-errno'],
  manual['mariadb/error-1644-signal'],
] as const;
const aTable = [...inDatabase, query('CREATE TEMPORARY TABLE mywire_last (id INT PRIMARY KEY, n INT)'), done()] as const;
const twoRows = [query('INSERT INTO mywire_last VALUES (1, 10), (2, 20)'), done({ affectedRows: 2 })] as const;
const failure = rows({ columns: 3, rows: 1, 'row.0.0': 'Error', 'row.0.1': '1644', 'row.0.2': 'mywire fails' });

/** What a statement leaves to those behind it, and what one that was refused does not leave. */
export const cases = [
  {
    id: 'command/show-warnings-behind-an-err',
    title: 'SHOW WARNINGS and SHOW ERRORS have the ERR of the statement before: its code and its message; each of them may be asked again',
    level: 'MUST',
    source: ofConditions,
    needs: ['check-account', { feature: 'warnings-kept' }],
    script: [
      ...loggedIn,
      query("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'mywire fails'"),
      error(1644, '45000'),
      query('SHOW WARNINGS'),
      failure,
      query('SHOW ERRORS'),
      failure,
      query('SHOW WARNINGS'),
      failure,
      ...works,
    ],
    killedBy: ['err-not-among-warnings', 'warnings-shown-once'],
  },
  {
    id: 'command/row-count',
    title: 'ROW_COUNT() is what the OK before it told of affected rows, and -1 behind a resultset',
    level: 'MUST',
    source: [manual['mysql/row-count'], manual['mariadb/row-count'], manual['mariadb/row-count-of-rows']],
    needs: needsTables,
    script: [
      ...aTable,
      ...twoRows,
      query('SELECT ROW_COUNT()'),
      value('2'),
      query('SELECT ROW_COUNT()'),
      value('-1'),
      query('UPDATE mywire_last SET n = 30 WHERE id = 1'),
      done({ affectedRows: 1 }),
      query('SELECT ROW_COUNT()'),
      value('1'),
      ...works,
    ],
    killedBy: ['row-count-always-of-rows', 'row-count-stays-behind-rows'],
  },
  {
    id: 'command/found-rows-function',
    title: 'FOUND_ROWS() is the number of rows of the resultset before it',
    level: 'MUST',
    source: [manual['mysql/found-rows-function'], manual['mariadb/found-rows-function']],
    needs: needsTables,
    script: [
      ...aTable,
      ...twoRows,
      query('SELECT * FROM mywire_last'),
      rows({ rows: 2 }),
      query('SELECT FOUND_ROWS()'),
      value('2'),
      ...works,
    ],
    killedBy: ['found-rows-always-one'],
  },
  {
    id: 'command/select-into-a-variable',
    title: 'SELECT … INTO a variable is answered by an OK: of one row that it sets, of none with a warning; of two by ERR 1172',
    level: 'MUST',
    source: [manual['mysql/select-into'], manual['mariadb/select-into']],
    needs: [...needsTables, { feature: 'warnings-kept' }],
    script: [
      ...aTable,
      ...twoRows,
      query('SELECT n INTO @mywire_into FROM mywire_last WHERE id = 2'),
      done({ affectedRows: 1, warnings: 0 }),
      query('SELECT @mywire_into'),
      value('20'),
      query('SELECT n INTO @mywire_into FROM mywire_last WHERE id = 3'),
      done({ affectedRows: 0, warnings: 1 }),
      query('SELECT @mywire_into'),
      value('20'),
      query('SELECT n INTO @mywire_into FROM mywire_last'),
      { expect: [{ ...err(1172, '42000'), sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['into-counts-nothing', 'into-without-rows-unwarned', 'into-without-rows-as-null', 'into-takes-first-row'],
  },
  {
    id: 'command/set-is-all-or-nothing',
    title: 'a SET whose second value is refused with ERR 1231 leaves the first variable as it was',
    // MariaDB's page does not speak of it; MariaDB 10.11 and 11.8 do the same.
    level: 'SHOULD',
    source: [manual['mysql/set-is-all-or-nothing'], manual['mysql/error-1231-wrong-value'], manual['mariadb/error-1231-wrong-value']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...told('@@time_zone', 'before'),
      query("SET time_zone = '+03:21', sql_mode = 'mywire_no_such_mode'"),
      error(1231, '42000'),
      query('SELECT @@time_zone'),
      value({ sameAs: 'before.first' }),
      ...works,
    ],
    killedBy: ['refused-set-keeps-its-beginning'],
  },
  {
    id: 'command/set-names-with-a-collation-of-another-set',
    title: 'SET NAMES with a collation of another character set is refused with ERR 1253, and changes nothing',
    level: 'MUST',
    source: [
      manual['mysql/collations-belong-to-a-set'],
      manual['mysql/error-1253-collation-mismatch'],
      manual['mariadb/error-1253-collation-mismatch'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...told('@@character_set_client', 'before'),
      query('SET NAMES latin1 COLLATE utf8mb4_bin'),
      error(1253, '42000'),
      query('SELECT @@character_set_client'),
      value({ sameAs: 'before.first' }),
      ...works,
    ],
    killedBy: ['set-names-takes-any-collation'],
  },
] as const satisfies readonly Case[];
