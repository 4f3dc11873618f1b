import type { Case } from '../../harness/case/case.ts';
import type { AccountName, Stimulus } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { execute, prepared, unknownStatement } from '../prepared-steps.ts';
import {
  asAutocommitBegins,
  asShipped,
  done,
  error,
  inDatabase,
  loggedInWith,
  needsTables,
  noTable,
  query,
  value,
} from '../query-steps.ts';
import { anyErr, authModeNotSupported, ended, err, greeting, keyless, loggedIn, ok, works } from '../steps.ts';

const source = [
  manual['mysql/change-user-gets-auth-switch'],
  manual['mysql/change-user-ends-with-ok-or-err-and-close'],
  manual['mariadb/change-user-resets-and-logs-in'],
] as const;
const layout = [manual['mysql/change-user-layout'], manual['mariadb/change-user-layout']] as const;
const state = [
  manual['mysql/change-user-resets-state'],
  manual['mysql/change-user-state'],
  manual['mariadb/change-user-resets-and-logs-in'],
  manual['mariadb/change-user-state'],
] as const;
const statusFlags = [manual['mysql/status-flags'], manual['mariadb/status-flags']] as const;
const errorsOfStatements = [manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']] as const;
const characterSet = [...layout, manual['mysql/charset-of-the-connection']] as const;
const denied = [manual['mysql/error-1045-access-denied'], manual['mariadb/error-1045-access-denied']] as const;
const needs = ['check-account'] as const;

/** Without a database, unless one is given. */
const changeUser = (account: AccountName, more: Stimulus = {}) => ({ send: { message: 'COM_CHANGE_USER', account, ...more } }) as const;
const changed = [changeUser('check'), done()] as const;
const truncated = (payload: string) => ({ send: { payload } }) as const;
/**
 * A session in latin1, by its login. Where a login does not set the character set (skip-character-set-client-handshake, init_connect),
 * COM_CHANGE_USER is not held to it either.
 */
const inLatin1 = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', with: { characterSet: 8 } } },
  ok,
  query('SELECT @@character_set_client'),
  {
    expect: [
      { packet: 'TextResultset', where: { columns: 1, rows: 1, first: 'latin1' } },
      { packet: 'TextResultset', then: works },
    ],
  },
] as const;
const lock = "CONCAT('mywire_', CONNECTION_ID())";
/** MySQL ends the connection behind the ERR, MariaDB goes on as the user it had. */
const refusedWith = (codes: number | readonly number[], sqlState: string) => ({ expect: [err(codes, sqlState)] }) as const;
const goesOnOrEnds = { expect: [{ packet: 'OK' }, { closes: true, then: [ended] }] } as const;

