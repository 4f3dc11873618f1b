import { type Assertion, finding, type Observed, type Scenario, type Topology, withFacts } from '../../../harness/scenario/scenario.ts';
import type { Stage } from '../../../harness/scenario/stage.ts';
import { endingOf, statementsOn } from '../../../harness/scenario/wire.ts';
import { dieInTransaction, type Interrupted, open, untilServedBy } from './death.ts';
import { promote } from './replicas.ts';
import {
  type Books,
  booksOf,
  carried,
  carriers,
  inTurns,
  makeBank,
  nodes,
  readOld,
  readOwn,
  said,
  scattered,
  type Transaction,
  withRead,
} from './transaction.ts';

/** What transactions through a proxy that splits reads from writes left behind. */
export interface SplitFacts {
  /** What each statement came to, by mark. */
  readonly came: Readonly<Record<string, readonly string[]>>;
  readonly open: Interrupted;
  readonly takeoverMs: number;
  readonly booksAtEnd: Readonly<Record<string, Books>>;
}

/** A way in which the proxy can be set. */
export interface Mode {
  /** In the marks of its transactions: 'persistent'. */
  readonly name: string;
  readonly set?: (stage: Stage) => Promise<void>;
  /** Whether a SELECT within a transaction stays with it. */
  readonly keepsReads: boolean;
}

export interface Splitter {
  readonly id: string;
  readonly title: string;
  readonly proxy: 'proxysql' | 'maxscale' | 'mysqlrouter';
  readonly config: string;
  /** Default MariaDB. MySQL servers are an InnoDB ReplicaSet, which is how MySQL Router knows them. */
  readonly server?: 'mariadb' | 'mysql';
  /** It gives a connection away while its transaction has done nothing yet, and says START TRANSACTION again on the next one. */
  readonly beginsAgain?: boolean;
  /** The last one is what the writer's death is met with. */
  readonly modes: readonly Mode[];
  readonly source: string;
  /** Waits until it knows who may be written to. */
  readonly ready: (stage: Stage) => Promise<void>;
}

const each = 3;
const readsOutside = 6;
const rangeOf = (name: string, at: number): Transaction[] =>
  Array.from({ length: each }, (_, index) => ({ mark: `${name} ${index + 1}`, first: 1 + 2 * (at * each + index) }));
const marks = (all: readonly Transaction[]): string[] => all.map(({ mark }) => mark);
const outside = (n: number): string => `outside ${n}`;
const isRead = ({ sql = '' }: { readonly sql?: string }): boolean => sql.startsWith('SELECT');

export const splitting = ({ proxy, config, server = 'mariadb' }: Pick<Splitter, 'proxy' | 'config' | 'server'>): Topology => ({
  id: `${proxy}+replication`,
  says: `${proxy} sends what writes to a, and reads to b and c, which replicate from a; all ${server === 'mysql' ? 'MySQL' : 'MariaDB'}`,
  nodes: {
    [proxy]: { product: proxy, config, behind: [...nodes] },
    a: { product: server },
    b: { product: server, options: ['--read-only=ON'] },
    c: { product: server, options: ['--read-only=ON'] },
  },
  ...(server === 'mysql' && { replicaSet: { router: proxy, members: nodes } }),
  replication: [
    { from: 'a', to: 'b' },
    { from: 'a', to: 'c' },
  ],
  taps: [`client-${proxy}`, ...nodes.map((node) => `${proxy}-${node}`)],
});

