import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { findBinary } from './find-binary.ts';
import { fixturePath } from './fixture.ts';
import { type LocalNode, type LocalSetting, orStopped, startLimit, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import { written } from './tcp.ts';
import { type Wiring, wiredConfig } from './wiring.ts';

/**
 * Starts this machine's MySQL Router.
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startMysqlrouter(setting: LocalSetting, wiring: Wiring): Promise<LocalNode> {
  const { target, folder, options } = setting;
  const { path, version } = await findBinary('mysqlrouter', target, options);
  const config = `${folder}/mysqlrouter.conf`;
  const [certificate, key] = [fixturePath('certs/server-cert.pem'), fixturePath('certs/server-key.pem')];
  const files = mysqlrouterFiles(config, { folder, wiring, certificate, key });
  for (const { target: file, content, mode } of files) await writeFile(file, content, { mode });
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

interface MysqlrouterFile {
  readonly target: string;
  readonly content: string | Buffer;
  readonly mode: number;
}

/**
 * Its configuration (fixtures/configs/mysqlrouter.conf, or what the wiring names) and, where that has a metadata cache, what the
 * Router's bootstrap makes otherwise: where to look for metadata first, and the password of its account in a keyring.
 * https://dev.mysql.com/doc/mysql-router/9.4/en/mysql-router-conf-options.html (dynamic_state, keyring_path)
 * @param config where the configuration will be
 */
export function mysqlrouterFiles(config: string, { folder, wiring, certificate, key }: MysqlrouterSetting): MysqlrouterFile[] {
  const [state, keyring, masterKey] = [`${folder}/state.json`, `${folder}/keyring`, `${folder}/master-key.sh`];
  const content = wiredConfig('mysqlrouter.conf', wiring, {
    FOLDER: folder,
    CERTIFICATE: certificate,
    KEY: key,
    STATE: state,
    KEYRING: keyring,
    MASTER_KEY: masterKey,
  });
  const files: MysqlrouterFile[] = [{ target: config, content, mode: 0o644 }];
  if (!content.includes('[metadata_cache')) return files;
  const servers = Object.values(wiring.servers).map((server) => `mysql://${written(server)}`);
  const known = JSON.stringify({ 'metadata-cache': { 'cluster-metadata-servers': servers }, version: '1.0.0' });
  const sealed = Buffer.from(readFileSync(fixturePath('mysqlrouter/keyring.base64'), 'utf8'), 'base64');
  return [
    ...files,
    { target: state, content: known, mode: 0o600 },
    { target: keyring, content: sealed, mode: 0o600 },
    { target: masterKey, content: readFileSync(fixturePath('mysqlrouter/master-key.sh')), mode: 0o700 },
  ];
}
