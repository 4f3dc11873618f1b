import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { execute, nullOf, prepared, type } from '../prepared-steps.ts';
import { asShipped, done, loadsFiles, loggedInWith, needsTables, query, value } from '../query-steps.ts';
import { changed, changeUser, changeUserLayout, changeUserSource, reset, resetSource } from '../session-steps.ts';
import { greeting, ok, works } from '../steps.ts';

/** What a login agrees on, and how it shows that it still holds. */
interface Agreement {
  /** Of the case, behind `session/reset-keeps-`. */
  readonly name: string;
  readonly title: (behind: string) => string;
  readonly source: Case['source'];
  readonly needs: readonly NonNullable<Case['needs']>[number][];
  /** Behind COM_RESET_CONNECTION alone. */
  readonly resetNeeds?: Agreement['needs'];
  readonly login: readonly Step[];
  /** The login has chosen a database, and what shows it needs that. */
  readonly inDatabase?: true;
  readonly holds: readonly Step[];
  /** Defects, behind `reset-loses-` and `change-user-loses-`. */
  readonly lost: readonly [string, ...string[]];
}

const agreements: readonly Agreement[] = [
  {
    name: 'capabilities',
    title: (behind) => `what the login has agreed on holds behind ${behind}: DEPRECATE_EOF, and SESSION_TRACK`,
    source: [
      manual['mysql/capabilities-are-an-intersection'],
      manual['mysql/resultset-terminator'],
      manual['mariadb/resultset-terminator'],
      manual['mysql/session-state-block'],
      manual['mariadb/session-state'],
      manual['mysql/track-schema'],
    ],
    needs: ['check-account', { offers: 'DEPRECATE_EOF' }, { offers: 'SESSION_TRACK' }],
    login: loggedInWith({ add: ['DEPRECATE_EOF', 'SESSION_TRACK'] }),
    holds: [
      query('SELECT 1'),
      value('1'),
      query('SET session_track_schema = 1'),
      done(),
      query('USE information_schema'),
      done({ statusFlags: { bits: 0x4000 }, 'tracked.SCHEMA': 'information_schema' }),
    ],
    lost: ['deprecate-eof', 'session-track'],
  },
  {
    name: 'flags-of-applications',
    title: (behind) => `what the login has asked for holds behind ${behind}: FOUND_ROWS, and MULTI_STATEMENTS`,
    source: [manual['mysql/capabilities-are-an-intersection'], manual['mysql/found-rows'], manual['mysql/multi-statements-flag']],
    // UPDATE of all rows is refused with sql_safe_updates.
    needs: [...needsTables, asShipped, { offers: 'FOUND_ROWS' }, { offers: 'MULTI_STATEMENTS' }],
    login: loggedInWith({ add: ['FOUND_ROWS', 'MULTI_STATEMENTS', 'CONNECT_WITH_DB'] }),
    inDatabase: true,
    holds: [
      query('DO 1; DO 2'),
      done(),
      done(),
      query('CREATE TEMPORARY TABLE mywire_same (a INT PRIMARY KEY, n INT)'),
      done(),
      query('INSERT INTO mywire_same VALUES (1, 5), (2, 5)'),
      done({ affectedRows: 2 }),
      query('UPDATE mywire_same SET n = 5'),
      done({ affectedRows: 2 }),
    ],
    lost: ['found-rows', 'multi-statements'],
  },
  {
    name: 'flags-of-mysql',
    title: (behind) => `what the login has agreed on holds behind ${behind}: QUERY_ATTRIBUTES, and OPTIONAL_RESULTSET_METADATA`,
    source: [
      manual['mysql/capabilities-are-an-intersection'],
      manual['mysql/query-attributes-layout'],
      manual['mysql/optional-metadata'],
      manual['mysql/resultset-metadata-follows'],
    ],
    needs: ['check-account', { dialect: 'mysql' }, { offers: 'QUERY_ATTRIBUTES' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }],
    login: loggedInWith({ add: ['QUERY_ATTRIBUTES', 'OPTIONAL_RESULTSET_METADATA'] }),
    holds: [
      { send: { message: 'COM_QUERY', with: { query: 'SELECT 1', parameters: [{ type: 0xfe, name: 'trace', value: ascii('mywire') }] } } },
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { metadataFollows: 1, columns: 1, rows: 1, first: '1' } }] },
    ],
    lost: ['query-attributes', 'optional-metadata'],
  },
  {
    // Which a login has in its filler.
    name: 'capabilities-of-mariadb',
    title: (behind) => `what the login has agreed on holds behind ${behind}: EXTENDED_METADATA, and CACHE_METADATA`,
    source: [manual['mariadb/cache-metadata'], manual['mariadb/extended-metadata-layout']],
    needs: ['check-account', { offersMariadb: 'EXTENDED_METADATA' }, { offersMariadb: 'CACHE_METADATA' }],
    login: [greeting, { send: { message: 'HandshakeResponse41', account: 'check', mariadb: ['EXTENDED_METADATA', 'CACHE_METADATA'] } }, ok],
    holds: [
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
    ],
    lost: ['mariadb-capabilities'],
  },
  {
    name: 'ps-multi-results',
    title: (behind) => `OUT parameters come to a client with PS_MULTI_RESULTS behind ${behind}, too`,
    source: [
      manual['mysql/capabilities-are-an-intersection'],
      manual['mysql/out-parameters'],
      manual['mysql/status-ps-out-params'],
      manual['mariadb/status-ps-out-params'],
    ],
    needs: ['check-account', { feature: 'procedures' }, { offers: 'PS_MULTI_RESULTS' }, { offers: 'DEPRECATE_EOF' }],
    login: loggedInWith({ add: ['PS_MULTI_RESULTS', 'DEPRECATE_EOF'] }),
    holds: [
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
    ],
    lost: ['ps-multi-results'],
  },
  {
    name: 'local-files',
    title: (behind) => `a client with LOCAL_FILES is asked for its file behind ${behind}, too`,
    source: [
      manual['mysql/capabilities-are-an-intersection'],
      manual['mysql/infile-needs-local-files'],
      manual['mysql/infile-request-names-file'],
      manual['mariadb/infile-request-names-file'],
    ],
    needs: ['check-account', ...loadsFiles],
    resetNeeds: [{ feature: 'server-in-ascii' }],
    login: loggedInWith({ add: ['LOCAL_FILES', 'CONNECT_WITH_DB'] }),
    inDatabase: true,
    holds: [
      query('CREATE TEMPORARY TABLE mywire_file (a INT)'),
      done(),
      query("LOAD DATA LOCAL INFILE '/srv/numbers' INTO TABLE mywire_file"),
      { expect: [{ packet: 'LocalInfileRequest', sequenceId: 1, where: { filename: '/srv/numbers' } }] },
      { send: [{ message: 'LocalInfileData', with: { data: ascii('1\n2\n') } }, { message: 'LocalInfileData' }] },
      done({ affectedRows: 2 }),
    ],
    lost: ['local-files'],
  },
];