const act =
  ({ proxy, modes, ready, server = 'mariadb' }: Splitter) =>
  async (stage: Stage): Promise<SplitFacts> => {
    await makeBank(stage);
    await stage.untilReplicated('a', ['b', 'c']);
    await ready(stage);
    const came: Record<string, readonly string[]> = {};
    for (let n = 1; n <= readsOutside; n++) {
      const client = await stage.client(proxy);
      came[outside(n)] = [await said(client, `SELECT amount FROM account WHERE id = 38 /* ${outside(n)} */`)];
      await client.quit();
    }
    for (const [at, { name, set }] of modes.entries()) {
      await set?.(stage);
      Object.assign(came, await inTurns(stage, proxy, 'front', rangeOf(name, at), withRead));
    }
    // What b has not got when a dies it never gets: it would be lost by the promotion, not by the proxy.
    await stage.untilReplicated('a', ['b', 'c']);
    const interrupted = await dieInTransaction(stage, proxy, 'front', 'a');
    const died = stage.now();
    await promote[server](stage);
    const takeoverMs = await untilServedBy(stage, proxy, 'front', 2, died);
    Object.assign(came, await inTurns(stage, proxy, 'front', rangeOf('after', modes.length), withRead));
    const booksAtEnd: Record<string, Books> = { b: await booksOf(stage, 'b') };
    stage.tell(`b holds ${booksAtEnd['b']?.transfers.map(({ mark }) => mark).join(', ')}`);
    return { came, open: interrupted, takeoverMs, booksAtEnd };
  };

/** Where the five statements went (those behind the first, where that is said again), and where the read among them did. */
function routes({ wire }: Observed<SplitFacts>, { proxy, beginsAgain }: Splitter, mark: string) {
  const all = carried(wire, proxy, mark);
  const on = (some: typeof all) => [...new Set(some.map(({ node, on: { threadId } }) => `${node} ${threadId}`))];
  const writes = all.filter((one) => !isRead(one)).slice(beginsAgain ? 1 : 0);
  return { five: on(writes), whole: writes.length === (beginsAgain ? 4 : 5), read: on(all.filter(isRead)) };
}

/** What the connection that carried the first change was told right before it. */
function saidBefore({ wire }: Observed<SplitFacts>, proxy: string, mark: string): string {
  const change = carried(wire, proxy, mark).find(({ sql }) => sql?.startsWith('UPDATE'));
  const before = change?.on.exchanges.filter(({ at }) => at < change.at).at(-1);
  return before?.sql ?? before?.command ?? 'nothing';
}

