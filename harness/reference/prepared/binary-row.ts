import { binaryValue } from '../../codec/binary-text.ts';
import { columnFlag, columnType as T } from '../../codec/column-type.ts';
import { join } from '../../codec/frame.ts';
import { binaryRow } from '../../codec/messages/binary-row.ts';
import { converted } from '../column-text.ts';
import type { prepared as titles } from '../defects/prepared.ts';
import type { Column, Row } from '../resultset.ts';
import type { Session } from '../session.ts';

/** The values in the binary form of their columns (mysql/page_protocol_binary_resultset). */
export function encodeBinaryRow(session: Session, row: Row, columns: readonly Column[]): Uint8Array {
  const { context, has } = session;
  const shown = (column: Column, value: string): string => (has('binary-rows-unconverted') ? value : converted(session, column, value));
  const values = row.map((value, i) =>
    value === null
      ? nullAsDefective(has, columns[i] as Column, i)
      : asDefective(has, columns[i] as Column, shown(columns[i] as Column, value)),
  );
  const header = has('binary-row-header-wrong') ? 0x01 : 0x00;
  const packet = binaryRow(columns).encode({ header, values }, context, defectiveBitmap(values, has));
  return values.length === 1 && strings.includes(columns[0]?.type as number) ? lengthAsDefective(has, packet, values[0]?.length) : packet;
}

/** The first byte of the bitmap has two unused bits. */
const nullAsDefective = (has: Session['has'], { type }: Column, at: number): Uint8Array | null =>
  at >= 6 && strings.includes(type) && has('null-string-as-empty-behind-the-first-bitmap-byte') ? new Uint8Array() : null;

/** Of the only value of a row, a string: its length stands behind header and bitmap. */
function lengthAsDefective(has: Session['has'], packet: Uint8Array, length = 0): Uint8Array {
  const instead = (of: number, ...bytes: readonly number[]) =>
    join([packet.subarray(0, 2), Uint8Array.from(bytes), packet.subarray(2 + of)]);
  if (has('binary-length-251-in-one-byte') && length === 251) return instead(3, 0xfb);
  if (has('binary-length-65536-in-two-bytes') && length === 65_536) return instead(4, 0xfc, 0, 0);
  return has('binary-length-in-three-bytes') && length > 0 && length < 251 ? instead(1, 0xfc, length, 0) : packet;
}

type Fault = (bytes: Uint8Array, text: string, column: Column) => Uint8Array | null;
const dates: readonly number[] = [T.DATE, T.DATETIME, T.TIMESTAMP];
const integers: readonly number[] = [T.TINY, T.SHORT, T.LONG, T.INT24, T.LONGLONG, T.YEAR];
const strings: readonly number[] = [T.BLOB, T.STRING, T.VAR_STRING];
const ENUMS = columnFlag.ENUM | columnFlag.SET;
const text = (chars: string): Uint8Array => Buffer.from(chars, 'latin1');
const upTo =
  (n: number): Fault =>
  (bytes) =>
    bytes.subarray(0, n);
const withZeros =
  (from: number, to: number): Fault =>
  (bytes) =>
    bytes.map((byte, i) => (i >= from && i < to ? 0 : byte));

/** Nothing but zeros there, as far as there is anything? */
const hasZeros = (bytes: Uint8Array, from: number, to: number): boolean => bytes.subarray(from, to).every((byte) => byte === 0);

/** What could have been left out, of a value of so many bytes. */
const filledTo =
  (from: number, to: number): Fault =>
  (bytes) =>
    bytes.length === from ? join([bytes, new Uint8Array(to - from)]) : bytes;

