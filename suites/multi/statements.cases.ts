import type { Case } from '../../harness/case/case.ts';
import type { Condition } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import {
  beginsInFull,
  countsByOne,
  done,
  error,
  everywhere,
  inAutocommit,
  loggedInWith,
  needsTables,
  query,
  rows,
} from '../query-steps.ts';
import { err, greeting, loggedIn, ok, syntaxErrors, works } from '../steps.ts';

const source = [
  manual['mysql/multi-statement'],
  manual['mysql/multi-resultset'],
  manual['mysql/status-flags'],
  manual['mariadb/multi-statements'],
  manual['mariadb/status-flags'],
] as const;
const needs = ['check-account', { offers: 'MULTI_STATEMENTS' }] as const;
const severally = loggedInWith({ add: ['MULTI_STATEMENTS'] });

const MORE = 8;
const more = (first: string) => rows({ columns: 1, rows: 1, first, statusFlags: { bits: MORE } });
const last = (first: string) => rows({ columns: 1, rows: 1, first, statusFlags: { noBits: MORE } });
/** With the byte that says so. */
const described = (digit: string, statusFlags: Condition) =>
  rows({ metadataFollows: 1, columns: 1, rows: 1, first: digit, 'column.0.name': digit, statusFlags });
const threeDescribed = [
  query('SELECT 1; SELECT 2; SELECT 3'),
  described('1', { bits: MORE }),
  described('2', { bits: MORE }),
  described('3', { noBits: MORE }),
] as const;
const NO_ROWS_FIRST = 'SELECT 1 LIMIT 0; SELECT 2';
const noneAndMore = rows({ columns: 1, rows: 0, statusFlags: { bits: MORE } });
const moreOk = done({ statusFlags: { bits: MORE } });
const lastOk = done({ statusFlags: { noBits: MORE } });
const ping = { send: { message: 'COM_PING' } } as const;

const DROP = 'DROP TEMPORARY TABLE IF EXISTS mywire_several';

