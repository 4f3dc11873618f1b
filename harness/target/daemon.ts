import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultDaemonLimitMs, type TargetOptions } from './options.ts';

/** A list of some thousand containers has less: what says more is no Docker daemon. */
const MOST_BYTES = 32 << 20;

/** Where a Docker daemon may listen. `other`: DOCKER_HOST says ssh:// or the like, which only testcontainers can follow. */
export type DaemonPlace = { readonly socketPath: string } | { readonly host: string; readonly port: number } | 'other';

/** The place that DOCKER_HOST names, else the first of the usual sockets that is there; undefined when there is none. */
export function daemonPlace(env: NodeJS.ProcessEnv): DaemonPlace | undefined {
  const given = env['DOCKER_HOST'];
  if (given?.startsWith('unix://')) return { socketPath: given.slice('unix://'.length) };
  const tcp = /^(?:tcp|http):\/\/(\[[^\]]+\]|[^:/]+):(\d+)/.exec(given ?? '');
  if (tcp && !env['DOCKER_TLS_VERIFY']) return { host: (tcp[1] ?? '').replace(/^\[|\]$/g, ''), port: Number(tcp[2]) };
  if (given) return 'other';
  const home = homedir();
  const usual = [
    '/var/run/docker.sock',
    ...(env['XDG_RUNTIME_DIR'] ? [join(env['XDG_RUNTIME_DIR'], 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    `/run/user/${process.getuid?.() ?? 0}/docker.sock`,
  ];
  const socketPath = usual.find((path) => existsSync(path));
  return socketPath === undefined ? undefined : { socketPath };
}

/**
 * Asks the daemon one question over its HTTP interface, without loading testcontainers.
 * @returns the answer's JSON; undefined when there is no daemon, or no good answer within the limit
 */
export function askDaemon<T>(
  path: string,
  { env = process.env, daemonLimitMs = defaultDaemonLimitMs }: TargetOptions,
): Promise<T | undefined> {
  const place = daemonPlace(env);
  if (place === undefined || place === 'other') return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const request = get({ ...place, path, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_BYTES) settle(undefined);
        else chunks.push(chunk);
      });
      answer.on('end', () => settle(answer.statusCode === 200 ? parsed<T>(Buffer.concat(chunks).toString('utf8')) : undefined));
      answer.on('error', () => settle(undefined));
    });
    const settle = (answer: T | undefined) => {
      clearTimeout(timer);
      request.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle(undefined), daemonLimitMs);
    request.on('error', () => settle(undefined));
  });
}

/** The same for a list; what is no object in it is left out. */
export async function listOf<T extends object>(path: string, options: TargetOptions): Promise<readonly T[] | undefined> {
  const answer = await askDaemon<unknown>(path, options);
  return Array.isArray(answer) ? answer.filter((one): one is T => typeof one === 'object' && one !== null) : undefined;
}

/** Names of all images on the machine ('mariadb:11.8'); undefined when no daemon answers in time. */
export async function imagesHere(options: TargetOptions): Promise<string[] | undefined> {
  const images = await listOf<{ RepoTags: string[] | null }>('/images/json', options);
  return images?.flatMap(({ RepoTags }) => (Array.isArray(RepoTags) ? RepoTags : [])).filter((name) => typeof name === 'string');
}

/** The container whose port Docker publishes under this port of the host, and that container's own address ('' when unknown). */
export async function publishedBy(
  port: number,
  options: TargetOptions,
): Promise<{ readonly name: string; readonly address: string } | undefined> {
  const containers = await listOf<PublishingContainer>('/containers/json', options);
  for (const { Names, Ports, NetworkSettings } of containers ?? []) {
    const mapped = Array.isArray(Ports) ? Ports.find((one) => one?.PublicPort === port) : undefined;
    if (!mapped) continue;
    const ip = Object.values(NetworkSettings?.Networks ?? {}).find(({ IPAddress }) => IPAddress)?.IPAddress;
    return { name: String(Names?.[0] ?? '').replace(/^\//, ''), address: ip ? `${ip}:${mapped.PrivatePort}` : '' };
  }
  return undefined;
}

interface PublishingContainer {
  readonly Names: readonly string[];
  readonly Ports: readonly { readonly PublicPort?: number; readonly PrivatePort: number }[];
  readonly NetworkSettings?: { readonly Networks?: Record<string, { readonly IPAddress?: string }> };
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
