import type { Case } from '../../harness/case/case.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { execute, gives, longData, longlong, nullOf, prepared, sameTypes, sentBefore, text, type } from '../prepared-steps.ts';
import { inAutocommit } from '../query-steps.ts';
import { query } from '../regression-steps.ts';
import { loggedIn, ok, ping, works } from '../steps.ts';

const product = 'MaxScale';
const jira = (number: number) => `https://jira.mariadb.org/browse/MXS-${number}` as const;
const longDatas = [manual['mysql/long-data'], manual['mariadb/long-data']] as const;
const changing = [
  manual['mysql/change-user-gets-auth-switch'],
  manual['mysql/change-user-ends-with-ok-or-err-and-close'],
  manual['mariadb/change-user-resets-and-logs-in'],
] as const;

/** MaxScale: COM_CHANGE_USER and prepared statements, in the order of its issues. */
export const cases = [
  {
    id: 'regression/maxscale-1808-long-data',
    title: 'COM_STMT_SEND_LONG_DATA has no answer, and the commands behind it are answered',
    level: 'MUST',
    source: longDatas,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      { send: longData(0, ascii('abc')) },
      ...ping,
      { send: execute([sentBefore(type.BLOB)]) },
      gives('abc'),
      ...works,
    ],
    link: jira(1808),
    regression: { product, issue: 'MXS-1808', fixed: '2.2.5' },
    killedBy: ['long-data-answered'],
  },
  {
    id: 'regression/maxscale-1901-long-data-in-pieces',
    title: 'pieces of a parameter that are sent one behind the other all reach the statement',
    level: 'MUST',
    source: longDatas,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      ...['abc', 'def', 'ghi'].map((piece) => ({ send: longData(0, ascii(piece)) })),
      { send: execute([sentBefore(type.BLOB)]) },
      gives('abcdefghi'),
      ...works,
    ],
    link: jira(1901),
    regression: { product, issue: 'MXS-1901', fixed: '2.3.10' },
    killedBy: ['long-data-keeps-last-chunk'],
  },
  {
    id: 'regression/maxscale-1826-scramble-of-change-user',
    title:
      'COM_CHANGE_USER to an account with a password succeeds, at once or with the proof for the scramble of the AuthSwitchRequest that answers it',
    level: 'MUST',
    source: [...changing, manual['mysql/auth-switch-layout'], manual['mariadb/auth-switch-layout']],
    needs: ['check-account', 'login-account', { offers: 'PLUGIN_AUTH' }],
    // The bytes of session/change-user-to-another, which asks whose the session is then.
    script: [...loggedIn, { send: { message: 'COM_CHANGE_USER', account: 'login' } }, ok, ...works],
    deliveries: ['whole'],
    link: jira(1826),
    regression: { product, issue: 'MXS-1826', fixed: '2.2.6' },
    killedBy: ['auth-switch-checks-greeting-scramble'],
  },
  {
    id: 'regression/maxscale-2521-execute-without-types',
    title: 'an execution behind a COMMIT that sends no types has those of the one before it',
    level: 'MUST',
    source: [
      manual['mysql/execute-layout'],
      manual['mysql/execute-types'],
      manual['mariadb/execute-layout'],
      manual['mariadb/execute-types-once'],
    ],
    needs: ['check-account', inAutocommit],
    // readwritesplit had the first one run on one server and the second, outside the transaction, on another that knew no types.
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, 5', 2, 3),
      query('START TRANSACTION'),
      ok,
      { send: execute([longlong(7), text('a')]) },
      gives('7', 'a', '5'),
      query('COMMIT'),
      ok,
      { send: execute([longlong(8), nullOf(type.VAR_STRING)], sameTypes) },
      gives('8', null, '5'),
      ...works,
    ],
    deliveries: ['whole'],
    link: jira(2521),
    regression: { product, issue: 'MXS-2521', fixed: '2.3.9, 2.4.1' },
    killedBy: ['parameter-types-forgotten'],
  },
] as const satisfies readonly Case[];