/** Several statements in one COM_QUERY. Sequence ids go on over all results: each `expect` asks for that. */
export const cases = [
  {
    id: 'multi/refused-without-the-flag',
    title: 'without MULTI_STATEMENTS a second statement is a syntax error',
    level: 'MUST',
    source: [
      manual['mysql/multi-statement'],
      manual['mysql/error-1064-parse-error'],
      manual['mariadb/multi-statements'],
      manual['mariadb/error-1064-prepare'],
    ],
    needs: ['check-account'],
    script: [...loggedIn, query('SELECT 1; SELECT 2'), error(syntaxErrors, '42000'), ...works],
    killedBy: ['multi-statements-unasked'],
  },
  {
    id: 'multi/use-in-front',
    title: 'a statement behind a USE in the same text is carried out in the database that USE has selected',
    level: 'MUST',
    source: [...source, manual['mysql/statements-stop-at-first-error']],
    needs: [...needs, 'database'],
    script: [
      ...loggedInWith({ add: ['MULTI_STATEMENTS', 'CONNECT_WITH_DB'] }),
      query(`USE ${everywhere}; SELECT DATABASE()`),
      moreOk,
      last(everywhere),
      ...works,
    ],
    killedBy: ['use-unseen-by-next-statement'],
  },
  {
    id: 'multi/two-selects',
    title: 'two statements get two resultsets, and only the first says that more follow',
    level: 'MUST',
    source,
    needs,
    script: [...severally, query('SELECT 1; SELECT 2'), more('1'), last('2'), ...works],
    killedBy: [
      'more-results-missing',
      'more-results-on-last',
      'multi-only-last-result',
      'multi-statements-refused',
      'multi-sequence-restarts',
      'second-statement-unanswered',
    ],
    link: 'https://jira.mariadb.org/browse/MXS-2042',
  },
  {
    id: 'multi/first-without-rows',
    title: 'a first resultset without rows says, too, that more follow',
    level: 'MUST',
    source,
    needs,
    script: [...severally, query(NO_ROWS_FIRST), noneAndMore, last('2'), ...works],
    killedBy: ['more-results-missing-without-rows'],
  },
  {
    id: 'multi/first-without-rows-with-deprecate-eof',
    title: 'with DEPRECATE_EOF the OK that ends a first resultset without rows says, too, that more follow',
    level: 'MUST',
    source: [...source, manual['mysql/ok-as-eof-only-with-deprecate-eof']],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }],
    script: [...loggedInWith({ add: ['MULTI_STATEMENTS', 'DEPRECATE_EOF'] }), query(NO_ROWS_FIRST), noneAndMore, last('2'), ...works],
    killedBy: ['more-results-missing-without-rows'],
  },
  {
    id: 'multi/without-multi-results',
    title: 'MULTI_STATEMENTS without MULTI_RESULTS gets all results too',
    // MySQL's page says that the one flag sets the other, and that a client without the other may be owed an error; MariaDB's says neither.
    level: 'SHOULD',
    source: [manual['mysql/multi-statements-flag'], manual['mysql/multi-results-flag'], ...source],
    needs,
    script: [
      ...loggedInWith({ add: ['MULTI_STATEMENTS'], drop: ['MULTI_RESULTS'] }),
      query('SELECT 1; SELECT 2'),
      more('1'),
      last('2'),
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/commit/3a8b1bce',
    killedBy: ['multi-statements-need-multi-results', 'statements-need-multi-results'],
  },
  {
    id: 'multi/oks-and-rows',
    title: 'statements without rows get an OK each, which says that more follow',
    level: 'MUST',
    source,
    needs,
    script: [...severally, query('DO 1; DO 2; SELECT 3'), moreOk, moreOk, last('3'), ...works],
    killedBy: ['more-results-missing-in-ok', 'multi-sequence-restarts'],
  },
  {
    id: 'multi/counts-of-each',
    title: 'each OK of several statements has the affected rows and the insert id of its own statement',
    level: 'MUST',
    source: [...source, manual['mysql/affected-rows'], manual['mysql/insert-id'], manual['mariadb/ok-layout']],
    needs: [...needsTables, { offers: 'MULTI_STATEMENTS' }, countsByOne],
    script: [
      ...loggedInWith({ add: ['MULTI_STATEMENTS', 'CONNECT_WITH_DB'] }),
      query('CREATE TEMPORARY TABLE mywire_several (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'),
      done(),
      query('INSERT INTO mywire_several (n) VALUES (5), (6); INSERT INTO mywire_several (n) VALUES (7); DO 1'),
      done({ affectedRows: 2, lastInsertId: 1, statusFlags: { bits: MORE } }),
      done({ affectedRows: 1, lastInsertId: 3, statusFlags: { bits: MORE } }),
      done({ affectedRows: 0, lastInsertId: 0, statusFlags: { noBits: MORE } }),
      ...works,
    ],
    killedBy: ['multi-affected-rows-summed', 'multi-insert-id-stays'],
  },
  {
    id: 'multi/warnings-of-each',
    title: 'each result of several statements counts the warnings of its own statement',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/ok-layout'],
      manual['mariadb/ok-layout'],
      manual['mysql/drop-if-exists-notes'],
      manual['mariadb/drop-if-exists-notes'],
    ],
    needs: [...needsTables, { offers: 'MULTI_STATEMENTS' }],
    script: [
      ...loggedInWith({ add: ['MULTI_STATEMENTS', 'CONNECT_WITH_DB'] }),
      query(`${DROP}; DO 1; SELECT 2; ${DROP}; SELECT 3`),
      done({ warnings: 1, statusFlags: { bits: MORE } }),
      done({ warnings: 0, statusFlags: { bits: MORE } }),
      rows({ rows: 1, first: '2', warnings: 0, statusFlags: { bits: MORE } }),
      done({ warnings: 1, statusFlags: { bits: MORE } }),
      rows({ rows: 1, first: '3', warnings: 0, statusFlags: { noBits: MORE } }),
      ...works,
    ],
    killedBy: ['multi-warnings-stay', 'warnings-of-ok-stay'],
  },
  {
    id: 'multi/with-deprecate-eof',
    title: 'with DEPRECATE_EOF the OKs that end resultsets say that more follow',
    level: 'MUST',
    source: [...source, manual['mysql/resultset-terminator'], manual['mysql/more-results-in-ok'], manual['mariadb/resultset-terminator']],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }],
    script: [
      ...loggedInWith({ add: ['MULTI_STATEMENTS', 'DEPRECATE_EOF'] }),
      query('SELECT 1; SELECT 2; DO 1'),
      more('1'),
      more('2'),
      lastOk,
      ...works,
    ],
    killedBy: ['more-results-missing', 'resultset-eof-for-ok'],
  },
  {
    id: 'multi/with-optional-metadata',
    title: 'with OPTIONAL_RESULTSET_METADATA each of several resultsets has the byte that says that definitions follow',
    level: 'MUST',
    source: [...source, manual['mysql/optional-metadata'], manual['mysql/resultset-metadata-follows']],
    needs: [...needs, { dialect: 'mysql' }, { offers: 'OPTIONAL_RESULTSET_METADATA' }, beginsInFull],
    script: [...loggedInWith({ add: ['MULTI_STATEMENTS', 'OPTIONAL_RESULTSET_METADATA'] }), ...threeDescribed, ...works],
    killedBy: ['metadata-follows-in-first-result-only', 'metadata-follows-missing'],
  },
  {
    id: 'multi/with-cache-metadata',
    title: 'with CACHE_METADATA each of several resultsets has the byte that says that definitions follow',
    level: 'MUST',
    source: [...source, manual['mariadb/cache-metadata']],
    needs: [...needs, { offersMariadb: 'CACHE_METADATA' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['MULTI_STATEMENTS'] },
          mariadb: ['CACHE_METADATA'],
        },
      },
      ok,
      ...threeDescribed,
      ...works,
    ],
    killedBy: ['metadata-follows-in-first-result-only', 'cache-metadata-byte-missing'],
  },
  {
    id: 'multi/stops-at-an-error',
    title: 'the ERR of a statement that fails is the last packet: those behind it have no answer, and the next OK says so',
    // That the rest is left out, MySQL's manual alone says.
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/statements-stop-at-first-error'],
      manual['mysql/error-1064-parse-error'],
      manual['mariadb/error-1064-prepare'],
    ],
    needs,
    script: [...severally, query('SELECT 1; SELEC 2; SELECT 3'), more('1'), error(syntaxErrors, '42000'), ping, lastOk, ...works],
    link: 'https://github.com/vitessio/vitess/issues/6747',
    killedBy: ['multi-goes-on-after-err', 'multi-err-lost', 'more-results-stay-behind-err'],
  },
  {
    id: 'multi/stops-at-an-error-in-the-first',
    title: 'where the first statement fails its ERR is the whole answer',
    // That the rest is left out, MySQL's manual alone says.
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/statements-stop-at-first-error'],
      manual['mysql/error-1064-parse-error'],
      manual['mariadb/error-1064-prepare'],
    ],
    needs,
    script: [...severally, query('SELEC 1; SELECT 2'), error(syntaxErrors, '42000'), ...works],
    killedBy: ['multi-goes-on-after-err'],
  },
  {
    id: 'multi/empty-statement',
    title: 'an empty statement between two semicolons is refused behind the first result, as a syntax error or as an empty query',
    // No manual says what it is.
    level: 'OBSERVE',
    source: [
      ...source,
      manual['mysql/error-1064-parse-error'],
      manual['mysql/error-1065-empty-query'],
      manual['mariadb/error-1064-prepare'],
      manual['mariadb/error-1065-empty-query'],
    ],
    needs,
    script: [...severally, query('SELECT 1;; SELECT 2'), more('1'), { expect: [err([...syntaxErrors, 1065], '42000')] }, ...works],
    link: 'https://github.com/vitessio/vitess/pull/20988',
    killedBy: ['multi-empty-statement-skipped'],
  },
  {
    id: 'multi/semicolons-at-the-end',
    title: 'semicolons at the end of the text begin no further statement',
    // No manual speaks of them.
    level: 'OBSERVE',
    source,
    needs,
    script: [...severally, query('SELECT 1; SELECT 2; ;'), more('1'), last('2'), ...works],
    killedBy: ['multi-semicolon-at-end-counts'],
  },
  {
    id: 'multi/semicolon-in-a-string',
    title: 'a semicolon inside a string separates nothing',
    level: 'SHOULD',
    source,
    needs,
    script: [...severally, query("SELECT 'a;b'; SELECT 2"), more('a;b'), last('2'), ...works],
    killedBy: ['multi-cut-inside-strings'],
  },
  {
    id: 'multi/transaction-status-in-between',
    title: 'each result has the transaction status of its own statement',
    level: 'MUST',
    source: [...source, manual['mysql/in-trans-is-raised-by-begin'], manual['mysql/status-in-trans-readonly']],
    needs: [...needs, inAutocommit],
    script: [
      ...severally,
      query('START TRANSACTION; SELECT 1; COMMIT'),
      done({ statusFlags: { bits: MORE | 1 } }),
      rows({ first: '1', statusFlags: { bits: MORE | 1 } }),
      done({ statusFlags: { noBits: MORE | 1 } }),
      ...works,
    ],
    killedBy: ['transaction-flag-missing', 'more-results-missing-in-ok', 'commit-shows-transaction'],
  },
] as const satisfies readonly Case[];
