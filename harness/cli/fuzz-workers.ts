import { Worker } from 'node:worker_threads';
import type { BatchResult } from '../fuzz/batch.ts';
import type { Player } from '../fuzz/campaign.ts';
import { FuzzError } from '../fuzz/error.ts';
import type { Likeness } from '../fuzz/likeness.ts';
import type { PlayContext } from '../fuzz/play.ts';
import type { Batch } from '../fuzz/schedule.ts';
import type { Source } from '../fuzz/source.ts';
import { CliError } from './error.ts';

/** What a thread is started with: plain data. */
export interface FuzzTask {
  readonly source: Source;
  readonly target: PlayContext;
  readonly against: PlayContext | undefined;
  readonly likeness: Likeness | undefined;
  /** By name. */
  readonly oracles: readonly string[];
  readonly concurrency: number;
}

/** What is said to a thread and back; several batches may be under way. */
export interface FuzzQuestion {
  readonly id: number;
  readonly batch: Batch;
}
export interface FuzzAnswer {
  readonly id: number;
  readonly result: BatchResult;
}

/** Of a thread: most of what an exec makes dies with it, and dies young where there is room. */
const YOUNG_MB = 64;

/** ms that a batch may take: its sessions all have limits of their own. */
const STUCK_MS = 120_000;

/** Batches played in a thread of their own. */
export class WorkerPlayer implements Player {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(result: BatchResult): void; reject(error: Error): void }>();
  #last = 0;

  /** Throws CliError where mywire runs from its sources: a thread cannot load what tsx translates. */
  constructor(task: FuzzTask) {
    if (!import.meta.url.endsWith('.js')) throw new CliError('CLI_BAD_OPTION', '--workers needs the built program: npm run build');
    this.#worker = new Worker(new URL('./fuzz-worker.js', import.meta.url), {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.on('message', ({ id, result }: FuzzAnswer) => this.#take(id)?.resolve(result));
    this.#worker.on('error', (error: Error) => this.#failed(error));
    this.#worker.on('exit', (code) => this.#failed(new Error(`a worker ended with code ${code}`)));
  }

  play(batch: Batch, signal: AbortSignal): Promise<BatchResult> {
    const stop = (): void => this.#worker.postMessage('stop');
    signal.addEventListener('abort', stop, { once: true });
    const stuck = setTimeout(() => {
      const says = `${batch.paths.length} sessions (${batch.paths.slice(0, 3).join(', ')} …) kept a thread busy for ${STUCK_MS / 1000} s; please report it with the seed`;
      void this.#worker.terminate();
      this.#failed(new FuzzError('FUZZ_STUCK', says));
    }, STUCK_MS);
    return new Promise<BatchResult>((resolve, reject) => {
      const id = this.#last++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, batch } satisfies FuzzQuestion);
    }).finally(() => {
      clearTimeout(stuck);
      signal.removeEventListener('abort', stop);
    });
  }

  async end(): Promise<void> {
    this.#worker.removeAllListeners('exit');
    await this.#worker.terminate();
  }

  #take(id: number) {
    const one = this.#waiting.get(id);
    this.#waiting.delete(id);
    return one;
  }

  #failed(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(error);
  }
}
