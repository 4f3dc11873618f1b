import { writeFile } from 'node:fs/promises';
import { findBinary } from './find-binary.ts';
import { filledTemplate } from './fixture.ts';
import { haproxyCommand } from './haproxy-socket.ts';
import { type LocalNode, type LocalSetting, ready, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import type { Endpoint } from './target.ts';
import { untilDone, written } from './tcp.ts';

/**
 * Starts this machine's HAProxy as a TCP proxy.
 * @param next the server behind it
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startHaproxy(setting: LocalSetting, next: Endpoint): Promise<LocalNode> {
  const { target, endpoint, folder, options } = setting;
  const { path, version } = await findBinary('haproxy', target, options);
  const stats = `${folder}/s`;
  const command = (text: string) => haproxyCommand({ path: stats }, text);
  const config = `${folder}/haproxy.cfg`;
  await writeFile(config, haproxyConfig(`stats socket ${stats} mode 600 level admin`, endpoint, next));
  return startNode(setting, {
    product: 'haproxy',
    version,
    run: async () => {
      // -db: no background process, so that it is ours to watch and to stop.
      const program = await startProgram({ target, binary: path, args: ['-db', '-f', config], folder });
      // Its stats socket is surely its own; when that answers, every port is bound.
      return ready(program, setting, (limitMs, stillWorthIt) => untilDone(() => command('show info'), limitMs, stillWorthIt));
    },
    command,
  });
}

/** fixtures/configs/haproxy.cfg. @param stats the directive that opens the stats socket */
export function haproxyConfig(stats: string, bind: Endpoint, next: Endpoint): string {
  return filledTemplate('configs/haproxy.cfg', { STATS: stats, BIND: written(bind), SERVER: written(next) });
}
