import { type ChildProcess, fork } from 'node:child_process';
import type { BatchResult } from '../fuzz/batch.ts';
import type { Player } from '../fuzz/campaign-options.ts';
import { FuzzError } from '../fuzz/error.ts';
import type { Likeness } from '../fuzz/likeness.ts';
import type { PlayContext } from '../fuzz/play.ts';
import type { Batch } from '../fuzz/schedule.ts';
import type { Source } from '../fuzz/source.ts';
import { childEnvironment } from '../wire/child-environment.ts';

/** What a worker is started with: plain data. */
export interface FuzzTask {
  readonly source: Source;
  readonly target: PlayContext;
  readonly against: PlayContext | undefined;
  readonly likeness: Likeness | undefined;
  /** By name. */
  readonly oracles: readonly string[];
  readonly concurrency: number;
}

/** What is said to a worker and back; several batches may be under way. */
export interface FuzzQuestion {
  readonly id: number;
  readonly batch: Batch;
}
export type FuzzMessage = { readonly task: FuzzTask } | FuzzQuestion | 'stop';
export type FuzzAnswer = { readonly id: number; readonly result: BatchResult } | { readonly id: number; readonly room: true } | 'lives';

/** Most of what an exec makes dies with it, and dies young where there is room, in MB. */
const YOUNG_MB = 32;

/** ms in which no session of a worker comes to its end: they all have limits of their own. */
const STUCK_MS = 120_000;

const isBuilt = import.meta.url.endsWith('.js');

export interface WorkerOptions {
  /** The program of the worker, for tests. */
  readonly program?: URL;
  readonly stuckMs?: number;
}

/**
 * Batches played in a process of their own. Not in a thread: one that is torn down with connections open may spin for good
 * (Node 20, Environment::CleanupHandles), and then neither it nor its process ends. A process can always be killed.
 */
export class WorkerPlayer implements Player {
  readonly #worker: ChildProcess;
  readonly #waiting = new Map<number, { onRoom(): void; resolve(result: BatchResult): void; reject(error: Error): void }>();
  readonly #gone: Promise<void>;
  readonly #stuckMs: number;
  #last = 0;
  /** When a session of it had come to its end. */
  #heard = 0;
  #ended = false;
  #dead: Error | undefined;

  constructor(
    task: FuzzTask,
    { program = new URL(`./fuzz-worker.${isBuilt ? 'js' : 'ts'}`, import.meta.url), stuckMs = STUCK_MS }: WorkerOptions = {},
  ) {
    this.#stuckMs = stuckMs;
    this.#worker = fork(program, {
      serialization: 'advanced',
      env: childEnvironment(), // its accounts come as a message
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [...process.execArgv, `--max-semi-space-size=${YOUNG_MB}`],
    });
    this.#worker.on('message', (said) => {
      const answer = said as FuzzAnswer;
      this.#heard = performance.now();
      if (answer === 'lives') return;
      if ('room' in answer) this.#waiting.get(answer.id)?.onRoom();
      else this.#take(answer.id)?.resolve(answer.result);
    });
    this.#worker.on('error', (error) => this.#failed(error));
    this.#gone = new Promise((resolve) => {
      this.#worker.once('exit', (code, signal) => {
        resolve();
        if (!this.#ended)
          this.#failed(
            new FuzzError(
              'FUZZ_WORKER_DIED',
              `a worker ended by itself, with ${signal ?? `exit code ${code}`}; please report it with the seed`,
            ),
          );
      });
    });
    this.#say({ task });
  }

  play(batch: Batch, signal: AbortSignal, onRoom: () => void = () => {}): Promise<BatchResult> {
    if (this.#dead) return Promise.reject(this.#dead);
    const stop = (): void => this.#say('stop');
    signal.addEventListener('abort', stop, { once: true });
    this.#heard = performance.now();
    const stuck = setInterval(() => {
      if (performance.now() - this.#heard < this.#stuckMs) return;
      const says = `${batch.paths.length} sessions (${batch.paths.slice(0, 3).join(', ')} …) kept a worker busy for ${this.#stuckMs / 1000} s; please report it with the seed`;
      this.#failed(new FuzzError('FUZZ_STUCK', says));
      void this.end();
    }, this.#stuckMs / 4);
    return new Promise<BatchResult>((resolve, reject) => {
      const id = this.#last++;
      this.#waiting.set(id, { onRoom, resolve, reject });
      this.#say({ id, batch });
    }).finally(() => {
      clearInterval(stuck);
      signal.removeEventListener('abort', stop);
    });
  }

  /** Whatever it is at. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#worker.kill('SIGKILL');
    await this.#gone;
  }

  #say(message: FuzzMessage): void {
    if (this.#worker.connected) this.#worker.send(message);
  }

  #take(id: number) {
    const one = this.#waiting.get(id);
    this.#waiting.delete(id);
    return one;
  }

  #failed(error: Error): void {
    this.#dead ??= error;
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(error);
  }
}
