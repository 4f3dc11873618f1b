import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { execute, prepared, unknownStatement } from '../prepared-steps.ts';
import {
  asAutocommitBegins,
  done,
  getsLock,
  inDatabase,
  lockIsFree,
  loggedInWith,
  needsTables,
  noTable,
  query,
  value,
} from '../query-steps.ts';
import {
  asksForStateChange,
  changed,
  changeUser,
  changeUserState,
  flagGoesWithMode,
  inModeWithFlag,
  inOtherTimeZone,
  inSqlMode,
  inSqlModeOfLogin,
  inTimeZoneOfLogin,
  metadataNeeds,
  metadataSource,
  noStateChange,
  withMetadata,
  withoutMetadata,
} from '../session-steps.ts';
import { keyless, loggedIn, works } from '../steps.ts';
import { wordInTransaction, wordIsGone, writesWords } from '../word-steps.ts';

const statusFlags = [manual['mysql/status-flags'], manual['mariadb/status-flags']] as const;
const errorsOfStatements = [manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']] as const;
const needs = ['check-account'] as const;

/** What COM_CHANGE_USER resets, and what it keeps. */
export const cases = [
  {
    id: 'session/change-user-user-variables',
    title: 'COM_CHANGE_USER deletes user variables, of the same user too',
    level: 'MUST',
    source: changeUserState,
    needs,
    script: [...loggedIn, query('SET @mywire = 5'), done(), ...changed, query('SELECT @mywire'), value(null), ...works],
    killedBy: ['change-user-keeps-user-variables'],
  },
  {
    id: 'session/change-user-prepared-statements',
    title: 'COM_CHANGE_USER drops prepared statements',
    level: 'MUST',
    source: [
      ...changeUserState,
      manual['mysql/change-user-releases-statements'],
      manual['mysql/error-1243-unknown-statement'],
      manual['mariadb/error-1243-unknown-statement'],
    ],
    needs,
    script: [...loggedIn, ...prepared('SELECT 1', 0, 1), ...changed, { send: execute() }, unknownStatement, ...works],
    perilous: true,
    killedBy: ['change-user-keeps-statements'],
  },
  {
    id: 'session/change-user-temporary-tables',
    title: 'COM_CHANGE_USER drops temporary tables',
    level: 'MUST',
    source: [...changeUserState, ...errorsOfStatements],
    needs: [...needsTables, keyless],
    script: [
      ...inDatabase,
      query('CREATE TEMPORARY TABLE mywire_change (id INT)'),
      done(),
      // In the same database again, whatever its name is.
      query('SELECT DATABASE()'),
      { expect: [{ packet: 'TextResultset', as: 'before', where: { rows: 1 } }] },
      changeUser('check', { with: { database: { from: 'before.first' } } }),
      done(),
      query('SELECT * FROM mywire_change'),
      noTable,
      ...works,
    ],
    killedBy: ['change-user-keeps-temporary-tables'],
  },
  {
    id: 'session/change-user-transaction',
    title: 'COM_CHANGE_USER ends the transaction and gives autocommit its global value, and its OK and the next one say so',
    level: 'MUST',
    source: [...changeUserState, ...statusFlags, manual['mysql/in-trans-is-raised-by-begin'], manual['mysql/status-in-trans-readonly']],
    needs,
    script: [
      ...loggedIn,
      ...asAutocommitBegins((value, statusFlags) => [
        query(`SET autocommit = ${value === '1' ? 0 : 1}`),
        done(),
        query('START TRANSACTION READ ONLY'),
        done({ statusFlags: { bits: 0x2001 } }),
        changeUser('check'),
        done({ statusFlags }),
        query('DO 1'),
        done({ statusFlags }),
        ...works,
      ]),
    ],
    killedBy: ['change-user-keeps-transaction', 'change-user-hides-transaction', 'change-user-keeps-autocommit'],
  },
  {
    id: 'session/change-user-rolls-back',
    title: 'COM_CHANGE_USER rolls back what the transaction has written',
    level: 'MUST',
    source: changeUserState,
    needs: writesWords,
    script: [...wordInTransaction('mywire_change_user'), ...changed, ...wordIsGone('mywire_change_user'), ...works],
    deliveries: ['whole'],
    killedBy: ['change-user-commits'],
  },
  {
    id: 'session/change-user-system-variables',
    title: 'COM_CHANGE_USER gives session variables their global values, or those of a new connection',
    level: 'MUST',
    source: changeUserState,
    needs,
    script: [...loggedIn, ...inOtherTimeZone, ...changed, ...inTimeZoneOfLogin, ...works],
    killedBy: ['change-user-keeps-variables'],
  },
  {
    id: 'session/change-user-last-insert-id',
    title: 'COM_CHANGE_USER sets LAST_INSERT_ID() to 0',
    level: 'SHOULD',
    // As a new connection: neither page names it.
    source: [...changeUserState, manual['mysql/reset-connection-state']],
    needs: needsTables,
    script: [
      ...inDatabase,
      query('CREATE TEMPORARY TABLE mywire_change (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'),
      done(),
      query('INSERT INTO mywire_change (n) VALUES (1)'),
      done({ lastInsertId: { not: 0 } }),
      ...changed,
      query('SELECT LAST_INSERT_ID()'),
      value('0'),
      ...works,
    ],
    killedBy: ['change-user-keeps-last-insert-id'],
  },
  {
    id: 'session/change-user-locks',
    title: 'COM_CHANGE_USER releases the locks of GET_LOCK()',
    level: 'SHOULD',
    // MariaDB's page does not name them.
    source: changeUserState,
    needs,
    script: [...loggedIn, ...getsLock, ...changed, ...lockIsFree, ...works],
    killedBy: ['change-user-keeps-locks', 'change-user-changes-server'],
  },
  {
    id: 'session/change-user-sql-mode',
    title: 'COM_CHANGE_USER gives sql_mode its global value, or that of a new connection',
    level: 'MUST',
    source: changeUserState,
    needs,
    script: [...loggedIn, ...inSqlMode, ...changed, ...inSqlModeOfLogin, ...works],
    killedBy: ['change-user-keeps-sql-mode', 'change-user-keeps-variables'],
  },
  {
    id: 'session/change-user-flag-of-sql-mode',
    title: 'behind COM_CHANGE_USER SERVER_STATUS_NO_BACKSLASH_ESCAPES is set if sql_mode has the mode, not because it had it before',
    // MySQL's pages name the flag, and do not say that it follows the mode.
    level: 'SHOULD',
    source: [...changeUserState, ...statusFlags, manual['mysql/no-backslash-escapes'], manual['mariadb/no-backslash-escapes']],
    needs,
    script: [...loggedIn, ...inModeWithFlag, ...changed, ...flagGoesWithMode, ...works],
    killedBy: ['change-user-keeps-flag-of-sql-mode'],
  },
  {
    id: 'session/change-user-session-track',
    title: 'COM_CHANGE_USER ends the session tracking that the client has asked for with a variable',
    // That a user variable belongs to the state MariaDB's manual does not say.
    level: 'SHOULD',
    source: [...changeUserState, manual['mysql/track-state-change'], manual['mariadb/session-state']],
    needs: [...needs, { offers: 'SESSION_TRACK' }],
    script: [...loggedInWith({ add: ['SESSION_TRACK'] }), ...asksForStateChange, ...changed, ...noStateChange, ...works],
    killedBy: ['change-user-keeps-session-track', 'change-user-keeps-variables'],
  },
  {
    id: 'session/change-user-resultset-metadata',
    title: 'COM_CHANGE_USER ends resultset_metadata=NONE: the resultset behind it has definitions',
    level: 'MUST',
    source: [...changeUserState, ...metadataSource],
    needs: metadataNeeds,
    script: [...withoutMetadata, ...changed, ...withMetadata, ...works],
    killedBy: ['change-user-keeps-resultset-metadata', 'change-user-keeps-variables'],
  },
] as const satisfies readonly Case[];
