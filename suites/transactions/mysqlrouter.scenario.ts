import type { Stage } from '../../harness/scenario/stage.ts';
import { behindSplitter } from './story/splitter.ts';
import { behindTcpProxy } from './story/tcp-proxy.ts';
import { nodes } from './story/transaction.ts';

/** Each server knows the password from then on, which it would ask for in clear, once, on the Router's plain leg. */
async function logInOnce(stage: Stage): Promise<void> {
  for (const node of nodes) await (await stage.client(node)).quit();
}

/** S2 on MySQL Router with static routes, where it does as a TCP proxy does. */
export const onMysqlrouter = behindTcpProxy({
  id: 'transactions/mysqlrouter-replication',
  title: 'MySQL Router, static routes to a source and two replicas: a transaction stays on one connection, and dies as a whole',
  proxy: 'mysqlrouter',
  config: 'mysqlrouter-all-and-writer.conf',
  server: 'mysql',
  by: 'replication',
  balancing: 'https://dev.mysql.com/doc/mysql-router/9.4/en/mysql-router-conf-options.html (routing_strategy)',
  ready: logInOnce,
});

/** S2 on MySQL Router that splits reads from writes, by the metadata of an InnoDB ReplicaSet. */
export const onSplittingRouter = behindSplitter({
  id: 'transactions/mysqlrouter-splitting',
  title: 'MySQL Router, read/write splitting over a ReplicaSet: a transaction keeps its reads, and dies with its server as a whole',
  proxy: 'mysqlrouter',
  config: 'mysqlrouter-splitting.conf',
  server: 'mysql',
  beginsAgain: true,
  modes: [{ name: 'auto', keepsReads: true }],
  source: 'https://dev.mysql.com/doc/mysql-router/9.4/en/router-read-write-splitting-statements.html',
  ready: logInOnce,
});
