import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { CaptureProgram } from '../wire/capture-program.ts';
import { askDaemon, imagesHere } from './daemon.ts';
import { findBinaryIfThere, onPath } from './find-binary.ts';
import { guardByMark } from './leftovers.ts';
import type { TargetOptions } from './options.ts';
import { aboutProduct, isFront, isServer, type StartedProduct, startedProducts } from './products.ts';
import { runToEnd } from './program.ts';
import { TargetError } from './target.ts';

/** One thing that mywire can use on this machine. */
export interface Found {
  readonly what: string;
  /** here: it can be used · limited: it is there, and something about it is not as it should be · missing: it is not there. */
  readonly state: 'here' | 'limited' | 'missing';
  /** Its version, or what is wrong with it. */
  readonly says: string;
  /** What it is needed for. */
  readonly for: string;
  /** How to get it, or to mend it; undefined where it is here. */
  readonly get?: string;
}

/** What this machine has, and whether a real server can be started on it. */
export interface Machine {
  readonly found: readonly Found[];
  /** Real servers that can be started here: 'local:mariadb', 'mysql:9.7'. */
  readonly servers: readonly string[];
}

const LEAST_NODE = [20, 19] as const;
const LEAST_FILES = 1024;
/** A server's data folder takes 200 MB, an image as much as a GB. */
const LEAST_FREE = 2e9;
const askLimitMs = 2000;

/** Looks at all that mywire can use, and starts nothing but programs that tell their version and a capture that is ended at once. */
export async function examineMachine(options: TargetOptions = {}): Promise<Machine> {
  const [docker, local, capture, tshark, openssl, space] = await Promise.all([
    dockerHere(options),
    Promise.all(startedProducts.map((product) => programHere(product, options))),
    captureHere(options),
    toolHere('tshark', ['--version'], /\(Wireshark\)\s+(\S+?)\.?\s/, 'a second opinion on captures', 'apt-get install tshark', options),
    toolHere('openssl', ['version'], /OpenSSL (\S+)/, 'making certificates for record --cert', 'apt-get install openssl', options),
    freeSpace(),
  ]);
  const servers = local.flatMap((one, i) =>
    one.state === 'here' && isServer(startedProducts[i] ?? '') ? [`local:${startedProducts[i]}`] : [],
  );
  return {
    found: [nodeHere(), ...docker.found, ...local, capture, tshark, openssl, filesHere(), space],
    servers: [...docker.servers, ...servers],
  };
}

/** @param version as process.versions.node has it */
export function nodeHere(version: string = process.versions.node): Found {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const good = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const wanted = LEAST_NODE.join('.');
  return {
    what: 'Node',
    for: 'everything',
    ...(good
      ? { state: 'here', says: version }
      : {
          state: 'limited',
          says: `${version}, and ${wanted} is the oldest that is promised`,
          get: 'install a newer Node: 20, 22 and 24 are tested',
        }),
  };
}

