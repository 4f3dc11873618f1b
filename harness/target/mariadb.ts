import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { proxyAddress } from './accounts.ts';
import { findBinary, onPath } from './find-binary.ts';
import { fixturePath } from './fixture.ts';
import { type LocalNode, type LocalSetting, orStopped, startLimit, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import { asRoot, ownTmpdir, smallServer, startServer, withoutSyncs } from './sql-server.ts';
import { TargetError } from './target.ts';

/** The certificate of fixtures/certs: before 11.4 MariaDB has none of its own, and the cases over TLS need one. */
const tls = () => [`--ssl-cert=${fixturePath('certs/server-cert.pem')}`, `--ssl-key=${fixturePath('certs/server-key.pem')}`];

/** Only what connects from there may send PROXY headers: nothing changes for anybody else (MariaDB 10.3.1). */
const proxies = proxyAddress === undefined ? [] : [`--loose-proxy-protocol-networks=${proxyAddress}/32`];

// The log is written in full when the data directory is made: 4 MB instead of 96.
const small = ['--innodb-log-file-size=4M', withoutSyncs];

/**
 * Starts this machine's MariaDB on a data directory of its own.
 * @param more options besides the common ones
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startMariadb(setting: LocalSetting, more: readonly string[] = []): Promise<LocalNode> {
  const { target, options } = setting;
  const { path, version } = await findBinary('mariadb', target, options);
  await makeDataDirectory(setting, path);
  return startNode(setting, {
    product: 'mariadb',
    version,
    run: () => startServer(setting, path, 'mariadb', [...small, ...tls(), ...proxies, ...more]),
  });
}

/** https://mariadb.com/docs/server/clients-and-utilities/deployment-tools/mariadb-install-db */
async function makeDataDirectory({ target, folder, options, dataFiles = {} }: LocalSetting, server: string): Promise<void> {
  const { script, more } = installScript(server, options.env ?? process.env, target);
  const program = await startProgram({
    target,
    folder,
    binary: script,
    args: [
      '--no-defaults',
      ...more,
      `--datadir=${folder}/data`,
      ownTmpdir(folder),
      '--auth-root-authentication-method=normal',
      // The test database comes with an anonymous user that shadows every 'x'@'%'.
      '--skip-test-db',
      ...asRoot(),
      ...smallServer,
      ...small,
    ],
  });
  await orStopped(program, () => program.untilDone(startLimit(options)));
  for (const [name, content] of Object.entries(dataFiles)) await writeFile(`${folder}/data/${name}`, content);
}

/** The script that belongs to a server: from the same installation, else from PATH. */
function installScript(server: string, env: NodeJS.ProcessEnv, target: string): { script: string; more: string[] } {
  const base = join(dirname(server), '..');
  for (const name of ['mariadb-install-db', 'mysql_install_db']) {
    for (const folder of ['bin', 'scripts']) {
      const script = join(base, folder, name);
      // A system's own server knows where its files are; an unpacked one has to be told.
      if (existsSync(script)) return { script, more: base === '/usr' ? [] : [`--basedir=${base}`] };
    }
  }
  const script = [...onPath('mariadb-install-db', env), ...onPath('mysql_install_db', env)][0];
  if (script) return { script, more: [] };
  throw new TargetError(
    'TARGET_NO_BINARY',
    target,
    `${server} is there, but no mariadb-install-db beside it or on PATH. Install the whole mariadb-server package.`,
  );
}
