import type { Transparency } from '../target.ts';
import type { Agents } from './agents.ts';
import { untilSynced } from './galera.ts';
import { describeReplicaSet } from './replica-set.ts';
import { replicate } from './replication.ts';
import type { RunningTopology, TopologyNode } from './running.ts';
import type { Taps } from './taps.ts';
import { linkName, type Topology } from './topology.ts';

/** What has been started of a topology. */
export interface Parts {
  readonly topology: Topology;
  readonly on: string;
  readonly nodes: readonly TopologyNode[];
  readonly taps: Taps;
  readonly path: Transparency;
  readonly startAgents: () => Promise<Agents>;
  /** ms in which replication and Galera must run. */
  readonly limitMs: number;
  stop(): Promise<void>;
}

/**
 * Lets the servers replicate and meet, starts the agents, and gives the whole its names.
 * @throws TargetError TARGET_START_TIMEOUT; everything is stopped then
 */
export async function assemble({ topology, on, nodes, taps, path, startAgents, limitMs, stop: stopAll }: Parts): Promise<RunningTopology> {
  const node = (name: string): TopologyNode => {
    const found = nodes.find((one) => one.name === name);
    if (!found) throw new Error(`the topology ${topology.id} has no node ${name}`);
    return found;
  };
  let agents: Agents | undefined;
  const stop = async (): Promise<void> => {
    await agents?.stop();
    await stopAll();
  };
  try {
    for (const { from, to } of topology.replication ?? []) {
      await replicate(node(from), node(to), taps.at(linkName(to, from), node(from).endpoint), limitMs);
    }
    if (topology.replicaSet) {
      const { router, members } = topology.replicaSet;
      await describeReplicaSet(node(router), members.map(node), ({ name, endpoint }) => taps.at(linkName(router, name), endpoint), limitMs);
    }
    await untilSynced((topology.galera ?? []).map(node), limitMs);
    agents = await startAgents();
  } catch (error) {
    await stop();
    throw error;
  }
  const first = Object.keys(topology.nodes)[0] as string;
  return {
    topology,
    on,
    taps: taps.all,
    path,
    node,
    nodes: () => nodes,
    agent(name) {
      const found = agents?.all.find((one) => one.name === name);
      if (!found) throw new Error(`the topology ${topology.id} has no agent ${name}`);
      return found;
    },
    tap(link) {
      const found = taps.all.find((tap) => tap.link === link);
      if (!found)
        throw new Error(
          `the topology ${topology.id} has no tap on ${link}; it has ${taps.all.map((tap) => tap.link).join(', ') || 'none'}`,
        );
      return found;
    },
    entry(name = first, port = 'front') {
      const direct = node(name).ports[port];
      if (!direct) throw new Error(`the node ${name} of ${topology.id} has no port ${port}`);
      return taps.at(linkName('client', name, port), direct);
    },
    stop,
  };
}
