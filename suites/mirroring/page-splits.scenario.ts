import { type Assertion, finding, type Observed, type Scenario, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { setVariables, untilMirrored } from './story/proxysql.ts';
import { createTables, rowOf, type TableName, tableNames } from './story/tables.ts';
import { legs, proxysqlWithMirror, report, type Side, sides } from './story/topology.ts';

/** Counters of INFORMATION_SCHEMA.INNODB_METRICS. https://mariadb.com/docs/server/reference/system-tables/information-schema/information-schema-tables/information-schema-innodb-tables/information-schema-innodb_metrics-table */
const counters = ['index_page_splits', 'index_page_merge_attempts', 'index_page_merge_successful'] as const;
type Counts = Readonly<Record<(typeof counters)[number], number>>;

interface PageSplitsFacts {
  readonly rows: number;
  /** By side and table: what its inserts cost, and then its deletions. */
  readonly inserts: Readonly<Record<Side, Readonly<Record<string, Counts>>>>;
  readonly deletes: Readonly<Record<Side, Readonly<Record<string, Counts>>>>;
}

const filling = 'x'.repeat(500);
const batch = 50;

async function read(stage: Stage, side: Side): Promise<Counts> {
  const answer = await stage
    .node(side)
    .sql?.(
      `SELECT NAME AS name, COUNT AS n FROM information_schema.INNODB_METRICS WHERE NAME IN (${counters.map((name) => `'${name}'`).join()})`,
    );
  return Object.fromEntries((answer?.rows ?? []).map(({ name, n }) => [String(name), Number(n)])) as Counts;
}

const difference = (after: Counts, before: Counts): Counts =>
  Object.fromEntries(counters.map((name) => [name, after[name] - before[name]])) as Counts;

/** Nothing that was deleted is left to be removed from the pages. */
async function purged(stage: Stage, side: Side): Promise<boolean> {
  const answer = await stage.node(side).sql?.("SHOW GLOBAL STATUS LIKE 'Innodb_history_list_length'");
  return Number(answer?.rows[0]?.['Value']) === 0;
}

async function act(stage: Stage): Promise<PageSplitsFacts> {
  const rows = stage.full ? 30_000 : 1000;
  await createTables(stage);
  for (const side of sides) for (const name of counters) await stage.node(side).sql?.(`SET GLOBAL innodb_monitor_enable = '${name}'`);
  // The mirror too gets one batch at a time, and all of them; but not in their order (queue.scenario.ts).
  await setVariables(stage, { mirror_max_concurrency: 1 });
  const client = await stage.client('proxysql');
  const inserts = { primary: {}, mirror: {} } as Record<Side, Record<string, Counts>>;
  const deletes = { primary: {}, mirror: {} } as Record<Side, Record<string, Counts>>;
  const measured = async (into: Record<Side, Record<string, Counts>>, table: TableName, run: () => Promise<void>) => {
    const before = { primary: await read(stage, 'primary'), mirror: await read(stage, 'mirror') };
    await run();
    await untilMirrored(stage, 60_000);
    for (const side of sides) {
      await stage.until(`${side} has cleared up`, 30_000, () => purged(stage, side));
      into[side][table] = difference(await read(stage, side), before[side]);
    }
  };
  for (const table of tableNames) {
    await measured(inserts, table, async () => {
      for (let first = 0; first < rows; first += batch) {
        // Rows of ten clients in turn, as they come when ten insert at once.
        const values = Array.from({ length: batch }, (_, index) =>
          rowOf(table, ((first + index) % 10) + 1, Math.floor((first + index) / 10), filling),
        );
        await client.query(`INSERT INTO ${table} VALUES ${values.join(', ')}`);
      }
    });
    await measured(deletes, table, async () => {
      await client.query(`DELETE FROM ${table} WHERE SUBSTRING_INDEX(note, '/', -1) % 5 <> 0`);
    });
    for (const side of sides)
      stage.tell(
        `${table} on ${side}: ${rows} rows split ${inserts[side][table]?.index_page_splits} pages; deleting four in five of them merged ${deletes[side][table]?.index_page_merge_successful} of ${deletes[side][table]?.index_page_merge_attempts} tried`,
      );
  }
  return { rows, inserts, deletes };
}

const told = ({ facts }: Observed<PageSplitsFacts>, of: 'inserts' | 'deletes', name: keyof Counts): string =>
  sides.map((side) => `${side}: ${tableNames.map((table) => `${table} ${facts[of][side][table]?.[name]}`).join(', ')}`).join('; ');

const splitsOf = ({ facts }: Observed<PageSplitsFacts>, side: Side, table: TableName): number =>
  facts.inserts[side][table]?.index_page_splits ?? 0;

/** A world in which no key shape costs anything. */
const without = (observed: Observed<PageSplitsFacts>): Observed<PageSplitsFacts> =>
  withFacts(observed, { inserts: { primary: {}, mirror: {} }, deletes: { primary: {}, mirror: {} } });

const assertions: Assertion<PageSplitsFacts>[] = [
  {
    name: 'uuid-splits-more',
    says: 'On both sides a UUID key splits more pages than an AUTO_INCREMENT key, for as many rows.',
    level: 'OBSERVE',
    source: report,
    judge: (observed) =>
      finding(
        sides.every((side) => splitsOf(observed, side, 'by_uuid') > splitsOf(observed, side, 'by_number')),
        `pages split by ${observed.facts.rows} rows: ${told(observed, 'inserts', 'index_page_splits')}`,
      ),
    unless: without,
  },
  {
    name: 'deleting-merges',
    says: 'On both sides pages are merged when most rows of a table are deleted, whatever its key.',
    level: 'OBSERVE',
    source: report,
    judge: (observed) =>
      finding(
        sides.every((side) => tableNames.every((table) => (observed.facts.deletes[side][table]?.index_page_merge_successful ?? 0) > 0)),
        `merged: ${told(observed, 'deletes', 'index_page_merge_successful')}; tried: ${told(observed, 'deletes', 'index_page_merge_attempts')}`,
      ),
    unless: without,
  },
];

/** What the key shapes cost on each side. */
export const pageSplits: Scenario<PageSplitsFacts> = {
  id: 'mirroring/page-splits',
  title: 'InnoDB splits and merges pages on the primary and on the mirror, more of them for a UUID key than for an AUTO_INCREMENT key',
  report: 'S4',
  topology: { ...proxysqlWithMirror, taps: [legs.client] },
  limitMs: 300_000,
  act,
  assertions,
};
