import { type Assertion, finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { lastInsertId } from '../../harness/scenario/wire.ts';
import { carrier, marked, window } from './story/carriers.ts';
import { askWhoHasIt, createTables, insertOrder, setVariables } from './story/proxysql.ts';
import { spellings } from './story/spellings.ts';
import { proxysqlAndMariadb } from './story/topology.ts';
import { type ByVersion, measured } from './story/versions.ts';

type State = 'tied' | 'let go';
type Protocol = 'text' | 'binary';
/** Who answered, and whether it was the id that the OK of the insert had told. */
type Answer = 'right, the same backend' | 'right, ProxySQL itself' | '0, another backend' | 'not a prepared statement, ProxySQL itself';

const same = 'right, the same backend';
const itself = 'right, ProxySQL itself';
const other = '0, another backend';
const broken = 'not a prepared statement, ProxySQL itself';

/** In the order of the spellings, when client and backend are not tied. Measured on 2.0.17, 2.0.18 and 2.7.1, 2026-11-26. */
const letGo: Readonly<Record<Protocol, ByVersion<readonly Answer[]>>> = {
  text: [
    { since: '2.0.0', is: [itself, itself, itself, other, other, other, itself, other] },
    { since: '2.6.4', is: [itself, itself, itself, itself, other, other, itself, other] },
  ],
  binary: [
    { since: '2.0.0', is: [broken, broken, broken, other, other, other, broken, other] },
    { since: '2.4.0', is: spellings.map(() => other) },
  ],
};

interface IdFacts {
  /** What the client was told, by question: a number as text, or the client library's words. */
  readonly got: Readonly<Record<string, string>>;
}

const questionOf = (state: State, protocol: Protocol, index: number): string => `${state}, ${protocol}, ${index}`;
const report = 'report S3: LAST_INSERT_ID() through a connection pool';

async function act(stage: Stage): Promise<IdFacts> {
  await createTables(stage);
  const got: Record<string, string> = {};
  // Keeps a backend connection of its own; what it says cuts the leg into pieces.
  const bystander = await stage.client('proxysql');
  await bystander.query('START TRANSACTION');
  for (const state of ['tied', 'let go'] as const) {
    await setVariables(stage, { auto_increment_delay_multiplex: state === 'tied' ? 5 : 0 });
    for (const protocol of ['text', 'binary'] as const) {
      for (const [index, sql] of spellings.entries()) {
        const question = questionOf(state, protocol, index);
        const client = await stage.client('proxysql');
        await client.query(insertOrder(question));
        // Once it is let go, somebody else has it: a right answer can come from ProxySQL's memory alone.
        if (state === 'let go') await askWhoHasIt(stage, `${question}: taken`);
        const answer = await (protocol === 'text' ? client.query(sql) : client.execute(sql));
        got[question] = answer.ok ? String(Object.values(answer.rows[0] ?? {})[0]) : answer.says;
        await bystander.query(`SELECT '${question}: end' AS mark`);
        stage.tell(`${state}, ${protocol}, ${sql}: ${got[question]}`);
        client.vanish();
      }
    }
  }
  return { got };
}

function answerTo({ facts, wire }: Observed<IdFacts>, state: State, protocol: Protocol, index: number): string {
  const question = questionOf(state, protocol, index);
  const id = marked(wire, question).map(lastInsertId)[0];
  const command = protocol === 'text' ? 'COM_QUERY' : 'COM_STMT_EXECUTE';
  const on = window(wire, question, `${question}: end`).filter(
    (one) => one.command === command && (one.sql === undefined || one.sql === spellings[index]),
  );
  const by =
    on.length === 0
      ? 'ProxySQL itself'
      : on.every((one) => one.on.threadId === carrier(wire, question))
        ? 'the same backend'
        : 'another backend';
  const got = facts.got[question] ?? 'nothing';
  return `${got === id ? 'right' : /^\d+$/.test(got) ? got : 'not a prepared statement'}, ${by}`;
}

function idAssertion(
  state: State,
  protocol: Protocol,
  expected: (observed: Observed<IdFacts>) => readonly Answer[],
  says: string,
): Assertion<IdFacts> {
  return {
    name: `${state.replace(' ', '-')}-${protocol}`,
    says,
    level: 'OBSERVE',
    source: report,
    judge: (observed) => {
      const answers = spellings.map((_, index) => answerTo(observed, state, protocol, index));
      return finding(
        answers.join('|') === expected(observed).join('|'),
        `${versionOf(observed, 'proxysql')}: ${spellings.map((sql, index) => `${sql}: ${answers[index]}`).join('; ')}`,
      );
    },
    unless: (observed) =>
      withFacts(observed, { got: Object.fromEntries(Object.entries(observed.facts.got).map(([question]) => [question, '4711'])) }),
  };
}

/** Whether a COM_STMT_PREPARE of the client leg was answered by anything else than COM_STMT_PREPARE_OK. */
const misanswered = ({ wire }: Observed<IdFacts>): string[] =>
  wire.connections
    .filter(({ link }) => link === 'client-proxysql')
    .flatMap(({ exchanges }) => exchanges)
    .filter(({ command, answers }) => command === 'COM_STMT_PREPARE' && answers[0]?.name !== 'StmtPrepareOK')
    .map(({ sql = '' }) => sql);

/** Who knows the last insert id when client and backend are tied, and when they are not. */
export const lastInsertIdAsked: Scenario<IdFacts> = {
  id: 'multiplexing/last-insert-id',
  title: 'LAST_INSERT_ID() in eight spellings, text and binary: without the tie most of them get another connection and a 0',
  report: 'S3',
  topology: proxysqlAndMariadb,
  limitMs: 60_000,
  act,
  assertions: [
    idAssertion(
      'tied',
      'text',
      () => spellings.map(() => same),
      'While they are tied, all eight spellings get the id, from the backend that gave it.',
    ),
    idAssertion('tied', 'binary', () => spellings.map(() => same), 'So do the eight as prepared statements.'),
    idAssertion(
      'let go',
      'text',
      (observed) => measured(letGo.text, observed),
      'When the connection has gone to another client, ProxySQL knows some spellings and answers them itself; the rest get 0 from another backend.',
    ),
    idAssertion('let go', 'binary', (observed) => measured(letGo.binary, observed), 'As prepared statements no spelling gets the id then.'),
    {
      name: 'prepare-is-answered-as-prepare',
      says: 'COM_STMT_PREPARE is answered with COM_STMT_PREPARE_OK; ProxySQL before 2.4 sends the rows of a COM_QUERY for the spellings that it knows.',
      level: 'OBSERVE',
      source: 'https://mariadb.com/docs/server/reference/clientserver-protocol/3-binary-protocol-prepared-statements/com_stmt_prepare',
      judge: (observed) => {
        const wrong = misanswered(observed);
        const expected = spellings.filter((_, index) => measured(letGo.binary, observed)[index] === broken);
        return finding(wrong.join() === expected.join(), `${versionOf(observed, 'proxysql')}: ${wrong.join(', ') || 'all of them'}`);
      },
      unless: (observed) => ({
        ...observed,
        wire: {
          connections: observed.wire.connections.map((one) => ({
            ...one,
            exchanges: one.exchanges.map((exchange) => ({ ...exchange, answers: [] })),
          })),
        },
      }),
    },
  ],
};
