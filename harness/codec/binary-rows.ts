import { sizeOfBinaryValue, TEMPORAL } from './binary-value.ts';
import type { Message } from './message.ts';
import { binaryRow } from './messages/binary-row.ts';
import type { ToldColumn } from './result-column.ts';

const NULL = 0xfb;
/** Bits 0 and 1 of the NULL bitmap belong to no column. */
const OFFSET = 2;

/** How the binary rows of some columns are read. */
export interface BinaryRows {
  readonly columns: readonly ToldColumn[];
  readonly message: Message;
  readonly sizes: Int8Array;
}

/** Clients prepare the same statements on every connection: rows of the same types are the same message. */
const ofTypes = new Map<string, Pick<BinaryRows, 'message' | 'sizes'>>();
const MOST_ROWS = 4096;
const known = new WeakMap<readonly ToldColumn[], BinaryRows>();

export function binaryRowsOf(columns: readonly ToldColumn[]): BinaryRows {
  let rows = known.get(columns);
  if (rows) return rows;
  const types = columns.map(({ type }) => type);
  const key = types.join();
  const same = ofTypes.get(key) ?? { message: binaryRow(columns) as Message, sizes: Int8Array.from(types, sizeOfBinaryValue) };
  if (ofTypes.size >= MOST_ROWS) ofTypes.clear();
  ofTypes.set(key, same);
  rows = { columns, ...same };
  known.set(columns, rows);
  return rows;
}

/** Is bytes[start..end] such a row, and nothing behind it? May say no to one that is, where a value is longer than 64 KiB. */
export function isBinaryRow(bytes: Uint8Array, start: number, end: number, sizes: Int8Array): boolean {
  const columns = sizes.length;
  const bitmap = start + 1;
  let at = bitmap + ((columns + 7 + OFFSET) >> 3);
  if (at > end) return false;
  for (let i = 0; i < columns; i++) {
    const bit = i + OFFSET;
    if ((((bytes[bitmap + (bit >> 3)] as number) >> (bit & 7)) & 1) === 1) continue;
    const size = sizes[i] as number;
    if (size >= 0) {
      at += size;
      continue;
    }
    if (at >= end) return false;
    const first = bytes[at] as number;
    if (size === TEMPORAL || first < NULL) at += 1 + first;
    else if (first === 0xfc && at + 2 < end) at += 3 + ((bytes[at + 1] as number) | ((bytes[at + 2] as number) << 8));
    else return false;
  }
  return at === end;
}
