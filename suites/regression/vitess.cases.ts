import type { Case } from '../../harness/case/case.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { alive, justCloses, query, row } from '../regression-steps.ts';
import { anyErrOutOfTurn, ended, err, greeting, ok, works } from '../steps.ts';

const product = 'Vitess';
const answered = [manual['mysql/ok-or-err-ends-auth'], manual['mariadb/auth-answers']] as const;
const resultset = [
  manual['mysql/resultset-order'],
  manual['mysql/resultset-terminator'],
  manual['mariadb/resultset-order'],
  manual['mariadb/resultset-terminator'],
] as const;

/** vtgate. */
export const cases = [
  {
    id: 'regression/vitess-4357-empty-packet',
    title: 'four zero bytes in answer to the greeting are refused, and the next client is served',
    level: 'SHOULD',
    source: [...answered, manual['mysql/packet-has-length-sequence-payload'], manual['mysql/auth-err-closes-connection']],
    needs: ['check-account'],
    script: [greeting, { send: { wire: '00000000' } }, { expect: [anyErrOutOfTurn, justCloses] }, ended, alive],
    deliveries: ['whole'],
    link: 'https://github.com/vitessio/vitess/pull/4357',
    regression: { product, issue: 'vitessio/vitess#4357' },
    killedBy: ['empty-first-packet-stops-server', 'empty-packet-hangs'],
  },
  {
    id: 'regression/vitess-2835-first-packet-with-sequence-id-10',
    title: 'a first packet with sequence id 10, and the end of the client behind it, end the connection; the next client is served',
    level: 'SHOULD',
    source: [
      ...answered,
      manual['mysql/error-1156-packets-out-of-order'],
      manual['mariadb/error-1156-packets-out-of-order'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['check-account'],
    script: [greeting, { send: { wire: '0100000a00' } }, { do: 'half-close' }, { expect: [anyErrOutOfTurn, justCloses] }, ended, alive],
    deliveries: ['whole'],
    link: 'https://github.com/vitessio/vitess/pull/2835',
    regression: { product, issue: 'vitessio/vitess#2835' },
    killedBy: ['disorderly-first-packet-stops-server', 'disorderly-first-packet-keeps-open'],
  },
  {
    id: 'regression/vitess-6747-statements-stop-at-the-first-err',
    title:
      'of three statements in a query the third is not carried out where the second fails, and the sequence ids go on over the results',
    // That the rest is left out, MySQL's manual alone says.
    level: 'SHOULD',
    source: [
      ...resultset,
      manual['mysql/statements-stop-at-first-error'],
      manual['mysql/error-of-statements'],
      manual['mariadb/multi-statements'],
      manual['mariadb/error-of-statements'],
      manual['mysql/multi-statement'],
      manual['mysql/status-flags'],
      manual['mariadb/status-flags'],
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-follows-last-received'],
    ],
    needs: ['check-account', { offers: 'MULTI_STATEMENTS' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['MULTI_STATEMENTS'] } } },
      ok,
      query('SELECT 1; SELECT `mywire_no_such_column`; SET @mywire_third = 3'),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { first: '1', statusFlags: { bits: status.MORE_RESULTS_EXISTS } } }] },
      { expect: [{ ...err(1054, '42S22'), sequenceId: 6 }] },
      query('SELECT @mywire_third, 4'),
      row(null, '4'),
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/vitessio/vitess/issues/6747',
    regression: { product, issue: 'vitessio/vitess#6747' },
    killedBy: ['multi-goes-on-after-err', 'multi-goes-on-in-silence', 'multi-sequence-restarts'],
  },
] as const satisfies readonly Case[];
