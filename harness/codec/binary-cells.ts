import { readBinaryValue, skipBinaryValue, writeBinaryValue } from './binary-value.ts';
import { data } from './field.ts';
import type { Field } from './message.ts';

/** What must be known of a column to find the end of its values. */
export interface BinaryColumn {
  /** MYSQL_TYPE. */
  readonly type: number;
}

/** The values of a binary row, without their length prefixes; null as the bitmap before them says. Writes as many as it is given. */
export function binaryCells(columns: readonly BinaryColumn[], offset: number): Field<readonly (Uint8Array | null)[]> {
  return {
    wire: `binary value x ${columns.length}`,
    fallback: [],
    skip(r, { soFar }) {
      const bitmap = soFar['nullBitmap'] as Uint8Array;
      for (let i = 0; i < columns.length; i++) {
        const bit = i + offset;
        if ((((bitmap[bit >> 3] as number) >> (bit & 7)) & 1) === 0 && !skipBinaryValue(r, (columns[i] as BinaryColumn).type)) return false;
      }
      return true;
    },
    read(r, { soFar }) {
      const bitmap = soFar['nullBitmap'] as Uint8Array;
      return columns.map(({ type }, i) => {
        const bit = i + offset;
        if ((((bitmap[bit >> 3] as number) >> (bit & 7)) & 1) === 1) return null;
        return r.part(String(i), 'binary value', () => readBinaryValue(r, type));
      });
    },
    write(w, values) {
      for (const [i, value] of values.entries())
        if (value !== null) w.part(String(i), 'binary value', () => writeBinaryValue(w, columns[i]?.type ?? STRING, data(value, w)));
    },
  };
}

/** For values past the last column, which are written on purpose. */
const STRING = 0xfe;
