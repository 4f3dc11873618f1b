import type { Case, Need } from '../../harness/case/case.ts';
import type { Step, Stimulus } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { execute, gives, longlong, prepare, prepared, refused, sameTypes, text } from '../prepared-steps.ts';
import { done, getsLock, inAutocommit, lockIsHeld, loggedInWith, needsTables, query, rows, unbuffered, value, xs } from '../query-steps.ts';
import { anyErr, inTransaction, ordinary, outsideTransaction, ping, works } from '../steps.ts';

/** How long what a session makes for itself lives. */
const lives = [
  manual['mysql/transaction-until-commit'],
  manual['mariadb/transaction-until-commit'],
  manual['mysql/prepared-statement-is-per-session'],
  manual['mariadb/prepared-statement-is-per-session'],
  manual['mysql/user-variables-of-a-session'],
  manual['mariadb/user-variables-of-a-session'],
  manual['mysql/set-names'],
  manual['mariadb/set-names'],
  manual['mysql/temporary-table-of-a-session'],
  manual['mariadb/temporary-table-of-a-session'],
  manual['mysql/lock-until-released'],
  manual['mariadb/lock-until-released'],
] as const;
const needs = [...needsTables, inAutocommit, { offers: 'MULTI_STATEMENTS' }] as const;

/** A session with one of everything that it keeps to itself. */
const atWork = [
  ...loggedInWith({ add: ['CONNECT_WITH_DB', 'MULTI_STATEMENTS'] }),
  ...getsLock,
  query('SELECT DATABASE()'),
  { expect: [{ packet: 'TextResultset', as: 'database', where: { rows: 1 } }] },
  query("SET @mywire = 'kept'"),
  done(),
  query('SET NAMES latin1'),
  done(),
  query("SELECT 'kept'"),
  { expect: [{ packet: 'TextResultset', as: 'text', where: { columns: 1, rows: 1, first: 'kept' } }] },
  query('CREATE TEMPORARY TABLE mywire_key (a INT PRIMARY KEY)'),
  done(),
  ...prepared('SELECT ?', 1, 1, 'kept'),
  { send: execute([text('before')]) },
  gives('before'),
  query('START TRANSACTION'),
  done({ statusFlags: inTransaction }),
  query('INSERT INTO mywire_key VALUES (7)'),
  done({ affectedRows: 1, statusFlags: inTransaction }),
] as const satisfies readonly Step[];

/** All of it is there, and nothing has changed. */
const untouched = [
  { send: { message: 'COM_PING' } },
  done({ statusFlags: inTransaction }),
  { send: execute([text('behind')], { ...sameTypes, statementId: { from: 'kept.statementId' } }) },
  gives('behind'),
  query('SELECT @mywire'),
  value('kept'),
  query('SELECT DATABASE()'),
  value({ sameAs: 'database.first' }),
  query("SELECT 'kept'"),
  rows({ columns: 1, rows: 1, first: 'kept', 'column.0.characterSet': { sameAs: 'text.column.0.characterSet' } }),
  query('INSERT INTO mywire_key VALUES (8)'),
  done({ affectedRows: 1, statusFlags: inTransaction }),
  ...lockIsHeld,
  query('DO 1; DO 2'),
  done(),
  done(),
  query('ROLLBACK'),
  done({ statusFlags: outsideTransaction }),
  ...works,
] as const satisfies readonly Step[];

/** Something between the two that is no matter of theirs. With which ERR it is refused is that of other cases. */
interface Between {
  readonly what: string;
  readonly steps: readonly Step[];
  readonly source: Case['source'];
  readonly needs?: readonly Need[];
  readonly killedBy: Case['killedBy'];
}

