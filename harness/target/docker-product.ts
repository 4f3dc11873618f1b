import { readFileSync } from 'node:fs';
import type { Container, ContainerSetting } from './docker-container.ts';
import { fixturePath } from './fixture.ts';
import { haproxyConfig } from './haproxy.ts';
import { haproxyCommand } from './haproxy-socket.ts';
import { maxscaleArguments, maxscaleConfig, maxscaleReady } from './maxscale.ts';
import { mysqlrouterArguments, mysqlrouterFiles } from './mysqlrouter.ts';
import { nginxArguments, nginxConfig, nginxReady } from './nginx.ts';
import type { DockerPart } from './parse-target.ts';
import { proxysqlArguments, proxysqlConfig } from './proxysql.ts';
import { adminCommand } from './proxysql-admin.ts';
import { initFileError, serverOptions, withoutSyncs } from './sql-server.ts';
import type { Endpoint } from './target.ts';
import { chained, frontBind, type Wiring } from './wiring.ts';

/** How a product runs in a container. */
export interface DockerProduct {
  readonly setting: Pick<ContainerSetting, 'env' | 'entrypoint' | 'command' | 'files'>;
  /** Where it listens for clients, inside. */
  readonly port: number;
  /** Where it takes commands, inside. */
  readonly commandPort?: number;
  /** The line of its log that tells it is ready, the version in the first group; without one, its ports tell. */
  readonly ready?: RegExp;
  /** What its log says went wrong though it is ready. */
  readonly failed?: (log: string) => string | undefined;
  /** Its version, where the log line does not tell. */
  readonly version?: (container: Container, command: Endpoint | undefined) => Promise<string>;
  readonly command?: (at: Endpoint, text: string) => Promise<string>;
  /** A command that a ready one answers. */
  readonly question?: string;
}

export const anywhere = (port: number): Endpoint => ({ host: '0.0.0.0', port });
// The set-up run of the official entrypoints says "port: 0". The words are those of lc_messages: "Port: 3306" in German, "端口：3306" in Chinese.
const serverReady = /'(\d+\.\d+\.\d+(?!\.\d)[^']*)'.*\b3306\b/;

const certificateAt = '/mywire/server-cert.pem';
const keyAt = '/mywire/server-key.pem';
const certificate = () => [
  { target: certificateAt, content: fixture('certs/server-cert.pem') },
  { target: keyAt, content: fixture('certs/server-key.pem') },
];

/** @param next the host name of what stands behind it, and its port inside */
export function dockerProduct(part: DockerPart, next: Endpoint | undefined): DockerProduct {
  return wiredProduct(part.product, next ? chained(anywhere(frontPort(part.product)), next) : { binds: {}, servers: {} });
}

/** Where a product listens inside its container. */
export const frontPort = (product: DockerPart['product']): number => (product === 'proxysql' ? 6033 : 3306);

/** @param wiring of a proxy; @param more options of a server */
export function wiredProduct(product: DockerPart['product'], wiring: Wiring, more: readonly string[] = []): DockerProduct {
  switch (product) {
    case 'mariadb':
      return mariadb(more);
    case 'mysql':
      return mysql(more);
    case 'haproxy':
      return haproxy(wiring);
    case 'proxysql':
      return proxysql(wiring);
    case 'mysqlrouter':
      return mysqlrouter(wiring);
    case 'nginx':
      return nginx(wiring);
    case 'maxscale':
      return maxscale(wiring);
  }
}

function mariadb(more: readonly string[]): DockerProduct {
  return {
    port: 3306,
    ready: serverReady,
    failed: initFileError,
    setting: {
      env: { MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: '1' },
      command: [
        '--init-file=/mywire/accounts.sql',
        `--ssl-cert=${certificateAt}`,
        `--ssl-key=${keyAt}`,
        ...serverOptions,
        withoutSyncs,
        ...more,
      ],
      files: [{ target: '/mywire/accounts.sql', content: fixture('sql/mariadb.sql') }, ...certificate()],
    },
  };
}

function mysql(more: readonly string[]): DockerProduct {
  return {
    port: 3306,
    ready: serverReady,
    failed: initFileError,
    setting: {
      env: { MYSQL_ALLOW_EMPTY_PASSWORD: '1' },
      command: ['--init-file=/mywire/accounts.sql', '--loose-mysqlx=OFF', ...serverOptions, ...more],
      files: [{ target: '/mywire/accounts.sql', content: fixture('sql/mysql.sql') }],
    },
  };
}

function haproxy(wiring: Wiring): DockerProduct {
  const { port } = frontBind(wiring);
  const commandPort = 9999;
  const command = (at: Endpoint, text: string) => haproxyCommand({ ...at }, text);
  return {
    port,
    commandPort,
    command,
    question: 'show info',
    version: async (_, at) => (at ? (/^Version: (.*)$/m.exec(await command(at, 'show info'))?.[1] ?? '') : ''),
    setting: {
      command: ['haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg'],
      files: [
        {
          target: '/usr/local/etc/haproxy/haproxy.cfg',
          content: haproxyConfig(`stats socket ipv4@0.0.0.0:${commandPort} level admin`, wiring),
        },
      ],
    },
  };
}

function proxysql(wiring: Wiring): DockerProduct {
  const folder = '/var/lib/proxysql';
  return {
    port: frontBind(wiring).port,
    commandPort: 6032,
    command: adminCommand,
    question: 'SELECT 1',
    version: async (container) => /ProxySQL version (\S+)/.exec(container.log())?.[1] ?? '',
    setting: {
      entrypoint: ['proxysql'],
      command: proxysqlArguments('/etc/proxysql.cnf', folder),
      files: [{ target: '/etc/proxysql.cnf', content: proxysqlConfig({ folder, wiring, admin: anywhere(6032) }) }],
    },
  };
}

function mysqlrouter(wiring: Wiring): DockerProduct {
  const { port } = frontBind(wiring);
  const config = '/mywire/mysqlrouter.conf';
  const files = mysqlrouterFiles(config, { folder: '/tmp', wiring, certificate: certificateAt, key: keyAt });
  return {
    port,
    // Not asked on its port: each connection to it is one to a server that may not be up yet.
    ready: /Starting 'MySQL Router', version: (\S+)[\s\S]*Start accepting connections for routing/,
    setting: { entrypoint: ['mysqlrouter'], command: mysqlrouterArguments(config), files: [...files, ...certificate()] },
  };
}

function nginx(wiring: Wiring): DockerProduct {
  const { port } = frontBind(wiring);
  const config = '/etc/nginx/nginx.conf';
  return {
    port,
    ready: nginxReady,
    setting: {
      entrypoint: ['nginx'],
      command: nginxArguments(config),
      files: [{ target: config, content: nginxConfig('/tmp', wiring) }],
    },
  };
}

function maxscale(wiring: Wiring): DockerProduct {
  const { port } = frontBind(wiring);
  const config = '/etc/maxscale.cnf';
  return {
    port,
    ready: maxscaleReady,
    setting: {
      entrypoint: ['maxscale'],
      command: maxscaleArguments(config, 'maxscale'),
      files: [{ target: config, content: maxscaleConfig(wiring) }],
    },
  };
}

function fixture(name: string): string {
  return readFileSync(fixturePath(name), 'utf8');
}
