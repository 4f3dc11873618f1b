import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Condition, Step } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { execute, fetch, loggedInWith, prepare, prepared, query, withCursor } from '../prepared-steps.ts';
import { asShipped, inAutocommit } from '../query-steps.ts';
import { loggedIn, ok, works } from '../steps.ts';

const end = [
  manual['mysql/execute-answer'],
  manual['mysql/binary-resultset-end'],
  manual['mysql/eof-layout'],
  manual['mariadb/execute-answer'],
  manual['mariadb/eof-layout'],
] as const;
const transaction = [
  ...end,
  manual['mysql/status-flags'],
  manual['mysql/in-trans-is-raised-by-begin'],
  manual['mariadb/status-flags'],
] as const;
const needs = ['check-account'] as const;

const begun = [query('START TRANSACTION'), { expect: [{ packet: 'OK', where: { statusFlags: { bits: status.IN_TRANS } } }] }] as const;
const ended = [query('COMMIT'), { expect: [{ packet: 'OK', where: { statusFlags: { noBits: status.IN_TRANS } } }] }] as const;
const oneRow = (statusFlags: Condition): Alternative => ({
  packet: 'BinaryResultset',
  where: { columns: 1, rows: 1, 'row.0.0': '1', statusFlags },
});
const isOk = (statusFlags: Condition): Step => ({ expect: [{ packet: 'OK', sequenceId: 1, where: { statusFlags } }] });
const isOpened = { packet: 'BinaryResultset', where: { rows: 0, statusFlags: { bits: status.CURSOR_EXISTS | status.IN_TRANS } } } as const;
/** A server may leave the cursor out. */
const cameAtOnce = {
  packet: 'BinaryResultset',
  where: { rows: 1, statusFlags: { noBits: status.CURSOR_EXISTS } },
  means: 'cursors',
} as const;

