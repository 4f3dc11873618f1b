import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { ended, err, greeting, killed, killedItself, loggedIn, ok, ordinary, quit, works } from '../steps.ts';

const errors = [manual['mysql/error-of-commands'], manual['mariadb/error-of-commands']] as const;
/** Every account may kill its own, without a privilege. */
const ownThreads = [manual['mysql/kill-own-threads-only'], manual['mariadb/kill-own-threads-only']] as const;
const connection = [manual['mysql/kill-connection'], manual['mariadb/kill-connection'], ...ownThreads] as const;
const statement = [manual['mysql/kill-query'], manual['mariadb/kill-query'], ...ownThreads] as const;
const command = [
  manual['mariadb/process-kill-ends-a-connection'],
  manual['mariadb/kill-connection'],
  manual['mariadb/error-of-commands'],
] as const;

const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
/** `KILL 12`, with the thread id of a greeting. */
const kill = (before: string, from = 'HandshakeV10.threadId') =>
  ({ send: { message: 'COM_QUERY', with: { query: { from, before } } } }) as const satisfies Step;
const OTHER = 'outer.HandshakeV10.threadId';
const done = { expect: [{ packet: 'OK', sequenceId: 1 }] } as const satisfies Step;
/** By then the statement of the other connection runs. */
const aMoment = [query('DO SLEEP(0.2)'), done] as const;
/** How long it does, which is longer than an answer may take: a server that serves one at a time is told by the silence of the second. */
const RUNS_S = 9;
/** Behind its end a KILL would find nothing. */
const whileItRuns = (before: string) =>
  ({ beside: [...loggedIn, ...aMoment, kill(before, OTHER), done, ...quit], mostMs: (RUNS_S - 1) * 1000 }) as const satisfies Step;

const interrupted = { errorCode: 1317, sqlState: '70100' } as const;

