import { findBinary } from './find-binary.ts';
import { type LocalNode, type LocalSetting, orStopped, startLimit, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import { asRoot, ownTmpdir, smallServer, startServer } from './sql-server.ts';

/**
 * Starts this machine's MySQL on a data directory of its own. It makes its TLS certificates and RSA keys itself:
 * https://dev.mysql.com/doc/refman/9.5/en/creating-ssl-rsa-files-using-mysql.html
 * @throws TargetError TARGET_NO_BINARY (also where mysqld is MariaDB), TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startMysql(setting: LocalSetting, more: readonly string[] = []): Promise<LocalNode> {
  const { target, options } = setting;
  const { path, version } = await findBinary('mysql', target, options);
  await makeDataDirectory(setting, path);
  // The X protocol would listen on a port of its own, on all addresses.
  return startNode(setting, { product: 'mysql', version, run: () => startServer(setting, path, 'mysql', ['--loose-mysqlx=OFF', ...more]) });
}

async function makeDataDirectory({ target, folder, options }: LocalSetting, binary: string): Promise<void> {
  const program = await startProgram({
    target,
    folder,
    binary,
    args: ['--no-defaults', '--initialize-insecure', `--datadir=${folder}/data`, ownTmpdir(folder), ...asRoot(), ...smallServer],
  });
  await orStopped(program, () => program.untilDone(startLimit(options)));
}
