import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { ended, err, greeting, ok, ping, waits } from '../steps.ts';

const source = [
  manual['mysql/ssl-request-then-response'],
  manual['mysql/ssl-request-layout'],
  manual['mysql/ssl-request-sets-client-ssl'],
  manual['mariadb/tls-starts-with-ssl-request'],
  manual['mariadb/ssl-request-layout'],
] as const;
const startTls = [{ send: { message: 'SSLRequest' } }, { do: 'start-tls' }] as const;

/** From the greeting to the first command over TLS. */
export const cases = [
  {
    id: 'ssl-request/login',
    title: 'behind SSLRequest and the TLS handshake the login goes on with sequence id 2',
    level: 'MUST',
    source: [...source, manual['mysql/sequence-id-increments-and-wraps'], manual['mariadb/sequence-number-follows-last-received']],
    needs: ['tls', 'check-account', { firstProof: 'check' }],
    script: [
      greeting,
      ...startTls,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL'] } } },
      { expect: [{ packet: 'OK', sequenceId: 3 }] },
      ...ping,
      { send: { message: 'COM_QUIT' } },
      ended,
    ],
    killedBy: ['ssl-request-closes', 'ssl-request-answered-in-clear', 'tls-sequence-restarts', 'tls-pieces-lost'],
  },
  {
    id: 'ssl-request/login-with-password',
    title: 'an account with a password gets in over TLS',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/ok-or-err-ends-auth'],
      manual['mysql/caching-sha2-full-when-not-cached'],
      manual['mariadb/auth-answers'],
      manual['mariadb/caching-sha2-tls-sends-clear-password'],
    ],
    needs: ['tls', 'login-account'],
    script: [
      greeting,
      ...startTls,
      { send: { message: 'HandshakeResponse41', account: 'login', capabilities: { add: ['SSL'] } } },
      ok,
      ...ping,
      { send: { message: 'COM_QUIT' } },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['ssl-request-closes', 'refuses-right-password', 'tls-checks-another-scramble'],
  },
  {
    id: 'ssl-request/wrong-password',
    title: 'a wrong password over TLS is refused with ERR 1045',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/error-1045-access-denied'],
      manual['mariadb/error-1045-access-denied'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['tls', 'login-account'],
    script: [
      greeting,
      ...startTls,
      { send: { message: 'HandshakeResponse41', account: 'login', password: 'wrong', capabilities: { add: ['SSL'] } } },
      { expect: [err(1045, '28000')] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['ssl-request-closes', 'accepts-any-password'],
  },
  {
    id: 'ssl-request/is-not-answered',
    title: 'behind SSLRequest the server says nothing in the clear, and waits for the TLS handshake, which may come late',
    level: 'MUST',
    source,
    needs: ['tls'],
    script: [greeting, { send: { message: 'SSLRequest' } }, { expect: [waits] }, { do: 'start-tls' }],
    killedBy: ['ssl-request-answered-in-clear', 'ssl-request-closes', 'late-tls-hello-unheard'],
  },
  {
    id: 'ssl-request/flag-left-out-of-the-response',
    title: 'a handshake response over TLS that does not repeat the SSL flag still logs in',
    level: 'OBSERVE',
    source: [...source, manual['mysql/capabilities-are-an-intersection']],
    needs: ['tls', 'check-account'],
    script: [
      greeting,
      ...startTls,
      { send: { message: 'HandshakeResponse41', account: 'check' } },
      { expect: [{ packet: 'OK' }] },
      ...ping,
    ],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MXS-2159',
    killedBy: ['ssl-request-closes', 'tls-sequence-restarts'],
  },
  {
    id: 'ssl-request/flag-in-the-clear',
    title: 'a whole handshake response with the SSL flag, sent in the clear, is not a login',
    level: 'SHOULD',
    source,
    needs: ['tls', 'check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL'] } } },
      { expect: [waits, { packet: 'ERR', sequenceId: 'any' }, { closes: true }] },
    ],
    deliveries: ['whole'],
    link: 'https://github.com/ClickHouse/ClickHouse/pull/117003',
    killedBy: ['ssl-flag-taken-for-tls'],
  },
] as const satisfies readonly Case[];
