/** Hex of bytes, for stimuli that are not what a well-behaved client would send. */

/** The bytes of an ASCII text as hex. */
export function ascii(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) out += byte(text.charCodeAt(i));
  return out;
}

/** One byte, n times. */
export const times = (n: number, value: number): string => byte(value).repeat(n);

/** A little-endian integer of n bytes. */
export function int(n: number, value: number): string {
  let out = '';
  for (let i = 0, left = value; i < n; i++, left = Math.floor(left / 0x100)) out += byte(left % 0x100);
  return out;
}

/** A packet: 3 bytes of length, sequence id, payload (hex). */
export const packet = (sequenceId: number, payload: string): string => int(3, payload.length / 2) + byte(sequenceId) + payload;

/** One byte. */
export function byte(value: number): string {
  return (value & 0xff).toString(16).padStart(2, '0');
}
