import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { lintRules } from '../../suites/lint.ts';
import { Followers } from '../inspect/followers.ts';
import type { FramesEnd } from '../pcap/frame-sorter.ts';
import type { FileEnd } from '../pcap/open-capture.ts';
import { EventUnpacker, type PackedEvents } from '../pcap/packed-events.ts';
import { PcapError, type PcapErrorCode } from '../pcap/pcap-error.ts';
import { CliError } from './error.ts';
import { progressLine, sizeOf } from './inspect-frames.ts';
import { type Pass, type PassEnd, pass, secretsOf } from './inspect-pass.ts';

/** What the worker is started with. */
export interface WorkerTask {
  readonly file: string;
  /** Shared: how many portions have been taken. */
  readonly taken: Int32Array;
}
/** What it says. */
export type WorkerReport =
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
/** Of the worker: frames die young; more is memory for nothing. */
const YOUNG_MB = 12;
/** Percent by which the old objects of a thread may grow before they are collected: V8 would let them grow to several times what lives. */
const GROWING = 150;
/** Built code only: a worker cannot load what tsx translates. */
const entry = import.meta.url.endsWith('.js') ? new URL('./inspect-worker.js', import.meta.url) : undefined;

/** Reads a capture once; a large one with two threads: one reads frames and puts streams in order, this one follows what is said in them. */
export function passFast(file: string, options: Pass): Promise<PassEnd> {
  return entry && availableParallelism() > 1 && (sizeOf(file) ?? 0) >= WORTH_IT ? passShared(entry, file, options) : pass(file, options);
}

async function passShared(entry: URL, file: string, { keylog, pause, ...options }: Pass): Promise<PassEnd> {
  const secrets = secretsOf(keylog);
  const followers = new Followers({ ...options, rules: lintRules, secrets });
  const unpacker = new EventUnpacker(followers);
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const progress = progressLine(sizeOf(file));
  const workerData: WorkerTask = { file, taken };
  setFlagsFromString(`--heap-growing-percent=${GROWING}`);
  const worker = new Worker(entry, { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  try {
    return await new Promise((resolve, reject) => {
      const reports: WorkerReport[] = [];
      let pausing: Promise<unknown> | undefined;
      const hear = (report: WorkerReport): void => {
        switch (report.kind) {
          case 'some':
            unpacker.tell(report.events);
            followers.letGo();
            Atomics.add(taken, 0, 1);
            Atomics.notify(taken, 0);
            progress(report.bytes);
            pausing = pause?.();
            return;
          case 'secrets':
            secrets.add(report.secrets);
            return;
          case 'end':
            return resolve({ end: { totals: followers.totals, ...report.end }, fileEnd: withFault(report) });
          case 'failed':
            return reject(failure(report));
        }
      };
      const work = (): void => {
        try {
          for (let next = reports.shift(); next; next = pausing ? undefined : reports.shift()) hear(next);
        } catch (error) {
          return reject(error);
        }
        pausing?.then(() => {
          pausing = undefined;
          work();
        }, reject);
      };
      worker.on('message', (report: WorkerReport) => {
        reports.push(report);
        if (!pausing) work();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        // Its last word may still wait.
        if (!reports.some(({ kind }) => kind === 'end' || kind === 'failed')) reject(new Error(`a worker ended with code ${code}`));
      });
    });
  } finally {
    progress(undefined);
    void worker.terminate();
  }
}

function withFault({ fileEnd, fault }: WorkerReport & { kind: 'end' }): FileEnd {
  return fault ? { ...fileEnd, fault: new PcapError(fault.code, fault.message, fault.offset) } : fileEnd;
}

function failure({ name, code, says }: WorkerReport & { kind: 'failed' }): Error {
  return name === 'CliError' ? new CliError(code as CliError['code'], says) : new PcapError(code as PcapErrorCode, says);
}
