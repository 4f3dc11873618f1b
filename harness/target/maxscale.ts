import { writeFile } from 'node:fs/promises';
import { accountsWith } from './accounts.ts';
import { findBinary } from './find-binary.ts';
import { type LocalNode, type LocalSetting, orStopped, startLimit, startNode } from './local-node.ts';
import { startProgram } from './program.ts';
import { type Wiring, wiredConfig } from './wiring.ts';

/** It tells its version, listens, and has read the accounts, which it does when its monitor has found the server running. */
export const maxscaleReady = /MaxScale (\d\S*) started[\s\S]*Listening for connections at[\s\S]*Read \d+ user@host entries/;

/**
 * Starts this machine's MaxScale with a readwritesplit service.
 * @throws TargetError TARGET_NO_BINARY, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startMaxscale(setting: LocalSetting, wiring: Wiring): Promise<LocalNode> {
  const { target, folder, options } = setting;
  const { path, version } = await findBinary('maxscale', target, options);
  const config = `${folder}/maxscale.cnf`;
  await writeFile(config, maxscaleConfig(wiring));
  return startNode(setting, {
    product: 'maxscale',
    version,
    run: async () => {
      const program = await startProgram({ target, binary: path, args: localArguments(config, folder), folder });
      return orStopped(program, async () => {
        await program.untilLog(maxscaleReady, startLimit(options));
        return program;
      });
    },
  });
}

/**
 * In the foreground, its log on stdout.
 * @param user whose rights it gives itself; root must be named, else it refuses to run
 */
export function maxscaleArguments(config: string, user: string | undefined): string[] {
  return ['--nodaemon', `--config=${config}`, '--log=stdout', '--syslog=no', ...(user ? [`--user=${user}`] : [])];
}

function localArguments(config: string, folder: string): string[] {
  const paths = ['cachedir', 'datadir', 'persistdir', 'logdir', 'piddir'].map((name) => `--${name}=${folder}`);
  return [...maxscaleArguments(config, process.getuid?.() === 0 ? 'root' : undefined), ...paths];
}

/** fixtures/configs/maxscale.cnf, or what the wiring names. */
export function maxscaleConfig(wiring: Wiring): string {
  const account = accountsWith('mysql_native_password').login;
  return wiredConfig('maxscale.cnf', wiring, { USER: account?.user ?? '', PASSWORD: account?.password ?? '' });
}
