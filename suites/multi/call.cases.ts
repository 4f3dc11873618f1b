import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { done, error, loggedInWith, query, rows } from '../query-steps.ts';
import { loggedIn, works } from '../steps.ts';

const source = [
  manual['mysql/multi-resultset'],
  manual['mysql/multi-results-must-be-announced'],
  manual['mysql/status-flags'],
  manual['mariadb/multi-statements'],
  manual['mariadb/status-flags'],
] as const;
const needs = ['check-account', { feature: 'procedures' }] as const;
const MORE = 8;
const first = rows({ columns: 1, rows: 1, first: '1', statusFlags: { bits: MORE } });
const second = rows({ columns: 2, rows: 1, 'row.0.0': '2', 'row.0.1': '3', statusFlags: { bits: MORE } });
const ownAnswer = done({ statusFlags: { noBits: MORE } });

/** CALL of the procedures of fixtures/sql: resultsets, and behind them the OK of the CALL. */
export const cases = [
  {
    id: 'multi/call',
    title: 'a CALL of a procedure with two resultsets gives both, and the OK of the CALL behind them',
    // That an OK of the CALL's own stands behind its resultsets MySQL's manual alone says.
    level: 'SHOULD',
    source,
    needs,
    script: [...loggedIn, query('CALL mywire.two_results()'), first, second, ownAnswer, ...works],
    killedBy: ['call-without-final-ok', 'call-without-resultsets', 'more-results-missing'],
  },
  {
    id: 'multi/call-with-deprecate-eof',
    title: 'with DEPRECATE_EOF the resultsets of a CALL end with OKs that say that more follow',
    // That an OK of the CALL's own stands behind its resultsets MySQL's manual alone says.
    level: 'SHOULD',
    source: [...source, manual['mysql/resultset-terminator'], manual['mysql/more-results-in-ok'], manual['mariadb/resultset-terminator']],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }],
    script: [...loggedInWith({ add: ['DEPRECATE_EOF'] }), query('CALL mywire.two_results()'), first, second, ownAnswer, ...works],
    killedBy: ['call-without-final-ok', 'resultset-eof-for-ok', 'more-results-missing'],
  },
  {
    id: 'multi/call-without-multi-results',
    title: 'a client without MULTI_RESULTS gets ERR 1312 for a procedure with resultsets',
    // MariaDB's manual does not say what becomes of it.
    level: 'SHOULD',
    source: [
      manual['mysql/multi-results-must-be-announced'],
      manual['mysql/multi-results-flag'],
      manual['mysql/error-1312-select-in-procedure'],
    ],
    needs,
    script: [...loggedInWith({ drop: ['MULTI_RESULTS'] }), query('CALL mywire.two_results()'), error(1312, '0A000'), ...works],
    killedBy: ['call-without-multi-results'],
  },
  {
    id: 'multi/call-that-fails',
    title: 'a procedure that fails behind a resultset ends its answer with ERR',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/signal-without-errno'],
      manual['mariadb/signal-ends-the-program'],
      manual['mariadb/error-1644-signal'],
    ],
    needs,
    script: [...loggedIn, query('CALL mywire.fails_after_one()'), first, error(1644, '45000'), ...works],
    killedBy: ['call-err-swallowed'],
  },
  {
    id: 'multi/call-among-statements',
    title: 'a CALL without resultsets among statements gets its OK, and its OUT parameter is set for the next',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/multi-statement'],
      manual['mysql/out-parameter-in-a-variable'],
      manual['mariadb/out-parameter-in-a-variable'],
    ],
    needs: [...needs, { offers: 'MULTI_STATEMENTS' }],
    script: [
      ...loggedInWith({ add: ['MULTI_STATEMENTS'] }),
      query('CALL mywire.one_out(@out); SELECT @out'),
      done({ statusFlags: { bits: MORE } }),
      rows({ columns: 1, rows: 1, first: '42', statusFlags: { noBits: MORE } }),
      ...works,
    ],
    killedBy: ['multi-only-last-result', 'more-results-missing-in-ok', 'call-out-parameter-lost'],
  },
  {
    id: 'multi/call-before-a-statement',
    title: 'a CALL with resultsets before another statement: the OK of the CALL says that more follow',
    // That an OK of the CALL's own stands behind its resultsets MySQL's manual alone says.
    level: 'SHOULD',
    source: [...source, manual['mysql/multi-statement']],
    needs: [...needs, { offers: 'MULTI_STATEMENTS' }],
    script: [
      ...loggedInWith({ add: ['MULTI_STATEMENTS'] }),
      query('CALL mywire.two_results(); SELECT 4'),
      first,
      second,
      done({ statusFlags: { bits: MORE } }),
      rows({ first: '4', statusFlags: { noBits: MORE } }),
      ...works,
    ],
    killedBy: ['call-without-final-ok', 'more-results-missing-in-ok'],
  },
] as const satisfies readonly Case[];
