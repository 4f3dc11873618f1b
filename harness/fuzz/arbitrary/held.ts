import type { Stimulus } from '../../case/step.ts';
import { columnType as T } from '../../codec/column-type.ts';
import { executeFlag } from '../../codec/messages/com-stmt-execute.ts';
import type { Act } from '../exec.ts';
import { act, prepare, query } from './acts.ts';
import type { Chance } from './chance.ts';
import { command, ping } from './commands.ts';
import { textHex } from './parameters.ts';
import { id } from './prepared.ts';
import { CANARY } from './statement.ts';
import { characterSets, THREE_ROWS } from './statements.ts';
import type { Talk } from './talk.ts';

/**
 * A session that holds some of what a session can hold, then something else happens, and all that it held is asked for
 * again: what belongs to a session ends where the manuals say so, and nowhere else.
 */

/** One thing that a session holds: what brings it about, and what shows that it is still there. */
interface Held {
  readonly made: readonly Act[];
  /** @param since how many statements have been prepared behind it */
  readonly asked: (since: number) => readonly Act[];
}
type Holding = (talk: Talk) => Held;

const texts = (made: readonly string[], asked: readonly string[]): Holding => {
  return ({ canary }) => ({ made: said(made, canary), asked: () => said(asked, canary) });
};
const said = (list: readonly string[], canary: string): Act[] => list.map((text) => query(text.replaceAll(CANARY, canary)));

/** No statement at all. */
const REFUSED = 'SELEC ?';
/** Ids count up, from 1 or from where the thread that serves the connection has come to (MariaDB's thread cache). */
const prepared = (since: number) => ({ ...id, ...(since > 0 && { plus: -since }) });

/** A prepared statement and the types of its parameters: the second execution does not send them again. */
const statement: Holding = ({ chance, canary }) => {
  const value = chance.of([
    { type: T.VAR_STRING, value: textHex(canary) },
    { type: T.LONGLONG, value: '0700000000000000' },
    { type: T.TINY, value: 'ff' },
  ]);
  const execute = (since: number, more: Stimulus['with'] = {}): Act =>
    act({ message: 'COM_STMT_EXECUTE', with: { statementId: prepared(since), parameters: [value], ...more } });
  return { made: [prepare('SELECT ?'), execute(0)], asked: (since) => [execute(since, { newParamsBindFlag: 0 })] };
};
/** A cursor, one row in. */
const cursor: Holding = ({ chance }) => {
  const fetch = (since: number): Act => act({ message: 'COM_STMT_FETCH', with: { statementId: prepared(since), rows: 1 } });
  const open = act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, flags: executeFlag.CURSOR_READ_ONLY } });
  return { made: [prepare(THREE_ROWS), open, ...(chance.oneIn(4) ? [] : [fetch(0)])], asked: (since) => [fetch(since)] };
};
/** A piece of a parameter, sent ahead of its execution. */
const piece: Holding = ({ canary }) => ({
  made: [prepare('SELECT ?'), act({ message: 'COM_STMT_SEND_LONG_DATA', with: { statementId: id, parameter: 0, data: textHex(canary) } })],
  asked: (since) => [act({ message: 'COM_STMT_EXECUTE', with: { statementId: prepared(since), parameters: [{ type: T.BLOB }] } })],
});
const severalStatements: Holding = () => ({
  made: [act({ message: 'COM_SET_OPTION', with: { option: 0 } })],
  asked: () => [query('SELECT 1; SELECT 2')],
});

const holdings: readonly (readonly [name: string, Holding])[] = [
  ['user variable', texts([`SET @mywire = '${CANARY}'`], ['SELECT @mywire'])],
  [
    'temporary table',
    texts(
      ['CREATE TEMPORARY TABLE mywire_ok (id INT AUTO_INCREMENT PRIMARY KEY, n INT)', 'INSERT INTO mywire_ok (n) VALUES (5)'],
      ['SELECT * FROM mywire_ok', 'SELECT LAST_INSERT_ID()'],
    ),
  ],
  ['lock', texts(["SELECT GET_LOCK(CONCAT('mywire_', CONNECTION_ID()), 0)"], ["SELECT IS_FREE_LOCK(CONCAT('mywire_', CONNECTION_ID()))"])],
  ['character set', texts(['SET NAMES latin1'], [characterSets, "SELECT '\xc3\xa4\xf0\x9f\x98\x80'"])],
  ['transaction', texts(['BEGIN'], ['DO 1'])],
  ['read-only transaction', texts(['START TRANSACTION READ ONLY'], ['DO 1'])],
  ['chained transaction', texts(['START TRANSACTION READ ONLY', 'COMMIT AND CHAIN'], ['DO 1'])],
  ['savepoint', texts(['BEGIN', 'SAVEPOINT mywire', 'ROLLBACK TO SAVEPOINT mywire'], ['DO 1'])],
  ['no autocommit', texts(['SET autocommit = 0'], ['SELECT @@autocommit'])],
  ['time zone', texts(["SET time_zone = '+03:21'"], ['SELECT @@time_zone'])],
  ['sql_mode', texts(["SET sql_mode = 'NO_BACKSLASH_ESCAPES'"], ["SELECT 'a\\\\b'", 'SELECT @@sql_mode'])],
  ['tracking', texts(["SET session_track_system_variables = '*'"], ["SET time_zone = '+01:00', autocommit = 1"])],
  ['tracking of transactions', texts(["SET session_track_transaction_info = 'CHARACTERISTICS'"], ['START TRANSACTION', 'COMMIT'])],
  ['no tracking of schemas', texts(['SET session_track_schema = 0'], ['USE mywire'])],
  ['database', texts(['USE information_schema'], ['SELECT DATABASE()'])],
  ['several statements', severalStatements],
  ['statement', statement],
  ['another statement', statement],
  ['cursor', cursor],
  ['another cursor', cursor],
  ['piece', piece],
];

