import type { Case } from '../../harness/case/case.ts';
import { status } from '../../harness/codec/status.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { query } from '../regression-steps.ts';
import { err, greeting, killed, loggedIn, ok, ping, syntaxErrors, works } from '../steps.ts';

const product = 'MaxScale';
const jira = (number: number) => `https://jira.mariadb.org/browse/MXS-${number}` as const;
const errors = [manual['mysql/error-of-commands'], manual['mariadb/error-of-commands']] as const;
const counts = [
  manual['mysql/sequence-id-increments-and-wraps'],
  manual['mysql/sequence-id-resets-per-command'],
  manual['mariadb/sequence-number-starts-at-zero-per-query'],
  manual['mariadb/ping-answer-has-sequence-one'],
] as const;
const layout = [
  manual['mysql/response41-client-flag'],
  manual['mysql/ok-or-err-ends-auth'],
  manual['mariadb/response-layout'],
  manual['mariadb/auth-answers'],
] as const;

const unknownId = (text: string) => [query(text), { expect: [{ ...err(1094, 'HY000'), sequenceId: 1 }] }] as const;

/** An OK without session state: behind its seven bytes stands at most a text, which a length and the type of an entry are not. */
const stateless = { pattern: '^\\x00[^]{6}[^\\x00-\\x08]*$' } as const;

