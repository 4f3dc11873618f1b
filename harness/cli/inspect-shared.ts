import { lintRules } from '../../suites/lint.ts';
import { Followers } from '../inspect/followers.ts';
import type { FileEnd } from '../pcap/open-capture.ts';
import { EventUnpacker } from '../pcap/packed-events.ts';
import { PcapError, type PcapErrorCode } from '../pcap/pcap-error.ts';
import { CliError } from './error.ts';
import { progressLine } from './inspect-frames.ts';
import { type Pass, type PassEnd, pass, secretsOf } from './inspect-pass.ts';
import { type ReadingThread, sizeOf, startReading, type ThreadReport } from './inspect-thread.ts';

/** Reads a capture once; a large one with two threads: one reads frames and puts streams in order, this one follows what is said in them. */
export function passFast(file: string, options: Pass, thread: ReadingThread | undefined): Promise<PassEnd> {
  const reading = thread ?? startReading(file);
  return reading ? passShared(reading, file, options) : pass(file, options);
}

async function passShared(thread: ReadingThread, file: string, { keylog, pause, ...options }: Pass): Promise<PassEnd> {
  const progress = progressLine(sizeOf(file));
  try {
    const secrets = secretsOf(keylog);
    const followers = new Followers({ ...options, rules: lintRules, secrets });
    const unpacker = new EventUnpacker(followers);
    for await (const report of thread.reports()) {
      switch (report.kind) {
        case 'some':
          unpacker.tell(report.events);
          followers.letGo();
          thread.took();
          progress(report.bytes);
          await pause?.();
          break;
        case 'secrets':
          secrets.add(report.secrets);
          break;
        case 'end':
          return { end: { totals: followers.totals, ...report.end }, fileEnd: withFault(report) };
        case 'failed':
          throw failure(report);
      }
    }
    throw new Error('a worker has not said its last word');
  } finally {
    progress(undefined);
    thread.stop();
  }
}

function withFault({ fileEnd, fault }: ThreadReport & { kind: 'end' }): FileEnd {
  return fault ? { ...fileEnd, fault: new PcapError(fault.code, fault.message, fault.offset) } : fileEnd;
}

function failure({ name, code, says }: ThreadReport & { kind: 'failed' }): Error {
  return name === 'CliError' ? new CliError(code as CliError['code'], says) : new PcapError(code as PcapErrorCode, says);
}
