import type { Case } from '../../harness/case/case.ts';
import type { Alternative, CapabilityChoice, Condition, Step } from '../../harness/case/step.ts';
import { shippedCollations } from '../column-definition.ts';
import { manual } from '../manual.ts';
import { asksForAttribute, everywhere, inAutocommit, saysAttribute, saysAttributeBehindAnEmptyOne, xs } from '../query-steps.ts';
import { err, greeting, inTransaction, loggedIn, loginAsCheck, ok, outsideTransaction, quit, syntaxErrors, works } from '../steps.ts';

const answers = [manual['mysql/query-answers'], manual['mariadb/query-answers']] as const;
const errors = [
  manual['mysql/error-of-commands'],
  manual['mariadb/error-of-commands'],
  manual['mysql/kill-own-threads-only'],
  manual['mariadb/kill-own-threads-only'],
] as const;

const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
const rows = (first: string) => ({ expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first } }] }) as const;
const loggedInWith = (capabilities: CapabilityChoice) =>
  [greeting, { send: { message: 'HandshakeResponse41', account: 'check', capabilities } }, ok] as const;
const killOther = (before = 'KILL ') =>
  ({ send: { message: 'COM_QUERY', with: { query: { from: 'outer.HandshakeV10.threadId', before } } } }) as const satisfies Step;
const done = { expect: [{ packet: 'OK', sequenceId: 1 }] } as const satisfies Step;
const known = [manual['mysql/kill-query'], manual['mariadb/kill-query']] as const;
/** While it is there, its id is known: MySQL Router greets with 0, which KILL never knows. KILL QUERY leaves an idle session alone. */
const isKnown = { beside: [...loggedIn, killOther('KILL QUERY '), done, ...quit] } as const satisfies Step;
const unknownThread = { expect: [{ ...err(1094, 'HY000'), sequenceId: 1 }] } as const satisfies Step;
/** A login in whose OK autocommit is as it is globally. */
const loginOk = (statusFlags: Condition, autocommit: '0' | '1') =>
  ({
    packet: 'OK',
    where: { statusFlags },
    then: [query('SELECT @@global.autocommit'), rows(autocommit), ...works],
  }) as const satisfies Alternative;
/** The server has had time to see the end. */
const aMoment = [query('DO SLEEP(1)'), done] as const;

const sets = '@@character_set_client, @@character_set_connection, @@character_set_results, @@collation_connection';
const characterSet = (name: string, id: number, collation: string): Case => {
  const set = collation.split('_')[0];
  return {
    id: `connection/character-set-${name}`,
    title: `a login with collation ${id} gives the session ${collation}, and its character set to client, connection and results`,
    // MariaDB's manual does not say which variables the collation of a login sets.
    level: 'SHOULD',
    source: [
      manual['mysql/login-sets-three-character-sets'],
      manual['mysql/response41-character-set'],
      manual['mysql/collation-ids'],
      manual['mariadb/response-layout'],
      manual['mariadb/collation-ids'],
    ],
    // A build may leave gbk out.
    needs: ['check-account', ...shippedCollations, ...(name === 'gbk' ? [{ feature: 'gbk_chinese_ci' } as const] : [])],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', with: { characterSet: id } } },
      ok,
      query(`SELECT CONCAT_WS('/', ${sets})`),
      rows([set, set, set, collation].join('/')),
      ...works,
    ],
    deliveries: ['whole', 'bytes'],
    killedBy: [id === 46 ? 'client-collation-is-the-default-of-its-set' : 'client-collation-ignored'],
  };
};

const attributesSource = [
  manual['mysql/attributes-are-in-performance-schema'],
  manual['mysql/response41-attributes'],
  manual['mariadb/attributes-are-in-performance-schema'],
  manual['mariadb/response-attributes'],
] as const;
const attributesNeeds = ['check-account', { offers: 'CONNECT_ATTRS' }, { feature: 'connect-attributes' }] as const;