const ofStatements = [manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']] as const;
const unknownId = [manual['mysql/error-1243-unknown-statement'], manual['mariadb/error-1243-unknown-statement']] as const;
/** No server is so busy. */
const NOBODY = 0xdeadbeef;
const ofNobody = (message: Stimulus['message'], fields: Stimulus['with'] = {}): Step => ({
  send: { message: message as 'COM_STMT_EXECUTE', with: { statementId: NOBODY, ...fields } },
});

const between = {
  statistics: {
    what: 'COM_STATISTICS',
    steps: [{ send: { message: 'COM_STATISTICS' } }, { expect: [{ packet: 'Statistics' }] }],
    source: [manual['mysql/statistics-is-a-string'], manual['mariadb/statistics-is-a-string']],
    killedBy: ['statistics-loses-user-variables'],
  },
  'empty-query': {
    what: 'an empty COM_QUERY, which is refused',
    steps: [query(''), refused],
    source: [manual['mysql/error-1065-empty-query'], manual['mariadb/error-1065-empty-query']],
    killedBy: ['empty-query-ends-transaction'],
  },
  'syntax-error': {
    what: 'a statement that is not understood',
    steps: [query('SELEC'), refused],
    source: ofStatements,
    killedBy: ['syntax-error-loses-statements'],
  },
  'unknown-table': {
    what: 'a statement about a table that is not there',
    steps: [query('SELECT * FROM mywire_no_such_table'), refused],
    source: ofStatements,
    killedBy: ['unknown-table-loses-locks'],
  },
  signal: {
    what: 'a statement that fails with an error of its own',
    steps: [query("SIGNAL SQLSTATE '45000'"), refused],
    source: [manual['mysql/signal'], manual['mariadb/signal']],
    killedBy: ['signal-loses-character-set'],
  },
  'second-statement-refused': {
    what: 'two statements in one packet of which the second fails',
    steps: [query('DO 1; SELEC'), done(), refused],
    source: [manual['mysql/multi-statement'], ...ofStatements],
    killedBy: ['second-statement-refused-loses-user-variables'],
  },
  'error-behind-rows': {
    what: 'a statement that fails in its third row',
    steps: [
      query('SELECT (SELECT id FROM mywire.numbers WHERE id > n.id) AS next FROM mywire.numbers AS n ORDER BY n.id DESC'),
      { expect: [{ packet: 'ResultsetThenERR' }, anyErr] },
    ],
    source: [manual['mysql/error-1242-subquery-of-many-rows'], manual['mariadb/error-1242-subquery-rows']],
    needs: [{ feature: 'numbers' }, unbuffered],
    killedBy: ['error-behind-rows-loses-statements'],
  },
  'long-value': {
    what: 'a value of 70,000 bytes',
    needs: [{ feature: 'values-of-512-kib' }],
    steps: [query("SELECT REPEAT('x', 70000)"), rows({ columns: 1, rows: 1, first: xs(70_000) })],
    source: ofStatements,
    killedBy: ['long-value-ends-transaction'],
  },
  'unknown-command': {
    what: 'a command that does not exist',
    steps: [{ send: { message: 'COM_RAW', with: { command: 0xff } } }, refused],
    source: [manual['mysql/error-1047-unknown-command'], manual['mariadb/error-1047-unknown-command']],
    killedBy: ['unknown-command-loses-database'],
  },
  'internal-commands': {
    what: 'a COM_SLEEP, COM_CONNECT, COM_TIME, COM_DELAYED_INSERT, COM_CONNECT_OUT or COM_DAEMON',
    steps: [0x00, 0x0b, 0x0f, 0x10, 0x14, 0x1d].flatMap((command) => [
      { send: { message: 'COM_RAW', with: { command } } } as const,
      refused,
    ]),
    source: [
      manual['mysql/internal-commands-are-refused'],
      manual['mysql/error-1047-unknown-command'],
      manual['mariadb/error-1047-unknown-command'],
    ],
    killedBy: ['connect-out-refused-ends-transaction'],
  },
  'init-db-refused': {
    what: 'a COM_INIT_DB that is refused',
    steps: [{ send: { message: 'COM_INIT_DB', with: { schema: 'mywire_no_such_db' } } }, refused],
    source: [manual['mysql/error-1049-unknown-database'], manual['mariadb/error-1049-unknown-database']],
    killedBy: ['init-db-refused-loses-temporary-tables'],
  },
  'use-refused': {
    what: 'a USE that is refused',
    steps: [query('USE mywire_no_such_db'), refused],
    source: [manual['mysql/error-1049-unknown-database'], manual['mariadb/error-1049-unknown-database']],
    killedBy: ['use-refused-loses-database'],
  },
  'set-option-refused': {
    what: 'a COM_SET_OPTION with an option that does not exist',
    steps: [{ send: { message: 'COM_SET_OPTION', with: { option: 2 } } }, refused],
    source: [manual['mysql/set-option-values'], manual['mariadb/set-option']],
    killedBy: ['set-option-refused-loses-multi-statements'],
  },
  'debug-refused': {
    what: 'a COM_DEBUG of an account that may not',
    steps: [{ send: { message: 'COM_DEBUG' } }, refused],
    source: [manual['mysql/debug-needs-super'], manual['mariadb/debug-needs-super']],
    needs: [ordinary],
    killedBy: ['debug-refused-loses-locks'],
  },
  'prepare-refused': {
    what: 'a COM_STMT_PREPARE that is refused',
    steps: [{ send: prepare('SELEC ?') }, refused],
    source: [manual['mysql/prepare-error'], ...ofStatements],
    killedBy: ['prepare-refused-ends-transaction'],
  },
  'execution-fails': {
    what: 'a COM_STMT_EXECUTE that fails',
    steps: [...prepared('INSERT INTO mywire_key VALUES (?)', 1, 0), { send: execute([longlong(7)]) }, refused],
    source: [manual['mysql/execute-answer'], manual['mariadb/execute-answer'], ...ofStatements],
    killedBy: ['failed-execution-ends-transaction'],
  },
  'execute-of-nobody': {
    what: 'a COM_STMT_EXECUTE with an id that nobody has',
    steps: [ofNobody('COM_STMT_EXECUTE'), refused],
    source: unknownId,
    killedBy: ['execute-of-nobody-loses-temporary-tables'],
  },
  'reset-of-nobody': {
    what: 'a COM_STMT_RESET with an id that nobody has',
    steps: [ofNobody('COM_STMT_RESET'), refused],
    source: unknownId,
    killedBy: ['reset-of-nobody-loses-statements'],
  },
  'close-of-nobody': {
    what: 'a COM_STMT_CLOSE with an id that nobody has',
    steps: [ofNobody('COM_STMT_CLOSE')],
    source: [manual['mysql/close-has-no-answer'], manual['mariadb/close-has-no-answer']],
    killedBy: ['close-of-nobody-loses-locks'],
  },
  'long-data-of-nobody': {
    what: 'a COM_STMT_SEND_LONG_DATA with an id that nobody has',
    steps: [ofNobody('COM_STMT_SEND_LONG_DATA', { parameter: 0, data: '6162' }), ...ping],
    source: [manual['mysql/long-data'], manual['mariadb/long-data']],
    killedBy: ['long-data-of-nobody-loses-character-set'],
  },
  'another-statement': {
    what: 'another statement that is prepared, executed, reset and closed',
    steps: [
      ...prepared("SELECT ?, 'other'", 1, 2, 'other'),
      { send: execute([text('one')], { statementId: { from: 'other.statementId' } }) },
      gives('one', 'other'),
      { send: { message: 'COM_STMT_RESET', with: { statementId: { from: 'other.statementId' } } } },
      done(),
      { send: { message: 'COM_STMT_CLOSE', with: { statementId: { from: 'other.statementId' } } } },
    ],
    source: [manual['mysql/close-has-no-answer'], manual['mariadb/close-has-no-answer']],
    killedBy: ['close-loses-parameter-types'],
  },
} as const satisfies Readonly<Record<string, Between>>;

/** A session keeps what it has, whatever else it is asked for, and whether it gets that or not. */
export const cases = Object.entries(between).map(
  ([name, { what, steps, source, needs: more = [], killedBy }]: readonly [string, Between]) =>
    ({
      id: `session/undisturbed-by-${name}`,
      title: `${what} leaves transaction, statement, variable, temporary table, lock, database and character set of a session as they are`,
      level: 'MUST',
      source: [...lives, ...source],
      needs: [...needs, ...more],
      script: [...atWork, ...steps, ...untouched],
      deliveries: ['whole'],
      killedBy,
    }) satisfies Case,
);
