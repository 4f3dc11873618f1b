import type { ContainerRuntimeClient } from 'testcontainers';
import { askDaemon, daemonPlace } from './daemon.ts';
import { guardContainers, ownerLabel, privateFolder } from './leftovers.ts';
import type { TargetOptions } from './options.ts';
import { ownerIsGone } from './owner.ts';
import { TargetError } from './target.ts';

/** Docker as testcontainers found it. */
export interface Docker {
  readonly testcontainers: typeof import('testcontainers');
  readonly client: ContainerRuntimeClient;
  readonly api: DockerApi;
}
export type DockerApi = ContainerRuntimeClient['container']['dockerode'];

/** ms for the daemon's first answer when a target needs Docker. */
const answerLimitMs = 10_000;
let opened: Promise<Docker> | undefined;

/**
 * Finds the daemon, once per process, and removes what dead processes left in it.
 * @throws TargetError TARGET_NO_DOCKER
 */
export async function openDocker(target: string, options: TargetOptions): Promise<Docker> {
  const place = daemonPlace(options.env ?? process.env);
  const noDocker = (why: string) =>
    new TargetError(
      'TARGET_NO_DOCKER',
      target,
      `${why}. Start Docker (dockerd, or Docker Desktop), or test a program of this machine (local:…) or an address.`,
    );
  if (place === undefined) throw noDocker('there is no Docker daemon: DOCKER_HOST is not set, and none of the usual sockets exists');
  // testcontainers has no limit of its own, so a daemon that accepts and stays silent would hang us.
  if (place !== 'other' && (await askDaemon('/version', { ...options, daemonLimitMs: answerLimitMs })) === undefined) {
    throw noDocker(
      `no Docker daemon answers at ${'socketPath' in place ? place.socketPath : `${place.host} port ${place.port}`} (not running, or not allowed for this user)`,
    );
  }
  opened ??= connect();
  try {
    return await opened;
  } catch (error) {
    opened = undefined;
    throw noDocker(`testcontainers found no Docker daemon (${(error as Error).message})`);
  }
}

async function connect(): Promise<Docker> {
  // Loaded here: it takes half a second.
  const testcontainers = await import('testcontainers');
  const client = await testcontainers.getContainerRuntimeClient();
  const docker = { testcontainers, client, api: client.container.dockerode };
  await withoutReaper(docker);
  await removeLeftContainers(docker.api);
  return docker;
}

/**
 * testcontainers' reaper is one more image. Where it is not on the machine our guardian does its work. Before testcontainers goes without, it
 * agrees with other processes by an empty file that stays in the temporary folder: there is nothing to agree on, so that is a folder of ours.
 */
async function withoutReaper({ client, api }: Docker): Promise<void> {
  const { REAPER_IMAGE, getReaper } = await import('testcontainers/build/reaper/reaper.js');
  if (process.env['TESTCONTAINERS_RYUK_DISABLED'] === undefined && !(await isImageHere(api, REAPER_IMAGE)))
    process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  if (process.env['TESTCONTAINERS_RYUK_DISABLED'] !== 'true') return;
  const folder = privateFolder();
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = folder.path;
  try {
    await getReaper(client);
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    await folder.remove();
  }
}

export async function isImageHere(api: DockerApi, image: string): Promise<boolean> {
  try {
    await api.getImage(image).inspect();
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}

async function removeLeftContainers(api: DockerApi): Promise<void> {
  const filters = { label: [ownerLabel] };
  const isLeft = ({ Labels }: { readonly Labels?: unknown }) =>
    ownerIsGone((Labels as Record<string, string> | undefined)?.[ownerLabel] ?? '');
  const containers = await api.listContainers({ all: true, filters });
  await Promise.all(containers.filter(isLeft).map(({ Id }) => removeContainer(api, Id)));
  const networks = await api.listNetworks({ filters });
  await Promise.all(networks.filter(isLeft).map(({ Id }) => removeNetwork(api, Id)));
}

/** Kills and removes a container with its volumes. Nothing happens when it is gone already. */
export async function removeContainer(api: DockerApi, id: string): Promise<void> {
  try {
    await api.getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
  }
}

/** Removes a network. Nothing happens when it is gone already. */
export async function removeNetwork(api: DockerApi, id: string): Promise<void> {
  try {
    await api.getNetwork(id).remove();
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

/** Has this process's containers removed when it ends first. @returns tells that they are gone */
export function guardDocker(env: NodeJS.ProcessEnv): () => void {
  const place = daemonPlace(env);
  // Over TCP only the sweep at the next start removes them.
  return place !== undefined && place !== 'other' && 'socketPath' in place ? guardContainers(place.socketPath) : () => {};
}

function isStatus(error: unknown, status: number): boolean {
  return (error as { statusCode?: number }).statusCode === status;
}
