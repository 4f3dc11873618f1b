import { channelsTo } from '../../harness/replay/channel.ts';
import { planOf } from '../../harness/replay/plan.ts';
import { replay } from '../../harness/replay/player.ts';
import type { Replayed } from '../../harness/replay/replayed.ts';
import { finding, type Observed, type Scenario, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { onLink, statementsOn } from '../../harness/scenario/wire.ts';
import { clientCount } from './story/clients.ts';
import { countRows, createTablesOn, tableNames, totalOf } from './story/tables.ts';
import { legs, type ReplayFront, replayTopology, report, sides } from './story/topology.ts';
import { work } from './story/workload.ts';

interface ReplayFacts {
  /** Rows that the clients have inserted and not rolled back. */
  readonly rows: number;
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** CHECKSUM TABLE, by node and table. */
  readonly checksums: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly replayed: Replayed;
}

async function checksums(stage: Stage, node: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const name of [...tableNames, 'totals']) {
    const answer = await stage.node(node).sql?.(`CHECKSUM TABLE mywire.${name} EXTENDED`);
    sums[name] = String(answer?.rows[0]?.['Checksum']);
  }
  return sums;
}

/** The leg that is captured. */
const captured = (front: ReplayFront): string => `${front}-primary`;

async function act(stage: Stage, front: ReplayFront): Promise<ReplayFacts> {
  const perClient = stage.full ? 3000 : 10;
  for (const side of sides) {
    await createTablesOn(stage, side);
    await stage.node(side).sql?.('CREATE TABLE totals (id INT PRIMARY KEY, n INT, seen INT)');
    await stage.node(side).sql?.('INSERT INTO totals VALUES (1, 0, 0)');
  }
  await work(stage, front, perClient);
  stage.tell(`${clientCount} clients have inserted ${perClient} rows each, with transactions and rollbacks`);
  const plan = planOf({ connections: onLink(stage.wire(), captured(front)) });
  stage.tell(`captured before the primary: ${plan.steps.length} steps on ${plan.connections.length} connections`);
  const { host, port } = stage.topology.entry('mirror');
  const replayed = await replay(plan, channelsTo({ host, port, user: 'mywire', password: 'mywire-secret' }));
  stage.tell(
    `replayed on the second server: ${replayed.statements} statements in ${(replayed.ms / 1000).toFixed(1)} s, ${replayed.different} with another answer, ${replayed.forced} out of turn`,
  );
  const of = async <T>(ask: (node: 'primary' | 'mirror') => Promise<T>) => ({ primary: await ask('primary'), mirror: await ask('mirror') });
  return {
    rows: clientCount * perClient,
    counts: await of((node) => countRows(stage, node)),
    checksums: await of((node) => checksums(stage, node)),
    replayed,
  };
}

const pairs = ({ facts: { checksums: sums } }: Observed<ReplayFacts>) =>
  [...tableNames, 'totals'].map((name) => [name, sums['primary']?.[name], sums['mirror']?.[name]] as const);

/** What mirroring does not do. */
const replayOf = (front: ReplayFront, id: string, behind: string): Scenario<ReplayFacts> => ({
  id: `mirroring/${id}`,
  title: `the traffic captured behind ${behind}, replayed with the order of each connection and with its transactions, makes the same rows`,
  report: 'S4',
  topology: replayTopology(front),
  limitMs: 900_000,
  act: (stage) => act(stage, front),
  assertions: [
    {
      name: 'same-count',
      says: 'All rows are on the primary, and as many of each table on the second server.',
      level: 'OBSERVE',
      source: report,
      judge: ({ facts: { rows, counts } }) => {
        const [primary, mirror] = [counts['primary'] ?? {}, counts['mirror'] ?? {}];
        return finding(
          totalOf(primary) === rows && tableNames.every((name) => primary[name] === mirror[name]),
          `${rows} rows: primary ${totalOf(primary)}, second server ${totalOf(mirror)}`,
        );
      },
      unless: (observed) => withFacts(observed, { counts: { ...observed.facts.counts, mirror: {} } }),
    },
    {
      name: 'same-checksums',
      says: 'CHECKSUM TABLE gives the same of each table, AUTO_INCREMENT values and the order of changes to one row included.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) =>
        finding(
          pairs(observed).every(([, primary, mirror]) => primary !== undefined && primary === mirror),
          pairs(observed)
            .map(([name, primary, mirror]) => `${name} ${primary} / ${mirror}`)
            .join(', '),
        ),
      unless: (observed) => withFacts(observed, { checksums: { ...observed.facts.checksums, mirror: {} } }),
    },
    {
      name: 'same-answers',
      says: 'Each statement got the answer that it had got in the capture, and none was left out.',
      level: 'OBSERVE',
      source: report,
      judge: ({ facts: { replayed: of } }) => {
        const first = of.differences[0];
        return finding(
          of.stopped === undefined && of.different === 0 && of.leftOut.length === 0 && of.same > 0,
          first
            ? `${of.different} answers differ; ${first.connection}, step ${first.step}: ${first.sql}: ${first.captured}; now ${first.replayed}`
            : `${of.same} of ${of.statements} statements compared and equal${of.stopped ? `; it stopped: ${of.stopped}` : ''}${of.leftOut.map(({ command, why }) => `; ${command} left out: ${why}`).join('')}`,
        );
      },
      unless: (observed) => withFacts(observed, { replayed: { ...observed.facts.replayed, different: 1 } }),
    },
    {
      name: 'order-of-each-connection',
      says: 'On each connection to the second server the statements came in the order of the capture.',
      level: 'OBSERVE',
      source: report,
      judge: ({ wire }) => {
        const said = (link: string) =>
          onLink(wire, link)
            .map(({ exchanges }) =>
              exchanges.flatMap(({ sql, command }) => (command === 'COM_QUERY' && sql && !/insert_id/.test(sql) ? [sql] : [])).join('\n'),
            )
            .filter(Boolean)
            .sort();
        const [then, now] = [said(captured(front)), said(legs.replay)];
        return finding(
          then.length > 0 && then.join('\n\n') === now.join('\n\n'),
          `${then.length} connections in the capture, ${now.length} in the replay; ${statementsOn(wire, legs.replay, /^(ROLLBACK|COMMIT)/).length} ends of transactions`,
        );
      },
      unless: ({ wire, ...observed }) => ({
        ...observed,
        wire: {
          connections: wire.connections.map((one) => (one.link === legs.replay ? { ...one, exchanges: one.exchanges.toReversed() } : one)),
        },
      }),
    },
  ],
});

export const replayed = replayOf('proxysql', 'replay', 'ProxySQL');
/** The same without a ProxySQL: so every machine with MariaDB and HAProxy plays it live. */
export const replayedBehindHaproxy = replayOf('haproxy', 'replay-behind-haproxy', 'HAProxy');
