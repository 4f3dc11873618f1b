import { ownTypes } from './own-types.ts';
import { characterSets, manyModes } from './statements.ts';

/** What shows what a statement has done to the session: asked now and then behind it, and behind what should have undone it. */
const probes: readonly (readonly [done: RegExp, shown: readonly string[]])[] = [
  [/^SET @mywire\b/, ['SELECT @mywire']],
  [/mywire_out\b/, ['SELECT @mywire_out']],
  [/^SET (NAMES|character_set)/, [characterSets, "SELECT '\xc3\xa4\xf0\x9f\x98\x80'"]],
  [/autocommit =/, ['SELECT @@autocommit', 'SELECT * FROM mywire.numbers']],
  [/time_zone =/, ['SELECT @@time_zone']],
  [/sql_mode =/, ["SELECT 'a\\\\b'", 'SELECT @@sql_mode']],
  [
    /^SET session_track_/,
    ['SET autocommit = 1', "SET time_zone = '+03:21'", 'USE information_schema', 'BEGIN', 'COMMIT', `SET sql_mode = '${manyModes}'`],
  ],
  [/^SET resultset_metadata/, ['SELECT 1']],
  [/^SET progress_report_time/, ['ALTER TABLE mywire_maria ADD c INT, ALGORITHM = COPY']],
  [/long_query_time = 0/, ['SELECT 1', 'DO 1']],
  [/max_statement_time/, ['SELECT @@max_statement_time']],
  [/^USE /, ['SELECT DATABASE()']],
  [/^(BEGIN|START TRANSACTION)/, ['SELECT 1', 'SELECT * FROM mywire.numbers', 'COMMIT', 'DO 1', 'COMMIT AND CHAIN', 'SAVEPOINT mywire']],
  [/^SAVEPOINT/, ['ROLLBACK TO SAVEPOINT mywire', 'RELEASE SAVEPOINT mywire']],
  [/SAVEPOINT|CHAIN/, ['DO 1']],
  [/^UPDATE mywire_ok/, ['UPDATE mywire_ok SET n = 1', 'SELECT LAST_INSERT_ID()', 'SELECT * FROM mywire_ok']],
  [/'late'/, ['SELECT @mywire']],
  [/^SET TRANSACTION/, ['START TRANSACTION', 'BEGIN']],
  [/mywire_stamps/, ['SELECT * FROM mywire_stamps']],
  [/mywire_types\b/, ownTypes.selects],
  [/^(INSERT|REPLACE)/, ['SELECT LAST_INSERT_ID()', 'SELECT @@identity', 'SELECT LAST_INSERT_ID() LIMIT 1']],
  [/^SIGNAL SQLSTATE '01/, ['SHOW WARNINGS']],
  [/GET_LOCK/, ["SELECT IS_FREE_LOCK(CONCAT('mywire_', CONNECTION_ID()))"]],
  [/mywire_ok\b/, ['SELECT * FROM mywire_ok', 'SELECT COUNT(*) FROM mywire_ok']],
  [/mywire_maria\b/, ['DELETE FROM mywire_maria WHERE a = 1 RETURNING b']],
  [/mywire_file\b/, ['SELECT COUNT(*) FROM mywire_file', 'SELECT b FROM mywire_file']],
  [/mywire_(prepared|bulk)\b/, ['SELECT * FROM mywire_prepared', 'SELECT word FROM mywire_bulk ORDER BY id']],
];

const known = new Map<string, readonly string[]>();
/** Statements of the vocabulary, in no order. */
export function probesOf(sql: string): readonly string[] {
  let found = known.get(sql);
  if (!found) {
    found = probes.flatMap(([done, shown]) => (done.test(sql) ? shown : []));
    known.set(sql, found);
  }
  return found;
}
