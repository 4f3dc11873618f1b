import type { Case } from '../../harness/case/case.ts';
import { answer, answerBytes, denied, loginAs, publicKey, switched } from '../auth-steps.ts';
import { times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { ended, greeting, notTaken, works } from '../steps.ts';

const source = [
  manual['mysql/sha256-password-secure-or-rsa'],
  manual['mariadb/sha256-public-key-request'],
  manual['mariadb/sha256-rsa-password'],
  manual['mariadb/sha256-ends-with-ok-or-err'],
  manual['mysql/auth-more-data-layout'],
  manual['mysql/caching-sha2-public-key-is-pem'],
] as const;
const failed = [manual['mysql/error-1045-access-denied'], manual['mysql/auth-err-closes-connection']] as const;
/**
 * MariaDB's server has no such plugin; its pages tell clients how to talk to MySQL's. What goes over the wire without TLS (the byte that asks
 * for the key, the form of the key) these pages alone say, so that a case that looks at it is SHOULD.
 */
const needs = [{ account: 'sha256' }, { switched: 'sha256' }, { feature: 'sha256-password' }, { dialect: 'mysql' }] as const;
const withKey = [...needs, { feature: 'sha256-public-key' }] as const;
const startTls = [{ send: { message: 'SSLRequest' } }, { do: 'start-tls' }] as const;

/** sha256_password: the password travels, under the server's key or over TLS. */
export const cases = [
  {
    id: 'auth/sha256-under-the-key',
    title: 'sha256_password sends its public key on request, takes the encrypted password, and counts on to sequence id 6',
    level: 'SHOULD',
    source: [manual['mysql/auth-switch-layout'], manual['mysql/sequence-id-increments-and-wraps'], ...source],
    needs: withKey,
    script: [
      greeting,
      loginAs('sha256'),
      {
        expect: [
          {
            packet: 'AuthSwitchRequest',
            sequenceId: 2,
            where: { pluginName: 'sha256_password' },
          },
        ],
      },
      answer(),
      { expect: [{ ...publicKey, sequenceId: 4 }] },
      answer(),
      { expect: [{ packet: 'OK', sequenceId: 6 }] },
      ...works,
    ],
    killedBy: [
      'public-key-withheld',
      'public-key-malformed',
      'public-key-cut',
      'encrypted-password-nonce-ignored',
      'auth-more-data-unwrapped',
      'auth-more-data-sequence-skips',
    ],
  },
  {
    id: 'auth/sha256-wrong-password',
    title: 'a wrong password under the key of sha256_password is refused with ERR 1045',
    level: 'SHOULD',
    source: [...source, ...failed],
    needs: withKey,
    script: [
      ...switched('sha256'),
      answer(),
      { expect: [publicKey] },
      answer({}, 'wrong'),
      { expect: [{ ...denied, sequenceId: 6 }] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['sha256-accepts-any-password'],
  },
  {
    id: 'auth/sha256-garbage',
    title: '256 bytes that nobody encrypted are refused by sha256_password',
    level: 'SHOULD',
    source: [...source, ...failed],
    needs: withKey,
    script: [...switched('sha256'), answer(), { expect: [publicKey] }, answerBytes(times(256, 0x5a)), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['undecipherable-password-accepted', 'undecipherable-password-hangs'],
  },
  {
    id: 'auth/sha256-over-tls',
    title: 'over TLS sha256_password takes the password in the clear',
    level: 'MUST',
    source: [manual['mysql/sha256-password-secure-or-rsa'], manual['mariadb/sha256-clear-over-tls']],
    needs: [...needs, 'tls'],
    script: [
      greeting,
      ...startTls,
      { send: { message: 'HandshakeResponse41', account: 'sha256', capabilities: { add: ['SSL'] } } },
      { expect: [{ packet: 'AuthSwitchRequest', sequenceId: 3 }] },
      answer(),
      { expect: [{ packet: 'OK', sequenceId: 5 }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['sha256-clear-password-refused'],
  },
  {
    id: 'auth/sha256-in-the-clear',
    title: 'without TLS sha256_password does not take a password in the clear',
    level: 'MUST',
    source: [
      manual['mysql/sha256-password-secure-or-rsa'],
      manual['mariadb/sha256-clear-over-tls'],
      manual['mariadb/sha256-rsa-password'],
      ...failed,
    ],
    needs,
    script: [...switched('sha256'), answer({ as: 'clear' }), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['clear-password-without-tls-accepted'],
  },
  {
    id: 'auth/sha256-no-password',
    title: 'a sha256_password account without a password gets in with one NUL',
    // As with caching_sha2_password: of this plugin no page says what stands for no password.
    level: 'SHOULD',
    source: [manual['mariadb/empty-password-is-one-nul'], ...source],
    needs: [{ account: 'sha256-empty' }, { switched: 'sha256-empty' }, { feature: 'sha256-password' }, { dialect: 'mysql' }],
    script: [...switched('sha256-empty'), answer(), { expect: [{ packet: 'OK', sequenceId: 4 }] }, ...works],
    killedBy: ['sha256-empty-password-refused'],
  },
  {
    id: 'auth/sha256-one-nul-for-a-password',
    title: 'one NUL for a sha256_password account with a password is refused with ERR 1045',
    level: 'SHOULD',
    source: [manual['mariadb/empty-password-is-one-nul'], ...source, ...failed],
    needs,
    script: [...switched('sha256', 'empty'), answer(), { expect: [denied] }, ended],
    killedBy: ['sha256-empty-password-let-in'],
  },
  {
    id: 'auth/sha256-key-asked-for-with-another-byte',
    title: 'the request of caching_sha2_password, 0x02, does not get the public key of sha256_password',
    level: 'SHOULD',
    source: [...source, manual['mysql/auth-err-closes-connection']],
    needs,
    script: [...switched('sha256'), answerBytes('02'), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['any-key-request-answered'],
  },
] as const satisfies readonly Case[];
