import { finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import { statementsOn } from '../../harness/scenario/wire.ts';
import { untilMirrored } from './story/proxysql.ts';
import { legs, proxysqlWithMirror, report, sides } from './story/topology.ts';

interface OrderFacts {
  /** Rows at the end, 'id n'. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
}

const add = 'UPDATE items SET n = n + 10 WHERE id <= 2';
const double = 'UPDATE items SET n = n * 2 WHERE id = 2';

/** The statements that were answered on a leg, in the order of their answers, with the connection that each was on. */
const answered = ({ wire }: Observed<OrderFacts>, link: string) =>
  statementsOn(wire, link, /^UPDATE items/)
    .filter(({ answeredAt }) => answeredAt !== undefined)
    .sort((a, b) => (a.answeredAt ?? 0) - (b.answeredAt ?? 0));

/** One client, one statement after the other; on the mirror they overtake each other. */
export const order: Scenario<OrderFacts> = {
  id: 'mirroring/order',
  title: 'what one client sends one after the other runs side by side on the mirror: the later statement overtakes the earlier one',
  report: 'S4',
  topology: proxysqlWithMirror,
  limitMs: 60_000,
  async act(stage) {
    for (const side of sides) {
      await stage.node(side).sql?.('USE mywire');
      await stage.node(side).sql?.('CREATE TABLE items (id INT PRIMARY KEY, n INT)');
      await stage.node(side).sql?.('INSERT INTO items VALUES (1, 1), (2, 1)');
    }
    // Somebody on the mirror has the first row: what any report or backup does there.
    await stage.node('mirror').sql?.('START TRANSACTION');
    await stage.node('mirror').sql?.('SELECT * FROM items WHERE id = 1 FOR UPDATE');
    stage.tell('somebody locks row 1 on the mirror');
    const client = await stage.client('proxysql');
    await client.query(add);
    stage.tell(`${add}: the client has its answer`);
    await client.query(double);
    stage.tell(`${double}: the client has its answer`);
    await stage.until('the later statement is answered on the mirror', 5000, () =>
      statementsOn(stage.wire(), legs.mirror, /\* 2/).some(({ answeredAt }) => answeredAt !== undefined),
    );
    await stage.node('mirror').sql?.('COMMIT');
    await untilMirrored(stage);
    const rows: Record<string, string[]> = {};
    for (const side of sides) {
      const answer = await stage.node(side).sql?.('SELECT * FROM mywire.items ORDER BY id');
      rows[side] = (answer?.rows ?? []).map(({ id, n }) => `${id} ${n}`);
      stage.tell(`${side}: ${rows[side].join(', ')}`);
    }
    return { rows };
  },
  assertions: [
    {
      name: 'order-on-primary',
      says: 'The primary runs them in the order of the client.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const seen = answered(observed, legs.primary).map(({ sql }) => sql);
        return finding(seen.join() === [add, double].join(), seen.join('; '));
      },
      unless: (observed) => ({ ...observed, wire: { connections: [] } }),
    },
    {
      name: 'order-on-mirror',
      says: 'The mirror runs the later one first, on another connection.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const seen = answered(observed, legs.mirror);
        return finding(
          seen.map(({ sql }) => sql).join() === [double, add].join() && seen[0]?.on.threadId !== seen[1]?.on.threadId,
          `ProxySQL ${versionOf(observed, 'proxysql')}: ${seen.map(({ sql, on }) => `${sql} (connection ${on.threadId})`).join('; ')}`,
        );
      },
      unless: ({ wire, ...observed }) => ({
        ...observed,
        wire: { connections: wire.connections.map((one) => ({ ...one, threadId: 1 })) },
      }),
    },
    {
      name: 'rows-differ',
      says: 'The rows differ in the end: (1 + 10) x 2 is not 1 x 2 + 10.',
      level: 'OBSERVE',
      source: report,
      judge: ({ facts: { rows } }) =>
        finding(
          rows['primary']?.join() === '1 11,2 22' && rows['mirror']?.join() === '1 11,2 12',
          `primary ${rows['primary']?.join(', ')}; mirror ${rows['mirror']?.join(', ')}`,
        ),
      unless: (observed) => withFacts(observed, { rows: { ...observed.facts.rows, mirror: observed.facts.rows['primary'] ?? [] } }),
    },
  ],
};
