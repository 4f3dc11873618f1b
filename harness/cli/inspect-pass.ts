import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { lintRules } from '../../suites/lint.ts';
import type { PassedPacket } from '../inspect/follower.ts';
import type { Inspected } from '../inspect/inspected.ts';
import { Inspection, type InspectionEnd } from '../inspect/inspection.ts';
import { type FileEnd, OpenCapture } from '../pcap/open-capture.ts';
import { TlsSecrets } from '../pcap/tls/key-log.ts';
import type { Again } from '../report/inspected-summary.ts';
import { CliError } from './error.ts';
import { givenBytes, requireReadable } from './given-text.ts';

/** Bytes read at once; frames are views of them, so that a connection that waits keeps one such piece alive. */
const CHUNK = 1 << 18;
/** ms between two lines of progress. */
const PROGRESS_MS = 200;

/** One reading of a capture. */
export interface Pass {
  readonly onConnection: (one: Inspected, frame: number) => void;
  /** Takes, at the end, how many did what others before them did; only threads tell of such. Absent: all are told of as a whole. */
  readonly onAgain?: ((again: Again) => void) | undefined;
  readonly onPacket?: ((passed: PassedPacket) => void) | undefined;
  readonly only?: ReadonlySet<number> | undefined;
  readonly shard?: number | undefined;
  /** Told behind each portion of the file, with the bytes that are read. */
  readonly onProgress?: ((inspection: Inspection, bytes: number) => void) | undefined;
  readonly keylog: string | undefined;
}

export interface PassEnd {
  readonly end: InspectionEnd;
  readonly fileEnd: FileEnd;
}

/** Reads a capture once. Throws CliError, and PcapError PCAP_NOT_A_CAPTURE. */
export async function pass(file: string, { onConnection, onPacket, only, keylog, shard, onProgress }: Pass): Promise<PassEnd> {
  const { stream, size } = open(file);
  const secrets = new TlsSecrets();
  if (keylog !== undefined && secrets.add(givenBytes(keylog, 'the key log')) === 0)
    throw new CliError('CLI_BAD_OPTION', `${keylog} has no secret of TLS: give a file that a client wrote for SSLKEYLOGFILE.`);
  const capture = new OpenCapture(stream, { onSecrets: ({ bytes }) => secrets.add(bytes) });
  const inspection = new Inspection({ rules: lintRules, onConnection, onPacket, only, secrets, shard });
  const progress = onProgress ? undefined : progressLine(size);
  try {
    for await (const frames of capture.batches()) {
      for (const frame of frames) inspection.push(frame);
      inspection.letGo();
      progress?.(capture.bytesRead);
      onProgress?.(inspection, capture.bytesRead);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
      throw new CliError('CLI_NO_FILE', `${file} cannot be read (${code}): give a capture file.`);
    throw error;
  } finally {
    progress?.(undefined);
  }
  const fileEnd = capture.end();
  if (fileEnd.fault?.code === 'PCAP_NOT_A_CAPTURE') throw fileEnd.fault;
  return { end: inspection.end(), fileEnd };
}

function open(file: string): { stream: Readable; size: number | undefined } {
  if (file === '-') return { stream: process.stdin, size: undefined };
  requireReadable(file, 'the capture');
  const stat = statSync(file);
  return { stream: createReadStream(file, { highWaterMark: CHUNK }), size: stat.isFile() ? stat.size : undefined };
}

/** A line on a person's terminal that goes away; nothing in a log. Called with undefined it is taken away. */
export function progressLine(size: number | undefined): (bytes: number | undefined) => void {
  if (process.stderr.isTTY !== true) return () => {};
  let next = performance.now() + PROGRESS_MS;
  let shown = false;
  return (bytes) => {
    if (bytes === undefined) {
      if (shown) process.stderr.write('\r\x1b[K');
      return;
    }
    if (performance.now() < next) return;
    next = performance.now() + PROGRESS_MS;
    shown = true;
    const mb = (n: number): string => `${(n / 1e6).toFixed(0)} MB`;
    process.stderr.write(`\r${size === undefined ? mb(bytes) : `${Math.floor((100 * bytes) / size)} % of ${mb(size)}`} read\x1b[K`);
  };
}
