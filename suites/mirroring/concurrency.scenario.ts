import { linePlot } from '../../harness/scenario/plot.ts';
import { finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { errOf, statementsOn } from '../../harness/scenario/wire.ts';
import { clientCount, type Inserter, openInserters } from './story/clients.ts';
import { mirroring, setVariables, untilMirrored } from './story/proxysql.ts';
import { countRows, createTables, emptyTables, totalOf } from './story/tables.ts';
import { legs, proxysqlWithMirror, report } from './story/topology.ts';

/** How often, and how many rows of each client before the mirror goes on; `queue` is mysql-mirror_max_queue_length. */
interface Size {
  readonly rounds: number;
  readonly rows: number;
  readonly queue: number;
  /** mysql-mirror_max_concurrency, one after the other. */
  readonly concurrencies: readonly number[];
}

const small: Size = { rounds: 2, rows: 1, queue: 8, concurrencies: [1, 4, 8, 16, 24, 32, 100] };
/** 40 x 3,000, and a queue with which 16 loses as much as in the report, and 100 nothing. */
const asReported: Size = { rounds: 200, rows: 15, queue: 500, concurrencies: [16, 100] };
const sizeOf = ({ full }: { readonly full: boolean }): Size => (full ? asReported : small);

/** What came of it with one mysql-mirror_max_concurrency. */
interface Outcome {
  readonly concurrency: number;
  readonly sent: number;
  /** Inserts that their client was told OK for. */
  readonly ok: number;
  readonly primary: number;
  readonly mirror: number;
  /** While the mirror was held: what ProxySQL said of itself. */
  readonly running: number;
  readonly queued: number;
}

interface ConcurrencyFacts {
  readonly outcomes: readonly Outcome[];
}

/**
 * Rounds in which each client inserts its rows while the mirror is held: what it is to run waits, what may not wait is dropped.
 * So the loss does not depend on how fast anything is.
 */
async function play(stage: Stage, inserters: readonly Inserter[], concurrency: number): Promise<Outcome> {
  const { rounds, rows, queue } = sizeOf(stage);
  await emptyTables(stage);
  await setVariables(stage, { mirror_max_concurrency: concurrency, mirror_max_queue_length: queue });
  let ok = 0;
  let held = { running: 0, queued: 0 };
  for (let round = 0; round < rounds; round++) {
    await stage.node('mirror').sql?.('FLUSH TABLES WITH READ LOCK');
    await Promise.all(
      inserters.map(async (one) => {
        for (let row = 1; row <= rows; row++) if (await one.insert(round * rows + row)) ok++;
      }),
    );
    held = await mirroring(stage);
    await stage.node('mirror').sql?.('UNLOCK TABLES');
    await untilMirrored(stage, 60_000);
  }
  const sent = inserters.length * rounds * rows;
  const primary = totalOf(await countRows(stage, 'primary'));
  const mirror = totalOf(await countRows(stage, 'mirror'));
  stage.tell(`concurrency ${concurrency}: ${sent} inserts, ${primary} on the primary, ${mirror} on the mirror`);
  return { concurrency, sent, ok, primary, mirror, ...held };
}

const of = ({ facts }: Observed<ConcurrencyFacts>, concurrency: number): Outcome =>
  facts.outcomes.find((one) => one.concurrency === concurrency) as Outcome;

const changed = (observed: Observed<ConcurrencyFacts>, change: Partial<Outcome>): Observed<ConcurrencyFacts> =>
  withFacts(observed, { outcomes: observed.facts.outcomes.map((one) => ({ ...one, ...change })) });

const told = (observed: Observed<ConcurrencyFacts>, outcomes: readonly Outcome[]): string =>
  `ProxySQL ${versionOf(observed, 'proxysql')}: ${outcomes
    .map(({ concurrency, sent, primary, mirror }) => `${sent} inserts at ${concurrency}: primary ${primary}, mirror ${mirror}`)
    .join('; ')}`;

const plots = (observed: Observed<ConcurrencyFacts>): Record<string, string> => ({
  'loss.svg': linePlot({
    title: `Rows of ${clientCount} clients at once: ProxySQL ${versionOf(observed, 'proxysql')}, the mirror held, queue ${sizeOf(observed).queue}`,
    x: 'mysql-mirror_max_concurrency',
    y: 'rows',
    lines: (['primary', 'mirror'] as const).map((side) => ({
      name: side,
      points: observed.facts.outcomes.map((outcome) => [outcome.concurrency, outcome[side]] as const),
    })),
  }),
});

/** What is lost, and that nobody is told. */
export const concurrency: Scenario<ConcurrencyFacts> = {
  id: 'mirroring/concurrency',
  title: 'what neither runs on the mirror nor finds room in its queue is dropped: at concurrency 16 rows are missing, at 100 none',
  report: 'S4',
  topology: proxysqlWithMirror,
  limitMs: 900_000,
  async act(stage) {
    await createTables(stage);
    const inserters = await openInserters(stage);
    const outcomes: Outcome[] = [];
    for (const one of sizeOf(stage).concurrencies) outcomes.push(await play(stage, inserters, one));
    return { outcomes };
  },
  assertions: [
    {
      name: 'primary-has-all',
      says: 'Every insert is answered with OK and is on the primary, whatever the mirror does.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) =>
        finding(
          observed.facts.outcomes.length === sizeOf(observed).concurrencies.length &&
            observed.facts.outcomes.every(({ sent, ok, primary }) => sent > 0 && ok === sent && primary === sent),
          told(observed, observed.facts.outcomes),
        ),
      unless: (observed) => changed(observed, { primary: 1 }),
    },
    {
      name: 'fewer-at-16',
      says: 'With mysql-mirror_max_concurrency 16 the mirror has fewer rows than the primary.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => finding(of(observed, 16).mirror < of(observed, 16).primary, told(observed, [of(observed, 16)])),
      unless: (observed) => changed(observed, { mirror: of(observed, 16).primary }),
    },
    {
      name: 'all-at-100',
      says: 'With 100 it has all.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => finding(of(observed, 100).mirror === of(observed, 100).sent, told(observed, [of(observed, 100)])),
      unless: (observed) => changed(observed, { mirror: of(observed, 16).mirror }),
    },
    {
      name: 'concurrency-plus-queue',
      says: 'Of the statements that come while the mirror is busy it gets as many as may run (mysql-mirror_max_concurrency) and wait (mysql-mirror_max_queue_length); the rest is dropped.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const { rounds, rows, queue } = sizeOf(observed);
        const due = (most: number) => rounds * Math.min(clientCount * rows, most + queue);
        return finding(
          observed.facts.outcomes.every(({ concurrency: most, mirror }) => mirror === due(most)),
          `a queue of ${queue}; ${told(observed, observed.facts.outcomes)}`,
        );
      },
      unless: (observed) => changed(observed, { mirror: of(observed, 100).mirror }),
    },
    {
      name: 'dropped-silently',
      says: 'No client is told: there is no ERR on its leg, and every insert is answered.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const inserts = statementsOn(observed.wire, legs.client, /^INSERT/);
        const refused = inserts.filter((one) => errOf(one) || one.answers.length === 0).length;
        const copied = statementsOn(observed.wire, legs.mirror, /^INSERT/).length;
        return finding(
          inserts.length === observed.facts.outcomes.reduce((sum, { sent }) => sum + sent, 0) && refused === 0 && copied < inserts.length,
          `${inserts.length} inserts on the client's leg, ${refused} of them refused; ${copied} on the mirror's leg`,
        );
      },
      unless: ({ wire, ...observed }) => ({
        ...observed,
        wire: { connections: wire.connections.filter(({ link }) => link !== legs.client) },
      }),
    },
  ],
  plots,
};
