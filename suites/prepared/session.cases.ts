import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { done, execute, inDatabase, prepared, query, text } from '../prepared-steps.ts';
import { countsByOne, needsTables, value } from '../query-steps.ts';
import { loggedIn, ok, works } from '../steps.ts';

/** What an execution leaves to the session, and to statements as text. */
export const cases = [
  {
    id: 'prepared/insert-id-is-known-to-the-session',
    title: 'behind an INSERT by COM_STMT_EXECUTE LAST_INSERT_ID() is the id that its OK has told',
    level: 'MUST',
    source: [manual['mysql/insert-id'], manual['mysql/last-insert-id-function'], manual['mariadb/last-insert-id-function']],
    needs: [...needsTables, countsByOne],
    script: [
      ...inDatabase,
      ...done('CREATE TEMPORARY TABLE mywire_inserted (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'),
      ...prepared('INSERT INTO mywire_inserted (n) VALUES (5)', 0, 0),
      { send: execute() },
      { expect: [{ packet: 'OK', where: { affectedRows: 1, lastInsertId: 1 } }] },
      query('SELECT LAST_INSERT_ID()'),
      value('1'),
      { send: execute() },
      { expect: [{ packet: 'OK', where: { affectedRows: 1, lastInsertId: 2 } }] },
      query('SELECT LAST_INSERT_ID()'),
      value('2'),
      ...works,
    ],
    killedBy: ['execute-leaves-insert-id-of-before'],
  },
  {
    id: 'prepared/user-variable-is-known-to-the-session',
    title: 'a user variable that COM_STMT_EXECUTE has set has its value in the statements behind it',
    level: 'MUST',
    source: [manual['mysql/user-variables-of-a-session'], manual['mariadb/user-variables-of-a-session']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...prepared('SET @mywire_executed = ?', 1, 0),
      { send: execute([text('first')]) },
      ok,
      query('SELECT @mywire_executed'),
      value('first'),
      { send: execute([text('second')]) },
      ok,
      query('SELECT @mywire_executed'),
      value('second'),
      ...works,
    ],
    killedBy: ['execute-leaves-user-variables-of-before'],
  },
] as const satisfies readonly Case[];
