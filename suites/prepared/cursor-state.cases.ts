import type { Case } from '../../harness/case/case.ts';
import { THREE } from '../../harness/case/probe.ts';
import type { Step } from '../../harness/case/step.ts';
import { executeFlag } from '../../harness/codec/messages/com-stmt-execute.ts';
import { status } from '../../harness/codec/status.ts';
import { cursorSource, fetched, noCursorSource, noOpenCursor, open, openedOr } from '../cursor-steps.ts';
import { manual } from '../manual.ts';
import { done, execute, fetch, loggedInWith, prepared, query, withCursor } from '../prepared-steps.ts';
import { asShipped, beginsInFull, inAutocommit, needsTables } from '../query-steps.ts';
import { anyErr, err, ok, works } from '../steps.ts';

const answer = [
  ...cursorSource,
  manual['mysql/binary-resultset-end'],
  manual['mysql/ok-as-eof-only-with-deprecate-eof'],
  manual['mariadb/ok-layout'],
] as const;
const needs = ['check-account', { offers: 'DEPRECATE_EOF' }] as const;
const loggedIn = loggedInWith({ add: ['DEPRECATE_EOF'] });
const inDatabase = loggedInWith({ add: ['DEPRECATE_EOF', 'CONNECT_WITH_DB'] });

const opens = (sql: string, rows: number, opened = open()) =>
  [...prepared(sql, 0, 1), { send: execute([], withCursor) }, openedOr(rows, opened)] as const satisfies readonly Step[];
const fetches = (rows: readonly string[], last: boolean) =>
  [{ send: fetch(last ? rows.length + 1 : rows.length) }, { expect: [fetched(rows, last)] }] as const satisfies readonly Step[];
const FAILS = 'SELECT (SELECT s.a FROM (SELECT 1 AS a UNION ALL SELECT 2) s WHERE s.a <= t.a) FROM (SELECT 1 AS a UNION ALL SELECT 2) t';

/** MySQL's manual has cursors nonholdable, and its server holds them, as MariaDB's does; of a rollback the manuals do not speak. */
const behindEnd = (end: 'COMMIT' | 'ROLLBACK'): Case => ({
  id: `prepared/cursor-behind-${end.toLowerCase()}`,
  title: `a cursor stays open behind ${end}`,
  level: 'OBSERVE',
  source: [...answer, manual['mysql/cursor-is-materialized']],
  needs: [...needs, inAutocommit],
  script: [
    ...loggedIn,
    query('START TRANSACTION'),
    { expect: [{ packet: 'OK' }] },
    ...opens(THREE, 3),
    ...fetches(['1'], false),
    ...done(end),
    ...fetches(['2', '3'], true),
    ...works,
  ],
  killedBy: [`${end.toLowerCase()}-closes-cursors`],
});

