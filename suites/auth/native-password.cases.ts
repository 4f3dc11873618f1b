import type { Case } from '../../harness/case/case.ts';
import type { Alternative, ProofForm, Step } from '../../harness/case/step.ts';
import { answer, answerBytes, denied } from '../auth-steps.ts';
import { times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { ended, greeting, notTaken, ok, works } from '../steps.ts';

const source = [
  manual['mysql/native-challenge-and-response-are-20-bytes'],
  manual['mysql/native-formula'],
  manual['mariadb/native-formula'],
  manual['mysql/error-1045-access-denied'],
  manual['mariadb/error-1045-access-denied'],
  manual['mysql/auth-err-closes-connection'],
] as const;
const needs = [{ account: 'native' }] as const;
/** The same again where somebody asks again: a proxy whose greeting has a challenge of its own asks with the server's. */
const refused = (first: Step, again: Step, answers: readonly [Alternative, ...Alternative[]]): readonly Step[] => [
  greeting,
  first,
  { expect: [...answers, { packet: 'AuthSwitchRequest', then: [again, { expect: answers }, ended] }] },
  ended,
];
const proofLike = (proof: ProofForm, answers: readonly [Alternative, ...Alternative[]] = notTaken.expect) =>
  refused({ send: { message: 'HandshakeResponse41', account: 'native', proof } }, answer(proof), answers);
const proofOf = (authResponse: string, answers: readonly [Alternative, ...Alternative[]] = notTaken.expect) =>
  refused({ send: { message: 'HandshakeResponse41', account: 'native', with: { authResponse } } }, answerBytes(authResponse), answers);
const link = 'https://github.com/sysown/proxysql/pull/2052';

/** Proofs of mysql_native_password that are nearly right, or no proof at all. */
export const cases = [
  {
    id: 'auth/native-without-plugin-auth',
    title: 'a client without PLUGIN_AUTH gets in with its proof of mysql_native_password: its flags name the method',
    level: 'MUST',
    source: [
      manual['mysql/method-without-plugin-auth'],
      manual['mysql/no-plugin-auth-and-non-native-account-is-rejected'],
      manual['mysql/auth-switch-needs-plugin-auth'],
      manual['mysql/native-formula'],
      manual['mariadb/response-plugin-name'],
      manual['mariadb/native-formula'],
    ],
    needs: [{ account: 'native' }, { firstProof: 'native' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'native', capabilities: { drop: ['PLUGIN_AUTH'] } } },
      ok,
      ...works,
    ],
    killedBy: ['no-plugin-auth-gets-1251'],
  },
  {
    id: 'auth/native-first-19-bytes-of-the-proof',
    title: 'the first 19 bytes of a right proof of mysql_native_password are not enough',
    level: 'MUST',
    source,
    needs,
    script: proofLike({ keep: 19 }),
    link,
    killedBy: ['short-proof-accepted'],
  },
  {
    id: 'auth/native-first-byte-of-the-proof',
    title: 'the first byte of a right proof of mysql_native_password is not enough',
    level: 'MUST',
    source,
    needs,
    script: proofLike({ keep: 1 }),
    link,
    killedBy: ['short-proof-accepted'],
  },
  {
    id: 'auth/native-proof-with-a-byte-more',
    title: 'a right proof of mysql_native_password with a NUL behind it is refused',
    level: 'SHOULD',
    source,
    needs,
    script: proofLike({ append: '00' }),
    killedBy: ['long-proof-accepted'],
  },
  {
    id: 'auth/native-proof-with-its-last-bit-turned',
    title: 'a proof of mysql_native_password that is wrong in its last byte only is refused with ERR 1045',
    level: 'MUST',
    source,
    needs,
    script: proofLike({ flip: 152 }, [denied]),
    killedBy: ['last-byte-of-proof-unchecked'],
  },
  {
    id: 'auth/native-proof-of-20-nuls',
    title: '20 NULs for a proof of mysql_native_password are refused with ERR 1045',
    level: 'MUST',
    source,
    needs,
    script: proofOf(times(20, 0), [denied]),
    killedBy: ['accepts-any-password', 'nul-proof-accepted'],
  },
  {
    id: 'auth/native-proof-of-255-bytes',
    title: '255 bytes that prove nothing are refused for an account of mysql_native_password',
    level: 'MUST',
    source: [...source, manual['mysql/auth-response-limited-to-255']],
    needs,
    script: proofOf(times(255, 0xff)),
    link,
    killedBy: ['proof-of-another-length-accepted', 'accepts-any-password'],
  },
] as const satisfies readonly Case[];
