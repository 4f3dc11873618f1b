import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import type { CapabilityName } from '../../harness/codec/capability.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { err, greeting, loggedIn, loginAsCheck, ok, ordinary, works } from '../steps.ts';

const fieldList = [manual['mysql/field-list-layout'], manual['mysql/field-list-answer'], manual['mariadb/field-list-answer']] as const;
const errors = [manual['mysql/error-of-commands'], manual['mariadb/error-of-commands']] as const;
const unknown = [manual['mysql/error-1047-unknown-command'], manual['mariadb/error-1047-unknown-command']] as const;
const setOption = [manual['mysql/set-option'], manual['mysql/set-option-values'], manual['mariadb/set-option']] as const;

const raw = (command: number, rest = '') => ({ send: { message: 'COM_RAW', with: { command, rest } } }) as const;
const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
const columnsOf = (table: string, wildcard = '') => ({ send: { message: 'COM_FIELD_LIST', with: { table, wildcard } } }) as const;
/** MySQL's manual says OK_Packet, MariaDB's EOF packet, which both servers send. */
const optionSet = {
  expect: [
    { packet: 'EOF', sequenceId: 1 },
    { packet: 'OK', sequenceId: 1 },
  ],
} as const satisfies Step;
const twoStatements = [
  query('SELECT 1; SELECT 2'),
  { expect: [{ packet: 'TextResultset', where: { first: '1', statusFlags: { bits: 8 } } }] },
  { expect: [{ packet: 'TextResultset', where: { first: '2', statusFlags: { noBits: 8 } } }] },
  ...works,
] as const satisfies readonly Step[];
const option = (value: number) => ({ send: { message: 'COM_SET_OPTION', with: { option: value } } }) as const;
const refused = (codes: number | readonly number[], state: string) => ({ expect: [{ ...err(codes, state), sequenceId: 1 }] }) as const;
const unknownCommand = refused(1047, '08S01');

const inDatabase = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_WITH_DB'] } } },
  ok,
] as const satisfies readonly Step[];
const numbers = ['check-account', { feature: 'numbers' }] as const;
/**
 * In the database that mywire.numbers is in, whichever was named for the others. It is asked for once more: an init_connect may have chosen
 * another one behind the login.
 */
const inMywire = (...more: readonly CapabilityName[]) =>
  [
    greeting,
    {
      send: {
        message: 'HandshakeResponse41',
        account: 'check',
        capabilities: { add: ['CONNECT_WITH_DB', ...more] },
        with: { database: 'mywire' },
      },
    },
    ok,
    { send: { message: 'COM_INIT_DB', with: { schema: 'mywire' } } },
    ok,
  ] as const satisfies readonly Step[];

const ofProcesslist = Object.fromEntries(
  ['Id', 'User', 'Host', 'db', 'Command', 'Time', 'State', 'Info'].map((name, at) => [`column.${at}.name`, name]),
);

/** Which one, no manual says of a command that is not right. */
const refusedSomehow = { expect: [{ packet: 'ERR', sequenceId: 1 }] } as const satisfies Step;

/**
 * COM_FIELD_LIST, COM_SET_OPTION, what takes a privilege, and the bytes of commands that a server no longer has. What stands in a
 * COM_FIELD_LIST and what answers it MySQL's manual tells alone: MariaDB's has its byte and the EOF.
 */
