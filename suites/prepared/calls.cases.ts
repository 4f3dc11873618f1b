import type { Case } from '../../harness/case/case.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { execute, loggedInWith, nullOf, prepared, type } from '../prepared-steps.ts';
import { err, loggedIn, works } from '../steps.ts';

const answer = [manual['mysql/execute-answer'], manual['mariadb/execute-answer']] as const;
const rows = [manual['mysql/binary-row'], manual['mariadb/binary-row']] as const;
const call = [...answer, manual['mysql/call-gives-several-results'], manual['mysql/status-flags'], manual['mariadb/status-flags']] as const;
const outParameters = [
  manual['mysql/out-parameters'],
  manual['mysql/status-ps-out-params'],
  manual['mariadb/status-ps-out-params'],
] as const;
const withProcedures = ['check-account', { feature: 'procedures' }, { offers: 'PS_MULTI_RESULTS' }] as const;
const severalResults = loggedInWith({ add: ['PS_MULTI_RESULTS'] });

const fortyTwo = { columns: 1, rows: 1, 'row.0.0': '42' } as const;

/** CALL by COM_STMT_EXECUTE: several results, OUT parameters. */
export const cases = [
  {
    id: 'prepared/call-two-results',
    title: 'each resultset of a prepared CALL is binary, with SERVER_MORE_RESULTS_EXISTS, and an OK follows the last',
    // That an OK of the CALL's own stands behind its resultsets MySQL's manual alone says.
    level: 'SHOULD',
    source: [...call, ...rows],
    needs: withProcedures,
    perilous: true,
    script: [
      ...severalResults,
      ...prepared('CALL mywire.two_results()', 0, 0),
      { send: execute() },
      {
        expect: [
          { packet: 'BinaryResultset', where: { columns: 1, rows: 1, 'row.0.0': '1', statusFlags: { bits: status.MORE_RESULTS_EXISTS } } },
        ],
      },
      {
        expect: [
          {
            packet: 'BinaryResultset',
            where: { columns: 2, rows: 1, 'row.0.0': '2', 'row.0.1': '3', statusFlags: { bits: status.MORE_RESULTS_EXISTS } },
          },
        ],
      },
      { expect: [{ packet: 'OK', where: { statusFlags: { noBits: status.MORE_RESULTS_EXISTS } } }] },
      ...works,
    ],
    link: 'https://bugs.mysql.com/bug.php?id=38206',
    killedBy: ['later-results-in-text', 'execute-without-more-results-flag', 'call-without-final-ok'],
  },
  {
    id: 'prepared/call-without-rows-first',
    title: 'the end of a binary resultset without rows says that the other resultset of a prepared CALL follows',
    // That an OK of the CALL's own stands behind its resultsets MySQL's manual alone says.
    level: 'SHOULD',
    source: [...call, ...rows],
    needs: [...withProcedures, { feature: 'procedure-without-rows' }],
    script: [
      ...severalResults,
      ...prepared('CALL mywire.no_rows_first()', 0, 0),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { columns: 1, rows: 0, statusFlags: { bits: status.MORE_RESULTS_EXISTS } } }] },
      {
        expect: [
          { packet: 'BinaryResultset', where: { columns: 1, rows: 1, 'row.0.0': '2', statusFlags: { bits: status.MORE_RESULTS_EXISTS } } },
        ],
      },
      { expect: [{ packet: 'OK', where: { statusFlags: { noBits: status.MORE_RESULTS_EXISTS } } }] },
      ...works,
    ],
    killedBy: ['execute-without-rows-hides-more-results', 'execute-without-more-results-flag'],
  },
  {
    id: 'prepared/call-fails-behind-a-result',
    title: 'a prepared CALL that fails behind a resultset ends with an ERR in place of its OK',
    // What ends a CALL that fails behind a resultset no page says: that it fails with this error is the promise of SIGNAL.
    level: 'SHOULD',
    source: [...call, manual['mysql/signal-without-errno'], manual['mariadb/signal-ends-the-program'], manual['mariadb/error-1644-signal']],
    needs: withProcedures,
    perilous: true,
    script: [
      ...severalResults,
      ...prepared('CALL mywire.fails_after_one()', 0, 0),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { columns: 1, rows: 1, statusFlags: { bits: status.MORE_RESULTS_EXISTS } } }] },
      { expect: [err(1644, '45000')] },
      ...works,
    ],
    killedBy: ['execute-without-more-results-flag', 'err-behind-results-missing'],
  },
  {
    id: 'prepared/call-with-out-parameter',
    title: 'an OUT parameter comes as a row of its own, marked SERVER_PS_OUT_PARAMS, and an OK follows, which is not',
    // What becomes of OUT parameters MySQL's manual alone says.
    level: 'SHOULD',
    source: [...call, ...outParameters],
    needs: withProcedures,
    perilous: true,
    script: [
      ...severalResults,
      ...prepared('CALL mywire.one_out(?)', 1, 0),
      { send: execute([nullOf(type.LONG)]) },
      {
        expect: [
          {
            packet: 'BinaryResultset',
            where: { ...fortyTwo, definitionsStatusFlags: { bits: status.PS_OUT_PARAMS | status.MORE_RESULTS_EXISTS } },
          },
          // Or the EOF behind the row says that more follows, as it should (MySQL's does not).
          {
            packet: 'BinaryResultset',
            where: {
              ...fortyTwo,
              definitionsStatusFlags: { bits: status.PS_OUT_PARAMS },
              statusFlags: { bits: status.MORE_RESULTS_EXISTS },
            },
          },
        ],
      },
      { expect: [{ packet: 'OK', where: { statusFlags: { noBits: status.MORE_RESULTS_EXISTS | status.PS_OUT_PARAMS } } }] },
      { send: { message: 'COM_PING' } },
      { expect: [{ packet: 'OK', sequenceId: 1, where: { statusFlags: { noBits: status.PS_OUT_PARAMS } } }] },
      ...works,
    ],
    killedBy: ['out-parameters-without-flag', 'out-parameters-missing', 'out-parameters-flag-in-final-ok', 'out-parameters-flag-stays'],
  },
  {
    id: 'prepared/call-with-out-parameter-with-deprecate-eof',
    title: 'with DEPRECATE_EOF the OK that ends the row of OUT parameters has SERVER_PS_OUT_PARAMS',
    // What becomes of OUT parameters MySQL's manual alone says.
    level: 'SHOULD',
    source: [...call, manual['mysql/out-parameters'], manual['mysql/status-ps-out-params'], manual['mariadb/status-ps-out-params']],
    needs: [...withProcedures, { offers: 'DEPRECATE_EOF' }],
    script: [
      ...loggedInWith({ add: ['PS_MULTI_RESULTS', 'DEPRECATE_EOF'] }),
      ...prepared('CALL mywire.one_out(?)', 1, 0),
      { send: execute([nullOf(type.LONG)]) },
      {
        expect: [
          {
            packet: 'BinaryResultset',
            where: { columns: 1, 'row.0.0': '42', statusFlags: { bits: status.PS_OUT_PARAMS | status.MORE_RESULTS_EXISTS } },
          },
        ],
      },
      { expect: [{ packet: 'OK', where: { statusFlags: { noBits: status.MORE_RESULTS_EXISTS } } }] },
      ...works,
    ],
    killedBy: ['out-parameters-without-flag', 'out-parameters-missing'],
  },
  {
    id: 'prepared/call-without-ps-multi-results',
    title: 'a client without PS_MULTI_RESULTS gets no row of OUT parameters',
    // What becomes of OUT parameters MySQL's manual alone says.
    level: 'SHOULD',
    source: [...call, ...outParameters],
    needs: ['check-account', { feature: 'procedures' }],
    script: [
      ...loggedIn,
      ...prepared('CALL mywire.one_out(?)', 1, 0),
      { send: execute([nullOf(type.LONG)]) },
      { expect: [{ packet: 'OK', where: { statusFlags: { noBits: status.MORE_RESULTS_EXISTS } } }] },
      ...works,
    ],
    killedBy: ['out-parameters-unasked'],
  },
] as const satisfies readonly Case[];
