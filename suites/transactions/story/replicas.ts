import type { Stage } from '../../../harness/scenario/stage.ts';

/** What an operator does, or a failover tool: b becomes the source of c, and takes writes. */
async function promoteOnMariadb(stage: Stage): Promise<void> {
  for (const sql of ['STOP SLAVE', 'RESET SLAVE ALL', 'SET GLOBAL read_only = 0']) await stage.node('b').sql?.(sql);
  const { host, port } = stage.node('b').ports['front'] ?? { host: '', port: 0 };
  await stage.node('c').sql?.('STOP SLAVE');
  await stage.node('c').sql?.('CHANGE MASTER TO MASTER_HOST = ?, MASTER_PORT = ?, MASTER_USE_GTID = slave_pos', [host, port]);
  await stage.node('c').sql?.('START SLAVE');
  stage.tell('b is promoted');
}

/** The same on MySQL, and in the metadata of the ReplicaSet: a is no member of it any more. */
async function promoteOnMysql(stage: Stage): Promise<void> {
  for (const sql of ['STOP REPLICA', 'RESET REPLICA ALL', 'SET GLOBAL read_only = 0']) await stage.node('b').sql?.(sql);
  const { host, port } = stage.node('b').ports['front'] ?? { host: '', port: 0 };
  await stage.node('c').sql?.('STOP REPLICA');
  await stage.node('c').sql?.('CHANGE REPLICATION SOURCE TO SOURCE_HOST = ?, SOURCE_PORT = ?', [host, port]);
  await stage.node('c').sql?.('START REPLICA');
  const members = 'mysql_innodb_cluster_metadata.v2_ar_members';
  for (const sql of [
    'START TRANSACTION',
    `DELETE FROM ${members} WHERE instance_id = 1`,
    `UPDATE ${members} SET view_id = view_id + 1, member_role = IF(instance_id = 2, 'PRIMARY', 'SECONDARY')`,
    'COMMIT',
  ])
    await stage.node('b').sql?.(sql);
  stage.tell('b is promoted, and the metadata say so');
}

export const promote = { mariadb: promoteOnMariadb, mysql: promoteOnMysql } as const;
