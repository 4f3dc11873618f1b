import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { done, execute, gives, id, loggedInWith, prepare, prepared, row, text } from '../prepared-steps.ts';
import { beginsInFull, inAutocommit } from '../query-steps.ts';
import { anyErr, err, loggedIn, ping, syntaxErrors, works } from '../steps.ts';

const order = [manual['mysql/prepare-answer-order'], manual['mysql/prepare-eof'], manual['mariadb/prepare-answer']] as const;
const definitions = [manual['mysql/column-definition-names'], manual['mariadb/column-definition']] as const;
const layout = [manual['mysql/prepare-ok-layout'], manual['mariadb/prepare-ok-layout']] as const;
const refused = [manual['mysql/prepare-error'], manual['mariadb/prepare-answer']] as const;
const withDeprecateEof = loggedInWith({ add: ['DEPRECATE_EOF'] });
const needsDeprecateEof = ['check-account', { offers: 'DEPRECATE_EOF' }] as const;

/** As many as the count can tell. How many a server takes no manual says. */
const mostPlaceholders = [
  { send: prepare(`DO ${'?,'.repeat(65_534)}?`) },
  {
    expect: [{ packet: 'StmtPrepareOK', where: { parameters: 65_535, columns: 0 } }, err(1390, 'HY000')],
  },
] as const satisfies readonly Step[];
const tooMany = [manual['mysql/error-1390-too-many-placeholders'], manual['mariadb/error-1390-too-many-placeholders']] as const;