/** What the end of a binary resultset says beside the rows: transaction and warnings, as that of a text resultset does. */
export const cases = [
  {
    id: 'prepared/prepare-in-a-transaction',
    title: 'in a transaction the EOFs behind the definitions of a prepared statement have SERVER_STATUS_IN_TRANS',
    level: 'MUST',
    source: [...transaction, manual['mysql/prepare-eof'], manual['mariadb/prepare-answer']],
    needs: [...needs, inAutocommit],
    script: [
      ...loggedIn,
      ...begun,
      { send: prepare('SELECT ?') },
      { expect: [{ packet: 'StmtPrepareOK', where: { parameters: 1, columns: 1, definitionsStatusFlags: { bits: status.IN_TRANS } } }] },
      ...ended,
      { send: prepare('SELECT ?') },
      { expect: [{ packet: 'StmtPrepareOK', where: { parameters: 1, columns: 1, definitionsStatusFlags: { noBits: status.IN_TRANS } } }] },
      ...works,
    ],
    killedBy: ['prepare-definitions-hide-transaction'],
  },
  {
    id: 'prepared/execution-that-begins-a-transaction',
    title: 'without autocommit a SELECT that is executed begins a transaction, and the end of its rows says so',
    level: 'SHOULD',
    source: transaction,
    needs: [...needs, { feature: 'numbers-in-transactions' }, inAutocommit],
    script: [
      ...loggedIn,
      query('SET autocommit = 0'),
      ok,
      ...prepared('SELECT * FROM mywire.numbers', 0, 2),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { rows: 3, statusFlags: { all: [{ bits: 1 }, { noBits: 2 }] } } }] },
      query('COMMIT'),
      { expect: [{ packet: 'OK', where: { statusFlags: { noBits: 3 } } }] },
      ...works,
    ],
    killedBy: [
      'execute-begins-no-transaction',
      'implicit-transaction-unmarked',
      'binary-rows-hide-transaction',
      'commit-shows-transaction',
    ],
  },
  {
    id: 'prepared/ok-in-a-transaction',
    title: 'in a transaction the OK that answers COM_STMT_EXECUTE has SERVER_STATUS_IN_TRANS, and behind it no longer',
    level: 'MUST',
    source: [...transaction, manual['mysql/ok-layout'], manual['mariadb/ok-layout']],
    needs: [...needs, inAutocommit],
    script: [
      ...loggedIn,
      ...prepared('DO 1', 0, 0),
      ...begun,
      { send: execute() },
      isOk({ bits: status.IN_TRANS }),
      ...ended,
      { send: execute() },
      isOk({ noBits: status.IN_TRANS }),
      ...works,
    ],
    killedBy: ['execute-ok-hides-transaction'],
  },
  {
    id: 'prepared/ok-of-sql-mode',
    title: 'the mode NO_BACKSLASH_ESCAPES sets its status flag in what answers COM_STMT_EXECUTE, too',
    // MySQL's pages name the flag, and do not say that it follows the mode.
    level: 'SHOULD',
    source: [
      ...end,
      manual['mysql/status-flags'],
      manual['mariadb/status-flags'],
      manual['mysql/no-backslash-escapes'],
      manual['mariadb/no-backslash-escapes'],
    ],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1, 'select'),
      ...prepared("SET sql_mode = 'NO_BACKSLASH_ESCAPES'", 0, 0),
      { send: execute() },
      isOk({ bits: status.NO_BACKSLASH_ESCAPES }),
      { send: { message: 'COM_STMT_EXECUTE', with: { statementId: { from: 'select.statementId' } } } },
      { expect: [oneRow({ bits: status.NO_BACKSLASH_ESCAPES })] },
      ...prepared("SET sql_mode = ''", 0, 0),
      { send: execute() },
      isOk({ noBits: status.NO_BACKSLASH_ESCAPES }),
      ...works,
    ],
    killedBy: ['execute-ok-hides-sql-mode', 'no-backslash-escapes-unmarked'],
  },
  {
    id: 'prepared/rows-in-a-transaction',
    title: 'in a transaction the end of binary rows has SERVER_STATUS_IN_TRANS, and behind it no longer',
    level: 'MUST',
    source: transaction,
    needs: [...needs, inAutocommit],
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1),
      ...begun,
      { send: execute() },
      { expect: [oneRow({ bits: status.IN_TRANS })] },
      ...ended,
      { send: execute() },
      { expect: [oneRow({ noBits: status.IN_TRANS })] },
      ...works,
    ],
    killedBy: ['binary-rows-hide-transaction'],
  },
  {
    id: 'prepared/fetched-rows-in-a-transaction',
    title: 'in a transaction the answer that opens a cursor and the end of fetched rows have SERVER_STATUS_IN_TRANS',
    level: 'MUST',
    source: [...transaction, manual['mysql/execute-cursor'], manual['mariadb/fetch']],
    needs: [...needs, inAutocommit],
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1),
      ...begun,
      { send: execute([], withCursor) },
      { expect: [isOpened, cameAtOnce] },
      { send: fetch(2) },
      { expect: [{ packet: 'FetchedRows', where: { rows: 1, statusFlags: { bits: status.IN_TRANS } } }] },
      ...ended,
      ...works,
    ],
    killedBy: ['fetched-rows-hide-transaction'],
  },
  {
    id: 'prepared/warnings-of-rows',
    title: 'the end of binary rows counts the warnings of the execution',
    // That this CAST warns no page says.
    level: 'SHOULD',
    source: end,
    needs,
    script: [
      ...loggedIn,
      ...prepared("SELECT CAST('x' AS SIGNED)", 0, 1),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { rows: 1, 'row.0.0': '0', warnings: 1 } }] },
      ...works,
    ],
    killedBy: ['warnings-of-binary-rows-never-counted'],
  },
  {
    id: 'prepared/warnings-of-an-ok',
    title: 'the OK that answers COM_STMT_EXECUTE counts the warnings of the execution',
    level: 'MUST',
    source: [
      ...end,
      manual['mysql/ok-layout'],
      manual['mariadb/ok-layout'],
      manual['mysql/drop-if-exists-notes'],
      manual['mariadb/drop-if-exists-notes'],
    ],
    needs: [...needs, 'database', { feature: 'temporary-tables' }, asShipped],
    script: [
      ...loggedInWith({ add: ['CONNECT_WITH_DB'] }),
      ...prepared('DROP TEMPORARY TABLE IF EXISTS mywire_none', 0, 0),
      { send: execute() },
      { expect: [{ packet: 'OK', where: { warnings: 1 } }] },
      ...works,
    ],
    killedBy: ['execute-ok-without-warnings'],
  },
  {
    id: 'prepared/update-with-found-rows',
    title: 'with FOUND_ROWS an UPDATE by COM_STMT_EXECUTE reports the rows that matched',
    level: 'MUST',
    source: [manual['mysql/found-rows'], manual['mariadb/found-rows'], manual['mysql/ok-layout'], manual['mariadb/ok-layout'], ...end],
    needs: [...needs, 'database', { feature: 'temporary-tables' }, asShipped, { offers: 'FOUND_ROWS' }],
    script: [
      ...loggedInWith({ add: ['CONNECT_WITH_DB', 'FOUND_ROWS'] }),
      query('CREATE TEMPORARY TABLE mywire_found (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'),
      ok,
      query('INSERT INTO mywire_found (n) VALUES (1), (2), (3)'),
      ok,
      ...prepared('UPDATE mywire_found SET n = 1', 0, 0),
      { send: execute() },
      { expect: [{ packet: 'OK', where: { affectedRows: 3 } }] },
      ...works,
    ],
    killedBy: ['found-rows-ignored-in-execute'],
  },
] as const satisfies readonly Case[];
