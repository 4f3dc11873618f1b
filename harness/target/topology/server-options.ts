import type { Topology } from './topology.ts';

/** What a server of a topology needs besides the common options: who it is among the others. */
export function serverOptionsOf(topology: Topology, name: string): string[] {
  const servers = Object.entries(topology.nodes).filter(([, { product }]) => product === 'mariadb' || product === 'mysql');
  const index = servers.findIndex(([node]) => node === name);
  const plan = servers[index]?.[1];
  const id = index + 1;
  const mariadb = plan?.product === 'mariadb';
  return [
    `--server-id=${id}`,
    // What a replica applies goes into its own log too: a chain and a ring go on.
    ...(mariadb
      ? [`--gtid-domain-id=${id}`, '--log-slave-updates=ON', '--slave-net-timeout=5']
      : ['--gtid-mode=ON', '--enforce-gtid-consistency=ON', '--replica-net-timeout=5']),
    ...(plan?.options ?? []),
  ];
}
