import { type Docker, isImageHere } from './docker-client.ts';
import { defaultPullLimitMs, type TargetOptions } from './options.ts';
import type { DockerPart } from './parse-target.ts';
import { aboutProduct } from './products.ts';
import { TargetError } from './target.ts';

/** An image that is on the machine now. */
export interface FoundImage {
  readonly image: string;
  /** Said in the report when it is not the one that the name stands for. */
  readonly note?: string;
}

/** The official image of a product: `mariadb:11.8`, `proxysql/proxysql:2.7.1`. */
export function officialImage({ product, version }: DockerPart): string {
  return `${aboutProduct[product].images?.[0] ?? product}:${version}`;
}

/** The image that fixtures/images/build.sh makes. */
export function ownImage({ product, version }: DockerPart): string {
  return `mywire/${product}:${version}`;
}

/** The image that option `images` or MYWIRE_IMAGE_MARIADB_11_8 puts in the place of mariadb:11.8. */
export function overrideImage({ product, version }: DockerPart, { images, env = process.env }: TargetOptions): string | undefined {
  return images?.[`${product}:${version}`] ?? env[`MYWIRE_IMAGE_${`${product}_${version}`.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`];
}

/**
 * The image of a part: the override, else the official one if it is on the machine, else ours, else the official one, pulled.
 * @throws TargetError TARGET_NO_IMAGE after at most `pullLimitMs`
 */
export async function findImage(docker: Docker, part: DockerPart, target: string, options: TargetOptions): Promise<FoundImage> {
  const name = `${part.product}:${part.version}`;
  const override = overrideImage(part, options);
  const official = officialImage(part);
  const own = ownImage(part);
  if (override !== undefined) {
    if (!(await isImageHere(docker.api, override))) await pull(docker, override, target, options);
    return override === official ? { image: override } : { image: override, note: `${name} is the image ${override}` };
  }
  if (await isImageHere(docker.api, official)) return { image: official };
  if (await isImageHere(docker.api, own))
    return { image: own, note: `${name} is the image ${own}, built from Debian's packages; ${official} is not on this machine` };
  await pull(docker, official, target, options);
  return { image: official };
}

async function pull({ api }: Docker, image: string, target: string, options: TargetOptions): Promise<void> {
  const limitMs = options.pullLimitMs ?? defaultPullLimitMs;
  options.onNote?.(`pulling ${image}`);
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([pullWhole(api, image, abort.signal), late]);
  } catch (error) {
    throw new TargetError('TARGET_NO_IMAGE', target, noImage(image, (error as Error).message));
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

/** The daemon reports a failure half way in the stream, with status 200. */
async function pullWhole(api: Docker['api'], image: string, abortSignal: AbortSignal): Promise<void> {
  const stream = await api.pull(image, { abortSignal });
  await new Promise<void>((resolve, reject) => {
    api.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}

function noImage(image: string, why: string): string {
  const reason = why.trim().replace(/\s+/g, ' ').slice(0, 300);
  return (
    `the image ${image} is not on this machine, and pulling it failed (${reason}). Where no registry can be reached, ` +
    'fixtures/images/build.sh builds mywire/mariadb, mywire/mysql, mywire/mysqlrouter, mywire/haproxy and mywire/nginx from Debian packages; ' +
    'option --image or MYWIRE_IMAGE_<PRODUCT>_<VERSION> names another image.'
  );
}
