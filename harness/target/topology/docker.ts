import { allOrNone } from '../chain.ts';
import { type Docker, guardDocker, openDocker, removeNetwork } from '../docker-client.ts';
import { type ContainerRun, hostName } from '../docker-container.ts';
import { findImage } from '../docker-image.ts';
import { gatewayOf, makeNetwork } from '../docker-network.ts';
import { type DockerNode, startDockerNode } from '../docker-node.ts';
import { anywhere, type DockerProduct, frontPort, wiredProduct } from '../docker-product.ts';
import { startLimit } from '../local-node.ts';
import type { TargetOptions } from '../options.ts';
import { isServer } from '../products.ts';
import { type Endpoint, TargetError } from '../target.ts';
import { probePath } from '../transparency.ts';
import { agentEndpoints, startAgents } from './agents.ts';
import { assemble } from './assemble.ts';
import { tooOld } from './at-least.ts';
import { placeName } from './choice.ts';
import { dockerGaleraAddresses, galeraPart, imageProvider } from './galera.ts';
import { rootOf } from './root.ts';
import type { RunningTopology, TopologyNode } from './running.ts';
import { serverOptionsOf } from './server-options.ts';
import { openTaps, type Taps, wiringOf } from './taps.ts';
import type { NodePlan, Topology } from './topology.ts';

type Versions = Readonly<Record<string, string>>;

/**
 * Starts a topology of containers on a network of their own. Taps stand on this machine: containers reach them at the
 * network's gateway address.
 * @throws TargetError TARGET_NO_DOCKER, TARGET_NO_IMAGE, TARGET_START_FAILED, TARGET_START_TIMEOUT; nothing is left then
 */
export async function startDockerTopology(topology: Topology, versions: Versions, options: TargetOptions): Promise<RunningTopology> {
  const on = placeName({ on: 'docker', versions }, topology);
  const docker = await openDocker(on, options);
  const images = new Map<string, string>();
  for (const [name, { product }] of Object.entries(topology.nodes)) {
    const old = tooOld(topology, product, versions[product] ?? '');
    if (old) throw new TargetError('TARGET_NO_IMAGE', on, `${old} Name a later one with --on.`);
    const { image, note } = await findImage(docker, { product, version: versions[product] ?? '' }, on, options);
    if (note) options.onNote?.(note);
    images.set(name, image);
  }
  const gone = guardDocker(options.env ?? process.env);
  let cleanUp = async () => gone();
  try {
    const { id, run } = await makeNetwork(docker, on);
    cleanUp = async () => {
      await removeNetwork(docker.api, id);
      gone();
    };
    const gateway = await gatewayOf(docker, id);
    const path = await probePath(docker, [...images.values()][0] ?? '', run);
    const nodes: DockerNode[] = [];
    const portOf = (node: string, port: string): Endpoint => {
      const plan = topology.nodes[node] as NodePlan;
      return { host: nodes.find(({ name }) => name === node)?.inside() ?? '', port: insidePorts(plan)[port] ?? 0 };
    };
    const taps = await openTaps(topology, gateway, portOf);
    cleanUp = once(async () => {
      await Promise.all([taps.stop(), ...nodes.map((node) => node.remove())]);
      await removeNetwork(docker.api, id);
      gone();
    });
    const agentsAt = await agentEndpoints(topology, gateway);
    // Servers first: a proxy looks the names up when it starts. Being ready is awaited for all at once.
    for (const name of backToFront(topology)) {
      const plan = topology.nodes[name] as NodePlan;
      const image = images.get(name) ?? '';
      nodes.push(
        await startDockerNode(docker, {
          run,
          name,
          product: plan.product,
          image,
          recipe: recipeOf(topology, name, run, taps, agentsAt),
          path,
          options,
        }),
      );
    }
    await allOrNone(
      nodes.map((node) => node.untilReady()),
      async () => {},
    );
    const all = nodes.map((node) => topologyNode(docker, node, topology));
    const agents = () => startAgents(topology, agentsAt, (node) => portOf(node, 'front'), options);
    return await assemble({
      topology,
      on,
      nodes: all,
      taps,
      path: path.transparency,
      startAgents: agents,
      limitMs: startLimit(options),
      stop: cleanUp,
    });
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

/** Ports inside the container: 'front' where the product usually listens, the others above it. */
function insidePorts({ product, ports = ['front'] }: NodePlan): Record<string, number> {
  return Object.fromEntries(ports.map((name, index) => [name, frontPort(product) + index]));
}

function recipeOf(
  topology: Topology,
  name: string,
  run: ContainerRun,
  taps: Taps,
  agentsAt: Readonly<Record<string, Endpoint>>,
): DockerProduct {
  const plan = topology.nodes[name] as NodePlan;
  const binds = Object.fromEntries(Object.entries(insidePorts(plan)).map(([port, number]) => [port, anywhere(number)]));
  const behind = (node: string): Endpoint => {
    const other = topology.nodes[node] as NodePlan;
    return { host: hostName(run, node), port: frontPort(other.product) };
  };
  const wiring = wiringOf(plan, name, binds, behind, taps, agentsAt);
  const cluster = dockerGaleraAddresses(topology, (node) => hostName(run, node));
  const galera = galeraPart(topology, name, cluster, imageProvider);
  if (!galera) return wiredProduct(plan.product, wiring, isServer(plan.product) ? serverOptionsOf(topology, name) : []);
  const product = wiredProduct(plan.product, wiring, [...serverOptionsOf(topology, name), ...galera.options]);
  // The server, which is not root in there, writes them.
  const files = Object.entries(galera.files).map(([file, content]) => ({ target: `/var/lib/mysql/${file}`, content, mode: 0o666 }));
  return { ...product, setting: { ...product.setting, files: [...product.setting.files, ...files] } };
}

function topologyNode({ api }: Docker, node: DockerNode, topology: Topology): TopologyNode {
  const plan = topology.nodes[node.name] as NodePlan;
  const container = api.getContainer(node.id);
  return {
    name: node.name,
    product: node.product,
    version: node.version,
    endpoint: node.endpoint,
    state: () => node.state(),
    log: () => node.log(),
    ...(node.setup && { setup: node.setup }),
    ...(node.command && { command: node.command }),
    get ports() {
      return Object.fromEntries(Object.entries(insidePorts(plan)).map(([port, number]) => [port, { host: node.inside(), port: number }]));
    },
    ...(isServer(plan.product) && { sql: rootOf(() => ({ host: node.inside(), port: 3306 })) }),
    async signal(signal) {
      await container.kill({ signal });
    },
    startAgain: () => node.startAgain(),
  };
}

/** Each node after those that it connects to. */
function backToFront({ nodes }: Topology): string[] {
  const order: string[] = [];
  const visit = (name: string) => {
    if (order.includes(name)) return;
    for (const behind of nodes[name]?.behind ?? []) visit(behind);
    order.push(name);
  };
  for (const name of Object.keys(nodes)) visit(name);
  return order;
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= act());
}
