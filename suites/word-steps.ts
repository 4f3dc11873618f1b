/** Steps of the cases that write into mywire.words (fixtures/sql) and must find none of it behind the transaction. */
import type { Step } from '../harness/case/step.ts';
import { done, query, value } from './query-steps.ts';
import { greeting, ok } from './steps.ts';

export const writesWords = [
  'check-account',
  'login-account',
  'database',
  { feature: 'writable' },
  { feature: 'may-insert' },
  { feature: 'words-in-transactions' },
] as const;

export const howMany = (word: string) => query(`SELECT COUNT(*) FROM mywire.words WHERE word = '${word}'`);

/** A server that was wrong may have the word from an earlier run: it is counted before. */
export const wordInTransaction = (word: string) =>
  [
    greeting,
    { send: { message: 'HandshakeResponse41', account: 'login' } },
    ok,
    howMany(word),
    { expect: [{ packet: 'TextResultset', as: 'before', where: { columns: 1, rows: 1 } }] },
    query('START TRANSACTION'),
    done(),
    query(`INSERT INTO mywire.words (word) VALUES ('${word}')`),
    done({ affectedRows: 1 }),
  ] as const satisfies readonly Step[];

export const wordIsGone = (word: string) => [howMany(word), value({ sameAs: 'before.first' })] as const satisfies readonly Step[];
