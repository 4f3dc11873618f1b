import { finding, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import { statementsOn } from '../../harness/scenario/wire.ts';
import { untilMirrored } from './story/proxysql.ts';
import { countRows, createTables, insertOf, totalOf } from './story/tables.ts';
import { legs, proxysqlWithMirror, report } from './story/topology.ts';

interface OneClientFacts {
  readonly inserts: number;
  readonly primary: number;
  readonly mirror: number;
}

/** The simple case of the report. */
export const oneClient: Scenario<OneClientFacts> = {
  id: 'mirroring/one-client',
  title: 'one client, inserts one after the other: the primary and the mirror have the same number of rows',
  report: 'S4',
  topology: proxysqlWithMirror,
  limitMs: 120_000,
  async act(stage) {
    const inserts = stage.full ? 3000 : 200;
    await createTables(stage);
    const client = await stage.client('proxysql');
    for (let seq = 1; seq <= inserts; seq++) await client.query(insertOf('by_number', 1, seq));
    stage.tell(`one client has inserted ${inserts} rows`);
    await untilMirrored(stage, 30_000);
    const primary = totalOf(await countRows(stage, 'primary'));
    const mirror = totalOf(await countRows(stage, 'mirror'));
    stage.tell(`primary ${primary}, mirror ${mirror}`);
    return { inserts, primary, mirror };
  },
  assertions: [
    {
      name: 'same-count',
      says: 'All rows are on the primary, and as many on the mirror.',
      level: 'OBSERVE',
      source: report,
      judge: ({ facts: { inserts, primary, mirror } }) =>
        finding(primary === inserts && mirror === inserts, `${inserts} inserts: primary ${primary}, mirror ${mirror}`),
      unless: (observed) => withFacts(observed, { mirror: observed.facts.inserts - 1 }),
    },
    {
      name: 'mirror-gets-each-statement',
      says: 'Each statement is on the leg to the mirror once, byte for byte as the client sent it.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const sent = statementsOn(observed.wire, legs.client, /^INSERT/).map(({ sql }) => sql);
        const copied = statementsOn(observed.wire, legs.mirror, /^INSERT/).map(({ sql }) => sql);
        return finding(
          sent.length === observed.facts.inserts && sent.toSorted().join('\n') === copied.toSorted().join('\n'),
          `ProxySQL ${versionOf(observed, 'proxysql')}: ${sent.length} statements of the client, ${copied.length} on the leg to the mirror`,
        );
      },
      unless: ({ wire, ...observed }) => ({
        ...observed,
        wire: { connections: wire.connections.filter(({ link }) => link !== legs.mirror) },
      }),
    },
  ],
};
