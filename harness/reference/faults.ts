/** The defects of column definitions and of values, as what each makes of the right one. */
import { columnFlag as F, columnType as T } from '../codec/column-type.ts';
import type { column as columnTitles } from './defects/column.ts';
import type { value as valueTitles } from './defects/value.ts';
import type { Column } from './resultset.ts';
import type { Session } from './session.ts';

type Part = Partial<Column>;
type ColumnFault = (column: Column) => Part | undefined;
type ValueFault = (value: string, column: Column) => string | null;

const without =
  (flag: number): ColumnFault =>
  ({ flags }) => ({ flags: flags & ~flag });
const instead =
  (type: number, ...of: readonly number[]): ColumnFault =>
  (column) =>
    of.includes(column.type) ? { type } : undefined;
const isText = ({ characterSet }: Column): boolean => characterSet !== 63;
const isString = ({ type }: Column): boolean => [T.BLOB, T.STRING, T.VAR_STRING].some((one) => one === type);
const times: readonly number[] = [T.DATETIME, T.TIMESTAMP, T.TIME];

/** Of the definition as this session would be shown it; those that are missing here change more than one field. */
const columnFaults: Partial<Record<keyof typeof columnTitles, ColumnFault>> = {
  'column-schema-missing': () => ({ schema: '' }),
  'column-table-alias-ignored': ({ orgTable = '' }) => ({ table: orgTable }),
  'column-org-table-missing': () => ({ orgTable: '' }),
  'column-name-cut': ({ name }) => ({ name: name.slice(0, 32) }),
  'column-name-cut-at-250': ({ name }) => ({ name: name.slice(0, 250) }),
  'column-alias-ignored': ({ orgName, name }) => ({ name: orgName ?? name }),
  'column-org-name-missing': () => ({ orgName: '' }),
  'column-of-expression-has-table': ({ orgTable }) => (orgTable === undefined ? { table: 'expression' } : undefined),
  'column-of-expression-has-schema': ({ orgTable }) => (orgTable === undefined ? { schema: 'mywire' } : undefined),
  'column-of-expression-has-org-name': ({ orgTable, name }) => (orgTable === undefined ? { orgName: name } : undefined),
  'column-length-zero': () => ({ columnLength: 0 }),
  'column-length-in-characters': (column) => (isText(column) ? { columnLength: Math.floor(column.columnLength / 4) } : undefined),
  'column-character-set-of-numbers': (column) => (isString(column) ? undefined : { characterSet: 45 }),
  'column-character-set-of-bytes': (column) => (isString(column) ? { characterSet: 45 } : undefined),
  'column-text-as-binary': (column) => (isString(column) && isText(column) ? { characterSet: 63 } : undefined),
  'column-bit-length-in-bytes': ({ type, columnLength }) => (type === T.BIT ? { columnLength: Math.ceil(columnLength / 8) } : undefined),
  'column-blob-lengths-alike': ({ type }) => (type === T.BLOB ? { columnLength: 65535 } : undefined),
  'column-decimals-of-floats-zero': ({ type }) => (type === T.FLOAT || type === T.DOUBLE ? { decimals: 0 } : undefined),
  'column-decimals-of-fixed-floats-open': ({ type }) => (type === T.FLOAT || type === T.DOUBLE ? { decimals: 31 } : undefined),
  'column-decimal-length-with-sign': ({ type, flags, columnLength }) =>
    type === T.NEWDECIMAL && (flags & F.UNSIGNED) !== 0 ? { columnLength: columnLength + 1 } : undefined,
  'column-decimal-length-with-point': ({ type, decimals, columnLength }) =>
    type === T.NEWDECIMAL && decimals === 0 ? { columnLength: columnLength + 1 } : undefined,
  'column-decimals-of-decimal-zero': ({ type }) => (type === T.NEWDECIMAL ? { decimals: 0 } : undefined),
  'column-decimals-of-times-zero': ({ type }) => (times.includes(type) ? { decimals: 0 } : undefined),
  'column-flag-not-null-missing': without(F.NOT_NULL),
  'column-flag-primary-key-missing': without(F.PRI_KEY),
  'column-flag-unique-key-missing': without(F.UNIQUE_KEY),
  'column-flag-multiple-key-missing': without(F.MULTIPLE_KEY),
  'column-flag-auto-increment-missing': without(F.AUTO_INCREMENT),
  'column-flag-timestamp-missing': without(F.TIMESTAMP),
  'column-flag-on-update-missing': without(F.ON_UPDATE_NOW),
  'column-flag-no-default-missing': without(F.NO_DEFAULT_VALUE),
  'column-flag-unsigned-missing': without(F.UNSIGNED),
  'column-flag-zerofill-missing': without(F.ZEROFILL),
  'column-flag-binary-missing': without(F.BINARY),
  'column-flag-blob-missing': without(F.BLOB),
  'column-flag-enum-missing': without(F.ENUM),
  'column-flag-set-missing': without(F.SET),
  'column-small-integers-widened': instead(T.LONG, T.TINY, T.SHORT, T.INT24),
  'column-bigint-narrowed': instead(T.LONG, T.LONGLONG),
  'column-float-widened': instead(T.DOUBLE, T.FLOAT),
  'column-decimal-as-double': instead(T.DOUBLE, T.NEWDECIMAL),
  'column-bit-as-bigint': instead(T.LONGLONG, T.BIT),
  'column-year-without-flags': ({ type }) => (type === T.YEAR ? { flags: 0 } : undefined),
  'column-json-as-text': ({ type }) => (type === T.JSON ? { characterSet: 255 } : undefined),
  'column-year-as-smallint': instead(T.SHORT, T.YEAR),
  'column-null-as-varchar': instead(T.VAR_STRING, T.NULL),
  'column-date-as-datetime': instead(T.DATETIME, T.DATE),
  'column-timestamp-as-datetime': instead(T.DATETIME, T.TIMESTAMP),
  'column-time-as-string': instead(T.VAR_STRING, T.TIME),
  'column-char-as-varchar': instead(T.VAR_STRING, T.STRING),
  'column-blob-as-varchar': instead(T.VAR_STRING, T.BLOB),
  'column-enum-as-247': ({ flags }) => ((flags & F.ENUM) !== 0 ? { type: T.ENUM } : (flags & F.SET) !== 0 ? { type: T.SET } : undefined),
  'column-json-as-varchar': ({ name, type }) =>
    name === 't_json' && (type === T.JSON || type === T.BLOB) ? { type: T.VAR_STRING } : undefined,
  'column-geometry-as-blob': instead(T.BLOB, T.GEOMETRY),
  'column-character-set-cut': ({ characterSet }) => ({ characterSet: characterSet & 0xff }),
};

