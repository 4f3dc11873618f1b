import { behindTcpProxy } from './story/tcp-proxy.ts';
import { nodes } from './story/transaction.ts';

/** S2 on MySQL Router. It splits reads from writes only with an InnoDB Cluster's metadata; with static routes it does as a TCP proxy does. */
export const onMysqlrouter = behindTcpProxy({
  id: 'transactions/mysqlrouter-replication',
  title: 'MySQL Router, static routes to a source and two replicas: a transaction stays on one connection, and dies as a whole',
  proxy: 'mysqlrouter',
  config: 'mysqlrouter-all-and-writer.conf',
  server: 'mysql',
  by: 'replication',
  balancing: 'https://dev.mysql.com/doc/mysql-router/9.4/en/mysql-router-conf-options.html (routing_strategy)',
  async ready(stage) {
    // Each server knows the password from then on, which it would ask for in clear, once, on the Router's plain leg.
    for (const node of nodes) await (await stage.client(node)).quit();
  },
});
