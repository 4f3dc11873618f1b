import { Buffer } from 'node:buffer';
import type { lastStatement } from '../defects/last-statement.ts';
import { affectedRows, asks, enter, isErr, payload, row, say, statusOf, warnings } from './asking.ts';
import { packet, QUIT } from './bare-client.ts';
import { F, type Shows } from './shows.ts';

const MULTI = F | 0x10000;
const prepare = (sql: string): Buffer => packet(`16${Buffer.from(sql, 'latin1').toString('hex')}`);
const EXECUTE = packet('17 01000000 00 01000000');
const FAILS = "SIGNAL SQLSTATE '45000'";
const WARNS = "SELECT CAST('x' AS SIGNED)";
const table = 'CREATE TEMPORARY TABLE mywire_x (id INT PRIMARY KEY, n INT)';
const two = 'INSERT INTO mywire_x VALUES (1, 1), (2, 2)';
const ELSEWHERE = 'USE information_schema';
const WRITES = "INSERT INTO mywire.words (word) VALUES ('within')";
const into = (where: string): string => `SELECT n INTO @mywire_x FROM mywire_x${where}`;
/** Three columns and no row, without DEPRECATE_EOF. */
const noConditions = (all: readonly string[]): boolean => all.length === 1 + 3 + 1 + 1;
const isOk = ([a]: readonly string[]): boolean => payload(a)[0] === 0;
const says =
  (text: string) =>
  (bytes: string): boolean =>
    bytes === `${String.fromCharCode(text.length)}${text}`;

/** The first value of the answer on a second connection, once these statements have been said on the first, which then ends if asked. */
const onAnother =
  (statements: readonly string[], asked: string, shows: (bytes: string) => boolean, leaves = false): Shows =>
  async (dial) => {
    const first = dial();
    await enter(first);
    for (const one of statements) await say(first, one);
    if (leaves) {
      first.send(QUIT);
      await first.ending();
    }
    const second = dial();
    await enter(second);
    return shows(payload((await say(second, asked))[3]).toString('latin1'));
  };

export const lastStatementShows: Record<keyof typeof lastStatement, Shows> = {
  'err-not-among-warnings': asks([FAILS, 'SHOW WARNINGS'], noConditions),
  'warnings-shown-once': asks([FAILS, 'SHOW WARNINGS', 'SHOW WARNINGS'], noConditions),
  'refused-prepare-not-among-warnings': asks([prepare('SELEC 1'), 'SHOW WARNINGS'], noConditions),
  'failed-execution-not-among-warnings': asks([table, two, prepare(two), EXECUTE, 'SHOW WARNINGS'], noConditions),
  'execute-leaves-warnings-of-before': asks([prepare(WARNS), EXECUTE, 'SHOW WARNINGS'], noConditions),
  'execute-leaves-row-count-of-before': row([table, prepare(two), EXECUTE, 'SELECT ROW_COUNT()'], says('0')),
  'execute-leaves-found-rows-of-before': row(
    [table, two, prepare('SELECT * FROM mywire_x'), 'SELECT 1', EXECUTE, 'SELECT FOUND_ROWS()'],
    says('1'),
  ),
  'row-count-always-of-rows': row([table, two, 'SELECT ROW_COUNT()'], says('-1')),
  'row-count-stays-behind-rows': row([table, two, 'SELECT 1', 'SELECT ROW_COUNT()'], says('2')),
  'found-rows-always-one': row([table, two, 'SELECT * FROM mywire_x', 'SELECT FOUND_ROWS()'], says('1')),
  'prepared-statement-follows-use': asks([table, prepare('SELECT * FROM mywire_x'), ELSEWHERE, EXECUTE], ([a]) => isErr(a, 1146)),
  'execute-reads-variables-of-prepare': asks(
    ["SET @mywire_x = 'a'", prepare('SELECT @mywire_x'), "SET @mywire_x = 'b'", EXECUTE],
    ([, , , one]) => payload(one).toString('latin1') === '\0\0\x01a',
  ),
  'execute-converts-as-when-prepared': asks(
    [prepare("SELECT '\xc3\xa4'"), 'SET character_set_results = latin1', EXECUTE],
    ([, , , one]) => payload(one).toString('latin1') === '\0\0\x02\xc3\xa4',
  ),
  'use-unseen-by-next-statement': asks(
    `${ELSEWHERE}; SELECT DATABASE()`,
    (all) => payload(all[4]).toString('latin1') === '\x06mywire',
    MULTI,
  ),
  'unknown-savepoint-ok': asks('RELEASE SAVEPOINT x', isOk),
  'savepoints-stay': asks(['BEGIN', 'SAVEPOINT x', 'RELEASE SAVEPOINT x', 'ROLLBACK TO SAVEPOINT x'], isOk),
  'next-read-only-ignored': asks(['SET TRANSACTION READ ONLY', 'BEGIN'], ([a]) => statusOf(a) === 3),
  'next-read-only-for-good': asks(['SET TRANSACTION READ ONLY', 'BEGIN', 'COMMIT', 'BEGIN'], ([a]) => statusOf(a) === 0x2003),
  'set-transaction-within-one-ok': asks(['BEGIN', 'SET TRANSACTION READ ONLY'], isOk),
  'transaction-within-one-commits-nothing': asks(
    ['BEGIN', WRITES, 'BEGIN', 'ROLLBACK', 'DELETE FROM mywire.words WHERE id = LAST_INSERT_ID()'],
    ([a]) => affectedRows(a) === 0,
  ),
  'release-keeps-open': asks(['BEGIN', 'COMMIT RELEASE', 'DO 1'], isOk),
  'refused-set-keeps-its-beginning': row(["SET @a = 5, sql_mode = 'no_such'", 'SELECT @a'], says('5')),
  'set-names-takes-any-collation': asks('SET NAMES latin1 COLLATE utf8mb4_bin', isOk),
  'user-variables-of-all-connections': onAnother(["SET @mywire_shown = 'x'"], 'SELECT @mywire_shown', says('x')),
  'locks-outlive-connection': onAnother(["SELECT GET_LOCK('outlives', 0)"], "SELECT IS_FREE_LOCK('outlives')", says('0'), true),
  'into-counts-nothing': asks([table, two, into(' WHERE id = 1')], ([a]) => isOk([a ?? '']) && affectedRows(a) === 0),
  'into-without-rows-unwarned': asks([table, into('')], ([a]) => warnings(a) === 0),
  'into-without-rows-as-null': row(['SET @mywire_x = 1', table, into(''), 'SELECT @mywire_x'], (bytes) => bytes === '\xfb'),
  'into-takes-first-row': asks([table, two, into('')], isOk),
  'execute-of-sql-without-value': row(["PREPARE x FROM 'SELECT 5'", 'EXECUTE x'], (bytes) => bytes === '\xfb'),
  'deallocate-keeps-statement': row(["PREPARE x FROM 'SELECT 5'", 'DEALLOCATE PREPARE x', 'EXECUTE x'], says('5')),
  'get-diagnostics-of-nothing': row(
    [FAILS, 'GET DIAGNOSTICS CONDITION 1 @a = MYSQL_ERRNO, @b = RETURNED_SQLSTATE, @c = MESSAGE_TEXT', 'SELECT @a'],
    (bytes) => bytes === '\xfb',
  ),
};
