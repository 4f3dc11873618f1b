import type { Reader, Writer } from './bytes.ts';
import { CodecError } from './error.ts';
import { data, latin1, text } from './field.ts';
import { readLenenc, writeLenenc } from './lenenc.ts';
import type { Field, Scope } from './message.ts';

/** A query attribute: MYSQL_TYPE and flags as on the wire, the value without its length prefix. */
export interface QueryParameter {
  readonly type: number;
  readonly name: string;
  readonly value: Uint8Array | null;
}

/** Bytes of a binary value by MYSQL_TYPE (mysql/page_protocol_binary_resultset). The types not listed are lenenc. */
const fixedSize: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 6: 0, 8: 8, 9: 4, 13: 2 };
/** TIMESTAMP, DATE, TIME, DATETIME: int<1> length, then as many bytes. */
const temporal: ReadonlySet<number> = new Set([7, 10, 11, 12]);
const TYPE_BITS = 0xff;

/**
 * The parameters of COM_QUERY, where parameterCount is not 0: NULL bitmap, int<1> 1 (types follow), then int<2> type
 * and string<lenenc> name of each, then the values that are not NULL.
 */
export const queryParameters: Field<readonly QueryParameter[] | undefined> = {
  wire: 'NULL bitmap + int<1> + (int<2>, string<lenenc>)* + values, if parameter count > 0',
  read(r, scope) {
    const n = count(scope);
    if (n === 0) return undefined;
    const nulls = r.part('nullBitmap', 'byte<var>', () => r.take(Math.ceil(n / 8)));
    const bound = r.part('newParamsBindFlag', 'int<1>', () => r.uint(1));
    if (bound !== 1)
      throw new CodecError('CODEC_WRONG_CONSTANT', r.off - 1, `new_params_bind_flag is ${bound}; without types the values cannot be read`);
    const heads: { type: number; name: string }[] = [];
    while (heads.length < n) {
      const i = heads.length;
      const type = r.part(`${i}.type`, 'int<2>', () => r.uint(2));
      heads.push({ type, name: r.part(`${i}.name`, 'string<lenenc>', () => latin1(r.take(Number(readLenenc(r))))) });
    }
    return heads.map(({ type, name }, i) => {
      const isNull = ((nulls[i >> 3] as number) >> (i & 7)) & 1;
      const value = isNull ? null : r.part(`${i}.value`, 'binary value', () => r.take(sizeOf(type, r)));
      return { type, name, value };
    });
  },
  write(w, parameters) {
    if (parameters === undefined || parameters.length === 0) return;
    const nulls = new Uint8Array(Math.ceil(parameters.length / 8));
    for (const [i, { value }] of parameters.entries()) if (value === null) nulls[i >> 3] = (nulls[i >> 3] as number) | (1 << (i & 7));
    w.part('nullBitmap', 'byte<var>', () => w.raw(nulls));
    w.part('newParamsBindFlag', 'int<1>', () => w.uint(1, 1));
    for (const [i, { type, name }] of parameters.entries()) {
      w.part(`${i}.type`, 'int<2>', () => w.uint(2, type));
      w.part(`${i}.name`, 'string<lenenc>', () => {
        const body = text(name, w);
        writeLenenc(w, body.length);
        w.raw(body);
      });
    }
    for (const [i, { type, value }] of parameters.entries())
      if (value !== null) w.part(`${i}.value`, 'binary value', () => writeValue(w, type, data(value, w)));
  },
};

function count({ soFar }: Scope): number {
  return Number(soFar['parameterCount'] ?? 0);
}

/** Reads the length prefix, where the type has one. */
function sizeOf(type: number, r: Reader): number {
  const base = type & TYPE_BITS;
  return fixedSize[base] ?? (temporal.has(base) ? r.uint(1) : Number(readLenenc(r)));
}

function writeValue(w: Writer, type: number, value: Uint8Array): void {
  const base = type & TYPE_BITS;
  if (temporal.has(base)) w.uint(1, value.length);
  else if (fixedSize[base] === undefined) writeLenenc(w, value.length);
  w.raw(value);
}
