import { readBinaryValue, writeBinaryValue } from './binary-value.ts';
import { CodecError } from './error.ts';
import { data } from './field.ts';
import type { Field, Scope } from './message.ts';

/** One parameter of one row (mariadb/com_stmt_bulk_execute). */
export interface BulkValue {
  /** 0 a value follows, 1 NULL, 2 DEFAULT, 3 IGNORE. */
  readonly indicator: number;
  /** Without its length prefix. */
  readonly value?: Uint8Array | undefined;
}
export const bulkIndicator = { NONE: 0, NULL: 1, DEFAULT: 2, IGNORE: 3 } as const;

const SEND_TYPES_TO_SERVER = 128;
const typesTravel = ({ soFar }: Scope): boolean => (Number(soFar['flags'] ?? 0) & SEND_TYPES_TO_SERVER) !== 0;

/** int<2> type of each parameter, if the flags say so. */
export const bulkTypes: Field<readonly number[] | undefined> = {
  wire: '(int<2>)* if SEND_TYPES_TO_SERVER',
  read(r, scope) {
    const n = scope.statement?.parameters;
    if (n === undefined || !typesTravel(scope)) return undefined;
    return Array.from({ length: n }, (_, i) => r.part(String(i), 'int<2>', () => r.uint(2)));
  },
  write(w, types) {
    for (const [i, type] of (types ?? []).entries()) w.part(String(i), 'int<2>', () => w.uint(2, type));
  },
};

const typesOf = ({ soFar, statement }: Scope): readonly number[] | undefined =>
  (soFar['types'] as readonly number[] | undefined) ?? statement?.types;

/** Rows until the end of the payload. Throws CODEC_UNKNOWN_TYPES. */
export const bulkRows: Field<readonly (readonly BulkValue[])[] | undefined> = {
  wire: '((int<1> indicator, binary value)*)*',
  read(r, scope) {
    const n = scope.statement?.parameters;
    if (n === undefined) return undefined;
    const types = typesOf(scope);
    if (!types) throw new CodecError('CODEC_UNKNOWN_TYPES', r.off, 'SEND_TYPES_TO_SERVER is not set and no types came before');
    const rows: BulkValue[][] = [];
    while (n > 0 && r.left > 0)
      rows.push(
        types.slice(0, n).map((type, i) => {
          const at = `${rows.length}.${i}`;
          const indicator = r.part(`${at}.indicator`, 'int<1>', () => r.uint(1));
          if (indicator !== bulkIndicator.NONE) return { indicator };
          return { indicator, value: r.part(`${at}.value`, 'binary value', () => readBinaryValue(r, type)) };
        }),
      );
    return rows;
  },
  write(w, rows, scope) {
    const types = typesOf(scope) ?? [];
    for (const [row, cells] of (rows ?? []).entries())
      for (const [i, { indicator, value }] of cells.entries()) {
        w.part(`${row}.${i}.indicator`, 'int<1>', () => w.uint(1, indicator));
        if (value === undefined) continue;
        const type = types[i];
        if (type === undefined) throw new CodecError('CODEC_UNWRITABLE', w.length, `parameter ${i} has a value and no type`);
        w.part(`${row}.${i}.value`, 'binary value', () => writeBinaryValue(w, type, data(value, w)));
      }
  },
};
