import { finding, type Observed, type Scenario, versionOf } from '../../harness/scenario/scenario.ts';
import { clock, type Stage } from '../../harness/scenario/stage.ts';
import { oksOf, onLink } from '../../harness/scenario/wire.ts';
import { bytesOfClient } from './story/masked.ts';
import { setVariables, untilMirrored } from './story/proxysql.ts';
import { legs, proxysqlWithMirror, report, sides } from './story/topology.ts';

/** How the mirror is while the same client says the same. In the first world ProxySQL learns what it learns only once. */
const worlds = ['warm-up', 'without', 'alive', 'silent', 'garbles answers', 'garbles greetings', 'dead'] as const;
type World = (typeof worlds)[number];

/** When a world began and ended (ms since 1970), and the number of its client's connection. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly client: number;
}

interface UnseenFacts {
  readonly spans: Readonly<Record<World, Span>>;
}

/** What the client says, text and binary protocol, with answers of every kind. */
async function script(stage: Stage): Promise<void> {
  const client = await stage.client('proxysql');
  await client.query("INSERT INTO orders (note) VALUES ('a'), ('b')");
  await client.query('SELECT id, note FROM orders ORDER BY id');
  await client.query("INSERT INTO orders (id, note) VALUES (1, 'again')");
  await client.query('SELECT nothing FROM orders');
  await client.query('START TRANSACTION');
  await client.query("UPDATE orders SET note = 'c' WHERE id = 1");
  await client.query('ROLLBACK');
  await client.execute('SELECT note FROM orders WHERE id = ?', [2]);
  await client.query("UPDATE orders SET note = 'd'");
  await client.ping();
  await client.quit();
}

/** What of it ProxySQL copies: each COM_QUERY but ROLLBACK. */
const copies = 7;

/** Worlds in which ProxySQL waits for the mirror for good; their connections are reset, so that it can go on. */
const waiting: readonly World[] = ['garbles answers', 'silent'];

async function act(stage: Stage): Promise<UnseenFacts> {
  // Not to be taken out for the next ten seconds whatever the mirror does.
  await setVariables(stage, { shun_on_failures: 100_000 });
  for (const side of sides) {
    await stage.node(side).sql?.('USE mywire');
    await stage.node(side).sql?.('CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(40))');
  }
  const tap = stage.tap(legs.mirror);
  /** ProxySQL has connections to the mirror, idle and well. */
  const withConnections = async () => {
    const client = await stage.client('proxysql');
    await client.query('SELECT 1');
    await client.quit();
    await untilMirrored(stage);
  };
  /** It has none, and will meet the fault from the first byte on. */
  const withoutConnections = () => {
    tap.fault({ kind: 'reset' });
    tap.clear();
  };
  const before: Record<World, () => unknown> = {
    'warm-up': () => mirrored(stage, false),
    without: () => {},
    alive: () => mirrored(stage, true),
    'garbles answers': async () => {
      await withConnections();
      tap.fault({ kind: 'garbled', from: 'server' });
    },
    'garbles greetings': () => {
      withoutConnections();
      tap.fault({ kind: 'garbled', from: 'server' });
    },
    silent: async () => {
      await withConnections();
      tap.fault({ kind: 'silent' });
    },
    dead: () => stage.node('mirror').signal('SIGKILL'),
  };
  const spans = {} as Record<World, Span>;
  for (const world of worlds) {
    await stage.node('primary').sql?.('TRUNCATE orders');
    await stage.command('proxysql', 'LOAD MYSQL SERVERS TO RUNTIME'); // a server that was taken out is in again
    await before[world]();
    stage.tell(`the mirror: ${world}`);
    const from = clock();
    const packets = sentToMirror(stage);
    await script(stage);
    const client = stage.tap(legs.client).connections.length;
    if (waiting.includes(world)) {
      await stage.until('statements have come to the mirror', 5000, () => sentToMirror(stage) > packets);
      tap.fault({ kind: 'reset' });
    }
    await untilMirrored(stage, 20_000);
    tap.clear();
    spans[world] = { from, to: clock(), client };
  }
  return { spans };
}

/** Whether queries are copied. */
async function mirrored(stage: Stage, yes: boolean): Promise<void> {
  await stage.command('proxysql', `UPDATE mysql_query_rules SET active = ${yes ? 1 : 0}`);
  await stage.command('proxysql', 'LOAD MYSQL QUERY RULES TO RUNTIME');
}