/** MaxScale, in the order of its issues. */
export const cases = [
  {
    id: 'regression/maxscale-959-kill-by-the-id-of-the-greeting',
    title: 'KILL with the id that the greeting gave ends that connection and no other',
    level: 'MUST',
    source: [
      manual['mysql/kill-connection'],
      manual['mysql/v10-thread-id'],
      manual['mariadb/kill-connection'],
      manual['mysql/kill-own-threads-only'],
      manual['mariadb/kill-own-threads-only'],
      ...errors,
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      {
        beside: [
          ...loggedIn,
          { send: { message: 'COM_QUERY', with: { query: { from: 'outer.HandshakeV10.threadId', before: 'KILL ' } } } },
          { expect: [{ packet: 'OK', sequenceId: 1 }] },
          ...works,
        ],
      },
      ...killed,
    ],
    deliveries: ['whole'],
    link: jira(959),
    regression: { product, issue: 'MXS-959', fixed: '2.2.0' },
    killedBy: ['kill-ignored', 'stale-thread-id'],
  },
  {
    id: 'regression/maxscale-2159-flags-of-ssl-request-and-response',
    title: 'a client that sets SSL in the SSLRequest and not in the handshake response behind it, as Connector/J 8 does, gets in',
    // As ssl-request/flag-left-out-of-the-response: no manual says what comes of flags that differ.
    level: 'OBSERVE',
    source: [
      manual['mysql/ssl-request-then-response'],
      manual['mysql/capabilities-are-an-intersection'],
      manual['mariadb/tls-starts-with-ssl-request'],
    ],
    needs: ['tls', 'check-account'],
    script: [
      greeting,
      { send: { message: 'SSLRequest', capabilities: { add: ['SSL'] } } },
      { do: 'start-tls' },
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { drop: ['SSL'] } } },
      ok,
      ...ping,
    ],
    deliveries: ['whole'],
    link: jira(2159),
    regression: { product, issue: 'MXS-2159', fixed: '2.2.17' },
    killedBy: ['ssl-flag-needed-twice'],
  },
  {
    id: 'regression/maxscale-2536-kill-with-a-comment',
    title: 'KILL with a comment in front of an id that no connection has gets ERR 1094, as without it',
    level: 'MUST',
    source: [manual['mysql/comment-is-nothing'], manual['mariadb/comment-is-nothing'], ...errors],
    needs: ['check-account'],
    script: [...loggedIn, ...unknownId('KILL /*QUERY*/ 4294967290'), ...works],
    deliveries: ['whole'],
    link: jira(2536),
    regression: { product, issue: 'MXS-2536', fixed: '2.3.8' },
    killedBy: ['kill-with-comment-hangs'],
  },
  {
    id: 'regression/maxscale-2562-errors-have-sequence-ids',
    title: 'each ERR carries the sequence id that is due: 1 for a syntax error and for an unknown column',
    level: 'MUST',
    source: [...counts, manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELEKT 1'),
      { expect: [{ ...err(syntaxErrors, '42000'), sequenceId: 1 }] },
      query('SELECT `mywire_no_such_column`'),
      { expect: [{ ...err(1054, '42S22'), sequenceId: 1 }] },
      ...works,
    ],
    link: jira(2562),
    regression: { product, issue: 'MXS-2562', fixed: '2.3.9' },
    killedBy: ['err-behind-err-sequence-zero', 'err-sequence-zero'],
  },
  {
    id: 'regression/maxscale-3110-nul-for-a-database-unasked',
    title: 'a client that writes an empty database name without CONNECT_WITH_DB gets in: its plugin name is then empty',
    // As handshake-response-41/trailing-bytes: no manual says what bytes come to that belong to no field.
    level: 'OBSERVE',
    source: layout,
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }],
    // The NUL of the database name is read as that of the plugin name, and the plugin name as what lies behind the packet's fields.
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', raw: { authPluginName: `00${ascii('mysql_native_password')}00` } } },
      ok,
      ...works,
    ],
    deliveries: ['whole'],
    link: jira(3110),
    regression: { product, issue: 'MXS-3110', fixed: '2.5.4' },
    killedBy: ['empty-plugin-name-refused', 'trailing-bytes-refused'],
  },
  {
    id: 'regression/maxscale-3171-attributes-unasked',
    title: 'a client that writes attributes without CONNECT_ATTRS gets in',
    // Connector/J did it as well (https://bugs.mysql.com/bug.php?id=79612).
    // As handshake-response-41/trailing-bytes: no manual says what bytes come to that belong to no field.
    level: 'OBSERVE',
    source: layout,
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { drop: ['CONNECT_ATTRS'] },
          raw: {
            authPluginName: `${ascii('mysql_native_password')}001b0f${ascii('_runtime_vendor')}0a${ascii('mywire test').slice(0, 20)}`,
          },
        },
      },
      ok,
      ...works,
    ],
    deliveries: ['whole'],
    link: jira(3171),
    regression: { product, issue: 'MXS-3171', fixed: '2.5.4' },
    killedBy: ['trailing-bytes-refused'],
  },
  {
    id: 'regression/maxscale-4489-character-set-of-the-greeting',
    title: 'the greeting names the collation that the server began with, where its id fits into the byte',
    level: 'SHOULD',
    source: [manual['mariadb/greeting-collation']],
    // A collation that is not the default one of its character set was told as that default one.
    needs: ['check-account', { dialect: 'mariadb' }, { feature: 'mariadb-collation-as-started' }],
    script: [
      ...loggedIn,
      query('SELECT ID FROM information_schema.COLLATIONS WHERE COLLATION_NAME = @@global.collation_server AND ID < 256'),
      {
        expect: [
          { packet: 'TextResultset', where: { rows: 1, first: { sameAs: 'HandshakeV10.characterSet' } } },
          { packet: 'TextResultset', where: { rows: 0 } },
        ],
      },
      ...works,
    ],
    deliveries: ['whole'],
    link: jira(4489),
    regression: { product, issue: 'MXS-4489', fixed: '2.5.25, 22.08.5' },
    killedBy: ['greeting-charset-latin1', 'greeting-charset-zero'],
  },
  {
    id: 'regression/maxscale-4808-session-state-unasked',
    title: 'a client without SESSION_TRACK gets neither the flag of session state nor the state',
    level: 'SHOULD',
    source: [manual['mysql/ok-layout'], manual['mysql/capabilities-are-an-intersection'], manual['mariadb/ok-layout']],
    needs: ['check-account', { firstProof: 'check' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { drop: ['SESSION_TRACK'] } } },
      {
        expect: [{ packet: 'OK', sequenceId: 2, where: { statusFlags: { noBits: status.SESSION_STATE_CHANGED }, payload: stateless } }],
      },
      { send: { message: 'COM_INIT_DB', with: { schema: 'information_schema' } } },
      {
        expect: [{ packet: 'OK', sequenceId: 1, where: { statusFlags: { noBits: status.SESSION_STATE_CHANGED }, payload: stateless } }],
      },
      ...works,
    ],
    deliveries: ['whole'],
    link: jira(4808),
    regression: { product, issue: 'MXS-4808', fixed: '23.08.2' },
    killedBy: ['session-state-unasked'],
  },
  {
    id: 'regression/maxscale-bb92d61a1b-command-behind-kill',
    title: 'a command in the segment of a KILL is answered behind it',
    level: 'SHOULD',
    source: [
      ...counts,
      ...errors,
      manual['tcp/segments-do-not-match-writes'],
      manual['mysql/ping-gets-ok'],
      manual['mariadb/ping-gets-ok'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: [query('KILL 4294967290').send, { message: 'COM_PING' }] },
      { expect: [{ ...err(1094, 'HY000'), sequenceId: 1 }] },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/mariadb-corporation/MaxScale/commit/bb92d61a1b',
    regression: { product, issue: 'mariadb-corporation/MaxScale@bb92d61a1b', fixed: '2.3.9' },
    killedBy: ['kill-of-nobody-loses-next-command'],
  },
] as const satisfies readonly Case[];
