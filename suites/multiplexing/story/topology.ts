import type { Topology } from '../../../harness/scenario/scenario.ts';

/** ProxySQL with one thread, so that whoever asks next finds what was given back. */
export const proxysqlAndMariadb = {
  id: 'proxysql+mariadb',
  says: 'ProxySQL, one thread, in front of one MariaDB',
  nodes: {
    proxysql: { product: 'proxysql', config: 'proxysql-multiplexing.cnf', behind: ['server'], settings: { CHARSET: 'utf8mb4' } },
    server: { product: 'mariadb' },
  },
  taps: ['client-proxysql', 'proxysql-server'],
} as const satisfies Topology;

/** The link whose greetings carry the server's own connection ids. */
export const backendLeg = 'proxysql-server';
