import type { Case } from '../../harness/case/case.ts';
import { times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { deniedInWords } from '../query-steps.ts';
import { anyErr, closes, deniedNobody, ended, endedCleanly, err, greeting, loggedIn, namesMatchExactly, ok, works } from '../steps.ts';

const outcome = [manual['mysql/ok-or-err-ends-auth'], manual['mariadb/auth-answers']] as const;
const denied = [
  manual['mysql/error-1045-access-denied'],
  manual['mysql/auth-err-closes-connection'],
  manual['mariadb/error-1045-access-denied'],
] as const;
const withoutPassword = [
  manual['mysql/error-1698-access-denied-without-password'],
  manual['mariadb/error-1698-access-denied-without-password'],
] as const;
const formula = [manual['mysql/native-formula'], manual['mysql/caching-sha2-scramble'], manual['mariadb/native-formula']] as const;

/** What proves nothing is refused. */
const guessSource = [
  ...denied,
  ...outcome,
  ...formula,
  manual['mysql/native-challenge-and-response-are-20-bytes'],
  manual['mariadb/native-seed-is-20-bytes'],
] as const;

/** 1045 and SQLSTATE 28000; whether a password was used stands in the text, in capitals or not. */
const accessDenied = (used: '[Yy][Ee][Ss]' | '[Nn][Oo]') => deniedInWords(`using password: ${used}`, 'login');
const login = { send: { message: 'HandshakeResponse41', account: 'login' } } as const;
/** 1045 where it has the right length; of others no manual says with which code they are refused, or what comes before it. */
const noGuess = anyErr;
/**
 * An account with a password, and a proof of this many bytes that is none. A proxy that greeted with a challenge of its own
 * asks again, with the server's: the same bytes must not get in then either.
 */
const sameBytes = (bytes: number) => ({ send: { message: 'AuthSwitchResponse', with: { data: times(bytes, 0x41) } } }) as const;
/** caching_sha2_password may go on to the full exchange (mysql/page_caching_sha2_authentication_exchanges): no password there either. */
const asksForPassword = (bytes: number) =>
  ({ packet: 'AuthMoreData', where: { payload: '\x01\x04' }, then: [sameBytes(bytes), { expect: [noGuess, closes] }, ended] }) as const;
const guessOf = (bytes: number) =>
  [
    greeting,
    { send: { message: 'HandshakeResponse41', account: 'login', with: { authResponse: times(bytes, 0x41) } } },
    {
      expect: [
        noGuess,
        closes,
        { packet: 'AuthSwitchRequest', then: [sameBytes(bytes), { expect: [noGuess, closes, asksForPassword(bytes)] }, ended] },
        asksForPassword(bytes),
      ],
    },
    ended,
  ] as const;

/** Logins with and without a password, in the first answer to the greeting. */
export const cases = [
  {
    id: 'login/empty-password',
    title: 'an account without a password gets in with an empty auth response, at once',
    // Of mysql_native_password MySQL's pages do not say what stands for no password.
    level: 'SHOULD',
    source: [
      ...outcome,
      manual['mysql/native-needs-no-extra-packet'],
      manual['mysql/caching-sha2-empty-password'],
      manual['mariadb/empty-password-is-one-nul'],
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-follows-last-received'],
    ],
    needs: ['check-account', { firstProof: 'check' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check' } },
      { expect: [{ packet: 'OK', sequenceId: 2 }] },
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/issues/1893',
    killedBy: [
      'refuses-empty-password',
      'ok-starts-with-fe',
      'answer-sequence-off-by-one',
      'answer-sequence-zero',
      'empty-password-asks-for-a-switch',
    ],
  },
  {
    id: 'login/right-password',
    title: 'an account with a password gets in with the right proof',
    level: 'MUST',
    source: [...outcome, ...formula, manual['mysql/caching-sha2-fast-success-then-ok']],
    needs: ['login-account'],
    script: [greeting, login, ok, ...works],
    killedBy: ['refuses-right-password', 'sha2-fast-auth-without-ok'],
  },
  {
    id: 'login/every-right-proof',
    title: 'the right proof is accepted whatever bytes the scramble makes of it, a NUL included',
    level: 'MUST',
    source: [...outcome, ...formula],
    needs: ['login-account'],
    script: [greeting, login, ok],
    deliveries: ['whole'],
    // One proof in fourteen has a NUL: 200 logins leave no chance to miss it.
    tries: 200,
    link: 'https://github.com/sysown/proxysql/pull/1954',
    killedBy: ['auth-response-cut-at-nul'],
  },
  {
    id: 'login/wrong-password',
    title: 'a wrong password is refused with ERR 1045 (28000), and the connection ends',
    level: 'MUST',
    source: [...denied, ...outcome],
    needs: ['login-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', password: 'wrong' } },
      { expect: [err(1045, '28000')] },
      ended,
    ],
    killedBy: [
      'accepts-any-password',
      'wrong-err-code-for-bad-password',
      'wrong-sqlstate-for-bad-password',
      'never-closes-after-err',
      'close-without-err',
      'err-without-sqlstate',
      'err-without-marker',
      'err-doubled-marker',
      'err-code-of-the-client',
      'err-sequence-zero',
    ],
  },
  {
    id: 'login/wrong-password-was-used',
    title: 'the ERR 1045 of a wrong password says that one was used',
    level: 'SHOULD',
    source: denied,
    needs: ['login-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', password: 'wrong' } },
      { expect: accessDenied('[Yy][Ee][Ss]') },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['says-password-not-used', 'err-without-message'],
  },
  {
    id: 'login/refusal-ends-with-fin',
    title: 'behind the ERR of a wrong password the connection ends with FIN: the server has read all that was sent',
    // The manuals have it closed; that nothing excuses a RST, TCP says.
    level: 'SHOULD',
    source: [...denied, manual['tcp/close-by-fin-or-rst'], manual['tcp/close-with-unread-data-sends-rst']],
    needs: ['login-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', password: 'wrong' } },
      { expect: [err(1045, '28000')] },
      endedCleanly,
    ],
    killedBy: ['rst-after-err', 'fin-then-rst-at-end'],
  },
  {
    id: 'login/password-for-account-without',
    title: 'a password for an account that has none is refused with ERR 1045',
    // MariaDB's manual does not say that it is a wrong one.
    level: 'SHOULD',
    source: [manual['mysql/blank-password-matches-none'], ...denied, ...outcome],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', password: 'wrong' } },
      { expect: [err(1045, '28000')] },
      ended,
    ],
    killedBy: ['any-password-where-there-is-none', 'accepts-any-password'],
  },
  {
    id: 'login/no-password-for-account-with',
    title: 'an empty auth response for an account with a password is refused with ERR 1045 at once, without AuthMoreData',
    level: 'SHOULD',
    source: [...denied, ...outcome, manual['mysql/caching-sha2-empty-password']],
    needs: ['login-account', { firstProof: 'login' }],
    // Sequence id 2: the ERR is the very next packet.
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', password: 'empty' } },
      {
        expect: [
          { ...accessDenied('[Nn][Oo]')[0], sequenceId: 2 },
          { ...accessDenied('[Nn][Oo]')[1], sequenceId: 2 },
        ],
      },
      ended,
    ],
    link: 'https://github.com/pingcap/tidb/issues/40831',
    killedBy: ['accepts-any-password', 'sha2-empty-response-asks-more'],
  },
  {
    id: 'login/unknown-user',
    title: 'a user that does not exist is refused with ERR 1045 or 1698 (28000), like a wrong password',
    level: 'MUST',
    source: [...denied, ...withoutPassword, ...namesMatchExactly, ...outcome],
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'unknown' } }, { expect: [deniedNobody] }, ended],
    killedBy: ['accepts-unknown-user', 'unknown-user-told-apart'],
  },
  {
    id: 'login/unknown-user-with-password',
    title: 'a user that does not exist is refused with ERR 1045 or 1698 (28000) when he sends a password, too',
    level: 'MUST',
    source: [...denied, ...withoutPassword, ...namesMatchExactly, ...outcome],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'unknown', password: 'wrong' } },
      { expect: [deniedNobody] },
      ended,
    ],
    killedBy: ['unknown-user-told-apart-by-password', 'accepts-unknown-user', 'unknown-user-told-apart'],
  },
  {
    id: 'login/proof-of-19-bytes',
    title: '19 bytes that prove nothing, one fewer than a native proof has, are refused',
    level: 'MUST',
    source: guessSource,
    needs: ['login-account'],
    script: guessOf(19),
    link: 'https://github.com/sysown/proxysql/pull/2052',
    killedBy: ['proof-of-another-length-accepted', 'accepts-any-password'],
  },
  {
    id: 'login/proof-of-21-bytes',
    title: '21 bytes that prove nothing, one more than a native proof has, are refused',
    level: 'MUST',
    source: guessSource,
    needs: ['login-account'],
    script: guessOf(21),
    killedBy: ['proof-of-another-length-accepted', 'accepts-any-password'],
  },
  {
    id: 'login/proof-of-8-bytes',
    title: '8 bytes that prove nothing, as many as a proof of the old password method has, are refused',
    level: 'MUST',
    source: guessSource,
    needs: ['login-account'],
    script: guessOf(8),
    killedBy: ['proof-of-another-length-accepted', 'accepts-any-password'],
  },
  {
    id: 'login/proof-of-one-byte',
    title: 'one byte for a proof is refused',
    level: 'MUST',
    source: guessSource,
    needs: ['login-account'],
    script: guessOf(1),
    killedBy: ['proof-of-another-length-accepted', 'accepts-any-password'],
  },
  {
    id: 'login/commands-before-login-are-not-run',
    title: 'a command behind a refused login is not answered',
    level: 'SHOULD',
    source: [manual['mysql/auth-err-closes-connection'], manual['mysql/auth-ok-enters-command-phase']],
    script: [
      greeting,
      { send: [{ message: 'HandshakeResponse41', account: 'unknown' }, { message: 'COM_PING' }] },
      {
        expect: [
          { packet: 'ERR', sequenceId: 'any' },
          closes,
          { packet: 'AuthSwitchRequest', then: [{ expect: [{ packet: 'ERR', sequenceId: 'any' }, closes] }, ended] },
        ],
      },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['refused-client-is-answered', 'accepts-unknown-user', 'never-closes-after-err'],
  },
  {
    id: 'login/stays-open',
    title: 'behind the OK of a login the server waits for a command',
    level: 'SHOULD',
    source: [manual['mysql/auth-ok-enters-command-phase'], manual['mysql/command-phase-ends-with-connection']],
    needs: ['check-account'],
    script: [...loggedIn, { expect: [{ waits: true }] }, ...works],
    deliveries: ['whole'],
    killedBy: ['closes-after-login', 'auth-more-data-after-ok', 'idle-behind-login-closes'],
  },
] as const satisfies readonly Case[];
