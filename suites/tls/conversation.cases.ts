import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { closes, ended, endedCleanly, err, greeting, ok, readError, works } from '../steps.ts';

const source = [
  manual['mysql/ssl-request-then-response'],
  manual['mysql/ssl-request-starts-tls-at-once'],
  manual['mariadb/tls-starts-with-ssl-request'],
] as const;
const needs = ['tls', 'check-account'] as const;
const upgraded = [greeting, { send: { message: 'SSLRequest' } }, { do: 'start-tls' }] as const;
const login = { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL'] } } } as const;
const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;

/** What holds once TLS is on. */
export const cases = [
  {
    id: 'tls/connection-id-stays',
    title: 'the connection id of the greeting holds over TLS, and no second greeting comes',
    level: 'SHOULD',
    source: [...source, manual['mysql/v10-thread-id']],
    needs,
    script: [
      ...upgraded,
      login,
      ok,
      query('SELECT CONNECTION_ID()'),
      { expect: [{ packet: 'TextResultset', where: { first: { sameAs: 'HandshakeV10.threadId' } } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['tls-greets-again', 'connection-id-differs'],
  },
  {
    id: 'tls/sequence-ids-start-anew-is-wrong',
    title: 'a login over TLS with sequence id 1 is refused with ERR 1156',
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mysql/error-1156-packets-out-of-order'],
      manual['mariadb/error-1156-packets-out-of-order'],
    ],
    needs,
    script: [
      ...upgraded,
      { send: { message: 'HandshakeResponse41', account: 'check', sequenceId: 1, capabilities: { add: ['SSL'] } } },
      { expect: [{ ...err(1156), sequenceId: 'any' }, closes] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['accepts-wrong-sequence-id', 'tls-sequence-restarts'],
  },
  {
    id: 'tls/flags-of-the-request-count',
    title: 'the capability flags of the SSLRequest hold where the response over TLS leaves them out',
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/ssl-request-layout'],
      manual['mysql/capabilities-are-an-intersection'],
      manual['mariadb/ssl-request-layout'],
    ],
    needs: [...needs, { offers: 'MULTI_STATEMENTS' }],
    script: [
      greeting,
      { send: { message: 'SSLRequest', capabilities: { add: ['MULTI_STATEMENTS'] } } },
      { do: 'start-tls' },
      login,
      ok,
      query('SELECT 1; SELECT 2'),
      { expect: [{ packet: 'TextResultset', where: { first: '1' } }] },
      { expect: [{ packet: 'TextResultset', where: { first: '2' } }] },
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MXS-2159',
    killedBy: ['tls-flags-of-response-count'],
  },
  {
    id: 'tls/large-result',
    title: 'an answer of many TLS records comes whole',
    level: 'MUST',
    source: [
      ...source,
      manual['tcp/tls-records-do-not-match-messages'],
      manual['mysql/resultset-order'],
      manual['mariadb/resultset-order'],
    ],
    needs,
    script: [
      ...upgraded,
      login,
      ok,
      query("SELECT REPEAT('x', 300000)"),
      { expect: [{ packet: 'TextResultset', where: { first: { length: 300_000 } } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['tls-large-answers-cut'],
  },
  {
    id: 'tls/login-and-commands-in-one-record',
    title: 'a login and commands in one TLS record are answered in order',
    level: 'SHOULD',
    source: [...source, manual['tcp/tls-records-do-not-match-messages'], manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs,
    script: [
      ...upgraded,
      { send: [login.send, { message: 'COM_PING' }, query('SELECT 7').send, { message: 'COM_QUIT' }] },
      ok,
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      { expect: [{ packet: 'TextResultset', where: { first: '7' } }] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['drops-commands-behind-login', 'coalesced-packets-lost'],
  },
  {
    id: 'tls/quit',
    title: 'COM_QUIT over TLS ends the connection with FIN',
    level: 'MUST',
    source: [...source, manual['mysql/quit-closes'], manual['mariadb/quit-closes']],
    needs,
    script: [...upgraded, login, ok, { send: { message: 'COM_QUIT' } }, endedCleanly],
    deliveries: ['whole'],
    killedBy: ['tls-quit-keeps-open', 'answers-com-quit'],
  },
  {
    id: 'tls/client-closes',
    title: 'a client that closes its side of TLS gets the end of the connection',
    level: 'MUST',
    source: [...source, manual['tcp/half-closed-may-still-send']],
    needs,
    script: [...upgraded, login, ok, { do: 'half-close' }, { expect: [readError, closes] }, ended],
    deliveries: ['whole'],
    killedBy: ['half-close-keeps-open'],
  },
  {
    id: 'tls/second-ssl-request',
    title: 'an SSLRequest over TLS is no login: it is refused or the connection ends',
    level: 'SHOULD',
    source: [...source, manual['mysql/error-1043-bad-handshake'], manual['mariadb/error-1043-bad-handshake']],
    needs: ['tls'],
    script: [
      ...upgraded,
      { send: { message: 'SSLRequest', sequenceId: 2 } },
      { expect: [{ ...err([1043, 1045]), sequenceId: 'any' }, closes] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['tls-second-ssl-request-hangs'],
  },
] as const satisfies readonly Case[];
