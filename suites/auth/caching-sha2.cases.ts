import type { Case } from '../../harness/case/case.ts';
import type { ProofForm, Step } from '../../harness/case/step.ts';
import { answer, answerBytes, denied, loginAs, OTHER_PLUGIN, publicKey } from '../auth-steps.ts';
import { times } from '../bytes.ts';
import { works as compressedWorks } from '../compression-steps.ts';
import { manual } from '../manual.ts';
import { anyErr, closes, ended, greeting, notTaken, ok, readError, works } from '../steps.ts';

const exchange = [
  manual['mysql/caching-sha2-full-when-not-cached'],
  manual['mysql/auth-more-data-layout'],
  manual['mysql/caching-sha2-bytes'],
  manual['mariadb/caching-sha2-results'],
] as const;
const underKey = [
  ...exchange,
  manual['mysql/caching-sha2-public-key-request'],
  manual['mysql/caching-sha2-public-key-is-pem'],
  manual['mariadb/caching-sha2-public-key-request'],
] as const;
const failed = [
  manual['mysql/caching-sha2-failure-ends-connection'],
  manual['mysql/error-1045-access-denied'],
  manual['mysql/auth-err-closes-connection'],
] as const;
// MariaDB has the plugin for accounts that come from MySQL, and its pages leave open when it asks for the password, and whether it caches.
const needs = [{ account: 'sha2' }, { dialect: 'mysql' }] as const;
/** The password goes over the wire outside TLS, if only in a login beside that fills the cache. */
const withKey = [...needs, { feature: 'sha2-public-key' }] as const;

/** A proof that cannot be right: the fast way fails whatever the server has cached, and it must ask for the password. */
const withProof = (proof: ProofForm) => ({ send: { message: 'HandshakeResponse41', account: 'sha2', proof } }) as const;
const wrongProof = withProof({ flip: 0 });
const asksForPassword = { packet: 'AuthMoreData', where: { data: '04' } } as const;
/**
 * The server asks for the password, and the rest follows: at once, or behind an AuthSwitchRequest that names the same plugin
 * again, as MySQL Router sends it for the server behind it.
 */
const fullBehind = (proof: ProofForm, ...rest: readonly Step[]) =>
  [
    {
      expect: [
        asksForPassword,
        {
          packet: 'AuthSwitchRequest',
          where: { pluginName: 'caching_sha2_password' },
          then: [answer(proof), { expect: [asksForPassword] }, ...rest],
        },
      ],
    },
    ...rest,
  ] as const satisfies readonly Step[];
const full = (...rest: readonly Step[]) => fullBehind({ flip: 0 }, ...rest);
/**
 * What is not the scramble is no success. The manual has a server ask for the password behind a fast way that failed; one that sees at
 * once that it cannot be a scramble may refuse it.
 */
const noScramble = (proof: ProofForm): readonly Step[] => {
  const answers = [{ ...anyErr, then: [ended] }, closes, asksForPassword] as const;
  return [
    greeting,
    { beside: [greeting, loginAs('sha2'), ok, ...works] },
    withProof(proof),
    { expect: [...answers, { packet: 'AuthSwitchRequest', then: [answer(proof), { expect: answers }] }] },
  ];
};
const askKey = answerBytes('02');
const startTls = [{ send: { message: 'SSLRequest' } }, { do: 'start-tls' }] as const;

/** Passwords that are almost the right one: a server that compares them itself can take them for it. */
const nearly = [
  {
    password: 'with-more-behind',
    title: 'a password with a character behind the right one',
    killedBy: ['sha2-full-takes-longer-password'],
  },
  {
    password: 'without-its-end',
    title: 'a password without the last character of the right one',
    killedBy: ['sha2-full-takes-shorter-password'],
  },
  { password: 'in-capitals', title: 'the right password in capitals', killedBy: ['sha2-full-takes-password-in-any-case'] },
] as const;

