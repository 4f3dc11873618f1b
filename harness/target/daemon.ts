import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultDaemonLimitMs, type TargetOptions } from './options.ts';

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
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
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

/** Names of all images on the machine ('mariadb:11.8'); undefined when no daemon answers in time. */
export async function imagesHere(options: TargetOptions): Promise<string[] | undefined> {
  const images = await askDaemon<{ RepoTags: string[] | null }[]>('/images/json', options);
  return images?.flatMap(({ RepoTags }) => RepoTags ?? []);
}

/** The container whose port Docker publishes under this port of the host, and that container's own address ('' when unknown). */
export async function publishedBy(
  port: number,
  options: TargetOptions,
): Promise<{ readonly name: string; readonly address: string } | undefined> {
  const containers = await askDaemon<PublishingContainer[]>('/containers/json', options);
  for (const { Names, Ports, NetworkSettings } of containers ?? []) {
    const mapped = Ports.find(({ PublicPort }) => PublicPort === port);
    if (!mapped) continue;
    const ip = Object.values(NetworkSettings?.Networks ?? {}).find(({ IPAddress }) => IPAddress)?.IPAddress;
    return { name: (Names[0] ?? '').replace(/^\//, ''), address: ip ? `${ip}:${mapped.PrivatePort}` : '' };
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
