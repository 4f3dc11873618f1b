import { parentPort, workerData } from 'node:worker_threads';
import { FrameSorter } from '../pcap/frame-sorter.ts';
import { EventPacker } from '../pcap/packed-events.ts';
import { readFrames } from './inspect-frames.ts';
import type { ThreadReport, ThreadTask } from './inspect-thread.ts';

/** Portions that may wait until they are taken. */
const AHEAD = 8;
/** ms; nobody waits for ever for a thread that has died. */
const LOOK_AGAIN = 500;

const say = (report: ThreadReport, memory: readonly ArrayBuffer[] = []): void => parentPort?.postMessage(report, memory);

/** A thread that reads a capture and tells another what happens on its connections. */
async function main({ file, taken }: ThreadTask): Promise<ThreadReport> {
  let bytes = 0;
  let told = 0;
  const packer = new EventPacker((events) => {
    say({ kind: 'some', events, bytes }, [events.memory]);
    told++;
    for (let seen = Atomics.load(taken, 0); seen < told - AHEAD; seen = Atomics.load(taken, 0)) Atomics.wait(taken, 0, seen, LOOK_AGAIN);
  });
  const sorter = new FrameSorter(packer);
  const { fault, ...fileEnd } = await readFrames(file, {
    onSecrets(secrets) {
      packer.flush();
      say({ kind: 'secrets', secrets });
    },
    onFrame: (frame) => sorter.push(frame),
    behind(read) {
      bytes = read;
      return undefined;
    },
  });
  const end = sorter.end();
  packer.flush();
  return { kind: 'end', end, fileEnd, fault: fault && { code: fault.code, message: fault.message, offset: fault.offset } };
}

main(workerData as ThreadTask).then(
  (report) => say(report),
  (error: Error & { code?: string }) => {
    if (error.name !== 'CliError' && error.name !== 'PcapError') throw error;
    say({ kind: 'failed', name: error.name, code: String(error.code), says: error.message });
  },
);
