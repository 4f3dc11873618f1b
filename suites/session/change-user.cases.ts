import type { Case } from '../../harness/case/case.ts';
import { OTHER_PLUGIN } from '../auth-steps.ts';
import { manual } from '../manual.ts';
import { asAutocommitBegins, asksForAttribute, done, error, inDatabase, loggedInWith, query, value } from '../query-steps.ts';
import { changed, changeUser, changeUserLayout, changeUserSource, changeUserState } from '../session-steps.ts';
import { anyErr, authModeNotSupported, deniedNobody, deniedNobodySource, ended, err, greeting, loggedIn, ok, works } from '../steps.ts';

const statusFlags = [manual['mysql/status-flags'], manual['mariadb/status-flags']] as const;
const characterSet = [
  ...changeUserLayout,
  manual['mysql/charset-of-the-connection'],
  manual['mysql/collation-ids'],
  manual['mariadb/collation-ids'],
] as const;
const denied = [manual['mysql/error-1045-access-denied'], manual['mariadb/error-1045-access-denied']] as const;
const needs = ['check-account'] as const;

const truncated = (payload: string) => ({ send: { payload } }) as const;
/** A session in latin1, by its login. */
const inLatin1 = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', with: { characterSet: 8 } } },
  ok,
  query('SELECT @@character_set_client'),
  { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: 'latin1' } }] },
] as const;
/** COM_CHANGE_USER is held to the character set that it names where a login is. */
const needsLatin1 = [...needs, { feature: 'no-init-connect' }, { feature: 'collation-of-the-login' }] as const;
/** MySQL ends the connection behind the ERR, MariaDB goes on as the user it had. */
const refusedWith = (codes: number | readonly number[], sqlState: string) => ({ expect: [err(codes, sqlState)] }) as const;
const refusedAsNobody = { expect: [deniedNobody] } as const;
const goesOnOrEnds = { expect: [{ packet: 'OK' }, { closes: true, then: [ended] }] } as const;

/** An id that one byte cannot hold. */
const wideCollation = (dialect: 'mysql' | 'mariadb', id: number, name: 'utf8mb4_0900_as_ci' | 'utf8mb4_general_nopad_ci') =>
  ({
    id: `session/change-user-wide-collation-of-${dialect}`,
    title: `COM_CHANGE_USER sets ${name}, whose id ${id} takes both bytes`,
    level: 'SHOULD',
    source: characterSet,
    needs: [...needsLatin1, { feature: name }],
    script: [
      ...inLatin1,
      changeUser('check', { with: { characterSet: id } }),
      done(),
      query('SELECT @@collation_connection'),
      value(name),
      ...works,
    ],
    killedBy: ['change-user-collation-cut-to-one-byte', 'change-user-ignores-character-set'],
  }) as const satisfies Case;

