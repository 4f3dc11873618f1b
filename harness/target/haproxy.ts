import { writeFile } from 'node:fs/promises';
import { findBinary } from './find-binary.ts';
import { haproxyCommand } from './haproxy-socket.ts';
import { type LocalNode, type LocalSetting, ready, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import { untilDone } from './tcp.ts';
import { type Wiring, wiredConfig } from './wiring.ts';

/**
 * Starts this machine's HAProxy as a TCP proxy.
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startHaproxy(setting: LocalSetting, wiring: Wiring): Promise<LocalNode> {
  const { target, folder, options } = setting;
  const { path, version } = await findBinary('haproxy', target, options);
  const stats = `${folder}/s`;
  const command = (text: string) => haproxyCommand({ path: stats }, text);
  const config = `${folder}/haproxy.cfg`;
  await writeFile(config, haproxyConfig(`stats socket ${stats} mode 600 level admin`, wiring));
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

/** fixtures/configs/haproxy.cfg, or what the wiring names. @param stats the directive that opens the stats socket */
export function haproxyConfig(stats: string, wiring: Wiring): string {
  return wiredConfig('haproxy.cfg', wiring, { STATS: stats });
}
