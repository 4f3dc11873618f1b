import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How mywire ended, and what it cost. */
export interface Ended {
  /** 'LATE': it had to be killed. */
  readonly code: number | string;
  readonly said: string;
  readonly seconds: number;
  /** s of CPU. */
  readonly cpu: number;
  readonly megabytes: number;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** Resolves when it has said so, or has ended. */
  says(what: RegExp): Promise<void>;
  /** SIGINT to mywire itself. */
  interrupt(): void;
}

/** What is kept of the output. */
const MOST_SAID = 2_000_000;
let started = 0;

/**
 * Starts mywire under time(1), in a process group of its own.
 * @param limit s, then it is killed
 */
export function startMywire(args: readonly string[], folder: string, limit: number, env: Readonly<Record<string, string>> = {}): Running {
  const usage = join(folder, `usage-${started++}`);
  const argv = ['-q', '-o', usage, '-f', '%e %U %S %M', process.execPath, 'dist/harness/cli/main.js', ...args];
  const child = spawn('/usr/bin/time', argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, MYWIRE_PASSWORD: 'secret', ...env },
  });
  let said = '';
  const askers = new Set<() => void>();
  const tell = (): void => {
    for (const ask of askers) ask();
  };
  const take = (chunk: Buffer): void => {
    said = (said + chunk.toString('utf8')).slice(-MOST_SAID);
    tell();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  let late = false;
  let over = false;
  const timer = setTimeout(() => {
    late = true;
    signalGroup(child, 'SIGKILL');
  }, limit * 1000);
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => {
      clearTimeout(timer);
      over = true;
      tell();
      const [seconds = limit, user = 0, system = 0, kilobytes = 0] = late ? [] : readFileSync(usage, 'utf8').trim().split(/\s/).map(Number);
      resolve({ code: late ? 'LATE' : (code ?? 'killed'), said, seconds, cpu: user + system, megabytes: Math.round(kilobytes / 1024) });
    }),
  );
  return {
    ended,
    says: (what) =>
      new Promise((resolve) => {
        const ask = (): void => {
          if (!over && !what.test(said)) return;
          askers.delete(ask);
          resolve();
        };
        askers.add(ask);
        ask();
      }),
    // time(1) ignores SIGINT while its program runs.
    interrupt: () => signalGroup(child, 'SIGINT'),
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(pid as number), signal);
  } catch {
    // It has ended.
  }
}
