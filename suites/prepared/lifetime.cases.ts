import type { Case } from '../../harness/case/case.ts';
import type { Stimulus } from '../../harness/case/step.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import {
  close,
  execute,
  gives,
  id,
  longData,
  prepare,
  prepared,
  reset,
  sameTypes,
  sentBefore,
  text,
  type,
  unknownStatement,
} from '../prepared-steps.ts';
import { err, loggedIn, ok, ping, syntaxErrors, works } from '../steps.ts';

const answer = [manual['mysql/execute-answer'], manual['mariadb/execute-answer']] as const;
const closing = [manual['mysql/close-has-no-answer'], manual['mariadb/close-has-no-answer']] as const;
const unknown = [manual['mysql/error-1243-unknown-statement'], manual['mariadb/error-1243-unknown-statement']] as const;
const needs = ['check-account'] as const;

/** MariaDB: of the statement prepared last. */
const lastPrepared = (message: 'COM_STMT_EXECUTE' | 'COM_STMT_CLOSE', fields: Stimulus['with'] = {}): Stimulus => ({
  message,
  with: { statementId: 0xffffffff, ...fields },
});

/** How long a prepared statement lives, and commands that do not wait for answers. */
export const cases = [
  {
    id: 'prepared/close-has-no-answer',
    title: 'COM_STMT_CLOSE is not answered: the next packet of the server belongs to the next command',
    level: 'MUST',
    source: closing,
    needs,
    script: [...loggedIn, ...prepared('SELECT 1', 0, 1), { send: close }, ...ping, ...works],
    killedBy: ['close-answered'],
  },
  {
    id: 'prepared/execute-and-close-in-one-segment',
    title: 'two executions, a close and a ping in one segment are answered in their order, the close not at all',
    level: 'SHOULD',
    source: [...closing, ...answer, manual['tcp/segments-do-not-match-writes']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      { send: [execute([text('a')]), execute([text('b')], sameTypes), close, { message: 'COM_PING' }] },
      gives('a'),
      gives('b'),
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['close-answered', 'coalesced-packets-lost', 'parameter-types-forgotten'],
  },
  {
    id: 'prepared/same-text-on-two-connections',
    title: 'what a connection sends for its statement, resets and closes is not that of another one with the same text',
    level: 'MUST',
    source: [
      ...closing,
      ...answer,
      manual['mysql/prepared-statement-is-per-session'],
      manual['mariadb/prepared-statement-is-per-session'],
      manual['mysql/long-data'],
      manual['mariadb/long-data'],
      manual['mysql/reset'],
      manual['mariadb/reset'],
    ],
    needs,
    script: [
      ...loggedIn,
      ...prepared("SELECT ?, 'on two connections'", 1, 2),
      { send: longData(0, ascii('mine')) },
      ...ping,
      {
        beside: [
          ...loggedIn,
          ...prepared("SELECT ?, 'on two connections'", 1, 2),
          { send: longData(0, ascii('theirs')) },
          { send: execute([sentBefore(type.BLOB)]) },
          gives('theirs', 'on two connections'),
          { send: longData(0, ascii('more')) },
          { send: reset },
          ok,
          { send: close },
          ...works,
        ],
      },
      { send: execute([sentBefore(type.BLOB)]) },
      gives('mine', 'on two connections'),
      ...works,
    ],
    killedBy: ['close-takes-same-text-of-others', 'reset-drops-long-data-of-others', 'long-data-shared-by-same-text'],
  },
  {
    id: 'prepared/statement-behind-a-closed-one',
    title: 'a statement that is prepared once another has been closed has an id of its own, and those that are there stay what they are',
    level: 'MUST',
    source: [...closing, manual['mysql/statement-id-names-statement'], manual['mariadb/prepare-answer']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 41', 0, 1, 'first'),
      ...prepared('SELECT 42', 0, 1, 'second'),
      { send: { message: 'COM_STMT_CLOSE', with: { statementId: { from: 'first.statementId' } } } },
      ...prepared('SELECT 43', 0, 1, 'third'),
      { send: execute([], { statementId: { from: 'second.statementId' } }) },
      gives('42'),
      { send: execute([], { statementId: { from: 'third.statementId' } }) },
      gives('43'),
      ...works,
    ],
    killedBy: ['closed-id-counted'],
  },
  {
    id: 'prepared/close-spares-the-others',
    title: 'COM_STMT_CLOSE of the second of three statements leaves the first and the third',
    level: 'MUST',
    source: closing,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 41', 0, 1, 'first'),
      ...prepared('SELECT 42', 0, 1, 'second'),
      ...prepared('SELECT 43', 0, 1, 'third'),
      { send: { message: 'COM_STMT_CLOSE', with: { statementId: { from: 'second.statementId' } } } },
      { send: execute([], { statementId: { from: 'third.statementId' } }) },
      gives('43'),
      { send: execute([], { statementId: { from: 'first.statementId' } }) },
      gives('41'),
      ...works,
    ],
    killedBy: ['close-takes-the-next'],
  },
  {
    id: 'prepared/reset-connection-drops-statements',
    title: 'COM_RESET_CONNECTION drops prepared statements',
    level: 'MUST',
    source: [manual['mysql/reset-connection-deallocates'], manual['mariadb/reset-connection-closes-statements'], ...unknown],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1),
      { send: { message: 'COM_RESET_CONNECTION' } },
      ok,
      { send: execute() },
      unknownStatement,
      ...prepared('SELECT 2', 0, 1),
      { send: execute() },
      gives('2'),
      ...works,
    ],
    killedBy: ['reset-connection-keeps-statements'],
  },
  {
    id: 'prepared/prepare-and-execute-in-one-segment',
    title: 'COM_STMT_PREPARE, COM_STMT_EXECUTE with the id -1 and COM_STMT_CLOSE in one segment prepare, execute and close one statement',
    // That the id -1 holds for COM_STMT_CLOSE, too, the manual does not say.
    level: 'SHOULD',
    source: [
      manual['mariadb/execute-last-statement'],
      manual['mariadb/last-statement-with-bulk-operations'],
      ...closing,
      manual['mariadb/error-1243-unknown-statement'],
    ],
    needs: ['check-account', { offersMariadb: 'STMT_BULK_OPERATIONS' }],
    script: [
      ...loggedIn,
      {
        send: [
          prepare('SELECT ?'),
          lastPrepared('COM_STMT_EXECUTE', { parameters: [text('direct')] }),
          lastPrepared('COM_STMT_CLOSE'),
          { message: 'COM_PING' },
        ],
      },
      { expect: [{ packet: 'StmtPrepareOK', where: { parameters: 1, columns: 1 } }] },
      gives('direct'),
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      { send: { message: 'COM_STMT_EXECUTE', with: { statementId: id, parameters: [text('closed')] } } },
      unknownStatement,
      ...works,
    ],
    link: 'https://jira.mariadb.org/browse/MXS-2490',
    killedBy: ['last-statement-unknown', 'closed-statement-lives'],
  },
  {
    id: 'prepared/refused-prepare-and-execute-in-one-segment',
    title: 'behind a COM_STMT_PREPARE that failed the id -1 is unknown, though a statement was prepared before it',
    level: 'MUST',
    source: [
      manual['mariadb/execute-last-statement'],
      manual['mariadb/last-statement-with-bulk-operations'],
      manual['mariadb/error-1243-unknown-statement'],
      manual['mariadb/error-1064-prepare'],
    ],
    needs: ['check-account', { offersMariadb: 'STMT_BULK_OPERATIONS' }],
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1),
      { send: [prepare('SELEC 1'), lastPrepared('COM_STMT_EXECUTE')] },
      { expect: [err(syntaxErrors, '42000')] },
      unknownStatement,
      { send: execute() },
      gives('1'),
      ...works,
    ],
    link: 'https://jira.mariadb.org/browse/MXS-2490',
    killedBy: ['last-statement-survives-refusal'],
  },
] as const satisfies readonly Case[];
