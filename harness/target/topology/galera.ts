import { existsSync } from 'node:fs';
import { freePort } from '../free-port.ts';
import { TargetError } from '../target.ts';
import { until } from '../tcp.ts';
import type { TopologyNode } from './running.ts';
import type { Topology } from './topology.ts';

/** Where a node of a cluster is for the others: group communication, incremental and whole state transfer. */
export interface GaleraAddress {
  readonly host: string;
  /** Where it listens: its host, or everywhere. */
  readonly listen: string;
  readonly base: number;
  readonly ist: number;
  readonly sst: number;
}

/** What makes a server a node of a cluster: options, and files that its data directory holds before its first start. */
export interface GaleraPart {
  readonly options: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** Where Galera's provider lies: Debian's galera-4 (and the official image), and Red Hat's. */
const providers = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so'] as const;
export const galeraProvider = (): string | undefined => providers.find((path) => existsSync(path));
/** Inside the images. */
export const imageProvider = providers[0];

/** The ports of each node on this machine. */
export async function localGaleraAddresses({ galera = [] }: Topology, host: string): Promise<ReadonlyMap<string, GaleraAddress>> {
  const addresses = new Map<string, GaleraAddress>();
  for (const node of galera)
    addresses.set(node, { host, listen: host, base: await freePort(), ist: await freePort(), sst: await freePort() });
  return addresses;
}

/** The usual ports of each container. */
export const dockerGaleraAddresses = ({ galera = [] }: Topology, hostOf: (node: string) => string): ReadonlyMap<string, GaleraAddress> =>
  new Map(galera.map((node) => [node, { host: hostOf(node), listen: '0.0.0.0', base: 4567, ist: 4568, sst: 4444 }]));

/**
 * The part of one node. All nodes begin as equals that have just lost sight of each other: each holds the same state (none) and
 * the view of all of them, so they restore the primary component by themselves, and nobody needs a state transfer, which would
 * take seconds and cannot run as root (wsrep_sst_rsync).
 * https://galeracluster.com/library/documentation/pc-recovery.html
 * @returns undefined for a server that is in no cluster
 */
export function galeraPart(
  { galera = [] }: Topology,
  name: string,
  addresses: ReadonlyMap<string, GaleraAddress>,
  provider: string,
): GaleraPart | undefined {
  const own = addresses.get(name);
  if (!own) return undefined;
  const ids = galera.map((_, index) => nodeId(index + 1));
  const id = ids[galera.indexOf(name)];
  const cluster = [...addresses.values()].map(({ host, base }) => `${host}:${base}`).join(',');
  const providerOptions = [
    `base_host=${own.host}`,
    `base_port=${own.base}`,
    `gmcast.listen_addr=tcp://${own.listen}:${own.base}`,
    `ist.recv_addr=${own.host}:${own.ist}`,
    'gcache.size=16M',
    // A node that died is noticed in 2 s, not in 5.
    'evs.keepalive_period=PT0.2S',
    'evs.inactive_check_period=PT0.2S',
    'evs.suspect_timeout=PT2S',
    'evs.inactive_timeout=PT5S',
  ].join(';');
  return {
    options: [
      '--binlog-format=ROW',
      '--innodb-autoinc-lock-mode=2',
      '--wsrep-on=ON',
      `--wsrep-provider=${provider}`,
      '--wsrep-cluster-name=mywire',
      `--wsrep-node-name=${name}`,
      `--wsrep-node-address=${own.host}`,
      `--wsrep-cluster-address=gcomm://${cluster}`,
      '--wsrep-sst-method=rsync',
      `--wsrep-sst-receive-address=${own.host}:${own.sst}`,
      `--wsrep-provider-options=${providerOptions}`,
    ],
    files: {
      'grastate.dat': `# GALERA saved state\nversion: 2.1\nuuid:    ${stateId}\nseqno:   0\nsafe_to_bootstrap: 0\n`,
      'gvwstate.dat': [
        `my_uuid: ${id}`,
        '#vwbeg',
        `view_id: 3 ${ids[0]} ${ids.length}`,
        'bootstrap: 0',
        ...ids.map((one) => `member: ${one} 0`),
        '#vwend',
        '',
      ].join('\n'),
    },
  };
}

const stateId = '6d797769-7265-11ef-9000-000000000001';
/** Ids that begin alike are taken for one node that comes back: those wait for 10 s. */
const nodeId = (n: number): string => `${String(n).repeat(8)}-7265-11ef-8000-${String(n).repeat(12)}`;

/**
 * Waits until every node is a Synced member of the whole cluster.
 * @throws TargetError TARGET_START_TIMEOUT after the limit (ms)
 */
export async function untilSynced(nodes: readonly TopologyNode[], limitMs: number): Promise<void> {
  for (const node of nodes) {
    let seen = '';
    const synced = await until(
      async () => {
        const { rows = [] } = (await node.sql?.("SHOW STATUS LIKE 'wsrep_%'").catch(() => undefined)) ?? {};
        const value = (name: string) => String(rows.find((row) => row['Variable_name'] === name)?.['Value'] ?? '');
        seen = `${value('wsrep_local_state_comment')}, ${value('wsrep_cluster_size')} nodes, ${value('wsrep_cluster_status')}`;
        return seen === `Synced, ${nodes.length} nodes, Primary` && value('wsrep_ready') === 'ON';
      },
      limitMs,
      () => {},
    );
    if (!synced) throw new TargetError('TARGET_START_TIMEOUT', node.name, `it did not join the Galera cluster in ${limitMs} ms: ${seen}`);
  }
}
