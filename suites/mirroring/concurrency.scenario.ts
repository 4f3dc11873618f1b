import { linePlot } from '../../harness/scenario/plot.ts';
import { finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { errOf, statementsOn } from '../../harness/scenario/wire.ts';
import { clientCount, type Inserter, openInserters } from './story/clients.ts';
import { mirroring, setVariables, untilMirrored } from './story/proxysql.ts';
import { countRows, createTables, emptyTables, totalOf } from './story/tables.ts';
import { legs, proxysqlWithMirror, report } from './story/topology.ts';

/** mysql-mirror_max_queue_length in every round. */
const queueLength = 8;
/** mysql-mirror_max_concurrency, from round to round. */
const concurrencies = [1, 4, 8, 16, 24, 32, 100];

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
 * Rounds in which each client inserts one row while the mirror is held: what it is to run waits, what may not wait is dropped.
 * So the loss does not depend on how fast anything is.
 */
async function rounds(stage: Stage, inserters: readonly Inserter[], concurrency: number, count: number): Promise<Outcome> {
  await emptyTables(stage);
  await setVariables(stage, { mirror_max_concurrency: concurrency, mirror_max_queue_length: queueLength });
  let ok = 0;
  let held = { running: 0, queued: 0 };
  for (let seq = 1; seq <= count; seq++) {
    await stage.node('mirror').sql?.('FLUSH TABLES WITH READ LOCK');
    ok += (await Promise.all(inserters.map((one) => one.insert(seq)))).filter(Boolean).length;
    held = await mirroring(stage);
    await stage.node('mirror').sql?.('UNLOCK TABLES');
    await untilMirrored(stage);
  }
  const primary = totalOf(await countRows(stage, 'primary'));
  const mirror = totalOf(await countRows(stage, 'mirror'));
  stage.tell(`concurrency ${concurrency}: ${inserters.length * count} inserts, ${primary} on the primary, ${mirror} on the mirror`);
  return { concurrency, sent: inserters.length * count, ok, primary, mirror, ...held };
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
    title: `Rows of ${clientCount} clients at once: ProxySQL ${versionOf(observed, 'proxysql')}, the mirror held, queue ${queueLength}`,
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
    for (const one of concurrencies) outcomes.push(await rounds(stage, inserters, one, 2));
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
          observed.facts.outcomes.length === concurrencies.length &&
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
      says: `Of ${clientCount} statements that come while the mirror is busy it gets as many as may run (concurrency) and wait (mysql-mirror_max_queue_length, ${queueLength}); the rest is dropped.`,
      level: 'OBSERVE',
      source: report,
      judge: (observed) =>
        finding(
          observed.facts.outcomes.every(
            ({ concurrency: most, sent, mirror }) => mirror === (sent / clientCount) * Math.min(clientCount, most + queueLength),
          ),
          told(observed, observed.facts.outcomes),
        ),
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
