import { imagesHere } from './daemon.ts';
import { officialImage, overrideImage, ownImage } from './docker-image.ts';
import { findBinaryIfThere } from './find-binary.ts';
import type { TargetOptions } from './options.ts';
import type { DockerPart } from './parse-target.ts';
import {
  aboutProduct,
  type FrontProduct,
  isFront,
  isServer,
  type ServerProduct,
  type StartedProduct,
  serverBehind,
  servers,
  startedProducts,
} from './products.ts';

/** What is tested when the user names nothing. */
export interface Choice {
  /** At least one, in the order in which to test them. */
  readonly targets: readonly string[];
  /** One line: which, why these, and what is not tested therefore. */
  readonly says: string;
  /** One entry per product that is not tested: 'ProxySQL (why, and how to get it)'. */
  readonly untested: readonly string[];
}

/** The version of each product that Docker can start, and whether this machine has the program. */
interface Found {
  readonly docker: Partial<Record<StartedProduct, string>>;
  readonly local: ReadonlySet<StartedProduct>;
}

/**
 * Docker when a daemon answers and has a server's image, else this machine's programs, else the reference server.
 * Pulls nothing: takes at most `daemonLimitMs` and the time of `--version` of each program.
 */
export async function chooseTargets(options: TargetOptions = {}): Promise<Choice> {
  const [images, ...binaries] = await Promise.all([
    imagesHere(options),
    ...startedProducts.map((part) => findBinaryIfThere(part, options)),
  ]);
  const found = {
    docker: Object.fromEntries(
      startedProducts.flatMap((part) => (images ? (bestVersion(part, images, options) ?? []) : []).map((version) => [part, version])),
    ),
    local: new Set(startedProducts.filter((_, index) => binaries[index])),
  };
  return choose(found, images !== undefined);
}

/**
 * A chain that ends with a front gets a server of the same place behind it: 'haproxy:3.2' → 'haproxy:3.2+mariadb:11.8',
 * 'local:proxysql:2.7.1' → 'local:proxysql:2.7.1+mariadb'. Other names stay as they are.
 */
export async function withServer(name: string, options: TargetOptions = {}): Promise<string> {
  const [last = ''] = names(name).slice(-1);
  if (/^reference/.test(name) || !isFront(last)) return name;
  const server = serverBehind(last);
  if (name.startsWith('local:')) return `${name}+${(await findBinaryIfThere(server, options)) ? server : 'reference'}`;
  if (!name.includes(':') || isAddress(name)) return name;
  const [version = aboutProduct[server].usual] = bestVersion(server, (await imagesHere(options)) ?? [], options);
  return `${name}+${server}:${version}`;
}

/** As `parseTarget` reads it: a bare number from 1000 on is a port. */
const isAddress = (name: string): boolean => /:\d{4,5}$/.test(name) && !name.includes('+');

/** The choice itself: MySQL Router, MaxScale and nginx only where they are named. @param answers whether a Docker daemon does */
export function choose(found: Found, answers: boolean): Choice {
  const targets = [...serverTargets(found), ...frontTargets('haproxy', found), ...frontTargets('proxysql', found)];
  if (serverTargets(found).length === 0) targets.unshift('reference');
  const untested = startedProducts
    .filter((part) => !targets.some((target) => names(target).includes(part)))
    .map((part) => `${aboutProduct[part].written} (${whyNot(part, found, answers)})`);
  const rest = untested.length === 0 ? '' : ` Not tested: ${untested.join(', ')}.`;
  return { targets, untested, says: `${reason(found, answers)}: testing ${targets.join(', ')}.${rest}` };
}

function serverTargets({ docker, local }: Found, order: readonly ServerProduct[] = servers): string[] {
  for (const part of order) if (docker[part]) return [`${part}:${docker[part]}`];
  for (const part of order) if (local.has(part)) return [`local:${part}`];
  return [];
}

/** A front before the server from the same place, else this machine's own before what this machine has. */
function frontTargets(front: FrontProduct, found: Found): string[] {
  const first = serverBehind(front);
  const order = [first, ...servers.filter((server) => server !== first)];
  const [server] = serverTargets(found, order);
  const version = found.docker[front];
  if (version && server && !server.startsWith('local:')) return [`${front}:${version}+${server}`];
  if (!found.local.has(front)) return [];
  const behind = order.find((part) => found.local.has(part)) ?? 'reference';
  return [`local:${front}+${behind}`];
}

function reason({ docker, local }: Found, answers: boolean): string {
  if (docker.mariadb || docker.mysql) return 'Docker answers and has images';
  const server = local.has('mariadb') || local.has('mysql');
  const dockers = answers
    ? `Docker answers but has no image of a server (docker pull mariadb:${aboutProduct.mariadb.usual}, or fixtures/images/build.sh)`
    : 'No Docker daemon answers';
  return `${dockers}, ${server ? 'this machine has servers of its own' : 'and this machine has no server on PATH'}`;
}

function whyNot(part: StartedProduct, found: Found, answers: boolean): string {
  const [target] = isServer(part) ? serverTargets(found, [part]) : frontTargets(part, found);
  if (target) return `mywire run ${target}`;
  const image = answers ? `no image ${officialImage({ product: part, version: aboutProduct[part].usual })}` : 'no Docker';
  return `${image}, no ${programOf(part)} on PATH`;
}

/** Its program, and whose where another product has one of that name. */
function programOf(part: StartedProduct): string {
  const { programs, written } = aboutProduct[part];
  const [name = ''] = programs;
  const shared = startedProducts.some((other) => other !== part && aboutProduct[other].programs.includes(name));
  return shared ? `${name} of ${written}` : name;
}

function names(target: string): string[] {
  return target
    .replace(/^local:/, '')
    .split('+')
    .map((part) => part.replace(/:.*$/, ''));
}

/** The preferred version when Docker has it, else the highest; as a list of at most one. */
function bestVersion(part: StartedProduct, images: readonly string[], options: TargetOptions): string[] {
  const here = new Set(images);
  const stands = (version: string) => {
    const named: DockerPart = { product: part, version };
    return overrideImage(named, options) !== undefined || here.has(officialImage(named)) || here.has(ownImage(named));
  };
  const { usual } = aboutProduct[part];
  if (stands(usual)) return [usual];
  const versions = images
    .map((image) => image.slice(image.lastIndexOf(':') + 1))
    .filter((version) => /^\d[\w.-]*$/.test(version) && stands(version));
  return versions.sort((one, other) => other.localeCompare(one, 'en', { numeric: true })).slice(0, 1);
}
