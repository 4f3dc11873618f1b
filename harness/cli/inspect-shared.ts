import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { SHARDS } from '../inspect/shards.ts';
import { addTotals } from '../inspect/totals.ts';
import { compressionOf } from '../pcap/compression.ts';
import { PcapError, type PcapErrorCode } from '../pcap/pcap-error.ts';
import type { Again } from '../report/inspected-summary.ts';
import { CliError } from './error.ts';
import { Merge, type Portion } from './inspect-merge.ts';
import { Pace } from './inspect-pace.ts';
import { type Pass, type PassEnd, pass, progressLine } from './inspect-pass.ts';

/** What a worker is started with. */
export interface WorkerTask {
  readonly file: string;
  readonly keylog: string | undefined;
  readonly shard: number;
  /** Connections that did what several before them did need not be told of as a whole. */
  readonly mayRepeat: boolean;
  /** The memory of a Pace. */
  readonly taken: Int32Array;
}
/** What it says: what it has found and how far it is, and the end. */
export type WorkerReport =
  | { readonly kind: 'some'; readonly portion: Portion; readonly bytes: number }
  | { readonly kind: 'end'; readonly passed: PassEnd; readonly again: readonly Again[]; readonly fault: Fault | undefined }
  | { readonly kind: 'failed'; readonly name: string; readonly code: string; readonly says: string };
type ShardEnd = PassEnd & { readonly again: readonly Again[] };

/** An error loses its fields between threads. */
export interface Fault {
  readonly code: PcapErrorCode;
  readonly message: string;
  readonly offset: number | undefined;
}

/** Bytes below which one thread is done before others have started. */
const WORTH_IT = 48 << 20;
/** Of a thread: packets die young; more is memory for nothing. */
const YOUNG_MB = 12;
/** Percent by which the old objects of a thread may grow before they are collected: V8 would let them grow to several times what lives. */
const GROWING = 150;
/** Built code only: a worker cannot load what tsx translates. */
const entry = import.meta.url.endsWith('.js') ? new URL('./inspect-worker.js', import.meta.url) : undefined;

/** Reads a capture once, with several threads where that pays: each reads the whole file and follows one shard of its connections. */
export function passFast(file: string, options: Pass): Promise<PassEnd> {
  // The numbers of connections are known when all threads have come as far: too late to choose by them.
  const one = options.onPacket !== undefined || options.only !== undefined || availableParallelism() < SHARDS;
  return entry && !one && isLarge(file) ? passShared(entry, file, options) : pass(file, options);
}

/** A large capture that is not compressed. */
function isLarge(file: string): boolean {
  const stat = file === '-' || !existsSync(file) ? undefined : statSync(file);
  if (!stat?.isFile() || stat.size < WORTH_IT) return false;
  const start = new Uint8Array(4);
  const fd = openSync(file, 'r');
  readSync(fd, start);
  closeSync(fd);
  return compressionOf(new DataView(start.buffer).getUint32(0)) === undefined;
}

async function passShared(entry: URL, file: string, { onConnection, onAgain, keylog }: Pass): Promise<PassEnd> {
  const merge = new Merge(SHARDS, onConnection);
  const pace = new Pace(SHARDS);
  const progress = progressLine(statSync(file).size);
  setFlagsFromString(`--heap-growing-percent=${GROWING}`);
  const workers: Worker[] = [];
  try {
    const ends = await Promise.all(
      Array.from({ length: SHARDS }, async (_, shard) => {
        const workerData: WorkerTask = { file, keylog, shard, mayRepeat: onAgain !== undefined, taken: pace.shared };
        const worker = new Worker(entry, { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
        workers.push(worker);
        const end = await endOf(worker, ({ portion, bytes }) => {
          merge.add(shard, portion);
          pace.taken(shard);
          if (shard === 0) progress(bytes);
        });
        pace.ended(shard);
        return end;
      }),
    );
    merge.finish();
    for (const { again } of ends) for (const one of again) onAgain?.(one);
    return joined(ends);
  } finally {
    progress(undefined);
    // Where one has failed the others are of no use.
    for (const one of workers) void one.terminate();
  }
}

function endOf(worker: Worker, onSome: (report: WorkerReport & { kind: 'some' }) => void): Promise<ShardEnd> {
  return new Promise((resolve, reject) => {
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

function withFault({ passed: { end, fileEnd }, again, fault }: WorkerReport & { kind: 'end' }): ShardEnd {
  return { end, again, fileEnd: fault ? { ...fileEnd, fault: new PcapError(fault.code, fault.message, fault.offset) } : fileEnd };
}

/** All have read the same frames; what they followed is added. */
function joined(ends: readonly PassEnd[]): PassEnd {
  const [{ end, fileEnd }, ...others] = ends as [PassEnd, ...PassEnd[]];
  const totals = structuredClone(end.totals);
  for (const other of others) addTotals(totals, other.end.totals);
  return { fileEnd, end: { ...end, totals } };
}
