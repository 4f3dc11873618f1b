/** Bytes of the length in front of a string<lenenc> that fills `bytes` exactly; 1 for NULL (0xFB); 0 where it does not fit. */
export function lenencPrefix(bytes: Uint8Array): number {
  const [first = 0xff] = bytes;
  if (first === 0xfb) return bytes.length === 1 ? 1 : 0;
  const wide = first < 0xfb ? 0 : first === 0xfc ? 2 : first === 0xfd ? 3 : first === 0xfe ? 8 : -1;
  if (wide < 0 || bytes.length < 1 + wide) return 0;
  let length = wide === 0 ? first : 0;
  for (let i = wide; i > 0; i--) length = length * 256 + (bytes[i] as number);
  return 1 + wide + length === bytes.length ? 1 + wide : 0;
}
