import { decodeHuffman, type HuffmanTable, readHuffmanTable } from './huffman.ts';
import { ZstdFault } from './zstd-fault.ts';

export const BLOCK_MAX = 128 * 1024;

export interface Literals {
  readonly bytes: Uint8Array;
  /** Where the section ends. */
  readonly end: number;
  /** The table, for a block that uses it again. */
  readonly table: HuffmanTable | undefined;
}

/** RFC 8878 section 3.1.1.3.1. */
export function readLiterals(bytes: Uint8Array, at: number, end: number, known: HuffmanTable | undefined): Literals {
  const type = (bytes[at] as number) & 3;
  const format = ((bytes[at] as number) >> 2) & 3;
  return type < 2 ? plain(bytes, at, end, type === 1, format, known) : compressed(bytes, at, end, type === 3, format, known);
}

function plain(bytes: Uint8Array, at: number, end: number, run: boolean, format: number, table: HuffmanTable | undefined): Literals {
  const header = [1, 2, 1, 3][format] as number;
  const size = littleEndian(bytes, at, header, end) >>> (format & 1 ? 4 : 3);
  const start = at + header;
  const after = start + (run ? 1 : size);
  if (size > BLOCK_MAX || after > end) throw new ZstdFault('literals that are cut');
  return { bytes: run ? new Uint8Array(size).fill(bytes[start] as number) : bytes.subarray(start, after), end: after, table };
}

function compressed(bytes: Uint8Array, at: number, end: number, again: boolean, format: number, known: HuffmanTable | undefined): Literals {
  const header = [3, 3, 4, 5][format] as number;
  const width = [10, 10, 14, 18][format] as number;
  // 40 bits do not fit a bitwise number.
  const sizes = Math.floor(littleEndian(bytes, at, header, end) / 16);
  const size = sizes % 2 ** width;
  const after = at + header + Math.floor(sizes / 2 ** width);
  if (size > BLOCK_MAX || after > end) throw new ZstdFault('literals that are cut');
  const described = again ? { table: known, end: at + header } : readHuffmanTable(bytes, at + header, after);
  const { table, end: start } = described;
  if (!table) throw new ZstdFault('a Huffman table that no block has described');
  const out = new Uint8Array(size);
  if (format === 0) decodeHuffman(table, bytes, start, after, out, 0, size);
  else fourStreams(table, bytes, start, after, out);
  return { bytes: out, end: after, table };
}

function fourStreams(table: HuffmanTable, bytes: Uint8Array, start: number, end: number, out: Uint8Array): void {
  const part = (out.length + 3) >> 2;
  let at = start + 6;
  if (at > end || part * 3 > out.length) throw new ZstdFault('literals that are cut');
  for (let i = 0; i < 4; i += 1) {
    const to = i === 3 ? end : at + littleEndian(bytes, start + 2 * i, 2, end);
    if (to > end) throw new ZstdFault('literals that are cut');
    decodeHuffman(table, bytes, at, to, out, i * part, Math.min(out.length, (i + 1) * part));
    at = to;
  }
}

function littleEndian(bytes: Uint8Array, at: number, width: number, end: number): number {
  if (at + width > end) throw new ZstdFault('a block that is cut');
  let value = 0;
  for (let i = width - 1; i >= 0; i -= 1) value = value * 256 + (bytes[at + i] as number);
  return value;
}
