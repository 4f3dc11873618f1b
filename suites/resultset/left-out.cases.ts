import type { Case } from '../../harness/case/case.ts';
import { columnType as T } from '../../harness/codec/column-type.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { asShipped, counts, done, inDatabase, loggedInWith, needsTables, query, rows } from '../query-steps.ts';
import { keyless, loggedIn, works } from '../steps.ts';

const text = [manual['mysql/text-row'], manual['mariadb/resultset-text-row'], manual['mariadb/lenenc-integer-forms']] as const;

/** Small things that a server, or what stands in front of it, leaves out easily. */
export const cases = [
  {
    id: 'resultset/column-null',
    title: 'NULL alone is a column of type NULL',
    // MySQL's page has the number of the type, and MariaDB's says that it is not used.
    level: 'OBSERVE',
    source: [manual['mysql/column-types'], manual['mariadb/column-types'], manual['mysql/column-definition-fixed-fields']],
    needs: ['check-account'],
    script: [...loggedIn, query('SELECT NULL'), rows({ columns: 1, rows: 1, 'row.0.0': null, 'column.0.type': T.NULL }), ...works],
    killedBy: ['column-null-as-varchar'],
  },
  {
    id: 'resultset/value-of-fraction-zeros',
    title: 'fractional seconds keep the zeros at their end',
    level: 'MUST',
    source: [...text, manual['mysql/fractional-seconds'], manual['mariadb/zero-date'], manual['mariadb/time-range']],
    needs: [...needsTables, keyless],
    script: [
      ...inDatabase,
      query('CREATE TEMPORARY TABLE mywire_fraction (a DATETIME(6), b TIME(6))'),
      done(),
      query("INSERT INTO mywire_fraction VALUES ('2026-11-26 12:34:56.500000', '12:34:56.000000')"),
      done(),
      query('SELECT * FROM mywire_fraction'),
      rows({ rows: 1, 'row.0.0': '2026-11-26 12:34:56.500000', 'row.0.1': '12:34:56.000000' }),
      ...works,
    ],
    killedBy: ['value-fraction-zeros-lost'],
  },
  {
    id: 'resultset/info-with-session-track',
    title: 'with SESSION_TRACK the info of an OK stands behind its length where no state has changed',
    level: 'MUST',
    source: [
      manual['mysql/ok-layout'],
      manual['mariadb/ok-layout'],
      manual['mysql/affected-rows'],
      manual['mariadb/row-count'],
      manual['mysql/info-strings'],
      manual['mariadb/info-strings'],
      manual['mariadb/info-counts'],
    ],
    needs: [...needsTables, { offers: 'SESSION_TRACK' }, asShipped],
    script: [
      ...loggedInWith({ add: ['CONNECT_WITH_DB', 'SESSION_TRACK'] }),
      query('CREATE TEMPORARY TABLE mywire_ok (id INT PRIMARY KEY, n INT)'),
      done(),
      query('INSERT INTO mywire_ok VALUES (1, 1), (2, 2)'),
      done({ affectedRows: 2, info: counts('Records: 2', 'Duplicates: 0', 'Warnings: 0') }),
      ...works,
    ],
    killedBy: ['info-without-length-when-tracking'],
  },
  {
    id: 'resultset/status-query-was-slow',
    title: 'the end of the rows says that the query was slow where no time is short enough (long_query_time = 0)',
    level: 'SHOULD',
    source: [manual['mysql/status-query-was-slow'], manual['mysql/long-query-time'], manual['mariadb/status-query-was-slow']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SET long_query_time = 0'),
      done(),
      query('SELECT SLEEP(0.01)'),
      rows({ rows: 1, statusFlags: { bits: status.QUERY_WAS_SLOW } }),
      query('SET long_query_time = 10'),
      done(),
      query('SELECT 1'),
      rows({ rows: 1, statusFlags: { noBits: status.QUERY_WAS_SLOW } }),
      ...works,
    ],
    killedBy: ['slow-query-unmarked'],
  },
] as const satisfies readonly Case[];
