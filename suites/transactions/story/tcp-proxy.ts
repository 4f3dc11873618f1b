import { type Assertion, finding, type Observed, type Scenario, type Topology, withFacts } from '../../../harness/scenario/scenario.ts';
import type { Stage } from '../../../harness/scenario/stage.ts';
import { endingOf, statementsOn } from '../../../harness/scenario/wire.ts';
import { dieInTransaction, type Interrupted, open, untilServedBy } from './death.ts';
import {
  type Books,
  booksOf,
  carriers,
  elsewhere,
  inTurns,
  makeBank,
  type Node,
  nodes,
  scattered,
  serversOf,
  type Transaction,
} from './transaction.ts';

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
type Facts = TransactionFacts;

const series = (name: string, count: number, first: number): Transaction[] =>
  Array.from({ length: count }, (_, index) => ({ mark: `${name} ${index + 1}`, first: first + 2 * index }));
const onAll = series('all', 6, 1);
const onWriter = series('writer', 3, 13);
const afterwards = series('after', 3, 19);
const marks = (all: readonly Transaction[]): string[] => all.map(({ mark }) => mark);

const report = 'report S2: transactions that stay together';
const lostPage = 'https://dev.mysql.com/doc/mysql-errors/9.4/en/client-error-reference.html';
const acid = 'https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-system-variables';

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
async function settled(stage: Stage, { by, server }: TcpProxy, on: readonly Node[]): Promise<void> {
  if (by === 'galera') {
    for (const node of on) await stage.node(node).sql?.('SET SESSION wsrep_sync_wait = 1');
    return;
  }
  const [position, wait] =
    server === 'mysql'
      ? ['@@global.gtid_executed', 'SELECT WAIT_FOR_EXECUTED_GTID_SET(?, 10)']
      : ['@@gtid_binlog_pos', 'SELECT MASTER_GTID_WAIT(?, 10)'];
  const reached = String((await stage.node('a').sql?.(`SELECT ${position} AS p`))?.rows[0]?.['p'] ?? '');
  for (const node of ['b', 'c']) await stage.node(node).sql?.(wait, [reached]);
}

async function allBooks(stage: Stage, on: readonly Node[]): Promise<Record<string, Books>> {
  const books: Record<string, Books> = {};
  for (const node of on) {
    books[node] = await booksOf(stage, node);
    stage.tell(`${node} holds ${books[node].transfers.map(({ mark }) => mark).join(', ') || 'no transfer'}`);
  }
  return books;
}

