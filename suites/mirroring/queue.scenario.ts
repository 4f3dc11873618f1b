import { finding, type Observed, type Scenario, versionOf } from '../../harness/scenario/scenario.ts';
import { statementsOn } from '../../harness/scenario/wire.ts';
import { mirroring, setVariables, untilMirrored } from './story/proxysql.ts';
import { createTables, insertOf } from './story/tables.ts';
import { legs, proxysqlWithMirror, report } from './story/topology.ts';

interface QueueFacts {
  /** Most statements that ran on the mirror at once while they waited there. */
  readonly running: number;
  readonly queued: number;
}

const inserts = 40;

/** The rows, in the order in which their statements came on a leg. */
const orderOn = ({ wire }: Observed<QueueFacts>, link: string): string[] =>
  statementsOn(wire, link, /^INSERT INTO by_number/).map(({ sql }) => /'1\/(\d+)'/.exec(sql ?? '')?.[1] ?? '?');

/** Even one at a time is not in order. */
export const queue: Scenario<QueueFacts> = {
  id: 'mirroring/queue',
  title: 'what waits in the queue for the mirror is not taken in its order, even where one statement runs at a time',
  report: 'S4',
  topology: proxysqlWithMirror,
  limitMs: 60_000,
  async act(stage) {
    await createTables(stage);
    await setVariables(stage, { mirror_max_concurrency: 1 });
    await stage.node('mirror').sql?.('FLUSH TABLES WITH READ LOCK');
    const client = await stage.client('proxysql');
    for (let seq = 1; seq <= inserts; seq++) await client.query(insertOf('by_number', 1, seq));
    const held = await mirroring(stage);
    stage.tell(`one client has inserted ${inserts} rows; for the mirror ${held.running} runs and ${held.queued} wait`);
    await stage.node('mirror').sql?.('UNLOCK TABLES');
    await untilMirrored(stage);
    return held;
  },
  assertions: [
    {
      name: 'one-at-a-time',
      says: 'One statement runs on the mirror and all others wait.',
      level: 'OBSERVE',
      source: report,
      judge: ({ facts: { running, queued } }) => finding(running === 1 && queued === inserts - 1, `${running} runs, ${queued} wait`),
      unless: (observed) => ({ ...observed, facts: { running: 2, queued: 0 } }),
    },
    {
      name: 'taken-out-of-order',
      says: 'All of them come to the mirror, one after the other, in another order than the client said them in.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const [said, came] = [orderOn(observed, legs.primary), orderOn(observed, legs.mirror)];
        return finding(
          said.length === inserts && came.length === inserts && new Set(came).size === inserts && said.join() !== came.join(),
          `ProxySQL ${versionOf(observed, 'proxysql')}: the mirror got ${came.join(' ')}`,
        );
      },
      unless: ({ wire, ...observed }) => ({
        ...observed,
        wire: {
          connections: wire.connections.flatMap((one) => (one.link === legs.primary ? [one, { ...one, link: legs.mirror }] : [])),
        },
      }),
    },
  ],
};
