import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { type FileEnd, OpenCapture } from '../pcap/open-capture.ts';
import { CliError } from './error.ts';
import { requireReadable } from './given-text.ts';

/** Bytes read at once; frames are views of them, so that a connection that waits keeps one such piece alive. */
const CHUNK = 1 << 18;
/** ms between two lines of progress. */
const PROGRESS_MS = 200;

/** Takes what a capture file holds. */
export interface FrameReading {
  /** What a pcapng tells of TLS sessions, before the frames behind it. */
  readonly onSecrets: (bytes: Uint8Array) => void;
  readonly onFrame: (frame: CapturedFrame) => void;
  /** Behind each portion of the file, with the bytes that have been read; no more are read until what is given back resolves. */
  readonly behind: (bytes: number) => Promise<unknown> | undefined;
}

/** Reads the frames of a capture file. Throws CliError, and PcapError PCAP_NOT_A_CAPTURE. */
export async function readFrames(file: string, { onSecrets, onFrame, behind }: FrameReading): Promise<FileEnd> {
  const capture = new OpenCapture(open(file), { onSecrets: ({ bytes }) => onSecrets(bytes) });
  try {
    for await (const frames of capture.batches()) {
      for (const frame of frames) onFrame(frame);
      const pause = behind(capture.bytesRead);
      if (pause) await pause;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code === 'string' && /^E[A-Z]+$/.test(code))
      throw new CliError('CLI_NO_FILE', `${file} cannot be read (${code}): give a capture file.`);
    throw error;
  }
  const fileEnd = capture.end();
  if (fileEnd.fault?.code === 'PCAP_NOT_A_CAPTURE') throw fileEnd.fault.in(file);
  return fileEnd;
}

function open(file: string): Readable {
  if (file === '-') return process.stdin;
  requireReadable(file, 'the capture');
  return createReadStream(file, { highWaterMark: CHUNK });
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
