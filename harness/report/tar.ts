/** The blocks of a tar archive (POSIX.1-2017, pax interchange format). */

const BLOCK = 512;
const NAME_BYTES = 100;
const text = new TextEncoder();

/** What ends an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK);

/** The zeros behind a file of so many bytes. */
export const tarPadding = (size: number): Uint8Array => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);

/** What stands in front of a file's bytes. Always the same for the same name and size: no owner, no time but 1970. */
export function tarHeader(name: string, size: number): Uint8Array {
  const bytes = text.encode(name);
  // Longer and other names, and sizes that 11 octal digits cannot hold, stand in a record of their own.
  const records = [
    ...(bytes.length > NAME_BYTES || /[^\x20-\x7e]/.test(name) ? [record('path', name)] : []),
    ...(size >= 8 ** 11 ? [record('size', `${size}`)] : []),
  ];
  const own = header(bytes.subarray(0, NAME_BYTES), size >= 8 ** 11 ? 0 : size, '0');
  if (records.length === 0) return own;
  const body = Buffer.concat(records);
  return Buffer.concat([header(text.encode('pax'), body.length, 'x'), body, tarPadding(body.length), own]);
}

/** "LENGTH key=value\n", where the length counts itself. */
function record(key: string, value: string): Uint8Array {
  const rest = text.encode(` ${key}=${value}\n`).length;
  let length = rest + 1;
  while (`${length}`.length + rest !== length) length = `${length}`.length + rest;
  return text.encode(`${length} ${key}=${value}\n`);
}

function header(name: Uint8Array, size: number, type: '0' | 'x'): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, value: string): void => block.set(text.encode(value), at);
  block.set(name);
  put(100, '0000644\0');
  put(108, '0000000\0');
  put(116, '0000000\0');
  put(124, `${size.toString(8).padStart(11, '0')}\0`);
  put(136, '00000000000\0');
  put(148, '        ');
  put(156, type);
  put(257, 'ustar\0');
  put(263, '00');
  const sum = block.reduce((all, byte) => all + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}