/** How often bytes came for the mirror. */
const sentToMirror = (stage: Stage): number =>
  stage
    .tap(legs.mirror)
    .connections.reduce((sum, { events }) => sum + events.filter(({ from, kind }) => from === 'client' && kind === 'bytes').length, 0);

/** The packets of the client in one world. */
const packetsIn = ({ facts, wire }: Observed<UnseenFacts>, world: World): string[] =>
  onLink(wire, legs.client)
    .filter(({ number }) => number === facts.spans[world].client)
    .flatMap(bytesOfClient);

/** What the mirror's leg saw of one world. */
function mirrorIn({ facts, wire }: Observed<UnseenFacts>, world: World) {
  const { from, to } = facts.spans[world];
  const within = ({ at }: { readonly at: number }) => at >= from && at <= to;
  const statements = onLink(wire, legs.mirror).flatMap(({ exchanges }) =>
    exchanges.filter((one) => one.command === 'COM_QUERY' && within(one)),
  );
  const opened = onLink(wire, legs.mirror).filter(({ openedAt }) => within({ at: openedAt }));
  return {
    statements: statements.length,
    answered: statements.filter(({ answers }) => answers.length > 0).length,
    opened: opened.length,
    loggedIn: opened.filter(({ exchanges }) => exchanges.some((one) => one.command === 'login' && oksOf(one).length > 0)).length,
    refused: opened.filter(({ endings }) => endings.some(({ kind }) => kind === 'refused' || kind === 'rst')).length,
  };
}

function same(name: string, world: World, says: string): Scenario<UnseenFacts>['assertions'][number] {
  return {
    name,
    says,
    level: 'OBSERVE',
    source: report,
    judge: (observed) => {
      const without = packetsIn(observed, 'without');
      const now = packetsIn(observed, world);
      const at = without.findIndex((line, index) => line !== now[index]);
      const differs = at >= 0 || now.length !== without.length;
      return finding(
        without.length > 30 && !differs,
        differs
          ? `packet ${at + 1}: without a mirror ${without[at]}, now ${now[at]}`
          : `ProxySQL ${versionOf(observed, 'proxysql')}: ${now.length} packets, equal to those without a mirror`,
      );
    },
    unless: (observed) => ({
      ...observed,
      wire: {
        connections: observed.wire.connections.map((one) => (one.number === 2 ? one : { ...one, packets: one.packets.slice(0, -1) })),
      },
    }),
  };
}

/** Nothing of the mirror is seen by the client. */
export const unseen: Scenario<UnseenFacts> = {
  id: 'mirroring/unseen',
  title: 'the client gets the same bytes with and without a mirror, and with one that is silent, sends garbage, or is dead',
  report: 'S4',
  topology: proxysqlWithMirror,
  limitMs: 60_000,
  act,
  assertions: [
    {
      name: 'mirror-was-so',
      says: 'The mirror was what each world says: it answered all copies, none, none that ProxySQL could read, and could not be reached.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const seen = worlds.map((world) => [world, mirrorIn(observed, world)] as const);
        const of = Object.fromEntries(seen) as Record<World, ReturnType<typeof mirrorIn>>;
        return finding(
          of.without.statements === 0 &&
            of.alive.statements === copies &&
            of.alive.answered === copies &&
            of.silent.statements > 0 &&
            of.silent.answered === 0 &&
            of['garbles answers'].statements > 0 &&
            of['garbles greetings'].opened > 0 &&
            of['garbles greetings'].loggedIn === 0 &&
            of.dead.refused > 0,
          seen.map(([world, counts]) => `${world}: ${JSON.stringify(counts)}`).join('; '),
        );
      },
      unless: (observed) => ({ ...observed, wire: { connections: onLink(observed.wire, legs.client) } }),
    },
    same('same-bytes-alive', 'alive', 'With a mirror the client gets the same packets as without.'),
    same('same-bytes-garbled-answers', 'garbles answers', 'And with one that answers statements with garbage.'),
    same('same-bytes-garbled-greetings', 'garbles greetings', 'And with one that sends garbage from the greeting on.'),
    same('same-bytes-silent', 'silent', 'And with one that never answers.'),
    same('same-bytes-dead', 'dead', 'And with one that is dead.'),
  ],
};
