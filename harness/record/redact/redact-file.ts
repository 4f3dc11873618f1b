import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { CaptureInterface } from '../../pcap/captured-frame.ts';
import { OpenCapture } from '../../pcap/open-capture.ts';
import { CaptureFile } from '../capture-file.ts';
import { RecordError } from '../error.ts';
import { count } from '../in-words.ts';
import { type Redacted, Redactor } from './redactor.ts';

export const REDACTED =
  'Redacted by mywire: user names, passwords and proofs, databases, statements, values, messages and attributes are filler of the same ' +
  'length (x, or zeros); what TLS or compression carried is zeros. Headers, lengths, numbers and flags are as they were captured.';

export interface RedactedFile extends Redacted {
  /** Decryption Secrets Blocks, which were left out. */
  readonly secrets: number;
  /** The capture could not be read to its end, and why. */
  readonly fault?: string;
}

/**
 * Redacts a capture (pcap, pcapng, gzip, zstd) into a new pcapng, in bounded memory. Comments and secrets are left out, and frames that
 * are no TCP. Throws RecordError RECORD_BAD_FILE when one of the files cannot be had; then no new file is left.
 */
export async function redactFile(from: string, to: string, mywire: string): Promise<RedactedFile> {
  let secrets = 0;
  const redactor = new Redactor();
  const interfaces: CaptureInterface[] = []; // as they come to be known
  const file = new CaptureFile({ path: to, about: { application: `mywire ${mywire}`, comment: REDACTED, interfaces } });
  try {
    // Behind the new file: a stream that nobody reads tells its error to the whole process.
    const capture = new OpenCapture(createReadStream(from), { onSecrets: () => secrets++ });
    for await (const frames of capture.batches()) {
      interfaces.push(...capture.interfaces.slice(interfaces.length));
      for (const frame of frames) for (const made of redactor.push(frame)) file.frame(made);
    }
    for (const made of redactor.end()) file.frame(made);
    file.flush();
    if (file.broken !== undefined) throw new RecordError('RECORD_BAD_FILE', to, file.broken);
    const { fault, format } = capture.end();
    if (format === undefined) throw new RecordError('RECORD_BAD_FILE', from, fault?.message ?? 'it is no capture: it is empty');
    return { ...redactor.told, secrets, ...(fault && { fault: fault.message }) };
  } catch (error) {
    await rm(to, { force: true });
    if (error instanceof RecordError) throw error;
    throw new RecordError('RECORD_BAD_FILE', from, `cannot be read: ${(error as Error).message}`);
  } finally {
    file.close();
  }
}

/** What was done, and what could not be: lines. */
export function redactedInWords({
  frames,
  connections,
  leftOut,
  pieces,
  joined,
  unfinished,
  filled,
  secrets,
  fault,
}: RedactedFile): string[] {
  return [
    `${count(connections, 'connection')}, ${count(frames, 'frame')}: user names, proofs, databases, statements, values and messages are filler of the same length`,
    ...[...filled].map(([why, n]) => `${count(n, 'connection')} filled ${wholeOrNot[why]}`),
    ...(secrets > 0 ? [`${count(secrets, 'block')} of TLS secrets left out`] : []),
    ...(leftOut > 0 ? [`${count(leftOut, 'frame')} left out that ${leftOut === 1 ? 'is' : 'are'} no TCP`] : []),
    ...(joined > 0 ? [`${count(pieces, 'frame')} with pieces of IP packets joined to ${count(joined, 'whole one')}`] : []),
    ...(unfinished > 0 ? [`${count(unfinished, 'IP packet')} left out of which pieces are missing`] : []),
    ...(fault === undefined ? [] : [`the capture ends early: ${fault}`]),
  ];
}

const wholeOrNot = {
  'began before the capture': 'whole: the login was before the capture, so nobody knows where packets begin',
  'bytes are missing': 'from where bytes are missing in the capture',
  TLS: 'inside TLS: only the headers of its records are left',
  compressed: 'inside compression: only the headers of compressed packets are left, and no tool will decompress them',
  'not MySQL': 'from where it is no MySQL that can be read',
} as const;
