import { type Assertion, finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { statementsOn, type Wire } from '../../harness/scenario/wire.ts';
import { type Route, routes } from './story/routes.ts';
import { splitting } from './story/splitter.ts';
import { carried, elsewhere, makeBank, nodes, said } from './story/transaction.ts';

const proxy = 'mysqlrouter';
const topology = splitting({ proxy, config: 'mysqlrouter-splitting.conf', server: 'mysql' });
const statementsPage = 'https://dev.mysql.com/doc/mysql-router/9.4/en/router-read-write-splitting-statements.html';
const settingsPage = 'https://dev.mysql.com/doc/mysql-router/9.4/en/router-read-write-splitting-configuration.html';

/** A client that writes, and reads what it wrote, while the replicas apply nothing. */
interface OwnRead {
  readonly before: string;
  readonly wrote: string;
  readonly read: string;
  /** ms that the read took. */
  readonly ms: number;
}

interface RouteFacts {
  /** What each question came to, by name. */
  readonly came: Readonly<Record<string, string>>;
  readonly own: Readonly<Record<string, OwnRead>>;
}

/** Seconds that a read waits for its replica. */
const patience = 1;
/** ms until the replicas apply again, in the middle of such a wait. */
const applyAfter = 400;

async function ask(stage: Stage, { name, before = [], sql, prepared, reset }: Route): Promise<string> {
  const client = await stage.client(proxy);
  for (const statement of before) await client.query(statement);
  if (reset) await client.reset();
  const marked = `${sql} /* ${name} */`;
  const answer = prepared ? await client.execute(marked) : await client.query(marked);
  await client.quit();
  return answer.ok ? 'OK' : String(answer.errno);
}

/** @param meanwhile done once the read is on its way */
async function readOwn(stage: Stage, name: string, id: number, set: readonly string[], meanwhile?: () => Promise<void>): Promise<OwnRead> {
  const client = await stage.client(proxy);
  for (const sql of set) await client.query(sql);
  const look = `SELECT amount FROM account WHERE id = ${id}`;
  const before = await said(client, look);
  const wrote = await said(client, `UPDATE account SET amount = ${id + 500} WHERE id = ${id}`);
  const since = stage.now();
  const reading = said(client, `${look} /* own ${name} */`);
  await meanwhile?.();
  const read = await reading;
  const ms = Math.round(stage.now() - since);
  await client.quit();
  stage.tell(`${name}: read ${read} after ${ms} ms`);
  return { before, wrote, read, ms };
}

async function replicas(stage: Stage, sql: string): Promise<void> {
  for (const node of ['b', 'c']) await stage.node(node).sql?.(sql);
}

async function act(stage: Stage): Promise<RouteFacts> {
  await makeBank(stage);
  await stage.untilReplicated('a', ['b', 'c']);
  for (const node of nodes) await (await stage.client(node)).quit();
  const came: Record<string, string> = {};
  for (const route of routes) came[route.name] = await ask(stage, route);
  stage.tell(`${routes.length} questions asked`);
  await replicas(stage, 'STOP REPLICA SQL_THREAD');
  const wait = [`ROUTER SET wait_for_my_writes_timeout = ${patience}`];
  const own: Record<string, OwnRead> = {};
  own['does not wait'] = await readOwn(stage, 'does not wait', 11, ['ROUTER SET wait_for_my_writes = 0']);
  own['waits in vain'] = await readOwn(stage, 'waits in vain', 12, wait);
  const before = waitsFor(stage.wire());
  own['waits'] = await readOwn(stage, 'waits', 13, ['ROUTER SET wait_for_my_writes_timeout = 20'], async () => {
    // Else they might apply before the Router has asked.
    await stage.until('a replica is asked to wait for the write of 13', 5000, () => waitsFor(stage.wire()) > before);
    await stage.pause('the read waits', applyAfter);
    await replicas(stage, 'START REPLICA SQL_THREAD');
  });
  return { came, own };
}

/** How often the Router has asked a replica to wait. */
const waitsFor = (wire: Wire): number =>
  ['b', 'c'].reduce((sum, node) => sum + statementsOn(wire, `${proxy}-${node}`, /WAIT_FOR_EXECUTED_GTID_SET/).length, 0);

/** Both replicas are b here: a question to either is one to a server that only reads. */
function reached({ wire }: Observed<RouteFacts>, mark: string): string {
  const all = new Set(carried(wire, proxy, mark).map(({ node }) => (node === 'c' ? 'b' : node)));
  return [...all].join(' and ') || 'none';
}

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
const words = { a: 'goes to the primary', b: 'goes to a replica', none: 'is answered by the Router' } as const;

const routeAssertions: readonly Assertion<RouteFacts>[] = routes.map(({ name, to, error, said: inManual }) => ({
  name: slug(name),
  says: `${name}: ${words[to]}${error === undefined ? '' : `; the client gets error ${error}`}.`,
  level: inManual ? 'SHOULD' : 'OBSERVE',
  source: statementsPage,
  judge: (observed) => {
    const [where, came] = [reached(observed, name), observed.facts.came[name]];
    return finding(
      where === to && came === String(error ?? 'OK'),
      `${versionOf(observed, proxy)}: reached ${where}, the client got ${came}`,
    );
  },
  unless: (observed) =>
    to === 'none'
      ? withFacts(observed, { came: { ...observed.facts.came, [name]: 'OK' } })
      : elsewhere(
          to === 'a' ? elsewhere(observed, proxy, 'a', 'b') : elsewhere(observed, proxy, 'c', 'a'),
          proxy,
          'b',
          to === 'a' ? 'b' : 'a',
        ),
}));

const ownRead = ({ facts }: Observed<RouteFacts>, name: string): OwnRead => facts.own[name] ?? { before: '', wrote: '', read: '', ms: 0 };
const withOwn = (observed: Observed<RouteFacts>, name: string, change: Partial<OwnRead>): Observed<RouteFacts> =>
  withFacts(observed, { own: { ...observed.facts.own, [name]: { ...ownRead(observed, name), ...change } } });

/** Where MySQL Router sends what, and whether a client reads its own writes. */
export const routerRoutes: Scenario<RouteFacts> = {
  id: 'transactions/mysqlrouter-routes',
  title: 'MySQL Router, read/write splitting over a ReplicaSet: what goes where, and when a client reads its own writes',
  report: 'S2',
  topology,
  limitMs: 60_000,
  act,
  assertions: [
    ...routeAssertions,
    {
      name: 'own-writes-not-waited-for',
      says: 'With wait_for_my_writes=0 a client reads at once, from a replica, what was there before its own write.',
      level: 'SHOULD',
      source: settingsPage,
      judge: (observed) => {
        const { before, wrote, read, ms } = ownRead(observed, 'does not wait');
        const where = reached(observed, 'own does not wait');
        return finding(
          wrote === 'OK' && read === before && where === 'b' && ms < patience * 1000,
          `wrote 511, read ${read} on ${where} after ${ms} ms`,
        );
      },
      unless: (observed) => withOwn(observed, 'does not wait', { read: '511' }),
    },
    {
      name: 'own-writes-when-the-wait-is-over',
      says: 'A read whose replica has not applied the write within wait_for_my_writes_timeout (1 s): the manual sends it to the primary, 9.7.4 to the replica all the same, and the client reads what was there before its own write.',
      level: 'OBSERVE',
      source: settingsPage,
      judge: (observed) => {
        const { before, wrote, read, ms } = ownRead(observed, 'waits in vain');
        const where = reached(observed, 'own waits in vain');
        const waited = ms >= patience * 1000 && ms < patience * 1000 + 4000;
        return finding(wrote === 'OK' && waited && read === before && where === 'b', `wrote 512, read ${read} on ${where} after ${ms} ms`);
      },
      unless: (observed) => withOwn(observed, 'waits in vain', { read: '512' }),
    },
    {
      name: 'own-writes-waited-for',
      says: 'A client reads its own write from a replica, which is waited for until it has it.',
      level: 'SHOULD',
      source: settingsPage,
      judge: (observed) => {
        const { wrote, read, ms } = ownRead(observed, 'waits');
        const where = reached(observed, 'own waits');
        return finding(
          wrote === 'OK' && read === '513' && where === 'b' && ms >= applyAfter,
          `wrote 513, read ${read} on ${where} after ${ms} ms`,
        );
      },
      unless: (observed) => withOwn(observed, 'waits', { read: '100' }),
    },
    {
      name: 'waits-by-gtid',
      says: 'It waits by asking the replica for the GTID of the write (WAIT_FOR_EXECUTED_GTID_SET), and only where the session wrote.',
      level: 'OBSERVE',
      source: settingsPage,
      judge: ({ wire }) => {
        const asked = ['b', 'c'].flatMap((node) => statementsOn(wire, `${proxy}-${node}`, /WAIT_FOR_EXECUTED_GTID_SET|GTID_SUBSET/));
        return finding(asked.length >= 2, `${asked.length} times: ${asked[0]?.sql ?? 'never'}`);
      },
      unless: (observed) => ({ ...observed, wire: { connections: [] } }),
    },
  ],
};
