import type { SqlAnswer } from '../sql-client.ts';
import type { Tap } from '../tap/tap.ts';
import type { Endpoint, RunningNode, Transparency } from '../target.ts';
import type { Topology } from './topology.ts';

/** A node of a running topology, and what may be done to it. */
export interface TopologyNode extends RunningNode {
  /** Its ports by name. */
  readonly ports: Readonly<Record<string, Endpoint>>;
  /** Of a server: a statement as root, over a connection of its own that no tap sees. Throws when the server refuses it. */
  readonly sql?: (text: string, values?: readonly unknown[]) => Promise<SqlAnswer & { ok: true }>;
  /** Sends its process a signal: SIGSTOP freezes it, SIGKILL is its sudden death. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts it again on the same address after it died. */
  startAgain(): Promise<void>;
}

/** A health agent of a running topology. */
export interface TopologyAgent extends Pick<TopologyNode, 'name' | 'endpoint' | 'state' | 'log' | 'signal' | 'startAgain'> {}

/** A topology that is up: wired, replicating, answering. */
export interface RunningTopology {
  readonly topology: Topology;
  /** 'local', or 'haproxy:3.0+mariadb:11.8'. */
  readonly on: string;
  readonly taps: readonly Tap[];
  readonly path: Transparency;
  /** @throws Error for a name that the topology does not have */
  node(name: string): TopologyNode;
  nodes(): readonly TopologyNode[];
  /** @throws Error for a name that the topology does not have */
  agent(name: string): TopologyAgent;
  /** @throws Error for a link without a tap */
  tap(link: string): Tap;
  /** Where a client of a node connects: at the tap of its link if there is one, else at the node itself. */
  entry(node?: string, port?: string): Endpoint;
  /** Stops all and removes every trace. Safe to call twice. */
  stop(): Promise<void>;
}
