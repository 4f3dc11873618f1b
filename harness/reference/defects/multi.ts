/** Several results of one command go wrong (mysql/page_protocol_command_phase_sp). */
export const multi = {
  'multi-statements-unasked': 'carries out the second statement of a text for a client without MULTI_STATEMENTS',
  'multi-statements-refused': 'refuses two statements in a text in spite of MULTI_STATEMENTS',
  'multi-statements-need-multi-results':
    'answers only the first statement of a client that sets MULTI_STATEMENTS without MULTI_RESULTS (ProxySQL before 2.0.17)',
  'more-results-missing': 'does not set SERVER_MORE_RESULTS_EXISTS where another resultset follows',
  'more-results-missing-in-ok': 'does not set SERVER_MORE_RESULTS_EXISTS in an OK that another result follows',
  'more-results-on-last': 'sets SERVER_MORE_RESULTS_EXISTS in the last result too',
  'multi-goes-on-after-err': 'carries out the statements behind one that fails (Vitess#6747)',
  'multi-err-lost': 'sends nothing for a statement that fails behind another',
  'multi-affected-rows-summed': 'reports in each OK the rows that all statements so far have affected',
  'multi-insert-id-stays': 'reports the last insert id in the OKs of the statements behind the INSERT too',
  'multi-only-last-result': 'answers several statements with the result of the last alone',
  'multi-sequence-restarts': 'begins each result of a command with sequence id 1 (Vitess#6747)',
  'multi-empty-statement-skipped': 'skips an empty statement between two semicolons',
  'multi-semicolon-at-end-counts': 'takes a semicolon at the end for one more, empty statement',
  'multi-cut-inside-strings': 'takes a semicolon inside a string for the end of a statement',
  'call-without-multi-results': 'sends the resultsets of a procedure to a client without MULTI_RESULTS',
  'call-without-final-ok': 'leaves out the OK behind the resultsets of a procedure',
  'call-without-resultsets': 'answers a CALL with an OK alone',
  'call-out-parameter-lost': 'leaves the variable of an OUT parameter as it was before the CALL',
  'call-err-swallowed': 'ends a procedure that fails with OK',
} as const;
