import type { Case } from '../../harness/case/case.ts';
import type { Condition, Step } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { execute, fetch, prepared, withCursor } from '../prepared-steps.ts';
import { done, inAutocommit, loggedInWith, query, rows, value } from '../query-steps.ts';
import { err, greeting, loggedIn, ok, syntaxErrors, works } from '../steps.ts';
import { writesWords } from '../word-steps.ts';

const source = [
  manual['mysql/session-state-block'],
  manual['mysql/session-state-types'],
  manual['mariadb/session-state'],
  manual['mariadb/session-state-values'],
  manual['mariadb/track-variables'],
] as const;
const schema = [...source, manual['mysql/track-schema']] as const;
const variables = [...source, manual['mysql/track-system-variables']] as const;
const gtids = [...source, manual['mysql/track-gtids']] as const;
const stateChange = [...source, manual['mysql/track-state-change']] as const;
const transaction = [...source, manual['mysql/track-transaction']] as const;
const needs = ['check-account', { offers: 'SESSION_TRACK' }] as const;
const needsOff = [...needs, { feature: 'empty-strings' }, { feature: 'no-gtids-of-others' }] as const;

const CHANGED = 0x4000;
/** An OK without a state block: text, if anything, behind the warnings. */
const UNTRACKED = '^.{7}[ -~]*$';
const tracking = loggedInWith({ add: ['SESSION_TRACK'] });
const set = (assignments: string) => [query(`SET ${assignments}`), done()] as const;
/** What both manuals have as the default list; a server may be configured otherwise. */
const listed = set(
  "session_track_system_variables = 'autocommit,character_set_client,character_set_connection,character_set_results,time_zone'",
);
/** Nothing is told, whatever the server tells by default. */
const allOff = set(
  "session_track_schema = 0, session_track_state_change = 0, session_track_system_variables = '', session_track_transaction_info = 'OFF'",
);
const told = (entries: Readonly<Record<string, Condition>>) =>
  done({
    statusFlags: { bits: CHANGED },
    ...Object.fromEntries(Object.entries(entries).map(([name, value]) => [`tracked.${name}`, value])),
  });
/** A client that is told of its transaction, also in the OK that ends rows; and the transaction. */
const tellsStateBehindRows = [
  ...loggedInWith({ add: ['SESSION_TRACK', 'DEPRECATE_EOF'] }),
  ...set("autocommit = 1, completion_type = 0, session_track_transaction_info = 'STATE'"),
] as const;
const begun = [query('START TRANSACTION'), told({ TRANSACTION_STATE: 'T_______' })] as const;
/** In a transaction that START TRANSACTION has begun. */
const hasRead = { statusFlags: { bits: CHANGED | 1 }, 'tracked.TRANSACTION_STATE': { pattern: '^T(_R|r_|rR).....$' } } as const;
const trackingCharacteristics = [
  ...tracking,
  ...set("autocommit = 1, completion_type = 0, session_track_transaction_info = 'CHARACTERISTICS'"),
] as const;
const characteristicsEnd = [query('COMMIT'), told({ TRANSACTION_STATE: '________', TRANSACTION_CHARACTERISTICS: '' })] as const;
/** Where GTIDs are tracked, MySQL sets the flag and sends a block without an entry. */
const nothing = {
  expect: [
    { packet: 'OK', where: { statusFlags: { noBits: CHANGED }, track: { absent: true } } },
    { packet: 'OK', where: { statusFlags: { bits: CHANGED }, sessionState: { length: 0 } } },
  ],
} as const satisfies Step;
/** The UUID of a server, a tag where it has one (MySQL 8.3), a number. */
const GTID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(:[A-Za-z_][A-Za-z0-9_]*)?:[0-9]+$';
/** Databases that are left out of the log, or those that alone are in it, beside the place: it may be told not to log this one. */
const leavesOut: readonly Step[] = [
  {
    expect: [
      { packet: 'TextResultset', where: { 'row.0.3': { pattern: '(^|,)mywire(,|$)' } } },
      { packet: 'TextResultset', where: { 'row.0.2': { pattern: '^(?!(.*,)?mywire(,|$)).' } } },
    ],
  },
  ...works,
];
const isLeftOut: readonly Step[] = [
  query('SHOW BINARY LOG STATUS'),
  {
    expect: [
      ...(leavesOut[0] as Extract<Step, { expect: unknown }>).expect,
      { ...err(syntaxErrors, '42000'), then: [query('SHOW MASTER STATUS'), ...leavesOut] },
    ],
  },
  ...works,
];
const information = '\x12information_schema';

