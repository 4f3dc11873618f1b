import type { Case } from '../../harness/case/case.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { done, inAutocommit, inDatabase, needsTables, query } from '../query-steps.ts';
import { err, greeting, keyless, ok, works } from '../steps.ts';
import { howMany, wordIsGone, writesWords } from '../word-steps.ts';

const source = [
  manual['mysql/read-only-transaction'],
  manual['mysql/error-1792-read-only-transaction'],
  manual['mysql/status-in-trans-readonly'],
  manual['mysql/transaction-until-commit'],
  manual['mariadb/read-only-transaction'],
  manual['mariadb/error-1792-read-only-transaction'],
  manual['mariadb/transaction-until-commit'],
] as const;
const IN = status.IN_TRANS | status.IN_TRANS_READONLY;
const inside = done({ statusFlags: { bits: IN } });
const outside = done({ statusFlags: { noBits: IN } });
/** By the server itself, and not by a proxy in front of it, which may answer COM_PING. */
const nothing = query('DO 1');

/** What a transaction that is READ ONLY takes, what it refuses, and that it goes on behind that. */
export const cases = [
  {
    id: 'command/write-in-a-read-only-transaction',
    title: 'an INSERT in a READ ONLY transaction gets ERR 1792 (25006) and writes nothing; the transaction goes on, and its OKs say so',
    level: 'MUST',
    source,
    needs: [...writesWords, inAutocommit],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login' } },
      ok,
      howMany('mywire_read_only'),
      { expect: [{ packet: 'TextResultset', as: 'before', where: { columns: 1, rows: 1 } }] },
      query('START TRANSACTION READ ONLY'),
      inside,
      query("INSERT INTO mywire.words (word) VALUES ('mywire_read_only')"),
      { expect: [{ ...err(1792, '25006'), sequenceId: 1 }] },
      nothing,
      inside,
      query('COMMIT'),
      outside,
      ...wordIsGone('mywire_read_only'),
      ...works,
    ],
    killedBy: ['read-only-transaction-writes', 'refused-write-ends-transaction'],
  },
  {
    id: 'command/read-only-transaction-writes-to-its-temporary-table',
    title: 'an INSERT into a temporary table is done in a READ ONLY transaction, too',
    // MariaDB's page says of temporary tables that they can be neither made nor dropped there.
    level: 'SHOULD',
    source,
    needs: [...needsTables, keyless, inAutocommit],
    script: [
      ...inDatabase,
      query('CREATE TEMPORARY TABLE mywire_read_only (a INT)'),
      done(),
      query('START TRANSACTION READ ONLY'),
      inside,
      query('INSERT INTO mywire_read_only VALUES (1)'),
      done({ affectedRows: 1, statusFlags: { bits: IN } }),
      query('COMMIT'),
      outside,
      ...works,
    ],
    killedBy: ['read-only-transaction-refuses-temporary-tables'],
  },
] as const satisfies readonly Case[];
