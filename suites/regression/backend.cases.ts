import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Step } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { alive, query, row } from '../regression-steps.ts';
import { ended, loggedIn, ping, waits, works } from '../steps.ts';

const product = 'ProxySQL';
const behindProxy = ['check-account', { backend: 'seen by the proxy' }] as const;
const wellFormed = [
  manual['mysql/query-answers'],
  manual['mysql/resultset-order'],
  manual['mariadb/query-answers'],
  manual['mariadb/resultset-order'],
] as const;
const counted = [manual['mysql/sequence-id-increments-and-wraps'], manual['mariadb/ping-answer-has-sequence-one']] as const;

/** A statement whose answer the server behind the proxy gets wrong on purpose. */
const wrongly = (defect: string) => query(`SELECT /* mywire:defect=${defect} */ 1`);
/** An ERR of the proxy's own, but for that of a server that has not understood the statement. */
const anErr = { packet: 'ERR', sequenceId: 1, where: { errorCode: { not: 1064 } } } as const satisfies Alternative;
/** The same with a code that is not one of a client library or of X Plugin. */
const errsOfServers = [
  { packet: 'ERR', sequenceId: 1, where: { errorCode: { all: [{ max: 1999 }, { not: 1064 }] } } },
  { packet: 'ERR', sequenceId: 1, where: { errorCode: { all: [{ min: 3000 }, { max: 4999 }] } } },
  { packet: 'ERR', sequenceId: 1, where: { errorCode: { min: 6000 } } },
] as const satisfies readonly Alternative[];
/** Takes what a pooled connection still has from the case before, whatever that is: it must not be charged to the next one. */
const drained = {
  beside: [
    ...loggedIn,
    query('SELECT 1'),
    {
      expect: [
        { packet: 'TextResultset', sequenceId: 'any' },
        { packet: 'OK', sequenceId: 'any' },
        { packet: 'ERR', sequenceId: 'any' },
        { closes: true },
      ],
    },
  ],
} as const satisfies Step;
/** Time for the server to end the connection that it has spoilt. */
const settled = { beside: [...loggedIn, { expect: [waits] }, drained, drained, drained, drained] } as const satisfies Step;
/** A proxy that has just had an answer from the server; what the case before has spoilt is over. */
const warm = [settled, ...loggedIn, query('SELECT 1'), row('1')] as const;
const closesAlone = { closes: true, then: [ended, alive, settled] } as const satisfies Alternative;
const rightRow = { packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first: '1' } } as const satisfies Alternative;
/** What is no answer may not reach the client: it gets an ERR in its place, or the end; and the next client gets its answer. */
const kept: readonly Step[] = [{ expect: [anErr, closesAlone] }, alive, settled];
/** The same where the proxy can still make out what the server has meant. */
const keptOrMended: readonly Step[] = [{ expect: [rightRow, anErr, closesAlone] }, alive, settled];
/** The connection goes on, or is over. */
const goesOnOrEnds: readonly Step[] = [
  { send: { message: 'COM_PING' } },
  {
    expect: [
      { packet: 'OK', sequenceId: 1 },
      { closes: true, then: [alive] },
    ],
  },
  alive,
];