/** What is no matter of all that, or what both products refuse: of ids that nobody gave, databases and tables that are not there. */
const asides: readonly ((chance: Chance) => Act)[] = [
  () => act(ping),
  () => act({ message: 'COM_STATISTICS' }),
  (chance) => act({ message: 'COM_RAW', with: { command: chance.of([0x00, 0x0b, 0x40, 0xf0]) } }),
  () => act({ message: 'COM_INIT_DB', with: { schema: 'mywire_no_such_database' } }),
  () => act({ message: 'COM_SET_OPTION', with: { option: 7 } }),
  () => act({ message: 'COM_STMT_EXECUTE', with: { statementId: 999_999 } }),
  () => act({ message: 'COM_STMT_RESET', with: { statementId: 999_999 } }),
  () => act({ message: 'COM_STMT_CLOSE', with: { statementId: 999_999 } }),
  () => act({ message: 'COM_STMT_FETCH', with: { statementId: 999_999, rows: 1 } }),
  () => act({ message: 'COM_STMT_SEND_LONG_DATA', with: { statementId: 999_999, parameter: 0, data: '78' } }),
  (chance) => prepare(chance.of([REFUSED, 'DO 1', 'SELECT ?'])),
  ...['mywire', 'information_schema'].map((schema) => () => act({ message: 'COM_INIT_DB', with: { schema } })),
  // Of the last statement, if there is one.
  () => act({ message: 'COM_STMT_CLOSE', with: { statementId: id } }),
  () => act({ message: 'COM_STMT_RESET', with: { statementId: id } }),
  () => act({ message: 'COM_STMT_EXECUTE', with: { statementId: id } }),
  ...[
    'SELEC 1',
    '',
    'SELECT * FROM mywire.no_such_table',
    'USE mywire_no_such_database',
    "SIGNAL SQLSTATE '45000'",
    "SIGNAL SQLSTATE '01000'",
    'SELECT @@no_such_variable',
    'SELECT 1; SELEC 2; SELECT 3',
    "SELECT REPEAT('x', 65536)",
    'SELECT (SELECT id FROM mywire.numbers WHERE id > n.id) AS next FROM mywire.numbers AS n ORDER BY n.id DESC',
    'CALL mywire.fails_after_one()',
    'SELECT * FROM mywire.numbers',
    'COMMIT',
    'ROLLBACK',
    'DO 1',
  ].map((text) => () => query(text)),
];

/** An execution that fails: its key is there already. */
const failing: readonly Act[] = [
  query('CREATE TEMPORARY TABLE mywire_key (a INT PRIMARY KEY)'),
  prepare('INSERT INTO mywire_key VALUES (?)'),
  ...[1, 2].map(() => act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, parameters: [{ type: T.TINY, value: '07' }] } })),
];
/** Only privileges open it, and nobody else is there. */
const debug: readonly Act[] = [act({ message: 'COM_DEBUG' })];

/** Its commands, behind a login that may use the database. */
export function holding(talk: Talk): readonly Act[] {
  const { chance } = talk;
  const left = [...holdings];
  const holds = Array.from({ length: chance.between(2, 6) }, () => {
    const [, hold] = left.splice(chance.below(left.length), 1)[0] as (typeof holdings)[number];
    return hold(talk);
  });
  const aside = chance.weighted<() => readonly Act[]>([
    [6, () => [chance.of(asides)(chance)]],
    [2, () => [chance.of(asides)(chance), chance.of(asides)(chance)]],
    [3, () => command(talk)],
    [1, () => failing],
    [talk.about.sql === 'reference' ? 1 : 0, () => debug],
    [1, () => [act({ message: 'COM_RESET_CONNECTION' })]],
    [1, () => [act({ message: 'COM_CHANGE_USER', account: 'check', with: { database: talk.about.database ?? '' } })]],
  ])();
  const made = holds.flatMap((held) => held.made);
  // Asked in the order in which they were made, or from the last on.
  const asked = holds.map((held, i) => held.asked(countOfPrepares([...holds.slice(i + 1).flatMap(({ made }) => made), ...aside])));
  if (chance.oneIn(2)) asked.reverse();
  return [...made, ...aside, act(ping), ...asked.flat(), ...said([`SELECT '${CANARY}'`], talk.canary)];
}

/** Up to the last that has got an id: one that is refused takes its number all the same. */
function countOfPrepares(acts: readonly Act[]): number {
  const texts = acts.flatMap((one) => ('send' in one && one.send[0].message === 'COM_STMT_PREPARE' ? [one.send[0].with?.['query']] : []));
  return texts.findLastIndex((text) => text !== REFUSED) + 1;
}
