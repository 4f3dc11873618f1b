import type { AccountName, Step, Stimulus } from '../harness/case/step.ts';
import { status } from '../harness/codec/status.ts';
import { ascii } from './bytes.ts';
import { manual } from './manual.ts';
import { execute, nullOf, prepared, type } from './prepared-steps.ts';
import { asShipped, done, either, loadsFiles, loggedInWith, needsTables, query, rows, told, value } from './query-steps.ts';
import { greeting, ok } from './steps.ts';

/** What a login agrees on, and how it shows that it still holds. */
export const agreedSource = [
  manual['mysql/capabilities-are-an-intersection'],
  manual['mysql/resultset-terminator'],
  manual['mariadb/resultset-terminator'],
  manual['mysql/session-state-block'],
  manual['mariadb/session-state'],
  manual['mysql/track-schema'],
] as const;
export const agreedNeeds = ['check-account', { offers: 'DEPRECATE_EOF' }, { offers: 'SESSION_TRACK' }] as const;
export const agreedLogin = loggedInWith({ add: ['DEPRECATE_EOF', 'SESSION_TRACK'] });
export const agreedHolds = [
  query('SELECT 1'),
  value('1'),
  query('SET session_track_schema = 1'),
  done(),
  query('USE information_schema'),
  done({ statusFlags: { bits: 0x4000 }, 'tracked.SCHEMA': 'information_schema' }),
] as const satisfies readonly Step[];

/** What applications ask for: FOUND_ROWS, MULTI_STATEMENTS. */
export const applicationsLogin = loggedInWith({ add: ['FOUND_ROWS', 'MULTI_STATEMENTS', 'CONNECT_WITH_DB'] });
/** UPDATE of all rows is refused with sql_safe_updates. */
export const applicationsNeed = [...needsTables, asShipped, { offers: 'FOUND_ROWS' }, { offers: 'MULTI_STATEMENTS' }] as const;
export const applicationsHold = [
  query('DO 1; DO 2'),
  done(),
  done(),
  query('CREATE TEMPORARY TABLE mywire_same (a INT PRIMARY KEY, n INT)'),
  done(),
  query('INSERT INTO mywire_same VALUES (1, 5), (2, 5)'),
  done({ affectedRows: 2 }),
  query('UPDATE mywire_same SET n = 5'),
  done({ affectedRows: 2 }),
] as const satisfies readonly Step[];

/** A client that sends files, with a table of its own behind what is asked about. */
export const filesLogin = loggedInWith({ add: ['LOCAL_FILES', 'CONNECT_WITH_DB'] });
export const filesNeed = ['check-account', ...loadsFiles] as const;
export const filesHold = [
  query('CREATE TEMPORARY TABLE mywire_file (a INT)'),
  done(),
  query("LOAD DATA LOCAL INFILE '/srv/numbers' INTO TABLE mywire_file"),
  { expect: [{ packet: 'LocalInfileRequest', sequenceId: 1, where: { filename: '/srv/numbers' } }] },
  { send: [{ message: 'LocalInfileData', with: { data: ascii('1\n2\n') } }, { message: 'LocalInfileData' }] },
  done({ affectedRows: 2 }),
] as const satisfies readonly Step[];

/** What MySQL's client library asks for: QUERY_ATTRIBUTES, OPTIONAL_RESULTSET_METADATA. */
export const mysqlSource = [
  manual['mysql/capabilities-are-an-intersection'],
  manual['mysql/query-attributes-layout'],
  manual['mysql/optional-metadata'],
  manual['mysql/resultset-metadata-follows'],
] as const;
export const mysqlNeeds = [
  'check-account',
  { dialect: 'mysql' },
  { offers: 'QUERY_ATTRIBUTES' },
  { offers: 'OPTIONAL_RESULTSET_METADATA' },
] as const;
export const mysqlLogin = loggedInWith({ add: ['QUERY_ATTRIBUTES', 'OPTIONAL_RESULTSET_METADATA'] });
export const mysqlHolds = [
  { send: { message: 'COM_QUERY', with: { query: 'SELECT 1', parameters: [{ type: 0xfe, name: 'trace', value: ascii('mywire') }] } } },
  { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { metadataFollows: 1, columns: 1, rows: 1, first: '1' } }] },
] as const satisfies readonly Step[];

/** Capabilities of MariaDB, which a login has in its filler. */
export const mariadbSource = [manual['mariadb/cache-metadata'], manual['mariadb/extended-metadata-layout']] as const;
export const mariadbNeeds = ['check-account', { offersMariadb: 'EXTENDED_METADATA' }, { offersMariadb: 'CACHE_METADATA' }] as const;
export const mariadbLogin = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', mariadb: ['EXTENDED_METADATA', 'CACHE_METADATA'] } },
  ok,
] as const satisfies readonly Step[];
export const mariadbHolds = [
  query('SELECT 1'),
  {
    expect: [
      {
        packet: 'TextResultset',
        sequenceId: 1,
        where: { metadataFollows: 1, columns: 1, rows: 1, first: '1', 'column.0.extendedMetadata': { length: 0 } },
      },
    ],
  },
] as const satisfies readonly Step[];

