import type { Case } from '../../harness/case/case.ts';
import { ascii, int, packet, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import {
  anyErrOutOfTurn,
  asksNobody,
  authModeNotSupported,
  closes,
  deniedNobody,
  deniedNobodySource,
  ended,
  endedCleanly,
  greeting,
  loginAsCheck,
  ok,
  waitsUntilHalfClose,
} from '../steps.ts';

/**
 * The manuals say what the first packet is (MUST), and that the client answers it; that its answer counts where it comes before, as that of
 * HAProxy's check does, both servers agree on and no sentence says.
 */
const taken = 'SHOULD';
const source = [
  manual['mysql/greeting-comes-first'],
  manual['mysql/ok-or-err-ends-auth'],
  manual['mariadb/auth-answers'],
  manual['haproxy/mysql-check-sends-auth-and-quit'],
] as const;
/** A response of nobody, cut in two. */
const inParts = [...source, manual['tcp/segments-do-not-match-writes'], ...deniedNobodySource] as const;
const link = 'https://github.com/sysown/proxysql/issues/3342';
const early = ['early'] as const;
/**
 * The fault is a race between the client's bytes and the greeting. A hundred that are refused in a row have a server block this host
 * (max_connect_errors, as shipped 100).
 */
const tries = 25;

/** A whole HandshakeResponse41 of a user that does not exist, as bytes: PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH. */
const response = packet(
  1,
  `${int(4, 0x088200)}${int(4, 0x1000000)}2d${times(23, 0)}${ascii('mywire_nobody')}0000${ascii('mysql_native_password')}00`,
);
/** What nobody gets: a server that has lost a byte of it would say something else, or nothing. */
const refused = [{ expect: [deniedNobody, ...asksNobody] }, ended] as const;

/** What the client sends before it has read a byte of the greeting. */
export const cases = [
  {
    id: 'early-data/handshake-response',
    title: 'a handshake response that comes before the greeting gets greeting and OK',
    level: taken,
    source,
    needs: ['check-account', { firstProof: 'check' }],
    script: [greeting, loginAsCheck, { expect: [{ packet: 'OK', sequenceId: 2 }] }],
    deliveries: early,
    tries,
    link,
    killedBy: [
      'early-data-resets-without-greeting',
      'early-data-closes-without-greeting',
      'drops-early-data',
      'early-data-answered-before-greeting',
    ],
  },
  {
    id: 'early-data/handshake-response-and-quit',
    title: 'a handshake response and COM_QUIT before the greeting get greeting, OK and FIN',
    level: taken,
    source: [...source, manual['mysql/quit-closes'], manual['mariadb/quit-closes']],
    needs: ['check-account', { firstProof: 'check' }],
    script: [greeting, { send: [loginAsCheck.send, { message: 'COM_QUIT' }] }, { expect: [{ packet: 'OK', sequenceId: 2 }] }, endedCleanly],
    deliveries: early,
    tries,
    link,
    killedBy: [
      'early-data-resets-without-greeting',
      'early-data-closes-without-greeting',
      'drops-early-data',
      'early-data-loses-second-packet',
    ],
  },
  {
    id: 'early-data/handshake-response-and-ping',
    title: 'a handshake response and COM_PING before the greeting get greeting, OK and OK',
    level: 'SHOULD',
    source: [...source, manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs: ['check-account', { firstProof: 'check' }],
    script: [
      greeting,
      { send: [loginAsCheck.send, { message: 'COM_PING' }] },
      { expect: [{ packet: 'OK', sequenceId: 2 }] },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
    ],
    deliveries: early,
    tries,
    killedBy: ['early-data-loses-second-packet', 'drops-early-data', 'early-data-resets-without-greeting'],
  },
  {
    id: 'early-data/whole-session',
    title: 'a whole session before the greeting, login to COM_QUIT, gets all its answers',
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/query-answers'],
      manual['mariadb/query-answers'],
      manual['mysql/quit-closes'],
      manual['mariadb/quit-closes'],
    ],
    needs: ['check-account', { firstProof: 'check' }],
    script: [
      greeting,
      loginAsCheck,
      ok,
      { send: { message: 'COM_QUERY', with: { query: 'SELECT 1' } } },
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first: '1' } }] },
      { send: { message: 'COM_QUIT' } },
      endedCleanly,
    ],
    deliveries: early,
    tries,
    killedBy: ['early-data-loses-second-packet', 'drops-early-data', 'drops-commands-behind-login'],
  },
  {
    id: 'early-data/unknown-user',
    title: 'a handshake response of an unknown user before the greeting gets greeting and ERR',
    level: taken,
    source: [...source, ...deniedNobodySource],
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'unknown' } }, { expect: [deniedNobody] }, ended],
    deliveries: early,
    tries,
    link,
    killedBy: ['early-data-resets-without-greeting', 'early-data-closes-without-greeting', 'drops-early-data', 'accepts-unknown-user'],
  },
  {
    id: 'early-data/without-plugin-auth',
    title: 'a handshake response without PLUGIN_AUTH before the greeting gets greeting, and OK or ERR 1251',
    level: taken,
    source: [
      ...source,
      manual['mysql/method-without-plugin-auth'],
      manual['mysql/no-plugin-auth-and-non-native-account-is-rejected'],
      manual['mysql/error-1251-auth-mode-not-supported'],
      manual['mariadb/error-1251-auth-mode-not-supported'],
    ],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION'] } } },
      { expect: [{ packet: 'OK', sequenceId: 2 }, authModeNotSupported] },
    ],
    deliveries: early,
    tries,
    killedBy: ['early-data-resets-without-greeting', 'early-data-closes-without-greeting', 'drops-early-data'],
  },
  {
    id: 'early-data/half-close',
    title: 'a client that logs in, quits and ends its half, all before the greeting, still gets greeting and OK',
    level: taken,
    source: [...source, manual['tcp/half-closed-may-still-send'], manual['mysql/quit-closes'], manual['mariadb/quit-closes']],
    needs: ['check-account', { firstProof: 'check' }],
    script: [
      { send: [loginAsCheck.send, { message: 'COM_QUIT' }] },
      { do: 'half-close' },
      greeting,
      { expect: [{ packet: 'OK', sequenceId: 2 }] },
      ended,
    ],
    deliveries: ['whole'],
    tries,
    killedBy: ['half-close-drops-answers', 'early-data-closes-without-greeting'],
  },
  {
    id: 'early-data/quit',
    title: 'COM_QUIT before the greeting gets the greeting, and then an ERR or the end',
    level: 'MUST',
    source: [
      manual['mysql/greeting-comes-first'],
      manual['mariadb/first-byte-ff-is-err'],
      manual['mysql/quit-closes'],
      manual['mariadb/quit-closes'],
      manual['mysql/auth-err-closes-connection'],
    ],
    script: [greeting, { send: { message: 'COM_QUIT' } }, { expect: [anyErrOutOfTurn, closes] }, ended],
    deliveries: early,
    tries,
    link,
    killedBy: ['early-quit-resets-without-greeting', 'early-data-resets-without-greeting', 'drops-early-data'],
  },
  {
    id: 'early-data/ping',
    title: 'COM_PING before the greeting gets the greeting, and is then refused',
    level: 'MUST',
    source: [
      manual['mysql/greeting-comes-first'],
      manual['mariadb/first-byte-ff-is-err'],
      manual['mysql/auth-ok-enters-command-phase'],
      manual['mariadb/auth-answers'],
      manual['mysql/auth-err-closes-connection'],
    ],
    script: [greeting, { send: { message: 'COM_PING' } }, { expect: [anyErrOutOfTurn, closes] }, ended],
    deliveries: early,
    tries,
    link,
    killedBy: ['commands-run-before-the-login', 'early-data-resets-without-greeting', 'early-data-closes-without-greeting'],
  },
  {
    id: 'early-data/http-request',
    title: 'an HTTP request before the greeting gets the greeting first',
    level: 'MUST',
    source: [manual['mysql/greeting-comes-first'], manual['mariadb/first-byte-ff-is-err'], manual['mysql/auth-err-closes-connection']],
    script: [
      greeting,
      { send: { wire: ascii('GET / HTTP/1.0\r\n\r\n') } },
      { expect: [anyErrOutOfTurn, closes, waitsUntilHalfClose] },
      ended,
    ],
    deliveries: early,
    // One round: a target that waits for the rest keeps each try waiting.
    tries: 8,
    killedBy: ['http-gets-answered', 'early-data-resets-without-greeting', 'early-data-closes-without-greeting'],
  },
  {
    id: 'early-data/one-byte',
    title: 'one byte before the greeting and the rest behind it make one packet',
    level: taken,
    source: inParts,
    script: [{ send: { wire: response.slice(0, 2) } }, greeting, { send: { wire: response.slice(2) } }, ...refused],
    deliveries: ['whole'],
    tries,
    killedBy: ['drops-early-data', 'early-data-resets-without-greeting'],
  },
  {
    id: 'early-data/header',
    title: 'the header before the greeting and the payload behind it make one packet',
    level: taken,
    source: inParts,
    script: [{ send: { wire: response.slice(0, 8) } }, greeting, { send: { wire: response.slice(8) } }, ...refused],
    deliveries: ['whole'],
    // One round: a target that has lost the header keeps each try waiting.
    tries: 8,
    killedBy: ['drops-early-data', 'early-data-resets-without-greeting'],
  },
  {
    id: 'early-data/half-a-packet',
    title: 'half a handshake response before the greeting and the rest behind it make one packet',
    level: taken,
    source: inParts,
    script: [{ send: { wire: response.slice(0, 80) } }, greeting, { send: { wire: response.slice(80) } }, ...refused],
    deliveries: ['whole'],
    tries,
    killedBy: ['drops-early-data', 'early-data-resets-without-greeting'],
  },
] as const satisfies readonly Case[];
