import { sizeOfBinaryValue, TEMPORAL } from './binary-value.ts';

const NULL = 0xfb;
/** Bytes in front of the NULL bitmap, without QUERY_ATTRIBUTES. */
const HEAD = 10;
/** The packet tells no types. */
export const NO_TYPES: readonly number[] = [];

/**
 * Is bytes[start..end] a whole COM_STMT_EXECUTE of a statement with so many parameters, all of whose values are in it? The types that hold
 * behind it: those of `known`, where they are the same. Undefined where it is not, or where only reading it field by field can tell.
 */
export function glanceAtExecute(
  bytes: Uint8Array,
  start: number,
  end: number,
  parameters: number,
  known: readonly number[] | undefined,
): readonly number[] | undefined {
  const bitmap = start + HEAD;
  if (parameters === 0) return bitmap === end ? NO_TYPES : undefined;
  const flagAt = bitmap + ((parameters + 7) >> 3);
  const flag = flagAt < end ? (bytes[flagAt] as number) : -1;
  if (flag !== 1 && (flag !== 0 || known === undefined || known.length !== parameters)) return undefined;
  const types = flag === 0 ? known : typesAt(bytes, flagAt + 1, end, parameters, known);
  if (types === undefined) return undefined;
  let at = flagAt + 1 + (flag === 0 ? 0 : 2 * parameters);
  for (let i = 0; i < parameters; i++) {
    if ((((bytes[bitmap + (i >> 3)] as number) >> (i & 7)) & 1) === 1) continue;
    const size = sizeOfBinaryValue(types[i] as number);
    if (size >= 0) {
      at += size;
      continue;
    }
    if (at >= end) return undefined;
    const first = bytes[at] as number;
    if (size === TEMPORAL || first < NULL) at += 1 + first;
    else if (first === 0xfc && at + 2 < end) at += 3 + ((bytes[at + 1] as number) | ((bytes[at + 2] as number) << 8));
    else return undefined;
  }
  return at === end ? types : undefined;
}

function typesAt(
  bytes: Uint8Array,
  start: number,
  end: number,
  n: number,
  known: readonly number[] | undefined,
): readonly number[] | undefined {
  if (start + 2 * n > end) return undefined;
  const typeAt = (i: number): number => (bytes[start + 2 * i] as number) | ((bytes[start + 2 * i + 1] as number) << 8);
  let same = known?.length === n;
  for (let i = 0; same && i < n; i++) same = known?.[i] === typeAt(i);
  return same ? known : Array.from({ length: n }, (_, i) => typeAt(i));
}
