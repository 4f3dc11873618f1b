import { readFileSync } from 'node:fs';
import { fixturePath } from '../fixture.ts';
import { type Endpoint, TargetError } from '../target.ts';
import { until, written } from '../tcp.ts';
import type { TopologyNode } from './running.ts';

/** The metadata by which MySQL Router knows the members of an InnoDB ReplicaSet: as much of what MySQL Shell makes as the Router reads. */
const schema = 'mysql_innodb_cluster_metadata';

/**
 * Writes the metadata of a ReplicaSet into its primary, from which the other members get them, and waits until the Router has them.
 * https://dev.mysql.com/doc/mysql-shell/9.4/en/mysql-innodb-replicaset-introduction.html
 * @param members the primary first; @param at where the Router finds a member
 * @throws TargetError TARGET_START_TIMEOUT when the Router does not take them within the limit (ms)
 */
export async function describeReplicaSet(
  router: TopologyNode,
  members: readonly TopologyNode[],
  at: (member: TopologyNode) => Endpoint,
  limitMs: number,
): Promise<void> {
  const [primary] = members;
  if (!primary?.sql) throw new Error('a ReplicaSet without a server');
  const statements = readFileSync(fixturePath('sql/innodb-replicaset.sql'), 'utf8').split(/;$/m);
  for (const sql of statements) if (sql.trim()) await primary.sql(sql);
  const cluster = `(SELECT cluster_id FROM ${schema}.v2_ar_clusters)`;
  const roles: unknown[] = [];
  for (const [index, member] of members.entries()) {
    const id = index + 1;
    const uuid = (await member.sql?.('SELECT @@server_uuid AS uuid'))?.rows[0]?.['uuid'];
    await primary.sql(`INSERT INTO ${schema}.v2_instances VALUES (?, ${cluster}, ?, ?, NULL, '{}')`, [
      id,
      member.name,
      written(at(member)),
    ]);
    roles.push(id, uuid, index === 0 ? 'PRIMARY' : 'SECONDARY');
  }
  // All at once: the Router reads at any time.
  const rows = members.map(() => `(?, ${cluster}, 1, ?, ?)`);
  await primary.sql(`INSERT INTO ${schema}.v2_ar_members VALUES ${rows.join(', ')}`, roles);
  const known = new RegExp(`view_id = \\d+, \\(${members.length} members\\)`);
  if (
    await until(
      async () => known.test(router.log()),
      limitMs,
      () => {},
    )
  )
    return;
  const log = router.log().slice(-500);
  throw new TargetError('TARGET_START_TIMEOUT', router.name, `it did not take the metadata in ${limitMs} ms. The end of its log: ${log}`);
}
