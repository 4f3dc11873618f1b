import type { Endpoint } from '../target.ts';
import { TargetError } from '../target.ts';
import { until } from '../tcp.ts';
import type { TopologyNode } from './running.ts';

const replicaUser = { user: 'mywire', password: 'mywire-secret' } as const;

/**
 * Makes `to` read the binary log of `from`, and waits until it does.
 * https://mariadb.com/docs/server/reference/sql-statements/administrative-sql-statements/replication-statements/change-master-to
 * https://dev.mysql.com/doc/refman/9.4/en/change-replication-source-to.html
 * @param at where `to` finds `from`
 * @throws TargetError TARGET_START_TIMEOUT when it does not run within the limit (ms)
 */
export async function replicate(from: TopologyNode, to: TopologyNode, at: Endpoint, limitMs: number): Promise<void> {
  if (!from.sql || !to.sql) throw new Error(`${from.name} and ${to.name} are no servers`);
  const { user, password } = replicaUser;
  if (to.product === 'mariadb') {
    const { rows } = await from.sql('SELECT @@gtid_binlog_pos AS position');
    const known = await to.sql('SELECT @@gtid_slave_pos AS position');
    const domain = (position: string) => position.split('-')[0];
    const mine = String(known.rows[0]?.['position'] ?? '')
      .split(',')
      .filter(Boolean);
    const theirs = String(rows[0]?.['position'] ?? '')
      .split(',')
      .filter(Boolean);
    const joined = [...mine.filter((one) => !theirs.some((other) => domain(other) === domain(one))), ...theirs].join(',');
    await to.sql('SET GLOBAL gtid_slave_pos = ?', [joined]);
    await to.sql(
      'CHANGE MASTER TO MASTER_HOST = ?, MASTER_PORT = ?, MASTER_USER = ?, MASTER_PASSWORD = ?, MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 1',
      [at.host, at.port, user, password],
    );
    await to.sql('START SLAVE');
  } else {
    await to.sql(
      'CHANGE REPLICATION SOURCE TO SOURCE_HOST = ?, SOURCE_PORT = ?, SOURCE_USER = ?, SOURCE_PASSWORD = ?, SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1, SOURCE_CONNECT_RETRY = 1, SOURCE_HEARTBEAT_PERIOD = 1',
      [at.host, at.port, user, password],
    );
    await to.sql('START REPLICA');
  }
  let seen = '';
  const runs = await until(
    async () => {
      const status = await replicaStatus(to);
      seen = `${status.io}/${status.sql} ${status.error}`;
      return status.io === 'Yes' && status.sql === 'Yes';
    },
    limitMs,
    () => {},
  );
  if (!runs) throw new TargetError('TARGET_START_TIMEOUT', to.name, `it did not replicate from ${from.name} in ${limitMs} ms: ${seen}`);
}

/**
 * Waits, on the replica itself, until it has applied all that `from` has in its binary log now.
 * https://mariadb.com/docs/server/reference/sql-functions/secondary-functions/miscellaneous-functions/master_gtid_wait
 * https://dev.mysql.com/doc/refman/9.4/en/gtid-functions.html#function_wait-for-executed-gtid-set
 * @returns undefined when it has; after the limit (ms), how it is
 */
export async function notApplied(from: TopologyNode, to: TopologyNode, limitMs: number): Promise<ReplicaStatus | undefined> {
  const [position, wait] =
    to.product === 'mariadb'
      ? ['@@gtid_binlog_pos', 'SELECT MASTER_GTID_WAIT(?, ?) AS waited']
      : ['@@global.gtid_executed', 'SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) AS waited'];
  const reached = (await from.sql?.(`SELECT ${position} AS position`))?.rows[0]?.['position'];
  const waited = (await to.sql?.(wait, [reached, limitMs / 1000]))?.rows[0]?.['waited'];
  return Number(waited) === 0 ? undefined : replicaStatus(to);
}

/** How a replica is: its two threads, its error, its lag in seconds (null: not known), as the server tells it. */
export interface ReplicaStatus {
  readonly io: string;
  readonly sql: string;
  readonly errno: number;
  readonly error: string;
  readonly lag: number | null;
}

/** @throws Error when the node is no replica */
export async function replicaStatus(node: TopologyNode): Promise<ReplicaStatus> {
  const rows = (await node.sql?.(node.product === 'mariadb' ? 'SHOW SLAVE STATUS' : 'SHOW REPLICA STATUS'))?.rows ?? [];
  const row = rows[0];
  if (!row) throw new Error(`${node.name} is no replica`);
  const of = (old: string, now: string) => row[old] ?? row[now];
  const lag = of('Seconds_Behind_Master', 'Seconds_Behind_Source');
  return {
    io: String(of('Slave_IO_Running', 'Replica_IO_Running')),
    sql: String(of('Slave_SQL_Running', 'Replica_SQL_Running')),
    errno: Number(row['Last_SQL_Errno']) || Number(row['Last_IO_Errno']),
    error: String(row['Last_SQL_Error'] || row['Last_IO_Error'] || ''),
    lag: lag === null || lag === undefined ? null : Number(lag),
  };
}
