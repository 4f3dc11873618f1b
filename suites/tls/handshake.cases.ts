import type { Case } from '../../harness/case/case.ts';
import type { TlsChoice } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { anyErrOutOfTurn, closes, ended, greeting, works } from '../steps.ts';

const source = [
  manual['mysql/ssl-request-then-response'],
  manual['mysql/ssl-request-starts-tls-at-once'],
  manual['mariadb/tls-starts-with-ssl-request'],
] as const;
const needs = ['tls', 'check-account'] as const;
const sslRequest = { send: { message: 'SSLRequest' } } as const;
const startTls = (tls?: TlsChoice) => ({ do: 'start-tls', ...(tls && { tls }) }) as const;
const login = [
  { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL'] } } },
  { expect: [{ packet: 'OK' }] },
  ...works,
] as const;

/** What both servers say in the clear where no TLS comes about; a TLS alert may stand before it. No manual says how it is refused. */
const noTls = anyErrOutOfTurn;

/** The first half of a ClientHello of TLS 1.2, its record announcing 200 bytes. */
const HALF_A_HELLO = `16030100c8010000c40303${'5a'.repeat(89)}`;

/** How the TLS handshake may travel, and what must not pass for one. */
export const cases = [
  {
    id: 'tls/version-1.2',
    title: 'a client that knows TLS 1.2 only gets in',
    level: 'SHOULD',
    source: [...source, manual['mysql/tls-12-and-13'], manual['mariadb/tls-12-and-13']],
    needs: [...needs, { feature: 'tls-1.2' }],
    script: [greeting, sslRequest, startTls({ version: 'TLSv1.2' }), ...login],
    deliveries: ['whole'],
    killedBy: ['tls-12-refused'],
  },
  {
    id: 'tls/version-1.3',
    title: 'a client that knows TLS 1.3 only gets in',
    level: 'SHOULD',
    source: [...source, manual['mysql/tls-12-and-13'], manual['mariadb/tls-12-and-13']],
    needs: [...needs, { feature: 'tls-1.3' }],
    script: [greeting, sslRequest, startTls({ version: 'TLSv1.3' }), ...login],
    deliveries: ['whole'],
    killedBy: ['tls-13-refused'],
  },
  {
    id: 'tls/client-hello-behind-the-request',
    title: 'a ClientHello in the same segment as the SSLRequest is read',
    level: 'MUST',
    source: [...source, manual['tcp/segments-do-not-match-writes']],
    needs,
    script: [greeting, startTls({ behind: { message: 'SSLRequest' } }), ...login],
    deliveries: ['whole'],
    tries: 5,
    killedBy: ['tls-hello-behind-request-lost'],
  },
  {
    id: 'tls/client-hello-in-pieces',
    title: 'a ClientHello may come in several segments, its record header in three of them',
    level: 'MUST',
    source: [...source, manual['tcp/segments-do-not-match-writes']],
    needs,
    script: [greeting, sslRequest, startTls({ pieces: [1, 3, 40, 100] }), ...login],
    deliveries: ['whole'],
    killedBy: ['tls-hello-in-pieces-refused', 'tls-record-header-in-pieces-refused'],
  },
  {
    id: 'tls/half-a-client-hello',
    title: 'a client that ends its half in the middle of a ClientHello gets the end of the connection',
    level: 'SHOULD',
    source: [...source, manual['tcp/half-closed-may-still-send'], manual['mysql/auth-err-closes-connection']],
    needs: ['tls'],
    script: [greeting, sslRequest, { send: { wire: HALF_A_HELLO } }, { do: 'half-close' }, { expect: [noTls, closes] }, ended],
    deliveries: ['whole'],
    // ProxySQL's loop needed one such client; a few more show that none is left behind.
    tries: 10,
    link: 'https://github.com/sysown/proxysql/issues/4314',
    killedBy: ['tls-half-hello-keeps-open'],
  },
  {
    id: 'tls/no-client-hello',
    title: 'a client that ends its half behind an SSLRequest gets the end of the connection',
    level: 'SHOULD',
    source: [...source, manual['tcp/half-closed-may-still-send'], manual['mysql/auth-err-closes-connection']],
    needs: ['tls'],
    script: [greeting, sslRequest, { do: 'half-close' }, { expect: [noTls, closes] }, ended],
    deliveries: ['whole'],
    killedBy: ['tls-half-hello-keeps-open'],
  },
  {
    id: 'tls/login-in-the-clear-behind-the-request',
    title: 'a login in the clear behind an SSLRequest is not taken',
    level: 'MUST',
    source: [...source, manual['mysql/auth-err-closes-connection']],
    needs,
    script: [
      greeting,
      sslRequest,
      { send: { message: 'HandshakeResponse41', account: 'check', sequenceId: 2, capabilities: { add: ['SSL'] } } },
      { expect: [noTls, closes] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['tls-plaintext-login-taken'],
  },
  {
    id: 'tls/resumed-session',
    title: 'a client that goes on with the TLS session of an earlier connection gets in',
    level: 'SHOULD',
    source: [...source, manual['tcp/tls-resumption-may-be-declined']],
    needs,
    script: [greeting, { beside: [greeting, sslRequest, startTls(), ...login] }, sslRequest, startTls({ resume: true }), ...login],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/commit/1e0f821a',
    killedBy: ['tls-resumption-refused'],
  },
  {
    id: 'tls/ssl-request-out-of-order',
    title: 'an SSLRequest with a wrong sequence id is refused: an ERR, or the end of the connection',
    level: 'SHOULD',
    source: [
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mysql/error-1156-packets-out-of-order'],
      manual['mariadb/error-1156-packets-out-of-order'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['tls'],
    script: [greeting, { send: { message: 'SSLRequest', sequenceId: 7 } }, { expect: [noTls, closes] }, ended],
    deliveries: ['whole'],
    killedBy: ['accepts-wrong-sequence-id'],
  },
  {
    id: 'tls/ssl-request-filler',
    title: 'an SSLRequest whose filler is not zero starts TLS like any other',
    level: 'OBSERVE',
    source: [manual['mysql/ssl-request-layout'], manual['mariadb/ssl-request-layout']],
    needs,
    script: [greeting, { send: { message: 'SSLRequest', with: { filler: '20'.repeat(19) } } }, startTls(), ...login],
    deliveries: ['whole'],
    link: 'https://github.com/go-sql-driver/mysql/pull/1066',
    killedBy: ['ssl-request-filler-must-be-zero'],
  },
] as const satisfies readonly Case[];
