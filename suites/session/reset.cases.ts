import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { asAutocommitBegins, done, getsLock, inDatabase, lockIsFree, needsTables, noTable, query, value } from '../query-steps.ts';
import { keyless, loggedIn, works } from '../steps.ts';
import { wordInTransaction, wordIsGone, writesWords } from '../word-steps.ts';

const source = [
  manual['mysql/reset-connection'],
  manual['mysql/reset-connection-state'],
  manual['mariadb/reset-connection'],
  manual['mariadb/reset-connection-state'],
] as const;
const statusFlags = [manual['mysql/status-flags'], manual['mariadb/status-flags']] as const;
/** MariaDB's page does not name them, though it does the same: SHOULD. */
const onlyInMysql = [manual['mysql/reset-connection-state']] as const;
const needs = ['check-account'] as const;
const reset = [{ send: { message: 'COM_RESET_CONNECTION' } }, { expect: [{ packet: 'OK', sequenceId: 1 }] }] as const;
const told = (variable: string, as: string) =>
  [query(`SELECT ${variable}`), { expect: [{ packet: 'TextResultset', as, where: { rows: 1 } }] }] as const;
const either = (...earlier: readonly [string, string]) =>
  ({
    expect: [
      { packet: 'TextResultset', where: { columns: 1, rows: 1, first: { sameAs: `${earlier[0]}.first` } } },
      { packet: 'TextResultset', where: { columns: 1, rows: 1, first: { sameAs: `${earlier[1]}.first` } } },
    ],
  }) as const;

