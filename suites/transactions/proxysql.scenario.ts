import type { Stage } from '../../harness/scenario/stage.ts';
import { behindSplitter } from './story/splitter.ts';

const persistent = (value: 0 | 1) => async (stage: Stage) => {
  await stage.command('proxysql', `UPDATE mysql_users SET transaction_persistent=${value}`);
  await stage.command('proxysql', 'LOAD MYSQL USERS TO RUNTIME');
  stage.tell(`transaction_persistent=${value}`);
};

/** S2 on ProxySQL with a rule that sends SELECT to the replicas. */
export const onProxysql = behindSplitter({
  id: 'transactions/proxysql',
  title: 'ProxySQL: with transaction_persistent=1 a transaction keeps its reads, with 0 a rule takes them away from it',
  proxy: 'proxysql',
  config: 'proxysql-reader-writer.cnf',
  modes: [
    { name: 'persistent-0', set: persistent(0), keepsReads: false },
    { name: 'persistent-1', set: persistent(1), keepsReads: true },
  ],
  source: 'https://proxysql.com/documentation/users-management/mysql-users-management (transaction_persistent)',
  async ready(stage) {
    const list = 'SELECT hostgroup_id, status FROM runtime_mysql_servers ORDER BY hostgroup_id';
    await stage.until('ProxySQL knows one writer and two readers', 15_000, async () => {
      const [, ...rows] = (await stage.command('proxysql', list)).trim().split('\n');
      return rows.map((row) => row.split('\t').join(' ')).join() === '0 ONLINE,1 ONLINE,1 ONLINE';
    });
  },
});