/** caching_sha2_password: the fast way and the full exchange, packet by packet. */
export const cases = [
  {
    id: 'auth/sha2-full-exchange-under-the-key',
    title: 'where the fast way fails, AuthMoreData 04, the public key on request and the encrypted password lead to OK',
    level: 'MUST',
    source: underKey,
    needs: withKey,
    script: [greeting, wrongProof, ...full(askKey, { expect: [publicKey] }, answer(), ok, ...works)],
    killedBy: [
      'sha2-result-unknown',
      'sha2-full-refuses-right-password',
      'public-key-withheld',
      'public-key-malformed',
      'public-key-cut',
      'auth-more-data-sequence-skips',
      'auth-more-data-unwrapped',
    ],
  },
  {
    id: 'auth/sha2-full-exchange-behind-auth-switch',
    title: 'the full exchange behind an AuthSwitchRequest uses the scramble of that request',
    level: 'MUST',
    source: [...underKey, manual['mysql/wrong-guess-gets-auth-switch'], manual['mysql/auth-switch-layout']],
    needs: withKey,
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'sha2', with: { authPluginName: OTHER_PLUGIN } } },
      { expect: [{ packet: 'AuthSwitchRequest', where: { pluginName: 'caching_sha2_password' } }] },
      answer({ flip: 0 }),
      { expect: [{ packet: 'AuthMoreData', sequenceId: 4, where: { data: '04' } }] },
      askKey,
      { expect: [publicKey] },
      answer(),
      { expect: [{ packet: 'OK', sequenceId: 8 }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['encrypted-password-nonce-ignored'],
  },
  {
    id: 'auth/sha2-full-exchange-over-tls',
    title: 'over TLS the full exchange takes the password in the clear, at once',
    level: 'MUST',
    source: [...exchange, manual['mariadb/caching-sha2-tls-sends-clear-password']],
    needs: [...needs, 'tls', { firstProof: 'sha2' }],
    script: [
      greeting,
      ...startTls,
      { send: { message: 'HandshakeResponse41', account: 'sha2', proof: { flip: 0 }, capabilities: { add: ['SSL'] } } },
      { expect: [{ packet: 'AuthMoreData', sequenceId: 3, where: { data: '04' } }] },
      answer(),
      { expect: [{ packet: 'OK', sequenceId: 5 }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['sha2-clear-password-refused', 'sha2-full-refuses-right-password', 'sha2-result-unknown'],
  },
  {
    id: 'auth/sha2-full-exchange-of-change-user-over-tls',
    title: 'over TLS the full exchange of COM_CHANGE_USER takes the password in the clear, as that of a login does',
    level: 'MUST',
    source: [...exchange, manual['mysql/change-user-gets-auth-switch'], manual['mariadb/caching-sha2-tls-sends-clear-password']],
    needs: [...needs, 'check-account', 'tls'],
    script: [
      greeting,
      ...startTls,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL'] } } },
      ok,
      { send: { message: 'COM_CHANGE_USER', account: 'sha2', proof: { flip: 0 } } },
      ...full(answer(), ok, ...works),
    ],
    deliveries: ['whole'],
    killedBy: ['change-user-clear-password-refused', 'sha2-clear-password-refused'],
  },
  {
    id: 'auth/sha2-fast-behind-full',
    title: 'a user who has authenticated goes the fast way next time: AuthMoreData 03 and OK',
    level: 'MUST',
    source: [
      manual['mysql/caching-sha2-fast-success-then-ok'],
      manual['mysql/caching-sha2-cache-makes-fast'],
      manual['mysql/caching-sha2-bytes'],
      manual['mariadb/caching-sha2-results'],
    ],
    needs: withKey,
    script: [
      greeting,
      { beside: [greeting, loginAs('sha2'), ok, ...works] },
      loginAs('sha2'),
      {
        expect: [
          { packet: 'AuthMoreData', sequenceId: 2, where: { data: '03' } },
          { packet: 'AuthSwitchRequest', then: [answer(), { expect: [{ packet: 'AuthMoreData', where: { data: '03' } }] }, ok, ...works] },
        ],
      },
      { expect: [{ packet: 'OK', sequenceId: 3 }] },
      ...works,
    ],
    killedBy: ['sha2-never-fast', 'sha2-fast-success-unsaid', 'sha2-fast-auth-without-ok'],
  },
  {
    id: 'auth/sha2-fast-with-compression',
    title: 'AuthMoreData 03 and the OK behind it are not compressed; what follows is',
    level: 'MUST',
    source: [
      manual['mysql/caching-sha2-fast-success-then-ok'],
      manual['mysql/caching-sha2-cache-makes-fast'],
      manual['mysql/caching-sha2-bytes'],
      manual['mysql/compression-begins-behind-ok'],
      manual['mysql/compression-needs-both-sides'],
    ],
    needs: [...withKey, { firstProof: 'sha2' }, { offers: 'COMPRESS' }],
    script: [
      greeting,
      { beside: [greeting, loginAs('sha2'), ok, ...works] },
      { send: { message: 'HandshakeResponse41', account: 'sha2', capabilities: { add: ['COMPRESS'] } } },
      { expect: [{ packet: 'AuthMoreData', sequenceId: 2, where: { data: '03' } }] },
      { expect: [{ packet: 'OK', sequenceId: 3, where: { frames: { absent: true } } }] },
      ...compressedWorks,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/commit/a11b8f72',
    killedBy: ['compresses-behind-fast-success'],
  },
  {
    id: 'auth/sha2-wrong-proof-is-no-success',
    title: 'a wrong proof does not get AuthMoreData 03, and a cached user is asked for the password like any other',
    level: 'MUST',
    source: exchange,
    needs: withKey,
    script: [greeting, { beside: [greeting, loginAs('sha2'), ok, ...works] }, wrongProof, ...full()],
    deliveries: ['whole'],
    killedBy: ['sha2-fast-success-for-any-proof', 'sha2-wrong-proof-asks-nothing'],
  },
  {
    id: 'auth/sha2-proof-wrong-at-its-end',
    title: 'a proof whose last bit alone is wrong does not get AuthMoreData 03: the password is asked for',
    level: 'MUST',
    source: exchange,
    needs: withKey,
    script: [greeting, { beside: [greeting, loginAs('sha2'), ok, ...works] }, withProof({ flip: 255 }), ...fullBehind({ flip: 255 })],
    deliveries: ['whole'],
    killedBy: ['sha2-fast-proof-cut'],
  },
  ...nearly.map(
    ({ password, title, killedBy }) =>
      ({
        id: `auth/sha2-full-exchange-with-password-${password}`,
        title: `${title} is refused in the full exchange, with ERR 1045 and the end`,
        level: 'MUST',
        source: [...underKey, ...failed],
        needs: withKey,
        script: [greeting, wrongProof, ...full(askKey, { expect: [publicKey] }, answer({}, password), { expect: [denied] }, ended)],
        deliveries: ['whole'],
        killedBy,
      }) as const satisfies Case,
  ),
  {
    id: 'auth/sha2-full-exchange-with-wrong-password',
    title: 'a wrong password in the full exchange is refused with ERR 1045 and the end',
    level: 'MUST',
    source: [...underKey, ...failed],
    needs: withKey,
    script: [greeting, wrongProof, ...full(askKey, { expect: [publicKey] }, answer({}, 'wrong'), { expect: [denied] }, ended)],
    deliveries: ['whole'],
    killedBy: ['sha2-full-accepts-any-password'],
  },
  {
    id: 'auth/sha2-full-exchange-with-garbage',
    title: '256 bytes that nobody encrypted are refused by caching_sha2_password',
    level: 'MUST',
    source: [...underKey, ...failed],
    needs: withKey,
    script: [greeting, wrongProof, ...full(askKey, { expect: [publicKey] }, answerBytes(times(256, 0x5a)), notTaken, ended)],
    deliveries: ['whole'],
    killedBy: ['undecipherable-password-accepted', 'accepts-any-password', 'undecipherable-password-hangs'],
  },
  {
    id: 'auth/sha2-full-exchange-in-the-clear',
    title: 'without TLS the full exchange of caching_sha2_password does not take a password in the clear',
    level: 'SHOULD',
    source: [...exchange, manual['mysql/caching-sha2-full-needs-secure-channel-or-rsa'], ...failed],
    needs,
    script: [greeting, wrongProof, ...full(answer({ as: 'clear' }), notTaken, ended)],
    deliveries: ['whole'],
    killedBy: ['clear-password-without-tls-accepted'],
  },
  {
    id: 'auth/sha2-key-asked-for-with-another-byte',
    title: 'the request of sha256_password, 0x01, does not get the public key of caching_sha2_password',
    level: 'SHOULD',
    source: [...underKey, manual['mysql/auth-err-closes-connection']],
    needs,
    script: [greeting, wrongProof, ...full(answerBytes('01'), notTaken, ended)],
    deliveries: ['whole'],
    killedBy: ['any-key-request-answered'],
  },
  {
    id: 'auth/sha2-one-nul-for-no-password',
    title: 'a caching_sha2_password account without a password gets in with one NUL, at once',
    level: 'SHOULD',
    source: [manual['mysql/caching-sha2-empty-password'], manual['mariadb/empty-password-is-one-nul']],
    needs: [{ account: 'sha2-empty' }, { firstProof: 'sha2-empty' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'sha2-empty', with: { authResponse: '00' } } },
      { expect: [{ packet: 'OK', sequenceId: 2 }] },
      ...works,
    ],
    killedBy: ['refuses-empty-password', 'sha2-empty-response-asks-more'],
  },
  {
    id: 'auth/sha2-one-nul-for-a-password',
    title: 'one NUL for a caching_sha2_password account with a password is refused with ERR 1045 at once',
    level: 'SHOULD',
    source: [manual['mysql/caching-sha2-empty-password'], ...failed],
    needs: [...needs, { firstProof: 'sha2' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'sha2', with: { authResponse: '00' } } },
      { expect: [{ ...denied, sequenceId: 2 }] },
      ended,
    ],
    link: 'https://github.com/pingcap/tidb/issues/40831',
    killedBy: ['sha2-empty-response-asks-more', 'accepts-any-password'],
  },
  {
    id: 'auth/sha2-proof-of-20-bytes',
    title:
      'the first 20 bytes of a right proof of caching_sha2_password do not get AuthMoreData 03: they are refused, or the password is asked for',
    level: 'MUST',
    source: [manual['mysql/caching-sha2-scramble'], ...exchange, manual['mysql/auth-err-closes-connection']],
    needs: withKey,
    script: noScramble({ keep: 20 }),
    deliveries: ['whole'],
    killedBy: ['sha2-fast-proof-cut'],
  },
  {
    id: 'auth/sha2-proof-of-33-bytes',
    title:
      'a right proof of caching_sha2_password with a NUL behind it does not get AuthMoreData 03: it is refused, or the password is asked for',
    // Whether what stands behind a proof belongs to it, no sentence says.
    level: 'SHOULD',
    source: [manual['mysql/caching-sha2-scramble'], ...exchange, manual['mysql/auth-err-closes-connection']],
    needs: withKey,
    script: noScramble({ append: '00' }),
    deliveries: ['whole'],
    killedBy: ['sha2-fast-proof-cut'],
  },
  {
    id: 'auth/sha2-client-gives-up',
    title: 'a client that is asked for its password by caching_sha2_password and ends its half gets the end of the connection',
    // As in the framing cases: that a server ends where its client has, no page says.
    level: 'SHOULD',
    source: [...exchange, manual['mysql/ok-or-err-ends-auth'], manual['tcp/half-closed-may-still-send']],
    needs,
    script: [greeting, wrongProof, ...full({ do: 'half-close' }, { expect: [readError, closes] }, ended)],
    deliveries: ['whole'],
    killedBy: ['half-close-keeps-open'],
  },
] as const satisfies readonly Case[];
