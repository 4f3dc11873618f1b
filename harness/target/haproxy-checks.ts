import { writeFile } from 'node:fs/promises';
import type { NetConnectOpts } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type CheckMode, type CheckState, checkModes, isKnown, joinStates, readCheckStates } from './check-states.ts';
import { findBinary } from './find-binary.ts';
import { filledTemplate } from './fixture.ts';
import { haproxyCommand } from './haproxy-socket.ts';
import { privateFolder } from './leftovers.ts';
import { defaultStopLimitMs, type TargetOptions } from './options.ts';
import { runToEnd, startProgram } from './program.ts';
import { type Endpoint, TargetError } from './target.ts';
import { untilDone, written } from './tcp.ts';

/** ms between two checks of one mode. */
const intervalMs = 200;
/** ms between two looks: several per check. */
const lookMs = 40;
/** ms for the first result of every mode: more than HAProxy's own check timeout. */
const firstLimitMs = 10_000;

export interface HaproxyChecksOptions {
  /** The server under test. */
  readonly endpoint: Endpoint;
  /** The account's name; it needs an empty password. */
  readonly user: string;
  /** Default: every mode that this HAProxy accepts. */
  readonly modes?: readonly CheckMode[];
  /** `haproxy:3.4` runs that image in Docker (on the host's network); else this machine's own program. */
  readonly image?: string;
  readonly options?: TargetOptions;
}

/** A HAProxy that judges one server, a backend per kind of check. */
export interface HaproxyChecks {
  readonly version: string;
  /** Modes that were asked for and that this version does not know. */
  readonly unknown: readonly CheckMode[];
  /**
   * Looks on until each mode had at least that many checks (default 10; one takes 200 ms), and tells what was seen.
   * HAProxy does not count checks: this is by the clock, from the first result on.
   * @throws TargetError TARGET_START_TIMEOUT when a mode has no result in 10 s
   */
  states(checks?: number): Promise<CheckState[]>;
  /** Safe to call twice. */
  stop(): Promise<void>;
}

/** What runs HAProxy, here or in a container. */
export interface CheckRunner {
  readonly stats: NetConnectOpts;
  requireRunning(): void | Promise<void>;
  stop(): Promise<void>;
}

/**
 * Lets a HAProxy check a server in every mode at once.
 * @throws TargetError TARGET_NO_BINARY, TARGET_NO_DOCKER, TARGET_NO_IMAGE, TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startHaproxyChecks(setting: HaproxyChecksOptions): Promise<HaproxyChecks> {
  const modes = setting.modes ?? checkModes;
  const runner = setting.image ? await inContainer(setting, setting.image, modes) : await onThisMachine(setting, modes);
  const look = async () => {
    try {
      return readCheckStates(await haproxyCommand(runner.stats, 'show stat'));
    } catch (error) {
      await runner.requireRunning();
      throw error;
    }
  };
  const version = /^Version: (.*)$/m.exec(await haproxyCommand(runner.stats, 'show info'))?.[1] ?? '';
  const inForce = (await look()).map(({ mode }) => mode);
  return {
    version,
    unknown: modes.filter((mode) => !inForce.includes(mode)),
    async states(checks = 10) {
      const deadline = performance.now() + firstLimitMs;
      let latest = await look();
      while (!latest.every(isKnown)) {
        if (performance.now() > deadline) {
          throw new TargetError(
            'TARGET_START_TIMEOUT',
            'haproxy checks',
            `no result of a check in ${firstLimitMs} ms: ${latest.map(({ mode, check }) => `${mode} ${check}`).join(', ')}`,
          );
        }
        await pause(lookMs);
        latest = await look();
      }
      const end = performance.now() + checks * intervalMs;
      while (performance.now() < end) {
        await pause(lookMs);
        const before = latest;
        latest = (await look()).map((state) =>
          joinStates(
            before.find(({ mode }) => mode === state.mode),
            state,
          ),
        );
      }
      return latest;
    },
    stop: () => runner.stop(),
  };
}

async function onThisMachine({ endpoint, user, options = {} }: HaproxyChecksOptions, modes: readonly CheckMode[]): Promise<CheckRunner> {
  const { path } = await findBinary('haproxy', 'haproxy checks', options);
  const folder = privateFolder();
  try {
    const stats = `${folder.path}/s`;
    const config = `${folder.path}/checks.cfg`;
    const socket = `stats socket ${stats} mode 600 level admin`;
    const accepted: CheckMode[] = [];
    let refusal = '';
    for (const mode of modes) {
      await writeFile(config, checksConfig(socket, endpoint, user, [mode]));
      const { good, output } = await runToEnd(path, ['-c', '-f', config], 5000);
      if (good) accepted.push(mode);
      else refusal = output;
    }
    if (accepted.length === 0)
      throw new TargetError('TARGET_START_FAILED', 'haproxy checks', `${path} accepts none of these checks: ${refusal.slice(-500)}`);
    await writeFile(config, checksConfig(socket, endpoint, user, accepted));
    const program = await startProgram({ target: 'haproxy checks', binary: path, args: ['-db', '-f', config], folder: folder.path });
    const stop = async () => {
      await program.stop(options.stopLimitMs ?? defaultStopLimitMs);
      await folder.remove();
    };
    const runner = { stats: { path: stats }, requireRunning: program.requireRunning, stop };
    await untilAnswering(runner);
    return runner;
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function inContainer(
  { endpoint, user, options = {} }: HaproxyChecksOptions,
  image: string,
  modes: readonly CheckMode[],
): Promise<CheckRunner> {
  const { startChecksContainer } = await import('./docker-checks.ts');
  const runner = await startChecksContainer(image, options, (stats, some) => checksConfig(stats, endpoint, user, modes.filter(some)));
  await untilAnswering(runner);
  return runner;
}

/** Waits until the stats socket answers; stops the runner when it does not. @throws what `requireRunning` throws, or TARGET_START_TIMEOUT */
async function untilAnswering(runner: CheckRunner): Promise<void> {
  try {
    if (
      await untilDone(
        () => haproxyCommand(runner.stats, 'show info'),
        firstLimitMs,
        () => runner.requireRunning(),
      )
    )
      return;
    throw new TargetError('TARGET_START_TIMEOUT', 'haproxy checks', `its stats socket did not answer in ${firstLimitMs} ms`);
  } catch (error) {
    await runner.stop();
    throw error;
  }
}

/** fixtures/configs/haproxy-checks.cfg. One result decides: the state is that of the last check. */
function checksConfig(stats: string, endpoint: Endpoint, user: string, modes: readonly CheckMode[]): string {
  const backends = modes.map((mode) => {
    const check = mode === 'none' ? '' : ` user ${user} ${mode}`;
    return `backend ${mode}\n    option mysql-check${check}\n    server tested ${written(endpoint)} check inter ${intervalMs}ms fall 1 rise 1\n`;
  });
  return filledTemplate('configs/haproxy-checks.cfg', { STATS: stats, BACKENDS: backends.join('\n') });
}
