import type { Topology } from '../../../harness/scenario/scenario.ts';
import type { Stage } from '../../../harness/scenario/stage.ts';
import { dieInTransaction, type Interrupted, untilServedBy } from './death.ts';
import { type Books, booksOf, inTurns, makeBank, type Node, nodes, type Transaction } from './transaction.ts';

/** What transactions through a proxy of three servers left behind. */
export interface TransactionFacts {
  /** What each statement came to, by mark. */
  readonly came: Readonly<Record<string, readonly string[]>>;
  readonly open: Interrupted;
  /** ms from the writer's death until the port for writers led to another one. */
  readonly takeoverMs: number;
  /** Before the writer died, and at the end. */
  readonly books: Readonly<Record<string, Books>>;
  readonly booksAtEnd: Readonly<Record<string, Books>>;
}

const series = (name: string, count: number, first: number): Transaction[] =>
  Array.from({ length: count }, (_, index) => ({ mark: `${name} ${index + 1}`, first: first + 2 * index }));
export const onAll = series('all', 6, 1);
export const onWriter = series('writer', 3, 13);
export const afterwards = series('after', 3, 19);
export const marks = (all: readonly Transaction[]): string[] => all.map(({ mark }) => mark);

export interface TcpProxy {
  readonly id: string;
  readonly title: string;
  readonly proxy: 'haproxy' | 'nginx' | 'mysqlrouter';
  readonly config: string;
  /** How the three servers hold the same data. */
  readonly by: 'replication' | 'galera';
  /** The page that says how the port for all spreads connections, and which backup is taken. */
  readonly balancing: string;
  /** Default MariaDB. */
  readonly server?: 'mariadb' | 'mysql';
  /** Waits until it leads to all three. */
  readonly ready?: (stage: Stage) => Promise<void>;
}

/** Durable, as in production: what the others here do without, a server that is killed must not lose. */
const durable = ['--innodb-flush-log-at-trx-commit=1', '--sync-binlog=1'];

export const threeServers = ({
  proxy,
  config,
  by,
  server = 'mariadb',
}: Pick<TcpProxy, 'proxy' | 'config' | 'by' | 'server'>): Topology => ({
  id: `${proxy}+${by}`,
  says: `${proxy}: port 'front' leads to all of three servers (${server}), port 'writer' to a, the others are backup; ${by === 'galera' ? 'they are a Galera cluster' : 'b and c replicate from a'}`,
  nodes: {
    [proxy]: { product: proxy, config, ports: ['front', 'writer'], behind: [...nodes] },
    ...Object.fromEntries(nodes.map((node) => [node, { product: server, options: durable }])),
  },
  ...(by === 'galera'
    ? { galera: [...nodes] }
    : {
        replication: [
          { from: 'a', to: 'b' },
          { from: 'a', to: 'c' },
        ],
      }),
  taps: [`client-${proxy}.writer`, ...nodes.map((node) => `${proxy}-${node}`)],
});

/** Waits until every node has what the others have committed. */
async function settled(stage: Stage, { by }: TcpProxy, on: readonly Node[]): Promise<void> {
  if (by === 'galera') {
    for (const node of on) await stage.node(node).sql?.('SET SESSION wsrep_sync_wait = 1');
    return;
  }
  await stage.untilReplicated('a', ['b', 'c']);
}

async function allBooks(stage: Stage, on: readonly Node[]): Promise<Record<string, Books>> {
  const books: Record<string, Books> = {};
  for (const node of on) {
    books[node] = await booksOf(stage, node);
    stage.tell(`${node} holds ${books[node].transfers.map(({ mark }) => mark).join(', ') || 'no transfer'}`);
  }
  return books;
}

/** The story: transactions by both ports, the writer's death in the middle of one, and what comes after it. */
export const act =
  (setting: TcpProxy) =>
  async (stage: Stage): Promise<TransactionFacts> => {
    const { proxy, by, ready } = setting;
    await makeBank(stage);
    await settled(stage, setting, nodes);
    await ready?.(stage);
    const came: Record<string, string[]> = {};
    Object.assign(came, await inTurns(stage, proxy, 'front', onAll));
    Object.assign(came, await inTurns(stage, proxy, 'writer', onWriter));
    await settled(stage, setting, nodes);
    const books = await allBooks(stage, nodes);
    const interrupted = await dieInTransaction(stage, proxy, 'writer', 'a');
    const takeoverMs = await untilServedBy(stage, proxy, 'writer', 2, stage.now());
    Object.assign(came, await inTurns(stage, proxy, 'writer', afterwards));
    const left: Node[] = ['b', 'c'];
    if (by === 'galera') await settled(stage, setting, left);
    else {
      await stage.node('a').startAgain();
      stage.tell('a is started again');
      left.unshift('a');
    }
    return { came, open: interrupted, takeoverMs, books, booksAtEnd: await allBooks(stage, left) };
  };
