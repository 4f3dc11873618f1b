import type { Reader, Writer } from './bytes.ts';
import { readLenenc, skipLenencBytes, writeLenenc } from './lenenc.ts';

/**
 * Values of the binary protocol as bytes, by MYSQL_TYPE, without their length prefix
 * (mysql/page_protocol_binary_resultset, mariadb/resultset-row#binary-resultset-row). The types that stand in neither table are lenenc.
 */
const fixedSize: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 6: 0, 8: 8, 9: 4, 13: 2 };
/** TIMESTAMP, DATE, TIME, DATETIME: int<1> length, then as many bytes. */
const temporal: ReadonlySet<number> = new Set([7, 10, 11, 12]);
/** The upper byte of a parameter's int<2> type holds flags (0x80: unsigned). */
const TYPE_BITS = 0xff;

/** Bytes of a value; TEMPORAL: int<1> says how many, LENENC: int<lenenc> does. */
export function sizeOfBinaryValue(type: number): number {
  const base = type & TYPE_BITS;
  return fixedSize[base] ?? (temporal.has(base) ? TEMPORAL : LENENC);
}
export const TEMPORAL = -1;
const LENENC = -2;

/** Throws CODEC_TRUNCATED, CODEC_BAD_LENENC. */
export function readBinaryValue(r: Reader, type: number): Uint8Array {
  const base = type & TYPE_BITS;
  return r.take(fixedSize[base] ?? (temporal.has(base) ? r.uint(1) : Number(readLenenc(r))));
}

/** Moves past what readBinaryValue reads; false where that would throw. */
export function skipBinaryValue(r: Reader, type: number): boolean {
  const base = type & TYPE_BITS;
  const size = fixedSize[base] ?? (temporal.has(base) && r.left > 0 ? 1 + (r.byte as number) : undefined);
  if (size === undefined) return skipLenencBytes(r);
  r.off += size;
  return r.off <= r.end;
}

/** Writes whatever length it is given: a value of a fixed size may lie. */
export function writeBinaryValue(w: Writer, type: number, value: Uint8Array): void {
  const base = type & TYPE_BITS;
  if (temporal.has(base)) w.uint(1, value.length);
  else if (fixedSize[base] === undefined) writeLenenc(w, value.length);
  w.raw(value);
}
