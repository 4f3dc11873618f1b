import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { ascii, packet, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { executeRaw, gives, prepared } from '../prepared-steps.ts';
import { deniedInWords, deniedNobodyByParsec, deniedNobodyInWords } from '../query-steps.ts';
import { alive, query, row } from '../regression-steps.ts';
import { anyErr, closes, ended, greeting, loggedIn, notTaken, ok, works } from '../steps.ts';

const mysql = 'MySQL';
const mariadb = 'MariaDB';
const cve = (id: string) => `https://nvd.nist.gov/vuln/detail/${id}` as const;
const fieldList = [manual['mysql/field-list-layout'], manual['mysql/field-list-answer'], manual['mariadb/field-list-answer']] as const;
/** Of one who has sent a password. */
const accessDenied = "Access denied for user '[^']+'@'[^']+' \\(using password: YES\\)$";
const denied = [manual['mysql/error-1045-access-denied'], manual['mariadb/error-1045-access-denied']] as const;

const inDatabase = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_WITH_DB'] } } },
  ok,
] as const satisfies readonly Step[];
const compressed = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['COMPRESS'] } } },
  ok,
] as const;

/** MySQL and MariaDB, and what came from them. */
export const cases = [
  {
    id: 'regression/mysql-cve-2010-1850-long-table-name',
    title: 'COM_FIELD_LIST with a table name of 4096 bytes gets an ERR, and the connection and the server go on',
    // With which code, or that it is an ERR at all, no manual says.
    level: 'SHOULD',
    source: [...fieldList, manual['mysql/identifier-of-64-characters'], manual['mariadb/identifier-of-64-characters']],
    needs: ['check-account', 'database', { feature: 'values-of-512-kib' }],
    script: [
      ...inDatabase,
      { send: { wire: packet(0, `04${times(4096, 0x74)}00`) } },
      { expect: [{ ...anyErr, sequenceId: 1 }] },
      ...works,
      alive,
    ],
    deliveries: ['whole'],
    link: cve('CVE-2010-1850'),
    regression: { product: mysql, issue: 'CVE-2010-1850' },
    killedBy: ['field-list-long-name-closes', 'field-list-long-name-stops-server'],
  },
  {
    id: 'regression/mysql-103412-compressed-timeout',
    title:
      'what tells a client with compression of the end of its idle session is a compressed packet of sequence id 0, and so is the packet in it',
    level: 'SHOULD',
    source: [
      manual['mysql/wait-timeout-closes-idle-connection'],
      manual['mysql/error-4031-client-interaction-timeout'],
      manual['mysql/compressed-packet-sequence'],
      manual['mariadb/wait-timeout-closes-idle-connection'],
      manual['mariadb/compressed-sequence-is-separate'],
    ],
    needs: ['check-account', { offers: 'COMPRESS' }],
    script: [
      ...compressed,
      query('SET wait_timeout = 1'),
      ok,
      { expect: [{ packet: 'ERR', sequenceId: 0, where: { frameSequenceId: 0 } }, closes] },
      ended,
    ],
    deliveries: ['whole'],
    limitMs: 4000,
    link: 'https://bugs.mysql.com/bug.php?id=103412',
    regression: { product: mysql, issue: 'MySQL bug 103412', affected: '8.0.24' },
    killedBy: ['wait-timeout-err-counts-on', 'compression-err-in-clear'],
  },
  {
    id: 'regression/mysql-cve-2012-5615-unknown-users-read-alike',
    title: 'a user that does not exist and a wrong password are refused with the same code, SQLSTATE and words, or the user with ERR 1698',
    level: 'SHOULD',
    source: [
      ...denied,
      manual['mysql/auth-err-closes-connection'],
      manual['mysql/error-1698-access-denied-without-password'],
      manual['mariadb/error-1698-access-denied-without-password'],
    ],
    needs: ['login-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', password: 'wrong' } },
      { expect: deniedInWords(accessDenied, 'login') },
      {
        beside: [
          greeting,
          { send: { message: 'HandshakeResponse41', account: 'unknown', password: 'wrong' } },
          { expect: [deniedNobodyByParsec(accessDenied.replace('YES', 'NO'), 'login'), ...deniedNobodyInWords(accessDenied, 'login')] },
          ended,
        ],
      },
      ended,
    ],
    deliveries: ['whole'],
    link: cve('CVE-2012-5615'),
    regression: { product: mysql, issue: 'CVE-2012-5615' },
    killedBy: ['unknown-user-in-other-words', 'unknown-user-says-password-not-used', 'unknown-user-told-apart'],
  },
  {
    id: 'regression/mariadb-4088-version-prefix',
    title: 'the version that the greeting gives has 5.5.5- in front where it is a 10 of MariaDB, and nowhere else',
    // By default, the manual says.
    level: 'SHOULD',
    source: [manual['mariadb/version-prefix']],
    needs: ['check-account', { dialect: 'mariadb' }, { feature: 'version-as-built' }],
    script: [
      { expect: [{ packet: 'HandshakeV10', where: { serverVersion: { pattern: '^(?!10\\.|5\\.5\\.5-(1[1-9]|[2-9]\\d)\\.)' } } }] },
      ...loggedIn.slice(1),
      query('SELECT VERSION()'),
      row({ pattern: '^(?!5\\.5\\.5-)' }),
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MDEV-4088',
    regression: { product: mariadb, issue: 'MDEV-4088', affected: '10.0.2 and later' },
    killedBy: ['version-prefixed-in-vain', 'version-10-without-its-prefix'],
  },
  {
    id: 'regression/mariadb-19237-cache-metadata-unasked',
    title:
      'the packet of the column count has no byte behind the count for a client that has not set CACHE_METADATA, whatever the client beside it has set',
    level: 'MUST',
    source: [manual['mariadb/cache-metadata'], manual['mariadb/resultset-order']],
    needs: ['check-account', { offersMariadb: 'CACHE_METADATA' }],
    script: [
      ...loggedIn,
      {
        beside: [
          greeting,
          { send: { message: 'HandshakeResponse41', account: 'check', mariadb: ['CACHE_METADATA'] } },
          ok,
          query('SELECT 1'),
          row('1'),
          { send: { message: 'COM_QUIT' } },
          ended,
        ],
      },
      query('SELECT 1'),
      row('1'),
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MDEV-19237',
    regression: { product: mariadb, issue: 'MDEV-19237' },
    killedBy: ['cache-metadata-of-another-client'],
  },

  {
    id: 'regression/mysql-cve-2012-2122-guesses',
    title: 'the same 20 bytes are the proof on none of 512 connections',
    level: 'MUST',
    source: [...denied, manual['mysql/auth-err-closes-connection'], manual['mysql/native-challenge-and-response-are-20-bytes']],
    needs: ['login-account'],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'login',
          // Where the server goes on to ask, as caching_sha2_password may with 04: the client knows no better.
          password: 'wrong',
          with: { authPluginName: 'mysql_native_password', authResponse: times(20, 0x41) },
        },
      },
      // Also where the plugin of the account is another one, and the server asks for its proof.
      {
        expect: [
          anyErr,
          closes,
          {
            packet: 'AuthSwitchRequest',
            then: [{ send: { message: 'AuthSwitchResponse', with: { data: times(20, 0x41) } } }, notTaken, ended],
          },
        ],
      },
      ended,
    ],
    deliveries: ['whole'],
    tries: 512,
    link: 'https://seclists.org/oss-sec/2012/q2/493',
    regression: { product: mysql, issue: 'CVE-2012-2122' },
    killedBy: ['every-fourth-wrong-password-accepted'],
  },
  {
    id: 'regression/mariadb-10.5.7-trailing-bytes-of-execute',
    title:
      'COM_STMT_EXECUTE with one to eight bytes behind its last value, or without parameters behind its iteration count, is carried out as without them',
    // No manual says that a server passes over them.
    level: 'OBSERVE',
    source: [manual['mysql/execute-layout'], manual['mariadb/execute-layout']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      // As PHP and Connector/Python have sent it: new_params_bind_flag where nothing is bound.
      ...prepared('SELECT 1', 0, 1),
      ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((bytes) => [{ send: executeRaw(times(bytes, 1)) }, gives('1')]),
      ...prepared('SELECT ?', 1, 1),
      ...[...'abcdefgh'].flatMap((value, at) => [{ send: executeRaw(`0001fd0001${ascii(value)}${times(at + 1, 0xde)}`) }, gives(value)]),
      ...works,
    ],
    perilous: true,
    link: 'https://jira.mariadb.org/browse/MDEV-24121',
    regression: {
      product: mariadb,
      issue: 'MDEV-24121',
      affected: '10.2.35, 10.3.26, 10.4.16, 10.5.7',
      fixed: '10.2.36, 10.3.27, 10.4.17, 10.5.8',
    },
    killedBy: ['execute-with-trailing-bytes-refused'],
  },
] as const satisfies readonly Case[];
