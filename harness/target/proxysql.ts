import { writeFile } from 'node:fs/promises';
import { proxysqlUsers } from './accounts.ts';
import { findBinary } from './find-binary.ts';
import { freePort } from './free-port.ts';
import { type LocalNode, type LocalSetting, ready, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import { adminCommand } from './proxysql-admin.ts';
import type { Endpoint } from './target.ts';
import { untilListening, written } from './tcp.ts';
import { frontBind, type Wiring, wiredConfig } from './wiring.ts';

/**
 * Starts this machine's ProxySQL, its admin port on loopback.
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startProxysql(setting: LocalSetting, wiring: Wiring): Promise<LocalNode> {
  const { target, folder, options } = setting;
  const { path, version } = await findBinary('proxysql', target, options);
  const admin = { host: '127.0.0.1', port: await freePort() };
  const pgsql = Number.parseInt(version, 10) >= 3 ? { admin: await freePort(), front: await freePort() } : undefined;
  const config = `${folder}/proxysql.cnf`;
  await writeFile(config, proxysqlConfig({ folder, wiring, admin, ...(pgsql && { pgsql }) }));
  return startNode(setting, {
    product: 'proxysql',
    version,
    run: async () => {
      const program = await startProgram({ target, binary: path, args: proxysqlArguments(config, folder), folder });
      return ready(program, setting, async (limitMs, stillWorthIt) => {
        return (await untilListening(admin, limitMs, stillWorthIt)) && untilListening(frontBind(wiring), limitMs, stillWorthIt);
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
  readonly wiring: Wiring;
  readonly admin: Endpoint;
  /** Loopback ports for the PostgreSQL side, which ProxySQL 3 would else open on all addresses. */
  readonly pgsql?: { readonly admin: number; readonly front: number };
}

/** fixtures/configs/proxysql.cnf, or what the wiring names, with every account that ProxySQL can log in. */
export function proxysqlConfig({ folder, wiring, admin, pgsql }: ProxysqlSetting): string {
  return wiredConfig('proxysql.cnf', wiring, {
    DATADIR: folder,
    ADMIN: written(admin),
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
