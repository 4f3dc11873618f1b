/** A value of the binary protocol as the text protocol prints it, and back (mysql/page_protocol_binary_resultset). */
import { columnFlag, columnType } from './column-type.ts';
import { CodecError } from './error.ts';
import { latin1 } from './field.ts';

/** What a column definition says of its values. */
export interface ValueColumn {
  /** MYSQL_TYPE. */
  readonly type: number;
  readonly flags?: number | undefined;
  /** Digits behind the point; 31: as many as it takes. */
  readonly decimals?: number | undefined;
  /** Of a ZEROFILL column, the width. */
  readonly columnLength?: number | undefined;
}

/** "As many digits as it takes" (NOT_FIXED_DEC). */
const NOT_FIXED = 31;
const MICROSECOND_DIGITS = 6;
const integerSize: Readonly<Record<number, number>> = {
  [columnType.TINY]: 1,
  [columnType.SHORT]: 2,
  [columnType.LONG]: 4,
  [columnType.INT24]: 4,
  [columnType.LONGLONG]: 8,
  [columnType.YEAR]: 2,
};
const isDate = (type: number): boolean => type === columnType.DATE || type === columnType.DATETIME || type === columnType.TIMESTAMP;

/** The text of a binary value, a binary string. Throws CODEC_TRUNCATED when the value is too short for its type. */
export function binaryValueText(column: ValueColumn, value: Uint8Array): string {
  const { type } = column;
  const size = integerSize[type];
  if (size !== undefined) return padded(column, integer(need(value, size), size, isUnsigned(column)).toString());
  if (type === columnType.FLOAT) return real(column, view(need(value, 4)).getFloat32(0, true), FLOAT_DIGITS);
  if (type === columnType.DOUBLE) return real(column, view(need(value, 8)).getFloat64(0, true), DOUBLE_DIGITS);
  if (isDate(type)) return dateText(column, value);
  if (type === columnType.TIME) return timeText(column, value);
  return latin1(value);
}

/** The binary value of a text: what `binaryValueText` prints becomes the same bytes. Throws CODEC_UNWRITABLE. */
export function binaryValue(column: ValueColumn, text: string): Uint8Array {
  const { type } = column;
  const size = integerSize[type];
  if (size !== undefined) return integerBytes(text, size);
  if (type === columnType.FLOAT) return new Uint8Array(new Float32Array([Number(text)]).buffer);
  if (type === columnType.DOUBLE) return new Uint8Array(new Float64Array([Number(text)]).buffer);
  if (isDate(type)) return dateBytes(text, type === columnType.DATE);
  if (type === columnType.TIME) return timeBytes(text);
  return Buffer.from(text, 'latin1');
}

function need(value: Uint8Array, size: number): Uint8Array {
  if (value.length >= size) return value;
  throw new CodecError('CODEC_TRUNCATED', value.length, `a value of ${value.length} bytes where ${size} are needed`);
}
const view = (value: Uint8Array): DataView => new DataView(value.buffer, value.byteOffset, value.length);
/** YEAR has no sign, whatever its flags. */
const isUnsigned = ({ type, flags }: ValueColumn): boolean => type === columnType.YEAR || ((flags ?? 0) & columnFlag.UNSIGNED) !== 0;

function integer(value: Uint8Array, size: number, unsigned: boolean): bigint {
  let found = 0n;
  for (let i = size - 1; i >= 0; i--) found = (found << 8n) | BigInt(value[i] as number);
  return unsigned ? found : BigInt.asIntN(size * 8, found);
}

function integerBytes(text: string, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let left = BigInt.asUintN(size * 8, BigInt(text));
  for (let i = 0; i < size; i++) {
    out[i] = Number(left & 0xffn);
    left >>= 8n;
  }
  return out;
}

function padded({ type, flags, columnLength }: ValueColumn, text: string): string {
  if (type === columnType.YEAR) return text.padStart(columnLength === 2 ? 2 : 4, '0');
  return ((flags ?? 0) & columnFlag.ZEROFILL) !== 0 ? text.padStart(columnLength ?? 0, '0') : text;
}

/** Significant digits of a FLOAT in the text protocol, and of a DOUBLE. */
const FLOAT_DIGITS = 6;
const DOUBLE_DIGITS = 17;
/** Both servers go over to 1e15 where the point stands further away than this. */
const POINT_MAX = 15;

