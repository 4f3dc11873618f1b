import type { Case } from '../../harness/case/case.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { execute, longData, longlong, prepared, sameTypes, sentBefore, type, value } from '../prepared-steps.ts';
import { asShipped, done, inDatabase, needsTables, needsTexts, query, rows } from '../query-steps.ts';
import { err, works } from '../steps.ts';

const fails = [
  manual['mysql/execute-answer'],
  manual['mariadb/execute-answer'],
  manual['mysql/error-of-statements'],
  manual['mariadb/error-of-statements'],
] as const;
/** A table with the key 1, and a statement that gives it another row. */
const insertsKeys = (table: string, definition: string) =>
  [
    ...inDatabase,
    query(`CREATE TEMPORARY TABLE ${table} (a INT PRIMARY KEY, b ${definition})`),
    done(),
    query(`INSERT INTO ${table} VALUES (1, 7)`),
    done({ affectedRows: 1 }),
    ...prepared(`INSERT INTO ${table} VALUES (?, ?)`, 2, 0),
  ] as const;
const keyIsThere = { expect: [err(1062, '23000')] } as const;

/** What a statement keeps, and what not, behind a COM_STMT_EXECUTE that has failed. */
export const cases = [
  {
    id: 'prepared/types-behind-a-failed-execution',
    title: 'the parameter types of an execution that failed hold for the next one that sends none',
    level: 'MUST',
    source: [manual['mysql/execute-layout'], manual['mariadb/execute-layout'], manual['mariadb/execute-types-once'], ...fails],
    needs: needsTables,
    script: [
      ...insertsKeys('mywire_fail', 'INT'),
      { send: execute([longlong(1), longlong(8)]) },
      keyIsThere,
      { send: execute([longlong(2), longlong(9)], sameTypes) },
      done({ affectedRows: 1 }),
      ...works,
    ],
    killedBy: ['types-forgotten-behind-failed-execute', 'parameter-types-forgotten'],
  },
  {
    id: 'prepared/long-data-behind-a-failed-execution',
    title: 'an execution that fails uses the pieces up, too: the next one takes its value from the packet',
    // That an execution ends it MySQL's manual alone says.
    level: 'SHOULD',
    source: [manual['mysql/long-data'], manual['mariadb/long-data'], manual['mysql/long-data-takes-the-place'], ...fails],
    // DELETE of all rows is refused with sql_safe_updates.
    needs: [...needsTexts, asShipped],
    script: [
      ...insertsKeys('mywire_fail_long', 'BLOB'),
      { send: longData(1, ascii('long')) },
      { send: execute([longlong(1), sentBefore(type.BLOB)]) },
      keyIsThere,
      query('DELETE FROM mywire_fail_long'),
      done(),
      { send: execute([longlong(2), value(type.BLOB, ascii('short'))]) },
      done({ affectedRows: 1 }),
      query('SELECT * FROM mywire_fail_long'),
      rows({ rows: 1, 'row.0.0': '2', 'row.0.1': 'short' }),
      ...works,
    ],
    killedBy: ['long-data-stays-behind-failed-execute', 'long-data-stays-behind-execute'],
  },
] as const satisfies readonly Case[];
