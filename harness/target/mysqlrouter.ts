import { writeFile } from 'node:fs/promises';
import { findBinary } from './find-binary.ts';
import { fixturePath } from './fixture.ts';
import { type LocalNode, type LocalSetting, orStopped, startLimit, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import { type Wiring, wiredConfig } from './wiring.ts';

/**
 * Starts this machine's MySQL Router with static routes.
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startMysqlrouter(setting: LocalSetting, wiring: Wiring): Promise<LocalNode> {
  const { target, folder, options } = setting;
  const { path, version } = await findBinary('mysqlrouter', target, options);
  const config = `${folder}/mysqlrouter.conf`;
  const [certificate, key] = [fixturePath('certs/server-cert.pem'), fixturePath('certs/server-key.pem')];
  await writeFile(config, mysqlrouterConfig({ folder, wiring, certificate, key }));
  return startNode(setting, {
    product: 'mysqlrouter',
    version,
    run: async () => {
      const program = await startProgram({ target, binary: path, args: mysqlrouterArguments(config), folder });
      // Not by its port: each connection to it is one to a server that may not be up yet.
      return orStopped(program, async () => {
        for (const { port } of Object.values(wiring.binds))
          await program.untilLog(new RegExp(`Start accepting connections for routing .*:${port}\\b`), startLimit(options));
        return program;
      });
    },
  });
}

/** https://dev.mysql.com/doc/mysql-router/9.4/en/mysqlrouter.html */
export function mysqlrouterArguments(config: string): string[] {
  return ['--config', config];
}

export interface MysqlrouterSetting {
  /** For what it writes at run time. */
  readonly folder: string;
  readonly wiring: Wiring;
  /** Paths of the certificate that it shows to clients, and of its key. */
  readonly certificate: string;
  readonly key: string;
}

/** fixtures/configs/mysqlrouter.conf, or what the wiring names. */
export function mysqlrouterConfig({ folder, wiring, certificate, key }: MysqlrouterSetting): string {
  return wiredConfig('mysqlrouter.conf', wiring, {
    FOLDER: folder,
    CERTIFICATE: certificate,
    KEY: key,
  });
}