/** COM_STMT_PREPARE and its answer. */
export const cases = [
  {
    id: 'prepared/prepare-ok-layout',
    title:
      'COM_STMT_PREPARE_OK has 12 bytes: status, id, columns, parameters, a filler, warnings; without parameters and columns it is the whole answer',
    level: 'MUST',
    source: [...layout, ...order],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: prepare('DO 1') },
      {
        expect: [
          {
            packet: 'StmtPrepareOK',
            where: { parameters: 0, columns: 0, warnings: 0, metadataFollows: { absent: true } },
          },
        ],
      },
      ...works,
    ],
    link: 'https://github.com/launchbadge/sqlx/issues/4092',
    killedBy: [
      'prepare-ok-filler-missing',
      'prepare-ok-without-warnings',
      'prepare-ok-short-without-definitions',
      'prepare-eof-without-definitions',
    ],
  },
  {
    id: 'prepared/prepare-counts-warnings',
    title: 'COM_STMT_PREPARE_OK counts the warnings of the preparation: a name that loses the spaces in front of it makes one',
    // That the name loses them when the statement is prepared, and not when it is executed, no page says.
    level: 'SHOULD',
    source: [...layout, manual['mysql/error-1466-removed-spaces'], manual['mariadb/error-1466-removed-spaces']],
    // MySQL counts the warnings that it keeps.
    needs: ['check-account', { feature: 'warnings-kept' }],
    script: [
      ...loggedIn,
      { send: prepare("SELECT 1 AS '  x', 2 AS ' y'") },
      { expect: [{ packet: 'StmtPrepareOK', where: { columns: 2, warnings: 2, 'column.0.name': 'x', 'column.1.name': 'y' } }] },
      ...works,
    ],
    killedBy: ['prepare-ok-warnings-zero'],
  },
  {
    id: 'prepared/prepare-parameters-only',
    title: 'a statement with parameters and no columns is answered with definitions of the parameters and one EOF',
    level: 'MUST',
    source: [...order, ...definitions, manual['mariadb/prepare-counts-placeholders']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: prepare('DO ?, ?') },
      {
        expect: [{ packet: 'StmtPrepareOK', where: { parameters: 2, columns: 0, 'parameter.1.catalog': 'def' } }],
      },
      ...works,
    ],
    killedBy: ['prepare-without-parameter-eof', 'prepare-ok-counts-swapped'],
  },
  {
    id: 'prepared/prepare-columns-only',
    title: 'a statement with columns and no parameters is answered with definitions of the columns and one EOF',
    level: 'MUST',
    source: [...order, ...definitions],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: prepare('SELECT 1 AS one') },
      { expect: [{ packet: 'StmtPrepareOK', where: { parameters: 0, columns: 1, 'column.0.name': 'one', 'column.0.catalog': 'def' } }] },
      ...works,
    ],
    killedBy: ['prepare-without-column-eof', 'prepare-ok-counts-swapped'],
  },
  {
    id: 'prepared/prepare-parameters-and-columns',
    title: 'the definitions of the parameters and their EOF stand before those of the columns and theirs',
    level: 'MUST',
    source: [...order, ...definitions],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: prepare('SELECT 1 AS one, ?, 2 AS two') },
      { expect: [{ packet: 'StmtPrepareOK', where: { parameters: 1, columns: 3, 'column.0.name': 'one', 'column.2.name': 'two' } }] },
      ...works,
    ],
    killedBy: ['prepare-columns-first', 'prepare-without-parameter-eof', 'prepare-without-column-eof'],
  },
  {
    id: 'prepared/prepare-with-deprecate-eof',
    title: 'with DEPRECATE_EOF neither list of definitions has an EOF behind it',
    level: 'MUST',
    source: order,
    needs: needsDeprecateEof,
    script: [...withDeprecateEof, ...prepared('SELECT 1, ?', 1, 2), ...prepared('DO ?', 1, 0), ...prepared('SELECT 1', 0, 1), ...works],
    killedBy: ['prepare-eof-unasked'],
  },
  {
    id: 'prepared/prepare-with-optional-metadata',
    title: 'with OPTIONAL_RESULTSET_METADATA a flag behind the warnings says that the definitions follow',
    level: 'MUST',
    source: [manual['mysql/prepare-metadata-flag'], manual['mysql/optional-metadata'], manual['mysql/column-definition-names']],
    needs: ['check-account', { dialect: 'mysql' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }, beginsInFull],
    script: [
      ...loggedInWith({ add: ['OPTIONAL_RESULTSET_METADATA'] }),
      { send: prepare('SELECT ?') },
      {
        expect: [
          {
            packet: 'StmtPrepareOK',
            where: { parameters: 1, columns: 1, metadataFollows: 1, 'parameter.0.catalog': 'def', 'column.0.catalog': 'def' },
          },
        ],
      },
      ...works,
    ],
    killedBy: ['prepare-ok-without-metadata-flag'],
  },
  {
    id: 'prepared/prepare-without-metadata',
    title: 'with resultset_metadata NONE the flag is 0 and no definition follows',
    level: 'MUST',
    source: [manual['mysql/prepare-metadata-flag'], manual['mysql/optional-metadata']],
    needs: ['check-account', { dialect: 'mysql' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }, { offers: 'DEPRECATE_EOF' }],
    script: [
      ...loggedInWith({ add: ['OPTIONAL_RESULTSET_METADATA', 'DEPRECATE_EOF'] }),
      ...done('SET resultset_metadata = NONE'),
      { send: prepare('SELECT ?') },
      { expect: [{ packet: 'StmtPrepareOK', where: { parameters: 1, columns: 1, metadataFollows: 0 } }] },
      ...works,
    ],
    killedBy: ['prepare-sends-metadata-unasked', 'prepare-sends-metadata-behind-flag-of-none'],
  },
  {
    id: 'prepared/statement-ids-differ',
    title: 'two statements of the same text have two ids, and each executes',
    level: 'MUST',
    source: [manual['mysql/statement-id-names-statement'], manual['mariadb/prepare-ok-layout']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1, 'first'),
      { send: prepare('SELECT 1') },
      { expect: [{ packet: 'StmtPrepareOK', where: { statementId: { differsFrom: 'first.statementId' } } }] },
      { send: execute([], { statementId: { from: 'first.statementId' } }) },
      gives('1'),
      { send: execute() },
      gives('1'),
      ...works,
    ],
    killedBy: ['statement-ids-repeat', 'same-text-takes-place-of-statement'],
  },
  {
    id: 'prepared/statement-ids-name-statements',
    title: 'an id executes the statement that it was given for, not the one prepared first or last',
    level: 'MUST',
    source: [manual['mysql/statement-id-names-statement'], manual['mariadb/prepare-ok-layout']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...prepared('SELECT 11', 0, 1, 'first'),
      ...prepared('SELECT 22', 0, 1),
      { send: execute([], { statementId: { from: 'first.statementId' } }) },
      gives('11'),
      { send: execute() },
      gives('22'),
      ...works,
    ],
    killedBy: ['statement-ids-repeat', 'execute-runs-last-statement', 'execute-runs-first-statement'],
  },
  {
    id: 'prepared/prepare-syntax-error',
    title: 'a statement that cannot be parsed is refused with ERR 1064 or 1149 when it is prepared',
    level: 'MUST',
    source: [...refused, manual['mysql/error-1064-prepare'], manual['mariadb/error-1064-prepare']],
    needs: ['check-account'],
    script: [...loggedIn, { send: prepare('SELEC ?') }, { expect: [err(syntaxErrors, '42000')] }, ...works],
    killedBy: ['prepares-what-it-cannot-parse'],
  },
  {
    id: 'prepared/prepare-empty',
    title: 'an empty statement is refused with ERR 1065',
    level: 'MUST',
    source: [...refused, manual['mysql/error-1065-empty-query'], manual['mariadb/error-1065-empty-query']],
    needs: ['check-account'],
    script: [...loggedIn, { send: prepare('') }, { expect: [err(1065, '42000')] }, ...works],
    // A proxy that sends on what lies behind the empty text in its memory does so by chance.
    tries: 20,
    killedBy: ['prepares-empty-statement'],
  },
  {
    id: 'prepared/prepare-unsupported',
    title: 'a statement that cannot be prepared is refused with ERR 1295',
    level: 'MUST',
    source: [
      ...refused,
      manual['mysql/what-can-be-prepared'],
      manual['mariadb/what-cannot-be-prepared'],
      manual['mysql/error-1295-unsupported-prepare'],
      manual['mariadb/error-1295-unsupported-prepare'],
    ],
    needs: ['check-account'],
    script: [...loggedIn, { send: prepare("PREPARE mywire FROM 'SELECT 1'") }, { expect: [err(1295, 'HY000')] }, ...works],
    killedBy: ['unsupported-statement-is-syntax-error'],
  },
  {
    id: 'prepared/prepare-with-a-semicolon-at-the-end',
    title: 'a statement that ends with a semicolon is prepared',
    // MySQL's manual says that one should not; both servers take it, from clients without MULTI_STATEMENTS, too.
    level: 'OBSERVE',
    source: [],
    needs: ['check-account'],
    script: [...loggedIn, ...prepared('SELECT 42;', 0, 1), { send: execute() }, gives('42'), ...works],
    killedBy: ['prepare-refuses-semicolon-at-end'],
  },
  {
    id: 'prepared/prepare-two-statements',
    title: 'two statements in one text are refused with ERR 1064 or 1149, though the client has MULTI_STATEMENTS',
    // CLIENT_MULTI_STATEMENTS says that COM_STMT_PREPARE may have several, the page on prepared statements that it may not.
    level: 'SHOULD',
    source: [
      ...refused,
      manual['mysql/prepare-one-statement'],
      manual['mysql/multi-statements-flag'],
      manual['mysql/error-1064-prepare'],
      manual['mariadb/error-1064-prepare'],
    ],
    needs: ['check-account', { offers: 'MULTI_STATEMENTS' }],
    script: [
      ...loggedInWith({ add: ['MULTI_STATEMENTS'] }),
      { send: prepare('SELECT 1; SELECT 2') },
      { expect: [err(syntaxErrors, '42000')] },
      ...prepared('SELECT 1', 0, 1),
      ...works,
    ],
    killedBy: ['prepares-first-of-two-statements'],
  },
  {
    id: 'prepared/question-mark-in-quotes',
    title: 'a question mark inside of single quotes is no placeholder',
    level: 'MUST',
    source: [manual['mysql/placeholder-not-in-quotes'], manual['mariadb/prepare-counts-placeholders']],
    needs: ['check-account'],
    script: [...loggedIn, ...prepared("SELECT '?'", 0, 1), { send: execute() }, gives('?'), ...works],
    killedBy: ['placeholder-in-string-counted'],
  },
  {
    id: 'prepared/question-mark-in-an-alias',
    title: 'a question mark inside of double quotes or backticks is no placeholder',
    level: 'MUST',
    source: [manual['mysql/placeholder-not-in-quotes'], manual['mariadb/prepare-counts-placeholders']],
    needs: ['check-account'],
    // What double quotes are, a text or a name, sql_mode says (ANSI_QUOTES); an alias may be either.
    script: [...loggedIn, ...prepared('SELECT 1 AS "?", 2 AS `?`', 0, 2), { send: execute() }, gives('1', '2'), ...works],
    killedBy: ['placeholder-in-double-quotes-counted', 'placeholder-in-backticks-counted'],
  },
  {
    id: 'prepared/three-hundred-placeholders',
    title: 'more placeholders than a byte can count are counted and described, each',
    level: 'MUST',
    source: [...layout, ...order, manual['mariadb/prepare-counts-placeholders']],
    needs: ['check-account'],
    script: [...loggedIn, ...prepared(`DO ${'?,'.repeat(299)}?`, 300, 0), ...works],
    deliveries: ['whole', 'fields'],
    killedBy: ['placeholders-counted-modulo-256', 'prepare-without-parameter-eof'],
  },
  {
    id: 'prepared/most-placeholders-described',
    title: '65535 placeholders, as many as COM_STMT_PREPARE_OK can count, are counted and each described, or refused with ERR 1390',
    level: 'SHOULD',
    source: [...layout, ...order, ...tooMany],
    needs: ['check-account', { feature: 'values-of-512-kib' }, { feature: 'memory-of-64-mib' }],
    script: [...loggedIn, ...mostPlaceholders, ...works],
    deliveries: ['whole'],
    mostBytes: 4_194_304,
    killedBy: ['placeholders-counted-in-15-bits', 'placeholders-described-up-to-1024'],
  },
  {
    id: 'prepared/too-many-placeholders',
    title: '65536 placeholders, more than COM_STMT_PREPARE_OK can count, are refused with ERR 1390',
    level: 'MUST',
    source: [...refused, ...tooMany],
    needs: ['check-account', { feature: 'values-of-512-kib' }, { feature: 'memory-of-64-mib' }],
    script: [...loggedIn, { send: prepare(`DO ${'?,'.repeat(65_535)}?`) }, { expect: [err(1390, 'HY000')] }, ...works],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MXS-3395',
    killedBy: ['placeholders-counted-modulo-65536'],
  },
  {
    id: 'prepared/prepare-after-refusal',
    title: 'a refused COM_STMT_PREPARE leaves the statements before it as they were',
    level: 'MUST',
    source: [
      ...refused,
      manual['mysql/error-1064-prepare'],
      manual['mariadb/error-1064-prepare'],
      // Its id names the statement in the commands that follow.
      manual['mysql/statement-id-names-statement'],
      manual['mariadb/execute-answer'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      { send: prepare('SELEC ?') },
      { expect: [err(syntaxErrors, '42000')] },
      { send: execute([text('still here')]) },
      gives('still here'),
      ...works,
    ],
    killedBy: ['refused-prepare-drops-statements'],
  },
  {
    id: 'prepared/counts-behind-a-refusal',
    title: 'behind a refused COM_STMT_PREPARE the next one has counts of its own: no parameter of the statement that was refused',
    level: 'MUST',
    source: [
      manual['mysql/prepare-answer-order'],
      manual['mysql/prepare-ok-layout'],
      manual['mariadb/prepare-answer'],
      manual['mariadb/prepare-counts-placeholders'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: prepare('SELECT ?, ? FROM information_schema.mywire_no_such_table') },
      { expect: [anyErr] },
      ...prepared('SELECT 1', 0, 1),
      { send: execute() },
      gives('1'),
      ...works,
    ],
    killedBy: ['parameters-stay-behind-refused-prepare'],
  },
  {
    id: 'prepared/prepare-does-not-execute',
    title: 'COM_STMT_PREPARE carries nothing out: a prepared SET changes nothing before it is executed',
    level: 'SHOULD',
    source: [
      manual['mysql/prepare-answer-order'],
      manual['mariadb/prepare-answer'],
      manual['mysql/execute-answer'],
      manual['mariadb/execute-answer'],
    ],
    needs: ['check-account', inAutocommit],
    script: [
      ...loggedIn,
      ...prepared('SET autocommit = 0', 0, 0),
      { send: { message: 'COM_PING' } },
      { expect: [{ packet: 'OK', where: { statusFlags: { bits: status.AUTOCOMMIT } } }] },
      { send: { message: 'COM_STMT_EXECUTE', with: { statementId: id } } },
      { expect: [{ packet: 'OK', where: { statusFlags: { noBits: status.AUTOCOMMIT } } }] },
      ...works,
    ],
    killedBy: ['prepare-executes'],
  },
  {
    id: 'prepared/rows-with-deprecate-eof',
    title: 'with DEPRECATE_EOF a binary resultset has no EOF behind its definitions, and an OK with header 0xFE at its end',
    level: 'MUST',
    source: [
      manual['mysql/resultset-order'],
      manual['mysql/resultset-terminator'],
      manual['mysql/binary-resultset-end'],
      manual['mariadb/resultset-order'],
      manual['mariadb/resultset-terminator'],
    ],
    needs: needsDeprecateEof,
    script: [
      ...withDeprecateEof,
      ...prepared('SELECT 1, ?', 1, 2),
      { send: execute([text('a')]) },
      { expect: [row('1', 'a')] },
      ...ping,
      ...works,
    ],
    killedBy: ['resultset-column-eof-unasked', 'resultset-eof-for-ok'],
  },
] as const satisfies readonly Case[];
