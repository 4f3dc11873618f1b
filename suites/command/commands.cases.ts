import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Condition } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { everywhere, inAutocommit, query, selectsWhatIsNamed } from '../query-steps.ts';
import { err, loggedIn, noTransaction, ping, quit, syntaxErrors, works } from '../steps.ts';

const unknownCommand = [
  manual['mysql/first-byte-is-command'],
  manual['mysql/most-commands-answered-by-ok-err-eof'],
  manual['mysql/error-1047-unknown-command'],
  manual['mariadb/error-1047-unknown-command'],
] as const;
/** Those that the server has for itself. */
const internal = [...unknownCommand, manual['mysql/internal-commands-are-refused']] as const;
const link = 'https://github.com/sysown/proxysql/issues/1750';

const pong = (warnings: Condition) =>
  ({
    packet: 'OK',
    sequenceId: 1,
    where: { affectedRows: 0, lastInsertId: 0, statusFlags: noTransaction, warnings, payload: { pattern: '^.{7}[ -~]*$' } },
  }) as const satisfies Alternative;
const command = (byte: number) => ({ send: { message: 'COM_RAW', with: { command: byte } } }) as const;
const unknown = [{ expect: [{ ...err(1047, '08S01'), sequenceId: 1 }] }, ...works] as const;

