import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { endedCleanly, greeting, loggedIn, loginAsCheck, ping, quit, syntaxErrors } from '../steps.ts';

/** Every command gets its answer, and TCP keeps the order; no manual says that a client must wait. */
const source = [
  manual['mysql/most-commands-answered-by-ok-err-eof'],
  manual['mysql/sequence-id-resets-per-command'],
  manual['mariadb/ping-answer-has-sequence-one'],
  manual['tcp/segments-do-not-match-writes'],
] as const;
const link = 'https://github.com/sysown/proxysql/issues/1463';

const select = (query: string) => ({ message: 'COM_QUERY', with: { query } }) as const;
const rows = (first: string) =>
  ({ expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first } }] }) as const satisfies Step;
const pingOk = { expect: [{ packet: 'OK', sequenceId: 1 }] } as const satisfies Step;
const PING = { message: 'COM_PING' } as const;

/** Commands that are sent before the answer to the one before has come. */
export const cases = [
  {
    id: 'pipelining/login-and-ping',
    title: 'COM_PING in one segment with the handshake response is answered behind the OK',
    level: 'SHOULD',
    source,
    needs: ['check-account', { firstProof: 'check' }],
    script: [greeting, { send: [loginAsCheck.send, PING] }, { expect: [{ packet: 'OK', sequenceId: 2 }] }, pingOk, ...quit],
    link,
    killedBy: ['drops-commands-behind-login', 'coalesced-packets-lost'],
  },
  {
    id: 'pipelining/login-ping-and-quit',
    title: 'a login, COM_PING and COM_QUIT sent without a wait between them get OK, OK and FIN',
    level: 'SHOULD',
    source: [...source, manual['mysql/quit-closes'], manual['mariadb/quit-closes']],
    needs: ['check-account', { firstProof: 'check' }],
    script: [...loggedIn, ...ping, { send: { message: 'COM_QUIT' } }, endedCleanly],
    deliveries: ['coalesced'],
    link,
    killedBy: ['drops-commands-behind-login', 'coalesced-packets-lost'],
  },
  {
    id: 'pipelining/login-query-ping-and-quit',
    title: 'a whole session in one segment behind the greeting gets every answer, then FIN',
    level: 'SHOULD',
    source: [...source, manual['mysql/quit-closes'], manual['mariadb/quit-closes']],
    needs: ['check-account', { firstProof: 'check' }],
    script: [
      greeting,
      { send: [loginAsCheck.send, select('SELECT 1'), PING, { message: 'COM_QUIT' }] },
      { expect: [{ packet: 'OK', sequenceId: 2 }] },
      rows('1'),
      pingOk,
      endedCleanly,
    ],
    link,
    killedBy: [
      'drops-commands-behind-login',
      'coalesced-packets-lost',
      'closes-after-first-pipelined',
      'merges-two-answers-losing-one',
      'sequence-not-reset-by-commands',
    ],
  },
  {
    id: 'pipelining/two-queries',
    title: 'two queries in one segment get two resultsets in their order, each from sequence id 1',
    level: 'SHOULD',
    source: [...source, manual['mysql/query-answers'], manual['mariadb/query-answers']],
    needs: ['check-account'],
    script: [...loggedIn, { send: [select('SELECT 1'), select('SELECT 2')] }, rows('1'), rows('2'), ...quit],
    link: 'https://github.com/sysown/proxysql/issues/2809',
    killedBy: [
      'closes-after-first-pipelined',
      'merges-two-answers-losing-one',
      'swaps-pipelined-answers',
      'sequence-not-reset-by-commands',
    ],
  },
  {
    id: 'pipelining/eight-pings',
    title: 'eight COM_PING in one segment get eight OK, each with sequence id 1',
    level: 'SHOULD',
    source: [...source, manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: [PING, PING, PING, PING, PING, PING, PING, PING] },
      pingOk,
      pingOk,
      pingOk,
      pingOk,
      pingOk,
      pingOk,
      pingOk,
      pingOk,
      ...quit,
    ],
    killedBy: ['closes-after-first-pipelined', 'merges-two-answers-losing-one', 'coalesced-packets-lost', 'sequence-not-reset-by-commands'],
  },
  {
    id: 'pipelining/error-between',
    title: 'a statement that fails does not touch the commands behind it in the segment',
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/query-answers'],
      manual['mariadb/query-answers'],
      manual['mysql/error-1064-parse-error'],
      manual['mariadb/error-1064-prepare'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: [select('SELEC 1'), PING, select('SELECT 2')] },
      { expect: [{ packet: 'ERR', sequenceId: 1, where: { errorCode: { oneOf: syntaxErrors } } }] },
      pingOk,
      rows('2'),
      ...quit,
    ],
    killedBy: ['closes-after-first-pipelined', 'syntax-error-closes', 'merges-two-answers-losing-one'],
  },
  {
    id: 'pipelining/query-and-ping',
    title: 'a COM_PING behind a query is answered behind its resultset',
    level: 'SHOULD',
    source: [...source, manual['mysql/query-answers'], manual['mariadb/query-answers']],
    needs: ['check-account'],
    script: [...loggedIn, { send: [select('SELECT 1'), PING] }, rows('1'), pingOk, ...quit],
    killedBy: ['swaps-pipelined-answers', 'closes-after-first-pipelined', 'merges-two-answers-losing-one'],
  },
  {
    id: 'pipelining/init-db-and-query',
    title: 'COM_INIT_DB with an unknown database and a query behind it get two answers',
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/init-db'],
      manual['mariadb/init-db'],
      manual['mysql/error-1049-unknown-database'],
      manual['mysql/error-1044-database-access-denied'],
      manual['mariadb/error-1049-unknown-database'],
      manual['mariadb/error-1044-database-access-denied'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: [{ message: 'COM_INIT_DB', with: { schema: 'mywire_no_such_db' } }, select('SELECT 1')] },
      // OK is the matter of command/init-db-unknown; the query then has no database to run in.
      {
        expect: [
          { packet: 'ERR', sequenceId: 1, where: { errorCode: { oneOf: [1049, 1044] } } },
          {
            packet: 'OK',
            sequenceId: 1,
            then: [
              { expect: [{ packet: 'ERR', sequenceId: 1, where: { errorCode: { oneOf: [1049, 1044] } } }, ...rows('1').expect] },
              ...quit,
            ],
          },
        ],
      },
      rows('1'),
      ...quit,
    ],
    killedBy: ['closes-after-first-pipelined', 'merges-two-answers-losing-one'],
  },
] as const satisfies readonly Case[];