/** OUT parameters, which need PS_MULTI_RESULTS. */
export const outSource = [
  manual['mysql/capabilities-are-an-intersection'],
  manual['mysql/out-parameters'],
  manual['mysql/status-ps-out-params'],
  manual['mariadb/status-ps-out-params'],
] as const;
export const outNeeds = ['check-account', { feature: 'procedures' }, { offers: 'PS_MULTI_RESULTS' }, { offers: 'DEPRECATE_EOF' }] as const;
export const outLogin = loggedInWith({ add: ['PS_MULTI_RESULTS', 'DEPRECATE_EOF'] });
export const outHolds = [
  ...prepared('CALL mywire.one_out(?)', 1, 0),
  { send: execute([nullOf(type.LONG)]) },
  {
    expect: [
      {
        packet: 'BinaryResultset',
        where: { columns: 1, rows: 1, 'row.0.0': '42', statusFlags: { bits: status.PS_OUT_PARAMS } },
      },
    ],
  },
  done(),
] as const satisfies readonly Step[];

/** resultset_metadata, which a session begins with as FULL. */
export const metadataNeeds = ['check-account', { dialect: 'mysql' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }] as const;
export const metadataSource = [manual['mysql/optional-metadata'], manual['mysql/resultset-metadata-follows']] as const;
export const withoutMetadata = [
  ...loggedInWith({ add: ['OPTIONAL_RESULTSET_METADATA'] }),
  query('SET resultset_metadata = NONE'),
  done(),
  query('SELECT 1 AS one'),
  rows({ columns: 1, rows: 1, first: '1', 'column.0': { absent: true } }),
] as const satisfies readonly Step[];
export const withMetadata = [query('SELECT 1 AS one'), rows({ columns: 1, rows: 1, first: '1', 'column.0.name': 'one' })] as const;

/** Not alone: it may be empty, and so do some answer who know no variables. */
const withMode = (variable: string): string => `CONCAT('is', ${variable})`;
/** sql_mode, set to what no server begins with, and back at what it was. */
export const inSqlMode = [
  ...told(withMode('@@global.sql_mode'), 'global'),
  ...told(withMode('@@sql_mode'), 'ofLogin'),
  query("SET sql_mode = 'NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE'"),
  done(),
] as const satisfies readonly Step[];
/** The mode and its status flag, which go together, and then neither. */
export const inModeWithFlag = [
  query("SET sql_mode = 'NO_BACKSLASH_ESCAPES'"),
  done({ statusFlags: { bits: status.NO_BACKSLASH_ESCAPES } }),
] as const satisfies readonly Step[];
/** Whichever mode the session has now. */
export const flagGoesWithMode = [
  query(`SELECT ${withMode('@@sql_mode')}`),
  {
    expect: [
      {
        packet: 'TextResultset',
        where: { first: { pattern: '^is.*NO_BACKSLASH_ESCAPES' }, statusFlags: { bits: status.NO_BACKSLASH_ESCAPES } },
      },
      {
        packet: 'TextResultset',
        where: { first: { pattern: '^is(?!.*NO_BACKSLASH_ESCAPES)' }, statusFlags: { noBits: status.NO_BACKSLASH_ESCAPES } },
      },
    ],
  },
] as const satisfies readonly Step[];
/** That of a new connection, on which an init_connect, of a proxy, too, may set another one. */
export const inSqlModeOfLogin = [query(`SELECT ${withMode('@@sql_mode')}`), either('global', 'ofLogin')] as const satisfies readonly Step[];

export const inOtherTimeZone = [
  ...told('@@global.time_zone', 'global'),
  ...told('@@time_zone', 'ofLogin'),
  query("SET time_zone = '+03:21'"),
  done(),
] as const satisfies readonly Step[];
/** The global one, or that of a new connection, on which an init_connect, of a proxy, too, may set another one. */
export const inTimeZoneOfLogin = [query('SELECT @@time_zone'), either('global', 'ofLogin')] as const satisfies readonly Step[];

/** COM_CHANGE_USER: another login on the same connection. */
export const changeUserSource = [
  manual['mysql/change-user-gets-auth-switch'],
  manual['mysql/change-user-ends-with-ok-or-err-and-close'],
  manual['mariadb/change-user-resets-and-logs-in'],
] as const;
export const changeUserLayout = [manual['mysql/change-user-layout'], manual['mariadb/change-user-layout']] as const;
export const changeUserState = [
  manual['mysql/change-user-resets-state'],
  manual['mysql/change-user-state'],
  manual['mariadb/change-user-resets-and-logs-in'],
  manual['mariadb/change-user-state'],
] as const;
/** Without a database, unless one is given. */
export const changeUser = (account: AccountName, more: Stimulus = {}) =>
  ({ send: { message: 'COM_CHANGE_USER', account, ...more } }) as const;
export const changed = [changeUser('check'), done()] as const;