/** The commands that need no table, and the ones that no server has. */
export const cases = [
  {
    id: 'command/ping',
    title: 'COM_PING is answered with one OK: no rows, no insert id, no transaction, no warnings of its own',
    level: 'MUST',
    source: [
      manual['mysql/ping-gets-ok'],
      manual['mysql/ok-layout'],
      manual['mysql/ok-with-protocol-41'],
      manual['mariadb/ping-gets-ok'],
      manual['mariadb/ok-layout'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_PING' } },
      // Behind init_connect MySQL counts the warnings of its last statement here (9.7.4, SET NAMES utf8).
      {
        expect: [
          pong(0),
          { ...pong({ not: 0 }), then: [query('SELECT 1'), { expect: [{ packet: 'TextResultset' }] }, ping[0], { expect: [pong(0)] }] },
        ],
      },
      ...works,
    ],
    killedBy: [
      'ping-counts-warnings',
      'ping-answers-eof',
      'ping-answers-twice',
      'ping-unanswered',
      'ok-trailing-bytes',
      'ok-truncated',
      'ok-affected-rows-wrong',
      'answer-header-too-long',
      'slow-answer',
    ],
  },
  {
    id: 'command/ping-with-trailing-bytes',
    title: 'COM_PING with bytes behind it is answered with OK or an ERR',
    level: 'SHOULD',
    source: [manual['mysql/first-byte-is-command'], manual['mysql/most-commands-answered-by-ok-err-eof']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_RAW', with: { command: 0x0e, rest: '0e0e' } } },
      {
        expect: [
          { packet: 'OK', sequenceId: 1 },
          { packet: 'ERR', sequenceId: 1 },
        ],
      },
      ...works,
    ],
    killedBy: ['ping-unanswered', 'ping-answers-eof', 'long-ping-unanswered'],
  },
  {
    id: 'command/unknown-0f',
    title: 'COM_TIME (0x0F), which is for the server itself, gets ERR 1047, and the connection goes on',
    level: 'SHOULD',
    source: internal,
    needs: ['check-account'],
    script: [...loggedIn, command(0x0f), ...unknown],
    link,
    killedBy: ['unknown-command-closes-silently', 'unknown-command-err-closes', 'unknown-command-ok', 'unknown-command-hangs'],
  },
  {
    id: 'command/unknown-14',
    title: 'COM_CONNECT_OUT (0x14), which is for the server itself, gets ERR 1047, and the connection goes on',
    level: 'SHOULD',
    source: internal,
    needs: ['check-account'],
    script: [...loggedIn, command(0x14), ...unknown],
    deliveries: ['whole'],
    link,
    killedBy: ['unknown-command-closes-silently', 'unknown-command-err-closes', 'unknown-command-ok', 'unknown-command-hangs'],
  },
  {
    id: 'command/unknown-1d',
    title: 'COM_DAEMON (0x1D), which is for the server itself, gets ERR 1047, and the connection goes on',
    level: 'SHOULD',
    source: internal,
    needs: ['check-account'],
    script: [...loggedIn, command(0x1d), ...unknown],
    deliveries: ['whole'],
    link,
    killedBy: ['unknown-command-closes-silently', 'unknown-command-err-closes', 'unknown-command-ok', 'unknown-command-hangs'],
  },
  {
    id: 'command/unknown-30',
    title: 'the command byte 0x30, which nobody uses, gets ERR 1047, and the connection goes on',
    level: 'SHOULD',
    source: unknownCommand,
    needs: ['check-account'],
    script: [...loggedIn, command(0x30), ...unknown],
    deliveries: ['whole'],
    link,
    killedBy: ['unknown-command-closes-silently', 'unknown-command-err-closes', 'unknown-command-ok', 'unknown-command-hangs'],
  },
  {
    id: 'command/unknown-ff',
    title: 'the command byte 0xFF, which nobody uses, gets ERR 1047, and the connection goes on',
    level: 'SHOULD',
    source: unknownCommand,
    needs: ['check-account'],
    script: [...loggedIn, command(0xff), ...unknown],
    deliveries: ['whole'],
    link,
    killedBy: ['unknown-command-closes-silently', 'unknown-command-err-closes', 'unknown-command-ok', 'unknown-command-hangs'],
  },
  {
    id: 'command/sleep',
    title: 'COM_SLEEP (0x00) gets an ERR',
    level: 'MUST',
    source: [manual['mysql/com-sleep-is-refused'], manual['mariadb/com-sleep-gets-err']],
    needs: ['check-account'],
    script: [...loggedIn, command(0x00), { expect: [{ packet: 'ERR', sequenceId: 1 }] }],
    link: 'https://github.com/sysown/proxysql/issues/2311',
    killedBy: ['unknown-command-closes-silently', 'unknown-command-ok', 'unknown-command-hangs'],
  },
  {
    id: 'command/syntax-error',
    title: 'a statement that cannot be parsed gets ERR 1064 or 1149 (42000) with a text and sequence id 1, and the connection goes on',
    level: 'MUST',
    source: [
      manual['mysql/sequence-id-resets-per-command'],
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-starts-at-zero-per-query'],
      manual['mariadb/ping-answer-has-sequence-one'],
      manual['mysql/query-answers'],
      manual['mysql/err-layout'],
      manual['mariadb/query-answers'],
      manual['mariadb/err-layout'],
      manual['mariadb/err-code-range'],
      manual['mysql/error-of-statements'],
      manual['mariadb/error-of-statements'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_QUERY', with: { query: 'SELEC 1' } } },
      {
        expect: [
          {
            packet: 'ERR',
            sequenceId: 1,
            where: { errorCode: { oneOf: syntaxErrors }, sqlState: '42000', errorMessage: { pattern: '.' } },
          },
        ],
      },
      ...works,
    ],
    killedBy: [
      'syntax-error-closes',
      'err-without-sqlstate',
      'err-without-marker',
      'err-doubled-marker',
      'err-without-message',
      'err-code-of-the-client',
      'err-sequence-zero',
      'syntax-error-sequence-zero',
    ],
  },
  {
    id: 'command/empty-query',
    title: 'COM_QUERY without a statement gets ERR 1065 (42000), and the connection goes on',
    level: 'SHOULD',
    source: [
      manual['mysql/query-answers'],
      manual['mariadb/query-answers'],
      manual['mysql/error-1065-empty-query'],
      manual['mariadb/error-1065-empty-query'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_QUERY', with: { query: '' } } },
      { expect: [{ ...err(1065, '42000'), sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['empty-query-ok', 'empty-query-hangs', 'empty-query-closes'],
  },
  {
    id: 'command/init-db-unknown',
    title: 'COM_INIT_DB with a database that does not exist gets ERR 1049 (or 1044), which names it, and the connection goes on',
    level: 'MUST',
    source: [
      manual['mysql/init-db'],
      manual['mariadb/init-db'],
      manual['mysql/error-1049-unknown-database'],
      manual['mariadb/error-1049-unknown-database'],
      manual['mysql/error-of-statements'],
      manual['mariadb/error-of-statements'],
      manual['mysql/error-messages-name'],
      manual['mariadb/error-messages-name'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_INIT_DB', with: { schema: 'mywire_no_such_db' } } },
      {
        expect: [
          {
            packet: 'ERR',
            sequenceId: 1,
            where: { errorCode: { oneOf: [1049, 1044] }, sqlState: '42000', errorMessage: { pattern: 'mywire_no_such_db' } },
          },
        ],
      },
      ...works,
    ],
    killedBy: ['init-db-unknown-accepted', 'unknown-database-unnamed'],
  },
  {
    id: 'command/init-db',
    title: 'COM_INIT_DB changes the current database',
    level: 'MUST',
    source: [manual['mysql/init-db'], manual['mariadb/init-db']],
    needs: ['check-account'],
    // information_schema is in every server, and every account may use it.
    script: [
      ...loggedIn,
      { send: { message: 'COM_INIT_DB', with: { schema: 'information_schema' } } },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      { send: { message: 'COM_QUERY', with: { query: 'SELECT DATABASE()' } } },
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: 'information_schema' } }] },
      ...works,
    ],
    killedBy: ['init-db-ignored'],
  },
  {
    id: 'command/init-db-in-a-transaction',
    title: 'COM_INIT_DB leaves the transaction open, and its OK says so',
    level: 'MUST',
    source: [
      manual['mysql/init-db'],
      manual['mariadb/init-db'],
      manual['mysql/status-flags'],
      manual['mariadb/status-flags'],
      manual['mysql/transaction-until-commit'],
      manual['mariadb/transaction-until-commit'],
      manual['mysql/use-commits-nothing'],
      manual['mariadb/use-commits-nothing'],
    ],
    // With completion_type CHAIN another transaction begins behind the ROLLBACK.
    needs: ['check-account', inAutocommit],
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      { expect: [{ packet: 'OK', where: { statusFlags: { bits: status.IN_TRANS } } }] },
      { send: { message: 'COM_INIT_DB', with: { schema: 'information_schema' } } },
      { expect: [{ packet: 'OK', sequenceId: 1, where: { statusFlags: { bits: status.IN_TRANS } } }] },
      query('ROLLBACK'),
      { expect: [{ packet: 'OK', where: { statusFlags: { noBits: status.IN_TRANS } } }] },
      ...works,
    ],
    killedBy: ['init-db-hides-transaction'],
  },
  {
    id: 'command/init-db-of-a-name-like-another',
    title:
      'the name in COM_INIT_DB is taken as it stands, with its blanks and backticks: ERR 1049, 1044 or 1102, and no database is selected',
    // Which code a name with a blank behind it gets no page says.
    level: 'SHOULD',
    source: [
      manual['mysql/init-db'],
      manual['mariadb/init-db'],
      manual['mysql/error-1049-unknown-database'],
      manual['mariadb/error-1049-unknown-database'],
      manual['mysql/errors-of-names'],
      manual['mariadb/errors-of-names'],
      manual['mysql/error-of-statements'],
      manual['mariadb/error-of-statements'],
    ],
    needs: ['check-account', selectsWhatIsNamed],
    script: [
      ...loggedIn,
      ...[`${everywhere} `, ` ${everywhere}`, `\`${everywhere}\``].flatMap((schema) => [
        { send: { message: 'COM_INIT_DB', with: { schema } } } as const,
        { expect: [{ ...err([1049, 1044, 1102], '42000'), sequenceId: 1 }] } as const,
      ]),
      { send: { message: 'COM_QUERY', with: { query: 'SELECT DATABASE()' } } },
      { expect: [{ packet: 'TextResultset', where: { first: null } }] },
      ...works,
    ],
    killedBy: ['init-db-trims-name', 'init-db-reads-quotes'],
  },
  {
    id: 'command/init-db-in-capitals',
    title: 'where the case of names counts, COM_INIT_DB with a name in capitals finds no database in small letters: ERR 1049, or 1044',
    level: 'MUST',
    source: [
      manual['mysql/names-of-databases-by-case'],
      manual['mariadb/names-of-databases-by-case'],
      manual['mysql/init-db'],
      manual['mariadb/init-db'],
      manual['mysql/error-1049-unknown-database'],
      manual['mariadb/error-1049-unknown-database'],
      manual['mysql/error-of-statements'],
      manual['mariadb/error-of-statements'],
    ],
    needs: ['check-account', { feature: 'types' }, { feature: 'case-sensitive-names' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_INIT_DB', with: { schema: 'MYWIRE' } } },
      { expect: [{ ...err([1049, 1044], '42000'), sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['database-in-any-case'],
  },
  {
    id: 'command/statistics',
    title: 'COM_STATISTICS is answered with a text and nothing around it',
    level: 'SHOULD',
    source: [manual['mysql/statistics-is-a-string'], manual['mariadb/statistics-is-a-string']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_STATISTICS' } },
      { expect: [{ packet: 'Statistics', sequenceId: 1, where: { text: { pattern: '^[\\t\\n\\r -~]+$' } } }] },
      ...works,
    ],
    link: 'https://jira.mariadb.org/browse/MXS-1786',
    killedBy: ['statistics-answers-ok', 'statistics-with-nul', 'statistics-unanswered'],
  },
  {
    id: 'command/statistics-count-questions',
    title: 'where the text of COM_STATISTICS tells of questions, it counts a statement that came between two of them',
    level: 'SHOULD',
    source: [
      manual['mysql/statistics-is-a-string'],
      manual['mysql/status-counts-questions'],
      manual['mariadb/statistics-is-a-string'],
      manual['mariadb/questions-counts-statements'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_STATISTICS' } },
      // No manual says that the word must be there.
      {
        expect: [
          { packet: 'Statistics', where: { questions: { min: 0 } }, as: 'before' },
          { packet: 'Statistics', then: [...works] },
        ],
      },
      query('DO 1'),
      { expect: [{ packet: 'OK' }] },
      { send: { message: 'COM_STATISTICS' } },
      // Others may ask meanwhile: it only grows.
      { expect: [{ packet: 'Statistics', where: { questions: { differsFrom: 'before.questions' } } }] },
      ...works,
    ],
    killedBy: ['statistics-count-nothing'],
  },
  {
    id: 'command/unanswered-client-is-kept',
    title: 'between two commands the connection stays open and silent',
    level: 'MUST',
    source: [
      manual['mysql/command-phase-ends-with-connection'],
      manual['mysql/wait-timeout-closes-idle-connection'],
      manual['mysql/ping-gets-ok'],
      manual['mariadb/ping-gets-ok'],
      manual['mariadb/wait-timeout-closes-idle-connection'],
    ],
    needs: ['check-account'],
    script: [...loggedIn, ...ping, { expect: [{ waits: true }] }, ...ping, ...quit],
    deliveries: ['whole'],
    killedBy: ['ping-answers-twice', 'idle-client-gets-ok', 'idle-client-closed'],
  },
] as const satisfies readonly Case[];