function real(column: ValueColumn, value: number, digits: number): string {
  const decimals = column.decimals ?? NOT_FIXED;
  if (decimals < NOT_FIXED) return padded(column, value.toFixed(decimals));
  const exact = digits === DOUBLE_DIGITS ? value.toExponential() : value.toExponential(digits - 1);
  const [, sign = '', whole = '', fraction = '', exponent = ''] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(exact) ?? [];
  if (whole === '') return String(value);
  const all = (whole + fraction).replace(/0+$/, '') || '0';
  // Where the point stands, counted from in front of the first digit.
  const point = all === '0' ? 1 : Number(exponent) + 1;
  return padded(column, sign + placed(all, point));
}

function placed(digits: string, point: number): string {
  if (point > POINT_MAX || point < -POINT_MAX + 1) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${digits[0]}${rest}e${point - 1}`;
  }
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return digits.padEnd(point, '0');
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** 0, 4 (date), 7 (and time) or 11 bytes (and microseconds). */
function dateText(column: ValueColumn, value: Uint8Array): string {
  const at = (i: number): number => value[i] ?? 0;
  const date = `${pad(at(0) | (at(1) << 8), 4)}-${pad(at(2))}-${pad(at(3))}`;
  if (column.type === columnType.DATE) return date;
  return `${date} ${pad(at(4))}:${pad(at(5))}:${pad(at(6))}${fraction(column, value, 7)}`;
}

/** 0, 8 (sign, int<4> days, hours, minutes, seconds) or 12 bytes (and microseconds). */
function timeText(column: ValueColumn, value: Uint8Array): string {
  const at = (i: number): number => value[i] ?? 0;
  const days = value.length >= 5 ? view(value).getUint32(1, true) : 0;
  return `${at(0) === 1 ? '-' : ''}${pad(days * 24 + at(5))}:${pad(at(6))}:${pad(at(7))}${fraction(column, value, 8)}`;
}

function fraction({ decimals = 0 }: ValueColumn, value: Uint8Array, at: number): string {
  const micro = value.length >= at + 4 ? view(value).getUint32(at, true) : 0;
  const digits = pad(micro, MICROSECOND_DIGITS);
  if (decimals > MICROSECOND_DIGITS) return micro === 0 ? '' : `.${digits}`;
  return decimals === 0 ? '' : `.${digits.slice(0, decimals)}`;
}

function dateBytes(text: string, dateOnly: boolean): Uint8Array {
  const found = /^(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?)?$/.exec(text);
  if (!found) throw new CodecError('CODEC_UNWRITABLE', 0, `${text} is no date`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const micro = microseconds(found[7]);
  const date = [year & 0xff, year >> 8, month, day];
  const time = dateOnly ? [] : [hour, minute, second];
  return shortest([date, time, micro > 0 ? uint32(micro) : []], year + month + day);
}

function timeBytes(text: string): Uint8Array {
  const found = /^(-?)(\d+):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?$/.exec(text);
  if (!found) throw new CodecError('CODEC_UNWRITABLE', 0, `${text} is no time`);
  const [hours = 0, minute = 0, second = 0] = found.slice(2, 5).map(Number);
  const micro = microseconds(found[5]);
  const head = [found[1] ? 1 : 0, ...uint32(Math.floor(hours / 24)), hours % 24, minute, second];
  return shortest([[], head, micro > 0 ? uint32(micro) : []], 0);
}

/** A part that is zero is left out, where all behind it is. */
function shortest([first = [], second = [], micro = []]: readonly (readonly number[])[], date: number): Uint8Array {
  const time = second.some((byte) => byte !== 0) || micro.length > 0;
  if (time) return Uint8Array.of(...first, ...second, ...micro);
  return date === 0 ? new Uint8Array(0) : Uint8Array.of(...first);
}

const pad = (n: number, width = 2): string => String(n).padStart(width, '0');
const microseconds = (digits: string | undefined): number => Number((digits ?? '').padEnd(MICROSECOND_DIGITS, '0'));
const uint32 = (n: number): number[] => [n & 0xff, (n >>> 8) & 0xff, (n >>> 16) & 0xff, n >>> 24];