async function dockerHere(options: TargetOptions): Promise<{ found: Found[]; servers: string[] }> {
  const ask = { ...options, daemonLimitMs: askLimitMs };
  const [version, images = []] = await Promise.all([askDaemon<{ Version: string }>('/version', ask), imagesHere(ask)]);
  const use = 'mariadb:11.8, haproxy:3.2+mysql:9.7 …';
  if (!version)
    return {
      found: [
        {
          what: 'Docker',
          state: 'missing',
          says: `no daemon answers within ${askLimitMs} ms`,
          for: use,
          get: 'apt-get install docker.io and start dockerd, or set DOCKER_HOST; the user must be allowed to use its socket',
        },
      ],
      servers: [],
    };
  const known = images.filter((image) => new RegExp(`^(mywire/)?(${startedProducts.join('|')}):[\\d.]+$`).test(image)).sort();
  const servers = known.map((image) => image.replace(/^mywire\//, '')).filter((image) => isServer(image.replace(/:.*$/, '')));
  const daemon: Found = { what: 'Docker', state: 'here', says: String(version.Version), for: use };
  const get =
    'docker pull mariadb:11.8 haproxy:3.0 mysql:9.7; without a registry: fixtures/images/build.sh makes them from Debian packages';
  const found: Found =
    servers.length > 0
      ? { what: 'images', state: 'here', says: known.join(', '), for: 'containers that start at once' }
      : {
          what: 'images',
          state: 'limited',
          says: `${known.join(', ') || 'none'}: a server is pulled when it is first named`,
          for: 'containers that start at once',
          get,
        };
  return { found: [daemon, found], servers };
}

async function programHere(product: StartedProduct, options: TargetOptions): Promise<Found> {
  const { programs, alsoFor, get } = aboutProduct[product];
  const [name = product] = programs;
  const use = `local:${product}${isFront(product) ? '+…' : ''}${alsoFor === undefined ? '' : `, and ${alsoFor}`}`;
  try {
    const binary = await findBinaryIfThere(product, options);
    if (binary) return { what: name, state: 'here', says: `${binary.version} (${binary.path})`, for: use };
    return { what: name, state: 'missing', says: 'not on PATH or in the folders of servers', for: use, get };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return { what: name, state: 'limited', says: error.message, for: use, get };
  }
}

async function captureHere(options: TargetOptions): Promise<Found> {
  const use = 'real frames in evidence, record --interface';
  if (onPath('tcpdump', options.env ?? process.env).length === 0)
    return { what: 'tcpdump', state: 'missing', says: 'not on PATH', for: use, get: 'apt-get install tcpdump' };
  try {
    const capture = await CaptureProgram.start({ args: ['-i', 'any'], ports: [9], onChunk: () => undefined, guard: guardByMark() });
    await capture.stop();
    return { what: 'tcpdump', state: 'here', says: 'may capture', for: use };
  } catch (error) {
    const get = 'run as root, or: setcap cap_net_raw,cap_net_admin+eip "$(command -v tcpdump)"';
    return { what: 'tcpdump', state: 'limited', says: (error as Error).message, for: use, get };
  }
}

async function toolHere(name: string, args: string[], version: RegExp, use: string, get: string, options: TargetOptions): Promise<Found> {
  const [path] = onPath(name, options.env ?? process.env);
  if (path === undefined) return { what: name, state: 'missing', says: 'not on PATH', for: use, get };
  const { output } = await runToEnd(path, args, 10_000);
  const says = version.exec(output)?.[1];
  return says === undefined
    ? { what: name, state: 'limited', says: `${path} does not tell its version`, for: use, get }
    : { what: name, state: 'here', says, for: use };
}

/** @param limit how many files this process may have open, as Node's own report tells it */
export function filesHere(limit: unknown = openFiles()): Found {
  const use = 'connections at once: a connection is an open file';
  if (limit === 'unlimited') return { what: 'open files', state: 'here', says: 'unlimited', for: use };
  const n = Number(limit);
  if (!Number.isFinite(n)) return { what: 'open files', state: 'here', says: 'this system does not tell', for: use };
  if (n >= LEAST_FILES) return { what: 'open files', state: 'here', says: String(n), for: use };
  return { what: 'open files', state: 'limited', says: `${n}`, for: use, get: `ulimit -n ${4 * LEAST_FILES}` };
}

function openFiles(): unknown {
  const report = process.report?.getReport() as { userLimits?: { open_files?: { soft?: unknown } } } | undefined;
  return report?.userLimits?.open_files?.soft;
}

async function freeSpace(folder: string = tmpdir()): Promise<Found> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const says = `${(free / 1e9).toFixed(1)} GB in ${folder}`;
  const use = 'data folders of servers, images, captures';
  if (free >= LEAST_FREE) return { what: 'free space', state: 'here', says, for: use };
  return { what: 'free space', state: 'limited', says, for: use, get: `make room, or set TMPDIR to a folder with ${LEAST_FREE / 1e9} GB` };
}
