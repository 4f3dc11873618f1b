import type { Readable } from 'node:stream';
import type { WaitStrategy } from 'testcontainers';
import { type Docker, removeContainer } from './docker-client.ts';
import { givingBack } from './giving-back.ts';
import { ownerLabel } from './leftovers.ts';
import { logTail } from './log-tail.ts';
import { ownerName } from './owner.ts';
import { TargetError } from './target.ts';

/** What all containers of one target share. */
export interface ContainerRun {
  /** The target's name, for errors. */
  readonly target: string;
  /** Name or id of the Docker network, or 'host'. */
  readonly network: string;
  /** Container names start with it; on the network they are host names. */
  readonly prefix: string;
}

export interface ContainerSetting extends ContainerRun {
  readonly name: string;
  readonly image: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  /** Written into it before it starts, readable by everybody (0644). */
  readonly files: readonly { readonly target: string; readonly content: string | Buffer; readonly mode?: number }[];
  /** Ports to publish on the host; none where its own address can be reached. */
  readonly ports: readonly number[];
}

/** A container that has been started, ready or not. */
export interface Container {
  readonly id: string;
  /** Its own address on its network. Changes when it is started again. */
  address(): string;
  /** Where a published port is on the host. */
  published(port: number): { readonly host: string; readonly port: number };
  /** 'running', or one sentence that says how it ended. */
  state(): Promise<'running' | string>;
  log(): string;
  /**
   * Waits until its log since the last start matches.
   * @throws TargetError TARGET_START_FAILED when it ends first, TARGET_START_TIMEOUT after the limit (ms)
   */
  untilLog(pattern: RegExp, limitMs: number): Promise<RegExpExecArray>;
  /** @throws TargetError TARGET_START_FAILED when it has ended */
  requireRunning(): Promise<void>;
  /** Starts it again after it ended. */
  startAgain(): Promise<void>;
  remove(): Promise<void>;
}

/** Host name of a container on its network. */
export function hostName(run: ContainerRun, name: string): string {
  return `${run.prefix}-${name}`;
}

/**
 * Creates and starts a container; does not wait until it is ready.
 * @throws TargetError TARGET_START_FAILED with Docker's words
 */
export async function runContainer(docker: Docker, setting: ContainerSetting): Promise<Container> {
  const { target, image, name, network } = setting;
  let tail = logTail();
  const follow = (stream: Readable) => {
    const mine = tail;
    stream
      .on('data', (chunk: string | Buffer) => mine.append(String(chunk)))
      .on('end', mine.end)
      .on('error', mine.end);
  };
  const description = new (loopbackContainer(docker))(image)
    .withName(hostName(setting, name))
    .withNetworkMode(network)
    .withLabels({ [ownerLabel]: ownerName() })
    .withEnvironment({ ...givingBack, ...setting.env })
    .withCommand([...setting.command])
    .withCopyContentToContainer(setting.files.map((file) => ({ mode: 0o644, ...file })))
    .withLogConsumer(follow)
    .withWaitStrategy(noWait);
  if (setting.entrypoint) description.withEntrypoint([...setting.entrypoint]);
  if (setting.ports.length > 0) description.withExposedPorts(...setting.ports);
  let id: string;
  try {
    id = (await description.start()).getId();
  } catch (error) {
    throw new TargetError('TARGET_START_FAILED', target, `the image ${image} cannot be run as ${name}: ${(error as Error).message}`);
  }
  const container = docker.api.getContainer(id);
  let { NetworkSettings: seen } = await container.inspect();
  const state = async () => {
    let inspected: Awaited<ReturnType<typeof container.inspect>>;
    try {
      inspected = await container.inspect();
    } catch (error) {
      return `the container ${name} (${image}) is gone: ${(error as Error).message}`;
    }
    const { Running, ExitCode, OOMKilled, Error: words } = inspected.State;
    if (Running) return 'running';
    return `the container ${name} (${image}) ended with exit code ${ExitCode}${OOMKilled ? ', out of memory' : ''}${words ? ` (${words})` : ''}. Its last lines: ${tail.lastLines(5)}`;
  };
  const requireRunning = async () => {
    const now = await state();
    if (now !== 'running') throw new TargetError('TARGET_START_FAILED', target, now);
  };
  return {
    id,
    address: () => (network === 'host' ? '127.0.0.1' : (seen.Networks[network]?.IPAddress ?? '')),
    published: (port) => ({ host: publishingHost(docker), port: Number(seen.Ports[`${port}/tcp`]?.[0]?.HostPort) }),
    state,
    log: () => tail.text(),
    requireRunning,
    async untilLog(pattern, limitMs) {
      const result = await tail.until(pattern, limitMs);
      if (result === 'late')
        throw new TargetError(
          'TARGET_START_TIMEOUT',
          target,
          `the container ${name} (${image}) was not ready after ${limitMs} ms. Its last lines: ${tail.lastLines(5)}`,
        );
      if (result === 'ended') throw new TargetError('TARGET_START_FAILED', target, await state());
      return result;
    },
    async startAgain() {
      if ((await state()) === 'running') return;
      tail = logTail();
      const since = Date.now() / 1000;
      await container.start();
      follow(await docker.client.container.logs(container, { follow: true, since }));
      seen = (await container.inspect()).NetworkSettings;
    },
    remove: () => removeContainer(docker.api, id),
  };
}

/** testcontainers publishes on every address of the host; accounts without a password have no business there. */
function loopbackContainer(docker: Docker) {
  return class extends docker.testcontainers.GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      if (publishingHost(docker) !== '127.0.0.1') return;
      const bindings: { HostIp?: string }[] = Object.values(this.hostConfig.PortBindings ?? {}).flat() as { HostIp?: string }[];
      for (const binding of bindings) binding.HostIp = '127.0.0.1';
    }
  };
}

/** Where the daemon's published ports are; not loopback when the daemon is on another machine, or we are in a container. */
function publishingHost({ client }: Docker): string {
  const { host } = client.info.containerRuntime;
  return host === 'localhost' ? '127.0.0.1' : host;
}

/** testcontainers removes a container that is not ready in time, and its log with it: we wait ourselves. */
const noWait: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => noWait,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};
