import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { done, error, query, rows, value } from '../query-steps.ts';
import { loggedIn, works } from '../steps.ts';

/** What is asked for by a name that the session has given, and by GET DIAGNOSTICS. */
export const cases = [
  {
    id: 'command/statement-of-sql',
    title: 'EXECUTE of what PREPARE has made is answered with text rows, each time; behind DEALLOCATE PREPARE with ERR 1243',
    level: 'MUST',
    source: [
      manual['mysql/prepare-of-sql'],
      manual['mariadb/prepare-of-sql'],
      manual['mariadb/deallocate-prepare'],
      manual['mysql/error-1243-unknown-statement'],
      manual['mariadb/error-1243-unknown-statement'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query("PREPARE mywire_named FROM 'SELECT 5'"),
      done({ affectedRows: 0, warnings: 0 }),
      query('EXECUTE mywire_named'),
      value('5'),
      query('EXECUTE mywire_named'),
      value('5'),
      query('DEALLOCATE PREPARE mywire_named'),
      done({ affectedRows: 0, warnings: 0 }),
      query('EXECUTE mywire_named'),
      error(1243, 'HY000'),
      ...works,
    ],
    killedBy: ['execute-of-sql-without-value', 'deallocate-keeps-statement'],
  },
  {
    id: 'command/get-diagnostics-behind-an-err',
    title: 'GET DIAGNOSTICS is answered by OK, and gives code, SQLSTATE and message of the ERR before it',
    level: 'MUST',
    source: [
      manual['mysql/get-diagnostics'],
      manual['mariadb/get-diagnostics'],
      manual['mysql/show-warnings-keeps-them'],
      manual['mysql/signal-without-errno'],
      manual['mariadb/error-1644-signal'],
    ],
    needs: ['check-account', { feature: 'warnings-kept' }],
    script: [
      ...loggedIn,
      query("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'mywire fails'"),
      error(1644, '45000'),
      query('GET DIAGNOSTICS CONDITION 1 @mywire_code = MYSQL_ERRNO, @mywire_state = RETURNED_SQLSTATE, @mywire_text = MESSAGE_TEXT'),
      done(),
      query('SELECT @mywire_code, @mywire_state, @mywire_text'),
      rows({ columns: 3, rows: 1, 'row.0.0': '1644', 'row.0.1': '45000', 'row.0.2': 'mywire fails' }),
      ...works,
    ],
    killedBy: ['get-diagnostics-of-nothing'],
  },
] as const satisfies readonly Case[];
