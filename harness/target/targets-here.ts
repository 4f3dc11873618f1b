import { imagesHere } from './daemon.ts';
import { onPath } from './find-binary.ts';
import { aboutProduct, fronts, type StartedProduct, servers } from './products.ts';

/**
 * Names of targets that this machine has, as a shell completes them: asks the file system and a Docker daemon for at most
 * 300 ms, and starts nothing. A program by such a name may turn out to be another product.
 */
export async function targetsHere(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const has = (product: StartedProduct): boolean =>
    env[`MYWIRE_BIN_${product.toUpperCase()}`] !== undefined || onPath(aboutProduct[product].programs[0] ?? product, env).length > 0;
  const localServers = servers.filter(has);
  const local = [...localServers, ...fronts.filter(has).flatMap((proxy) => localServers.map((server) => `${proxy}+${server}`))];
  const images = (await imagesHere({ env, daemonLimitMs: 300 })) ?? [];
  const named = images.map((image) => image.replace(/^mywire\//, '')).filter((image) => /^[a-z]+:[\d.]+$/.test(image));
  const of = (products: readonly string[]): string[] => named.filter((image) => products.includes(image.split(':')[0] as string));
  const docker = [...of(servers), ...of(fronts).flatMap((proxy) => of(servers).map((server) => `${proxy}+${server}`))];
  return ['reference', ...local.map((name) => `local:${name}`), ...new Set(docker)];
}