/** COM_CHANGE_USER: who gets in, and with what. */
export const cases = [
  {
    id: 'session/change-user',
    title: 'COM_CHANGE_USER to the same account ends with OK, and the next command begins with sequence id 0',
    level: 'MUST',
    source: [...changeUserSource, ...changeUserLayout, ...statusFlags],
    needs,
    script: [...loggedIn, ...asAutocommitBegins((_value, statusFlags) => [changeUser('check'), done({ statusFlags }), ...works])],
    killedBy: ['change-user-refused', 'change-user-sequence-restarts'],
  },
  {
    id: 'session/change-user-auth-switch',
    title: 'COM_CHANGE_USER is answered by AuthSwitchRequest 1, whose response 2 is answered by OK or AuthMoreData 3, or by OK 1',
    // How many packets the login takes is its plugin's matter.
    level: 'SHOULD',
    source: [
      ...changeUserSource,
      manual['mysql/sequence-id-resets-per-command'],
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-starts-at-zero-per-query'],
      manual['mariadb/sequence-number-follows-last-received'],
    ],
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
    title: 'in MySQL each AuthSwitchRequest of COM_CHANGE_USER for caching_sha2_password has a scramble of its own',
    level: 'SHOULD',
    source: [...changeUserSource, manual['mysql/auth-switch-layout'], manual['mysql/caching-sha2-scramble']],
    // mysql_native_password sends the scramble of the greeting again, MySQL's as MariaDB's (sql_authentication.cc); its client takes it.
    needs: [{ account: 'sha2-empty' }, { offers: 'PLUGIN_AUTH' }, { dialect: 'mysql' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'sha2-empty' } },
      ok,
      changeUser('sha2-empty'),
      // Without an AuthSwitchRequest there is no scramble.
      {
        expect: [
          { packet: 'AuthSwitchRequest', as: 'before' },
          { packet: 'OK', then: works },
        ],
      },
      { send: { message: 'AuthSwitchResponse' } },
      ok,
      changeUser('sha2-empty'),
      { expect: [{ packet: 'AuthSwitchRequest', where: { payload: { differsFrom: 'before.payload' } } }] },
      { send: { message: 'AuthSwitchResponse' } },
      ok,
      ...works,
    ],
    killedBy: ['change-user-same-scramble'],
  },
  {
    id: 'session/change-user-names-a-plugin-nobody-has',
    title: 'COM_CHANGE_USER that names a plugin nobody has gets an AuthSwitchRequest to the account’s, or OK where there is no password',
    level: 'MUST',
    source: [...changeUserSource, ...changeUserLayout, manual['mysql/auth-switch-layout'], manual['mariadb/auth-switch-layout']],
    needs: [...needs, { offers: 'PLUGIN_AUTH' }],
    script: [...loggedIn, changeUser('check', { with: { authPluginName: OTHER_PLUGIN } }), done(), query('SELECT 1'), value('1'), ...works],
    killedBy: ['change-user-unknown-plugin-refused'],
  },
  {
    id: 'session/change-user-to-another',
    title: 'COM_CHANGE_USER with the password of another account makes the session that account’s',
    level: 'MUST',
    source: [...changeUserSource, ...changeUserLayout],
    needs: [...needs, 'login-account'],
    script: [
      ...loggedIn,
      query('SELECT CURRENT_USER()'),
      { expect: [{ packet: 'TextResultset', as: 'before' }] },
      changeUser('login'),
      done(),
      query('SELECT CURRENT_USER()'),
      { expect: [{ packet: 'TextResultset', as: 'behind', where: { columns: 1, rows: 1, first: { differsFrom: 'before.first' } } }] },
      {
        beside: [
          greeting,
          { send: { message: 'HandshakeResponse41', account: 'login' } },
          ok,
          query('SELECT CURRENT_USER()'),
          value({ sameAs: 'outer.behind.first' }),
          ...works,
        ],
      },
      ...works,
    ],
    killedBy: ['change-user-keeps-user', 'change-user-becomes-anonymous'],
  },
  {
    id: 'session/change-user-wrong-password',
    title: 'COM_CHANGE_USER with a wrong password gets ERR 1045',
    level: 'MUST',
    source: [...changeUserSource, ...denied],
    needs: [...needs, 'login-account'],
    script: [...loggedIn, changeUser('login', { password: 'wrong' }), refusedWith(1045, '28000')],
    killedBy: ['change-user-accepts-any-proof', 'change-user-fails-silently'],
  },
  {
    id: 'session/change-user-empty-password',
    title: 'COM_CHANGE_USER without a password to an account that has one gets ERR 1045',
    level: 'MUST',
    source: [...changeUserSource, ...denied],
    needs: [...needs, 'login-account'],
    script: [...loggedIn, changeUser('login', { password: 'empty' }), refusedWith(1045, '28000')],
    killedBy: ['change-user-accepts-no-proof', 'change-user-accepts-any-proof'],
  },
  {
    id: 'session/change-user-unknown-user',
    title: 'COM_CHANGE_USER to a user that does not exist gets ERR 1045 or 1698',
    level: 'MUST',
    source: [...changeUserSource, ...deniedNobodySource],
    needs,
    script: [...loggedIn, changeUser('unknown'), refusedAsNobody],
    killedBy: ['change-user-accepts-unknown-user', 'change-user-fails-silently'],
  },
  {
    id: 'session/change-user-failure-ends-connection',
    title: 'in MySQL the connection ends behind the ERR of COM_CHANGE_USER',
    level: 'MUST',
    source: [manual['mysql/change-user-ends-with-ok-or-err-and-close'], ...deniedNobodySource],
    needs: [...needs, { dialect: 'mysql' }],
    script: [...loggedIn, changeUser('unknown'), refusedAsNobody, ended],
    killedBy: ['change-user-goes-on-after-failure'],
  },
  {
    id: 'session/change-user-failure-goes-on',
    title: 'in MariaDB the connection goes on as the old user behind the ERR of COM_CHANGE_USER',
    level: 'SHOULD',
    source: [manual['mariadb/change-user-state'], manual['mariadb/change-user-after-three-failures'], ...deniedNobodySource],
    needs: [...needs, { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      query('SELECT CURRENT_USER()'),
      { expect: [{ packet: 'TextResultset', as: 'before' }] },
      changeUser('unknown'),
      refusedAsNobody,
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
    source: [manual['mariadb/change-user-state'], manual['mariadb/change-user-resets-and-logs-in'], ...deniedNobodySource],
    needs: [...needs, { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      query('SET @mywire = 5'),
      done(),
      changeUser('unknown'),
      refusedAsNobody,
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
    source: [manual['mariadb/change-user-after-three-failures'], manual['mariadb/error-1047-unknown-command'], ...deniedNobodySource],
    needs: [...needs, { dialect: 'mariadb' }],
    script: [
      ...loggedIn,
      changeUser('unknown'),
      refusedAsNobody,
      changeUser('unknown'),
      refusedAsNobody,
      changeUser('unknown'),
      refusedAsNobody,
      // The page speaks of more than three, MariaDB counts three.
      changeUser('unknown'),
      { expect: [err(1047, '08S01'), deniedNobody] },
      changeUser('check'),
      error(1047, '08S01'),
      ...works,
    ],
    link: 'https://nvd.nist.gov/vuln/detail/CVE-2012-5627',
    killedBy: ['change-user-guessed-without-limit'],
  },
  {
    id: 'session/change-user-without-database',
    title: 'after COM_CHANGE_USER without a database there is no default database',
    level: 'MUST',
    source: changeUserState,
    needs: [...needs, 'database'],
    script: [...inDatabase, ...changed, query('SELECT DATABASE()'), value(null), ...works],
    killedBy: ['change-user-keeps-database'],
  },
  {
    id: 'session/change-user-with-database',
    title: 'COM_CHANGE_USER makes the database that it names the default one, also for a client without CONNECT_WITH_DB',
    level: 'MUST',
    source: [...changeUserState, ...changeUserLayout],
    needs,
    script: [
      ...loggedIn,
      changeUser('check', { with: { database: 'information_schema' } }),
      done(),
      query('SELECT DATABASE()'),
      value('information_schema'),
      ...works,
    ],
    link: 'https://jira.mariadb.org/browse/MXS-3366',
    killedBy: ['change-user-ignores-database'],
  },
  {
    id: 'session/change-user-unknown-database',
    title: 'COM_CHANGE_USER with a database that does not exist gets ERR 1049, or 1044 where the account may not know that',
    level: 'MUST',
    source: [
      ...changeUserSource,
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
    needs: needsLatin1,
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
    killedBy: ['change-user-ignores-character-set', 'change-user-keeps-character-set-of-connection'],
  },
  {
    id: 'session/change-user-collation',
    title: 'COM_CHANGE_USER sets the collation of the connection',
    level: 'SHOULD',
    source: characterSet,
    needs: needsLatin1,
    script: [
      ...inLatin1,
      changeUser('check', { with: { characterSet: 224 } }),
      done(),
      query('SELECT @@collation_connection'),
      value('utf8mb4_unicode_ci'),
      ...works,
    ],
    killedBy: ['change-user-ignores-character-set', 'change-user-collation-is-the-default-of-its-set'],
  },
  wideCollation('mysql', 305, 'utf8mb4_0900_as_ci'),
  wideCollation('mariadb', 1069, 'utf8mb4_general_nopad_ci'),
  {
    id: 'session/change-user-without-plugin-auth',
    title: 'a client without PLUGIN_AUTH changes the user without naming a plugin',
    level: 'MUST',
    source: [...changeUserLayout, manual['mysql/method-without-plugin-auth'], manual['mysql/error-1251-auth-mode-not-supported']],
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
    source: changeUserLayout,
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
    id: 'session/change-user-attributes-in-performance-schema',
    title: 'an attribute of COM_CHANGE_USER stands in the place of that of the login in performance_schema',
    // That they are those of the connection from there on both servers show, and no page says.
    level: 'SHOULD',
    source: [
      ...changeUserLayout,
      manual['mysql/attributes-are-in-performance-schema'],
      manual['mariadb/attributes-are-in-performance-schema'],
    ],
    needs: [...needs, { offers: 'CONNECT_ATTRS' }, { feature: 'connect-attributes' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_ATTRS'] },
          attributes: { mywire_attribute: 'of the login' },
        },
      },
      ok,
      changeUser('check', { attributes: { mywire_attribute: 'of the change' } }),
      done(),
      asksForAttribute,
      value('of the change'),
      ...works,
    ],
    killedBy: ['change-user-attributes-forgotten', 'attributes-forgotten'],
  },
  {
    id: 'session/change-user-broken-attributes',
    title: 'an attribute longer than the block it stands in does not fail COM_CHANGE_USER',
    // No manual says what becomes of it; MySQL 9.7 refuses the same in a login.
    level: 'OBSERVE',
    source: changeUserLayout,
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
    source: [...changeUserSource, ...changeUserLayout],
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
    source: [...changeUserSource, ...changeUserLayout],
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
] as const satisfies readonly Case[];
