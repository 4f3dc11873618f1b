import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Step } from '../../harness/case/step.ts';
import { ascii, int, packet, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { deniedNobodyInWords } from '../query-steps.ts';
import {
  alive,
  asksForOldPasswordBehindQuit,
  COM_QUIT,
  justCloses,
  post41,
  pre41,
  refusedWith,
  waitsAndServes,
} from '../regression-steps.ts';
import { anyErr, anyErrOutOfTurn, deniedNobodySource, ended, greeting, namesNobodyBut, notTaken } from '../steps.ts';

const product = 'ProxySQL';
const firstAnswer = [manual['mysql/greeting-comes-first'], manual['mysql/ok-or-err-ends-auth'], manual['mariadb/auth-answers']] as const;
const response = [
  manual['mysql/ok-or-err-ends-auth'],
  manual['mysql/auth-err-closes-connection'],
  manual['mysql/response41-username'],
  manual['mariadb/response-layout'],
  manual['mariadb/auth-answers'],
] as const;
const authSwitch = [
  manual['mysql/wrong-guess-gets-auth-switch'],
  manual['mysql/auth-switch-response-gets-more-err-or-ok'],
  manual['mariadb/auth-switch-ends-with-ok-or-err'],
] as const;
const hardening = 'https://proxysql.com/blog/proxysql-3-0-7-security-hardening/';

/** The user of HAProxy's documentation; where it exists it has no password. */
const HAPROXY_USER = 'haproxy_user';
/** Nobody's name, to be found in no other text; whoever lets nobody in by an anonymous account is not asked. */
const CANARY = 'mywire_nobody_canary';
/** Names nobody but the user that was sent, and says nothing right behind that name. */
const denies = (user: string): Alternative => ({
  packet: 'ERR',
  sequenceId: 2,
  where: { errorMessage: { pattern: `${namesNobodyBut(user)}(?!.*${user}[^'"\`@ .,:;)\\]>])` } },
});
const malformed = refusedWith({ ...denies(CANARY) }, justCloses);

/** HandshakeResponse41 as bytes: `flags`, then what stands behind the 32 fixed bytes. */
const response41 = (flags: number, tail: string) =>
  ({ send: { wire: packet(1, `${int(4, flags)}${int(4, 0x1000000)}2d${times(23, 0)}${tail}`) } }) as const;
/** The flags of a usual client of MariaDB: PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH and more. */
const USUAL = 0x000fa68d & ~0x8;
const LENENC = USUAL | 0x200000;
const WRONG_PLUGIN = 'mywire_no_such_plugin';
const user = `${ascii(CANARY)}00`;

/** ProxySQL, from the first byte of a client to the end of its login. */
export const cases = [
  {
    id: 'regression/proxysql-3342-login-and-quit-before-the-greeting',
    title: "HAProxy's handshake response and COM_QUIT, there before the greeting, get greeting, an answer and the end every time",
    // As in suites/early-data: no sentence says that an answer counts that comes before the greeting.
    level: 'SHOULD',
    source: [
      ...firstAnswer,
      manual['haproxy/mysql-check-sends-auth-and-quit'],
      manual['mysql/old-auth-switch-is-one-byte'],
      manual['mariadb/auth-switch-old-is-one-byte'],
      manual['mysql/quit-closes'],
      manual['mariadb/quit-closes'],
      manual['mysql/auth-err-closes-connection'],
    ],
    // The bytes of the report: nobody needs to have that user, an ERR is an answer as well.
    script: [
      greeting,
      { send: { wire: post41(HAPROXY_USER) + COM_QUIT } },
      { expect: [{ packet: 'OK', sequenceId: 2 }, asksForOldPasswordBehindQuit, denies(HAPROXY_USER)] },
      ended,
    ],
    deliveries: ['early'],
    tries: 100,
    link: 'https://github.com/sysown/proxysql/issues/3342',
    regression: { product, issue: 'sysown/proxysql#3342', affected: '<=2.0.17', fixed: '2.0.18, 2.1.1' },
    killedBy: ['early-data-resets-without-greeting', 'early-data-closes-without-greeting', 'drops-early-data'],
  },
  {
    id: 'regression/proxysql-777-handshake-response-320',
    title: 'a HandshakeResponse320 gets an answer that names no other user',
    // MariaDB's manual does not know this packet.
    level: 'SHOULD',
    source: [
      manual['mysql/response320-layout'],
      manual['mysql/protocol-41-decides-response-format'],
      manual['mysql/ok-or-err-ends-auth'],
      manual['mariadb/auth-answers'],
      manual['mariadb/auth-switch-old-is-one-byte'],
      manual['mysql/quit-closes'],
      manual['mariadb/quit-closes'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { wire: pre41(CANARY) + COM_QUIT } },
      { expect: [{ packet: 'OK', sequenceId: 2 }, asksForOldPasswordBehindQuit, denies(CANARY)] },
      ended,
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/777',
    regression: { product, issue: 'sysown/proxysql#777' },
    killedBy: ['handshake-320-closes', 'handshake-320-read-as-41'],
  },
  {
    id: 'regression/proxysql-3.0.7-user-name-without-nul',
    title: 'a user name that runs to the end of the packet is refused, and no other memory is shown',
    level: 'SHOULD',
    source: response,
    needs: ['check-account'],
    script: [greeting, response41(USUAL, ascii(CANARY)), ...malformed],
    link: hardening,
    regression: { product, issue: 'ProxySQL 3.0.7', affected: '<3.0.7', fixed: '3.0.7' },
    killedBy: ['echoes-memory-past-user', 'unterminated-user-stops-server', 'malformed-response-stops-server', 'bad-handshake-takes-login'],
  },
  {
    id: 'regression/proxysql-3.0.7-auth-length-past-the-end',
    title: 'an auth response of 255 bytes, of which 3 are there, is refused, and no other memory is shown',
    level: 'SHOULD',
    source: [...response, manual['mysql/response41-auth-response'], manual['mariadb/response-auth-forms']],
    needs: ['check-account'],
    script: [greeting, response41(USUAL, `${user}ff414141`), ...malformed],
    link: hardening,
    regression: { product, issue: 'ProxySQL 3.0.7', affected: '<3.0.7', fixed: '3.0.7' },
    killedBy: ['auth-length-past-end-stops-server', 'echoes-memory-past-auth-response'],
  },
  ...(
    [
      ['3-byte-lenenc-auth-length-past-the-end', 'FD FF FF FF with 3 bytes behind it', 'fdffffff414141'],
      ['8-byte-lenenc-auth-length-past-the-end', 'FE and eight FF', 'feffffffffffffffff'],
      ['null-in-place-of-the-auth-length', 'FB (NULL)', 'fb'],
      ['ff-in-place-of-the-auth-length', 'FF, which begins no length,', 'ff'],
    ] as const
  ).map(
    // Nobody is refused in any case, where the length passes for NULL or 0 as well: what counts is what is read and shown.
    ([words, said, bytes]) =>
      ({
        id: `regression/proxysql-3.0.7-${words}`,
        title: `a login of nobody with ${said} in place of the length of the auth response is refused, and no other memory is shown`,
        // No manual says what is right for a length that is none.
        level: 'SHOULD',
        source: [...response, ...deniedNobodySource, manual['mysql/lenenc-integer-forms'], manual['mariadb/lenenc-integer-forms']],
        // Whether or not the flag is offered: as one byte of length, too, each of them points past the end.
        needs: ['check-account'],
        script: [greeting, response41(LENENC, `${user}${bytes}`), ...malformed],
        deliveries: ['whole'],
        link: hardening,
        regression: { product, issue: 'ProxySQL 3.0.7', affected: '<3.0.7', fixed: '3.0.7' },
        killedBy: ['auth-length-past-end-stops-server', 'echoes-memory-past-auth-response'],
      }) as const satisfies Case,
  ),
  {
    id: 'regression/proxysql-3554-init-db-before-the-login',
    title: 'COM_INIT_DB in place of a handshake response is refused, and the next client is served',
    level: 'MUST',
    source: [
      manual['mysql/ok-or-err-ends-auth'],
      manual['mysql/auth-ok-enters-command-phase'],
      manual['mariadb/auth-answers'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['check-account'],
    // The bytes of first-packet/com-init-db; here the next client counts.
    script: [greeting, { send: { wire: packet(0, `02${ascii('test')}`) } }, ...refusedWith(anyErrOutOfTurn, justCloses)],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/3554',
    regression: { product, issue: 'sysown/proxysql#3554', fixed: '2.2.1, 2.3.0' },
    killedBy: ['init-db-before-login-stops-server'],
  },
  {
    id: 'regression/proxysql-59a18fb8-auth-switch-answered-with-one-byte',
    title: 'a client that gives up an auth switch with a packet of one byte is refused, and the next is served',
    level: 'MUST',
    source: [...authSwitch, manual['mysql/ok-or-err-ends-auth'], manual['mysql/auth-err-closes-connection']],
    needs: ['login-account', 'check-account', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      // The wrong password where the server goes on to ask: with 04 in caching_sha2_password, with its salt in parsec.
      { send: { message: 'HandshakeResponse41', account: 'login', password: 'wrong', with: { authPluginName: WRONG_PLUGIN } } },
      { expect: [{ packet: 'AuthSwitchRequest' }] },
      // Any byte but 01, which asks for a public key in sha256_password.
      { send: { wire: packet(3, '7f') } },
      ...refusedWith(anyErr, justCloses),
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/commit/59a18fb8',
    regression: { product, issue: 'sysown/proxysql@59a18fb8', fixed: '2.0.7' },
    killedBy: ['auth-switch-given-up-hangs'],
  },
  {
    id: 'regression/proxysql-1893-unknown-user-without-a-password',
    title: 'an unknown user without a password is denied with "using password: NO", and the next client is served',
    level: 'MUST',
    source: [...deniedNobodySource, manual['mysql/auth-err-closes-connection']],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'unknown' } },
      { expect: deniedNobodyInWords('\\(using password: NO\\)$', 'check') },
      ended,
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1893',
    regression: { product, issue: 'sysown/proxysql#1893', affected: '2.0.1', fixed: '2.0.2' },
    killedBy: ['unknown-user-without-password-stops-server'],
  },
  {
    id: 'regression/proxysql-2052-auth-response-of-another-length',
    title: '1, 19, 21 or 250 bytes that prove nothing are refused as any wrong proof is, and the next client is served',
    level: 'MUST',
    source: [
      manual['mysql/native-challenge-and-response-are-20-bytes'],
      manual['mysql/native-formula'],
      manual['mysql/caching-sha2-scramble'],
      manual['mariadb/native-formula'],
      manual['mysql/error-1045-access-denied'],
      manual['mariadb/error-1045-access-denied'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['login-account', 'check-account'],
    script: [
      ...[1, 19, 21, 250].map(
        (length): Step => ({
          beside: [
            greeting,
            // The wrong password also where a proxy goes on to ask with a challenge of the server.
            { send: { message: 'HandshakeResponse41', account: 'login', password: 'wrong', with: { authResponse: times(length, 0x41) } } },
            notTaken,
            ended,
          ],
        }),
      ),
      alive,
      greeting,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/pull/2052',
    regression: { product, issue: 'sysown/proxysql#2052' },
    killedBy: ['short-auth-response-stops-server', 'proof-of-another-length-accepted', 'accepts-any-password'],
  },
  {
    id: 'regression/proxysql-735-health-check-that-speaks-first',
    title: 'a port check that sends QUIT and a line feed at once reads the greeting before it is refused',
    level: 'SHOULD',
    source: [
      manual['mysql/greeting-comes-first'],
      manual['mysql/packet-has-length-sequence-payload'],
      manual['mariadb/auth-answers'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['check-account'],
    // The report does not tell the bytes of the check; these are too few for a packet, and their length is above the 32 KiB of 3.0.9.
    script: [greeting, { send: { wire: ascii('QUIT\n') } }, { expect: [anyErrOutOfTurn, justCloses, waitsAndServes] }, ended, alive],
    deliveries: ['early'],
    tries: 20,
    link: 'https://github.com/osism/container-images-kolla/issues/735',
    regression: { product, issue: 'osism/container-images-kolla#735', affected: '3.0.9' },
    killedBy: ['early-data-closes-without-greeting', 'early-data-resets-without-greeting'],
  },
  {
    id: 'regression/proxysql-4314-half-a-client-hello',
    title: 'a client that goes in the middle of its TLS ClientHello gets its end, and the next is served',
    level: 'SHOULD',
    source: [
      manual['mysql/ssl-request-then-response'],
      manual['mariadb/tls-starts-with-ssl-request'],
      manual['tcp/half-closed-may-still-send'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['tls', 'check-account'],
    script: [
      greeting,
      { send: { message: 'SSLRequest' } },
      // The header of a record of 512 bytes and of the ClientHello in it, and three bytes more.
      { send: { wire: '1603010200010001fc0303' } },
      { do: 'half-close' },
      // MariaDB and MySQL say it in the clear behind their TLS alert, ProxySQL just goes.
      { expect: [anyErrOutOfTurn, justCloses] },
      ended,
      alive,
    ],
    deliveries: ['whole'],
    tries: 5,
    link: 'https://github.com/sysown/proxysql/issues/4314',
    regression: { product, issue: 'sysown/proxysql#4314', fixed: '2.5.5' },
    killedBy: ['tls-half-hello-keeps-open', 'tls-failure-stops-server'],
  },
] as const satisfies readonly Case[];