/** What a defect makes of the bytes of a value, by the types that it strikes. */
const faults: readonly (readonly [keyof typeof titles, readonly number[], Fault])[] = [
  ['binary-integers-big-endian', integers, (bytes) => bytes.slice().reverse()],
  ['binary-year-in-one-byte', [T.YEAR], upTo(1)],
  ['binary-mediumint-in-3-bytes', [T.INT24], upTo(3)],
  ['binary-float-as-double', [T.FLOAT], (_, chars) => new Uint8Array(new Float64Array([Number(chars)]).buffer)],
  ['binary-double-as-float', [T.DOUBLE], (_, chars) => new Uint8Array(new Float32Array([Number(chars)]).buffer)],
  ['binary-decimal-as-double', [T.NEWDECIMAL], (_, chars) => new Uint8Array(new Float64Array([Number(chars)]).buffer)],
  ['binary-double-of-float-digits', [T.DOUBLE], (_, chars) => new Uint8Array(new Float64Array([Math.fround(Number(chars))]).buffer)],
  ['binary-float-rounded', [T.FLOAT], (_, chars) => new Uint8Array(new Float32Array([Math.round(Number(chars) * 10) / 10]).buffer)],
  ['binary-float-of-six-digits', [T.FLOAT], (_, chars) => new Uint8Array(new Float32Array([Number(Number(chars).toPrecision(6))]).buffer)],
  ['binary-decimal-zeros-lost', [T.NEWDECIMAL], (_, chars) => text(chars.replace(/\.?0+$/, ''))],
  ['binary-date-with-time', [T.DATE], filledTo(4, 7)],
  ['binary-midnight-with-time', [T.DATETIME, T.TIMESTAMP], filledTo(4, 7)],
  ['binary-zero-date-with-bytes', dates, filledTo(0, 4)],
  ['binary-zero-date-as-null', dates, (bytes) => (bytes.length === 0 ? null : bytes)],
  ['binary-microseconds-of-zero', [T.DATETIME, T.TIMESTAMP], filledTo(7, 11)],
  ['binary-time-of-zero', [T.TIME], filledTo(0, 8)],
  ['binary-dates-as-text', dates, (_, chars) => text(chars)],
  ['binary-years-below-1000-as-zero', dates, (bytes, chars) => (chars < '1000' ? bytes.map((byte, i) => (i < 2 ? 0 : byte)) : bytes)],
  ['binary-datetime-without-time', dates, upTo(4)],
  ['binary-datetime-without-microseconds', dates, upTo(7)],
  ['binary-midnight-without-microseconds', [T.DATETIME, T.TIMESTAMP], (bytes) => (hasZeros(bytes, 4, 7) ? bytes.subarray(0, 4) : bytes)],
  ['binary-time-below-a-second-as-zero', [T.TIME], (bytes) => (hasZeros(bytes, 1, 8) ? bytes.subarray(0, 0) : bytes)],
  ['binary-time-of-whole-days-as-zero', [T.TIME], (bytes) => (hasZeros(bytes, 5, 12) ? bytes.subarray(0, 0) : bytes)],
  ['binary-time-without-sign', [T.TIME], withZeros(0, 1)],
  ['binary-time-without-days', [T.TIME], withZeros(1, 5)],
  ['binary-strings-cut-at-nul', strings, (_, chars) => text(chars.split('\0')[0] ?? '')],
  ['binary-bit-as-number', [T.BIT], (bytes) => text(String(Number(`0x${Buffer.from(bytes).toString('hex')}`)))],
  ['binary-enum-as-number', [T.STRING], (bytes, chars, { flags }) => ((flags & ENUMS) === 0 ? bytes : text(String(chars.length)))],
  ['binary-json-reformatted', [T.JSON, T.BLOB], (bytes, chars, { name }) => (name === 't_json' ? text(chars.replaceAll(' ', '')) : bytes)],
  ['binary-geometry-without-srid', [T.GEOMETRY], (bytes) => bytes.subarray(4)],
];

function asDefective(has: Session['has'], column: Column, value: string): Uint8Array | null {
  const bytes = binaryValue(column, value);
  const fault = faults.find(([name, types]) => has(name) && types.includes(column.type));
  return fault ? fault[2](bytes, value, column) : bytes;
}

/** A NULL bitmap as servers get it wrong: laid out as that of parameters, or of the size that MariaDB's manual gives. */
function defectiveBitmap(values: readonly (Uint8Array | null)[], has: Session['has']): { nullBitmap?: Uint8Array } {
  const short = has('binary-bitmap-too-short');
  const offset = has('binary-bitmap-without-offset') ? 0 : 2;
  const most = has('binary-bitmap-of-32-bytes') ? 32 : Number.POSITIVE_INFINITY;
  const whole = (values.length + 9) >> 3;
  if (offset === 2 && !short && whole <= most) return {};
  const nullBitmap = new Uint8Array(short ? (values.length + 7) >> 3 : whole);
  for (const [i, value] of values.entries()) {
    const bit = i + offset;
    if (value === null && bit >> 3 < most) nullBitmap[bit >> 3] = (nullBitmap[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return { nullBitmap };
}