/** COM_RESET_CONNECTION. */
export const cases = [
  {
    id: 'session/reset',
    title: 'COM_RESET_CONNECTION is answered by OK with the global autocommit and no transaction',
    level: 'MUST',
    source: [...source, ...statusFlags],
    needs,
    script: [
      ...loggedIn,
      ...asAutocommitBegins((_value, statusFlags) => [{ send: { message: 'COM_RESET_CONNECTION' } }, done({ statusFlags }), ...works]),
    ],
    link: 'https://github.com/vitessio/vitess/issues/5201',
    killedBy: ['reset-refused', 'reset-closes', 'reset-without-status-flags'],
  },
  {
    id: 'session/reset-user-variables',
    title: 'COM_RESET_CONNECTION deletes user variables',
    level: 'MUST',
    source,
    needs,
    script: [...loggedIn, query('SET @mywire = 5'), done(), ...reset, query('SELECT @mywire'), value(null), ...works],
    link: 'https://github.com/vitessio/vitess/issues/5201',
    killedBy: ['reset-keeps-user-variables', 'reset-refused'],
  },
  {
    id: 'session/reset-system-variables',
    title: 'COM_RESET_CONNECTION gives session variables their global values',
    level: 'MUST',
    source,
    needs,
    script: [
      ...loggedIn,
      query('SELECT @@global.time_zone'),
      { expect: [{ packet: 'TextResultset', as: 'before' }] },
      query("SET time_zone = '+03:21'"),
      done(),
      ...reset,
      query('SELECT @@time_zone'),
      value({ sameAs: 'before.first' }),
      ...works,
    ],
    killedBy: ['reset-keeps-variables'],
  },
  {
    id: 'session/reset-character-set',
    title: 'in MySQL COM_RESET_CONNECTION takes back SET NAMES: the character sets are the global ones again',
    level: 'MUST',
    source: [manual['mysql/reset-connection'], manual['mysql/reset-connection-state']],
    needs: [...needs, { dialect: 'mysql' }],
    script: [
      ...loggedIn,
      ...told('@@global.character_set_client', 'client'),
      ...told('@@global.character_set_connection', 'connection'),
      ...told('@@global.character_set_results', 'results'),
      query('SET NAMES cp1251'),
      done(),
      ...reset,
      query('SELECT @@character_set_client'),
      value({ sameAs: 'client.first' }),
      query('SELECT @@character_set_connection'),
      value({ sameAs: 'connection.first' }),
      query('SELECT @@character_set_results'),
      value({ sameAs: 'results.first' }),
      ...works,
    ],
    killedBy: ['reset-keeps-character-set', 'reset-keeps-character-set-of-connection'],
  },
  {
    id: 'session/reset-character-set-in-mariadb',
    title: 'in MariaDB COM_RESET_CONNECTION takes back SET NAMES: the character sets are the global ones or those of the login again',
    // The global ones, says the page of Connector/C; the server has those of the login.
    level: 'SHOULD',
    source: [manual['mariadb/reset-connection'], manual['mariadb/reset-connection-state']],
    // Behind init_connect the login's own character sets are no longer to be seen.
    needs: [...needs, { dialect: 'mariadb' }, { feature: 'no-init-connect' }],
    script: [
      ...loggedIn,
      ...told('@@global.character_set_client', 'client'),
      ...told('@@global.character_set_connection', 'connection'),
      ...told('@@global.character_set_results', 'results'),
      ...told('@@character_set_client', 'clientOfLogin'),
      ...told('@@character_set_connection', 'connectionOfLogin'),
      ...told('@@character_set_results', 'resultsOfLogin'),
      query('SET NAMES cp1251'),
      done(),
      ...reset,
      query('SELECT @@character_set_client'),
      either('client', 'clientOfLogin'),
      query('SELECT @@character_set_connection'),
      either('connection', 'connectionOfLogin'),
      query('SELECT @@character_set_results'),
      either('results', 'resultsOfLogin'),
      ...works,
    ],
    killedBy: ['reset-keeps-character-set', 'reset-keeps-character-set-of-connection'],
  },
  {
    id: 'session/reset-autocommit',
    title: 'COM_RESET_CONNECTION gives autocommit its global value again, and its OK says so',
    level: 'MUST',
    source: [...source, ...statusFlags],
    needs,
    script: [
      ...loggedIn,
      ...asAutocommitBegins((begins, statusFlags) => [
        query(`SET autocommit = ${begins === '1' ? 0 : 1}`),
        done({ statusFlags: begins === '1' ? { noBits: 2 } : { bits: 2 } }),
        { send: { message: 'COM_RESET_CONNECTION' } },
        done({ statusFlags }),
        query('SELECT @@autocommit'),
        value(begins),
        ...works,
      ]),
    ],
    killedBy: ['reset-keeps-autocommit'],
  },
  {
    id: 'session/reset-transaction',
    title: 'COM_RESET_CONNECTION ends the transaction, and its OK says so',
    level: 'MUST',
    source: [...source, ...statusFlags],
    needs,
    script: [
      ...loggedIn,
      query('START TRANSACTION READ ONLY'),
      done({ statusFlags: { bits: 0x2001 } }),
      { send: { message: 'COM_RESET_CONNECTION' } },
      done({ statusFlags: { noBits: 0x2001 } }),
      query('DO 1'),
      done({ statusFlags: { noBits: 0x2001 } }),
      ...works,
    ],
    killedBy: ['reset-keeps-transaction', 'reset-hides-transaction'],
  },
  {
    id: 'session/reset-rolls-back',
    title: 'COM_RESET_CONNECTION rolls back what the transaction has written',
    level: 'MUST',
    source,
    needs: writesWords,
    script: [...wordInTransaction('mywire_reset'), ...reset, ...wordIsGone('mywire_reset'), ...works],
    deliveries: ['whole'],
    killedBy: ['reset-commits'],
  },
  {
    id: 'session/reset-temporary-tables',
    title: 'COM_RESET_CONNECTION drops temporary tables',
    level: 'MUST',
    source: [...source, manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']],
    needs: [...needsTables, keyless],
    script: [
      ...inDatabase,
      query('CREATE TEMPORARY TABLE mywire_reset (id INT)'),
      done(),
      query('SELECT DATABASE()'),
      { expect: [{ packet: 'TextResultset', as: 'before', where: { rows: 1 } }] },
      ...reset,
      // That the database stays MySQL's pages do not say.
      { send: { message: 'COM_INIT_DB', with: { schema: { from: 'before.first' } } } },
      done(),
      query('SELECT * FROM mywire_reset'),
      noTable,
      ...works,
    ],
    killedBy: ['reset-keeps-temporary-tables'],
  },
  {
    id: 'session/reset-last-insert-id',
    title: 'COM_RESET_CONNECTION sets LAST_INSERT_ID() to 0',
    level: 'SHOULD',
    source: onlyInMysql,
    needs: needsTables,
    script: [
      ...inDatabase,
      query('CREATE TEMPORARY TABLE mywire_reset (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'),
      done(),
      query('INSERT INTO mywire_reset (n) VALUES (1)'),
      done({ lastInsertId: { not: 0 } }),
      ...reset,
      query('SELECT LAST_INSERT_ID()'),
      value('0'),
      ...works,
    ],
    killedBy: ['reset-keeps-last-insert-id'],
  },
  {
    id: 'session/reset-locks',
    title: 'COM_RESET_CONNECTION releases the locks of GET_LOCK()',
    level: 'SHOULD',
    source: onlyInMysql,
    needs,
    script: [...loggedIn, ...getsLock, ...reset, ...lockIsFree, ...works],
    killedBy: ['reset-keeps-locks', 'reset-changes-server'],
  },
  {
    id: 'session/reset-keeps-the-database',
    title: 'COM_RESET_CONNECTION leaves the default database as it is',
    // MySQL's pages do not speak of it.
    level: 'SHOULD',
    source: [manual['mariadb/reset-connection']],
    needs: [...needs, 'database'],
    script: [
      ...inDatabase,
      query('SELECT DATABASE()'),
      { expect: [{ packet: 'TextResultset', as: 'before' }] },
      ...reset,
      query('SELECT DATABASE()'),
      value({ sameAs: 'before.first' }),
      ...works,
    ],
    killedBy: ['reset-loses-database'],
  },
] as const satisfies readonly Case[];
