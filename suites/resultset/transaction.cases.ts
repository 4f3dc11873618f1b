import type { Case } from '../../harness/case/case.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { execute, prepared, reset } from '../prepared-steps.ts';
import { done, inDatabase, query, rows } from '../query-steps.ts';
import { anyErr, loggedIn, works } from '../steps.ts';
import { insideReadOnly, transactionFlags, transactionNeeds } from '../transaction-steps.ts';

const ofSavepoints = [manual['mysql/rollback-to-savepoint'], manual['mariadb/rollback-to-savepoint']] as const;
const ofChains = [manual['mysql/and-chain'], manual['mariadb/and-chain']] as const;
const implicit = [manual['mysql/implicit-commit'], manual['mariadb/implicit-commit']] as const;

const IN = { bits: status.IN_TRANS } as const;
const OUT = { noBits: status.IN_TRANS } as const;
const inside = done({ statusFlags: IN });
const outside = done({ statusFlags: OUT });
const ping = { send: { message: 'COM_PING' } } as const;

/** SERVER_STATUS_IN_TRANS: what ends a transaction, what does not, and which answers tell of it. */
export const cases = [
  {
    id: 'resultset/status-behind-savepoints',
    title: 'SAVEPOINT, ROLLBACK TO SAVEPOINT and RELEASE SAVEPOINT leave the transaction open, and their OKs say so; ROLLBACK ends it',
    level: 'MUST',
    source: [...transactionFlags, ...ofSavepoints],
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      inside,
      query('SAVEPOINT mywire'),
      inside,
      query('ROLLBACK TO SAVEPOINT mywire'),
      inside,
      query('RELEASE SAVEPOINT mywire'),
      inside,
      query('ROLLBACK'),
      outside,
      ...works,
    ],
    killedBy: ['savepoint-ends-transaction'],
  },
  {
    id: 'resultset/status-of-ping-without-autocommit',
    title: 'with autocommit off the OK that answers COM_PING says so',
    level: 'MUST',
    source: transactionFlags,
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('SET autocommit = 0'),
      done({ statusFlags: { noBits: status.AUTOCOMMIT } }),
      ping,
      done({ statusFlags: { noBits: status.AUTOCOMMIT } }),
      ...works,
    ],
    killedBy: ['ping-says-autocommit', 'autocommit-flag-stays'],
  },
  {
    id: 'resultset/status-of-chained-transactions',
    title: 'behind COMMIT AND CHAIN and ROLLBACK AND CHAIN another transaction is open, and their OKs say so',
    level: 'MUST',
    source: [...transactionFlags, ...ofChains],
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      inside,
      query('COMMIT AND CHAIN'),
      inside,
      query('ROLLBACK AND CHAIN'),
      inside,
      query('DO 1'),
      inside,
      query('COMMIT'),
      outside,
      ...works,
    ],
    killedBy: ['chained-transaction-unmarked'],
  },
  {
    id: 'resultset/status-of-chained-read-only-transactions',
    title: 'the transactions that AND CHAIN begins behind a read-only one are read-only, too, and their OKs say so',
    level: 'MUST',
    source: [...transactionFlags, ...ofChains],
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('START TRANSACTION READ ONLY'),
      insideReadOnly,
      query('COMMIT AND CHAIN'),
      insideReadOnly,
      query('ROLLBACK AND CHAIN'),
      insideReadOnly,
      query('ROLLBACK'),
      done({ statusFlags: { noBits: status.IN_TRANS | status.IN_TRANS_READONLY } }),
      ...works,
    ],
    killedBy: ['chained-transaction-may-write', 'read-only-transaction-unmarked'],
  },
  {
    id: 'resultset/status-behind-an-implicit-commit',
    title: 'DROP TABLE ends the transaction that it is sent in, also where it fails, and the next OK says so',
    // Of a statement that fails MariaDB's page says it, MySQL's that the COMMIT comes before the statement.
    level: 'SHOULD',
    source: [...transactionFlags, ...implicit],
    needs: [...transactionNeeds, 'database', { feature: 'database-of-tables' }, { feature: 'writable' }],
    script: [
      ...inDatabase,
      query('START TRANSACTION'),
      inside,
      query('DROP TABLE mywire_no_such_table'),
      { expect: [anyErr] },
      ping,
      outside,
      ...works,
    ],
    killedBy: ['implicit-commit-shows-transaction'],
  },
  {
    id: 'resultset/status-behind-autocommit-turned-on',
    title: 'SET autocommit = 1 ends the transaction of a session without it, and its OK says so',
    level: 'MUST',
    source: [...transactionFlags, ...implicit],
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('SET autocommit = 0'),
      done({ statusFlags: { noBits: status.AUTOCOMMIT } }),
      query('START TRANSACTION'),
      inside,
      query('SET autocommit = 1'),
      done({ statusFlags: { all: [{ bits: status.AUTOCOMMIT }, OUT] } }),
      ...works,
    ],
    killedBy: ['implicit-commit-shows-transaction'],
  },
  {
    id: 'resultset/status-of-no-rows-inside-a-transaction',
    title: 'in a transaction the end of a resultset without rows has SERVER_STATUS_IN_TRANS',
    level: 'MUST',
    source: transactionFlags,
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      inside,
      query('SELECT 1 LIMIT 0'),
      rows({ rows: 0, statusFlags: IN }),
      query('ROLLBACK'),
      outside,
      query('SELECT 1 LIMIT 0'),
      rows({ rows: 0, statusFlags: OUT }),
      ...works,
    ],
    killedBy: ['no-rows-hide-transaction'],
  },
  {
    id: 'resultset/status-inside-a-transaction',
    title: 'in a transaction each OK and each EOF has SERVER_STATUS_IN_TRANS, whichever command it answers',
    level: 'MUST',
    source: [...transactionFlags, manual['mysql/reset'], manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs: transactionNeeds,
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      inside,
      ping,
      inside,
      query('SET @mywire = 1'),
      inside,
      query('SELECT 1'),
      rows({ rows: 1, first: '1', definitionsStatusFlags: IN, statusFlags: IN }),
      { send: { message: 'COM_SET_OPTION', with: { option: 1 } } },
      {
        expect: [
          { packet: 'EOF', where: { statusFlags: IN } },
          { packet: 'OK', where: { statusFlags: IN } },
        ],
      },
      ...prepared('SELECT 1', 0, 1),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { rows: 1, definitionsStatusFlags: IN, statusFlags: IN } }] },
      { send: reset },
      inside,
      query('ROLLBACK'),
      outside,
      ping,
      outside,
      ...works,
    ],
    killedBy: [
      'ping-hides-transaction',
      'set-option-hides-transaction',
      'statement-reset-hides-transaction',
      'definitions-hide-transaction',
      'binary-rows-hide-transaction',
    ],
  },
] as const satisfies readonly Case[];
