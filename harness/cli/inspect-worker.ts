import { parentPort, workerData } from 'node:worker_threads';
import type { Inspection } from '../inspect/inspection.ts';
import { SHARDS } from '../inspect/shards.ts';
import { Repetitions } from '../report/inspected-summary.ts';
import type { Found } from './inspect-merge.ts';
import { Pace } from './inspect-pace.ts';
import { pass } from './inspect-pass.ts';
import type { WorkerReport, WorkerTask } from './inspect-shared.ts';

/** Bytes between two reports. */
const EVERY = 2 << 20;

/** A thread that reads a capture and follows one shard of its connections. */
async function main({ file, keylog, shard, mayRepeat, taken }: WorkerTask): Promise<WorkerReport> {
  const repetitions = mayRepeat ? new Repetitions() : undefined;
  let found: Found[] = [];
  let next = EVERY;
  let told = 0;
  const pace = new Pace(SHARDS, taken);
  const report = (opened: readonly number[], frames: number, bytes: number): void => {
    next = bytes + EVERY;
    parentPort?.postMessage({ kind: 'some', portion: { found, opened, frames }, bytes } satisfies WorkerReport);
    found = [];
    pace.wait(++told);
  };
  let inspecting: Inspection | undefined;
  const passed = await pass(file, {
    keylog,
    shard,
    onConnection(inspected, frame) {
      if (!repetitions?.counts(inspected)) found.push([frame, inspected]);
    },
    onProgress(inspection, bytes) {
      inspecting = inspection;
      if (bytes >= next) report(inspection.takeOpened(), inspection.frames, bytes);
    },
  });
  // What was still open is told of at the end, when all others are over.
  report(inspecting?.takeOpened() ?? [], Number.MAX_SAFE_INTEGER, next);
  const { fault, ...fileEnd } = passed.fileEnd;
  return {
    kind: 'end',
    passed: { ...passed, fileEnd },
    again: repetitions?.counted ?? [],
    fault: fault && { code: fault.code, message: fault.message, offset: fault.offset },
  };
}

main(workerData as WorkerTask).then(
  (report) => parentPort?.postMessage(report),
  (error: Error & { code?: string }) => {
    if (error.name !== 'CliError' && error.name !== 'PcapError') throw error;
    parentPort?.postMessage({ kind: 'failed', name: error.name, code: String(error.code), says: error.message } satisfies WorkerReport);
  },
);
