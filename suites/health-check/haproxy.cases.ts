import type { Case } from '../../harness/case/case.ts';
import type { Delivery } from '../../harness/case/delivery.ts';
import type { Alternative, Step, Stimulus } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { alive, asksForOldPasswordBehindQuit } from '../regression-steps.ts';
import { authModeNotSupported, ended, endedCleanly, greeting, readError } from '../steps.ts';

/** Byte for byte what HAProxy sends (haproxy-bytes.test.ts compares with recordings); the user is the target's. */
const quit = { message: 'COM_QUIT' } as const;
const pre41 = (capabilities: number): Stimulus => ({
  message: 'HandshakeResponse320',
  account: 'check',
  with: { capabilities, maxPacketSize: 0x010000, authResponse: '00' },
});
const post41 = (maxPacketSize: number): Stimulus => ({
  message: 'HandshakeResponse41',
  account: 'check',
  capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION'] },
  with: { maxPacketSize, characterSet: 0x21, authResponse: '' },
});

/** The authentication packet of each mode, by HAProxy version. COM_QUIT follows in the same segment. */
export const checks = {
  /** `user U` up to 2.1, `user U pre-41` since 2.2. */
  'pre-41': pre41(0x8000),
  /** `user U` of 1.4 and 1.5-dev, before SECURE_CONNECTION was set. */
  'pre-41-of-1.4': pre41(0),
  /** `user U post-41` from 1.5 to 2.1. */
  'post-41-of-1.8': post41(0x01000000),
  /** `user U` since 2.2. */
  'post-41': post41(0x01008000),
  /** `user U post-80` since 3.4. */
  'post-80': {
    message: 'HandshakeResponse41',
    account: 'check',
    capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH'] },
    with: { maxPacketSize: 0x01008000, characterSet: 0x21, authResponse: '', authPluginName: 'mysql_native_password' },
  },
} as const satisfies Record<string, Stimulus>;

const source = [
  manual['mysql/greeting-comes-first'],
  manual['mysql/ok-or-err-ends-auth'],
  manual['mysql/quit-closes'],
  manual['mariadb/auth-answers'],
  manual['mariadb/quit-closes'],
  manual['haproxy/mysql-check-sends-auth-and-quit'],
] as const;
/** What a server may say that does not know clients of before 4.1, or not the plugin that they have. */
const unsupported = [
  manual['mysql/error-1251-auth-mode-not-supported'],
  manual['mariadb/error-1251-auth-mode-not-supported'],
  manual['mysql/method-without-plugin-auth'],
  manual['mysql/no-plugin-auth-and-non-native-account-is-rejected'],
  manual['mysql/old-auth-switch-is-one-byte'],
  manual['mariadb/auth-switch-old-is-one-byte'],
] as const;
const before41 = [
  ...source,
  ...unsupported,
  manual['mysql/error-1043-bad-handshake'],
  manual['mariadb/error-1043-bad-handshake'],
  manual['haproxy/mysql-check-pre-41'],
  manual['mysql/response320-layout'],
  manual['mysql/ok-without-protocol-41'],
] as const;
const issue = 'https://github.com/sysown/proxysql/issues/3342';

/**
 * No sentence says that an answer to the greeting counts where it comes before (suites/early-data), that a command may come with the login
 * in one segment, or that the end is a FIN; both servers have it so.
 */
const level = 'SHOULD';
const early = { deliveries: ['early'] as readonly [Delivery], tries: 500 } as const;
const late = { deliveries: ['whole'] as readonly [Delivery] } as const;

const ok = { packet: 'OK', sequenceId: 2, then: [endedCleanly] } as const satisfies Alternative;
/** Three bytes: no status flags, no warnings. */
const shortOk = { packet: 'OK', sequenceId: 2, where: { payload: '\x00\x00\x00' }, then: [endedCleanly] } as const satisfies Alternative;
/** The account is not for mysql_native_password, or the server is not for clients of that age. HAProxy says DOWN. */
const refuses320 = {
  packet: 'ERR',
  sequenceId: 2,
  where: { errorCode: { oneOf: [1251, 1043] } },
  means: 'clients-before-4.1',
} as const satisfies Alternative;
/** HAProxy cannot answer it and says UP all the same: the first byte is not 0xFF. */
const authSwitch = {
  packet: 'AuthSwitchRequest',
  sequenceId: 2,
  means: 'native-password-for-this-account',
} as const satisfies Alternative;

