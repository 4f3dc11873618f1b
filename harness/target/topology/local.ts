import { allOrNone } from '../chain.ts';
import { findBinary } from '../find-binary.ts';
import { freePort } from '../free-port.ts';
import { type PrivateFolder, privateFolder } from '../leftovers.ts';
import { type LocalNode, type LocalSetting, startLimit } from '../local-node.ts';
import { startProduct } from '../local-product.ts';
import type { TargetOptions } from '../options.ts';
import { isServer } from '../products.ts';
import { type Endpoint, TargetError } from '../target.ts';
import { frontBind } from '../wiring.ts';
import { agentEndpoints, startAgents } from './agents.ts';
import { assemble } from './assemble.ts';
import { tooOld } from './at-least.ts';
import { type GaleraPart, galeraPart, galeraProvider, localGaleraAddresses } from './galera.ts';
import { rootOf } from './root.ts';
import type { RunningTopology, TopologyNode } from './running.ts';
import { serverOptionsOf } from './server-options.ts';
import { openTaps, type Taps, wiringOf } from './taps.ts';
import type { NodePlan, Topology } from './topology.ts';

const loopback = '127.0.0.1';
type Ports = Readonly<Record<string, Endpoint>>;

/**
 * Starts a topology of this machine's own programs, each in a private folder on free loopback ports.
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT; nothing is left running then
 */
export async function startLocalTopology(topology: Topology, options: TargetOptions): Promise<RunningTopology> {
  // First, so that nothing is started in vain.
  for (const { product } of Object.values(topology.nodes)) {
    const { path, version } = await findBinary(product, `local ${topology.id}`, options);
    const old = tooOld(topology, product, version);
    if (old)
      throw new TargetError(
        'TARGET_NO_BINARY',
        `local ${topology.id}`,
        `${old} This one is ${path}; name another with --binary ${product}=PATH.`,
      );
  }
  const provider = topology.galera ? requireGalera(topology) : '';
  const ports = new Map<string, Ports>();
  for (const [name, { ports: names = ['front'] }] of Object.entries(topology.nodes)) {
    const own: Record<string, Endpoint> = {};
    for (const port of names) own[port] = { host: loopback, port: await freePort() };
    ports.set(name, own);
  }
  const portOf = (node: string, port: string): Endpoint => ports.get(node)?.[port] as Endpoint;
  const agentsAt = await agentEndpoints(topology, loopback);
  const cluster = await localGaleraAddresses(topology, loopback);
  const folders: PrivateFolder[] = [];
  const taps = await openTaps(topology, loopback, portOf);
  const stop = async (started: readonly TopologyNode[]) => {
    await Promise.all(started.map((node) => (node as LocalTopologyNode).stop()));
    await Promise.all([taps.stop(), ...folders.map((folder) => folder.remove())]);
  };
  const starts = Object.entries(topology.nodes).map(([name, plan]) => {
    const folder = privateFolder();
    folders.push(folder);
    return startNode(
      topology,
      name,
      plan,
      folder.path,
      ports.get(name) as Ports,
      portOf,
      taps,
      agentsAt,
      galeraPart(topology, name, cluster, provider),
      options,
    );
  });
  const nodes = await allOrNone(starts, stop);
  return assemble({
    topology,
    on: 'local',
    nodes,
    taps,
    path: { transparent: true },
    startAgents: () => startAgents(topology, agentsAt, (node) => portOf(node, 'front'), options),
    limitMs: startLimit(options),
    stop: () => stop(nodes),
  });
}

/** @throws TargetError TARGET_NO_BINARY */
function requireGalera({ id }: Topology): string {
  const provider = galeraProvider();
  if (provider) return provider;
  throw new TargetError(
    'TARGET_NO_BINARY',
    `local ${id}`,
    "Galera's provider, libgalera_smm.so, is not on this machine: install galera-4.",
  );
}

interface LocalTopologyNode extends TopologyNode {
  stop(): Promise<void>;
}

async function startNode(
  topology: Topology,
  name: string,
  plan: NodePlan,
  folder: string,
  ports: Ports,
  portOf: (node: string, port: string) => Endpoint,
  taps: Taps,
  agentsAt: Readonly<Record<string, Endpoint>>,
  galera: GaleraPart | undefined,
  options: TargetOptions,
): Promise<LocalTopologyNode> {
  const wiring = wiringOf(plan, name, ports, (node) => portOf(node, 'front'), taps, agentsAt);
  const setting: LocalSetting = {
    target: `local ${topology.id}`,
    name,
    endpoint: frontBind(wiring),
    folder,
    options,
    ...(galera && { dataFiles: galera.files }),
  };
  const node = await startProduct(
    plan.product,
    setting,
    wiring,
    isServer(plan.product) ? [...serverOptionsOf(topology, name), ...(galera?.options ?? [])] : [],
  );
  return {
    ...described(node),
    ports,
    ...(isServer(plan.product) && { sql: rootOf({ socketPath: `${folder}/s` }) }),
    async signal(signal) {
      node.signal(signal);
    },
    startAgain: () => node.startAgain(),
    // A frozen process cannot end by itself.
    async stop() {
      node.signal('SIGCONT');
      await node.stop();
    },
  };
}

/** The parts of a node that stay true while it runs; pid and state are asked of it each time. */
const described = (node: LocalNode) => ({
  name: node.name,
  product: node.product,
  version: node.version,
  endpoint: node.endpoint,
  get pid() {
    return node.pid as number;
  },
  state: () => node.state(),
  log: () => node.log(),
  ...(node.setup && { setup: node.setup }),
  ...(node.command && { command: node.command }),
});
