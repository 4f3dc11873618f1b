import type { Case } from '../../harness/case/case.ts';
import { answer, answerBytes, denied, loginAs, nonceOf32, switched } from '../auth-steps.ts';
import { times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { closes, ended, greeting, notTaken, readError, works } from '../steps.ts';

const source = [
  manual['mariadb/parsec-nonce-is-32-bytes'],
  manual['mariadb/parsec-scramble-is-random'],
  manual['mariadb/parsec-empty-packet-asks-for-salt'],
  manual['mariadb/parsec-ext-salt-layout'],
  manual['mariadb/parsec-iterations-are-bounded'],
  manual['mariadb/parsec-response-layout'],
  manual['mariadb/parsec-signs-both-nonces'],
  manual['mariadb/auth-data-may-be-escaped'],
] as const;
const failed = [
  ...source,
  manual['mariadb/parsec-ends-with-ok-or-denied'],
  manual['mariadb/error-1045-access-denied'],
  manual['mysql/auth-err-closes-connection'],
] as const;
const needs = [{ account: 'parsec' }, { switched: 'parsec' }, { feature: 'parsec' }] as const;

/** 'P', an iteration factor of no more than 1024 << 20 iterations, and a salt. The 0x01 in front is left to the server. */
const extSalt = {
  packet: 'AuthMoreData',
  sequenceId: 4,
  where: { payload: { pattern: '^\\x01?P[\\x00-\\x14].+$' } },
} as const;
const salted = (password: 'right' | 'wrong' | 'empty' = 'right') =>
  [...switched('parsec', password), answer(), { expect: [extSalt] }] as const;

/** MariaDB's parsec: nonce, ext-salt, and a signature of both nonces. */
export const cases = [
  {
    id: 'auth/parsec-right-password',
    title: 'parsec sends 32 bytes of nonce and, asked with an empty packet, its ext-salt, and takes the signature with sequence id 5',
    level: 'MUST',
    source: [...source, manual['mariadb/further-rounds-may-be-many'], manual['mariadb/sequence-number-follows-last-received']],
    needs,
    script: [
      greeting,
      loginAs('parsec'),
      { expect: [nonceOf32('parsec')] },
      answer(),
      { expect: [extSalt] },
      answer(),
      { expect: [{ packet: 'OK', sequenceId: 6 }] },
      ...works,
    ],
    killedBy: [
      'parsec-nonce-of-20-bytes',
      'parsec-ext-salt-withheld',
      'parsec-salt-missing',
      'parsec-wrong-kdf',
      'parsec-iterations-enormous',
      'parsec-client-nonce-ignored',
      'parsec-empty-packet-logs-in',
    ],
  },
  {
    id: 'auth/parsec-wrong-password',
    title: 'a parsec signature made with a wrong password is refused with ERR 1045',
    level: 'MUST',
    source: failed,
    needs,
    script: [...salted('wrong'), answer(), { expect: [{ ...denied, sequenceId: 6 }] }, ended],
    deliveries: ['whole'],
    killedBy: ['parsec-accepts-any-signature'],
  },
  {
    id: 'auth/parsec-no-password',
    title: 'a parsec account with an empty password takes the signature made with one',
    level: 'SHOULD',
    source,
    needs: [{ account: 'parsec-empty' }, { switched: 'parsec-empty' }, { feature: 'parsec' }],
    script: [
      ...switched('parsec-empty'),
      answer(),
      { expect: [extSalt] },
      answer(),
      { expect: [{ packet: 'OK', sequenceId: 6 }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['parsec-empty-password-refused'],
  },
  {
    id: 'auth/parsec-salt-stays',
    title: 'the ext-salt of an account is the same for every connection',
    level: 'MUST',
    source: [...source, manual['mariadb/parsec-salt-is-stored']],
    needs,
    script: [
      ...salted(),
      {
        beside: [
          ...switched('parsec'),
          answer(),
          { expect: [{ packet: 'AuthMoreData', where: { payload: { sameAs: 'outer.AuthMoreData.payload' } } }] },
        ],
      },
    ],
    deliveries: ['whole'],
    killedBy: ['parsec-salt-differs'],
  },
  {
    id: 'auth/parsec-nonce-differs',
    title: 'no two connections get the same nonce for parsec',
    level: 'MUST',
    source,
    needs,
    script: switched('parsec'),
    deliveries: ['whole'],
    tries: 20,
    differs: ['AuthSwitchRequest.data'],
    killedBy: ['parsec-nonce-repeats'],
  },
  {
    id: 'auth/parsec-signature-with-a-bit-turned',
    title: 'a parsec signature with one wrong bit is refused with ERR 1045',
    level: 'MUST',
    source: failed,
    needs,
    script: [...salted(), answer({ flip: 700 }), { expect: [denied] }, ended],
    deliveries: ['whole'],
    killedBy: ['parsec-accepts-any-signature'],
  },
  {
    id: 'auth/parsec-client-nonce-with-a-bit-turned',
    title: 'a parsec signature that does not fit the client nonce beside it is refused with ERR 1045',
    level: 'MUST',
    source: failed,
    needs,
    script: [...salted(), answer({ flip: 5 }), { expect: [denied] }, ended],
    deliveries: ['whole'],
    killedBy: ['parsec-client-nonce-unchecked'],
  },
  {
    id: 'auth/parsec-answer-of-95-bytes',
    title: 'a parsec answer without its last byte is refused',
    level: 'MUST',
    source: failed,
    needs,
    script: [...salted(), answer({ keep: 95 }), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['parsec-short-answer-accepted', 'parsec-accepts-any-signature'],
  },
  {
    id: 'auth/parsec-answer-of-97-bytes',
    title: 'a right parsec answer with a byte behind it is refused',
    level: 'SHOULD',
    source: failed,
    needs,
    script: [...salted(), answer({ append: '00' }), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['parsec-long-answer-accepted', 'parsec-accepts-any-signature'],
  },
  {
    id: 'auth/parsec-signature-of-the-greeting',
    title: "a parsec signature over the greeting's scramble is refused with ERR 1045",
    level: 'MUST',
    source: failed,
    needs,
    script: [...salted(), answer({ nonce: 'greeting' }), { expect: [denied] }, ended],
    deliveries: ['whole'],
    killedBy: ['parsec-checks-another-nonce', 'parsec-accepts-any-signature'],
  },
  {
    id: 'auth/parsec-salt-asked-for-twice',
    title: 'an empty packet in place of the parsec signature is refused',
    // It asked for the ext-salt once already; that it may not do so again no page says.
    level: 'SHOULD',
    source: failed,
    needs,
    script: [...salted(), answerBytes(''), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['parsec-accepts-any-signature', 'parsec-salt-sent-again'],
  },
  {
    id: 'auth/parsec-asked-for-the-salt-with-bytes',
    title: 'a first answer to parsec that is not empty is refused',
    level: 'SHOULD',
    source: failed,
    needs,
    // That it is parsec which is asked for, its nonce shows: 20 bytes would be the proof of another plugin.
    script: [greeting, loginAs('parsec'), { expect: [nonceOf32('parsec')] }, answerBytes(times(20, 0x41)), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['parsec-any-packet-asks-for-salt', 'parsec-nonce-of-20-bytes'],
  },
  {
    id: 'auth/parsec-client-gives-up',
    title: 'a client that ends its half instead of signing for parsec gets the end of the connection',
    level: 'SHOULD',
    source: [...source, manual['tcp/half-closed-may-still-send']],
    needs,
    script: [...salted(), { do: 'half-close' }, { expect: [readError, closes] }, ended],
    deliveries: ['whole'],
    killedBy: ['half-close-keeps-open'],
  },
] as const satisfies readonly Case[];
