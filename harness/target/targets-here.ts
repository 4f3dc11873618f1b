import { imagesHere } from './daemon.ts';
import { onPath } from './find-binary.ts';

const servers = ['mariadb', 'mysql'] as const;
const proxies = ['haproxy', 'nginx', 'proxysql', 'mysqlrouter', 'maxscale'] as const;
const programOf = {
  mariadb: 'mariadbd',
  mysql: 'mysqld',
  haproxy: 'haproxy',
  nginx: 'nginx',
  proxysql: 'proxysql',
  mysqlrouter: 'mysqlrouter',
  maxscale: 'maxscale',
};

/**
 * Names of targets that this machine has, as a shell completes them: asks the file system and a Docker daemon for at most
 * 300 ms, and starts nothing. A program by such a name may turn out to be another product.
 */
export async function targetsHere(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const has = (product: keyof typeof programOf): boolean =>
    env[`MYWIRE_BIN_${product.toUpperCase()}`] !== undefined || onPath(programOf[product], env).length > 0;
  const localServers = servers.filter(has);
  const local = [...localServers, ...proxies.filter(has).flatMap((proxy) => localServers.map((server) => `${proxy}+${server}`))];
  const images = (await imagesHere({ env, daemonLimitMs: 300 })) ?? [];
  const named = images.map((image) => image.replace(/^mywire\//, '')).filter((image) => /^[a-z]+:[\d.]+$/.test(image));
  const of = (products: readonly string[]): string[] => named.filter((image) => products.includes(image.split(':')[0] as string));
  const docker = [...of(servers), ...of(proxies).flatMap((proxy) => of(servers).map((server) => `${proxy}+${server}`))];
  return ['reference', ...local.map((name) => `local:${name}`), ...new Set(docker)];
}
