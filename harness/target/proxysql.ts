import { writeFile } from 'node:fs/promises';
import { proxysqlUsers } from './accounts.ts';
import { findBinary } from './find-binary.ts';
import { filledTemplate } from './fixture.ts';
import { freePort } from './free-port.ts';
import { type LocalNode, type LocalSetting, ready, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import { adminCommand } from './proxysql-admin.ts';
import type { Endpoint } from './target.ts';
import { untilListening, written } from './tcp.ts';

/**
 * Starts this machine's ProxySQL, its admin port on loopback.
 * @param next the server behind it, hostgroup 0
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startProxysql(setting: LocalSetting, next: Endpoint): Promise<LocalNode> {
  const { target, endpoint, folder, options } = setting;
  const { path, version } = await findBinary('proxysql', target, options);
  const admin = { host: '127.0.0.1', port: await freePort() };
  const pgsql = Number.parseInt(version, 10) >= 3 ? { admin: await freePort(), front: await freePort() } : undefined;
  const config = `${folder}/proxysql.cnf`;
  await writeFile(config, proxysqlConfig({ folder, front: endpoint, admin, next, ...(pgsql && { pgsql }) }));
  return startNode(setting, {
    product: 'proxysql',
    version,
    run: async () => {
      const program = await startProgram({ target, binary: path, args: proxysqlArguments(config, folder), folder });
      return ready(program, setting, async (limitMs, stillWorthIt) => {
        return (await untilListening(admin, limitMs, stillWorthIt)) && untilListening(endpoint, limitMs, stillWorthIt);
      });
    },
    command: (text) => adminCommand(admin, text),
  });
}

/** In the foreground, without a restart after a crash, and without asking the vendor's site for a newer version. */
export function proxysqlArguments(config: string, folder: string): string[] {
  return ['-f', '-e', '--no-version-check', '--initial', '-c', config, '-D', folder];
}

export interface ProxysqlSetting {
  readonly folder: string;
  readonly front: Endpoint;
  readonly admin: Endpoint;
  readonly next: Endpoint;
  /** Loopback ports for the PostgreSQL side, which ProxySQL 3 would else open on all addresses. */
  readonly pgsql?: { readonly admin: number; readonly front: number };
}

/** fixtures/configs/proxysql.cnf, with every account that ProxySQL can log in. */
export function proxysqlConfig({ folder, front, admin, next, pgsql }: ProxysqlSetting): string {
  return filledTemplate('configs/proxysql.cnf', {
    DATADIR: folder,
    ADMIN: written(admin),
    FRONT: written(front),
    SERVER_HOST: next.host,
    SERVER_PORT: next.port,
    USERS: proxysqlUsers()
      .map(({ user, password }) => `{ username=${quoted(user)} password=${quoted(password)} default_hostgroup=0 active=1 }`)
      .join(',\n\t'),
    PGSQL_ADMIN: pgsql ? `\n\tpgsql_ifaces="127.0.0.1:${pgsql.admin}"` : '',
    PGSQL_FRONT: pgsql ? `\npgsql_variables=\n{\n\tinterfaces="127.0.0.1:${pgsql.front}"\n}\n` : '',
  });
}

/** A string as libconfig reads it, which knows the escapes of C: https://hyperrealm.github.io/libconfig/libconfig_manual.html */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
