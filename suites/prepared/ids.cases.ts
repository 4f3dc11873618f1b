import type { Case } from '../../harness/case/case.ts';
import type { Stimulus } from '../../harness/case/step.ts';
import { noCursorSource } from '../cursor-steps.ts';
import { manual } from '../manual.ts';
import { close, execute, fetch, gives, prepared, unknownStatement } from '../prepared-steps.ts';
import { alive } from '../regression-steps.ts';
import { loggedIn, ping, works } from '../steps.ts';

const unknown = [manual['mysql/error-1243-unknown-statement'], manual['mariadb/error-1243-unknown-statement']] as const;
const needs = ['check-account'] as const;

/** No server is so busy. */
const NOBODY = 0xdeadbeef;
const ofNobody = (message: Stimulus['message'], fields: Stimulus['with'] = {}): Stimulus => ({
  message: message as 'COM_STMT_EXECUTE',
  with: { statementId: NOBODY, ...fields },
});
/** Statement ids that name no statement of the connection. */
export const cases = [
  {
    id: 'prepared/error-of-no-cursor',
    title: 'the ERR 1421 for a statement without an open cursor tells an id',
    level: 'SHOULD',
    source: [...noCursorSource, manual['mysql/error-messages-name'], manual['mariadb/error-messages-name']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1),
      { send: fetch(1) },
      { expect: [{ packet: 'ERR', sequenceId: 1, where: { errorCode: 1421, errorMessage: { pattern: '\\b[1-9][0-9]*\\b' } } }] },
      ...works,
    ],
    killedBy: ['no-cursor-unnamed'],
  },
  {
    id: 'prepared/error-of-an-unknown-id',
    title: 'the ERR 1243 for an id that was never given tells that id',
    level: 'SHOULD',
    source: [...unknown, manual['mysql/error-messages-name'], manual['mariadb/error-messages-name']],
    needs,
    script: [
      ...loggedIn,
      { send: ofNobody('COM_STMT_EXECUTE') },
      { expect: [{ packet: 'ERR', sequenceId: 1, where: { errorCode: 1243, errorMessage: { pattern: String(NOBODY) } } }] },
      ...works,
    ],
    killedBy: ['unknown-statement-unnamed'],
  },
  {
    id: 'prepared/reset-unknown-id',
    title: 'COM_STMT_RESET of an id that was never given is refused with ERR 1243',
    level: 'MUST',
    source: [...unknown, manual['mysql/reset'], manual['mariadb/reset']],
    needs,
    script: [...loggedIn, { send: ofNobody('COM_STMT_RESET') }, unknownStatement, ...works],
    link: 'https://github.com/sysown/proxysql/issues/3371',
    killedBy: ['unknown-statement-closes', 'reset-of-unknown-statement-ok', 'unknown-statement-unsupported'],
  },
  {
    id: 'prepared/fetch-unknown-id',
    title: 'COM_STMT_FETCH of an id that was never given is refused with ERR 1243',
    level: 'MUST',
    source: [...unknown, manual['mysql/execute-cursor'], manual['mariadb/fetch-needs-cursor']],
    needs,
    script: [...loggedIn, { send: ofNobody('COM_STMT_FETCH', { rows: 1 }) }, unknownStatement, ...works],
    killedBy: ['unknown-statement-closes', 'unknown-statement-unsupported'],
  },
  {
    id: 'prepared/close-unknown-id',
    title: 'COM_STMT_CLOSE of an id that was never given is not answered',
    level: 'MUST',
    source: [manual['mysql/close-has-no-answer'], manual['mariadb/close-has-no-answer']],
    needs,
    script: [...loggedIn, { send: ofNobody('COM_STMT_CLOSE') }, ...ping, ...works],
    link: 'https://github.com/sysown/proxysql/issues/3371',
    killedBy: ['unknown-close-answered'],
  },
  {
    id: 'prepared/long-data-unknown-id',
    title: 'COM_STMT_SEND_LONG_DATA for an id that was never given is not answered, and the next client is served',
    level: 'MUST',
    source: [manual['mysql/long-data'], manual['mariadb/long-data']],
    needs,
    script: [...loggedIn, { send: ofNobody('COM_STMT_SEND_LONG_DATA', { parameter: 0, data: '6162' }) }, ...ping, alive, ...works],
    link: 'https://github.com/sysown/proxysql/issues/3371',
    killedBy: ['unknown-long-data-answered', 'unknown-long-data-stops-server'],
  },
  {
    id: 'prepared/execute-closed-id',
    title: 'a statement that has been closed is unknown',
    level: 'MUST',
    source: [...unknown, manual['mysql/close-has-no-answer'], manual['mariadb/close-has-no-answer']],
    needs,
    script: [...loggedIn, ...prepared('SELECT 1', 0, 1), { send: close }, ...ping, { send: execute() }, unknownStatement, ...works],
    perilous: true,
    killedBy: ['closed-statement-lives'],
  },
  {
    id: 'prepared/execute-id-of-another-connection',
    title: 'a statement belongs to its connection: on another one its id is unknown',
    level: 'MUST',
    source: [...unknown, manual['mysql/prepared-statement-is-per-session'], manual['mariadb/prepared-statement-is-per-session']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 42', 0, 1),
      {
        beside: [
          ...loggedIn,
          { send: execute([], { statementId: { from: 'outer.StmtPrepareOK.statementId' } }) },
          unknownStatement,
          ...works,
        ],
      },
      { send: execute() },
      gives('42'),
      ...works,
    ],
    perilous: true,
    killedBy: ['statements-of-all-connections'],
  },
] as const satisfies readonly Case[];
