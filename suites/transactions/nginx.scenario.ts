import { behindTcpProxy } from './story/tcp-proxy.ts';

/** S2 on the other plain TCP proxy: it does not check, a connection that is refused is all that it knows. */
export const onNginx = behindTcpProxy({
  id: 'transactions/nginx-replication',
  title: 'nginx, a source and two replicas: a transaction stays on one connection, and dies with its server as a whole',
  proxy: 'nginx',
  config: 'nginx-all-and-writer.conf',
  by: 'replication',
  balancing: 'https://nginx.org/en/docs/stream/ngx_stream_upstream_module.html#least_conn',
});
