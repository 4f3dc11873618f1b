import { writeFile } from 'node:fs/promises';
import { findBinary } from './find-binary.ts';
import { filledTemplate, fixturePath } from './fixture.ts';
import { type LocalNode, type LocalSetting, orStopped, startLimit, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import type { Endpoint } from './target.ts';
import { written } from './tcp.ts';

/**
 * Starts this machine's MySQL Router with one static route.
 * @param next the server behind it
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startMysqlrouter(setting: LocalSetting, next: Endpoint): Promise<LocalNode> {
  const { target, endpoint, folder, options } = setting;
  const { path, version } = await findBinary('mysqlrouter', target, options);
  const config = `${folder}/mysqlrouter.conf`;
  const [certificate, key] = [fixturePath('certs/server-cert.pem'), fixturePath('certs/server-key.pem')];
  await writeFile(config, mysqlrouterConfig({ folder, front: endpoint, next, certificate, key }));
  return startNode(setting, {
    product: 'mysqlrouter',
    version,
    run: async () => {
      const program = await startProgram({ target, binary: path, args: mysqlrouterArguments(config), folder });
      // Not by its port: each connection to it is one to a server that may not be up yet.
      const listening = new RegExp(`Start accepting connections for routing .*:${endpoint.port}\\b`);
      return orStopped(program, async () => {
        await program.untilLog(listening, startLimit(options));
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
  readonly front: Endpoint;
  readonly next: Endpoint;
  /** Paths of the certificate that it shows to clients, and of its key. */
  readonly certificate: string;
  readonly key: string;
}

/** fixtures/configs/mysqlrouter.conf. */
export function mysqlrouterConfig({ folder, front, next, certificate, key }: MysqlrouterSetting): string {
  return filledTemplate('configs/mysqlrouter.conf', {
    FOLDER: folder,
    HOST: front.host,
    PORT: front.port,
    SERVER: written(next),
    CERTIFICATE: certificate,
    KEY: key,
  });
}
