import type { ListedValue } from '../../case/step.ts';
import type { CapabilityName, MariadbCapabilityName } from '../../codec/capability.ts';
import { columnType as T } from '../../codec/column-type.ts';
import { bulkFlag } from '../../codec/messages/com-stmt-bulk-execute.ts';
import { executeFlag } from '../../codec/messages/com-stmt-execute.ts';
import type { Act } from '../exec.ts';
import { act, prepare, query } from './acts.ts';
import type { Chance } from './chance.ts';
import { ping } from './commands.ts';
import { textHex } from './parameters.ts';
import { id } from './prepared.ts';
import { CANARY } from './statement.ts';
import { manyModes, THREE_ROWS } from './statements.ts';
import { sayable, type Talk } from './talk.ts';

/**
 * What a session is shows in answers of every form: the flags of a transaction, a mode, a change that is told, definitions
 * that are left out. A session is brought into one or two states, and then asked for answers of as many forms as there are.
 */

/** Statements of the vocabulary. */
type Texts = readonly string[];

const states: readonly Texts[] = [
  ['BEGIN'],
  ['START TRANSACTION READ ONLY'],
  ['SET autocommit = 0'],
  ["SET sql_mode = 'NO_BACKSLASH_ESCAPES'"],
  ["SET sql_mode = 'ANSI_QUOTES'"],
  ["SET resultset_metadata = 'NONE'"],
  ['SET NAMES latin1'],
  ['SET character_set_results = NULL'],
  ['SET long_query_time = 0'],
];
/** Of a client that is told what changes. */
const trackings: readonly Texts[] = [
  ["SET session_track_transaction_info = 'CHARACTERISTICS'"],
  ["SET session_track_transaction_info = 'STATE'", 'SET autocommit = 0'],
  ["SET session_track_system_variables = '*'"],
  ["SET session_track_system_variables = 'autocommit,time_zone'"],
  ['SET session_track_state_change = 1'],
  ['SET session_track_schema = 0'],
];
/** What changes something that can be told. */
const changes: Texts = [
  'BEGIN',
  'START TRANSACTION READ ONLY',
  'COMMIT',
  'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET time_zone = '+03:21'",
  'SET time_zone = DEFAULT',
  "SET time_zone = '+01:00', autocommit = 1",
  `SET sql_mode = '${manyModes}'`,
  'SET NAMES latin1',
  'USE information_schema',
  'USE mywire',
  "SET time_zone = '+03:21'; SET autocommit = 1; DO 1",
];

const NUMBERS = 'SELECT * FROM mywire.numbers';
const FAILS = 'SELECT (SELECT s.a FROM (SELECT 1 AS a UNION ALL SELECT 2) s WHERE s.a <= t.a) FROM (SELECT 1 AS a UNION ALL SELECT 2) t';
const execute = (flags = 0): Act => act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, ...(flags > 0 && { flags }) } });
const fetch = (rows: number): Act => act({ message: 'COM_STMT_FETCH', with: { statementId: id, rows } });
const executed = (text: string): readonly Act[] => [prepare(text), execute()];
const withCursor = (text: string, rows: number): readonly Act[] => [prepare(text), execute(executeFlag.CURSOR_READ_ONLY), fetch(rows)];

type Form = (chance: Chance) => readonly Act[];
const said = (text: string): Form => {
  const acts = [query(text)];
  return () => acts;
};
/** What is not ASCII, as a parameter, at once and in pieces. */
const TEXT = textHex('n\xc3\xa4');
const withText = (chance: Chance): readonly Act[] => {
  const value: ListedValue = { type: T.VAR_STRING, value: TEXT };
  const ahead = act({ message: 'COM_STMT_SEND_LONG_DATA', with: { statementId: id, parameter: 0, data: TEXT } });
  const run = (one: ListedValue): Act => act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, parameters: [one] } });
  return [prepare('SELECT ?'), ...(chance.oneIn(2) ? [run(value)] : [ahead, run({ type: T.VAR_STRING })])];
};
const forms: readonly Form[] = [
  () => [act(ping)],
  ...['DO 1', 'SELECT 1', NUMBERS, 'SELECT 1 LIMIT 0', 'SELECT 1 AS one, 2 AS two', "SELECT CAST('x' AS SIGNED)"].map(said),
  ...[
    'CALL mywire.two_results()',
    'SELECT 1; SELECT 2',
    'DO 1; DO 2; SELECT 3',
    "SIGNAL SQLSTATE '01000'",
    'SELEC 1',
    "SELECT '\xc3\xa4'",
  ].map(said),
  (chance) => executed(chance.of(['DO 1', "SET time_zone = '+02:00'"])),
  (chance) => executed(chance.of([THREE_ROWS, NUMBERS, 'SELECT 1', 'SELECT 1 LIMIT 0', FAILS])),
  (chance) => executed(chance.of(['CALL mywire.two_results()', 'CALL mywire.fails_after_one()'])),
  (chance) => withCursor(chance.of([THREE_ROWS, NUMBERS, 'SELECT 1 LIMIT 0']), chance.of([1, 100])),
  () => [prepare('SELECT 1'), act({ message: 'COM_STMT_RESET', with: { statementId: id } })],
  (chance) => [act({ message: 'COM_SET_OPTION', with: { option: chance.below(2) } })],
  () => [act({ message: 'COM_FIELD_LIST', with: { table: 'numbers', wildcard: '' } })],
  () => [act({ message: 'COM_STATISTICS' })],
  withText,
  () => [act({ message: 'COM_INIT_DB', with: { schema: 'mywire' } })],
];

