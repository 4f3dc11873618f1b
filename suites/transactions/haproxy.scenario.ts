import { haproxy } from './story/haproxy.ts';
import { behindTcpProxy } from './story/tcp-proxy.ts';

/** S2, the second half. */
export const onReplication = behindTcpProxy({
  ...haproxy,
  id: 'transactions/haproxy-replication',
  title: 'HAProxy, a source and two replicas: a transaction stays on one connection, and dies with its server as a whole',
  by: 'replication',
});

export const onGalera = behindTcpProxy({
  ...haproxy,
  id: 'transactions/haproxy-galera',
  title: 'HAProxy, three Galera nodes: a transaction stays on one connection, and dies with its server as a whole',
  by: 'galera',
});
