import type { Case } from '../../harness/case/case.ts';
import { answer, answerBytes, denied } from '../auth-steps.ts';
import { manual } from '../manual.ts';
import { closes, ended, greeting, notTaken, works } from '../steps.ts';

const source = [
  manual['mysql/next-factor-layout'],
  manual['mysql/next-factor-needs-the-capability'],
  manual['mysql/multi-factor-path'],
  manual['mysql/native-challenge-and-response-are-20-bytes'],
  manual['mysql/caching-sha2-scramble'],
] as const;
const failed = [
  ...source,
  manual['mysql/multi-factor-any-failure-is-err'],
  manual['mysql/failed-factor-rejects-connection'],
  manual['mysql/error-1045-access-denied'],
] as const;
const needs = [{ account: 'two-factor' }, { offers: 'MULTI_FACTOR_AUTHENTICATION' }, { dialect: 'mysql' }] as const;

const login = (password: 'right' | 'wrong' | 'empty' = 'right') =>
  ({
    send: { message: 'HandshakeResponse41', account: 'two-factor', password, capabilities: { add: ['MULTI_FACTOR_AUTHENTICATION'] } },
  }) as const;
/** The plugins whose nonce has a length that the manuals give; what another one sends is its own affair. */
const twentyBytes = '(?:mysql_native_password|caching_sha2_password)\\x00';
const asksWith = (data: string) => ({ packet: 'AuthNextFactor', where: { payload: { pattern: `^\\x02${data}` } } }) as const;
const first = [asksWith(`${twentyBytes}.{20}\\x00?$`), asksWith(`(?!${twentyBytes})[A-Za-z0-9_]+\\x00`)] as const;
const asked = [greeting, login(), { expect: first }] as const;

/** Accounts with two factors. No plugin that ships with MySQL or MariaDB can be a second one: the built-in server has some. */
export const cases = [
  {
    id: 'auth/second-factor-right-password',
    title: 'behind the first factor comes AuthNextFactor with plugin name and data, and behind the second OK',
    level: 'MUST',
    source,
    needs,
    script: [...asked, answer(), { expect: [{ packet: 'OK' }] }, ...works],
    deliveries: ['whole'],
    killedBy: ['next-factor-missing', 'next-factor-without-data', 'next-factor-name-without-nul', 'next-factor-checks-another-nonce'],
  },
  {
    id: 'auth/second-factor-wrong-password',
    title: 'a wrong second password is refused with ERR 1045',
    level: 'MUST',
    source: failed,
    needs,
    script: [...asked, answer({}, 'wrong'), { expect: [denied] }, ended],
    deliveries: ['whole'],
    killedBy: ['next-factor-not-checked'],
  },
  {
    id: 'auth/second-factor-left-out',
    title: 'an empty answer to AuthNextFactor is refused',
    level: 'MUST',
    source: failed,
    needs,
    script: [...asked, answerBytes(''), notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['next-factor-not-checked'],
  },
  {
    id: 'auth/second-factor-with-the-first-password',
    title: 'the password of the first factor does not do for the second',
    level: 'MUST',
    source: failed,
    needs,
    script: [...asked, { send: { message: 'AuthSwitchResponse', proof: { factor: 1 } } }, { expect: [denied] }, ended],
    deliveries: ['whole'],
    killedBy: ['next-factor-takes-first-password'],
  },
  {
    id: 'auth/second-factor-behind-a-wrong-first',
    title: 'a wrong first password is refused with ERR 1045 and no second factor is asked for',
    level: 'MUST',
    source: failed,
    needs,
    script: [greeting, login('wrong'), { expect: [denied] }, ended],
    deliveries: ['whole'],
    killedBy: ['next-factor-behind-wrong-first', 'wrong-first-factor-told-at-the-end'],
  },
  {
    id: 'auth/second-factor-without-the-capability',
    title: 'a client without MULTI_FACTOR_AUTHENTICATION does not get in with the first factor alone',
    level: 'MUST',
    source: failed,
    needs,
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'two-factor' } }, { expect: [{ packet: 'ERR' }, closes] }, ended],
    deliveries: ['whole'],
    killedBy: ['next-factor-skipped-for-old-client', 'next-factor-missing'],
  },
] as const satisfies readonly Case[];
