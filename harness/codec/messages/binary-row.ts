import { type BinaryColumn, binaryCells } from '../binary-cells.ts';
import { bytes, constant } from '../field.ts';
import { type MessageOf, message, type Scope } from '../message.ts';

/** Bits 0 and 1 of the bitmap belong to no column. */
const OFFSET = 2;
const length = (columns: number): number => (columns + 7 + OFFSET) >> 3;

/**
 * int<1>         0x00
 * NULL bitmap    (columns + 9) / 8 bytes; column i has bit i + 2
 * binary values  of the columns that are not NULL
 * What the columns are stands in their definitions, so this is a function.
 */
export function binaryRow(columns: readonly BinaryColumn[]) {
  const nullBitmap = bytes(length(columns.length));
  return message('BinaryRow', 'mysql/page_protocol_binary_resultset', {
    header: constant(0x00),
    nullBitmap: {
      ...nullBitmap,
      wire: 'NULL bitmap, offset 2',
      derive: ({ given }: Scope) => bitmapOf((given?.['values'] ?? []) as readonly (Uint8Array | null)[]),
    },
    values: binaryCells(columns, OFFSET),
  });
}
export type BinaryRow = MessageOf<ReturnType<typeof binaryRow>>;

function bitmapOf(values: readonly (Uint8Array | null)[]): Uint8Array {
  const bitmap = new Uint8Array(length(values.length));
  for (const [i, value] of values.entries())
    if (value === null) {
      const bit = i + OFFSET;
      bitmap[bit >> 3] = (bitmap[bit >> 3] as number) | (1 << (bit & 7));
    }
  return bitmap;
}
