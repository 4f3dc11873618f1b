import { type Assertion, finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { carrier, overMany, overOne } from './story/carriers.ts';
import { askWhoHasIt, createTables, givenBack, insertOrder, setVariables, tieVariables } from './story/proxysql.ts';
import { proxysqlAndMariadb } from './story/topology.ts';
import { type ByVersion, measured } from './story/versions.ts';

interface DelayFacts {
  /** The variables before anybody has set them. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Whether the connection came back to the pool by itself, by round. */
  readonly cameBack: Readonly<Record<string, boolean>>;
}

/** Long enough that nobody who asks at once is late, on a busy machine too. */
const delayMs = 2000;
/** The longest that ProxySQL takes. */
const longest = 300_000;
const queries = 8;

const page = 'https://proxysql.com/documentation/global-variables/mysql-variables/';

/** Measured on 2.0.17, 2.0.18 and 2.7.1, 2026-11-26; mysql-auto_increment_delay_multiplex_timeout_ms came with 2.4.0. */
const defaults: ByVersion<Readonly<Record<string, string>>> = [
  { since: '2.0.0', is: { 'mysql-auto_increment_delay_multiplex': '5', 'mysql-connection_delay_multiplex_ms': '0' } },
  {
    since: '2.4.0',
    is: {
      'mysql-auto_increment_delay_multiplex': '5',
      'mysql-auto_increment_delay_multiplex_timeout_ms': '10000',
      'mysql-connection_delay_multiplex_ms': '0',
    },
  },
];
/** Whether the tie of an insert ends by itself when its client is silent. */
const endsBySilence: ByVersion<boolean> = [
  { since: '2.0.0', is: false },
  { since: '2.4.0', is: true },
];

async function act(stage: Stage): Promise<DelayFacts> {
  await createTables(stage);
  const before = await tieVariables(stage);
  const cameBack: Record<string, boolean> = {};

  await setVariables(stage, { auto_increment_delay_multiplex: 0, connection_delay_multiplex_ms: longest });
  const steady = await stage.client('proxysql');
  for (let done = 1; done <= queries; done++) {
    await steady.query(`SELECT 'steady ${done}' AS mark`);
    await askWhoHasIt(stage, `after steady ${done}`);
  }

  await setVariables(stage, { connection_delay_multiplex_ms: delayMs });
  const silent = await stage.client('proxysql');
  await silent.query("SELECT 'silent' AS mark");
  await askWhoHasIt(stage, 'after silent, at once');
  cameBack['silent'] = await givenBack(stage, delayMs * 4);
  await askWhoHasIt(stage, 'after silent, later');

  await setVariables(stage, { auto_increment_delay_multiplex: 5, connection_delay_multiplex_ms: 0 });
  // Without an effect where ProxySQL does not have it.
  await setVariables(stage, { auto_increment_delay_multiplex_timeout_ms: delayMs }).catch((error: Error) => stage.tell(error.message));
  const insert = await stage.client('proxysql');
  await insert.query(insertOrder('insert'));
  await askWhoHasIt(stage, 'after insert, at once');
  cameBack['insert'] = await givenBack(stage, delayMs * 2);
  await askWhoHasIt(stage, 'after insert, later');
  return { defaults: before, cameBack };
}

/** 'another' when who asked got another connection than that of the statement. */
const whoGot = ({ wire }: Observed<DelayFacts>, statement: string, question: string): 'the same' | 'another' =>
  carrier(wire, statement) === carrier(wire, question) ? 'the same' : 'another';

const later = (name: string, observed: Observed<DelayFacts>) =>
  `${versionOf(observed, 'proxysql')}: at once ${whoGot(observed, name, `after ${name}, at once`)}; came back to the pool by itself: ${
    observed.facts.cameBack[name]
  }; then ${whoGot(observed, name, `after ${name}, later`)}`;

const assertions: readonly Assertion<DelayFacts>[] = [
  {
    name: 'defaults',
    says: 'A tie of 5 queries is the default, and none by time; since 2.4 silence ends the former after 10 s.',
    level: 'SHOULD',
    source: page,
    judge: (observed) => {
      const seen = JSON.stringify(observed.facts.defaults);
      return finding(seen === JSON.stringify(measured(defaults, observed)), `${versionOf(observed, 'proxysql')}: ${seen}`);
    },
    unless: (observed) => withFacts(observed, { defaults: { 'mysql-auto_increment_delay_multiplex': '0' } }),
  },
  {
    name: 'connection-delay-ties-any-query',
    says: 'mysql-connection_delay_multiplex_ms ties after any statement, an insert or not, and however many follow.',
    level: 'SHOULD',
    source: `${page}#mysql-connection_delay_multiplex_ms`,
    judge: (observed) => {
      const marks = Array.from({ length: queries }, (_, index) => `steady ${index + 1}`);
      const got = marks.map((mark) => whoGot(observed, mark, `after ${mark}`));
      const own = new Set(marks.map((mark) => carrier(observed.wire, mark)));
      return finding(
        own.size === 1 && got.every((one) => one === 'another'),
        `${versionOf(observed, 'proxysql')}: ${queries} queries on ${[...own].join(', ')}; who asked after each got ${got.join(', ')}`,
      );
    },
    unless: overMany,
  },
  {
    name: 'connection-delay-ends-by-silence',
    says: 'It ends that long after the last statement, while the client is silent.',
    level: 'SHOULD',
    source: `${page}#mysql-connection_delay_multiplex_ms`,
    judge: (observed) =>
      finding(
        whoGot(observed, 'silent', 'after silent, at once') === 'another' &&
          observed.facts.cameBack['silent'] === true &&
          whoGot(observed, 'silent', 'after silent, later') === 'the same',
        later('silent', observed),
      ),
    unless: overOne,
  },
  {
    name: 'insert-tie-and-silence',
    says: 'The tie of an insert ends by silence since 2.4 (mysql-auto_increment_delay_multiplex_timeout_ms); before, a silent client keeps the connection for good.',
    level: 'SHOULD',
    source: `${page}#mysql-auto_increment_delay_multiplex_timeout_ms`,
    judge: (observed) => {
      const ends = measured(endsBySilence, observed);
      return finding(
        whoGot(observed, 'insert', 'after insert, at once') === 'another' &&
          observed.facts.cameBack['insert'] === ends &&
          whoGot(observed, 'insert', 'after insert, later') === (ends ? 'the same' : 'another'),
        later('insert', observed),
      );
    },
    unless: overOne,
  },
];

/** The ties that time ends. */
export const delayMsTies: Scenario<DelayFacts> = {
  id: 'multiplexing/delay-ms',
  title: 'ties by time: mysql-connection_delay_multiplex_ms ties after any statement, and what ends the tie of a silent client',
  report: 'S3',
  topology: proxysqlAndMariadb,
  limitMs: 60_000,
  act,
  assertions,
};
