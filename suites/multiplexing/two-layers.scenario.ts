import { type Assertion, finding, type Observed, type Scenario, type Topology, versionOf } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { onLink, type Wire } from '../../harness/scenario/wire.ts';
import { marked } from './story/carriers.ts';
import { emptyPool, setVariables } from './story/proxysql.ts';

const topology: Topology = {
  id: 'proxysql+proxysql+mariadb',
  says: 'ProxySQL in front of ProxySQL in front of one MariaDB',
  nodes: {
    proxysql: { product: 'proxysql', config: 'proxysql-multiplexing-outer.cnf', behind: ['inner'], settings: { CHARSET: 'utf8mb4' } },
    inner: { product: 'proxysql', config: 'proxysql-multiplexing.cnf', behind: ['server'], settings: { CHARSET: 'utf8mb4' } },
    server: { product: 'mariadb' },
  },
  taps: ['client-proxysql', 'proxysql-inner', 'inner-server'],
};

const legs = ['client-proxysql', 'proxysql-inner', 'inner-server'] as const;
const queries = 10;
const collations = { utf8mb4: 'utf8mb4_general_ci', latin1: 'latin1_swedish_ci' } as const;
type Charset = keyof typeof collations;

/** mysql-default_charset of the inner layer (the outer one has utf8mb4), and the character sets of the clients, who ask in turn. */
interface Round {
  readonly name: string;
  readonly inner: Charset;
  readonly clients: readonly Charset[];
  /** SET NAMES statements on each of the two backend legs. */
  readonly setNames: number;
}

/** A connection that is new has the character set of the client it was made for; then each change of client is one SET NAMES on each leg. */
const rounds: readonly Round[] = (['utf8mb4', 'latin1'] as const).flatMap((inner) => [
  { name: `inner ${inner}, one charset`, inner, clients: ['utf8mb4', 'utf8mb4'] as const, setNames: 0 },
  { name: `inner ${inner}, the other charset`, inner, clients: ['latin1', 'latin1'] as const, setNames: 0 },
  { name: `inner ${inner}, both charsets`, inner, clients: ['utf8mb4', 'latin1'] as const, setNames: queries - 1 },
]);

interface LayerFacts {
  readonly rounds: readonly string[];
}

async function act(stage: Stage): Promise<LayerFacts> {
  for (const { name, inner, clients } of rounds) {
    await setVariables(stage, { default_charset: inner }, 'inner');
    await emptyPool(stage);
    await emptyPool(stage, 'inner');
    const all = [];
    for (const charset of clients) all.push(await stage.client('proxysql', { charset: collations[charset] }));
    for (let query = 1; query <= queries; query++) await all[query % all.length]?.query(`SELECT '${name} ${query}' AS mark`);
    for (const client of all) await client.quit();
    stage.tell(name);
  }
  return { rounds: rounds.map(({ name }) => name) };
}

/** How many SET NAMES a leg carried for a round: up to its last statement, from the one before. */
function setNames(wire: Wire, link: string, name: string): number {
  const begin = previousEnd(wire, link, name);
  const end = marked(wire, `${name} ${queries}`, link)[0]?.at ?? 0;
  return onLink(wire, link)
    .flatMap(({ exchanges }) => exchanges)
    .filter(({ at, sql }) => at > begin && at < end && /^SET NAMES/i.test(sql ?? '')).length;
}

function previousEnd(wire: Wire, link: string, name: string): number {
  const before = rounds[rounds.findIndex((round) => round.name === name) - 1];
  return before ? (marked(wire, `${before.name} ${queries}`, link)[0]?.at ?? 0) : 0;
}

const counted = ({ wire }: Observed<LayerFacts>, { name }: Round): number[] => legs.map((link) => setNames(wire, link, name));

const connections = ({ wire }: Observed<LayerFacts>, { name }: Round, link: string): number =>
  new Set(Array.from({ length: queries }, (_, index) => marked(wire, `${name} ${index + 1}`, link)[0]?.on.number ?? -index)).size;

const told = (observed: Observed<LayerFacts>, some: readonly Round[]): string =>
  `${versionOf(observed, 'proxysql')}, SET NAMES on ${legs.join(' | ')}: ${some.map((round) => `${round.name}: ${counted(observed, round).join(' | ')}`).join('; ')}`;

/** A world in which a SET NAMES goes before every statement like that. */
const withSetNames = (observed: Observed<LayerFacts>, before: RegExp): Observed<LayerFacts> => ({
  ...observed,
  wire: {
    connections: observed.wire.connections.map((one) => ({
      ...one,
      exchanges: one.exchanges.flatMap((exchange) =>
        before.test(exchange.sql ?? '') ? [{ ...exchange, at: exchange.at - 0.001, sql: 'SET NAMES utf8mb4' }, exchange] : [exchange],
      ),
    })),
  },
});

const report = 'report S3: two layers of ProxySQL with a different default charset';

function assertion(name: string, says: string, some: readonly Round[]): Assertion<LayerFacts> {
  return {
    name,
    says,
    level: 'OBSERVE',
    source: report,
    judge: (observed) =>
      finding(
        some.every((round) => counted(observed, round).join() === [0, round.setNames, round.setNames].join()),
        told(observed, some),
      ),
    unless: (observed) => withSetNames(observed, /^SELECT/),
  };
}

const mixed = rounds.filter(({ clients }) => new Set(clients).size > 1);
const single = rounds.filter(({ clients }) => new Set(clients).size === 1);

/** What the character set of a client costs on the legs behind two layers. */
export const twoLayers: Scenario<LayerFacts> = {
  id: 'multiplexing/two-layers',
  title: 'two layers of ProxySQL: clients with different character sets on one backend connection cost a SET NAMES each time, on each leg',
  report: 'S3',
  topology,
  limitMs: 60_000,
  act,
  assertions: [
    assertion(
      'one-charset-costs-nothing',
      'Where all clients have the same character set, no SET NAMES passes, whatever the default charset of a layer.',
      single,
    ),
    assertion(
      'each-change-costs-one-per-leg',
      'Where they differ, the connection gets a SET NAMES at each change of client, on the leg between the layers and on the server’s.',
      mixed,
    ),
    {
      name: 'default-charset-has-no-part',
      says: 'It makes no difference whether the layers have the same default charset.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const of = (inner: Charset) => rounds.filter((round) => round.inner === inner).map((round) => counted(observed, round).join('|'));
        return finding(
          of('utf8mb4').join() === of('latin1').join(),
          `same: ${of('utf8mb4').join(', ')}; different: ${of('latin1').join(', ')}`,
        );
      },
      unless: (observed) => withSetNames(observed, /'inner latin1/),
    },
    {
      name: 'one-connection-per-leg',
      says: 'The clients share one connection on each leg: SET NAMES does not tie.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const counts = rounds.map((round) => legs.slice(1).map((link) => connections(observed, round, link)));
        return finding(
          counts.flat().every((count) => count === 1),
          `connections per round: ${counts.map((one) => one.join(' | ')).join(', ')}`,
        );
      },
      unless: (observed) => ({ ...observed, wire: { connections: [] } }),
    },
  ],
};
