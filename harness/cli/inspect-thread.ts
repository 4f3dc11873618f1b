import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { FramesEnd } from '../pcap/frame-sorter.ts';
import type { FileEnd } from '../pcap/open-capture.ts';
import type { PackedEvents } from '../pcap/packed-events.ts';
import type { PcapErrorCode } from '../pcap/pcap-error.ts';

/** What the thread is started with. */
export interface ThreadTask {
  readonly file: string;
  /** Shared: how many portions have been taken. */
  readonly taken: Int32Array;
}
/** What it says. */
export type ThreadReport =
  | { readonly kind: 'some'; readonly events: PackedEvents; readonly bytes: number }
  | { readonly kind: 'secrets'; readonly secrets: Uint8Array }
  | { readonly kind: 'end'; readonly end: FramesEnd; readonly fileEnd: Omit<FileEnd, 'fault'>; readonly fault: Fault | undefined }
  | { readonly kind: 'failed'; readonly name: string; readonly code: string; readonly says: string };

/** An error loses its fields between threads. */
interface Fault {
  readonly code: PcapErrorCode;
  readonly message: string;
  readonly offset: number | undefined;
}

/** Bytes below which one thread is done before another has started. */
const WORTH_IT = 4 << 20;
/** Of the thread: frames die young; more is memory for nothing. */
const YOUNG_MB = 12;
/** Percent by which the old objects of a thread may grow before they are collected: V8 would let them grow to several times what lives. */
const GROWING = 150;
/** Built code only: a worker cannot load what tsx translates. */
const entry = import.meta.url.endsWith('.js') ? new URL('./inspect-worker.js', import.meta.url) : undefined;

/** A thread that reads frames and puts streams in order; undefined where that is not worth it. */
export function startReading(file: string): ReadingThread | undefined {
  return entry && availableParallelism() > 1 && (sizeOf(file) ?? 0) >= WORTH_IT ? new ReadingThread(entry, file) : undefined;
}

/** Reads a capture from now on, a few portions ahead of whoever takes them. */
export class ReadingThread {
  readonly #worker: Worker;
  readonly #taken = new Int32Array(new SharedArrayBuffer(4));
  readonly #reports: ThreadReport[] = [];
  #died: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(entry: URL, file: string) {
    const workerData: ThreadTask = { file, taken: this.#taken };
    setFlagsFromString(`--heap-growing-percent=${GROWING}`);
    this.#worker = new Worker(entry, { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    this.#worker.on('message', (report: ThreadReport) => {
      this.#reports.push(report);
      this.#wake?.();
    });
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('exit', (code) => this.#die(new Error(`a worker ended with code ${code}`)));
  }

  /** What it says, as it comes, to its last word. Throws what it has died of. */
  async *reports(): AsyncGenerator<ThreadReport> {
    for (;;) {
      const next = this.#reports.shift();
      if (next) yield next;
      else if (this.#died) throw this.#died;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** A portion has been taken: another may be read. */
  took(): void {
    Atomics.add(this.#taken, 0, 1);
    Atomics.notify(this.#taken, 0);
  }

  stop(): void {
    void this.#worker.terminate();
  }

  #die(error: Error): void {
    this.#died ??= error;
    this.#wake?.();
  }
}

/** Bytes of a file; undefined of what ends when it ends. */
export function sizeOf(file: string): number | undefined {
  const stat = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : undefined;
}
