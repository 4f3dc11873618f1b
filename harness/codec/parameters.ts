/** Statement parameters and query attributes: what COM_QUERY and COM_STMT_EXECUTE have in common. */
import { readBinaryValue, skipBinaryValue, writeBinaryValue } from './binary-value.ts';
import { Reader } from './bytes.ts';
import { agreed, type Condition } from './condition.ts';
import { CodecError } from './error.ts';
import { bytes, data, latin1, text, u8 } from './field.ts';
import { readLenenc, writeLenenc } from './lenenc.ts';
import type { Field, Scope } from './message.ts';
import { skipByReading, skipField } from './skim.ts';

export interface Parameter {
  /** int<2>: MYSQL_TYPE, and 0x8000 for unsigned. Absent where the types do not travel. */
  readonly type?: number | undefined;
  /** Travels under QUERY_ATTRIBUTES. */
  readonly name?: string | undefined;
  /** Without its length prefix; null as the NULL bitmap says; undefined where COM_STMT_SEND_LONG_DATA has sent it. */
  readonly value?: Uint8Array | null | undefined;
}

const NULL_TYPE = 0x06;
const isSet = (bitmap: Uint8Array | undefined, i: number): boolean => (((bitmap?.[i >> 3] ?? 0) >> (i & 7)) & 1) === 1;

/** How many parameters the packet holds: as it says itself, else as PREPARE said. Undefined when nobody knows. */
function count({ soFar, given, statement }: Scope): number | undefined {
  const parameters = given?.['parameters'];
  if (Array.isArray(parameters)) return parameters.length;
  const own = soFar['parameterCount'];
  return own === undefined ? statement?.parameters : Number(own);
}

/** Nothing is known of the statement, so what stands behind cannot be read. */
export const statementUnknown: Condition = {
  says: 'the statement is unknown',
  holds: (scope) => count(scope) === undefined,
};

/** For the fields that stand only where there are parameters. */
function ifParameters<T>(field: Field<T>, derive: (scope: Scope) => T): Field<T | undefined> {
  return {
    wire: `${field.wire} if there are parameters`,
    derive: (scope) => ((count(scope) ?? 0) > 0 && scope.given?.['parameters'] !== undefined ? derive(scope) : undefined),
    skip: (r, scope) => (count(scope) ?? 0) === 0 || skipField(field, r, scope),
    read: (r, scope) => ((count(scope) ?? 0) > 0 ? field.read(r, scope) : undefined),
    write(w, value, scope) {
      if (value !== undefined) field.write(w, value, scope);
    },
  };
}

/** The number of parameters given, to fall back on in front of them. */
export const countGiven = ({ given }: Scope): number => ((given?.['parameters'] as readonly Parameter[] | undefined) ?? []).length;

/** One bit for each parameter that is NULL, from the lowest up. */
export const nullBitmap: Field<Uint8Array | undefined> = ifParameters(
  bytes((scope) => Math.ceil((count(scope) ?? 0) / 8)),
  ({ given }) => bitmapOf(given?.['parameters'] as readonly Parameter[]),
);

/** 1: the types (and names) follow; 0: those of the execution before count. */
export const newParamsBindFlag: Field<number | undefined> = ifParameters(u8, () => 1);

/** Types and names of all, where they travel, then the values that are not NULL. Throws CODEC_UNKNOWN_TYPES. */
export const parameters: Field<readonly Parameter[] | undefined> = {
  wire: '(int<2>, string<lenenc>)* + values, if there are parameters',
  skip(r, scope) {
    const n = count(scope) ?? 0;
    if (n === 0) return true;
    return named.holds(scope) ? skipByReading(this, r, scope) : skipUnnamed(r, scope, n);
  },
  read(r, scope) {
    const n = count(scope);
    if (n === undefined || n === 0) return undefined;
    const flag = scope.soFar['newParamsBindFlag'];
    const known = scope.statement?.types;
    if (flag === 0 && !known) throw new CodecError('CODEC_UNKNOWN_TYPES', r.off - 1, 'new_params_bind_flag is 0 and no types came before');
    const heads: Parameter[] = [];
    while (heads.length < n) {
      const i = heads.length;
      if (flag === 0) {
        heads.push({});
        continue;
      }
      const type = r.part(`${i}.type`, 'int<2>', () => r.uint(2));
      if (!named.holds(scope)) heads.push({ type });
      else heads.push({ type, name: r.part(`${i}.name`, 'string<lenenc>', () => latin1(r.take(Number(readLenenc(r))))) });
    }
    const nulls = scope.soFar['nullBitmap'] as Uint8Array | undefined;
    return heads.map((head, i) => {
      if (isSet(nulls, i)) return { ...head, value: null };
      if (scope.statement?.longData?.includes(i)) return head;
      const type = head.type ?? known?.[i] ?? NULL_TYPE;
      return { ...head, value: r.part(`${i}.value`, 'binary value', () => readBinaryValue(r, type)) };
    });
  },
  write(w, given, scope) {
    if (given === undefined || given.length === 0) return;
    // The types travel by the flag, which a raw override may hide: then by what is given.
    if (scope.soFar['newParamsBindFlag'] !== 0)
      for (const [i, { type, name }] of given.entries()) {
        if (type === undefined) continue;
        w.part(`${i}.type`, 'int<2>', () => w.uint(2, type));
        if (!named.holds(scope)) continue;
        w.part(`${i}.name`, 'string<lenenc>', () => {
          const body = text(name ?? '', w);
          writeLenenc(w, body.length);
          w.raw(body);
        });
      }
    for (const [i, { type, value }] of given.entries()) {
      if (value === null || value === undefined) continue;
      const known = scope.statement?.types;
      const as = type ?? (known && (known[i] ?? NULL_TYPE));
      if (as === undefined) throw new CodecError('CODEC_UNWRITABLE', w.length, `parameter ${i} has a value and no type`);
      w.part(`${i}.value`, 'binary value', () => writeBinaryValue(w, as, data(value, w)));
    }
  },
};
/** The same without the values. */
function skipUnnamed(r: Reader, { soFar, statement }: Scope, n: number): boolean {
  const travel = soFar['newParamsBindFlag'] !== 0;
  if (!travel && !statement?.types) return false;
  const types = new Reader(r.bytes, r.off, r.end);
  if (travel) r.off += 2 * n;
  if (r.off > r.end) return false;
  const nulls = soFar['nullBitmap'] as Uint8Array | undefined;
  for (let i = 0; i < n; i++) {
    const type = travel ? types.uint(2) : (statement?.types?.[i] ?? NULL_TYPE);
    if (!isSet(nulls, i) && !statement?.longData?.includes(i) && !skipBinaryValue(r, type)) return false;
  }
  return true;
}

const named = agreed('QUERY_ATTRIBUTES');

function bitmapOf(list: readonly Parameter[]): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(list.length / 8));
  for (const [i, { value }] of list.entries()) if (value === null) bitmap[i >> 3] = (bitmap[i >> 3] as number) | (1 << (i & 7));
  return bitmap;
}