/** Faults of the server behind the proxy. */
export const cases = [
  {
    id: 'regression/proxysql-4742-wrong-column-count',
    title: 'a column count that the server behind the proxy gets wrong does not reach the client as a resultset',
    level: 'MUST',
    source: wellFormed,
    needs: behindProxy,
    script: [...warm, wrongly('resultset-column-count-wrong'), ...kept],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/pull/4742',
    regression: { product, issue: 'sysown/proxysql#4742' },
    killedBy: ['backend-faults-reach-the-client'],
  },
  {
    id: 'regression/proxysql-4742-column-count-of-2-to-the-64',
    title: 'a column count of 2^64-1 does not reach the client',
    level: 'MUST',
    source: [...wellFormed, manual['mysql/lenenc-integer-forms']],
    needs: behindProxy,
    script: [...warm, wrongly('query-answered-with-huge-count'), ...kept],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/pull/4742',
    regression: { product, issue: 'sysown/proxysql#4742' },
    killedBy: ['backend-faults-reach-the-client', 'query-answered-with-huge-count'],
  },
  {
    id: 'regression/backend-empty-packet',
    title: 'an empty packet in place of an answer does not reach the client',
    level: 'MUST',
    source: wellFormed,
    needs: behindProxy,
    script: [...warm, wrongly('query-answered-with-empty-packet'), ...kept],
    deliveries: ['whole'],
    killedBy: ['backend-faults-reach-the-client', 'query-answered-with-empty-packet'],
  },
  {
    id: 'regression/backend-definitions-without-eof',
    title: 'a resultset whose server leaves out the EOF behind the definitions reaches the client with it or not at all',
    level: 'MUST',
    source: [...wellFormed, manual['mysql/resultset-terminator'], manual['mariadb/resultset-terminator']],
    needs: behindProxy,
    script: [...warm, wrongly('resultset-without-column-eof'), ...keptOrMended],
    deliveries: ['whole'],
    killedBy: ['backend-faults-reach-the-client'],
  },
  {
    id: 'regression/backend-value-past-the-end-of-its-row',
    title: 'a value that is longer than its row does not reach the client',
    level: 'MUST',
    source: [...wellFormed, manual['mariadb/resultset-text-row']],
    needs: behindProxy,
    script: [...warm, wrongly('row-too-long'), ...kept],
    deliveries: ['whole'],
    killedBy: ['backend-faults-reach-the-client'],
  },
  {
    id: 'regression/backend-sequence-id-left-out',
    title: 'the sequence ids that a client sees are contiguous, though the server behind the proxy leaves one out',
    level: 'MUST',
    source: [...counted, ...wellFormed],
    needs: behindProxy,
    script: [...warm, wrongly('answer-skips-sequence-id'), ...keptOrMended],
    deliveries: ['whole'],
    killedBy: ['backend-faults-reach-the-client', 'answer-skips-sequence-id'],
  },
  {
    id: 'regression/backend-sequence-id-stands-still',
    title: 'the sequence ids that a client sees are contiguous, though those of the server behind the proxy stand still',
    level: 'MUST',
    source: [...counted, ...wellFormed],
    needs: behindProxy,
    script: [...warm, wrongly('resultset-sequence-stuck'), ...keptOrMended],
    deliveries: ['whole'],
    killedBy: ['backend-faults-reach-the-client'],
  },
  {
    id: 'regression/backend-err-behind-rows',
    title: 'rows that end with an ERR reach the client with that ERR behind them, or as an ERR, and the connection goes on',
    level: 'MUST',
    source: [...wellFormed, manual['mysql/resultset-terminator'], ...counted],
    needs: behindProxy,
    script: [
      ...warm,
      wrongly('rows-end-with-err'),
      // As the reference server words it: "The server behind this one gave no right answer".
      {
        expect: [{ packet: 'ResultsetThenERR', sequenceId: 1, where: { errorCode: 1105, sqlState: 'HY000', columns: 1, rows: 1 } }, anErr],
      },
      ...ping,
      settled,
    ],
    deliveries: ['whole'],
    killedBy: ['rows-end-with-err', 'backend-err-becomes-end-of-rows', 'backend-err-becomes-another'],
  },
  {
    id: 'regression/proxysql-3410-ok-in-place-of-rows',
    title: 'an OK in place of rows reaches the client as OK or ERR, and its next query gets its answer',
    level: 'MUST',
    source: wellFormed,
    needs: behindProxy,
    script: [
      ...warm,
      wrongly('query-answered-with-ok'),
      { expect: [{ packet: 'OK', sequenceId: 1 }, anErr, closesAlone] },
      query('SELECT 2'),
      row('2'),
      ...ping,
      settled,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/3410',
    regression: { product, issue: 'sysown/proxysql#3410', affected: '2.0.17' },
    killedBy: ['query-answered-with-ok', 'backend-ok-for-rows-hangs'],
  },
  {
    id: 'regression/proxysql-2089-two-ok-packets',
    title: 'of two OK packets of the server the second is never taken for the answer to the next query',
    level: 'MUST',
    source: [...wellFormed, manual['mysql/sequence-id-resets-per-command']],
    needs: behindProxy,
    script: [
      ...warm,
      wrongly('query-answered-with-two-oks'),
      { expect: [{ packet: 'OK', sequenceId: 1 }, anErr, closesAlone] },
      query('SELECT 2'),
      row('2'),
      ...ping,
      settled,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/2089',
    regression: { product, issue: 'sysown/proxysql#2089', affected: '2.0.4' },
    killedBy: ['backend-faults-reach-the-client', 'query-answered-with-two-oks'],
  },
  {
    id: 'regression/proxysql-3500-file-that-the-server-asks-for',
    title: 'a server that asks for a file in answer to a SELECT gets no byte of one, and the client an ERR or the end',
    level: 'MUST',
    source: [manual['mysql/infile-needs-local-files'], manual['mariadb/infile-refused-without-local-files'], ...wellFormed],
    needs: behindProxy,
    script: [
      ...warm,
      wrongly('query-answered-with-file-request'),
      { expect: [{ packet: 'OK', sequenceId: 1 }, anErr, closesAlone] },
      { beside: [...loggedIn, query('SELECT mywire_unasked_file_bytes()'), row('0')] },
      alive,
      settled,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/3500',
    regression: { product, issue: 'sysown/proxysql#3500', fixed: '2.3.0' },
    killedBy: ['backend-faults-reach-the-client', 'query-answered-with-file-request'],
  },
  {
    id: 'regression/proxysql-3821eec8-end-behind-a-whole-answer',
    title: 'an answer behind which the server closes reaches the client to its last byte',
    level: 'MUST',
    source: [...wellFormed, manual['tcp/half-closed-may-still-send']],
    needs: behindProxy,
    script: [...warm, wrongly('answer-and-end'), { expect: [rightRow] }, ...goesOnOrEnds],
    deliveries: ['whole'],
    tries: 10,
    link: 'https://github.com/sysown/proxysql/commit/3821eec8',
    regression: { product, issue: 'sysown/proxysql@3821eec8', affected: 'sessions with fast_forward' },
    killedBy: ['answer-and-end', 'backend-end-cuts-answer'],
  },
  {
    id: 'regression/backend-end-in-an-answer',
    title: 'an answer that breaks off is told to the client as an ERR or the end, and is not left hanging',
    level: 'MUST',
    source: wellFormed,
    needs: behindProxy,
    script: [...warm, wrongly('answer-breaks-off'), ...kept],
    deliveries: ['whole'],
    killedBy: ['answer-breaks-off', 'backend-end-in-answer-hangs'],
  },
  {
    id: 'regression/backend-end-without-an-answer',
    title: 'a server that closes on a query instead of answering it leaves its client with an ERR or the end',
    level: 'MUST',
    source: wellFormed,
    needs: behindProxy,
    script: [...warm, wrongly('query-answered-with-close'), ...kept],
    deliveries: ['whole'],
    killedBy: ['query-answered-with-close', 'backend-end-without-answer-hangs'],
  },
  {
    id: 'regression/backend-packet-too-large-and-end',
    title: 'ERR 1153 behind which the server closes reaches the client as an ERR',
    level: 'MUST',
    source: [
      manual['mysql/error-1153-packet-too-large'],
      manual['mariadb/error-1153-packet-too-large'],
      manual['mysql/query-answers'],
      manual['mariadb/query-answers'],
    ],
    needs: behindProxy,
    script: [...warm, wrongly('too-large-and-end'), { expect: [anErr] }, ...goesOnOrEnds],
    deliveries: ['whole'],
    killedBy: ['too-large-and-end', 'backend-err-lost-with-its-connection'],
  },
  {
    id: 'regression/mariadb-33541-codes-of-the-client',
    title: 'what a proxy tells its client of a server that has closed on a query has no code of 2000 to 2999 or 5000 to 5999',
    level: 'MUST',
    source: [manual['mysql/error-code-ranges'], manual['mariadb/err-code-range'], ...wellFormed],
    needs: behindProxy,
    // As in the report, where a proxy passed on the 2003 of the client that it is itself: Connector/C took its ERR for no ERR.
    script: [...warm, wrongly('query-answered-with-close'), { expect: [...errsOfServers, closesAlone] }, alive, settled],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MDEV-33541',
    regression: { product: 'MariaDB Connector/C', issue: 'MDEV-33541' },
    killedBy: ['backend-end-told-in-a-code-of-clients'],
  },
  {
    id: 'regression/backend-slow-answer',
    title: 'a client whose server does not answer holds up no other client',
    level: 'SHOULD',
    source: [manual['mysql/most-commands-answered-by-ok-err-eof'], manual['mysql/query-answers'], manual['mariadb/query-answers']],
    needs: behindProxy,
    script: [...warm, wrongly('slow-answer'), alive, alive, settled],
    deliveries: ['whole'],
    killedBy: ['slow-answer-holds-up-others'],
  },
  {
    id: 'regression/ephpm-221-quit-of-a-pooled-session',
    title: 'COM_QUIT of one client ends no session of the clients behind it',
    level: 'MUST',
    source: [manual['mysql/quit-closes'], manual['mariadb/quit-closes'], manual['mysql/query-answers']],
    needs: ['check-account'],
    script: [...loggedIn, ...Array.from({ length: 10 }, () => alive), ...ping, ...works],
    deliveries: ['whole'],
    link: 'https://github.com/ephpm/ephpm/pull/221',
    regression: { product: 'ephpm', issue: 'ephpm/ephpm#221' },
    killedBy: ['quit-breaks-next-session', 'quits-of-others-end-session'],
  },
  {
    id: 'regression/maxscale-mxs-4998-two-quits',
    title: 'a second COM_QUIT behind the first does no harm: the connection ends, and the next client is served',
    level: 'SHOULD',
    source: [manual['mysql/quit-closes'], manual['mariadb/quit-closes']],
    needs: ['check-account'],
    script: [...loggedIn, query('SELECT 1'), row('1'), { send: [{ message: 'COM_QUIT' }, { message: 'COM_QUIT' }] }, ended, alive],
    deliveries: ['whole'],
    link: 'https://jira.mariadb.org/browse/MXS-4998',
    regression: { product: 'MaxScale', issue: 'MXS-4998', fixed: '6.4.15, 22.08.12, 23.02.9, 23.08.5' },
    killedBy: ['second-quit-stops-server'],
  },
] as const satisfies readonly Case[];
