import { binaryValueText } from '../codec/binary-text.ts';
import { columnType } from '../codec/column-type.ts';
import { binaryRow } from '../codec/messages/binary-row.ts';
import type { ResultColumn } from '../codec/result-column.ts';
import type { PacketWalk } from './packet-walk.ts';

/** Bits of the NULL bitmap in front of that of the first column (mysql/page_protocol_binary_resultset). */
const OFFSET = 2;
/** Rows whose values are kept for the conditions of a case; all are counted and read. */
export const ROWS_KEPT = 300;
const dates = [0, 4, 7, 11];
/** Bytes that a temporal value can have behind its length (mysql/page_protocol_binary_resultset, mariadb/resultset-row). */
const legalLengths: ReadonlyMap<number, readonly number[]> = new Map([
  [columnType.DATE, dates],
  [columnType.DATETIME, dates],
  [columnType.TIMESTAMP, dates],
  [columnType.TIME, [0, 8, 12]],
]);

/** Reads the next packet as a row of these columns: values as the text protocol has them, NULL as null. */
export type ReadRow = (walk: PacketWalk, nth: number) => readonly (string | null)[];

/** What stands in the bytes of values and not in their texts, of the rows that are kept. */
export interface InBytes {
  /** Of each value, how many it has. */
  readonly lengths: number[][];
  /** Of each FLOAT, its digits: all that 24 bits can tell apart. */
  readonly floats: (string | null)[][];
}

/** A reader of binary rows. It notes a header other than 0x00, bits of no column, and temporal values of no legal length. */
export function binaryRowReader(column: readonly ResultColumn[], { lengths, floats }: InBytes = { lengths: [], floats: [] }): ReadRow {
  const message = binaryRow(column);
  const hasFloats = column.some(({ type }) => type === columnType.FLOAT);
  return (walk, nth) => {
    const { header, nullBitmap, values } = walk.read(message, `the last value of row ${nth}`);
    if (header !== 0x00) walk.note(`row ${nth} begins with 0x${Number(header).toString(16).padStart(2, '0')}, not 0x00`);
    if (hasStrayBits(nullBitmap, column.length)) walk.note(`the NULL bitmap of row ${nth} has bits of no column`);
    if (nth <= ROWS_KEPT) {
      lengths.push(values.map((value) => value?.length ?? 0));
      if (hasFloats) floats.push(values.map((value, i) => (column[i]?.type === columnType.FLOAT ? allDigits(value) : null)));
    }
    return values.map((value, i) => {
      if (value === null) return null;
      const definition = column[i] as ResultColumn;
      const legal = legalLengths.get(definition.type);
      if (legal?.includes(value.length) === false)
        walk.note(`value ${i + 1} of row ${nth} has ${value.length} bytes, not ${legal.join(' or ')}`);
      return binaryValueText(definition, value);
    });
  };
}

/** More than a text has: servers print six. */
function allDigits(value: Uint8Array | null): string | null {
  return value?.length === 4 ? new DataView(value.buffer, value.byteOffset).getFloat32(0, true).toPrecision(9) : null;
}

function hasStrayBits(bitmap: Uint8Array, columns: number): boolean {
  for (let bit = 0; bit < bitmap.length * 8; bit++) {
    const ofColumn = bit >= OFFSET && bit < OFFSET + columns;
    if (!ofColumn && (((bitmap[bit >> 3] as number) >> (bit & 7)) & 1) === 1) return true;
  }
  return false;
}
