import { finding, type Observed, type Scenario, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { errorCode } from '../../harness/scenario/wire.ts';
import { haproxy } from './story/haproxy.ts';
import { threeServers } from './story/three-servers.ts';
import { type Books, booksOf, carried, makeBank, type Node, nodes, said, statementsOf, type Transaction } from './story/transaction.ts';

/** What two transactions came to that change the same accounts at the same time, by port. */
interface ConflictFacts {
  /** What each statement came to, by mark: 'front 1'. */
  readonly came: Readonly<Record<string, readonly string[]>>;
  readonly books: Readonly<Record<string, Books>>;
}

const ports = ['front', 'writer'] as const;
type Port = (typeof ports)[number];
const rounds = 3;
/** In each round two transactions want the same two accounts. */
const pairs = ports.flatMap((port, at) =>
  Array.from({ length: rounds }, (_, round) => {
    const first = 1 + 2 * (at * rounds + round);
    const pair: readonly [Transaction, Transaction] = [
      { mark: `${port} ${round + 1} first`, first },
      { mark: `${port} ${round + 1} second`, first },
    ];
    return { port, pair };
  }),
);
const pairsOf = (port: Port) => pairs.filter((one) => one.port === port).map(({ pair }) => pair);

const page = 'https://galeracluster.com/library/documentation/certification-based-replication.html';
const advice = 'report S2: transactions that stay together; https://galeracluster.com/library/kb/deadlock-found.html';

/** Both begin and change; the first commits while the second is open, then the second goes on. */
async function collide(stage: Stage, port: Port, [one, other]: readonly [Transaction, Transaction]): Promise<Record<string, string[]>> {
  const first = await stage.client('haproxy', { port });
  const second = await stage.client('haproxy', { port });
  const came: Record<string, string[]> = { [one.mark]: [], [other.mark]: [] };
  const say = async (client: typeof first, by: Transaction, step: number): Promise<void> => {
    came[by.mark]?.push(await said(client, statementsOf(by)[step] as string));
  };
  for (const step of [0, 1, 2, 3]) await say(first, one, step);
  await say(second, other, 0);
  // On one server it waits for the row lock of the first; on another one nobody tells it.
  const rest = (async () => {
    for (const step of [1, 2, 3]) await say(second, other, step);
  })();
  if (port === 'front') await rest;
  else await stage.until('the second waits for the first', 8000, () => runsOnA(stage, other.mark));
  await say(first, one, 4);
  await rest;
  await say(second, other, 4);
  // Both stay: who comes next goes to the servers that have fewer.
  stage.tell(`${one.mark}: ${came[one.mark]?.join(', ')}; ${other.mark}: ${came[other.mark]?.join(', ')}`);
  return came;
}

async function runsOnA(stage: Stage, mark: string): Promise<boolean> {
  const list = "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'mywire' AND info LIKE ?";
  return Number((await stage.node('a').sql?.(list, [`%${mark}%`]))?.rows[0]?.['n']) > 0;
}

async function act(stage: Stage): Promise<ConflictFacts> {
  await makeBank(stage);
  for (const node of nodes) await stage.node(node).sql?.('SET SESSION wsrep_sync_wait = 1');
  await haproxy.ready(stage);
  const came: Record<string, string[]> = {};
  for (const { port, pair } of pairs) Object.assign(came, await collide(stage, port, pair));
  const books: Record<string, Books> = {};
  for (const node of nodes) books[node] = await booksOf(stage, node);
  return { came, books };
}

const serversOf = ({ wire }: Observed<ConflictFacts>, { mark }: Transaction): Node[] => [
  ...new Set(carried(wire, 'haproxy', mark).map(({ node }) => node)),
];
const deadlocks = ({ wire }: Observed<ConflictFacts>, { mark }: Transaction): number =>
  carried(wire, 'haproxy', mark).filter((one) => errorCode(one) === 1213).length;

export const certification: Scenario<ConflictFacts> = {
  id: 'transactions/certification',
  title: 'two Galera nodes that change the same row at the same time: one client gets 1213; through a single writer none does',
  report: 'S2',
  topology: threeServers({ ...haproxy, by: 'galera' }),
  limitMs: 60_000,
  act,
  assertions: [
    {
      name: 'port-for-all-gives-1213-to-one',
      says: 'Through the port for all the two are on two nodes: the one that commits second gets ERR 1213, the first none.',
      level: 'MUST',
      source: page,
      judge: (observed) => {
        const seen = pairsOf('front').map(([one, other]) => {
          const on = [one, other].map((by) => serversOf(observed, by).join('+'));
          return { on, apart: on[0] !== on[1], of: [deadlocks(observed, one), deadlocks(observed, other)] };
        });
        return finding(
          seen.every(({ apart, of }) => apart && of.join() === '0,1'),
          seen.map(({ on, of }) => `on ${on.join(' and ')}: 1213 x ${of.join(' and ')}`).join('; '),
        );
      },
      unless: (observed) => ({ ...observed, wire: { connections: [] } }),
    },
    {
      name: 'port-for-writers-gives-1213-to-none',
      says: 'Through the port for writers both are on one node: the second waits for the row lock, and both commit.',
      level: 'MUST',
      source: advice,
      judge: (observed) => {
        const all = pairsOf('writer').flat();
        const good = all.filter((one) => observed.facts.came[one.mark]?.join() === 'OK,OK,OK,OK,OK');
        const on = new Set(all.flatMap((one) => serversOf(observed, one)));
        const codes = all.reduce((sum, one) => sum + deadlocks(observed, one), 0);
        return finding(
          good.length === all.length && codes === 0 && [...on].join() === 'a',
          `${good.length} of ${all.length} committed, 1213 x ${codes}, on ${[...on].join(' and ')}`,
        );
      },
      unless: (observed) => withFacts(observed, { came: { ...observed.facts.came, 'writer 1 second': ['OK', '1213 Deadlock'] } }),
    },
    {
      name: 'refused-transaction-leaves-nothing',
      says: 'The transaction that got 1213 is gone as a whole on every node; the others are there as a whole.',
      level: 'MUST',
      source: page,
      judge: ({ facts }) => {
        const right = pairs.flatMap(({ port, pair: [one, other] }) => (port === 'front' ? [one.mark] : [one.mark, other.mark])).sort();
        const wrong = nodes.filter((node) => {
          const { half = ['nothing'], transfers = [] } = facts.books[node] ?? {};
          return (
            half.length > 0 ||
            transfers
              .map(({ mark }) => mark)
              .sort()
              .join() !== right.join()
          );
        });
        return finding(
          wrong.length === 0,
          wrong.length === 0 ? `each node holds ${right.join(', ')}` : `it is otherwise on ${wrong.join(', ')}`,
        );
      },
      unless: (observed) => withFacts(observed, { books: { ...observed.facts.books, b: { transfers: [], half: [] } } }),
    },
  ],
};
