import { openTap, type Tap } from '../tap/tap.ts';
import type { Endpoint } from '../target.ts';
import type { Wiring } from '../wiring.ts';
import { linkEnd, linkName, type NodePlan, type Topology } from './topology.ts';

/** The taps of a topology, and what lies behind them. */
export interface Taps {
  readonly all: readonly Tap[];
  /** Where the client of a link connects: at its tap, else at `direct`. */
  at(link: string, direct: Endpoint): Endpoint;
  stop(): Promise<void>;
}

/**
 * Opens the taps of a topology. Where their links lead is asked when the first connection comes: then the nodes are known.
 * @param host the address of this machine that the nodes can connect to
 */
export async function openTaps(topology: Topology, host: string, portOf: (node: string, port: string) => Endpoint): Promise<Taps> {
  const all: Tap[] = [];
  const stop = async () => {
    await Promise.all(all.map((tap) => tap.stop()));
  };
  try {
    for (const link of topology.taps) {
      const { node, port } = linkEnd(topology, link);
      all.push(await openTap(link, () => portOf(node, port), { host: link.startsWith('client-') ? '127.0.0.1' : host }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { all, at: (link, direct) => all.find((tap) => tap.link === link)?.endpoint ?? direct, stop };
}

/** How a proxy of a topology is wired: its own ports, and each node behind it through the tap of that link. */
export function wiringOf(
  plan: NodePlan,
  name: string,
  binds: Readonly<Record<string, Endpoint>>,
  behind: (node: string) => Endpoint,
  taps: Taps,
  agents: Readonly<Record<string, Endpoint>> = {},
): Wiring {
  const servers = Object.fromEntries((plan.behind ?? []).map((node) => [node, taps.at(linkName(name, node), behind(node))]));
  return {
    binds,
    // The plain templates speak of one server, 'next'.
    servers: plan.config === undefined ? { next: Object.values(servers)[0] as Endpoint } : { ...servers, ...agents },
    ...(plan.config === undefined ? {} : { config: plan.config }),
    ...(plan.settings ? { settings: plan.settings } : {}),
  };
}