/** COM_CHANGE_USER: another login on the same connection. */
export const cases = [
  {
    id: 'session/change-user',
    title: 'COM_CHANGE_USER to the same account ends with OK, and the next command begins with sequence id 0',
    level: 'MUST',
    source: [...source, ...layout, ...statusFlags],
    needs,
    script: [
      ...loggedIn,
      ...asAutocommitBegins((_value, statusFlags) => [changeUser('check'), done({ affectedRows: 0, statusFlags }), ...works]),
    ],
    killedBy: ['change-user-refused', 'change-user-sequence-restarts'],
  },
  {
    id: 'session/change-user-auth-switch',
    title: 'COM_CHANGE_USER is answered by AuthSwitchRequest 1, whose response 2 is answered by OK 3, or by OK 1',
    // How many packets the login takes is its plugin's matter.
    level: 'SHOULD',
    source,
    needs: [...needs, { offers: 'PLUGIN_AUTH' }],
    script: [
      ...loggedIn,
      changeUser('check'),
      {
        expect: [
          { packet: 'AuthSwitchRequest', sequenceId: 1, where: { payload: { pattern: '^\\xfe[^\\x00]+\\x00' } } },
          { packet: 'OK', sequenceId: 1, then: works },
        ],
      },
      { send: { message: 'AuthSwitchResponse', sequenceId: 2 } },
      {
        expect: [
          { packet: 'OK', sequenceId: 3 },
          { packet: 'AuthMoreData', sequenceId: 3, then: [{ send: { message: 'AuthSwitchResponse' } }, done(), ...works] },
        ],
      },
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/issues/3504',
    killedBy: ['change-user-switch-out-of-order', 'change-user-sequence-restarts'],
  },
  {
    id: 'session/change-user-new-scramble',
    title: 'in MySQL each AuthSwitchRequest of COM_CHANGE_USER has a scramble of its own',
    level: 'SHOULD',
    source: [...source, manual['mysql/auth-switch-layout']],
    // MariaDB sends the scramble of the greeting again, whatever the plugin; its client takes it.
    needs: [...needs, { offers: 'PLUGIN_AUTH' }, { dialect: 'mysql' }],
    script: [
      ...loggedIn,
      changeUser('check'),
      // Without an AuthSwitchRequest there is no scramble.
      {
        expect: [
          { packet: 'AuthSwitchRequest', as: 'before' },
          { packet: 'OK', then: works },
        ],
      },
      { send: { message: 'AuthSwitchResponse' } },
      ok,
      changeUser('check'),
      { expect: [{ packet: 'AuthSwitchRequest', where: { payload: { differsFrom: 'before.payload' } } }] },
      { send: { message: 'AuthSwitchResponse' } },
      ok,
      ...works,
    ],
    killedBy: ['change-user-same-scramble'],
  },
  {
    id: 'session/change-user-to-another',
    title: 'COM_CHANGE_USER with the password of another account makes the session that account’s',
    level: 'MUST',
    source: [...source, ...layout],
    needs: [...needs, 'login-account'],
    script: [
      ...loggedIn,
      query('SELECT CURRENT_USER()'),
      { expect: [{ packet: 'TextResultset', as: 'before' }] },
      changeUser('login'),
      done(),
      query('SELECT CURRENT_USER()'),
      value({ differsFrom: 'before.first' }),
      ...works,
    ],
    killedBy: ['change-user-keeps-user'],
  },
  {
    id: 'session/change-user-wrong-password',
    title: 'COM_CHANGE_USER with a wrong password gets ERR 1045',
    level: 'MUST',
    source: [...source, ...denied],
    needs: [...needs, 'login-account'],
    script: [...loggedIn, changeUser('login', { password: 'wrong' }), refusedWith(1045, '28000')],
    killedBy: ['change-user-accepts-any-proof', 'change-user-fails-silently'],
  },
  {
    id: 'session/change-user-empty-password',
    title: 'COM_CHANGE_USER without a password to an account that has one gets ERR 1045',
    level: 'MUST',
    source: [...source, ...denied],
    needs: [...needs, 'login-account'],
    script: [...loggedIn, changeUser('login', { password: 'empty' }), refusedWith(1045, '28000')],
    killedBy: ['change-user-accepts-no-proof', 'change-user-accepts-any-proof'],
  },
  {
    id: 'session/change-user-unknown-user',
    title: 'COM_CHANGE_USER to a user that does not exist gets ERR 1045',
    level: 'MUST',
    source: [...source, ...denied],
    needs,
    script: [...loggedIn, changeUser('unknown'), refusedWith(1045, '28000')],
    killedBy: ['change-user-accepts-unknown-user', 'change-user-fails-silently'],
  },
  {
    id: 'session/change-user-failure-ends-connection',
    title: 'in MySQL the connection ends behind the ERR of COM_CHANGE_USER',
    level: 'MUST',
    source: [manual['mysql/change-user-ends-with-ok-or-err-and-close'], ...denied],
    needs: [...needs, { dialect: 'mysql' }],
    script: [...loggedIn, changeUser('unknown'), refusedWith(1045, '28000'), ended],
    killedBy: ['change-user-goes-on-after-failure'],
  },
  {
    id: 'session/change-user-failure-goes-on',
    title: 'in MariaDB the connection goes on as the old user behind the ERR of COM_CHANGE_USER',
    level: 'SHOULD',
    source: [manual['mariadb/change-user-state'], manual['mariadb/change-user-after-three-failures'], ...denied],
    needs: [...needs, { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      query('SELECT CURRENT_USER()'),
      { expect: [{ packet: 'TextResultset', as: 'before' }] },
      changeUser('unknown'),
      refusedWith(1045, '28000'),
      query('SELECT CURRENT_USER()'),
      value({ sameAs: 'before.first' }),
      ...works,
    ],
    killedBy: ['change-user-goes-on-after-failure', 'change-user-new-user-after-failure'],
  },
  {
    id: 'session/change-user-failure-resets-state',
    title: 'in MariaDB a COM_CHANGE_USER that fails has reset the session all the same',
    level: 'SHOULD',
    source: [manual['mariadb/change-user-state'], manual['mariadb/change-user-resets-and-logs-in'], ...denied],
    needs: [...needs, { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      query('SET @mywire = 5'),
      done(),
      changeUser('unknown'),
      refusedWith(1045, '28000'),
      query('SELECT @mywire'),
      value(null),
      ...works,
    ],
    killedBy: ['change-user-old-user-after-failure'],
  },
  {
    id: 'session/change-user-fourth-failure',
    title: 'in MariaDB a COM_CHANGE_USER behind four that failed, the last of them perhaps in this way, gets ERR 1047, a right one too',
    level: 'SHOULD',
    source: [manual['mariadb/change-user-after-three-failures'], manual['mariadb/error-1047-unknown-command'], ...denied],
    needs: [...needs, { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      changeUser('unknown'),
      refusedWith(1045, '28000'),
      changeUser('unknown'),
      refusedWith(1045, '28000'),
      changeUser('unknown'),
      refusedWith(1045, '28000'),
      // The page speaks of more than three, MariaDB counts three.
      changeUser('unknown'),
      { expect: [err(1047, '08S01'), err(1045, '28000')] },
      changeUser('check'),
      error(1047, '08S01'),
      ...works,
    ],
    killedBy: ['change-user-guessed-without-limit'],
  },
  {
    id: 'session/change-user-without-database',
    title: 'after COM_CHANGE_USER without a database there is no default database',
    level: 'MUST',
    source: state,
    needs: [...needs, 'database'],
    script: [...inDatabase, ...changed, query('SELECT DATABASE()'), value(null), ...works],
    killedBy: ['change-user-keeps-database'],
  },
  {
    id: 'session/change-user-with-database',
    title: 'COM_CHANGE_USER makes the database that it names the default one',
    level: 'MUST',
    source: [...state, ...layout],
    needs,
    script: [
      ...loggedIn,
      changeUser('check', { with: { database: 'information_schema' } }),
      done(),
      query('SELECT DATABASE()'),
      value('information_schema'),
      ...works,
    ],
    killedBy: ['change-user-ignores-database'],
  },
  {
    id: 'session/change-user-unknown-database',
    title: 'COM_CHANGE_USER with a database that does not exist gets ERR 1049, or 1044 where the account may not know that',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/change-user-state'],
      manual['mariadb/change-user-state'],
      manual['mysql/error-1049-unknown-database'],
      manual['mariadb/error-1049-unknown-database'],
      manual['mysql/error-1044-database-access-denied'],
      manual['mariadb/error-1044-database-access-denied'],
    ],
    needs,
    script: [...loggedIn, changeUser('check', { with: { database: 'mywire_no_such_database' } }), refusedWith([1049, 1044], '42000')],
    killedBy: ['change-user-unknown-database-accepted'],
  },
  {
    id: 'session/change-user-character-set',
    title: 'COM_CHANGE_USER sets the character sets of client, connection and results by the collation that it names',
    // As of a login: MariaDB's manual does not say which variables it sets.
    level: 'SHOULD',
    source: characterSet,
    needs,
    script: [
      ...inLatin1,
      changeUser('check', { with: { characterSet: 51 } }),
      done(),
      query('SELECT @@character_set_client'),
      value('cp1251'),
      query('SELECT @@character_set_connection'),
      value('cp1251'),
      query('SELECT @@character_set_results'),
      value('cp1251'),
      ...works,
    ],
    killedBy: ['change-user-ignores-character-set'],
  },
  {
    id: 'session/change-user-collation',
    title: 'COM_CHANGE_USER sets the collation of the connection',
    level: 'SHOULD',
    source: characterSet,
    needs,
    script: [
      ...inLatin1,
      changeUser('check', { with: { characterSet: 224 } }),
      done(),
      query('SELECT @@collation_connection'),
      value('utf8mb4_unicode_ci'),
      ...works,
    ],
    killedBy: ['change-user-ignores-character-set'],
  },
  {
    id: 'session/change-user-without-plugin-auth',
    title: 'a client without PLUGIN_AUTH changes the user without naming a plugin',
    level: 'MUST',
    source: [...layout, manual['mysql/method-without-plugin-auth'], manual['mysql/error-1251-auth-mode-not-supported']],
    needs,
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { drop: ['PLUGIN_AUTH'] } } },
      { expect: [{ packet: 'OK' }, authModeNotSupported] },
      changeUser('check'),
      done(),
      ...works,
    ],
    killedBy: ['change-user-needs-plugin-name'],
  },
  {
    id: 'session/change-user-attributes',
    title: 'COM_CHANGE_USER may carry connection attributes',
    level: 'MUST',
    source: layout,
    needs: [...needs, { offers: 'CONNECT_ATTRS' }],
    script: [
      ...loggedInWith({ add: ['CONNECT_ATTRS'] }),
      changeUser('check', { attributes: { _client_name: 'mywire', program_name: 'mywire' } }),
      done(),
      ...works,
    ],
    killedBy: ['change-user-attributes-refused'],
  },
  {
    id: 'session/change-user-broken-attributes',
    title: 'an attribute longer than the block it stands in does not fail COM_CHANGE_USER',
    // No manual says what becomes of it; MySQL 9.7 refuses the same in a login.
    level: 'OBSERVE',
    source: layout,
    needs: [...needs, { offers: 'CONNECT_ATTRS' }],
    // The block has 5 bytes, and the key in it says that it has 32.
    script: [
      ...loggedInWith({ add: ['CONNECT_ATTRS'] }),
      changeUser('check', { raw: { attributes: '05 20 5f 6f 73 5f' } }),
      done(),
      ...works,
    ],
    link: 'https://github.com/pingcap/tiproxy/pull/284',
    killedBy: ['change-user-attributes-read-strictly'],
  },
  {
    id: 'session/change-user-attributes-past-end',
    title: 'attributes that reach past the end of COM_CHANGE_USER are refused',
    level: 'SHOULD',
    source: layout,
    needs: [...needs, { offers: 'CONNECT_ATTRS' }],
    script: [
      ...loggedInWith({ add: ['CONNECT_ATTRS'] }),
      changeUser('check', { raw: { attributes: '20 03 5f 6f 73' } }),
      { expect: [anyErr] },
      { send: { message: 'COM_PING' } },
      goesOnOrEnds,
    ],
    deliveries: ['whole'],
    killedBy: ['change-user-truncated-accepted'],
  },
  {
    id: 'session/change-user-truncated',
    title: 'a COM_CHANGE_USER that ends inside its user name is refused at once: it is not asked for a proof',
    level: 'SHOULD',
    source: [...source, ...layout],
    needs,
    script: [
      ...loggedIn,
      truncated('11 61 62 63'),
      { expect: [{ ...anyErr, sequenceId: 1 }] },
      { send: { message: 'COM_PING' } },
      goesOnOrEnds,
    ],
    deliveries: ['whole'],
    killedBy: ['change-user-truncated-accepted'],
  },
  {
    id: 'session/change-user-user-variables',
    title: 'COM_CHANGE_USER deletes user variables, of the same user too',
    level: 'MUST',
    source: state,
    needs,
    script: [...loggedIn, query('SET @mywire = 5'), done(), ...changed, query('SELECT @mywire'), value(null), ...works],
    killedBy: ['change-user-keeps-user-variables'],
  },
  {
    id: 'session/change-user-prepared-statements',
    title: 'COM_CHANGE_USER drops prepared statements',
    level: 'MUST',
    source: [
      ...state,
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
    source: [...state, ...errorsOfStatements],
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
    source: [...state, ...statusFlags],
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
    id: 'session/change-user-system-variables',
    title: 'COM_CHANGE_USER gives session variables their global values',
    level: 'MUST',
    source: state,
    needs,
    script: [
      ...loggedIn,
      query('SELECT @@global.time_zone'),
      { expect: [{ packet: 'TextResultset', as: 'before' }] },
      query("SET time_zone = '+03:21'"),
      done(),
      ...changed,
      query('SELECT @@time_zone'),
      value({ sameAs: 'before.first' }),
      ...works,
    ],
    killedBy: ['change-user-keeps-variables'],
  },
  {
    id: 'session/change-user-last-insert-id',
    title: 'COM_CHANGE_USER sets LAST_INSERT_ID() to 0',
    level: 'SHOULD',
    // As a new connection: neither page names it.
    source: [...state, manual['mysql/reset-connection-state']],
    needs: [...needsTables, asShipped],
    script: [
      ...inDatabase,
      query('CREATE TEMPORARY TABLE mywire_change (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'),
      done(),
      query('INSERT INTO mywire_change (n) VALUES (1)'),
      done({ lastInsertId: 1 }),
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
    source: state,
    needs,
    script: [
      ...loggedIn,
      query(`SELECT GET_LOCK(${lock}, 0)`),
      value('1'),
      ...changed,
      query(`SELECT IS_FREE_LOCK(${lock})`),
      value('1'),
      ...works,
    ],
    killedBy: ['change-user-keeps-locks'],
  },
] as const satisfies readonly Case[];
