import { chainAccounts, databaseName } from './accounts.ts';
import { allOrNone, frontOf, legsOf, nodeNames } from './chain.ts';
import { type Docker, guardDocker, openDocker, removeNetwork } from './docker-client.ts';
import { type ContainerRun, hostName } from './docker-container.ts';
import { type FoundImage, findImage } from './docker-image.ts';
import { makeNetwork } from './docker-network.ts';
import { type DockerNode, startDockerNode } from './docker-node.ts';
import { dockerProduct } from './docker-product.ts';
import type { TargetOptions } from './options.ts';
import type { DockerPart, TargetSpec } from './parse-target.ts';
import type { RunningTarget } from './target.ts';
import { type DockerPath, probePath } from './transparency.ts';

/**
 * Starts a chain of containers on one network of their own, and connects to them at their own addresses where those
 * can be reached.
 * @throws TargetError TARGET_NO_DOCKER, TARGET_NO_IMAGE, TARGET_START_FAILED, TARGET_START_TIMEOUT; nothing is left then
 */
export async function startDocker(spec: TargetSpec & { kind: 'docker' }, options: TargetOptions): Promise<RunningTarget> {
  const docker = await openDocker(spec.name, options);
  const images: FoundImage[] = [];
  for (const part of spec.parts) images.push(await findImage(docker, part, spec.name, options));
  const gone = guardDocker(options.env ?? process.env);
  try {
    return await startOnNetwork(docker, spec, images, options, gone);
  } catch (error) {
    gone();
    throw error;
  }
}

async function startOnNetwork(
  docker: Docker,
  spec: TargetSpec & { kind: 'docker' },
  images: readonly FoundImage[],
  options: TargetOptions,
  gone: () => void,
): Promise<RunningTarget> {
  const { id, run } = await makeNetwork(docker, spec.name);
  let nodes: readonly DockerNode[] = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.remove()));
    await removeNetwork(docker.api, id);
    gone();
  };
  try {
    const path = await probePath(docker, images[0]?.image ?? '', run);
    nodes = await startNodes(docker, spec, images, run, path, options);
    const notes = images.flatMap(({ note }) => note ?? []);
    for (const note of notes) options.onNote?.(note);
    return {
      name: spec.name,
      nodes,
      legs: legsOf(nodes),
      front: frontOf(nodes),
      accounts: chainAccounts(nodes),
      database: databaseName,
      path: path.transparency,
      ...(notes.length > 0 && { notes }),
      restart: () => restart(nodes),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startNodes(
  docker: Docker,
  { name, parts }: { readonly name: string; readonly parts: readonly DockerPart[] },
  images: readonly FoundImage[],
  run: ContainerRun,
  path: DockerPath,
  options: TargetOptions,
): Promise<DockerNode[]> {
  const names = nodeNames(parts);
  const nodes: DockerNode[] = [];
  const undo = async (started: readonly DockerNode[]) => {
    await Promise.all(started.map((node) => node.remove()));
  };
  // Back to front: HAProxy looks its server's name up once, when it starts. Being ready is awaited afterwards, for all at once.
  try {
    for (const index of [...parts.keys()].reverse()) {
      const part = parts[index] as DockerPart;
      const behind = parts[index + 1];
      const next = behind && { host: hostName(run, names[index + 1] ?? ''), port: dockerProduct(behind, { host: '', port: 0 }).port };
      const node = {
        run,
        name: names[index] ?? '',
        product: part.product,
        image: images[index]?.image ?? '',
        recipe: dockerProduct(part, next),
        path,
        options,
      };
      nodes.unshift(await startDockerNode(docker, node));
    }
  } catch (error) {
    await undo(nodes);
    throw error;
  }
  options.onNote?.(`${name}: ${nodes.length === 1 ? 'the container is' : 'the containers are'} starting`);
  await allOrNone(
    nodes.map((node) => node.untilReady()),
    () => undo(nodes),
  );
  return nodes;
}

/** Back to front. A server that comes back at another address takes the ones before it with it: they know the old one. */
async function restart(nodes: readonly DockerNode[]): Promise<void> {
  let moved = false;
  for (const node of nodes.toReversed()) {
    const before = node.inside();
    if (moved) await node.kill();
    await node.startAgain();
    moved = node.inside() !== before;
  }
}