const OK_TABLE = 'CREATE TEMPORARY TABLE mywire_ok (id INT AUTO_INCREMENT PRIMARY KEY, n INT)';
const BULK_TABLE = "CREATE TEMPORARY TABLE mywire_bulk (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(60) DEFAULT 'none')";
const bulkRows = [[{ indicator: 0, value: TEXT }], [{ indicator: 1 }]];

/** What shows that a client has agreed on a capability. */
const agreedForms: readonly (readonly [flag: CapabilityName | MariadbCapabilityName, acts: readonly Act[]])[] = [
  ['MULTI_STATEMENTS', [query('SELECT 1; SELECT 2')]],
  ['DEPRECATE_EOF', [query('SELECT 1')]],
  [
    'FOUND_ROWS',
    [query(OK_TABLE), query('INSERT INTO mywire_ok (n) VALUES (5)'), ...[1, 2].map(() => query('UPDATE mywire_ok SET n = 1'))],
  ],
  [
    'PS_MULTI_RESULTS',
    [
      prepare('CALL mywire.one_out(?)'),
      act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, parameters: [{ type: T.TINY, value: '05' }] } }),
    ],
  ],
  ['MULTI_RESULTS', [query('CALL mywire.two_results()')]],
  ['OPTIONAL_RESULTSET_METADATA', [query("SET resultset_metadata = 'NONE'"), query('SELECT 1'), ...executed('SELECT 1')]],
  [
    'QUERY_ATTRIBUTES',
    [act({ message: 'COM_QUERY', with: { query: 'SELECT 1', parameters: [{ type: T.STRING, value: TEXT, name: 'trace' }] } })],
  ],
  ['SESSION_TRACK', [query("SET session_track_system_variables = '*'"), query("SET time_zone = '+03:21'"), query('USE mywire')]],
  [
    'CACHE_METADATA',
    [prepare(THREE_ROWS), execute(), execute(), execute(executeFlag.CURSOR_READ_ONLY), query('SET NAMES latin1'), execute()],
  ],
  ['EXTENDED_METADATA', [query("SELECT JSON_OBJECT('a', 1)")]],
  [
    'STMT_BULK_OPERATIONS',
    [
      query(BULK_TABLE),
      prepare('INSERT INTO mywire_bulk (word) VALUES (?)'),
      act({
        message: 'COM_STMT_BULK_EXECUTE',
        with: { statementId: id, flags: bulkFlag.SEND_TYPES_TO_SERVER, types: [T.VAR_STRING], rows: bulkRows },
      }),
      query('SELECT word FROM mywire_bulk ORDER BY id'),
    ],
  ],
];

const anew = ({ chance, about: { database = '', accounts } }: Talk): readonly Act[] =>
  chance.weighted<() => readonly Act[]>([
    [3, () => [act({ message: 'COM_RESET_CONNECTION' })]],
    [
      3,
      () => [
        act({
          message: 'COM_CHANGE_USER',
          account: accounts.includes('login') ? chance.of(['check', 'login']) : 'check',
          with: { database },
        }),
      ],
    ],
    [1, () => []],
  ])();

/** Its commands, behind a login that may use the database. */
export function showing(talk: Talk): readonly Act[] {
  const { chance, agreed, about } = talk;
  const { bySql } = sayable(about);
  const isTold = agreed.flags.has('SESSION_TRACK' satisfies CapabilityName);
  const texts = (list: Texts): readonly Act[] =>
    list.filter((text) => bySql.has(text)).map((text) => query(text.replaceAll(CANARY, talk.canary)));
  const acts: Act[] = [];
  const own = agreedForms.filter(
    ([flag]) => agreed.flags.has(flag as CapabilityName) || agreed.extended.has(flag as MariadbCapabilityName),
  );
  // What a login has agreed on holds behind COM_RESET_CONNECTION and COM_CHANGE_USER.
  if (own.length > 0 && chance.oneIn(3)) acts.push(...anew(talk), ...own.filter(() => chance.oneIn(2)).flatMap(([, shown]) => shown));
  for (let n = chance.between(1, 2); n > 0; n--) acts.push(...texts(chance.of(states)));
  if (own.length > 0 && chance.oneIn(3)) acts.push(...chance.of(own)[1]);
  if (isTold) acts.push(...texts(chance.of(trackings)));
  for (let n = chance.between(3, 7); n > 0; n--)
    acts.push(...(isTold && chance.oneIn(2) ? texts([chance.of(changes)]) : chance.of(forms)(chance)));
  // What was told once is told no more.
  return [...acts, query('DO 1')];
}
