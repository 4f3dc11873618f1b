import type { Case } from '../../harness/case/case.ts';
import { ascii, int, packet, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { anyErrOutOfTurn, closes, ended, greeting, waitsUntilHalfClose } from '../steps.ts';

/** Bytes that are no packet, or the header of one that never comes whole. */
const notAPacket = [
  manual['mysql/ok-or-err-ends-auth'],
  manual['mysql/packet-has-length-sequence-payload'],
  manual['mariadb/auth-answers'],
  manual['mariadb/packet-has-length-sequence-body'],
  manual['mysql/auth-err-closes-connection'],
] as const;
/** A whole packet that is no handshake response. */
const notAResponse = [
  manual['mysql/ok-or-err-ends-auth'],
  manual['mysql/auth-ok-enters-command-phase'],
  manual['mysql/auth-err-closes-connection'],
  manual['mariadb/auth-answers'],
] as const;

/** The server sees the wrong sequence id, or the length, before it has read the rest: nothing but whole is sent. */
const whole = ['whole'] as const;
/**
 * Refused by ERR or by closing. The codes that fit are 1043, 1153 and 1156, but no page says when a server sends them, and none which
 * sequence id stands behind what was none. Where the first three bytes announce more
 * than came, waiting for the rest is right as well, and then the client gives up.
 */
const refused = [{ expect: [anyErrOutOfTurn, closes, waitsUntilHalfClose] }, ended] as const;
/** What came is a whole packet: silence is no answer to it. */
const answered = [{ expect: [anyErrOutOfTurn, closes] }, ended] as const;

const clientHello =
  `16030100${'2f'}` + // handshake record, TLS 1.0, 47 bytes
  `0100002b0303${times(32, 0x5a)}00` + // ClientHello, TLS 1.2, random, no session id
  `0004c02f009c` + // two cipher suites
  '0100'; // no compression

/** A client of another protocol, or one that does not log in. */
export const cases = [
  {
    id: 'first-packet/http-request',
    title: 'an HTTP request is refused, or waited behind for the rest of a packet until the client ends, and not answered in HTTP',
    level: 'SHOULD',
    source: notAPacket,
    script: [greeting, { send: { wire: ascii('GET / HTTP/1.0\r\nHost: mywire\r\n\r\n') } }, ...refused],
    deliveries: whole,
    killedBy: ['http-gets-answered', 'garbage-takes-server-down'],
  },
  {
    id: 'first-packet/tls-client-hello',
    title: 'a TLS ClientHello without an SSLRequest before it is refused at once: its fourth byte is no sequence id that is due',
    level: 'OBSERVE',
    source: [...notAPacket, manual['mysql/ssl-request-then-response'], manual['mariadb/tls-starts-with-ssl-request']],
    script: [greeting, { send: { wire: clientHello } }, { expect: [anyErrOutOfTurn, closes] }, ended],
    deliveries: whole,
    killedBy: ['tls-hello-hangs', 'garbage-takes-server-down'],
  },
  {
    id: 'first-packet/proxy-v1-header',
    title: 'a PROXY header of version 1 behind the greeting is refused, or waited behind for a packet until the client ends',
    level: 'SHOULD',
    source: [...notAPacket, manual['haproxy/proxy-receiver-does-not-guess']],
    script: [greeting, { send: { wire: ascii('PROXY TCP4 192.0.2.1 192.0.2.2 1111 3306\r\n') } }, ...refused],
    deliveries: whole,
    link: 'https://github.com/sysown/proxysql/issues/4600',
    killedBy: ['garbage-takes-server-down'],
  },
  {
    id: 'first-packet/proxy-v2-header',
    title: 'a PROXY header of version 2 behind the greeting is refused, or waited behind for a packet until the client ends',
    level: 'SHOULD',
    source: [...notAPacket, manual['haproxy/proxy-receiver-does-not-guess']],
    script: [greeting, { send: { wire: `0d0a0d0a000d0a515549540a2111000cc0000201c000020204570cea` } }, ...refused],
    deliveries: whole,
    link: 'https://github.com/vitessio/vitess/pull/2835',
    killedBy: ['garbage-takes-server-down'],
  },
  {
    id: 'first-packet/proxy-header-and-login',
    title: 'a PROXY header followed by a handshake response is not a login',
    level: 'MUST',
    source: [manual['mysql/ok-or-err-ends-auth'], manual['mariadb/auth-answers'], manual['haproxy/proxy-receiver-does-not-guess']],
    needs: ['check-account', { feature: 'no-proxy-headers' }],
    script: [
      greeting,
      { send: [{ wire: ascii('PROXY TCP4 192.0.2.1 192.0.2.2 1111 3306\r\n') }, { message: 'HandshakeResponse41', account: 'check' }] },
      ...refused,
    ],
    deliveries: whole,
    killedBy: ['proxy-header-swallowed'],
  },
  {
    id: 'first-packet/ssh-banner',
    title: 'the banner of an SSH client is refused, or waited behind for the rest of a packet until the client ends',
    level: 'SHOULD',
    source: notAPacket,
    script: [greeting, { send: { wire: ascii('SSH-2.0-OpenSSH_9.2p1\r\n') } }, ...refused],
    deliveries: whole,
    killedBy: ['garbage-takes-server-down'],
  },
  {
    id: 'first-packet/postgresql-startup',
    title: 'the startup message of PostgreSQL, which begins with an empty packet out of order, is refused',
    level: 'SHOULD',
    source: notAPacket,
    script: [
      greeting,
      { send: { wire: `0000001300030000${ascii('user')}00${ascii('root')}0000` } },
      { expect: [anyErrOutOfTurn, closes] },
      ended,
    ],
    deliveries: whole,
    killedBy: ['empty-packet-hangs', 'garbage-takes-server-down'],
  },
  {
    id: 'first-packet/zeros',
    title: 'sixty-four zero bytes are refused',
    level: 'SHOULD',
    source: notAPacket,
    script: [greeting, { send: { wire: times(64, 0) } }, ...answered],
    deliveries: whole,
    killedBy: ['empty-packet-hangs'],
  },
  {
    id: 'first-packet/ones',
    title: 'thirty-two bytes 0xFF are refused, or waited behind for the rest of a packet until the client ends',
    level: 'SHOULD',
    source: [...notAPacket, manual['mysql/payload-of-16mb-continues'], manual['mariadb/full-packet-continues']],
    script: [greeting, { send: { wire: times(32, 0xff) } }, ...refused],
    deliveries: whole,
    killedBy: ['garbage-takes-server-down'],
  },
  {
    id: 'first-packet/short-text',
    title: 'five bytes of text, as a simple port check sends them, are refused, or waited behind for the rest of a packet',
    level: 'SHOULD',
    source: [manual['mysql/greeting-comes-first'], ...notAPacket],
    script: [greeting, { send: { wire: ascii('QUIT\n') } }, ...refused],
    deliveries: whole,
    link: 'https://github.com/osism/container-images-kolla/issues/735',
    killedBy: ['garbage-takes-server-down'],
  },
  {
    id: 'first-packet/garbage-with-a-wrong-sequence-id',
    title: 'garbage whose fourth byte is no sequence id that is due is refused at once, not waited for',
    // No manual says that the header is judged before the rest has come.
    level: 'OBSERVE',
    source: [manual['mysql/error-1156-packets-out-of-order'], manual['mariadb/error-1156-packets-out-of-order'], ...notAPacket],
    script: [greeting, { send: { wire: ascii('GET / HTTP/1.0\r\n\r\n') } }, { expect: [anyErrOutOfTurn, closes] }, ended],
    deliveries: whole,
    killedBy: ['garbage-hangs'],
  },
  {
    id: 'first-packet/garbage-in-a-right-header',
    title: 'a packet with the right header and garbage in it is refused',
    level: 'SHOULD',
    source: notAResponse,
    // Read as capability flags, its first bytes have PROTOCOL_41 and no SSL: nothing to wait for.
    script: [greeting, { send: { payload: 'dea2beefcafebabe0123456789abcdef5a5aa5a5c3c33c3c', sequenceId: 1 } }, ...answered],
    killedBy: ['garbage-hangs', 'garbage-takes-server-down', 'bad-handshake-takes-login'],
  },
  {
    id: 'first-packet/long-garbage-in-a-right-header',
    title: 'a packet of 8 KiB with the right header and text in it is refused',
    level: 'SHOULD',
    source: notAResponse,
    script: [greeting, { send: { payload: times(8192, 0x41), sequenceId: 1 } }, { expect: [anyErrOutOfTurn, closes] }, ended],
    deliveries: ['whole', 'fields'],
    killedBy: ['garbage-takes-server-down', 'garbage-hangs'],
  },
  {
    id: 'first-packet/com-ping',
    title: 'COM_PING before the login is refused',
    level: 'MUST',
    source: notAResponse,
    script: [greeting, { send: { message: 'COM_PING' } }, ...answered],
    deliveries: whole,
    link: 'https://github.com/sysown/proxysql/issues/3554',
    killedBy: ['commands-run-before-the-login', 'keeps-open-after-disorder', 'never-closes-after-err'],
  },
  {
    id: 'first-packet/com-ping-with-sequence-id-1',
    title: 'COM_PING before the login is refused with the sequence id of a handshake response, too',
    level: 'MUST',
    source: notAResponse,
    script: [greeting, { send: { message: 'COM_PING', sequenceId: 1 } }, ...answered],
    link: 'https://github.com/sysown/proxysql/issues/3554',
    killedBy: ['bad-handshake-takes-login', 'garbage-hangs'],
  },
  {
    id: 'first-packet/com-query',
    title: 'COM_QUERY before the login is refused and not run',
    level: 'MUST',
    source: notAResponse,
    script: [greeting, { send: { message: 'COM_QUERY', with: { query: 'SELECT 1' } } }, ...answered],
    deliveries: whole,
    link: 'https://github.com/sysown/proxysql/issues/3554',
    killedBy: ['commands-run-before-the-login', 'keeps-open-after-disorder', 'never-closes-after-err'],
  },
  {
    id: 'first-packet/com-query-with-sequence-id-1',
    title: 'COM_QUERY before the login is refused with the sequence id of a handshake response, too',
    level: 'MUST',
    source: notAResponse,
    script: [greeting, { send: { message: 'COM_QUERY', with: { query: 'SELECT 1' }, sequenceId: 1 } }, ...answered],
    link: 'https://github.com/sysown/proxysql/issues/3554',
    killedBy: ['bad-handshake-takes-login', 'garbage-hangs'],
  },
  {
    id: 'first-packet/com-init-db',
    title: 'COM_INIT_DB before the login is refused',
    level: 'MUST',
    source: notAResponse,
    script: [greeting, { send: { message: 'COM_INIT_DB', with: { schema: 'test' } } }, ...answered],
    deliveries: whole,
    link: 'https://github.com/sysown/proxysql/issues/3554',
    killedBy: ['commands-run-before-the-login', 'keeps-open-after-disorder', 'never-closes-after-err'],
  },
  {
    id: 'first-packet/com-statistics',
    title: 'COM_STATISTICS before the login tells nothing',
    level: 'MUST',
    source: notAResponse,
    script: [greeting, { send: { message: 'COM_STATISTICS' } }, ...answered],
    deliveries: whole,
    killedBy: ['commands-run-before-the-login', 'keeps-open-after-disorder', 'never-closes-after-err'],
  },
  {
    id: 'first-packet/com-change-user',
    title: 'COM_CHANGE_USER before the login is refused',
    level: 'MUST',
    source: notAResponse,
    needs: ['check-account'],
    // To an account that gets in without a password: nothing but the missing login is in its way.
    script: [greeting, { send: { message: 'COM_CHANGE_USER', account: 'check' } }, ...answered],
    deliveries: whole,
    killedBy: ['commands-run-before-the-login', 'keeps-open-after-disorder', 'never-closes-after-err'],
  },
  {
    id: 'first-packet/auth-switch-response',
    title: 'twenty bytes of proof in answer to the greeting are no login',
    level: 'MUST',
    source: notAResponse,
    script: [greeting, { send: { wire: packet(1, times(20, 0x41)) } }, ...answered],
    killedBy: ['bad-handshake-takes-login', 'garbage-hangs'],
  },
  {
    id: 'first-packet/greeting-sent-back',
    title: 'a client that greets like a server is not let in',
    level: 'MUST',
    source: notAResponse,
    script: [
      greeting,
      {
        send: {
          payload: `0a${ascii('5.7.0')}00${int(4, 1)}${times(8, 0x41)}00ffff21${int(2, 2)}ff8115${times(10, 0)}${times(12, 0x42)}00`,
          sequenceId: 1,
        },
      },
      // Read as flags of before 4.1, the first bytes are those of a user "0", whom nobody knows.
      {
        expect: [
          anyErrOutOfTurn,
          closes,
          { packet: 'AuthSwitchRequest', sequenceId: 'any', then: [] },
          { packet: 'OldAuthSwitchRequest', sequenceId: 'any', then: [] },
        ],
      },
      ended,
    ],
    killedBy: ['never-closes-after-err', 'greeting-sent-back-answered'],
  },
] as const satisfies readonly Case[];