/** Modes that both servers have: more than 250 bytes with the commas between them. */
const MODES = [
  'ALLOW_INVALID_DATES',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'HIGH_NOT_PRECEDENCE',
  'IGNORE_SPACE',
  'NO_AUTO_VALUE_ON_ZERO',
  'NO_DIR_IN_CREATE',
  'NO_ENGINE_SUBSTITUTION',
  'NO_UNSIGNED_SUBTRACTION',
  'NO_ZERO_DATE',
  'NO_ZERO_IN_DATE',
  'ONLY_FULL_GROUP_BY',
  'PIPES_AS_CONCAT',
  'REAL_AS_FLOAT',
  'STRICT_ALL_TABLES',
  'STRICT_TRANS_TABLES',
] as const;

/** Session state in OK packets, for a client with SESSION_TRACK. */
export const cases = [
  {
    id: 'session/track-schema-of-use',
    title: 'USE tells the new default database',
    level: 'MUST',
    source: schema,
    needs,
    script: [
      ...tracking,
      ...set('session_track_schema = 1'),
      query('USE information_schema'),
      told({ SCHEMA: 'information_schema' }),
      ...works,
    ],
    link: 'https://github.com/vitessio/vitess/issues/20485',
    killedBy: ['track-schema-missing', 'track-schema-old', 'track-flag-missing'],
  },
  {
    id: 'session/track-schema-of-init-db',
    title: 'COM_INIT_DB tells the new default database',
    level: 'MUST',
    source: schema,
    needs,
    script: [
      ...tracking,
      ...set('session_track_schema = 1'),
      { send: { message: 'COM_INIT_DB', with: { schema: 'information_schema' } } },
      told({ SCHEMA: 'information_schema' }),
      ...works,
    ],
    killedBy: ['track-schema-missing', 'track-schema-old'],
  },
  {
    id: 'session/track-layout',
    title: 'session state stands behind an empty info, each entry with its type and two lengths',
    level: 'MUST',
    source: schema,
    needs: needsOff,
    // info of no bytes, 21 bytes of state, type 1 with 19 bytes, of which the first is the length of the name
    script: [
      ...tracking,
      ...allOff,
      ...set('session_track_schema = 1'),
      query('USE information_schema'),
      done({ info: '', payload: { pattern: `^\\x00\\x00\\x00.[\\x40-\\x7f\\xc0-\\xff]\\x00\\x00\\x00\\x15\\x01\\x13${information}$` } }),
      ...works,
    ],
    killedBy: ['track-without-info'],
  },
  {
    id: 'session/track-schema-off',
    title: 'with session_track_schema off USE tells nothing',
    level: 'MUST',
    source: schema,
    needs: needsOff,
    script: [...tracking, ...allOff, query('USE information_schema'), nothing, ...works],
    killedBy: ['track-schema-switch-ignored'],
  },
  {
    id: 'session/track-schema-of-change-user',
    title: 'COM_CHANGE_USER with a database tells it',
    level: 'SHOULD',
    source: schema,
    // COM_CHANGE_USER takes back what the session has set.
    needs: [...needs, { feature: 'schema-tracked' }],
    script: [
      ...tracking,
      { send: { message: 'COM_CHANGE_USER', account: 'check', with: { database: 'information_schema' } } },
      told({ SCHEMA: 'information_schema' }),
      ...works,
    ],
    killedBy: ['track-schema-missing'],
  },
  {
    id: 'session/track-autocommit',
    title: 'SET autocommit tells its new value',
    level: 'MUST',
    source: variables,
    needs,
    script: [
      ...tracking,
      ...listed,
      query('SET autocommit = 0'),
      told({ autocommit: { oneOf: ['OFF', '0'] } }),
      query('SET autocommit = 1'),
      told({ autocommit: { oneOf: ['ON', '1'] } }),
      ...works,
    ],
    killedBy: ['track-variables-missing'],
  },
  {
    id: 'session/track-character-sets',
    title: 'SET NAMES tells all three character sets',
    level: 'MUST',
    source: [...variables, manual['mysql/set-names'], manual['mariadb/set-names']],
    needs,
    script: [
      ...tracking,
      ...listed,
      query('SET NAMES latin1'),
      told({ character_set_client: 'latin1', character_set_connection: 'latin1', character_set_results: 'latin1' }),
      ...works,
    ],
    killedBy: ['track-variables-first-only', 'track-variables-missing'],
  },
  {
    id: 'session/track-several-variables',
    title: 'a SET of three variables tells the two that are listed, and not the third',
    level: 'MUST',
    source: variables,
    needs,
    script: [
      ...tracking,
      ...listed,
      query("SET time_zone = '+03:21', sql_mode = '', autocommit = 0"),
      done({
        statusFlags: { bits: CHANGED },
        'tracked.time_zone': '+03:21',
        'tracked.autocommit': { oneOf: ['OFF', '0'] },
        'tracked.sql_mode': { absent: true },
      }),
      ...works,
    ],
    killedBy: ['track-variables-first-only', 'track-variables-all'],
  },
  {
    id: 'session/track-only-listed-variables',
    title: 'a variable that is not listed is not told',
    level: 'MUST',
    source: variables,
    needs: needsOff,
    script: [...tracking, ...allOff, ...listed, query("SET sql_mode = ''"), nothing, ...works],
    killedBy: ['track-variables-all'],
  },
  {
    id: 'session/track-all-variables',
    title: 'with session_track_system_variables * a variable is told that no list has named (sql_mode)',
    level: 'MUST',
    source: variables,
    needs,
    script: [
      ...tracking,
      ...set("session_track_system_variables = '*'"),
      query("SET sql_mode = 'NO_BACKSLASH_ESCAPES'"),
      told({ sql_mode: 'NO_BACKSLASH_ESCAPES' }),
      ...works,
    ],
    killedBy: ['track-variables-star-unknown'],
  },
  {
    id: 'session/track-long-value',
    title: 'a value of more than 250 bytes is told whole: its length, and those around it, take three bytes',
    level: 'MUST',
    source: [...variables, manual['mysql/lenenc-integer-forms'], manual['mariadb/lenenc-integer-forms']],
    needs,
    script: [
      ...tracking,
      ...set("session_track_system_variables = 'sql_mode'"),
      query(`SET sql_mode = '${MODES.join(',')}'`),
      {
        expect: [
          { packet: 'OK', as: 'long', where: { statusFlags: { bits: CHANGED }, 'tracked.sql_mode': { pattern: '^[A-Z_,]{251,}$' } } },
        ],
      },
      { send: { message: 'COM_QUERY', with: { query: { from: 'long.tracked.sql_mode', before: "SELECT @@sql_mode = '", after: "'" } } } },
      value('1'),
      ...works,
    ],
    killedBy: ['track-length-in-one-byte'],
  },
  {
    id: 'session/track-state-change',
    title: 'with session_track_state_change on a user variable tells that the state has changed',
    // That a user variable belongs to the state MariaDB's manual does not say.
    level: 'SHOULD',
    source: stateChange,
    needs,
    script: [...tracking, ...set('session_track_state_change = 1'), query('SET @mywire = 1'), told({ STATE_CHANGE: '1' }), ...works],
    killedBy: ['track-state-change-missing'],
  },
  {
    id: 'session/track-state-change-off',
    title: 'with session_track_state_change off a user variable tells nothing',
    level: 'MUST',
    source: stateChange,
    needs: needsOff,
    script: [...tracking, ...allOff, query('SET @mywire = 1'), nothing, ...works],
    killedBy: ['track-state-change-always'],
  },
  {
    id: 'session/track-transaction-state',
    title: 'a transaction tells that it has begun, and that it has ended',
    level: 'MUST',
    source: transaction,
    needs,
    script: [
      ...tracking,
      ...set("autocommit = 1, completion_type = 0, session_track_transaction_info = 'STATE'"),
      ...begun,
      query('COMMIT'),
      told({ TRANSACTION_STATE: '________' }),
      ...works,
    ],
    killedBy: ['track-transaction-missing'],
  },
  {
    id: 'session/track-transaction-characteristics',
    title: 'a read-only transaction tells the statement that would begin it again',
    // MariaDB's page has SET TRANSACTION READ ONLY and START TRANSACTION, and MariaDB sends what MySQL does.
    level: 'SHOULD',
    source: transaction,
    needs,
    script: [
      ...trackingCharacteristics,
      query('START TRANSACTION READ ONLY'),
      told({ TRANSACTION_STATE: 'T_______', TRANSACTION_CHARACTERISTICS: 'START TRANSACTION READ ONLY;' }),
      ...characteristicsEnd,
      ...works,
    ],
    killedBy: ['track-characteristics-missing', 'track-transaction-missing'],
  },
  {
    id: 'session/track-transaction-isolation',
    title: 'SET TRANSACTION ISOLATION LEVEL tells the statement that asks for it again, and so does the transaction behind it',
    level: 'SHOULD',
    source: transaction,
    needs: [...needs, inAutocommit],
    script: [
      ...trackingCharacteristics,
      query('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'),
      told({ TRANSACTION_CHARACTERISTICS: 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;' }),
      query('START TRANSACTION READ ONLY'),
      told({
        TRANSACTION_STATE: 'T_______',
        TRANSACTION_CHARACTERISTICS: 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; START TRANSACTION READ ONLY;',
      }),
      ...characteristicsEnd,
      ...works,
    ],
    killedBy: ['track-characteristics-without-isolation', 'track-characteristics-missing'],
  },
  {
    id: 'session/track-gtids-of-commit',
    title: 'with session_track_gtids OWN_GTID the OK of a COMMIT that has written tells its GTID',
    level: 'MUST',
    source: [...gtids, manual['mysql/error-of-statements']],
    needs: [...writesWords, inAutocommit, { offers: 'SESSION_TRACK' }, { dialect: 'mysql' }, { feature: 'gtids' }],
    // The word goes in the transaction that brought it: nothing is left behind.
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', capabilities: { add: ['SESSION_TRACK'] } } },
      ok,
      ...allOff,
      ...set("session_track_gtids = 'OWN_GTID'"),
      query('START TRANSACTION'),
      done(),
      query("INSERT INTO mywire.words (word) VALUES ('mywire_gtid')"),
      done({ affectedRows: 1 }),
      query('DELETE FROM mywire.words WHERE id = LAST_INSERT_ID()'),
      done({ affectedRows: 1 }),
      query('COMMIT'),
      {
        expect: [
          told({ GTIDS: { pattern: GTID } }).expect[0],
          { packet: 'OK', where: { 'tracked.GTIDS': { absent: true } }, then: isLeftOut },
        ],
      },
      ...works,
    ],
    // The id of the word goes on counting.
    deliveries: ['whole'],
    killedBy: ['track-gtids-missing', 'track-gtids-without-encoding'],
  },
  {
    id: 'session/track-variable-set-to-default',
    title: 'a listed variable that is SET to DEFAULT is told with the value that it then has',
    level: 'MUST',
    source: variables,
    needs,
    script: [
      ...tracking,
      ...listed,
      query("SET time_zone = '+03:21'"),
      told({ time_zone: '+03:21' }),
      query('SET time_zone = DEFAULT'),
      { expect: [{ packet: 'OK', as: 'default', where: { statusFlags: { bits: CHANGED }, 'tracked.time_zone': { not: '+03:21' } } }] },
      query('SELECT @@time_zone'),
      value({ sameAs: 'default.tracked.time_zone' }),
      ...works,
    ],
    killedBy: ['track-variables-default-untold', 'track-variables-missing'],
  },
  {
    id: 'session/track-of-an-execution',
    title: 'the OK that answers COM_STMT_EXECUTE tells what the statement has changed, as that of COM_QUERY does',
    level: 'MUST',
    source: [...variables, manual['mysql/execute-answer'], manual['mariadb/execute-answer']],
    needs,
    script: [
      ...tracking,
      ...listed,
      ...prepared("SET time_zone = '+03:21'", 0, 0),
      { send: execute() },
      told({ time_zone: '+03:21' }),
      ...works,
    ],
    killedBy: ['track-lost-in-execute', 'track-variables-missing'],
  },
  {
    id: 'session/track-in-each-of-several',
    title: 'each OK of several statements tells what its own statement has changed, and no other',
    level: 'MUST',
    source: [...variables, manual['mysql/multi-statement'], manual['mariadb/multi-statements']],
    needs: [...needsOff, { offers: 'MULTI_STATEMENTS' }],
    script: [
      ...loggedInWith({ add: ['SESSION_TRACK', 'MULTI_STATEMENTS'] }),
      ...listed,
      query("SET time_zone = '+03:21'; DO 1; SET time_zone = '+05:43'"),
      told({ time_zone: '+03:21' }),
      done({ payload: { pattern: UNTRACKED } }),
      told({ time_zone: '+05:43' }),
      ...works,
    ],
    killedBy: ['track-of-first-statement-only', 'track-told-again-by-next-statement'],
  },
  {
    id: 'session/track-behind-no-rows',
    title: 'with DEPRECATE_EOF the OK that ends a resultset without rows tells that the transaction has read',
    // Of the letters for what was read MariaDB's page says something else.
    level: 'SHOULD',
    source: [...transaction, manual['mysql/ok-as-eof-only-with-deprecate-eof']],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }, { feature: 'numbers' }],
    script: [
      ...tellsStateBehindRows,
      ...begun,
      query('SELECT id FROM mywire.numbers WHERE id = 0'),
      rows({ rows: 0, ...hasRead }),
      ...works,
    ],
    killedBy: ['track-lost-without-rows'],
  },
  {
    id: 'session/track-behind-rows',
    title: 'with DEPRECATE_EOF the OK that ends rows tells that the transaction has read',
    // Of the letters for what was read MariaDB's page says something else.
    level: 'SHOULD',
    source: [...transaction, manual['mysql/ok-as-eof-only-with-deprecate-eof']],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }, { feature: 'numbers' }],
    script: [...tellsStateBehindRows, ...begun, query('SELECT * FROM mywire.numbers'), rows({ rows: 3, ...hasRead }), ...works],
    killedBy: ['track-transaction-lost-in-rows'],
  },
  {
    id: 'session/track-behind-binary-rows',
    title: 'with DEPRECATE_EOF the OK that ends binary rows, and the one that opens a cursor, tell that the transaction has read',
    // Of the letters for what was read MariaDB's page says something else.
    level: 'SHOULD',
    source: [...transaction, manual['mysql/ok-as-eof-only-with-deprecate-eof'], manual['mysql/binary-resultset-end']],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }, { feature: 'numbers' }],
    script: [
      ...tellsStateBehindRows,
      ...prepared('SELECT * FROM mywire.numbers', 0, 2),
      ...begun,
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { rows: 3, ...hasRead } }] },
      query('COMMIT'),
      told({ TRANSACTION_STATE: '________' }),
      ...begun,
      { send: execute([], withCursor) },
      {
        expect: [
          { packet: 'BinaryResultset', where: { rows: 0, ...hasRead } },
          // A server may leave the cursor out.
          { packet: 'BinaryResultset', where: { rows: 3, ...hasRead }, then: works },
        ],
      },
      { send: fetch(3) },
      { expect: [{ packet: 'FetchedRows', where: { rows: 3 } }] },
      ...works,
    ],
    killedBy: ['track-transaction-lost-in-binary-rows', 'track-transaction-lost-with-a-cursor'],
  },
  {
    id: 'session/track-unasked',
    title: 'a client without SESSION_TRACK is told nothing: behind the seven bytes of its OKs there is text at most',
    level: 'MUST',
    source,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('USE information_schema'),
      done({ payload: { pattern: UNTRACKED } }),
      query('SET NAMES latin1'),
      done({ payload: { pattern: UNTRACKED } }),
      ...works,
    ],
    killedBy: ['track-unasked'],
  },
] as const satisfies readonly Case[];
