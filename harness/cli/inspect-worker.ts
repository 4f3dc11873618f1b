import { parentPort, workerData } from 'node:worker_threads';
import { pass } from './inspect-pass.ts';
import type { Found, WorkerReport, WorkerTask } from './inspect-shared.ts';

/** Bytes between two reports. */
const EVERY = 8 << 20;

/** A thread that reads a capture and follows its share of the connections. */
async function main({ file, keylog, only, mine, of }: WorkerTask): Promise<WorkerReport> {
  let found: Found[] = [];
  let next = EVERY;
  const report = (over: number, bytes: number): void => {
    next = bytes + EVERY;
    parentPort?.postMessage({ kind: 'some', found, over, bytes } satisfies WorkerReport);
    found = [];
  };
  const passed = await pass(file, {
    keylog,
    only,
    share: { mine, of },
    onConnection: (inspected, order) => found.push([order, inspected]),
    onProgress: (over, bytes) => bytes >= next && report(over, bytes),
  });
  // What was still open is told of at the end, when all others are over.
  report(Number.MAX_SAFE_INTEGER, next);
  const { fault, ...fileEnd } = passed.fileEnd;
  return {
    kind: 'end',
    passed: { ...passed, fileEnd },
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
