import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { childEnvironment } from '../wire/child-environment.ts';
import { within } from '../wire/within.ts';
import { givingBack } from './giving-back.ts';
import { guardProcess, killGroup } from './leftovers.ts';
import { logTail } from './log-tail.ts';
import { TargetError } from './target.ts';

/** A local program that we started. */
export interface Program {
  readonly pid: number;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** 'running', or one sentence that says how it ended. */
  state(): 'running' | string;
  /** The end of what it wrote to stdout and stderr. */
  log(): string;
  /** @throws TargetError TARGET_START_FAILED when it has ended */
  requireRunning(): void;
  /**
   * Waits until its log matches.
   * @throws TargetError TARGET_START_FAILED when it ends first, TARGET_START_TIMEOUT after the limit (ms)
   */
  untilLog(pattern: RegExp, limitMs: number): Promise<RegExpExecArray>;
  /**
   * Waits until it ends by itself.
   * @throws TargetError TARGET_START_FAILED when its exit code is not 0, TARGET_START_TIMEOUT after the limit (ms)
   */
  untilDone(limitMs: number): Promise<void>;
  /** SIGTERM, and SIGKILL after the limit (ms). Resolves when it is gone. */
  stop(limitMs: number): Promise<void>;
}

export interface ProgramCall {
  /** The target's name, for errors. */
  readonly target: string;
  readonly binary: string;
  readonly args: readonly string[];
  /** The private folder that it runs in. Its path must be among the arguments: by it the guardian knows its own. */
  readonly folder: string;
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches only us, and a kill reaches its children too.
 * @throws TargetError TARGET_NO_BINARY when it cannot be executed
 */
export async function startProgram({ target, binary, args, folder }: ProgramCall): Promise<Program> {
  const child = spawn(binary, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...givingBack, ...childEnvironment(), LC_ALL: 'C' },
  });
  // Before anything else is awaited: from here on the guardian knows it.
  const gone = child.pid === undefined ? () => {} : guardProcess(child.pid);
  const tail = logTail();
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', tail.append);
  const pid = await pidOf(child, target, binary);
  let state = 'running';
  let good = false;
  // 'close', not 'exit': only then has everything it wrote been read.
  const closed = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      gone();
      good = code === 0;
      state = `${binary} ${signal ? `was ended by ${signal}` : `ended with exit code ${code}`}. Its last lines: ${tail.lastLines(5)}`;
      tail.end();
      resolve();
    });
  });
  // A program that still runs must not keep a finished mywire alive: the guardian ends it.
  hold(child, false);
  const failed = () => new TargetError('TARGET_START_FAILED', target, state);
  const late = (what: string, limitMs: number) =>
    new TargetError('TARGET_START_TIMEOUT', target, `${binary} was not ${what} after ${limitMs} ms. Its last lines: ${tail.lastLines(5)}`);

  return {
    pid,
    command: [binary, ...args],
    state: () => state,
    log: () => tail.text(),
    requireRunning() {
      if (state !== 'running') throw failed();
    },
    async untilLog(pattern, limitMs) {
      const result = await tail.until(pattern, limitMs);
      if (result === 'ended') throw failed();
      if (result === 'late') throw late('ready', limitMs);
      return result;
    },
    async untilDone(limitMs) {
      if (!(await within(closed, limitMs))) throw late('done', limitMs);
      if (!good) throw failed();
    },
    async stop(limitMs) {
      if (state !== 'running') return;
      hold(child, true);
      killGroup(pid, 'SIGTERM');
      if (!(await within(closed, limitMs))) killGroup(pid, 'SIGKILL');
      await closed;
    },
  };
}

/** Lets a child and its pipes keep this process alive, or not. */
function hold(child: ChildProcess, keep: boolean): void {
  for (const handle of [child, child.stdout, child.stderr] as unknown as { ref(): void; unref(): void }[]) {
    if (keep) handle.ref();
    else handle.unref();
  }
}

function pidOf(child: ChildProcess, target: string, binary: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new TargetError('TARGET_NO_BINARY', target, `${binary} cannot be executed (${error.message}). Give another path.`)),
    );
    child.once('spawn', () => resolve(child.pid as number));
  });
}

/**
 * Runs a short program to its end.
 * @returns what it wrote to stdout and stderr, and whether it ended with exit code 0 within the limit (ms)
 */
export function runToEnd(
  binary: string,
  args: readonly string[],
  limitMs: number,
): Promise<{ readonly good: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    execFile(
      binary,
      args,
      { env: childEnvironment(), timeout: limitMs, killSignal: 'SIGKILL', encoding: 'utf8', maxBuffer: 1024 * 1024 },
      (error, stdout, stderr) => resolve({ good: error === null, output: stdout + stderr }),
    );
  });
}
