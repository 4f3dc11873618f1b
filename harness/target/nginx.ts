import { writeFile } from 'node:fs/promises';
import { findBinary } from './find-binary.ts';
import { type LocalNode, type LocalSetting, orStopped, startLimit, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import { type Wiring, wiredConfig } from './wiring.ts';

/** It tells its version when every port is bound; the version is the first group. */
export const nginxReady = /\[notice\].* nginx\/(\S+)/;

/**
 * Starts this machine's nginx as a TCP proxy.
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startNginx(setting: LocalSetting, wiring: Wiring): Promise<LocalNode> {
  const { target, folder, options } = setting;
  const { path, version } = await findBinary('nginx', target, options);
  const config = `${folder}/nginx.conf`;
  await writeFile(config, nginxConfig(folder, wiring));
  return startNode(setting, {
    product: 'nginx',
    version,
    run: async () => {
      const program = await startProgram({ target, binary: path, args: nginxArguments(config), folder });
      return orStopped(program, async () => {
        await program.untilLog(nginxReady, startLimit(options));
        return program;
      });
    },
  });
}

/** -e: it would open the log of the machine's own nginx before it reads the file. https://nginx.org/en/docs/switches.html */
export function nginxArguments(config: string): string[] {
  return ['-e', 'stderr', '-c', config];
}

/** fixtures/configs/nginx.conf, or what the wiring names. @param folder for what it writes at run time */
export function nginxConfig(folder: string, wiring: Wiring): string {
  return wiredConfig('nginx.conf', wiring, { FOLDER: folder });
}
