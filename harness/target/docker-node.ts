import type { Docker } from './docker-client.ts';
import { type ContainerRun, runContainer } from './docker-container.ts';
import type { DockerProduct } from './docker-product.ts';
import { startLimit } from './local-node.ts';
import { dockerSetup } from './node-setup.ts';
import type { TargetOptions } from './options.ts';
import { type Endpoint, type Product, type RunningNode, TargetError } from './target.ts';
import { untilDone, untilListening } from './tcp.ts';
import type { DockerPath } from './transparency.ts';

export interface DockerNodeSetting {
  readonly run: ContainerRun;
  readonly name: string;
  readonly product: Product;
  readonly image: string;
  readonly recipe: DockerProduct;
  readonly path: DockerPath;
  readonly options: TargetOptions;
}

/** A node of a Docker target, with what only its owner may do. */
export interface DockerNode extends RunningNode {
  /** The container's. */
  readonly id: string;
  /** Waits until it takes connections, and learns its version. */
  untilReady(): Promise<void>;
  /** Its address on the containers' network. */
  inside(): string;
  kill(): Promise<void>;
  /** Starts it again when it is dead, and waits until it is ready. */
  startAgain(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Starts a product's container; `untilReady` waits for it.
 * @throws TargetError TARGET_START_FAILED
 */
export async function startDockerNode(
  docker: Docker,
  { run, name, product, image, recipe, path, options }: DockerNodeSetting,
): Promise<DockerNode> {
  const { port, commandPort, ready, command } = recipe;
  const inside = commandPort === undefined ? [port] : [port, commandPort];
  const byPort = path.by === 'published port';
  const container = await runContainer(docker, { ...run, ...recipe.setting, name, image, ports: byPort ? inside : [] });
  const reach = (wanted: number) => (byPort ? container.published(wanted) : { host: container.address(), port: wanted });
  // The same object all along: after a restart it tells the new address to whoever holds it.
  const endpoint = { ...reach(port) };
  const commandAt = () => (commandPort === undefined ? undefined : reach(commandPort));
  const limitMs = startLimit(options);
  let version = '';

  const isListening = () => {
    const at = commandAt();
    // Docker's proxy accepts on a published port before anything listens inside: only an answer counts there.
    if (byPort && at && command) return untilDone(() => command(at, recipe.question ?? ''), limitMs, container.requireRunning);
    return listeningOn(inside.map(reach), limitMs, container.requireRunning);
  };
  const untilReady = async () => {
    const log = ready && (await container.untilLog(ready, limitMs));
    if (!log && !(await isListening())) {
      throw new TargetError(
        'TARGET_START_TIMEOUT',
        run.target,
        `${name} did not listen in ${limitMs} ms. The end of its log: ${container.log().slice(-500) || '(it wrote nothing)'}`,
      );
    }
    const failed = log && recipe.failed?.(log.input);
    if (failed) throw new TargetError('TARGET_START_FAILED', run.target, `${name} could not make what fixtures/sql describes: ${failed}`);
    version = log?.[1] ?? (await recipe.version?.(container, commandAt())) ?? '';
  };
  return {
    id: container.id,
    name,
    product,
    get version() {
      return version;
    },
    endpoint,
    state: container.state,
    log: container.log,
    setup: () => dockerSetup(recipe.setting),
    ...(command && {
      command: async (text: string) => {
        const at = commandAt();
        return at ? command(at, text) : '';
      },
    }),
    untilReady,
    inside: container.address,
    async kill() {
      await docker.api.getContainer(container.id).kill();
    },
    async startAgain() {
      if ((await container.state()) === 'running') return;
      await container.startAgain();
      Object.assign(endpoint, reach(port));
      await untilReady();
    },
    remove: container.remove,
  };
}

async function listeningOn(endpoints: readonly Endpoint[], limitMs: number, stillWorthIt: () => Promise<void>): Promise<boolean> {
  for (const endpoint of endpoints) if (!(await untilListening(endpoint, limitMs, stillWorthIt))) return false;
  return true;
}