/** The same transaction, and the writer's death, through a proxy that knows the protocol. */
export function behindSplitter(setting: Splitter): Scenario<SplitFacts> {
  const { id, title, proxy, modes, source } = setting;
  const all = modes.flatMap(({ name }, at) => rangeOf(name, at));
  const afterwards = rangeOf('after', modes.length);
  const allOk = (observed: Observed<SplitFacts>, { mark }: Transaction) => {
    const said = observed.facts.came[mark] ?? [];
    return said.length === 6 && said.every((one, step) => one === 'OK' || step === 2);
  };
  const beginsOnItsConnection: Assertion<SplitFacts> = {
    name: 'begins-on-its-own-connection',
    says: 'Whatever connection carries the first change of a transaction was told START TRANSACTION right before.',
    level: 'MUST',
    source,
    judge: (observed) => {
      const before = all.map(({ mark }) => ({ mark, told: saidBefore(observed, proxy, mark) }));
      return finding(
        before.every(({ told }) => told.startsWith('START TRANSACTION')),
        before.map(({ mark, told }) => `${mark}: ${told}`).join(', '),
      );
    },
    unless: scattered,
  };
  return {
    id,
    title,
    report: 'S2',
    topology: splitting(setting),
    limitMs: 90_000,
    act: act(setting),
    assertions: [
      {
        name: 'reads-outside-go-to-replicas',
        says: 'It does split: a SELECT outside any transaction goes to a replica.',
        level: 'OBSERVE',
        source,
        judge: ({ wire }) => {
          const on = Array.from({ length: readsOutside }, (_, index) => carriers(wire, proxy, outside(index + 1)).join(' + '));
          return finding(
            on.every((one) => /^[bc] \d+$/.test(one)),
            on.join(', '),
          );
        },
        unless: (observed) => ({ ...observed, wire: { connections: [] } }),
      },
      {
        name: 'five-statements-one-connection',
        says: setting.beginsAgain
          ? 'All statements of each transaction that change something, and its COMMIT, reach one connection of the writer.'
          : 'The five statements of each transaction reach one connection of the writer.',
        level: 'MUST',
        source,
        judge: (observed) => {
          const on = all.map((one) => ({ ...one, ...routes(observed, setting, one.mark) }));
          return finding(
            all.every((one) => allOk(observed, one)) &&
              on.every(({ five, whole }) => five.length === 1 && five[0]?.startsWith('a ') && whole),
            on.map(({ mark, five }) => `${mark}: ${five.join(' + ') || 'nowhere'}`).join(', '),
          );
        },
        unless: scattered,
      },
      ...(setting.beginsAgain ? [beginsOnItsConnection] : []),
      ...modes.map(({ name, keepsReads }, at) => ({
        name: `read-within-transaction-${name}`,
        says: keepsReads
          ? `${name}: a SELECT within a transaction stays with it, and sees what the transaction has changed.`
          : `${name}: a SELECT within a transaction goes to a replica, and does not see what its own transaction has changed.`,
        level: 'OBSERVE' as const,
        source,
        judge: (observed: Observed<SplitFacts>) => {
          const seen = rangeOf(name, at).map(({ mark }) => {
            const { five, read } = routes(observed, setting, mark);
            return { mark, value: observed.facts.came[mark]?.[2] ?? 'nothing', stays: five.join() === read.join(), read };
          });
          return finding(
            seen.every(({ value, stays }) => stays === keepsReads && value === (keepsReads ? readOwn : readOld)),
            seen.map(({ mark, value, read }) => `${mark}: ${value}, read on ${read.join(' + ') || 'nothing'}`).join('; '),
          );
        },
        unless: (observed: Observed<SplitFacts>) => {
          const other = keepsReads ? readOld : readOwn;
          const wrong = rangeOf(name, at).map(({ mark }) => [mark, ['OK', 'OK', other, 'OK', 'OK', 'OK']]);
          return withFacts(observed, { came: { ...observed.facts.came, ...Object.fromEntries(wrong) } });
        },
      })),
      {
        name: 'open-transaction-gets-2013',
        says: 'The client whose transaction was open when the writer died gets no packet for its statement: 2013.',
        level: 'OBSERVE',
        source,
        judge: ({ facts, wire }) => {
          const [last] = statementsOn(wire, `client-${proxy}`, /SELECT SLEEP.* open /);
          return finding(
            facts.open.before.join() === 'OK,OK,OK,OK' && facts.open.during.startsWith('2013 ') && last?.answers.length === 0,
            `${facts.open.during}; ${last?.answers.length} packets for it, the connection: ${last ? endingOf(last.on) : 'none'}`,
          );
        },
        unless: (observed) => withFacts(observed, { open: { ...observed.facts.open, during: 'OK' } }),
      },
      {
        name: 'nothing-half-written',
        says: 'On the new writer the open transaction is gone as a whole, and the others are there as a whole.',
        level: 'MUST',
        source: 'report S2: transactions that stay together',
        judge: ({ facts }) => {
          const { half = [], transfers = [] } = facts.booksAtEnd['b'] ?? {};
          const found = [...half, ...transfers.filter(({ mark }) => mark === open.mark).map(() => 'its row')];
          const lost = marks(all).filter((mark) => !transfers.some((one) => one.mark === mark));
          return finding(
            found.length + lost.length === 0,
            [...found, ...lost.map((mark) => `${mark} is lost`)].join(', ') || `nothing of it; ${transfers.length} whole ones`,
          );
        },
        unless: (observed) => withFacts(observed, { booksAtEnd: { b: { transfers: [], half: [] } } }),
      },
      {
        name: 'promoted-server-takes-over',
        says: 'What comes next is written to the server that was promoted, and to no other.',
        level: 'MUST',
        source,
        judge: (observed) => {
          const on = afterwards.map((one) => ({ ...one, ...routes(observed, setting, one.mark) }));
          return finding(
            afterwards.every((one) => allOk(observed, one)) && on.every(({ five }) => five.length === 1 && five[0]?.startsWith('b ')),
            `${on.map(({ mark, five }) => `${mark}: ${five.join(' + ') || 'nowhere'}`).join(', ')}; ${(observed.facts.takeoverMs / 1000).toFixed(1)} s after the death`,
          );
        },
        unless: scattered,
      },
    ],
  };
}
