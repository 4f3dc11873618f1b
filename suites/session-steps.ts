import type { AccountName, Step, Stimulus } from '../harness/case/step.ts';
import { status } from '../harness/codec/status.ts';
import { manual } from './manual.ts';
import { done, either, loggedInWith, query, rows, told } from './query-steps.ts';
import { works } from './steps.ts';

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

/** COM_RESET_CONNECTION. */
export const resetSource = [
  manual['mysql/reset-connection'],
  manual['mysql/reset-connection-state'],
  manual['mariadb/reset-connection'],
  manual['mariadb/reset-connection-state'],
] as const;
/** Ends the case where a change of state is told before anybody has asked for it: the server is configured so. Then asks for it. */
export const asksForStateChange = [
  query('SET @mywire = 1'),
  {
    expect: [
      { packet: 'OK', where: { 'tracked.STATE_CHANGE': { absent: true } } },
      { packet: 'OK', where: { 'tracked.STATE_CHANGE': '1' }, then: works },
    ],
  },
  query('SET session_track_state_change = 1'),
  done(),
  query('SET @mywire = 2'),
  done({ statusFlags: { bits: status.SESSION_STATE_CHANGED }, 'tracked.STATE_CHANGE': '1' }),
] as const satisfies readonly Step[];
export const noStateChange = [query('SET @mywire = 3'), done({ 'tracked.STATE_CHANGE': { absent: true } })] as const;
export const reset = [{ send: { message: 'COM_RESET_CONNECTION' } }, { expect: [{ packet: 'OK', sequenceId: 1 }] }] as const;

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
