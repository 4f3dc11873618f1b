import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { anyErrOutOfTurn, closes, ended, endedCleanly, greeting, loggedIn, loginAsCheck, readError } from '../steps.ts';

const source = [manual['mysql/quit-closes'], manual['mariadb/quit-closes']] as const;
/** MySQL's page leaves the server an ERR, and neither page says whether a connection is closed by FIN or RST. */
const byFin = 'SHOULD';
const quit = { message: 'COM_QUIT' } as const;

/** COM_QUIT at every moment. Before the greeting: early-data/quit. */
export const cases = [
  {
    id: 'quit/after-login',
    title: 'COM_QUIT ends the connection with FIN and without an answer',
    level: byFin,
    source,
    needs: ['check-account'],
    script: [...loggedIn, { send: quit }, endedCleanly],
    link: 'https://github.com/mysqljs/mysql/issues/1277',
    killedBy: [
      'quit-behind-login-ignored',
      'quit-as-first-command-keeps-open',
      'answers-com-quit',
      'quit-ends-with-rst',
      'quit-keeps-open',
      'fin-then-rst-at-end',
    ],
  },
  {
    id: 'quit/instead-of-handshake-response',
    title: 'COM_QUIT in answer to the greeting ends the connection, with an ERR or without',
    // Of a command before the login no page speaks, nor of one that is out of turn.
    level: 'SHOULD',
    source: [...source, manual['mysql/ok-or-err-ends-auth'], manual['mysql/auth-err-closes-connection'], manual['mariadb/auth-answers']],
    script: [greeting, { send: quit }, { expect: [anyErrOutOfTurn, closes] }, ended],
    killedBy: ['keeps-open-after-disorder', 'never-closes-after-err'],
  },
  {
    id: 'quit/instead-of-handshake-response-with-its-sequence-id',
    title: 'COM_QUIT with the sequence id of a handshake response is no login: an ERR or the end',
    level: 'SHOULD',
    source: [...source, manual['mysql/ok-or-err-ends-auth'], manual['mysql/auth-err-closes-connection'], manual['mariadb/auth-answers']],
    script: [greeting, { send: { payload: '01', sequenceId: 1 } }, { expect: [anyErrOutOfTurn, closes] }, ended],
    killedBy: ['bad-handshake-takes-login', 'garbage-hangs'],
  },
  {
    id: 'quit/right-behind-the-login',
    title: 'COM_QUIT in one segment with the handshake response: first the OK, then FIN',
    level: byFin,
    source: [
      ...source,
      manual['mysql/ok-or-err-ends-auth'],
      manual['mariadb/auth-answers'],
      manual['haproxy/mysql-check-sends-auth-and-quit'],
    ],
    needs: ['check-account', { firstProof: 'check' }],
    script: [greeting, { send: [loginAsCheck.send, quit] }, { expect: [{ packet: 'OK', sequenceId: 2 }] }, endedCleanly],
    link: 'https://github.com/sysown/proxysql/issues/3342',
    killedBy: ['drops-commands-behind-login', 'coalesced-packets-lost', 'quit-ends-with-rst', 'answers-com-quit'],
  },
  {
    id: 'quit/right-behind-a-ping',
    title: 'COM_QUIT in one segment with COM_PING: first the OK, then FIN',
    // As in the pipelining cases: no manual says that a client may send on before the answer.
    level: 'SHOULD',
    source: [...source, manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs: ['check-account'],
    script: [...loggedIn, { send: [{ message: 'COM_PING' }, quit] }, { expect: [{ packet: 'OK', sequenceId: 1 }] }, endedCleanly],
    killedBy: ['coalesced-packets-lost', 'merges-two-answers-losing-one', 'quit-keeps-open'],
  },
  {
    id: 'quit/twice',
    title: 'a second COM_QUIT behind the first changes nothing',
    level: byFin,
    source,
    needs: ['check-account'],
    // The second one may lie unread when the server closes, so a RST is no fault.
    script: [...loggedIn, { send: [quit, quit] }, ended],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MXS-4998',
    killedBy: ['second-quit-refused', 'quit-as-first-command-keeps-open', 'answers-com-quit', 'quit-keeps-open'],
  },
  {
    id: 'quit/with-a-trailing-byte',
    title: 'COM_QUIT with a byte behind it is still COM_QUIT, or an ERR',
    level: 'SHOULD',
    source,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_RAW', with: { command: 1, rest: '00' } } },
      { expect: [{ packet: 'ERR', sequenceId: 1 }, closes] },
      ended,
    ],
    killedBy: ['quit-with-more-ignored', 'quit-as-first-command-keeps-open', 'answers-com-quit', 'quit-keeps-open'],
  },
  {
    id: 'quit/with-another-sequence-id',
    title: 'COM_QUIT with sequence id 5 ends the connection, with an ERR or without',
    // As in the sequence cases: what becomes of a wrong id no page says.
    level: 'SHOULD',
    source: [...source, manual['mysql/command-has-sequence-id-zero'], manual['mariadb/sequence-number-starts-at-zero-per-query']],
    needs: ['check-account'],
    script: [...loggedIn, { send: { message: 'COM_QUIT', sequenceId: 5 } }, { expect: [anyErrOutOfTurn, closes] }, ended],
    killedBy: ['keeps-open-after-disorder', 'never-closes-after-err'],
  },
  {
    id: 'quit/and-half-close',
    title: "COM_QUIT followed by the client's own FIN ends the connection with FIN",
    level: byFin,
    source: [...source, manual['tcp/half-closed-may-still-send']],
    needs: ['check-account'],
    script: [...loggedIn, { send: quit }, { do: 'half-close' }, endedCleanly],
    deliveries: ['whole'],
    killedBy: ['quit-ends-with-rst', 'quit-and-half-close-ends-with-rst'],
  },
  {
    id: 'quit/half-close-without-it',
    title: 'a client that ends its half without COM_QUIT gets the end of the connection',
    level: 'SHOULD',
    source: [manual['mysql/command-phase-ends-with-connection'], manual['tcp/half-closed-may-still-send']],
    needs: ['check-account'],
    script: [...loggedIn, { do: 'half-close' }, { expect: [readError, closes] }, ended],
    deliveries: ['whole'],
    killedBy: ['half-close-keeps-open'],
  },
  {
    id: 'quit/half-close-behind-a-command',
    title: "a command that came before the client's FIN is answered",
    level: 'SHOULD',
    source: [manual['tcp/half-closed-may-still-send'], manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_PING' } },
      { do: 'half-close' },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      // MySQL tells the reader that is gone: ERR 1158 with sequence id 0.
      { expect: [readError, closes] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['half-close-drops-answers', 'half-close-keeps-open'],
  },
] as const satisfies readonly Case[];