const act =
  (setting: TcpProxy) =>
  async (stage: Stage): Promise<Facts> => {
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

const has = (books: Books | undefined, mark: string): boolean => books?.transfers.some((one) => one.mark === mark) ?? false;
const committed = [...onAll, ...onWriter, ...afterwards];

/** The same transaction, and the writer's death, through a proxy that passes bytes. */
export function behindTcpProxy(setting: TcpProxy): Scenario<Facts> {
  const { id, title, proxy, by, balancing } = setting;
  const withoutWire = (observed: Observed<Facts>): Observed<Facts> => ({ ...observed, wire: { connections: [] } });
  const moreRows = (observed: Observed<Facts>, node: string, mark: string): Observed<Facts> => ({
    ...observed,
    facts: {
      ...observed.facts,
      booksAtEnd: {
        ...observed.facts.booksAtEnd,
        [node]: { half: ['account 39 has 90'], transfers: [{ mark, server: 1, connection: 1 }] },
      },
    },
  });
  const spread: Assertion<Facts> =
    by === 'galera'
      ? {
          name: 'every-node-has-every-transaction',
          says: 'On Galera it does not matter where a transaction was: every node has all of them.',
          level: 'MUST',
          source: 'https://galeracluster.com/library/documentation/certification-based-replication.html',
          judge: ({ facts }) => {
            const missing = nodes.flatMap((node) =>
              marks([...onAll, ...onWriter])
                .filter((mark) => !has(facts.books[node], mark))
                .map((mark) => `${node} lacks ${mark}`),
            );
            return finding(missing.length === 0, missing.join(', ') || `a, b and c have all ${onAll.length + onWriter.length}`);
          },
          unless: (observed) => withFacts(observed, { books: { ...observed.facts.books, c: { transfers: [], half: [] } } }),
        }
      : {
          name: 'writes-on-a-replica-stay-there',
          says: 'With plain replication, what the port for all writes on a replica never reaches the others: it is for readers only.',
          level: 'OBSERVE',
          source: report,
          judge: ({ facts, wire }) => {
            const onReplicas = marks(onAll).filter((mark) => !serversOf(wire, proxy, [mark]).includes('a'));
            const where = onReplicas.map((mark) => `${mark}: ${nodes.filter((node) => has(facts.books[node], mark)).join('+')}`);
            return finding(
              onReplicas.length > 0 && onReplicas.every((mark) => nodes.filter((node) => has(facts.books[node], mark)).length === 1),
              where.join(', '),
            );
          },
          unless: (observed) => withFacts(observed, { books: { ...observed.facts.books, a: observed.facts.books['b'] as Books } }),
        };
  return {
    id,
    title,
    report: 'S2',
    topology: threeServers(setting),
    limitMs: 90_000,
    act: act(setting),
    assertions: [
      {
        name: 'five-statements-one-connection',
        says: 'All five statements of each transaction reach one connection of one server.',
        level: 'MUST',
        source: report,
        judge: ({ wire, facts }) => {
          const on = committed.map(({ mark }) => ({ mark, on: carriers(wire, proxy, mark) }));
          const good =
            committed.every(({ mark }) => facts.came[mark]?.join() === 'OK,OK,OK,OK,OK') && on.every((one) => one.on.length === 1);
          return finding(good, on.map(({ mark, on: by }) => `${mark}: ${by.join(' + ') || 'nowhere'}`).join(', '));
        },
        unless: scattered,
      },
      {
        name: 'server-says-the-same',
        says: 'The server id and connection id that the transaction wrote itself are those of the connection that carried it on the wire.',
        level: 'MUST',
        source: report,
        judge: ({ wire, facts }) => {
          const rows = marks(committed).map((mark) => {
            const row = Object.values({ ...facts.booksAtEnd, ...facts.books })
              .concat(Object.values(facts.booksAtEnd))
              .flatMap(({ transfers }) => transfers)
              .find((one) => one.mark === mark);
            return {
              mark,
              wrote: row ? `${nodes[row.server - 1]} ${row.connection}` : 'nothing',
              on: carriers(wire, proxy, mark).join(' + '),
            };
          });
          const wrong = rows.filter(({ wrote, on }) => wrote !== on);
          return finding(
            wrong.length === 0,
            wrong.map(({ mark, wrote, on }) => `${mark} wrote ${wrote}, went to ${on}`).join(', ') || `${rows.length} rows agree`,
          );
        },
        unless: scattered,
      },
      {
        name: 'port-for-all-uses-all',
        says: 'Six connections to the port for all, side by side: two on each server.',
        level: 'MUST',
        source: balancing,
        judge: ({ wire }) => {
          const counts = nodes.map((node) => marks(onAll).filter((mark) => serversOf(wire, proxy, [mark]).includes(node)).length);
          return finding(
            counts.every((count) => count === 2),
            nodes.map((node, index) => `${node}: ${counts[index]}`).join(', '),
          );
        },
        unless: (observed) => elsewhere(observed, proxy, 'c', 'a'),
      },
      {
        name: 'port-for-writers-uses-one',
        says: 'The port for writers never uses two servers: a while it lives, then b alone.',
        level: 'MUST',
        source: balancing,
        judge: ({ wire }) => {
          const [first, then] = [serversOf(wire, proxy, [...marks(onWriter), open.mark]), serversOf(wire, proxy, marks(afterwards))];
          return finding(first.join() === 'a' && then.join() === 'b', `before: ${first.join(' and ')}, after: ${then.join(' and ')}`);
        },
        unless: (observed) => elsewhere(observed, proxy, 'b', 'c'),
      },
      {
        name: 'open-transaction-gets-2013',
        says: 'The client whose transaction was open gets no packet for its statement: 2013.',
        level: 'SHOULD',
        source: lostPage,
        judge: ({ facts, wire }) => {
          const [last] = statementsOn(wire, `client-${proxy}.writer`, /SELECT SLEEP.* open /);
          return finding(
            facts.open.before.join() === 'OK,OK,OK,OK' && facts.open.during.startsWith('2013 ') && last?.answers.length === 0,
            `${facts.open.during}; ${last?.answers.length} packets for it, the connection: ${last ? endingOf(last.on) : 'none'}`,
          );
        },
        unless: (observed) => withFacts(observed, { open: { ...observed.facts.open, during: 'OK' } }),
      },
      {
        name: 'nothing-half-written',
        says: `The open transaction is gone as a whole, on every server that lives${by === 'galera' ? '' : ', the one that died and was started again included'}.`,
        level: 'MUST',
        source: acid,
        judge: ({ facts }) => {
          const found = Object.entries(facts.booksAtEnd).flatMap(([node, { half, transfers }]) => [
            ...half.map((one) => `${node}: ${one}`),
            ...transfers.filter(({ mark }) => mark === open.mark).map(() => `${node} has its row`),
          ]);
          return finding(found.length === 0 && Object.keys(facts.booksAtEnd).length > 1, found.join(', ') || 'nothing of it is anywhere');
        },
        unless: (observed) => moreRows(observed, 'b', open.mark),
      },
      {
        name: 'nothing-committed-is-lost',
        says: `What was committed through the port for writers is on every server${by === 'galera' ? ' that lives' : ', the one that died included'}.`,
        level: 'MUST',
        source: acid,
        judge: ({ facts }) => {
          const missing = Object.entries(facts.booksAtEnd).flatMap(([node, books]) =>
            marks(onWriter)
              .filter((mark) => !has(books, mark))
              .map((mark) => `${node} lacks ${mark}`),
          );
          return finding(
            missing.length === 0,
            missing.join(', ') || `${Object.keys(facts.booksAtEnd).join(', ')} have all ${onWriter.length}`,
          );
        },
        unless: (observed) => withFacts(observed, { booksAtEnd: { ...observed.facts.booksAtEnd, b: { transfers: [], half: [] } } }),
      },
      {
        name: 'backup-takes-over',
        says: 'The backup takes what comes next, and commits it.',
        level: 'MUST',
        source: balancing,
        judge: ({ facts, wire }) => {
          const done = afterwards.filter(({ mark }) => facts.came[mark]?.join() === 'OK,OK,OK,OK,OK' && has(facts.booksAtEnd['b'], mark));
          return finding(
            done.length === afterwards.length && serversOf(wire, proxy, marks(afterwards)).join() === 'b',
            `${done.length} of ${afterwards.length} on b, which was reached ${(facts.takeoverMs / 1000).toFixed(1)} s after the death`,
          );
        },
        unless: withoutWire,
      },
      spread,
    ],
  };
}