/** Of the integers below BIGINT. */
const bitsOf: ReadonlyMap<number, number> = new Map([
  [T.TINY, 8],
  [T.SHORT, 16],
  [T.INT24, 24],
  [T.LONG, 32],
]);
const integers: readonly number[] = [T.TINY, T.SHORT, T.INT24, T.LONG, T.LONGLONG];
const binary = ({ type, characterSet }: Column): boolean =>
  characterSet === 63 && [T.STRING, T.VAR_STRING, T.BLOB].some((one) => one === type);
const only =
  (types: readonly number[], fault: (value: string) => string | null): ValueFault =>
  (value, { type }) =>
    types.includes(type) ? fault(value) : value;

const valueFaults: Partial<Record<keyof typeof valueTitles, ValueFault>> = {
  'value-negative-as-unsigned': only(integers, (value) => (value.startsWith('-') ? String(BigInt.asUintN(64, BigInt(value))) : value)),
  'value-unsigned-as-signed': only([T.LONGLONG], (value) => String(BigInt.asIntN(64, BigInt(value)))),
  'value-smaller-unsigned-as-signed': (value, { type, flags }) => {
    const bits = bitsOf.get(type);
    // MariaDB's TIMESTAMP is unsigned, and a DECIMAL may be.
    if (bits === undefined || (flags & F.UNSIGNED) === 0) return value;
    const signed = BigInt.asIntN(bits, BigInt(value));
    return signed < 0n ? String(signed) : value;
  },
  'value-zerofill-not-padded': only([T.LONG], (value) => value.replace(/^0+(?=.)/, '')),
  'value-float-with-six-decimals': only([T.FLOAT, T.DOUBLE], (value) => Number(value).toFixed(6)),
  'value-decimal-as-float': only([T.NEWDECIMAL], (value) => value.slice(0, -1)),
  'value-decimal-zeros-lost': only([T.NEWDECIMAL], (value) => value.replace(/\.?0+$/, '')),
  'value-bit-as-number': only([T.BIT], (value) => String(Buffer.from(value, 'latin1').readUIntBE(0, value.length))),
  'value-year-of-two-digits': only([T.YEAR], (value) => value.slice(2)),
  'value-microseconds-cut': only(times, (value) => value.replace(/\.\d+$/, '')),
  'value-fraction-zeros-lost': only(times, (value) => value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')),
  'value-zero-date-as-null': only([T.DATE, T.DATETIME], (value) => (value.startsWith('0000-00-00') ? null : value)),
  'value-hours-within-a-day': only([T.TIME], (value) => value.replace(/\d+/, (hours) => String(Number(hours) % 24))),
  'value-date-without-hyphens': only([T.DATE], (value) => value.replaceAll('-', '')),
  'value-date-and-time-with-t': only([T.DATETIME, T.TIMESTAMP], (value) => value.replace(' ', 'T')),
  'value-time-below-an-hour-without-sign': only([T.TIME], (value) => value.replace(/^-(?=00:)/, '')),
  'value-time-without-sign': only([T.TIME], (value) => value.replace(/^-/, '')),
  'value-bytes-cut-at-nul': (value, column) => (binary(column) ? (value.split('\0')[0] ?? '') : value),
  'value-bytes-escaped': (value, column) => (binary(column) ? value.replace(/['\n]/g, '\\$&') : value),
  'value-binary-unpadded': (value, column) => (binary(column) && column.type === T.STRING ? value.replace(/\0+$/, '') : value),
  'value-enum-as-number': (value, { flags }) => ((flags & (F.ENUM | F.SET)) === 0 ? value : String(value.length)),
  'value-json-reformatted': (value, { name, type }) => (name === 't_json' || type === T.JSON ? value.replaceAll(' ', '') : value),
  'value-geometry-without-srid': only([T.GEOMETRY], (value) => value.slice(4)),
  'value-trimmed': (value, column) => (isText(column) ? value.replace(/ +$/, '') : value),
  'value-empty-as-null': (value) => (value === '' ? null : value),
  'value-four-byte-characters-lost': (value, column) => (isText(column) ? value.replace(/[\xf0-\xf4][\x80-\xbf]{3}/g, '?') : value),
};

export function asDefective(session: Session, column: Column): Column {
  let out = column;
  for (const [name, fault] of Object.entries(columnFaults))
    if (session.has(name as keyof typeof columnFaults)) out = { ...out, ...fault(out) };
  return out;
}

export function valueAsDefective(session: Session, value: string | null, column: Column): string | null {
  if (value === null) return session.has('value-null-as-word') ? 'NULL' : null;
  let out: string | null = value;
  for (const [name, fault] of Object.entries(valueFaults))
    if (out !== null && session.has(name as keyof typeof valueFaults)) out = fault(out, column);
  return out;
}
