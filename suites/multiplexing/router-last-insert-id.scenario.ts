import { type Assertion, finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { lastInsertId } from '../../harness/scenario/wire.ts';
import { marked, overMany } from './story/carriers.ts';
import { insertOrder } from './story/proxysql.ts';
import { askTheRouter, isTaken, prepareServer, routerAndMysql, routerLeg, sharingPage } from './story/router.ts';
import { spellings } from './story/spellings.ts';

/** Whether somebody else has taken the connection since the insert, or nobody has, or the insert was in a transaction. */
const states = ['taken', 'untouched', 'in a transaction'] as const;
type State = (typeof states)[number];
const protocols = ['text', 'binary'] as const;
type Protocol = (typeof protocols)[number];

interface RouterIdFacts {
  /** What the client was told, by question: a number as text, or the number of the error. */
  readonly got: Readonly<Record<string, string>>;
}

type Answer = 'right' | '0' | 'error 3566';
/** The function by name is refused, the variables are not. Measured on 9.7.4, 2026-11-26. */
const text: readonly Answer[] = spellings.map((sql) => (/@@/.test(sql) ? '0' : 'error 3566'));
const binary: readonly Answer[] = spellings.map(() => '0');
const right: readonly Answer[] = spellings.map(() => 'right');
/** The client gets its own connection back as it was, as long as nobody has come. */
const untouchedText: readonly Answer[] = text.map((answer) => (answer === '0' ? 'right' : answer));

const questionOf = (state: State, protocol: Protocol, index: number): string => `${state}, ${protocol}, ${index}`;

async function act(stage: Stage): Promise<RouterIdFacts> {
  await prepareServer(stage);
  const got: Record<string, string> = {};
  for (const state of states) {
    for (const protocol of protocols) {
      for (const [index, sql] of spellings.entries()) {
        const question = questionOf(state, protocol, index);
        const client = await stage.client('mysqlrouter');
        if (state === 'in a transaction') await client.query('START TRANSACTION');
        await client.query(insertOrder(question));
        if (state !== 'untouched') await askTheRouter(stage, question);
        const answer = await (protocol === 'text' ? client.query(sql) : client.execute(sql));
        got[question] = answer.ok ? String(Object.values(answer.rows[0] ?? {})[0]) : `error ${answer.errno}`;
        stage.tell(`${state}, ${protocol}, ${sql}: ${got[question]}`);
        await client.quit();
      }
    }
  }
  return { got };
}

function answerTo({ facts, wire }: Observed<RouterIdFacts>, state: State, protocol: Protocol, index: number): string {
  const question = questionOf(state, protocol, index);
  const id = marked(wire, question, routerLeg).map(lastInsertId)[0];
  const got = facts.got[question] ?? 'nothing';
  return got === id ? 'right' : got;
}

function idAssertion(state: State, protocol: Protocol, expected: readonly Answer[], says: string): Assertion<RouterIdFacts> {
  return {
    name: `${state.replaceAll(' ', '-')}-${protocol}`,
    says,
    level: 'OBSERVE',
    source: sharingPage,
    judge: (observed) => {
      const answers = spellings.map((_, index) => answerTo(observed, state, protocol, index));
      return finding(
        answers.join('|') === expected.join('|'),
        `${versionOf(observed, 'mysqlrouter')}: ${spellings.map((sql, index) => `${sql}: ${answers[index]}`).join('; ')}`,
      );
    },
    unless: (observed) =>
      withFacts(observed, { got: Object.fromEntries(Object.entries(observed.facts.got).map(([question]) => [question, '4711'])) }),
  };
}

/** LAST_INSERT_ID() where the Router shares connections: no tie, and no memory. */
export const routerLastInsertId: Scenario<RouterIdFacts> = {
  id: 'multiplexing/router-last-insert-id',
  title:
    'MySQL Router with connection sharing does not tie after an insert: it refuses LAST_INSERT_ID(), and answers other spellings with 0 once somebody else has come',
  report: 'S3',
  topology: routerAndMysql,
  limitMs: 60_000,
  act,
  assertions: [
    {
      name: 'insert-does-not-tie',
      says: 'After an OK with a last insert id, the next client gets the connection.',
      level: 'OBSERVE',
      source: sharingPage,
      judge: (observed) => {
        const questions = protocols.flatMap((protocol) => spellings.map((_, index) => questionOf('taken', protocol, index)));
        const ids = questions.map((question) => marked(observed.wire, question, routerLeg).map(lastInsertId)[0] ?? '0');
        const handed = questions.filter((question) => isTaken(observed.wire, question));
        return finding(
          !ids.includes('0') && handed.length === questions.length,
          `${versionOf(observed, 'mysqlrouter')}: ${handed.length} of ${questions.length} inserts with an id`,
        );
      },
      unless: (observed) => overMany(observed, routerLeg),
    },
    idAssertion('taken', 'text', text, 'LAST_INSERT_ID() is refused with 3566; @@IDENTITY and @@LAST_INSERT_ID are not, and are 0.'),
    idAssertion('taken', 'binary', binary, 'As a prepared statement no spelling is refused, and all are 0.'),
    idAssertion(
      'untouched',
      'text',
      untouchedText,
      'As long as nobody has come since, the variables are right; the function is refused all the same.',
    ),
    idAssertion('untouched', 'binary', right, 'As prepared statements all eight are right then.'),
    idAssertion('in a transaction', 'text', right, 'In a transaction, which keeps the connection, all eight get the id.'),
    idAssertion('in a transaction', 'binary', right, 'So do the eight as prepared statements.'),
  ],
};
