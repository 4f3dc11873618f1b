import { linePlot } from '../../harness/scenario/plot.ts';
import { type Assertion, finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { onLink, type WireConnection } from '../../harness/scenario/wire.ts';
import { overOne } from './story/carriers.ts';
import { type Kind, type Load, predict, statementsOf } from './story/load.ts';
import { connectionsUsed, createTables, emptyPool, insertOrder, setVariables } from './story/proxysql.ts';
import { backendLeg, proxysqlAndMariadb } from './story/topology.ts';

const writes = [
  ['read', 3],
  ['insert', 2],
] as const;
const loads: readonly Load[] = [
  { name: 'delay 5', delay: 5, mix: writes },
  { name: 'delay 1', delay: 1, mix: writes },
  { name: 'delay 0', delay: 0, mix: writes },
  {
    name: 'delay 5, every second write an UPDATE',
    delay: 5,
    mix: [
      ['read', 3],
      ['insert', 1],
      ['update', 1],
    ],
  },
];

interface EgressFacts {
  readonly clients: number;
  readonly turns: number;
  /** Connections in use as stats_mysql_connection_pool tells, behind each turn, by load. */
  readonly used: Readonly<Record<string, readonly number[]>>;
}

const report = 'report S3: 600 client connections (ingress) needed 400 backend connections (egress)';

async function act(stage: Stage): Promise<EgressFacts> {
  const clients = stage.full ? 600 : 16;
  const turns = 12;
  await createTables(stage);
  const used: Record<string, number[]> = {};
  for (const load of loads) {
    await setVariables(stage, { auto_increment_delay_multiplex: load.delay });
    await emptyPool(stage);
    const all = [];
    for (let count = 0; count < clients; count++) all.push(await stage.client('proxysql'));
    const samples: number[] = [];
    for (const [index, kind] of statementsOf(load.mix, clients, turns).entries()) {
      await all[index % clients]?.query(sqlOf[kind](`${load.name}: ${index}`));
      if (index % clients === clients - 1) samples.push(await connectionsUsed(stage));
    }
    used[load.name] = samples;
    stage.tell(`${load.name}: ${clients} clients, connections in use ${samples.join(', ')}`);
    for (const client of all) client.vanish();
  }
  return { clients, turns, used };
}

const sqlOf: Readonly<Record<Kind, (mark: string) => string>> = {
  read: (mark) => `SELECT '${mark}'`,
  insert: insertOrder,
  update: (mark) => `UPDATE plain SET note = '${mark}' WHERE uuid = ''`,
};

/** The backend connections of a load, in the order in which they were opened, and when it began. */
function opened({ wire }: Pick<Observed<EgressFacts>, 'wire'>, { name }: Load) {
  const own = onLink(wire, backendLeg).flatMap((one) => {
    const statements = one.exchanges.filter(({ sql }) => sql?.includes(`'${name}: `));
    return statements.length === 0 ? [] : [{ openedAt: one.openedAt, first: statements[0]?.at ?? 0, last: statements.at(-1)?.at ?? 0 }];
  });
  return {
    times: own.map(({ openedAt }) => openedAt).sort((a, b) => a - b),
    begun: Math.min(...own.map(({ openedAt }) => openedAt)),
    ended: Math.max(...own.map(({ last }) => last)),
    ids: new Set(
      onLink(wire, backendLeg)
        .filter((one) => carries(one, name))
        .map(({ threadId }) => threadId),
    ),
  };
}

const carries = ({ exchanges }: WireConnection, name: string): boolean => exchanges.some(({ sql }) => sql?.includes(`'${name}: `));

const predicted = ({ facts }: Observed<EgressFacts>, { mix, delay }: Load) =>
  predict(statementsOf(mix, facts.clients, facts.turns), facts.clients, delay);

const behindTurns = (values: readonly number[], clients: number) => values.filter((_, index) => index % clients === clients - 1);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
/** Mean of the samples once every client has had as many turns as a tie is long. */
const steady = ({ facts }: Observed<EgressFacts>, { name }: Load) => mean((facts.used[name] ?? []).slice(5));

function loadAssertion(name: string, load: Load, says: string): Assertion<EgressFacts> {
  return {
    name,
    says,
    level: 'OBSERVE',
    source: report,
    judge: (observed) => {
      const { clients } = observed.facts;
      const rule = predicted(observed, load);
      const { ids } = opened(observed, load);
      const used = observed.facts.used[load.name] ?? [];
      const foreseen = behindTurns(rule.held, clients);
      return finding(
        ids.size === rule.open.at(-1) && used.join() === foreseen.join(),
        `${versionOf(observed, 'proxysql')}: ${clients} clients took ${ids.size} backend connections (the rule of the tie: ${rule.open.at(-1)}); in use behind each turn: ${used.join(', ')}${used.join() === foreseen.join() ? ', as the rule says' : `; the rule: ${foreseen.join(', ')}`}`,
      );
    },
    unless: load.delay === 0 ? (observed) => withFacts(observed, { used: { ...observed.facts.used, [load.name]: [16] } }) : overOne,
  };
}

const [five, one, none, updates] = loads as [Load, Load, Load, Load];

function plots(observed: Observed<EgressFacts>): Record<string, string> {
  const { clients } = observed.facts;
  const who = `ProxySQL ${versionOf(observed, 'proxysql')}, ${clients} clients, one statement at a time`;
  return {
    'connections-in-use.svg': linePlot({
      title: `Backend connections in use: ${who}`,
      x: 'statements sent (of all clients together)',
      y: 'connections (stats_mysql_connection_pool)',
      lines: loads.map(({ name }) => ({
        name,
        points: [[0, 0], ...(observed.facts.used[name] ?? []).map((count, turn) => [(turn + 1) * clients, count] as const)],
      })),
    }),
    'connections-open.svg': linePlot({
      title: `Backend connections open: ${who}`,
      x: 'time since the first was opened (s)',
      y: 'connections (tap on the backend leg)',
      steps: true,
      lines: loads.map((load) => {
        const { times, begun, ended } = opened(observed, load);
        const points = times.map((time, index) => [(time - begun) / 1000, index + 1] as const);
        return { name: load.name, points: [...points, [(ended - begun) / 1000, times.length] as const] };
      }),
    }),
  };
}

/** How many backend connections the clients need. */
export const egress: Scenario<EgressFacts> = {
  id: 'multiplexing/egress',
  title: 'how many backend connections clients take with 3 reads to 2 writes: as many as clients, or one',
  report: 'S3',
  topology: {
    ...proxysqlAndMariadb,
    nodes: { ...proxysqlAndMariadb.nodes, server: { product: 'mariadb', options: ['--max-connections=1000'] } },
    taps: [backendLeg],
  },
  limitMs: 600_000,
  act,
  assertions: [
    loadAssertion('delay-5', five, 'With 5, clients and backend connections are as many as the rule of the tie says: almost one each.'),
    loadAssertion('delay-1', one, 'With 1, as many as have just inserted.'),
    loadAssertion('delay-0', none, 'With 0, one: nothing is held while one statement at a time is under way.'),
    loadAssertion('delay-5-with-updates', updates, 'Where every second write is an UPDATE, two of three clients are tied at a time.'),
    {
      name: 'egress-as-reported',
      says: 'With the default delay, half the clients and more hold a backend connection at any time; with 0 none does.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const shares = loads.map((load) => steady(observed, load) / observed.facts.clients);
        const [withFive = 0, withOne = 0, withNone = 0, withUpdates = 0] = shares;
        return finding(
          withFive > 0.85 && withUpdates > 0.5 && withUpdates < 0.85 && withOne < 0.6 && withNone === 0,
          `${versionOf(observed, 'proxysql')}, ${observed.facts.clients} clients: connections in use on average ${loads.map((load) => `${steady(observed, load).toFixed(1)} (${load.name})`).join(', ')}`,
        );
      },
      unless: (observed) => withFacts(observed, { used: { ...observed.facts.used, [five.name]: [] } }),
    },
  ],
  plots,
};
