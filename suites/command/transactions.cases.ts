import type { Case } from '../../harness/case/case.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { done, error, getsLock, inAutocommit, query } from '../query-steps.ts';
import { ended, greeting, loggedIn, ok, works } from '../steps.ts';
import { insideReadOnly, transactionFlags, transactionNeeds } from '../transaction-steps.ts';
import { writesWords } from '../word-steps.ts';

const inside = done({ statusFlags: { all: [{ bits: status.IN_TRANS }, { noBits: status.IN_TRANS_READONLY }] } });
const outside = done({ statusFlags: { noBits: status.IN_TRANS | status.IN_TRANS_READONLY } });
const noSuchSavepoint = error(1305, '42000');

const committed = [query('COMMIT'), outside];
const anotherAsUsual = [query('START TRANSACTION'), inside, query('ROLLBACK'), outside, ...works];

/** What the statements about transactions do to each other. */
export const cases = [
  {
    id: 'command/savepoint-that-is-not-there',
    title:
      'a savepoint that was released, or set behind the one that was rolled back to, is gone: ERR 1305, and the transaction stays open',
    level: 'MUST',
    source: [...transactionFlags, manual['mysql/savepoints-that-go'], manual['mariadb/savepoints-that-go']],
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      inside,
      query('SAVEPOINT mywire_first'),
      inside,
      query('SAVEPOINT mywire_second'),
      inside,
      query('ROLLBACK TO SAVEPOINT mywire_first'),
      inside,
      query('RELEASE SAVEPOINT mywire_second'),
      noSuchSavepoint,
      query('RELEASE SAVEPOINT mywire_first'),
      inside,
      query('ROLLBACK TO SAVEPOINT mywire_first'),
      noSuchSavepoint,
      query('ROLLBACK'),
      outside,
      ...works,
    ],
    killedBy: ['unknown-savepoint-ok', 'savepoints-stay'],
  },
  {
    id: 'command/next-transaction-read-only',
    title: 'SET TRANSACTION READ ONLY holds for the next transaction alone, as the OKs of START TRANSACTION say',
    level: 'MUST',
    source: [...transactionFlags, manual['mysql/set-transaction-next'], manual['mariadb/set-transaction-next']],
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('SET TRANSACTION READ ONLY'),
      outside,
      query('START TRANSACTION'),
      insideReadOnly,
      ...committed,
      ...anotherAsUsual,
    ],
    killedBy: ['next-read-only-ignored', 'next-read-only-for-good'],
  },
  {
    id: 'command/set-transaction-within-a-transaction',
    title:
      'inside a transaction SET TRANSACTION is refused with ERR 1568 (25001): that one stays open, and the next is as it would have been',
    level: 'MUST',
    source: [...transactionFlags, manual['mysql/set-transaction-within-one'], manual['mariadb/set-transaction-within-one']],
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      inside,
      query('SET TRANSACTION READ ONLY'),
      error(1568, '25001'),
      ...committed,
      ...anotherAsUsual,
    ],
    killedBy: ['set-transaction-within-one-ok'],
  },
  {
    id: 'command/transaction-within-a-transaction',
    title: 'START TRANSACTION commits the transaction that it stands in: a ROLLBACK behind it does not undo what that one has written',
    level: 'MUST',
    source: [manual['mysql/start-transaction-commits'], manual['mariadb/start-transaction-commits']],
    needs: [...writesWords, inAutocommit],
    deliveries: ['whole'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login' } },
      ok,
      query('START TRANSACTION'),
      inside,
      query("INSERT INTO mywire.words (word) VALUES ('mywire_within')"),
      done({ affectedRows: 1 }),
      query('START TRANSACTION'),
      inside,
      query('ROLLBACK'),
      outside,
      // It is there, and goes.
      query('DELETE FROM mywire.words WHERE id = LAST_INSERT_ID()'),
      done({ affectedRows: 1 }),
      ...works,
    ],
    killedBy: ['transaction-within-one-commits-nothing'],
  },
  {
    id: 'command/commit-release',
    title: 'COMMIT RELEASE is answered with OK, and ends the connection',
    level: 'MUST',
    source: [manual['mysql/release'], manual['mariadb/release']],
    needs: transactionNeeds,
    // With a lock a proxy keeps the connection to the server for this client: no other one is to find it closed in a pool.
    script: [...loggedIn, ...getsLock, query('START TRANSACTION'), inside, query('COMMIT RELEASE'), outside, ended],
    killedBy: ['release-keeps-open'],
  },
] as const satisfies readonly Case[];
