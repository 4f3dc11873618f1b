import type { Case } from '../../harness/case/case.ts';
import type { Condition } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { asShipped, inAutocommit, inDatabase } from '../query-steps.ts';
import { err, greeting, inTransaction, keyless, loggedIn, ok, ordinary, syntaxErrors, works } from '../steps.ts';

const source = [
  manual['mysql/error-of-statements'],
  manual['mysql/error-messages-name'],
  manual['mysql/error-has-code-state-and-text'],
  manual['mysql/err-layout'],
  manual['mariadb/error-of-statements'],
  manual['mariadb/error-messages-name'],
  manual['mariadb/err-layout'],
] as const;
const signalled = [
  manual['mysql/signal'],
  manual['mysql/signal-without-errno'],
  manual['mysql/err-layout'],
  manual['mariadb/signal'],
  manual['mariadb/error-1644-signal'],
  manual['mariadb/err-layout'],
] as const;
const inReadOnly = [manual['mysql/error-1792-read-only-transaction'], manual['mariadb/error-1792-read-only-transaction']] as const;
/** Where transactions are read-only by default, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION may be said first. */
const readOnly = { ...err(1792, '25006'), sequenceId: 1 } as const;

const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
const fails = (codes: number | readonly number[], sqlState: string, errorMessage: Condition) =>
  ({ expect: [{ packet: 'ERR', sequenceId: 1, where: { ...err(codes, sqlState).where, errorMessage } }] }) as const;

/** A table of this connection with these columns. */
const withKey = (columns: string) =>
  [...inDatabase, query(`CREATE TEMPORARY TABLE mywire_key (${columns})`), { expect: [{ packet: 'OK', sequenceId: 1 }] }] as const;

const told = ['statement-err-hy000', 'statement-err-says-nothing'] as const;