const script = (check: Stimulus, ...answers: readonly [Alternative, ...Alternative[]]): readonly Step[] => [
  greeting,
  { send: [check, quit] },
  { expect: answers },
  endedCleanly,
];
/** The check without a user reads the greeting, and goes. */
const withoutUser = [greeting, { do: 'half-close' }, { expect: [readError, { closes: true }] }, ended] as const satisfies readonly Step[];
const killedByEarly = ['early-data-resets-without-greeting', 'early-data-closes-without-greeting', 'drops-early-data'] as const;
const killedByLate = ['close-instead-of-answer', 'rst-instead-of-answer', 'drops-commands-behind-login'] as const;

/**
 * `option mysql-check` (scenario S0): the check's bytes before the greeting, where they race with it, and behind it.
 * 500 tries by default, because ProxySQL 2.0.17 gets some right.
 */
export const cases: readonly Case[] = [
  {
    id: 'health-check/no-user',
    title: "HAProxy's check without a user, a client that ends its half behind the greeting, gets the end of the connection",
    level,
    source: [
      manual['haproxy/mysql-check-without-user-sends-nothing'],
      manual['mysql/greeting-comes-first'],
      manual['mysql/v10-client-disconnects-on-error'],
      manual['tcp/half-closed-may-still-send'],
    ],
    script: withoutUser,
    deliveries: ['whole'],
    tries: 25,
    killedBy: ['no-greeting-before-data', 'half-close-keeps-open'],
  },
  {
    id: 'health-check/no-user-twelve-times',
    title: "behind twelve of HAProxy's checks without a user the next client is still greeted and served",
    // The manual of HAProxy warns that such checks block a host in the end; no page says that a few do not.
    level,
    source: [
      manual['haproxy/mysql-check-without-user-can-lock-out'],
      manual['mysql/error-1129-host-is-blocked'],
      manual['mariadb/error-1129-host-is-blocked'],
    ],
    needs: ['check-account', { feature: 'fifty-connect-errors' }],
    script: [greeting, ...Array.from({ length: 12 }, (): Step => ({ beside: withoutUser })), alive],
    deliveries: ['whole'],
    link: 'https://docs.haproxy.org/3.0/configuration.html#4.2-option%20mysql-check',
    killedBy: ['unfinished-logins-block-host', 'silent-clients-block-host'],
  },
  {
    id: 'health-check/pre-41-before-the-greeting',
    title:
      "HAProxy's check for clients before 4.1, sent before the greeting, gets greeting, OK and FIN, or ERR 1251 or 1043, or the request for the old password",
    level,
    source: before41,
    needs: ['check-account'],
    script: script(checks['pre-41'], shortOk, refuses320, asksForOldPasswordBehindQuit),
    ...early,
    link: issue,
    killedBy: [...killedByEarly, 'handshake-320-closes'],
  },
  {
    id: 'health-check/pre-41',
    title:
      "HAProxy's check for clients before 4.1, sent behind the greeting, gets OK and FIN, or ERR 1251 or 1043, or the request for the old password",
    level,
    source: before41,
    needs: ['check-account'],
    script: script(checks['pre-41'], shortOk, refuses320, asksForOldPasswordBehindQuit),
    ...late,
    link: 'https://github.com/sysown/proxysql/issues/777',
    killedBy: [...killedByLate, 'handshake-320-closes'],
  },
  {
    id: 'health-check/pre-41-of-1.4-before-the-greeting',
    title:
      "HAProxy 1.4's check, which sets no flag at all, sent before the greeting, gets greeting, OK and FIN, or ERR 1251 or 1043, or the request for the old password",
    level,
    source: [...before41, manual['mysql/no-secure-connection-is-rejected']],
    needs: ['check-account'],
    script: script(checks['pre-41-of-1.4'], shortOk, refuses320, asksForOldPasswordBehindQuit),
    ...early,
    link: 'https://github.com/haproxy/haproxy/commit/212f778d6',
    killedBy: [...killedByEarly, 'handshake-320-closes'],
  },
  {
    id: 'health-check/pre-41-of-1.4',
    title:
      "HAProxy 1.4's check, which sets no flag at all, sent behind the greeting, gets OK and FIN, or ERR 1251 or 1043, or the request for the old password",
    level,
    source: [...before41, manual['mysql/no-secure-connection-is-rejected']],
    needs: ['check-account'],
    script: script(checks['pre-41-of-1.4'], shortOk, refuses320, asksForOldPasswordBehindQuit),
    ...late,
    link: 'https://github.com/haproxy/haproxy/commit/212f778d6',
    killedBy: [...killedByLate, 'handshake-320-closes'],
  },
  {
    id: 'health-check/post-41-of-1.8-before-the-greeting',
    title:
      "HAProxy 1.8's post-41 check, sent before the greeting, gets greeting, OK and FIN, or ERR 1251, or the request for the old password",
    level,
    source: [...source, ...unsupported],
    needs: ['check-account'],
    script: script(checks['post-41-of-1.8'], ok, authModeNotSupported, asksForOldPasswordBehindQuit),
    ...early,
    link: issue,
    killedBy: killedByEarly,
  },
  {
    id: 'health-check/post-41-of-1.8',
    title: "HAProxy 1.8's post-41 check, sent behind the greeting, gets OK and FIN, or ERR 1251, or the request for the old password",
    level,
    source: [...source, ...unsupported],
    needs: ['check-account'],
    script: script(checks['post-41-of-1.8'], ok, authModeNotSupported, asksForOldPasswordBehindQuit),
    ...late,
    link: issue,
    killedBy: killedByLate,
  },
  {
    id: 'health-check/post-41-before-the-greeting',
    title:
      "HAProxy's default check since 2.2, sent before the greeting, gets greeting, OK and FIN, or ERR 1251, or the request for the old password",
    level,
    source: [...source, manual['haproxy/mysql-check-post-41-is-default'], ...unsupported],
    needs: ['check-account'],
    script: script(checks['post-41'], ok, authModeNotSupported, asksForOldPasswordBehindQuit),
    ...early,
    link: issue,
    killedBy: killedByEarly,
  },
  {
    id: 'health-check/post-41',
    title: "HAProxy's default check since 2.2, sent behind the greeting, gets OK and FIN, or ERR 1251, or the request for the old password",
    level,
    source: [...source, manual['haproxy/mysql-check-post-41-is-default'], ...unsupported],
    needs: ['check-account'],
    script: script(checks['post-41'], ok, authModeNotSupported, asksForOldPasswordBehindQuit),
    ...late,
    link: issue,
    killedBy: killedByLate,
  },
  {
    id: 'health-check/post-80-before-the-greeting',
    title: "HAProxy's post-80 check, sent before the greeting, gets greeting, OK and FIN, or AuthSwitchRequest",
    level,
    source: [...source, manual['haproxy/mysql-check-post-80'], manual['mysql/wrong-guess-gets-auth-switch']],
    needs: ['check-account'],
    script: script(checks['post-80'], ok, authSwitch),
    ...early,
    link: 'https://github.com/haproxy/haproxy/issues/2934',
    killedBy: killedByEarly,
  },
  {
    id: 'health-check/post-80',
    title: "HAProxy's post-80 check, sent behind the greeting, gets OK and FIN, or AuthSwitchRequest",
    level,
    source: [...source, manual['haproxy/mysql-check-post-80'], manual['mysql/wrong-guess-gets-auth-switch']],
    needs: ['check-account'],
    script: script(checks['post-80'], ok, authSwitch),
    ...late,
    link: 'https://github.com/haproxy/haproxy/issues/2934',
    killedBy: killedByLate,
  },
  {
    id: 'health-check/post-41-for-an-account-that-requires-tls',
    title: "HAProxy's post-41 check of an account that requires TLS is refused with an ERR of sequence id 2 that is not 1156",
    level,
    source: [
      ...source,
      manual['mysql/auth-err-closes-connection'],
      manual['haproxy/mysql-check-post-41-is-default'],
      manual['mysql/require-ssl-permits-only-encrypted'],
      manual['mariadb/require-ssl-permits-only-encrypted'],
    ],
    needs: [{ account: 'requires-tls' }],
    // The report, which works as designed, has 1156 there: who reads it looks for the fault in the check.
    script: [
      greeting,
      { send: [{ ...checks['post-41'], account: 'requires-tls' }, { message: 'COM_QUIT' }] },
      { expect: [{ packet: 'ERR', sequenceId: 2, where: { errorCode: { not: 1156 } } }] },
      ended,
    ],
    ...late,
    link: 'https://github.com/haproxy/haproxy/issues/1970',
    killedBy: ['tls-required-answered-with-1156'],
  },
];
