import type { StartedProduct } from '../products.ts';

/** One program of a topology. */
export interface NodePlan {
  readonly product: StartedProduct;
  /** Of a server: options besides the common ones. */
  readonly options?: readonly string[];
  /** Of a proxy: its template in fixtures/configs, where {{BIND_FRONT}} is the port 'front' and {{SERVER_A}} the node 'a'. */
  readonly config?: string;
  /** Of a proxy: the names of the ports that it opens; default 'front' alone. */
  readonly ports?: readonly string[];
  /** Of a proxy: the nodes that it connects to. */
  readonly behind?: readonly string[];
  /** The first version that knows its config: '3.4'. With an older one the topology is not played. */
  readonly atLeast?: string;
  /** Of a proxy: more {{NAME}}s of its template. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** A health agent beside a server. */
export interface AgentPlan {
  /** The node that it asks. */
  readonly of: string;
  /** What that node must be, as options of `mywire agent`: ['--schema', 'shop']. */
  readonly wishes: readonly string[];
}

/**
 * Programs wired together, described once for Docker and for programs of this machine. A link is named after its two ends:
 * 'client-haproxy', 'haproxy-a', 'b-a' for the link on which b, a replica, reads from a.
 */
export interface Topology {
  readonly id: string;
  readonly says: string;
  /** The first is where clients come in unless they say otherwise. */
  readonly nodes: Readonly<Record<string, NodePlan>>;
  /** Who reads whose binary log. */
  readonly replication?: readonly { readonly from: string; readonly to: string }[];
  /** An InnoDB ReplicaSet of MySQL servers, the primary first, that a MySQL Router knows by its metadata. Replication is described apart. */
  readonly replicaSet?: { readonly router: string; readonly members: readonly string[] };
  /** The nodes of one Galera cluster, all MariaDB. */
  readonly galera?: readonly string[];
  /** Health agents (`mywire agent`) by name: processes of this machine; {{SERVER_AGENT_A}} in the templates of proxies is 'agent-a'. */
  readonly agents?: Readonly<Record<string, AgentPlan>>;
  /** Links with a tap. Those of clients without one lead straight to the node. */
  readonly taps: readonly string[];
}

/** The link between two nodes; clients are 'client', and a port other than 'front' follows after a dot. */
export function linkName(from: string, to: string, port = 'front'): string {
  return port === 'front' ? `${from}-${to}` : `${from}-${to}.${port}`;
}

/** Who a link leads to: a node, and one of its ports. */
export function linkEnd(topology: Topology, link: string): { readonly node: string; readonly port: string } {
  for (const [node, { ports = ['front'] }] of Object.entries(topology.nodes)) {
    for (const port of ports) if (link.endsWith(linkName('', node, port))) return { node, port };
  }
  throw new Error(`the topology ${topology.id} has a tap on the link ${link}, which leads to none of its nodes`);
}