/** What the session has beside a cursor: transactions, warnings, session state, definitions that are left out, failures. */
export const cases = [
  behindEnd('COMMIT'),
  behindEnd('ROLLBACK'),
  {
    id: 'prepared/cursor-of-rows-that-go',
    title: 'a cursor has the rows that were there when it was opened, also where they have been deleted since',
    // That it has a table of its own MySQL's manual alone says, and calls it asensitive all the same.
    level: 'OBSERVE',
    source: [...answer, manual['mysql/cursor-is-materialized']],
    // DELETE of all rows is refused with sql_safe_updates.
    needs: [...needsTables, { offers: 'DEPRECATE_EOF' }, asShipped],
    script: [
      ...inDatabase,
      ...done('CREATE TEMPORARY TABLE mywire_cursor (id INT PRIMARY KEY)'),
      ...done('INSERT INTO mywire_cursor VALUES (1), (2), (3)'),
      ...opens('SELECT * FROM mywire_cursor', 3),
      ...fetches(['1'], false),
      ...done('DELETE FROM mywire_cursor'),
      ...fetches(['2', '3'], true),
      ...works,
    ],
    killedBy: ['cursor-reads-late'],
  },
  {
    id: 'prepared/cursor-of-a-failing-statement',
    title: 'an execution with a cursor whose statement fails at the second row is answered with ERR 1242, and opens none',
    // A server may read the rows when they are fetched, and find the error then.
    level: 'SHOULD',
    source: [
      ...answer,
      ...noCursorSource,
      manual['mysql/execute-answer'],
      manual['mariadb/execute-answer'],
      manual['mysql/error-1242-subquery-rows'],
      manual['mariadb/error-1242-subquery-rows'],
    ],
    needs,
    script: [
      ...loggedIn,
      ...prepared(FAILS, 0, 1),
      { send: execute([], withCursor) },
      {
        expect: [
          { packet: 'ResultsetThenERR', where: { columns: 1, errorCode: 1242, sqlState: '21000' } },
          err(1242, '21000'),
          {
            ...open(),
            then: [
              { send: fetch(1) },
              {
                expect: [
                  { ...fetched(['1'], false), then: [{ send: fetch(1) }, { expect: [err(1242, '21000')] }, ...works] },
                  err(1242, '21000'),
                ],
              },
              ...works,
            ],
          },
        ],
      },
      { send: fetch(1) },
      noOpenCursor,
      ...works,
    ],
    killedBy: ['cursor-swallows-err'],
  },
  {
    id: 'prepared/cursor-without-a-resultset',
    title: 'an INSERT that is executed with a cursor opens none: its OK has no SERVER_STATUS_CURSOR_EXISTS, and COM_STMT_FETCH is refused',
    level: 'SHOULD',
    source: [...answer, ...noCursorSource, manual['mysql/execute-answer'], manual['mariadb/execute-answer']],
    // Some are refused there (SET in MySQL 9.7), and DO is answered as the SELECT of what it does.
    needs: [...needsTables, { offers: 'DEPRECATE_EOF' }],
    script: [
      ...inDatabase,
      ...done('CREATE TEMPORARY TABLE mywire_cursor (id INT PRIMARY KEY)'),
      ...prepared('INSERT INTO mywire_cursor VALUES (7)', 0, 0),
      { send: execute([], withCursor) },
      {
        expect: [
          { packet: 'OK', sequenceId: 1, where: { affectedRows: 1, statusFlags: { noBits: status.CURSOR_EXISTS | status.LAST_ROW_SENT } } },
          anyErr,
        ],
      },
      { send: fetch(1) },
      noOpenCursor,
      ...works,
    ],
    killedBy: ['cursor-flag-in-ok'],
  },
  {
    id: 'prepared/cursor-counts-warnings',
    title: 'the answer that opens a cursor counts the warnings of the execution',
    // That this CAST warns no page says.
    level: 'SHOULD',
    source: answer,
    needs,
    script: [
      ...loggedIn,
      ...prepared("SELECT CAST('x' AS SIGNED)", 0, 1),
      ...opens("SELECT CAST('x' AS SIGNED)", 1, open({ warnings: { min: 1 } })),
      ...fetches(['0'], true),
      ...works,
    ],
    killedBy: ['cursor-hides-warnings'],
  },
  {
    id: 'prepared/cursor-of-a-scan',
    title: 'the answer that opens a cursor over rows found without an index has SERVER_QUERY_NO_INDEX_USED',
    level: 'SHOULD',
    source: [
      ...answer,
      manual['mysql/status-no-index-used'],
      manual['mysql/no-index-used-is-a-scan'],
      manual['mariadb/status-no-index-used'],
      manual['mariadb/not-using-index'],
    ],
    needs: [...needs, { feature: 'numbers' }],
    script: [
      ...loggedIn,
      ...opens(
        "SELECT id FROM mywire.numbers WHERE name = 'two'",
        1,
        open({}, { bits: status.CURSOR_EXISTS | status.QUERY_NO_INDEX_USED }),
      ),
      ...fetches(['2'], true),
      ...works,
    ],
    killedBy: ['cursor-hides-index-flag'],
  },
  {
    id: 'prepared/cursor-beside-attributes',
    title: 'with QUERY_ATTRIBUTES the flag of a cursor counts beside PARAMETER_COUNT_AVAILABLE, too',
    level: 'SHOULD',
    source: [...answer, manual['mysql/execute-parameter-count'], manual['mysql/execute-attributes']],
    needs: [...needs, { dialect: 'mysql' }, { offers: 'QUERY_ATTRIBUTES' }],
    script: [
      ...loggedInWith({ add: ['QUERY_ATTRIBUTES', 'DEPRECATE_EOF'] }),
      ...opens(THREE, 3),
      ...fetches(['1', '2'], false),
      { send: execute([], { flags: executeFlag.CURSOR_READ_ONLY | executeFlag.PARAMETER_COUNT_AVAILABLE }) },
      { expect: [open()] },
      ...fetches(['1', '2', '3'], true),
      ...works,
    ],
    killedBy: ['cursor-beside-attributes-unopened'],
  },
  {
    id: 'prepared/cursor-among-commands-about-the-session',
    title: 'a cursor stays open behind COM_INIT_DB, COM_SET_OPTION and COM_STATISTICS',
    level: 'SHOULD',
    source: answer,
    needs,
    script: [
      ...loggedIn,
      ...opens(THREE, 3),
      { send: { message: 'COM_INIT_DB', with: { schema: 'information_schema' } } },
      ok,
      ...fetches(['1'], false),
      { send: { message: 'COM_SET_OPTION', with: { option: 1 } } },
      { expect: [{ packet: 'OK', where: { payload: { pattern: '^\\xfe' } } }, { packet: 'EOF' }] },
      ...fetches(['2'], false),
      { send: { message: 'COM_STATISTICS' } },
      { expect: [{ packet: 'Statistics' }] },
      ...fetches(['3'], true),
      ...works,
    ],
    killedBy: ['init-db-closes-cursors'],
  },
  {
    id: 'prepared/cursor-without-metadata',
    title: 'with resultset_metadata NONE the answer that opens a cursor has no definitions',
    // The manual has the flag in front of the column count, MySQL sends it behind.
    level: 'SHOULD',
    source: [...answer, manual['mysql/optional-metadata'], manual['mysql/resultset-metadata-follows']],
    needs: [...needs, { dialect: 'mysql' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }, beginsInFull],
    script: [
      ...loggedInWith({ add: ['OPTIONAL_RESULTSET_METADATA', 'DEPRECATE_EOF'] }),
      ...prepared(THREE, 0, 1),
      ...done("SET resultset_metadata = 'NONE'"),
      { send: execute([], withCursor) },
      openedOr(3, open({ metadataFollows: 0 })),
      { send: fetch(2) },
      { expect: [{ packet: 'FetchedRows', where: { rows: 2, statusFlags: { bits: status.CURSOR_EXISTS } } }] },
      ...works,
    ],
    killedBy: ['cursor-sends-metadata-unasked'],
  },
] as const satisfies readonly Case[];
