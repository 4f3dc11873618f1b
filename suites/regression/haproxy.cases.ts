import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Step } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { alive, asksForOldPasswordBehindQuit, quitForAnAnswer } from '../regression-steps.ts';
import { ended, greeting, loginAsCheck } from '../steps.ts';

const product = 'HAProxy';
const answered = [
  manual['mysql/ok-or-err-ends-auth'],
  manual['mariadb/auth-answers'],
  manual['haproxy/mysql-check-sends-auth-and-quit'],
  manual['mysql/auth-err-closes-connection'],
  manual['mysql/quit-closes'],
  manual['mariadb/quit-closes'],
] as const;
const quit = { message: 'COM_QUIT' } as const;

/** What HAProxy's own test sends for the user "user", who may or may not be there. */
const ofUser = {
  'pre-41': '0b000001 0080 000001 75736572 00 00 01000000 01',
  'post-41': `26000001 00820000 00800001 21 ${'00'.repeat(23)} 75736572 00 00 01000000 01`,
  'post-80': `3c000001 00820800 00800001 21 ${'00'.repeat(23)} 75736572 00 00 6d7973716c5f6e61746976655f70617373776f726400 01000000 01`,
} as const;
/** It lets the user in or not; whichever it is has sequence id 2, and COM_QUIT ends the connection. */
const asks = (bytes: string, ...answers: readonly Alternative[]): readonly Step[] => [
  greeting,
  { send: { wire: bytes.replaceAll(' ', '') } },
  { expect: [{ packet: 'OK', sequenceId: 2 }, { packet: 'ERR', sequenceId: 2, where: { errorCode: { not: 1156 } } }, ...answers] },
  ended,
];

/** The checks of HAProxy, as bytes, and what they may do to the server. */
export const cases = [
  {
    id: 'regression/haproxy-212f778d6-no-flags',
    title: 'the check of HAProxy 1.4, which sets no flag at all, and that with SECURE_CONNECTION are both answered',
    // MariaDB's manual does not know this packet.
    level: 'SHOULD',
    source: [
      ...answered,
      manual['haproxy/mysql-check-pre-41'],
      manual['mysql/response320-layout'],
      manual['mysql/method-without-plugin-auth'],
      manual['mysql/no-secure-connection-is-rejected'],
      manual['mariadb/auth-switch-old-is-one-byte'],
    ],
    script: [
      ...asks(ofUser['pre-41'].replace('0080', '0000'), asksForOldPasswordBehindQuit),
      { beside: asks(ofUser['pre-41'], asksForOldPasswordBehindQuit) },
    ],
    deliveries: ['whole'],
    link: 'https://github.com/haproxy/haproxy/commit/212f778d6',
    regression: { product, issue: 'haproxy/haproxy@212f778d6', fixed: '1.5-dev8' },
    killedBy: ['handshake-320-closes'],
  },
  {
    id: 'regression/haproxy-187-reset-behind-quit',
    title: 'a client that resets its connection behind COM_QUIT has quit: after twelve of them the next is served',
    level: 'SHOULD',
    // The report is of Postfix; the commit that closes it (haproxy/haproxy@5488a62bf) speaks of MySQL.
    source: [manual['haproxy/mysql-check-causes-no-aborted-connect'], manual['mysql/quit-closes'], manual['mariadb/quit-closes']],
    needs: ['check-account', { firstProof: 'check' }, { feature: 'fifty-connect-errors' }],
    script: [
      greeting,
      ...Array.from(
        { length: 12 },
        (): Step => ({
          beside: [greeting, { send: [loginAsCheck.send, quit] }, { expect: [{ packet: 'OK', sequenceId: 2 }] }, { do: 'reset' }],
        }),
      ),
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/haproxy/haproxy/issues/187',
    regression: { product, issue: 'haproxy/haproxy#187', affected: '1.9, 2.0.0', fixed: '2.1-dev2' },
    killedBy: ['quits-block-host'],
  },
  {
    id: 'regression/haproxy-2934-post-80',
    title: "HAProxy's post-80 check is answered with OK, ERR or AuthSwitchRequest of sequence id 2, and the connection ends",
    // No sentence says that an answer counts that comes before the greeting.
    level: 'SHOULD',
    source: [...answered, manual['haproxy/mysql-check-post-80'], manual['mysql/wrong-guess-gets-auth-switch']],
    script: asks(ofUser['post-80'], {
      packet: 'AuthSwitchRequest',
      ...quitForAnAnswer,
    }),
    deliveries: ['whole', 'early'],
    tries: 25,
    link: 'https://github.com/haproxy/haproxy/issues/2934',
    regression: { product, issue: 'haproxy/haproxy#2934', fixed: '3.4-dev4' },
    killedBy: ['quit-for-a-proof-hangs', 'close-without-err'],
  },
  {
    id: 'regression/haproxy-2934-post-41',
    title: "HAProxy's post-41 check is answered with OK or ERR of sequence id 2, never with an AuthSwitchRequest that names a plugin",
    level: 'SHOULD',
    source: [...answered, manual['haproxy/mysql-check-post-41-is-default'], manual['mysql/auth-switch-needs-plugin-auth']],
    script: asks(ofUser['post-41'], asksForOldPasswordBehindQuit),
    deliveries: ['whole', 'early'],
    tries: 25,
    link: 'https://github.com/haproxy/haproxy/issues/2934',
    regression: { product, issue: 'haproxy/haproxy#2934', fixed: '3.4-dev4' },
    killedBy: ['sends-auth-switch-to-client-without-plugin-auth', 'close-without-err'],
  },
  {
    id: 'regression/haproxy-2934-checks-are-no-errors',
    title: 'twelve checks whose user is let in or denied, and that end with a reset behind their answer, block nobody',
    // HAProxy speaks of a user who gets in; MySQL 8 denies most of its checks, and a denied login is no error of the handshake.
    level: 'SHOULD',
    source: [
      manual['haproxy/mysql-check-causes-no-aborted-connect'],
      manual['mysql/error-1129-host-is-blocked'],
      manual['mysql/connect-errors-are-handshake-errors'],
      manual['mariadb/error-1129-host-is-blocked'],
      manual['mariadb/connect-errors-are-handshake-errors'],
    ],
    needs: ['check-account', { feature: 'fifty-connect-errors' }],
    script: [
      greeting,
      ...Array.from(
        { length: 12 },
        (): Step => ({
          beside: [
            greeting,
            { send: { wire: ofUser['post-41'].replaceAll(' ', '') } },
            { expect: [{ packet: 'OK' }, { packet: 'ERR' }, { packet: 'OldAuthSwitchRequest' }] },
            { do: 'reset' },
          ],
        }),
      ),
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/haproxy/haproxy/issues/2934',
    regression: { product, issue: 'haproxy/haproxy#2934', fixed: '3.4-dev4' },
    killedBy: ['unfinished-logins-block-host', 'denied-logins-block-host'],
  },
] as const satisfies readonly Case[];
