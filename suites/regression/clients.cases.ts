import type { Case } from '../../harness/case/case.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { alive, justCloses, query, row } from '../regression-steps.ts';
import { anyErr, ended, err, greeting, loginAsCheck, ok, works } from '../steps.ts';

const answered = [manual['mysql/ok-or-err-ends-auth'], manual['mariadb/auth-answers']] as const;
const resultset = [
  manual['mysql/resultset-order'],
  manual['mysql/resultset-terminator'],
  manual['mariadb/resultset-order'],
  manual['mariadb/resultset-terminator'],
] as const;
const errors = [manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']] as const;
const multi = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['MULTI_STATEMENTS'] } } },
  ok,
] as const;

/** What client libraries, and servers written with them, have met: ClickHouse, go-mysql, go-sql-driver, mysqljs, mysql2, MySqlConnector. */
export const cases = [
  {
    id: 'regression/clickhouse-115776-query-behind-the-login',
    title:
      'a handshake response and a query in one segment before the greeting get greeting, OK and rows: the query is not read with the login',
    level: 'SHOULD',
    source: [...answered, manual['tcp/segments-do-not-match-writes'], manual['mysql/query-answers'], manual['mariadb/query-answers']],
    needs: ['check-account', { firstProof: 'check' }],
    script: [
      greeting,
      { send: [loginAsCheck.send, query('SELECT 1').send] },
      { expect: [{ packet: 'OK', sequenceId: 2 }] },
      row('1'),
      ...works,
    ],
    deliveries: ['early'],
    tries: 25,
    link: 'https://github.com/ClickHouse/ClickHouse/pull/115776',
    regression: { product: 'ClickHouse', issue: 'ClickHouse/ClickHouse#115776' },
    killedBy: ['drops-commands-behind-login', 'coalesced-packets-lost'],
  },
  {
    id: 'regression/clickhouse-107599-auth-response-of-2-to-the-63',
    title: 'an auth response that claims 2 to the power of 63 bytes is refused, and the next client is served',
    level: 'SHOULD',
    source: [
      manual['mysql/response41-auth-response'],
      manual['mysql/lenenc-integer-forms'],
      manual['mariadb/response-auth-forms'],
      ...answered,
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['check-account', { offers: 'PLUGIN_AUTH_LENENC_CLIENT_DATA' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['PLUGIN_AUTH_LENENC_CLIENT_DATA'] },
          raw: { authResponse: 'fe0000000000000080', authPluginName: '' },
        },
      },
      { expect: [anyErr, justCloses] },
      ended,
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/ClickHouse/ClickHouse/pull/107599',
    regression: { product: 'ClickHouse', issue: 'ClickHouse/ClickHouse#107599' },
    killedBy: ['overreads-lenenc-auth'],
  },
  {
    id: 'regression/go-sql-driver-1482-user-name-of-25000-bytes',
    title: 'a login with a user name of 25000 bytes, more than a buffer has room for, is refused, and the next client is served',
    // That it ends with an ERR or with the connection alone, no manual says.
    level: 'SHOULD',
    source: [
      manual['mysql/response41-username'],
      manual['mariadb/response-layout'],
      manual['mysql/error-1045-access-denied'],
      manual['mariadb/error-1045-access-denied'],
    ],
    needs: ['check-account'],
    // The name of the report.
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'unknown', with: { user: 'mysql'.repeat(5000) } } },
      { expect: [anyErr, justCloses] },
      ended,
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/go-sql-driver/mysql/issues/1482',
    regression: { product: 'go-sql-driver', issue: 'go-sql-driver/mysql#1482' },
    killedBy: ['long-login-stops-server', 'accepts-unknown-user'],
  },
  {
    id: 'regression/go-sql-driver-1361-err-ends-a-multi-result',
    title: 'an ERR behind the result of another statement ends the answer: no more results follow, and the next command is answered',
    level: 'MUST',
    source: [
      ...resultset,
      ...errors,
      manual['mysql/status-flags'],
      manual['mariadb/status-flags'],
      manual['mysql/query-answers'],
      manual['mariadb/query-answers'],
      manual['mysql/multi-statement'],
      manual['mariadb/multi-statements'],
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-follows-last-received'],
    ],
    needs: ['check-account', { offers: 'MULTI_STATEMENTS' }],
    script: [
      ...multi,
      query('SELECT 1; SELECT `mywire_no_such_column`'),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { first: '1', statusFlags: { bits: status.MORE_RESULTS_EXISTS } } }] },
      { expect: [{ ...err(1054, '42S22'), sequenceId: 6 }] },
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/go-sql-driver/mysql/issues/1361',
    regression: { product: 'go-sql-driver', issue: 'go-sql-driver/mysql#1361' },
    killedBy: ['second-statement-unanswered'],
  },
  {
    id: 'regression/mysql2-e1930b80d-attributes-that-are-not-there',
    title: 'a client that sets CONNECT_ATTRS and sends no attributes gets in or is refused with an ERR, and the next client is served',
    level: 'SHOULD',
    source: [
      manual['mysql/capabilities-are-an-intersection'],
      manual['mysql/response41-attributes'],
      manual['mariadb/response-attributes'],
      ...answered,
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['check-account'],
    // A server that does not offer the flag has to pass over it; one that does misses the length.
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_ATTRS'] }, raw: { attributes: '' } } },
      {
        expect: [
          { packet: 'OK', then: [...works, alive] },
          { ...anyErr, then: [ended, alive] },
        ],
      },
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sidorares/node-mysql2/commit/e1930b80d',
    regression: { product: 'mysql2', issue: 'sidorares/node-mysql2@e1930b80d' },
    killedBy: ['missing-attributes-stop-server', 'attributes-past-end-close'],
  },
] as const satisfies readonly Case[];