/** The ERR that a statement gets: its code, its SQLSTATE, what its message names. */
export const cases = [
  {
    id: 'command/error-of-an-unknown-table',
    title: 'a table that does not exist gets ERR 1146 or 1109 (42S02), which names it',
    level: 'MUST',
    source: [...source, manual['mysql/error-1109-unknown-table'], manual['mariadb/error-1109-unknown-table']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELECT * FROM information_schema.mywire_no_such_table'),
      {
        expect: [
          {
            packet: 'ERR',
            sequenceId: 1,
            where: {
              errorCode: { oneOf: [1146, 1109] },
              sqlState: '42S02',
              errorMessage: { pattern: '(?:mywire_no_such_table|MYWIRE_NO_SUCH_TABLE)' },
            },
          },
        ],
      },
      ...works,
    ],
    killedBy: told,
  },
  {
    id: 'command/error-of-an-unknown-table-names-its-database',
    title: 'ERR 1146 names the table with its database',
    level: 'SHOULD',
    source,
    needs: ['check-account', { feature: 'numbers' }],
    // Who may not read all of the database is told nothing of what is in there.
    script: [
      ...loggedIn,
      query('SELECT * FROM mywire.no_such_table'),
      { expect: [...fails(1146, '42S02', { pattern: 'mywire\\.no_such_table' }).expect, { ...err(1142, '42000'), sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['unknown-table-without-database', 'statement-err-says-nothing'],
  },
  {
    id: 'command/error-of-an-unknown-column',
    title: 'a column that does not exist gets ERR 1054 (42S22), which names it',
    level: 'MUST',
    source,
    needs: ['check-account', { feature: 'numbers' }],
    script: [
      ...loggedIn,
      query('SELECT no_such_column FROM mywire.numbers'),
      fails(1054, '42S22', { pattern: 'no_such_column' }),
      ...works,
    ],
    killedBy: told,
  },
  {
    id: 'command/error-of-an-unknown-variable',
    title: 'a system variable that does not exist gets ERR 1193 (HY000), which names it',
    level: 'MUST',
    source,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELECT @@mywire_no_such_variable'),
      fails(1193, 'HY000', { pattern: 'mywire_no_such_variable' }),
      ...works,
    ],
    killedBy: ['statement-err-says-nothing', 'unknown-variable-unnamed'],
  },
  {
    id: 'command/error-of-an-unknown-function',
    title: 'a function that does not exist gets ERR 1305 (42000), or 1370 where the account may execute none; it names the function',
    level: 'MUST',
    source: [...source, manual['mysql/error-1370-routine-denied'], manual['mariadb/error-1370-routine-denied']],
    needs: ['check-account', 'database'],
    script: [
      ...loggedIn,
      query('SELECT mywire.no_such_function()'),
      {
        expect: [
          {
            packet: 'ERR',
            sequenceId: 1,
            where: { errorCode: { oneOf: [1305, 1370] }, sqlState: '42000', errorMessage: { pattern: '\\bno_such_function\\b' } },
          },
        ],
      },
      ...works,
    ],
    killedBy: told,
  },
  {
    id: 'command/error-of-a-database-without-privilege',
    title: 'CREATE DATABASE of an account that may not gets ERR 1044 (42000), which names account and database',
    level: 'MUST',
    source: [...source, ...inReadOnly],
    needs: ['check-account', ordinary, { feature: 'no-other-databases' }, { feature: 'writable' }],
    script: [
      ...loggedIn,
      query('CREATE DATABASE mywire_no_such_db'),
      { expect: [...fails(1044, '42000', { pattern: "'[^']*'@'.*'mywire_no_such_db'" }).expect, readOnly] },
      ...works,
    ],
    killedBy: [...told, 'privilege-denied-as-login'],
  },
  {
    id: 'command/error-of-a-table-without-privilege',
    title: 'DROP TABLE of an account that may not gets ERR 1142 (42000), which names what was denied; 1051 (42S02) where it may',
    level: 'MUST',
    source: [...source, ...inReadOnly, manual['mysql/error-1051-bad-table'], manual['mariadb/error-1051-bad-table']],
    needs: ['check-account', ordinary, 'database', { feature: 'writable' }],
    // A table that nobody has: the privilege is looked at first.
    script: [
      ...loggedIn,
      query('DROP TABLE mywire.no_such_table'),
      {
        expect: [
          ...fails(1142, '42000', { pattern: 'DROP.*no_such_table' }).expect,
          ...fails(1051, '42S02', { pattern: 'no_such_table' }).expect,
          readOnly,
        ],
      },
      ...works,
    ],
    killedBy: [...told, 'privilege-denied-as-login'],
  },
  {
    id: 'command/error-of-a-duplicate-key',
    title: 'a key that is there already gets ERR 1062 (23000), which names the entry',
    level: 'MUST',
    source,
    needs: ['check-account', 'database', { feature: 'temporary-tables' }],
    script: [
      ...withKey('a INT PRIMARY KEY'),
      query('INSERT INTO mywire_key VALUES (7)'),
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      query('INSERT INTO mywire_key VALUES (7)'),
      fails(1062, '23000', { pattern: "'7'" }),
      ...works,
    ],
    killedBy: [...told, 'duplicate-key-42000'],
  },
  {
    id: 'command/error-of-a-duplicate-key-names-the-key',
    title: 'ERR 1062 names the key that has the entry already',
    level: 'SHOULD',
    source,
    needs: ['check-account', 'database', { feature: 'temporary-tables' }, keyless],
    script: [
      ...withKey('a INT, UNIQUE KEY mywire_unique (a)'),
      query('INSERT INTO mywire_key VALUES (7), (8), (7)'),
      fails(1062, '23000', { pattern: 'mywire_unique' }),
      ...works,
    ],
    killedBy: ['duplicate-key-unnamed', 'statement-err-says-nothing'],
  },
  {
    id: 'command/error-of-a-value',
    title: 'in strict mode a value out of range gets ERR 1264 (22003), and NULL for NOT NULL 1048 (23000): they name column and row',
    level: 'SHOULD',
    source: [...source, manual['mysql/error-of-values'], manual['mysql/strict-mode-refuses-values'], manual['mariadb/error-of-values']],
    needs: ['check-account', 'database', { feature: 'temporary-tables' }, keyless],
    script: [
      ...withKey('a INT NOT NULL'),
      query("SET sql_mode = 'STRICT_ALL_TABLES'"),
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      query('INSERT INTO mywire_key VALUES (7), (2147483648)'),
      fails(1264, '22003', { all: [{ pattern: "'a'" }, { pattern: '\\b2\\b' }] }),
      query('INSERT INTO mywire_key VALUES (NULL)'),
      fails(1048, '23000', { pattern: "'a'" }),
      ...works,
    ],
    killedBy: [...told, 'value-refused-hy000', 'value-refused-without-column', 'value-refused-in-row-1-always'],
  },
  {
    id: 'command/error-of-syntax-names-the-place',
    title: 'ERR 1064 (42000) shows the statement from where it is not understood on, and the line',
    level: 'SHOULD',
    source,
    needs: ['check-account', asShipped],
    script: [
      ...loggedIn,
      query('SELECT 1 mywire_alias\nmywire_token FROM DUAL'),
      fails(1064, '42000', { pattern: "'mywire_token FROM DUAL' at line 2$" }),
      ...works,
    ],
    killedBy: [...told, 'syntax-error-shows-everything', 'syntax-error-shows-one-word', 'syntax-error-on-line-1-always'],
  },
  {
    id: 'command/error-of-a-long-statement-is-short',
    title: 'the message for a statement of 3000 bytes that is not understood has at most 512 bytes',
    level: 'SHOULD',
    source: [...source, manual['mysql/error-message-of-512-bytes']],
    needs: ['check-account', { feature: 'values-of-512-kib' }],
    script: [...loggedIn, query(`SELEC ${'b'.repeat(3000)}`), fails(syntaxErrors, '42000', { pattern: '^.{1,512}$' }), ...works],
    killedBy: ['syntax-error-shows-everything'],
  },
  {
    id: 'command/error-message-in-the-character-set-of-the-client',
    title: "a message comes in the client's character set: E9 for é in latin1, C3 A9 in utf8mb4",
    level: 'SHOULD',
    source: [
      manual['mysql/messages-in-character-set-results'],
      manual['mysql/login-sets-three-character-sets'],
      manual['mariadb/messages-in-character-set-results'],
      ...source,
    ],
    needs: ['check-account', { feature: 'no-init-connect' }, { feature: 'collation-of-the-login' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', with: { characterSet: 8 } } },
      ok,
      query('SELECT `caf\xe9`'),
      fails(1054, '42S22', { pattern: "'caf\xe9'" }),
      { beside: [...loggedIn, query('SELECT `caf\xc3\xa9`'), fails(1054, '42S22', { pattern: "'caf\xc3\xa9'" }), ...works] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['message-in-utf8-always', 'message-in-latin1-always'],
  },
  {
    id: 'command/error-of-a-long-identifier',
    title: 'a table name of 65 characters gets ERR 1059 or 1103 (42000)',
    level: 'SHOULD',
    source: [
      manual['mysql/identifier-of-64-characters'],
      manual['mysql/errors-of-names'],
      manual['mariadb/identifier-of-64-characters'],
      manual['mariadb/errors-of-names'],
    ],
    needs: ['check-account', 'database'],
    script: [
      ...loggedIn,
      query(`SELECT * FROM mywire.${'t'.repeat(65)}`),
      { expect: [{ packet: 'ERR', sequenceId: 1, where: { errorCode: { oneOf: [1059, 1103] }, sqlState: '42000' } }] },
      ...works,
    ],
    killedBy: ['long-identifier-unknown-table'],
  },
  {
    id: 'command/signal',
    title: 'SIGNAL gives an ERR with its own code, SQLSTATE and message',
    level: 'MUST',
    source: signalled,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query("SIGNAL SQLSTATE '45123' SET MESSAGE_TEXT = 'mywire said so', MYSQL_ERRNO = 4321"),
      fails(4321, '45123', 'mywire said so'),
      query("SIGNAL SQLSTATE '45000'"),
      fails(1644, '45000', { pattern: '.' }),
      ...works,
    ],
    killedBy: ['signal-without-own-code', 'signal-without-own-sqlstate'],
  },
  {
    id: 'command/signal-with-a-long-message',
    title: 'a message of 128 characters comes whole',
    level: 'MUST',
    source: signalled,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query(`SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${'m'.repeat(128)}'`),
      fails(1644, '45000', 'm'.repeat(128)),
      ...works,
    ],
    killedBy: ['signal-message-cut'],
  },
  {
    id: 'command/signal-a-warning',
    title: 'SIGNAL of class 01 gives an OK that counts one warning',
    level: 'MUST',
    source: [manual['mysql/signal'], manual['mariadb/signal'], manual['mysql/ok-with-protocol-41'], manual['mariadb/ok-layout']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query("SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'mywire warns'"),
      { expect: [{ packet: 'OK', sequenceId: 1, where: { warnings: 1, affectedRows: 0 } }] },
      ...works,
    ],
    killedBy: ['signal-warning-fails', 'warning-count-zero'],
  },
  {
    id: 'command/show-warnings',
    title: 'SHOW WARNINGS has as many rows as the OK before it counted, each with level, code and message',
    level: 'MUST',
    source: [
      manual['mysql/show-warnings'],
      manual['mariadb/show-warnings'],
      manual['mysql/error-1642-signal-warning'],
      manual['mariadb/error-1642-signal-warning'],
      manual['mysql/ok-with-protocol-41'],
      manual['mariadb/ok-layout'],
    ],
    needs: ['check-account', { feature: 'warnings-kept' }],
    script: [
      ...loggedIn,
      query("SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'mywire warns'"),
      { expect: [{ packet: 'OK', where: { warnings: 1 } }] },
      query('SHOW WARNINGS'),
      {
        expect: [
          {
            packet: 'TextResultset',
            sequenceId: 1,
            where: {
              columns: 3,
              rows: 1,
              'column.0.name': 'Level',
              'column.1.name': 'Code',
              'column.2.name': 'Message',
              'row.0.0': 'Warning',
              'row.0.1': '1642',
              'row.0.2': 'mywire warns',
            },
          },
        ],
      },
      ...works,
    ],
    killedBy: ['warnings-not-shown', 'warning-count-zero'],
  },
  {
    id: 'command/error-keeps-the-transaction',
    title: 'a statement that is not understood leaves the transaction open: the next OK still says so',
    level: 'SHOULD',
    source: [
      manual['mysql/ok-with-protocol-41'],
      manual['mysql/transactions-flag-gives-status'],
      manual['mysql/transaction-until-commit'],
      manual['mariadb/transaction-until-commit'],
      manual['mysql/error-of-statements'],
      manual['mariadb/ok-layout'],
      manual['mariadb/error-of-statements'],
    ],
    needs: ['check-account', inAutocommit],
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      { expect: [{ packet: 'OK', where: { statusFlags: inTransaction } }] },
      query('SELEC 1'),
      fails(syntaxErrors, '42000', { pattern: '.' }),
      { send: { message: 'COM_PING' } },
      { expect: [{ packet: 'OK', sequenceId: 1, where: { statusFlags: inTransaction } }] },
      ...works,
    ],
    killedBy: ['err-ends-transaction'],
  },
] as const satisfies readonly Case[];