const defectsOf = (by: 'reset' | 'change-user', [first, ...more]: Agreement['lost']): Case['killedBy'] => [
  `${by}-loses-${first}`,
  ...more.map((one) => `${by}-loses-${one}`),
];

const behindReset = ({ name, title, source, needs, resetNeeds = [], login, holds, lost }: Agreement): Case => ({
  id: `session/reset-keeps-${name}`,
  title: title('COM_RESET_CONNECTION'),
  // It is agreed on for the connection; of the reset no sentence says so.
  level: 'SHOULD',
  source: [...resetSource, ...source],
  needs: [...needs, ...resetNeeds],
  script: [...login, ...reset, ...holds, ...works],
  killedBy: defectsOf('reset', lost),
});

/** Into the database of the login, which COM_CHANGE_USER names or leaves out. */
const changedInDatabase = [
  query('SELECT DATABASE()'),
  { expect: [{ packet: 'TextResultset', as: 'before' }] },
  changeUser('check', { with: { database: { from: 'before.first' } } }),
  done(),
] as const satisfies readonly Step[];

const behindChangeUser = ({ name, title, source, needs, login, inDatabase, holds, lost }: Agreement): Case => ({
  id: `session/change-user-keeps-${name}`,
  title: title('COM_CHANGE_USER'),
  // Capabilities are agreed on once for the connection, and COM_CHANGE_USER has no field for them.
  level: 'SHOULD',
  source: [...changeUserSource, ...changeUserLayout, ...source],
  needs,
  script: [...login, ...(inDatabase ? changedInDatabase : changed), ...holds, ...works],
  killedBy: defectsOf('change-user', lost),
});

/** Capabilities behind COM_RESET_CONNECTION and COM_CHANGE_USER. */
export const cases: readonly Case[] = [...agreements.map(behindReset), ...agreements.map(behindChangeUser)];
