import { RunError } from './error.ts';

/** Throws RUN_BAD_STIMULUS on anything but pairs of hex digits (spaces allowed). */
export function hex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) throw new RunError('RUN_BAD_STIMULUS', `not hex: ${text.slice(0, 40)}`);
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}
