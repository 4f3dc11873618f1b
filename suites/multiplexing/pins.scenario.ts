import { type Assertion, finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { onLink } from '../../harness/scenario/wire.ts';
import { carrier, overMany, overOne } from './story/carriers.ts';
import { type Hold, type Pin, pins } from './story/pins.ts';
import { askWhoHasIt, createTables, freeConnections, givenBack, setVariables } from './story/proxysql.ts';
import { backendLeg, proxysqlAndMariadb } from './story/topology.ts';
import { type ByVersion, measured } from './story/versions.ts';

const ways = ['made', 'reset', 'change user', 'undone'] as const;
type Way = (typeof ways)[number];

interface PinFacts {
  /** Number of the error that the client got, by pin and way; nothing where all was well. */
  readonly errors: Readonly<Record<string, number>>;
  /** Connections in ProxySQL's pool that nobody had, at that moment: its own view. */
  readonly free: Readonly<Record<string, number>>;
}

/** Whether COM_RESET_CONNECTION ends the client's connection. Measured on 2.0.17, 2.0.18 and 2.7.1, 2026-11-26. */
const resetDrops: ByVersion<boolean> = [
  { since: '2.0.0', is: true },
  { since: '2.4.0', is: false },
];

const page = 'https://proxysql.com/documentation/multiplexing/';
const markOf = (pin: Pin, way: Way): string => `${pin.name}, ${way}`;
const questionOf = (pin: Pin, way: Way): string => `who has it: ${pin.name}, ${way}`;

async function act(stage: Stage): Promise<PinFacts> {
  await createTables(stage);
  await stage.node('server').sql?.("GRANT BINLOG ADMIN ON *.* TO 'mywire'@'%'");
  await setVariables(stage, { auto_increment_delay_multiplex: 0 });
  const errors: Record<string, number> = {};
  const free: Record<string, number> = {};
  for (const pin of pins) {
    for (const way of ways) {
      const mark = markOf(pin, way);
      const client = await stage.client('proxysql');
      const answers = [];
      for (const sql of pin.make(mark)) answers.push(await (pin.prepared ? client.execute(sql) : client.query(sql)));
      if (way === 'undone') for (const sql of pin.undo(mark)) answers.push(await client.query(sql));
      if (way === 'reset') answers.push(await client.reset());
      if (way === 'change user') answers.push(await client.changeUser());
      // ProxySQL cleans a connection on its own time before it is free.
      if (way === 'reset' || way === 'change user') await givenBack(stage);
      const error = answers.find(({ ok }) => !ok);
      if (error && !error.ok) errors[mark] = error.errno;
      free[mark] = await freeConnections(stage);
      await askWhoHasIt(stage, questionOf(pin, way));
    }
    stage.tell(`${pin.name}: free connections ${ways.map((way) => `${free[markOf(pin, way)]} ${way}`).join(', ')}`);
  }
  return { errors, free };
}

/** Who has the connection: another client got it, or ProxySQL has it in its pool all the same, or neither. */
function holdOf({ wire, facts }: Observed<PinFacts>, pin: Pin, way: Way): Hold {
  if (carrier(wire, markOf(pin, way)) === carrier(wire, questionOf(pin, way))) return 'free';
  return facts.free[markOf(pin, way)] === 0 ? 'tied' : 'passed over';
}

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]+/g, '-');

/** What a session has on its connection, and whether it is left when a statement has undone it. */
const pinAssertions: readonly Assertion<PinFacts>[] = pins.map((pin) => ({
  name: slug(pin.name),
  says: `${pin.name}: whether the client keeps its backend connection, once made and once undone.`,
  level: 'OBSERVE',
  source: page,
  judge: (observed) => {
    const seen = (['made', 'undone'] as const).map((way) => ({ way, hold: holdOf(observed, pin, way) }));
    return finding(
      seen.every(({ way, hold }) => hold === measured(pin[way], observed)),
      `${versionOf(observed, 'proxysql')}: ${seen.map(({ way, hold }) => `${way}: ${hold}`).join(', ')}`,
    );
  },
  unless: (observed) => (measured(pin.made, observed) === 'tied' ? overOne(observed) : overMany(observed)),
}));

function unpins(way: 'reset' | 'change user', command: string): Assertion<PinFacts> {
  return {
    name: `${slug(way)}-unpins-all`,
    says: `${command} gives the backend connection back, whatever was on it.`,
    level: 'OBSERVE',
    source: page,
    judge: (observed) => {
      const kept = pins.filter((pin) => holdOf(observed, pin, way) !== 'free');
      return finding(
        kept.length === 0,
        `${versionOf(observed, 'proxysql')}: not free after it: ${kept.map(({ name }) => name).join(', ') || 'none'}`,
      );
    },
    unless: overMany,
  };
}

/** The commands of the backend leg that clean a session. */
const cleanings = ({ wire }: Observed<PinFacts>): string[] => [
  ...new Set(
    onLink(wire, backendLeg).flatMap(({ exchanges }) =>
      exchanges.map(({ command }) => command).filter((command) => command === 'COM_RESET_CONNECTION' || command === 'COM_CHANGE_USER'),
    ),
  ),
];

/** What ties a client to its backend connection, and what lets it go. */
export const pinning: Scenario<PinFacts> = {
  id: 'multiplexing/pins',
  title: 'what pins a client to its backend connection, and what unpins it',
  report: 'S3',
  topology: { ...proxysqlAndMariadb, taps: [backendLeg] },
  limitMs: 60_000,
  act,
  assertions: [
    ...pinAssertions,
    unpins('reset', 'COM_RESET_CONNECTION'),
    unpins('change user', 'COM_CHANGE_USER'),
    {
      name: 'cleaned-by-change-user',
      says: 'ProxySQL cleans the backend connection with COM_CHANGE_USER before anybody else gets it, whichever command the client sent.',
      level: 'OBSERVE',
      source: page,
      judge: (observed) =>
        finding(cleanings(observed).join() === 'COM_CHANGE_USER', `on the backend leg: ${cleanings(observed).join(', ') || 'neither'}`),
      unless: (observed) => ({ ...observed, wire: { connections: [] } }),
    },
    {
      name: 'reset-connection-is-answered',
      says: 'Every statement and command is answered with OK; ProxySQL before 2.4 drops a client that sends COM_RESET_CONNECTION.',
      level: 'OBSERVE',
      source: 'https://github.com/sysown/proxysql/issues/2021',
      judge: (observed) => {
        const { errors } = observed.facts;
        const dropped = measured(resetDrops, observed) ? pins.map((pin) => markOf(pin, 'reset')) : [];
        const seen = Object.entries(errors);
        return finding(
          seen.map(([mark]) => mark).join() === dropped.join() && seen.every(([, errno]) => errno === 2013),
          `${versionOf(observed, 'proxysql')}: ${seen.map(([mark, errno]) => `${mark}: ${errno}`).join(', ') || 'no error'}`,
        );
      },
      unless: (observed) => withFacts(observed, { errors: { 'transaction, made': 1064 } }),
    },
  ],
};
