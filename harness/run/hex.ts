import { RunError } from './error.ts';

/** Throws RUN_BAD_STIMULUS on anything but pairs of hex digits (spaces allowed). */
export function hex(text: string): Uint8Array {
  const digits = /\s/.test(text) ? text.replaceAll(/\s+/g, '') : text;
  // What is no digit ends them.
  const bytes = Buffer.from(digits, 'hex');
  if (bytes.length * 2 !== digits.length) throw new RunError('RUN_BAD_STIMULUS', `not hex: ${text.slice(0, 40)}`);
  return new Uint8Array(bytes);
}