/** COM_PROCESS_KILL, KILL and KILL QUERY, of itself and from a second connection. */
export const cases = [
  {
    id: 'command/kill-a-running-statement',
    title: 'KILL of a connection that executes a SLEEP() ends both, behind an ERR that says so, or the 1 of the SLEEP(), at most',
    level: 'MUST',
    source: [...connection, ...errors, manual['mysql/sleep-interrupted'], manual['mariadb/sleep-interrupted']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query(`SELECT SLEEP(${RUNS_S})`),
      whileItRuns('KILL CONNECTION '),
      { expect: [...killed[0].expect, { packet: 'TextResultset', sequenceId: 1, where: { rows: 1, first: '1' }, then: killed }] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['kill-lets-statement-end'],
  },
  {
    id: 'command/kill-query',
    title: 'KILL QUERY ends the statement with ERR 1317 (70100), and leaves the connection and its next statement intact',
    level: 'MUST',
    source: [...statement, ...errors, manual['mysql/sleep-as-a-part-interrupted']],
    needs: ['check-account', { feature: 'numbers' }, { feature: 'selects-of-a-second' }],
    // SLEEP as a part of a query: alone it would return 1 on MySQL.
    script: [
      ...loggedIn,
      query(`SELECT 1 FROM mywire.numbers WHERE SLEEP(${RUNS_S})`),
      whileItRuns('KILL QUERY '),
      {
        expect: [
          { packet: 'ResultsetThenERR', sequenceId: 1, where: interrupted },
          { packet: 'ERR', sequenceId: 1, where: interrupted },
        ],
      },
      query('SELECT 2'),
      { expect: [{ packet: 'TextResultset', where: { first: '2' } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['kill-query-ends-connection', 'kill-query-ignored', 'kill-query-hits-one-more'],
  },
  {
    id: 'command/kill-query-of-an-idle-connection',
    title: 'KILL QUERY of an idle connection does nothing: its next statement is executed',
    level: 'SHOULD',
    source: statement,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { beside: [...loggedIn, kill('KILL QUERY ', OTHER), done, ...quit] },
      query('SELECT 2'),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { first: '2' } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['kill-query-hits-next-statement', 'kill-query-ends-connection'],
  },
  {
    id: 'command/kill-with-a-comment',
    title: 'KILL /*QUERY*/ is a KILL: what stands in a comment is no modifier, and the connection ends',
    level: 'MUST',
    source: [...connection, ...errors, manual['mysql/comment-is-nothing'], manual['mariadb/comment-is-nothing']],
    needs: ['check-account'],
    script: [...loggedIn, { beside: [...loggedIn, kill('KILL /*QUERY*/ ', OTHER), done, ...quit] }, ...killed],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MXS-2536',
    killedBy: ['kill-reads-comments'],
  },
  {
    id: 'command/kill-and-ping',
    title: 'KILL and COM_PING in one segment get OK and OK, and the other connection ends',
    level: 'SHOULD',
    source: [...connection, ...errors, manual['mysql/sequence-id-resets-per-command'], manual['tcp/segments-do-not-match-writes']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { beside: [...loggedIn, { send: [kill('KILL ', OTHER).send, { message: 'COM_PING' }] }, done, done, ...quit] },
      ...killed,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/mariadb-corporation/MaxScale/commit/bb92d61a1b',
    killedBy: ['kill-loses-next-command'],
  },
  {
    id: 'command/kill-an-unknown-id',
    title: 'KILL of an id that no connection has gets ERR 1094 (HY000), which names it, with sequence id 1',
    level: 'MUST',
    source: [...connection, ...errors, manual['mysql/error-messages-name'], manual['mariadb/error-messages-name']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('KILL 4294967290'),
      {
        expect: [{ packet: 'ERR', sequenceId: 1, where: { errorCode: 1094, sqlState: 'HY000', errorMessage: { pattern: '4294967290' } } }],
      },
      ...works,
    ],
    link: 'https://jira.mariadb.org/browse/MXS-959',
    killedBy: ['kill-unknown-id-ok', 'kill-err-counts-on', 'unknown-thread-code-of-the-client'],
  },
  {
    id: 'command/kill-of-another-account',
    title: 'KILL of a connection of another account gets ERR 1095 (HY000), and that connection goes on',
    level: 'MUST',
    source: [...ownThreads, ...errors],
    needs: ['check-account', 'login-account', ordinary],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login' } },
      ok,
      { beside: [...loggedIn, kill('KILL ', OTHER), { expect: [{ ...err(1095, 'HY000'), sequenceId: 1 }] }, ...quit] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['kill-of-another-user-ok'],
  },
  {
    id: 'command/kill-itself',
    title: 'KILL of the own connection gets an ERR that says so, and then FIN',
    level: 'SHOULD',
    source: [...connection, ...errors],
    needs: ['check-account'],
    script: [...loggedIn, kill('KILL '), ...killedItself],
    deliveries: ['whole'],
    killedBy: ['kill-own-connection-survives', 'kill-own-connection-ok'],
  },
  {
    id: 'command/kill-query-itself',
    title: 'KILL QUERY of the own connection gets ERR 1317 (70100), and the connection goes on',
    level: 'SHOULD',
    source: [...statement, ...errors],
    needs: ['check-account'],
    script: [...loggedIn, kill('KILL QUERY '), { expect: [{ packet: 'ERR', sequenceId: 1, where: interrupted }] }, ...works],
    deliveries: ['whole'],
    killedBy: ['kill-own-query-ok'],
  },
  {
    id: 'command/process-kill',
    title: 'COM_PROCESS_KILL of another connection is answered with OK, and that connection ends',
    level: 'MUST',
    source: command,
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      { beside: [...loggedIn, { send: { message: 'COM_PROCESS_KILL', with: { connectionId: { from: OTHER } } } }, done, ...quit] },
      ...killed,
    ],
    deliveries: ['whole'],
    killedBy: ['kill-ignored'],
  },
  {
    id: 'command/process-kill-of-an-unknown-id',
    title: 'COM_PROCESS_KILL of an id that no connection has gets ERR 1094 (HY000), which names it, marker and SQLSTATE once each',
    level: 'MUST',
    source: [...command, manual['mariadb/error-messages-name'], manual['mariadb/err-layout']],
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_PROCESS_KILL', with: { connectionId: 0x7fffffff } } },
      {
        expect: [
          { packet: 'ERR', sequenceId: 1, where: { errorCode: 1094, sqlState: 'HY000', errorMessage: { pattern: '^[^#].*2147483647' } } },
        ],
      },
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/issues/858',
    killedBy: ['kill-unknown-id-ok', 'err-doubled-marker'],
  },
  {
    id: 'command/process-kill-cut-off',
    title: 'COM_PROCESS_KILL without its id, or with a part of it, gets an ERR, and the connection goes on',
    level: 'SHOULD',
    source: [manual['mariadb/process-kill-ends-a-connection']],
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      ...['', '01', '010203'].flatMap((rest) => [
        { send: { message: 'COM_RAW', with: { command: 0x0c, rest } } } as const satisfies Step,
        // Both servers' own: 1094 or 1835. No manual says which.
        { expect: [{ packet: 'ERR', sequenceId: 1 }] } as const satisfies Step,
      ]),
      ...works,
    ],
    killedBy: ['truncated-commands-close'],
  },
  {
    id: 'command/process-kill-itself',
    title: 'COM_PROCESS_KILL of the own connection gets an ERR that says so, and then FIN',
    level: 'SHOULD',
    source: command,
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_PROCESS_KILL', with: { connectionId: { from: 'HandshakeV10.threadId' } } } },
      ...killedItself,
    ],
    deliveries: ['whole'],
    killedBy: ['kill-own-connection-survives', 'kill-own-connection-ok'],
  },
  {
    id: 'command/query-while-another-runs',
    title: 'a statement that is sent while another one runs is executed behind it',
    level: 'SHOULD',
    source: [
      manual['mysql/query-answers'],
      manual['mariadb/query-answers'],
      manual['mysql/sequence-id-resets-per-command'],
      manual['tcp/segments-do-not-match-writes'],
    ],
    needs: ['check-account', { feature: 'selects-of-a-second' }],
    script: [
      ...loggedIn,
      query('SELECT SLEEP(1)'),
      // Less than half of that second, and more than the way to the server takes; behind its end nobody would be asked.
      { do: 'pause', mostMs: 800 },
      query('SELECT 2'),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { first: '0' } }] },
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { first: '2' } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['drops-commands-during-statement'],
  },
] as const satisfies readonly Case[];