/** What the login says holds for the session: the version, the flags that change statements, and what becomes of a session. */
export const cases: readonly Case[] = [
  {
    id: 'connection/version',
    title: 'the version of the greeting is @@version; in front of 10.x a MariaDB server may put 5.5.5-',
    level: 'SHOULD',
    source: [
      manual['mysql/v10-server-version'],
      manual['mysql/version-variable'],
      manual['mariadb/greeting-server-version'],
      manual['mariadb/version-variable'],
      manual['mariadb/version-prefix'],
    ],
    needs: ['check-account'],
    script: [
      {
        expect: [
          {
            packet: 'HandshakeV10',
            where: { serverVersion: { pattern: '^5\\.5\\.5-10\\.' } },
            then: [
              loginAsCheck,
              ok,
              query("SELECT CONCAT('5.5.5-', @@version)"),
              {
                expect: [
                  { packet: 'TextResultset', where: { first: { sameAs: 'HandshakeV10.serverVersion' } } },
                  // An administrator has given the version that the greeting would have (--version).
                  {
                    packet: 'TextResultset',
                    where: { first: { pattern: '^5\\.5\\.5-5\\.5\\.5-10\\.' } },
                    then: [
                      query('SELECT @@version'),
                      { expect: [{ packet: 'TextResultset', where: { first: { sameAs: 'HandshakeV10.serverVersion' } } }] },
                      ...works,
                    ],
                  },
                ],
              },
              ...works,
            ],
          },
          {
            packet: 'HandshakeV10',
            where: { serverVersion: { pattern: '^(?!5\\.5\\.5-)' } },
            then: [
              loginAsCheck,
              ok,
              query('SELECT @@version'),
              { expect: [{ packet: 'TextResultset', where: { first: { sameAs: 'HandshakeV10.serverVersion' } } }] },
              ...works,
            ],
          },
        ],
      },
    ],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MDEV-4088',
    killedBy: ['version-differs', 'version-prefixed-in-vain', 'version-behind-its-prefix-differs'],
  },
  {
    id: 'connection/ignore-space',
    title: 'with IGNORE_SPACE a blank may stand between the name of a function and its parenthesis',
    level: 'MUST',
    source: [manual['mysql/ignore-space'], manual['mariadb/ignore-space'], ...answers],
    needs: ['check-account', { offers: 'IGNORE_SPACE' }, { feature: 'no-init-connect' }],
    script: [...loggedInWith({ add: ['IGNORE_SPACE'] }), query('SELECT COUNT (*)'), rows('1'), ...works],
    killedBy: ['ignore-space-ignored'],
  },
  {
    id: 'connection/without-ignore-space',
    title:
      'without IGNORE_SPACE a blank between the name of a function and its parenthesis is a syntax error, unless the sql_mode of all has it',
    level: 'SHOULD',
    source: [
      manual['mysql/ignore-space'],
      manual['mysql/no-blank-behind-function-names'],
      manual['mariadb/ignore-space'],
      manual['mysql/error-of-statements'],
      manual['mariadb/error-of-statements'],
    ],
    needs: ['check-account', { feature: 'no-init-connect' }],
    script: [
      ...loggedIn,
      query("SELECT FIND_IN_SET('IGNORE_SPACE', @@global.sql_mode) > 0"),
      {
        expect: [
          {
            packet: 'TextResultset',
            where: { first: '0' },
            then: [query('SELECT COUNT (*)'), { expect: [{ ...err(syntaxErrors, '42000'), sequenceId: 1 }] }, ...works],
          },
          { packet: 'TextResultset', where: { first: '1' }, then: [query('SELECT COUNT (*)'), rows('1'), ...works] },
        ],
      },
    ],
    killedBy: ['ignore-space-always'],
  },
  {
    id: 'connection/no-schema',
    title: 'with NO_SCHEMA, and no database selected, a column that is named by its database and table gets an ERR',
    level: 'SHOULD',
    source: [manual['mysql/no-schema']],
    // Where one is selected both servers look for the table there, whatever stands before its name.
    needs: ['check-account', { offers: 'NO_SCHEMA' }, { feature: 'numbers' }, { feature: 'no-database-unasked' }],
    script: [
      ...loggedInWith({ add: ['NO_SCHEMA'] }),
      query('SELECT mywire.numbers.id FROM mywire.numbers'),
      // Which one, the manual does not say: MySQL's is 1046, no database is selected.
      { expect: [{ packet: 'ERR', sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['no-schema-ignored'],
  },
  {
    id: 'connection/status-of-the-login',
    title: 'the OK of a login says that no transaction is open, and autocommit as it is globally',
    level: 'SHOULD',
    source: [
      manual['mysql/ok-with-protocol-41'],
      manual['mysql/status-flags'],
      manual['mysql/autocommit-of-clients'],
      manual['mariadb/ok-layout'],
      manual['mariadb/status-flags'],
    ],
    needs: ['check-account'],
    script: [greeting, loginAsCheck, { expect: [loginOk({ all: [{ bits: 2 }, { noBits: 1 }] }, '1'), loginOk({ noBits: 3 }, '0')] }],
    killedBy: ['login-ok-without-autocommit', 'login-ok-in-transaction'],
  },
  {
    id: 'connection/character-set-beside-a-database',
    title: 'a login that names a database gives the session the collation that it names, too',
    // MariaDB's manual does not say which variables the collation of a login sets.
    level: 'SHOULD',
    source: [
      manual['mysql/login-sets-three-character-sets'],
      manual['mysql/response41-character-set'],
      manual['mysql/response41-database'],
      manual['mariadb/response-layout'],
      manual['mariadb/response-database'],
    ],
    needs: ['check-account', { offers: 'CONNECT_WITH_DB' }, ...shippedCollations],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_WITH_DB'] },
          with: { characterSet: 46, database: everywhere },
        },
      },
      ok,
      query('SELECT @@collation_connection'),
      rows('utf8mb4_bin'),
      ...works,
    ],
    killedBy: ['database-loses-collation'],
  },
  {
    id: 'connection/interactive',
    title: 'the wait_timeout of an INTERACTIVE client is interactive_timeout',
    level: 'MUST',
    source: [
      manual['mysql/interactive'],
      manual['mysql/wait-timeout-of-a-session'],
      manual['mariadb/wait-timeout-of-a-session'],
      ...answers,
    ],
    needs: ['check-account', { offers: 'INTERACTIVE' }, { feature: 'interactive-timeout-of-its-own' }, { feature: 'no-init-connect' }],
    script: [...loggedInWith({ add: ['INTERACTIVE'] }), query('SELECT @@wait_timeout = @@interactive_timeout'), rows('1'), ...works],
    killedBy: ['interactive-ignored'],
  },
  {
    id: 'connection/attributes-in-performance-schema',
    title: 'a connection attribute of the login is in performance_schema.session_account_connect_attrs, name and value',
    level: 'MUST',
    source: attributesSource,
    needs: attributesNeeds,
    script: [greeting, saysAttribute(), ok, asksForAttribute, rows('was here'), ...works],
    killedBy: ['attributes-forgotten'],
  },
  {
    id: 'connection/attributes-behind-an-empty-one',
    title: 'a connection attribute behind one whose value is empty is in performance_schema.session_account_connect_attrs, name and value',
    level: 'MUST',
    source: attributesSource,
    needs: attributesNeeds,
    script: [greeting, saysAttributeBehindAnEmptyOne, ok, asksForAttribute, rows('was here'), ...works],
    killedBy: ['empty-attribute-swallows-the-next', 'attributes-forgotten'],
  },
  {
    id: 'connection/attributes-beside-a-database',
    title: 'a connection attribute of a login that names a database, too, is in performance_schema.session_account_connect_attrs',
    level: 'MUST',
    source: [
      manual['mysql/attributes-are-in-performance-schema'],
      manual['mysql/response41-attributes'],
      manual['mysql/response41-database'],
      manual['mariadb/attributes-are-in-performance-schema'],
      manual['mariadb/response-attributes'],
      manual['mariadb/response-database'],
    ],
    needs: ['check-account', { offers: 'CONNECT_WITH_DB' }, { offers: 'CONNECT_ATTRS' }, { feature: 'connect-attributes' }],
    script: [greeting, saysAttribute({ database: everywhere }, 'CONNECT_WITH_DB'), ok, asksForAttribute, rows('was here'), ...works],
    killedBy: ['database-loses-attributes', 'attributes-forgotten'],
  },
  ...(
    [
      ['latin1', 8, 'latin1_swedish_ci'],
      ['gbk', 28, 'gbk_chinese_ci'],
      ['utf8mb4-bin', 46, 'utf8mb4_bin'],
      ['binary', 63, 'binary'],
    ] as const
  ).map(([name, id, collation]) => characterSet(name, id, collation)),
  {
    id: 'connection/max-packet-size-tiny',
    title: 'a max_packet_size of 1 does not cut what the server sends',
    level: 'OBSERVE',
    source: [manual['mysql/response41-max-packet-size'], ...answers],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', with: { maxPacketSize: 1 } } },
      ok,
      query("SELECT REPEAT('x', 1000)"),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { rows: 1, first: xs(1000) } }] },
      ...works,
    ],
    killedBy: ['max-packet-size-refuses-answers'],
  },
  {
    id: 'connection/ids-of-two-at-once',
    title: 'two connections that stand at the same time have different thread ids, and each CONNECTION_ID() is its own',
    level: 'SHOULD',
    source: [manual['mysql/v10-thread-id'], manual['mysql/connection-id-is-unique'], manual['mariadb/connection-id-is-unique']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      {
        beside: [
          { expect: [{ packet: 'HandshakeV10', where: { threadId: { differsFrom: 'outer.HandshakeV10.threadId' } } }] },
          loginAsCheck,
          ok,
          query('SELECT CONNECTION_ID()'),
          { expect: [{ packet: 'TextResultset', where: { first: { sameAs: 'HandshakeV10.threadId' } } }] },
          ...quit,
        ],
      },
      query('SELECT CONNECTION_ID()'),
      { expect: [{ packet: 'TextResultset', where: { first: { sameAs: 'HandshakeV10.threadId' } } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['stale-thread-id', 'connection-id-differs'],
  },
  {
    id: 'connection/transactions-are-apart',
    title: 'a transaction on one connection does not show in the status flags of another one',
    level: 'MUST',
    source: [
      manual['mysql/ok-with-protocol-41'],
      manual['mysql/transactions-flag-gives-status'],
      manual['mysql/status-flags'],
      manual['mariadb/ok-layout'],
      manual['mariadb/status-flags'],
    ],
    needs: ['check-account', inAutocommit],
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      { expect: [{ packet: 'OK', where: { statusFlags: inTransaction } }] },
      {
        beside: [
          ...loggedIn,
          { send: { message: 'COM_PING' } },
          { expect: [{ packet: 'OK', where: { statusFlags: outsideTransaction } }] },
          ...quit,
        ],
      },
      { send: { message: 'COM_PING' } },
      { expect: [{ packet: 'OK', where: { statusFlags: inTransaction } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['statements-share-status'],
  },
  {
    id: 'connection/quit-frees-the-session',
    title: 'behind COM_QUIT the session is gone: its id is unknown to KILL',
    level: 'SHOULD',
    source: [manual['mysql/quit-closes'], manual['mariadb/quit-closes'], ...known, ...errors],
    needs: ['check-account'],
    script: [...loggedIn, isKnown, ...quit, { beside: [...loggedIn, ...aMoment, killOther(), unknownThread, ...quit] }],
    deliveries: ['whole'],
    killedBy: ['keeps-closed-connections', 'stale-thread-id'],
  },
  {
    id: 'connection/reset-frees-the-session',
    title: 'behind a RST of the client the session is gone: its id is unknown to KILL',
    level: 'SHOULD',
    source: [manual['mysql/command-phase-ends-with-connection'], manual['tcp/application-learns-how-it-closed'], ...known, ...errors],
    needs: ['check-account'],
    script: [...loggedIn, isKnown, { do: 'reset' }, { beside: [...loggedIn, ...aMoment, killOther(), unknownThread, ...quit] }],
    deliveries: ['whole'],
    killedBy: ['keeps-closed-connections', 'stale-thread-id'],
  },
];
