import type { Case } from '../../harness/case/case.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { execute, gives, prepared } from '../prepared-steps.ts';
import { countsByOne, done, inDatabase, needsTables, query, value } from '../query-steps.ts';
import { alive } from '../regression-steps.ts';
import { anyErr, ended, err, greeting, loggedIn, ok, works } from '../steps.ts';

const product = 'ProxySQL';
const setNames = [manual['mysql/set-names'], manual['mariadb/set-names']] as const;
const changeUser = [
  manual['mysql/change-user-gets-auth-switch'],
  manual['mysql/change-user-ends-with-ok-or-err-and-close'],
  manual['mariadb/change-user-resets-and-logs-in'],
] as const;

/** Ids above 255, which the one byte of a handshake response cannot hold. */
const collations = {
  /** 305; its low byte is latin1_general_cs. */
  mysql: 'utf8mb4_0900_as_ci',
  /** 1069; its low byte is utf8mb4_general_ci. */
  mariadb: 'utf8mb4_general_nopad_ci',
} as const;
const wideCollation = (dialect: 'mysql' | 'mariadb') =>
  ({
    id: `regression/proxysql-4841-${dialect}-collation-above-255`,
    title: `SET NAMES with ${collations[dialect]}, whose id has more than one byte, holds for the statements behind it`,
    level: 'MUST',
    source: setNames,
    needs: ['check-account', { feature: collations[dialect] }],
    script: [
      ...loggedIn,
      query(`SET NAMES utf8mb4 COLLATE ${collations[dialect]}`),
      done(),
      query('SELECT @@collation_connection'),
      value(collations[dialect]),
      query('SELECT @@character_set_client'),
      value('utf8mb4'),
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/4841',
    regression: { product, issue: 'sysown/proxysql#4841' },
    killedBy: ['collation-cut-to-one-byte'],
  }) as const satisfies Case;

const lastInsertId = [
  manual['mysql/last-insert-id-function'],
  manual['mysql/insert-id'],
  manual['mariadb/last-insert-id-function'],
  manual['mysql/identity-is-last-insert-id'],
  manual['mariadb/identity-is-last-insert-id'],
] as const;
/** All that the reports have in place of SELECT LAST_INSERT_ID(). */
const spellings = [
  'SELECT LAST_INSERT_ID()',
  'select last_insert_id();',
  'SELECT LAST_INSERT_ID() LIMIT 1',
  'SELECT LAST_INSERT_ID() AS id',
  'SELECT LAST_INSERT_ID() FROM DUAL',
  'SELECT @@IDENTITY',
] as const;
const inserted = [
  ...inDatabase,
  query('CREATE TEMPORARY TABLE mywire_ids (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'),
  done(),
  query('INSERT INTO mywire_ids (n) VALUES (5), (6), (7)'),
  done({ affectedRows: 3, lastInsertId: 1 }),
] as const;

/** ProxySQL, what a session keeps, and who it belongs to. */
export const cases = [
  wideCollation('mysql'),
  wideCollation('mariadb'),
  {
    id: 'regression/proxysql-4589-change-user-with-a-password',
    title: 'COM_CHANGE_USER with the right password of the same account is let in ten times in a row',
    level: 'MUST',
    source: changeUser,
    needs: ['login-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login' } },
      ok,
      ...Array.from({ length: 10 }, () => [{ send: { message: 'COM_CHANGE_USER', account: 'login' } }, done()] as const).flat(),
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/4589',
    regression: { product, issue: 'sysown/proxysql#4589', affected: '2.6.0', fixed: '2.6.4' },
    killedBy: ['change-user-password-refused'],
  },
  {
    id: 'regression/proxysql-3.0.7-change-user-cut-off',
    title: 'COM_CHANGE_USER that ends behind the NUL of its user gets an ERR or the end, and the next client is served',
    level: 'SHOULD',
    source: [manual['mysql/change-user-layout'], manual['mariadb/change-user-layout'], ...changeUser],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_RAW', with: { command: 0x11, rest: `${ascii('mywire_nobody')}00` } } },
      { expect: [anyErr, { closes: true }] },
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://proxysql.com/blog/proxysql-3-0-7-security-hardening/',
    regression: { product, issue: 'ProxySQL 3.0.7', affected: '<3.0.7', fixed: '3.0.7' },
    killedBy: ['change-user-cut-off-hangs', 'change-user-cut-off-stops-server'],
  },
  {
    id: 'regression/proxysql-bd7ab0d8-sha2-with-an-empty-response',
    title: 'an empty response of caching_sha2_password for an account with a password is denied at once, without AuthMoreData',
    // MariaDB's page of the plugin does not say it.
    level: 'SHOULD',
    source: [
      manual['mysql/caching-sha2-empty-password'],
      manual['mysql/error-1045-access-denied'],
      manual['mariadb/error-1045-access-denied'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['check-account', { account: 'sha2' }, { firstProof: 'sha2' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'sha2', password: 'empty' } },
      { expect: [{ ...err(1045, '28000'), sequenceId: 2 }] },
      ended,
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/commit/bd7ab0d8',
    regression: { product, issue: 'sysown/proxysql@bd7ab0d8', fixed: '2.6.0' },
    killedBy: ['sha2-empty-response-asks-more'],
  },
  {
    id: 'regression/proxysql-1048-last-insert-id-in-many-words',
    title: 'LAST_INSERT_ID() is the id of the OK behind the INSERT, however a client asks for it',
    level: 'MUST',
    source: [...lastInsertId, manual['mysql/affected-rows'], manual['mariadb/row-count']],
    needs: [...needsTables, countsByOne],
    script: [...inserted, ...spellings.flatMap((one) => [query(one), value('1')]), ...works],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1048',
    regression: { product, issue: 'sysown/proxysql#1048' },
    killedBy: ['last-insert-id-known-by-one-name', 'last-insert-id-forgotten'],
  },
  {
    id: 'regression/proxysql-4621-last-insert-id-of-a-prepared-statement',
    title: 'SELECT LAST_INSERT_ID() as a prepared statement has the id in a binary row',
    level: 'MUST',
    source: [
      manual['mysql/last-insert-id-function'],
      manual['mariadb/last-insert-id-function'],
      manual['mysql/binary-row'],
      manual['mariadb/binary-row'],
      manual['mysql/insert-id'],
      manual['mysql/affected-rows'],
      manual['mariadb/row-count'],
    ],
    needs: [...needsTables, countsByOne],
    script: [...inserted, ...prepared('SELECT LAST_INSERT_ID()', 0, 1), { send: execute() }, gives('1'), ...works],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/4621',
    regression: { product, issue: 'sysown/proxysql#4621' },
    killedBy: ['execute-answers-text-rows', 'last-insert-id-forgotten'],
  },
  {
    id: 'regression/proxysql-2564-connection-id-of-a-prepared-statement',
    title: 'SELECT CONNECTION_ID() as a prepared statement is answered with a binary row',
    level: 'MUST',
    source: [manual['mysql/execute-answer'], manual['mariadb/execute-answer'], manual['mysql/binary-row'], manual['mariadb/binary-row']],
    needs: ['check-account'],
    script: [...loggedIn, ...prepared('SELECT CONNECTION_ID()', 0, 1), { send: execute() }, gives({ pattern: '^[1-9][0-9]*$' }), ...works],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/2564',
    regression: { product, issue: 'sysown/proxysql#2564', fixed: '2.4.0' },
    killedBy: ['execute-answers-text-rows'],
  },
] as const satisfies readonly Case[];