export const cases = [
  {
    id: 'command/field-list',
    title: 'COM_FIELD_LIST tells each column of a table with its default, 0xFB for NULL, and ends with EOF',
    level: 'SHOULD',
    source: [...fieldList, manual['mysql/field-list-default']],
    needs: numbers,
    script: [
      ...inMywire(),
      columnsOf('numbers'),
      {
        expect: [
          {
            packet: 'FieldList',
            sequenceId: 1,
            where: {
              columns: 2,
              'column.0.name': 'id',
              'column.0.orgTable': 'numbers',
              'column.0.defaultValue': '0',
              'column.1.name': 'name',
              'column.1.defaultValue': null,
            },
          },
        ],
      },
      ...works,
    ],
    link: 'https://github.com/pingcap/tidb/issues/6918',
    killedBy: ['field-list-without-defaults'],
  },
  {
    id: 'command/field-list-with-a-wildcard',
    title: 'COM_FIELD_LIST with a wildcard tells the columns that match it, and no others',
    level: 'SHOULD',
    source: fieldList,
    needs: numbers,
    script: [
      ...inMywire(),
      columnsOf('numbers', 'n%'),
      { expect: [{ packet: 'FieldList', where: { columns: 1, 'column.0.name': 'name' } }] },
      columnsOf('numbers', 'no_such%'),
      { expect: [{ packet: 'FieldList', where: { columns: 0 } }] },
      ...works,
    ],
    killedBy: ['field-list-ignores-wildcard'],
  },
  {
    id: 'command/field-list-with-deprecate-eof',
    title: 'with DEPRECATE_EOF the answer to COM_FIELD_LIST ends with an OK of header 0xFE',
    // Both pages of the command end it with an EOF packet, and that of the flag speaks of the end of a text resultset.
    level: 'OBSERVE',
    source: [...fieldList, manual['mysql/ok-as-eof-only-with-deprecate-eof']],
    needs: [...numbers, { offers: 'DEPRECATE_EOF' }],
    script: [
      ...inMywire('DEPRECATE_EOF'),
      columnsOf('numbers'),
      { expect: [{ packet: 'FieldList', where: { columns: 2, affectedRows: 0, warnings: 0 } }] },
      ...works,
    ],
    killedBy: ['field-list-eof-for-ok'],
  },
  {
    id: 'command/field-list-of-an-unknown-table',
    title: 'COM_FIELD_LIST for a table that does not exist gets ERR 1146 (42S02), or 1142 (42000) where the account may not read it',
    level: 'SHOULD',
    source: [...fieldList, manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']],
    needs: ['check-account', 'database', { feature: 'database-of-tables' }],
    script: [
      ...inDatabase,
      columnsOf('mywire_no_such_table'),
      {
        expect: [
          { ...err(1146, '42S02'), sequenceId: 1 },
          { ...err(1142, '42000'), sequenceId: 1 },
        ],
      },
      ...works,
    ],
    killedBy: ['field-list-of-unknown-table'],
  },
  {
    id: 'command/field-list-without-a-database',
    title: 'COM_FIELD_LIST without a current database gets ERR 1046 (3D000)',
    level: 'SHOULD',
    source: [...fieldList, ...errors],
    // One of init_connect may choose a database.
    needs: ['check-account', { feature: 'no-init-connect' }],
    script: [...loggedIn, columnsOf('numbers'), refused(1046, '3D000'), ...works],
    killedBy: ['field-list-without-database'],
  },
  {
    id: 'command/field-list-without-a-database-behind-with',
    title: 'COM_FIELD_LIST without a current database gets ERR 1046 (3D000) behind a statement WITH, too',
    level: 'SHOULD',
    source: [...fieldList, ...errors],
    needs: ['check-account', { feature: 'no-init-connect' }, { feature: 'recursive-queries' }],
    script: [
      ...loggedIn,
      query('WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i FROM n'),
      { expect: [{ packet: 'TextResultset', where: { rows: 300 } }] },
      columnsOf('numbers'),
      refused(1046, '3D000'),
      ...works,
    ],
    killedBy: ['field-list-behind-with-ok'],
  },
  {
    id: 'command/field-list-with-a-long-table-name',
    title: 'COM_FIELD_LIST with a table name of 65 characters, one more than a name has, gets an ERR, and the connection goes on',
    level: 'SHOULD',
    source: [...fieldList, manual['mysql/identifier-of-64-characters'], manual['mariadb/identifier-of-64-characters']],
    needs: ['check-account', 'database'],
    script: [...inDatabase, columnsOf('t'.repeat(65)), refusedSomehow, ...works],
    killedBy: ['field-list-long-name-closes'],
  },
  {
    id: 'command/field-list-of-a-path',
    title: 'COM_FIELD_LIST with a path to a table of another database gets an ERR: nothing is read outside of the current one',
    level: 'SHOULD',
    source: fieldList,
    needs: ['check-account', 'database'],
    script: [
      ...inDatabase,
      ...['../mysql/user', '..\\mysql\\user', 'mysql.user'].flatMap((table) => [columnsOf(table), refusedSomehow]),
      ...works,
    ],
    link: 'https://nvd.nist.gov/vuln/detail/CVE-2010-1848',
    killedBy: ['field-list-follows-paths'],
  },
  {
    id: 'command/create-db',
    title: 'MySQL answers COM_CREATE_DB with ERR 1047, and makes no database',
    level: 'SHOULD',
    source: [
      manual['mysql/create-and-drop-db-are-refused'],
      manual['mysql/error-1047-unknown-command'],
      manual['mysql/init-db'],
      manual['mysql/error-1049-unknown-database'],
      manual['mysql/error-1044-database-access-denied'],
    ],
    // In MariaDB's manual the command is deprecated, and makes a database.
    needs: ['check-account', { dialect: 'mysql' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_CREATE_DB', with: { schema: 'mywire_no_such_db' } } },
      unknownCommand,
      { send: { message: 'COM_INIT_DB', with: { schema: 'mywire_no_such_db' } } },
      refused([1049, 1044], '42000'),
      ...works,
    ],
    killedBy: ['create-db-ok'],
  },
  {
    id: 'command/drop-db',
    title: 'MySQL answers COM_DROP_DB with ERR 1047, and the connection goes on',
    level: 'SHOULD',
    source: [manual['mysql/create-and-drop-db-are-refused'], manual['mysql/error-1047-unknown-command']],
    needs: ['check-account', { dialect: 'mysql' }],
    // A database that nobody has: a server that still obeys shall have nothing to drop.
    script: [...loggedIn, { send: { message: 'COM_DROP_DB', with: { schema: 'mywire_no_such_db' } } }, unknownCommand, ...works],
    killedBy: ['drop-db-ok'],
  },
  {
    id: 'command/refresh-without-privilege',
    title: 'COM_REFRESH of an account without RELOAD gets ERR 1227, or 1047 where the command is gone',
    level: 'SHOULD',
    source: [
      manual['mysql/refresh'],
      manual['mysql/reload-and-shutdown'],
      manual['mariadb/reload'],
      manual['mysql/removed-commands'],
      ...errors,
      ...unknown,
    ],
    needs: ['check-account', ordinary],
    script: [
      ...loggedIn,
      // 0x01: the grant tables. The status of the own session (0x10) may be flushed by everybody since MariaDB 11.5.
      { send: { message: 'COM_REFRESH', with: { subCommand: 0x01 } } },
      {
        expect: [
          { ...err(1227, '42000'), sequenceId: 1 },
          { ...err(1047, '08S01'), sequenceId: 1 },
        ],
      },
      ...works,
    ],
    killedBy: ['refresh-without-privilege'],
  },
  {
    id: 'command/refresh-nothing',
    title:
      'COM_REFRESH that asks for nothing to be flushed gets OK, ERR 1227 (a privilege is missing) or ERR 1047 (there is no such command)',
    level: 'SHOULD',
    source: [manual['mysql/refresh'], manual['mysql/removed-commands'], ...errors, ...unknown],
    needs: ['login-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login' } },
      ok,
      { send: { message: 'COM_REFRESH', with: { subCommand: 0 } } },
      {
        expect: [
          { packet: 'OK', sequenceId: 1 },
          { ...err(1047, '08S01'), sequenceId: 1 },
          { ...err(1227, '42000'), sequenceId: 1 },
        ],
      },
      ...works,
    ],
    deliveries: ['whole', 'bytes'],
    killedBy: ['refresh-answers-eof'],
  },
  {
    id: 'command/refresh-without-argument',
    title: 'COM_REFRESH without its argument gets OK or an ERR, and the connection goes on',
    level: 'SHOULD',
    source: [manual['mysql/refresh'], manual['mysql/removed-commands'], ...errors, ...unknown],
    needs: ['check-account'],
    // MariaDB 10.11 finds the privilege missing (1227), 11.8 nothing to do.
    script: [
      ...loggedIn,
      raw(0x07),
      {
        expect: [
          { packet: 'OK', sequenceId: 1 },
          { packet: 'ERR', sequenceId: 1 },
        ],
      },
      ...works,
    ],
    link: 'https://github.com/pingcap/tidb/issues/28949',
    killedBy: ['truncated-refresh-closes'],
  },
  {
    id: 'command/shutdown-without-privilege',
    title: 'COM_SHUTDOWN of an account without SHUTDOWN gets ERR 1227, or 1047 where the command is gone, and the server stays',
    level: 'MUST',
    source: [
      manual['mysql/reload-and-shutdown'],
      manual['mysql/removed-commands'],
      manual['mariadb/shutdown-needs-privilege'],
      ...errors,
      ...unknown,
    ],
    needs: ['check-account', ordinary],
    script: [
      ...loggedIn,
      { send: { message: 'COM_SHUTDOWN' } },
      {
        expect: [
          { ...err(1227, '42000'), sequenceId: 1 },
          { ...err(1047, '08S01'), sequenceId: 1 },
        ],
      },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['shutdown-without-privilege'],
  },
  {
    id: 'command/process-info',
    title: 'COM_PROCESS_INFO is answered with a text resultset that has the columns of SHOW PROCESSLIST, and a row at least',
    level: 'SHOULD',
    source: [manual['mariadb/processlist-is-show-processlist'], manual['mariadb/show-processlist'], manual['mariadb/resultset-order']],
    needs: ['check-account', { dialect: 'mariadb' }, { feature: 'a-name' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_PROCESS_INFO' } },
      {
        expect: [
          {
            packet: 'TextResultset',
            sequenceId: 1,
            // Progress may be left out (old), and what else stands behind is not told.
            where: { columns: { min: 8 }, rows: { min: 1 }, ...ofProcesslist },
          },
        ],
      },
      ...works,
    ],
    // How many rows it has depends on the moment.
    deliveries: ['whole'],
    killedBy: ['process-info-empty', 'process-info-as-the-table'],
  },
  {
    id: 'command/process-info-with-deprecate-eof',
    title: 'the resultset of COM_PROCESS_INFO has no EOF packets for a client that has set DEPRECATE_EOF (MariaDB)',
    level: 'SHOULD',
    source: [
      manual['mariadb/processlist-is-show-processlist'],
      manual['mariadb/show-processlist'],
      manual['mariadb/resultset-order'],
      manual['mariadb/resultset-terminator'],
    ],
    needs: ['check-account', { dialect: 'mariadb' }, { offers: 'DEPRECATE_EOF' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['DEPRECATE_EOF'] } } },
      ok,
      { send: { message: 'COM_PROCESS_INFO' } },
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: { min: 8 }, rows: { min: 1 } } }] },
      ...works,
    ],
    // How many rows it has depends on the moment.
    deliveries: ['whole'],
    killedBy: ['process-info-eof-in-spite-of-deprecate-eof'],
  },
  {
    id: 'command/removed-commands',
    title: 'MySQL answers COM_REFRESH, COM_SHUTDOWN, COM_PROCESS_INFO and COM_PROCESS_KILL with ERR 1047 since 8.4, like any unused byte',
    // That a byte of no command gets 1047 follows from what the code means.
    level: 'SHOULD',
    source: [manual['mysql/removed-commands'], manual['mysql/error-1047-unknown-command']],
    needs: ['check-account', { dialect: 'mysql' }, { feature: 'without-removed-commands' }],
    // Up to 8.0 they were commands, and a proxy that greets as such a server may carry them out.
    script: [
      {
        expect: [
          {
            packet: 'HandshakeV10',
            where: { serverVersion: { pattern: '^(8\\.4|9|[1-9][0-9])\\.' } },
            then: [loginAsCheck, ok, ...[0x07, 0x08, 0x0a, 0x0c].flatMap((byte) => [raw(byte), unknownCommand]), ...works],
          },
          {
            packet: 'HandshakeV10',
            where: { serverVersion: { pattern: '^(?!(8\\.4|9|[1-9][0-9])\\.)' } },
            then: [loginAsCheck, ok, ...works],
          },
        ],
      },
    ],
    killedBy: ['removed-command-answered'],
  },
  {
    id: 'command/debug-without-privilege',
    title: 'COM_DEBUG of an account without SUPER gets ERR 1227 (42000)',
    level: 'MUST',
    source: [manual['mysql/debug-needs-super'], manual['mariadb/debug-needs-super'], ...errors],
    needs: ['check-account', ordinary],
    script: [...loggedIn, { send: { message: 'COM_DEBUG' } }, refused(1227, '42000'), ...works],
    killedBy: ['debug-without-privilege'],
  },
  {
    id: 'command/set-option-on',
    title: 'COM_SET_OPTION 0 is answered with EOF or OK, and from then on one COM_QUERY may hold two statements',
    level: 'MUST',
    source: [...setOption, manual['mysql/multi-statement'], manual['mariadb/multi-statements']],
    needs: ['check-account', { offers: 'MULTI_STATEMENTS' }],
    script: [
      ...loggedIn,
      query('SELECT 1; SELECT 2'),
      { expect: [{ packet: 'ERR', sequenceId: 1 }] },
      option(0),
      optionSet,
      ...twoStatements,
    ],
    killedBy: ['set-option-ignored'],
  },
  {
    id: 'command/set-option-answers-eof',
    title: 'in MariaDB COM_SET_OPTION is answered with an EOF packet',
    level: 'MUST',
    source: [manual['mariadb/set-option'], manual['mariadb/eof-layout']],
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [...loggedIn, option(1), { expect: [{ packet: 'EOF', sequenceId: 1, where: { warnings: 0 } }] }, ...works],
    link: 'https://jira.mariadb.org/browse/MXS-3229',
    killedBy: ['set-option-answers-ok'],
  },
  {
    id: 'command/set-option-off',
    title: 'COM_SET_OPTION 1 takes back the MULTI_STATEMENTS of the login: two statements are refused then',
    level: 'MUST',
    source: [...setOption, manual['mysql/multi-statement'], manual['mariadb/multi-statements']],
    needs: ['check-account', { offers: 'MULTI_STATEMENTS' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['MULTI_STATEMENTS'] } } },
      ok,
      option(1),
      optionSet,
      query('SELECT 1; SELECT 2'),
      { expect: [{ packet: 'ERR', sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['set-option-ignored'],
  },
  {
    id: 'command/set-option-with-deprecate-eof',
    title: 'with DEPRECATE_EOF COM_SET_OPTION is answered with an OK, of header 0x00 or 0xFE',
    // MariaDB's page has an EOF packet, with or without the flag.
    level: 'OBSERVE',
    source: [...setOption, manual['mysql/ok-as-eof-only-with-deprecate-eof']],
    needs: ['check-account', { offers: 'DEPRECATE_EOF' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['DEPRECATE_EOF'] } } },
      ok,
      option(0),
      { expect: [{ packet: 'OK', sequenceId: 1, where: { header: { oneOf: [0, 0xfe] }, affectedRows: 0, payload: { length: 7 } } }] },
      ...works,
    ],
    killedBy: ['set-option-eof-for-ok'],
  },
  {
    id: 'command/set-option-unknown',
    title: 'COM_SET_OPTION with an option that does not exist gets an ERR',
    level: 'SHOULD',
    source: setOption,
    needs: ['check-account'],
    script: [...loggedIn, option(2), refusedSomehow, option(0xffff), refusedSomehow, option(0x100), refusedSomehow, ...works],
    killedBy: ['set-option-takes-any', 'set-option-read-in-one-byte'],
  },
  {
    id: 'command/clone-without-privilege',
    title: 'COM_CLONE (0x20) of an account without BACKUP_ADMIN gets an ERR, as it does where there is no such command',
    level: 'SHOULD',
    // MySQL may miss the privilege or the plugin first, and MariaDB has no such command.
    source: [manual['mysql/first-byte-is-command'], manual['mysql/clone-needs-plugin-and-privilege'], ...unknown],
    needs: ['check-account', ordinary],
    script: [...loggedIn, raw(0x20), refusedSomehow, ...works],
    killedBy: ['clone-without-privilege'],
  },
  {
    id: 'command/subscribe-group-replication-stream',
    title: 'COM_SUBSCRIBE_GROUP_REPLICATION_STREAM (0x21) of an ordinary account gets an ERR',
    level: 'SHOULD',
    source: [
      manual['mysql/first-byte-is-command'],
      manual['mysql/last-commands'],
      manual['mysql/group-replication-stream'],
      ...errors,
      ...unknown,
    ],
    needs: ['check-account', ordinary],
    // Which one, no manual says. MySQL 9.7 ends the connection behind its ERR 1227; where there is no such command (1047) it goes on.
    script: [
      ...loggedIn,
      raw(0x21),
      {
        expect: [
          { ...err(1047, '08S01'), sequenceId: 1, then: works },
          { packet: 'ERR', sequenceId: 1, then: [{ end: ['fin', 'open'] }] },
        ],
      },
    ],
    killedBy: ['subscribe-stream-ok'],
  },
  {
    id: 'command/other-internal-commands',
    title: 'COM_CONNECT, COM_DELAYED_INSERT and COM_TABLE_DUMP, which are for the server itself, get ERR 1047 one after the other',
    level: 'SHOULD',
    source: [manual['mysql/internal-commands-are-refused'], ...unknown],
    needs: ['check-account'],
    script: [...loggedIn, ...[0x0b, 0x10, 0x13].flatMap((byte) => [raw(byte, ascii('mywire')), unknownCommand]), ...works],
    killedBy: ['unknown-command-closes-silently', 'unknown-command-err-closes', 'unknown-command-ok', 'unknown-command-hangs'],
  },
  {
    id: 'command/unassigned-bytes',
    title: 'the first byte behind the commands of both dialects, and others that nobody uses, get ERR 1047 one after the other',
    level: 'SHOULD',
    source: [manual['mysql/first-byte-is-command'], ...unknown],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...[0x22, 0x40, 0x7f, 0x80, 0xf0, 0xf9, 0xfb, 0xfc, 0xfd].flatMap((byte) => [raw(byte), unknownCommand]),
      ...works,
    ],
    killedBy: ['unknown-command-closes-silently', 'unknown-command-err-closes', 'unknown-command-ok', 'unknown-command-hangs'],
  },
  {
    id: 'command/multi',
    title: 'COM_MULTI (0xFE), which only MariaDB up to 10.5 offers, gets ERR 1047 from all others',
    level: 'SHOULD',
    source: [manual['mysql/first-byte-is-command'], manual['mariadb/com-multi-is-deprecated'], ...unknown],
    needs: ['check-account', { lacksMariadb: 'COM_MULTI' }],
    // Two COM_PINGs, each behind its length, as COM_MULTI had them.
    script: [...loggedIn, raw(0xfe, '010000 0e 010000 0e'), unknownCommand, ...works],
    killedBy: ['unknown-command-closes-silently', 'unknown-command-err-closes', 'unknown-command-ok', 'unknown-command-hangs'],
  },
  {
    id: 'command/truncated-commands',
    title: 'commands without the arguments that they need are answered one after the other, and the connection goes on',
    level: 'SHOULD',
    source: [
      manual['mysql/most-commands-answered-by-ok-err-eof'],
      manual['mysql/init-db'],
      manual['mariadb/init-db'],
      manual['mysql/field-list-answer'],
      manual['mariadb/field-list-answer'],
      ...setOption,
    ],
    needs: ['check-account'],
    // That the first is refused asks init-db-without-a-name.
    script: [
      ...loggedIn,
      raw(0x02),
      { expect: [...refusedSomehow.expect, { packet: 'OK', sequenceId: 1 }] },
      raw(0x04),
      { expect: [...refusedSomehow.expect, { packet: 'FieldList', sequenceId: 1, where: { columns: 0 } }] },
      raw(0x1b),
      { expect: [...optionSet.expect, ...refusedSomehow.expect] },
      raw(0x1b, '00'),
      { expect: [...optionSet.expect, ...refusedSomehow.expect] },
      ...works,
    ],
    killedBy: ['truncated-commands-close'],
  },
  {
    id: 'command/init-db-without-a-name',
    title: 'COM_INIT_DB without a name gets an ERR, and the current database stays',
    level: 'SHOULD',
    source: [manual['mysql/init-db'], manual['mariadb/init-db']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_INIT_DB', with: { schema: 'information_schema' } } },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      raw(0x02),
      refusedSomehow,
      query('SELECT DATABASE()'),
      { expect: [{ packet: 'TextResultset', where: { first: 'information_schema' } }] },
      ...works,
    ],
    killedBy: ['init-db-without-name-forgets'],
  },
  {
    id: 'command/set-option-with-trailing-bytes',
    title: 'COM_SET_OPTION with bytes behind its argument is answered as without them, or with an ERR',
    level: 'SHOULD',
    source: setOption,
    needs: ['check-account', { offers: 'MULTI_STATEMENTS' }],
    script: [
      ...loggedIn,
      raw(0x1b, '0000 2a2a'),
      {
        expect: [
          { ...optionSet.expect[0], then: twoStatements },
          { ...optionSet.expect[1], then: twoStatements },
          { ...refusedSomehow.expect[0], then: works },
        ],
      },
    ],
    killedBy: ['set-option-ignored', 'long-set-option-unanswered'],
  },
] as const satisfies readonly Case[];
