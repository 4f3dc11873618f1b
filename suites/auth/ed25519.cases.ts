import type { Case } from '../../harness/case/case.ts';
import { answer, answerBytes, denied, loginAs, nonceOf32, switched } from '../auth-steps.ts';
import { times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { ended, greeting, notTaken, works } from '../steps.ts';

const source = [
  manual['mariadb/ed25519-signs-the-nonce'],
  manual['mariadb/ed25519-is-that-of-openssh'],
  manual['tcp/ed25519-signature-is-64-bytes'],
  manual['mariadb/auth-switch-layout'],
  manual['mariadb/auth-switch-ends-with-ok-or-err'],
] as const;
const failed = [...source, manual['mariadb/error-1045-access-denied'], manual['mysql/auth-err-closes-connection']] as const;
const needs = [{ account: 'ed25519' }, { switched: 'ed25519' }, { feature: 'ed25519' }] as const;

/** MariaDB's ed25519: a nonce, and its signature. */
export const cases = [
  {
    id: 'auth/ed25519-right-password',
    title: 'ed25519 is asked for by the name client_ed25519 with a nonce, and takes its signature',
    level: 'MUST',
    source: [...source, manual['mysql/auth-switch-names-client-plugin'], manual['mariadb/sequence-number-follows-last-received']],
    needs,
    script: [
      greeting,
      loginAs('ed25519'),
      { expect: [{ packet: 'AuthSwitchRequest', sequenceId: 2, where: { pluginName: 'client_ed25519' } }] },
      answer(),
      { expect: [{ packet: 'OK', sequenceId: 4 }] },
      ...works,
    ],
    killedBy: ['auth-switch-names-server-plugin', 'ed25519-nonce-missing', 'ed25519-nonce-of-20-bytes', 'ed25519-checks-another-nonce'],
  },
  {
    id: 'auth/ed25519-nonce-of-32-bytes',
    title: 'the nonce for client_ed25519 has 32 bytes, and nothing stands behind it',
    // No page says how long it is.
    level: 'OBSERVE',
    source: [manual['mariadb/ed25519-signs-the-nonce'], manual['mariadb/auth-switch-layout']],
    needs,
    script: [greeting, loginAs('ed25519'), { expect: [nonceOf32('client_ed25519')] }],
    deliveries: ['whole'],
    killedBy: ['ed25519-nonce-of-20-bytes', 'ed25519-nonce-with-nul', 'ed25519-nonce-missing'],
  },
  {
    id: 'auth/ed25519-wrong-password',
    title: 'an ed25519 signature made with a wrong password is refused with ERR 1045',
    level: 'MUST',
    source: failed,
    needs,
    script: [...switched('ed25519', 'wrong'), answer(), { expect: [{ ...denied, sequenceId: 4 }] }, ended],
    killedBy: ['ed25519-accepts-any-signature'],
  },
  {
    id: 'auth/ed25519-no-password',
    title: 'an ed25519 account with an empty password takes the signature made with one',
    // The page of the plugin has accounts that were given no password unable to connect; this one was given an empty one.
    level: 'OBSERVE',
    source: [...source, manual['mariadb/ed25519-needs-a-password']],
    needs: [{ account: 'ed25519-empty' }, { switched: 'ed25519-empty' }, { feature: 'ed25519' }],
    script: [...switched('ed25519-empty'), answer(), { expect: [{ packet: 'OK', sequenceId: 4 }] }, ...works],
    deliveries: ['whole'],
    killedBy: ['ed25519-empty-password-refused'],
  },
  {
    id: 'auth/ed25519-empty-answer',
    title: 'an empty answer in place of an ed25519 signature is refused, also for an account with an empty password',
    level: 'SHOULD',
    source: failed,
    needs: [{ account: 'ed25519-empty' }, { switched: 'ed25519-empty' }, { feature: 'ed25519' }],
    script: [...switched('ed25519-empty'), answerBytes(''), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['ed25519-empty-response-accepted'],
  },
  {
    id: 'auth/ed25519-signature-with-a-bit-turned',
    title: 'an ed25519 signature with one wrong bit is refused with ERR 1045',
    level: 'MUST',
    source: failed,
    needs,
    script: [...switched('ed25519'), answer({ flip: 300 }), { expect: [denied] }, ended],
    deliveries: ['whole'],
    killedBy: ['ed25519-accepts-any-signature', 'ed25519-second-half-unchecked'],
  },
  {
    id: 'auth/ed25519-signature-of-63-bytes',
    title: 'an ed25519 signature without its last byte is refused',
    level: 'MUST',
    source: failed,
    needs,
    script: [...switched('ed25519'), answer({ keep: 63 }), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['ed25519-short-signature-accepted'],
  },
  {
    id: 'auth/ed25519-signature-of-65-bytes',
    title: 'a right ed25519 signature with a byte behind it is refused',
    level: 'SHOULD',
    source: failed,
    needs,
    script: [...switched('ed25519'), answer({ append: '00' }), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['ed25519-long-signature-accepted'],
  },
  {
    id: 'auth/ed25519-signature-of-the-greeting',
    title: "an ed25519 signature of the greeting's scramble is refused with ERR 1045",
    level: 'MUST',
    source: failed,
    needs,
    script: [...switched('ed25519'), answer({ nonce: 'greeting' }), { expect: [denied] }, ended],
    deliveries: ['whole'],
    killedBy: ['ed25519-checks-another-nonce'],
  },
  {
    id: 'auth/ed25519-guesses-do-not-get-in',
    title: 'the same 64 bytes do not pass for an ed25519 signature on any of 30 connections',
    level: 'MUST',
    source: failed,
    needs,
    script: [...switched('ed25519'), answerBytes(times(64, 0x01)), { expect: [denied] }, ended],
    deliveries: ['whole'],
    tries: 30,
    killedBy: ['ed25519-accepts-any-signature', 'every-fourth-wrong-password-accepted'],
  },
  {
    id: 'auth/ed25519-nonce-differs',
    title: 'no two connections get the same nonce for client_ed25519',
    level: 'MUST',
    source,
    needs,
    script: switched('ed25519'),
    deliveries: ['whole'],
    tries: 20,
    differs: ['AuthSwitchRequest.data'],
    killedBy: ['ed25519-nonce-repeats'],
  },
] as const satisfies readonly Case[];
