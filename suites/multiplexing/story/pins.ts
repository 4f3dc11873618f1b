import { insertPlain } from './proxysql.ts';
import type { ByVersion } from './versions.ts';

/**
 * Whether the client keeps the connection to itself. 'passed over': it is free in ProxySQL's pool, but not for a client that
 * has not set the same variable: that one gets a new connection.
 */
export type Hold = 'tied' | 'free' | 'passed over';

/** Something that a session can have on its connection. */
export interface Pin {
  readonly name: string;
  /** Statements that make it; the last one carries the mark. */
  readonly make: (mark: string) => readonly string[];
  /** By COM_STMT_PREPARE and COM_STMT_EXECUTE. */
  readonly prepared?: true;
  /** Statements after which nothing of it is left on the server. */
  readonly undo: (mark: string) => readonly string[];
  /** Once made. */
  readonly made: ByVersion<Hold>;
  /** Once undone. */
  readonly undone: ByVersion<Hold>;
}

const always = (is: Hold): ByVersion<Hold> => [{ since: '2.0.0', is }];
const select = (mark: string) => `SELECT '${mark}' AS mark`;

/** Measured on 2.0.17, 2.0.18 and 2.7.1, 2026-11-26. */
export const pins: readonly Pin[] = [
  { name: 'nothing', make: (mark) => [select(mark)], undo: () => [], made: always('free'), undone: always('free') },
  {
    name: 'transaction',
    make: (mark) => ['START TRANSACTION', select(mark)],
    undo: () => ['COMMIT'],
    made: always('tied'),
    undone: always('free'),
  },
  {
    name: 'autocommit off',
    make: (mark) => ['SET autocommit = 0', insertPlain(mark)],
    undo: () => ['COMMIT'],
    made: always('tied'),
    undone: always('free'),
  },
  // Without mysql-enforce_autocommit_on_reads the backend never learns of it: the read commits itself.
  {
    name: 'autocommit off, a read',
    make: (mark) => ['SET autocommit = 0', `${select(mark)} FROM orders`],
    undo: () => ['COMMIT'],
    made: always('free'),
    undone: always('free'),
  },
  {
    name: 'user variable',
    make: (mark) => [`SET @a = '${mark}'`],
    undo: () => ['SET @a = NULL'],
    made: always('tied'),
    undone: always('tied'),
  },
  {
    name: 'system variable read',
    make: (mark) => [`SELECT @@max_allowed_packet, '${mark}' AS mark`],
    undo: () => [],
    made: always('tied'),
    undone: always('tied'),
  },
  {
    name: 'GET_LOCK',
    make: (mark) => [`SELECT GET_LOCK('${mark}', 0)`],
    undo: (mark) => [`SELECT RELEASE_LOCK('${mark}')`],
    made: always('tied'),
    undone: always('tied'),
  },
  {
    name: 'temporary table',
    make: (mark) => [`CREATE TEMPORARY TABLE held (i INT) COMMENT '${mark}'`],
    undo: () => ['DROP TEMPORARY TABLE held'],
    made: always('tied'),
    undone: always('tied'),
  },
  {
    name: 'PREPARE',
    make: (mark) => [`PREPARE p FROM "SELECT '${mark}'"`],
    undo: () => ['DEALLOCATE PREPARE p'],
    made: always('tied'),
    undone: always('tied'),
  },
  {
    name: 'COM_STMT_PREPARE',
    make: (mark) => [select(mark)],
    prepared: true,
    undo: () => [],
    made: always('free'),
    undone: always('free'),
  },
  {
    name: 'SET NAMES',
    make: (mark) => ['SET NAMES latin1', select(mark)],
    undo: () => ['SET NAMES utf8mb4'],
    made: always('free'),
    undone: always('free'),
  },
  {
    name: 'LOCK TABLES',
    make: (mark) => ['LOCK TABLES orders READ', select(mark)],
    undo: () => ['UNLOCK TABLES'],
    made: always('tied'),
    undone: always('free'),
  },
  {
    name: 'SQL_CALC_FOUND_ROWS',
    make: (mark) => [`SELECT SQL_CALC_FOUND_ROWS '${mark}' AS mark FROM orders LIMIT 0`],
    undo: () => ['SELECT FOUND_ROWS()'],
    made: always('tied'),
    undone: always('tied'),
  },
  {
    name: 'warnings',
    make: (mark) => [`SELECT '${mark}' AS mark, 1 / 0`],
    undo: () => ['SELECT 1'],
    made: [
      { since: '2.0.0', is: 'free' },
      { since: '2.6.0', is: 'tied' },
    ],
    undone: always('free'),
  },
  // The last: what it leaves in the pool would count in the next.
  {
    name: 'sql_log_bin',
    make: (mark) => ['SET sql_log_bin = 0', select(mark)],
    undo: () => ['SET sql_log_bin = 1', 'SELECT 1'],
    made: always('tied'),
    undone: always('passed over'),
  },
];
