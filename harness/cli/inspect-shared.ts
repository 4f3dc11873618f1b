import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Inspected } from '../inspect/inspected.ts';
import { count } from '../inspect/totals.ts';
import { compressionOf } from '../pcap/compression.ts';
import { PcapError, type PcapErrorCode } from '../pcap/pcap-error.ts';
import { CliError } from './error.ts';
import { type Pass, type PassEnd, pass, progressLine } from './inspect-pass.ts';

/** What a worker is started with. */
export interface WorkerTask {
  readonly file: string;
  readonly keylog: string | undefined;
  readonly only: ReadonlySet<number> | undefined;
  readonly mine: number;
  readonly of: number;
}
/** What it says: connections with their order, how far it is, and the end. */
export type WorkerReport =
  | { readonly kind: 'some'; readonly found: readonly Found[]; readonly over: number; readonly bytes: number }
  | { readonly kind: 'end'; readonly passed: PassEnd; readonly fault: Fault | undefined }
  | { readonly kind: 'failed'; readonly name: string; readonly code: string; readonly says: string };
export type Found = readonly [order: number, inspected: Inspected];
/** An error loses its fields between threads. */
export interface Fault {
  readonly code: PcapErrorCode;
  readonly message: string;
  readonly offset: number | undefined;
}

/** Bytes below which one thread is done before others have started. */
const WORTH_IT = 48 << 20;
/** Each needs 100 MB; 300 are promised for all. */
const MOST_WORKERS = 2;
/** Of a thread: packets die young; more is memory for nothing. */
const YOUNG_MB = 12;
/** Built code only: a worker cannot load what tsx translates. */
const entry = import.meta.url.endsWith('.js') ? new URL('./inspect-worker.js', import.meta.url) : undefined;

/** Reads a capture once, with several threads where that pays: each reads the whole file and follows its share of the connections. */
export function passFast(file: string, options: Pass): Promise<PassEnd> {
  const workers = Math.min(MOST_WORKERS, availableParallelism());
  return entry && workers > 1 && !options.onPacket && isLarge(file) ? passShared(entry, file, options, workers) : pass(file, options);
}

/** A large capture that is not compressed. */
function isLarge(file: string): boolean {
  const stat = file === '-' ? undefined : statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size < WORTH_IT) return false;
  const start = new Uint8Array(4);
  const fd = openSync(file, 'r');
  readSync(fd, start);
  closeSync(fd);
  return compressionOf(new DataView(start.buffer).getUint32(0)) === undefined;
}

async function passShared(worker: URL, file: string, { onConnection, keylog, only }: Pass, of: number): Promise<PassEnd> {
  const merge = new Merge(of, onConnection);
  const progress = progressLine(statSync(file).size);
  try {
    const tasks = Array.from({ length: of }, (_, mine): WorkerTask => ({ file, keylog, only, mine, of }));
    const ends = await Promise.all(
      tasks.map((task) =>
        run(worker, task, (report) => {
          merge.add(task.mine, report);
          if (task.mine === 0) progress(report.bytes);
        }),
      ),
    );
    merge.finish();
    return joined(ends);
  } finally {
    progress(undefined);
  }
}

function run(entry: URL, task: WorkerTask, onSome: (report: WorkerReport & { kind: 'some' }) => void): Promise<PassEnd> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    worker.on('message', (report: WorkerReport) => {
      if (report.kind === 'some') onSome(report);
      else if (report.kind === 'end') resolve(withFault(report));
      else
        reject(
          report.name === 'CliError'
            ? new CliError(report.code as CliError['code'], report.says)
            : new PcapError(report.code as PcapErrorCode, report.says),
        );
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a worker ended with code ${code}`)));
  });
}

function withFault({ passed: { end, fileEnd }, fault }: WorkerReport & { kind: 'end' }): PassEnd {
  return { end, fileEnd: fault ? { ...fileEnd, fault: new PcapError(fault.code, fault.message, fault.offset) } : fileEnd };
}

/** All have read the same frames; what they followed is added. */
function joined(ends: readonly PassEnd[]): PassEnd {
  const [first, ...others] = ends as [PassEnd, ...PassEnd[]];
  const totals = structuredClone(first.end.totals);
  for (const { end } of others) {
    totals.otherConnections += end.totals.otherConnections;
    for (const [server, n] of Object.entries(end.totals.silent)) count(totals.silent, server, n);
  }
  return { ...first, end: { ...first.end, totals } };
}

/** Puts the connections in the order in which they were over. */
export class Merge {
  readonly #queues: Found[][];
  readonly #over: number[];
  readonly #onConnection: Pass['onConnection'];

  constructor(workers: number, onConnection: Pass['onConnection']) {
    this.#queues = Array.from({ length: workers }, () => []);
    this.#over = Array.from({ length: workers }, () => 0);
    this.#onConnection = onConnection;
  }

  add(worker: number, { found, over }: { readonly found: readonly Found[]; readonly over: number }): void {
    for (const one of found) (this.#queues[worker] as Found[]).push(one);
    this.#over[worker] = over;
    this.#tell(Math.min(...this.#over));
  }

  finish(): void {
    this.#tell(Number.POSITIVE_INFINITY);
  }

  /** Those of which nobody can still find an earlier one. */
  #tell(before: number): void {
    const ready = this.#queues.flatMap((queue) => {
      const end = queue.findIndex(([order]) => order >= before);
      return queue.splice(0, end < 0 ? queue.length : end);
    });
    for (const [order, inspected] of ready.sort(([a], [b]) => a - b)) this.#onConnection(inspected, order);
  }
}
