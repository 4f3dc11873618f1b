import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import type { MariadbCapabilityName } from '../../harness/codec/capability.ts';
import { manual } from '../manual.ts';
import { asShipped, plainValues, value } from '../query-steps.ts';
import { err, greeting, loggedIn, ok, syntaxErrors, works } from '../steps.ts';

const report = [
  manual['mariadb/progress-layout'],
  manual['mariadb/progress-of-alter-table'],
  manual['mariadb/extended-capabilities'],
] as const;
const NO_BACKSLASH_ESCAPES = 0x200;

const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
const done = { expect: [{ packet: 'OK', sequenceId: 1 }] } as const satisfies Step;
const inDatabase = (mariadb: readonly MariadbCapabilityName[]) =>
  [
    greeting,
    { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_WITH_DB'] }, mariadb } },
    ok,
  ] as const;
const withTable = [
  query('CREATE TEMPORARY TABLE mywire_maria (a INT AUTO_INCREMENT PRIMARY KEY, b INT)'),
  done,
] as const satisfies readonly Step[];
const threeRows = [query('INSERT INTO mywire_maria (b) VALUES (10), (20), (30)'), done] as const satisfies readonly Step[];
const hasTwoRows = [query('SELECT COUNT(*) FROM mywire_maria'), value('2')] as const;
/** A copy of the table is made, row by row. */
const alter = query('ALTER TABLE mywire_maria ADD c INT, ALGORITHM = COPY');
const altered = { packet: 'OK' } as const;
/** A time that is another one than before holds for its statement; behind it the old one is back. */
const withStatementTime = (seconds: number) =>
  [
    query(`SET STATEMENT max_statement_time = ${seconds} FOR SELECT @@max_statement_time`),
    { expect: [{ packet: 'TextResultset', where: { rows: 1, first: { pattern: `^${seconds}(?:\\.0+)?$` } } }] },
    query('SELECT @@max_statement_time'),
    { expect: [{ packet: 'TextResultset', where: { rows: 1, first: { sameAs: 'before.first' } } }] },
    ...works,
  ] as const satisfies readonly Step[];
const before105 = { packet: 'TextResultset', where: { first: { pattern: '^(?:5|10\\.[0-4])\\.' } } } as const;
const noTime = { packet: 'TextResultset', where: { first: { pattern: '^0(?:\\.0+)?$' } } } as const;
/** The rows have the numbers 1, 2, 3. */
const needs = ['check-account', 'database', { dialect: 'mariadb' }, { feature: 'temporary-tables' }, asShipped] as const;
const needsProgress = ['check-account', 'database', { offersMariadb: 'PROGRESS' }, { feature: 'temporary-tables' }] as const;

/** Progress reports, and statements and modes that only MariaDB has. */
export const cases = [
  {
    id: 'mariadb/progress',
    title: 'ALTER TABLE that copies rows reports its progress to a client with PROGRESS, in front of its OK and numbered with it',
    // The page of ERR_Packet leaves out the number of strings that stands in front of the stage, the servers and the page of progress
    // reports have it; that a table of three rows is worth a report is the servers' choice: one that tells nothing within the five
    // seconds of progress_report_time is right, too.
    level: 'OBSERVE',
    source: [...report, manual['mariadb/progress-can-be-off']],
    needs: needsProgress,
    script: [
      ...inDatabase(['PROGRESS']),
      ...withTable,
      ...threeRows,
      alter,
      {
        expect: [
          {
            packet: 'ProgressReport',
            sequenceId: 1,
            where: {
              strings: 1,
              stage: { all: [{ min: 1 }, { max: 2 }] },
              maxStage: 2,
              progress: { max: 100_000 },
              info: { pattern: '^[ -~]+$' },
            },
          },
          // Where the server has switched reports off for everybody.
          { ...altered, sequenceId: 1, then: [query('SELECT @@progress_report_time'), { expect: [noTime] }, ...works] },
        ],
      },
      { expect: [{ ...altered, sequenceId: 2 }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['progress-missing', 'progress-stage-past-the-last', 'progress-as-the-manual'],
  },
  {
    id: 'mariadb/progress-not-asked-for',
    title: 'a client without PROGRESS gets the OK of an ALTER TABLE alone',
    level: 'MUST',
    source: report,
    needs,
    script: [...inDatabase([]), ...withTable, ...threeRows, alter, { expect: [{ ...altered, sequenceId: 1 }] }, ...works],
    deliveries: ['whole'],
    killedBy: ['progress-unasked'],
  },
  {
    id: 'mariadb/progress-switched-off',
    title: 'with progress_report_time 0 a client with PROGRESS gets no reports',
    level: 'MUST',
    source: [...report, manual['mariadb/progress-can-be-off']],
    needs: needsProgress,
    script: [
      ...inDatabase(['PROGRESS']),
      ...withTable,
      ...threeRows,
      query('SET progress_report_time = 0'),
      done,
      alter,
      { expect: [{ ...altered, sequenceId: 1 }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['progress-in-spite-of-zero'],
  },
  {
    id: 'mariadb/insert-returning',
    title: 'since MariaDB 10.5 INSERT with RETURNING is answered with a resultset of the new rows, by the names of the table',
    level: 'MUST',
    source: [
      manual['mariadb/returning'],
      manual['mariadb/column-definition'],
      manual['mariadb/error-of-statements'],
      manual['mariadb/query-answers'],
      manual['mariadb/resultset-order'],
    ],
    needs,
    script: [
      ...inDatabase([]),
      ...withTable,
      query('INSERT INTO mywire_maria (b) VALUES (10), (20) RETURNING a, b'),
      {
        expect: [
          { ...err(syntaxErrors, '42000'), sequenceId: 1, then: [query('SELECT VERSION()'), { expect: [before105] }, ...works] },
          {
            packet: 'TextResultset',
            sequenceId: 1,
            where: {
              columns: 2,
              rows: 2,
              'row.0.0': '1',
              'row.0.1': '10',
              'row.1.0': '2',
              'row.1.1': '20',
              'column.0.orgName': 'a',
              'column.1.orgTable': 'mywire_maria',
            },
          },
        ],
      },
      ...hasTwoRows,
      ...works,
    ],
    killedBy: ['returning-answers-ok', 'returning-inserts-nothing'],
  },
  {
    id: 'mariadb/delete-returning',
    title: 'DELETE with RETURNING is answered with a resultset of the rows that are gone, and the others stay',
    level: 'MUST',
    source: [manual['mariadb/delete-returning'], manual['mariadb/query-answers'], manual['mariadb/resultset-order']],
    needs,
    script: [
      ...inDatabase([]),
      ...withTable,
      ...threeRows,
      query('DELETE FROM mywire_maria WHERE a = 2 RETURNING b'),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first: '20' } }] },
      query('DELETE FROM mywire_maria WHERE a = 2 RETURNING b'),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 0 } }] },
      ...hasTwoRows,
      ...works,
    ],
    killedBy: ['returning-after-delete-empty', 'returning-delete-takes-all'],
  },
  {
    id: 'mariadb/ansi-quotes-in-the-status',
    title: 'whether the sql_mode ANSI_QUOTES shows in the status flags, as SERVER_STATUS_ANSI_QUOTES (0x8000), from its own OK on',
    // 0x8000 stands in no table of status flags: MariaDB's header has it alone.
    level: 'OBSERVE',
    source: [manual['mariadb/ok-layout'], manual['mariadb/eof-layout']],
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      query("SET sql_mode = 'ANSI_QUOTES'"),
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      query('SELECT 1'),
      { expect: [{ packet: 'TextResultset', where: { first: '1' } }] },
      { send: { message: 'COM_PING' } },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['ansi-quotes-unmarked'],
  },
  {
    id: 'mariadb/set-statement-and-the-status',
    title: 'the mode of SET STATEMENT shows in the status flags of its statement, and in none behind it',
    level: 'SHOULD',
    source: [manual['mariadb/set-statement'], manual['mariadb/status-flags']],
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      ...plainValues,
      query("SET STATEMENT sql_mode = 'NO_BACKSLASH_ESCAPES' FOR SELECT 1"),
      { expect: [{ packet: 'TextResultset', where: { first: '1', statusFlags: { bits: NO_BACKSLASH_ESCAPES } } }] },
      query('SELECT 2'),
      { expect: [{ packet: 'TextResultset', where: { first: '2', statusFlags: { noBits: NO_BACKSLASH_ESCAPES } } }] },
      ...works,
    ],
    killedBy: ['set-statement-unmarked', 'set-statement-lasts'],
  },
  {
    id: 'mariadb/set-statement',
    title: 'the value of SET STATEMENT holds for its statement, and the old one behind it',
    level: 'MUST',
    source: [manual['mariadb/set-statement'], manual['mariadb/query-answers']],
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      query('SELECT @@max_statement_time'),
      {
        expect: [
          { packet: 'TextResultset', as: 'before', where: { rows: 1, first: { not: '34567.000000' } }, then: withStatementTime(34567) },
          { packet: 'TextResultset', as: 'before', where: { rows: 1 }, then: withStatementTime(34568) },
        ],
      },
    ],
    killedBy: ['set-statement-lasts', 'set-statement-ignored'],
  },
] as const satisfies readonly Case[];
