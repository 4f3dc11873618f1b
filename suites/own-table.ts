/**
 * A temporary table of the case's own, with columns of these types and three rows: ordinary values, NULL, extremes. What is
 * asked of mywire.types (fixtures/sql) can so be asked of a server that has never seen our fixtures.
 */
import type { Condition, Step } from '../harness/case/step.ts';
import { columnFlag as F, columnType as T } from '../harness/codec/column-type.ts';
import { BINARY, type Fields, textColumn, textLength } from './column-definition.ts';
import { done, inDatabase, query } from './query-steps.ts';

interface OwnColumn {
  /** Its type in SQL. */
  readonly sql: string;
  /** Literals of the first and of the third row; the second has NULL. */
  readonly literals: readonly [string, string];
  /** The values as the text protocol sends them, where they are not the literals. */
  readonly values?: readonly [string, string];
  readonly definition: Fields;
}

const number = (type: number, columnLength: number, flags = 0, decimals = 0): Fields => ({
  characterSet: BINARY,
  columnLength,
  type,
  // NUM_FLAG is for clients in MySQL's manual, and of any number in MariaDB's.
  flags: { oneOf: [flags, flags | F.NUM] },
  decimals,
});
/** Dates and times, BIT and YEAR: which flags these have, no page says. */
const withoutFlags = (type: number, columnLength: number, decimals = 0): Fields => ({ characterSet: BINARY, columnLength, type, decimals });
const bytes = (type: number, columnLength: number, flags = 0): Fields => ({
  ...textColumn(type, columnLength, flags | F.BINARY),
  characterSet: BINARY,
});

const quoted = (first: string, third: string) => ({ literals: [`'${first}'`, `'${third}'`], values: [first, third] }) as const;

/** Of a name as in mywire.types. */
const columns = {
  t_tinyint: { sql: 'TINYINT', literals: ['-7', '-128'], definition: number(T.TINY, 4) },
  t_tinyint_unsigned: { sql: 'TINYINT UNSIGNED', literals: ['7', '255'], definition: number(T.TINY, 3, F.UNSIGNED) },
  t_smallint: { sql: 'SMALLINT', literals: ['-300', '-32768'], definition: number(T.SHORT, 6) },
  t_smallint_unsigned: { sql: 'SMALLINT UNSIGNED', literals: ['300', '65535'], definition: number(T.SHORT, 5, F.UNSIGNED) },
  t_mediumint: { sql: 'MEDIUMINT', literals: ['-70000', '-8388608'], definition: number(T.INT24, 9) },
  t_int: { sql: 'INT', literals: ['-100000', '-2147483648'], definition: number(T.LONG, 11) },
  t_int_unsigned: { sql: 'INT UNSIGNED', literals: ['100000', '4294967295'], definition: number(T.LONG, 10, F.UNSIGNED) },
  t_int_zerofill: {
    sql: 'INT(8) ZEROFILL',
    literals: ['42', '0'],
    values: ['00000042', '00000000'],
    definition: number(T.LONG, 8, F.UNSIGNED | F.ZEROFILL),
  },
  t_bigint: { sql: 'BIGINT', literals: ['-5000000000', '-9223372036854775808'], definition: number(T.LONGLONG, 20) },
  t_bigint_unsigned: {
    sql: 'BIGINT UNSIGNED',
    literals: ['5000000000', '18446744073709551615'],
    definition: number(T.LONGLONG, 20, F.UNSIGNED),
  },
  t_float: { sql: 'FLOAT', literals: ['1.5', '-3.402823466E38'], values: ['1.5', '-3.40282e38'], definition: number(T.FLOAT, 12, 0, 31) },
  t_double: {
    sql: 'DOUBLE',
    literals: ['-2.25', '-1.7976931348623157E308'],
    values: ['-2.25', '-1.7976931348623157e308'],
    definition: number(T.DOUBLE, 22, 0, 31),
  },
  t_float_of_7_and_3: { sql: 'FLOAT(7,3)', literals: ['1.5', '-2.25'], values: ['1.500', '-2.250'], definition: number(T.FLOAT, 7, 0, 3) },
  t_double_of_9_and_2: {
    sql: 'DOUBLE(9,2)',
    literals: ['1.5', '-1234567.25'],
    values: ['1.50', '-1234567.25'],
    definition: number(T.DOUBLE, 9, 0, 2),
  },
  t_decimal: { sql: 'DECIMAL(10,2)', literals: ['12345.67', '-99999999.99'], definition: number(T.NEWDECIMAL, 12, 0, 2) },
  t_decimal_unsigned: {
    sql: 'DECIMAL(10,2) UNSIGNED',
    literals: ['12345.67', '99999999.99'],
    definition: number(T.NEWDECIMAL, 11, F.UNSIGNED, 2),
  },
  t_decimal_whole: { sql: 'DECIMAL(5,0)', literals: ['12345', '-99999'], definition: number(T.NEWDECIMAL, 6) },
  t_decimal_whole_unsigned: {
    sql: 'DECIMAL(5,0) UNSIGNED',
    literals: ['12345', '99999'],
    definition: number(T.NEWDECIMAL, 5, F.UNSIGNED),
  },
  // Both values end with zeros.
  t_decimal_zeros: { sql: 'DECIMAL(10,2)', literals: ['12345.60', '-10.00'], definition: number(T.NEWDECIMAL, 12, 0, 2) },
  t_bit: {
    sql: 'BIT(10)',
    literals: ["b'1010101010'", "b'1111111111'"],
    values: ['\x02\xaa', '\x03\xff'],
    definition: withoutFlags(T.BIT, 10),
  },
  t_year: { sql: 'YEAR', literals: ['2026', '2155'], definition: withoutFlags(T.YEAR, 4) },
  t_date: { sql: 'DATE', ...quoted('2026-11-26', '0000-00-00'), definition: withoutFlags(T.DATE, 10) },
  t_date_early: { sql: 'DATE', ...quoted('0999-12-31', '0001-01-01'), definition: withoutFlags(T.DATE, 10) },
  t_datetime_early: {
    sql: 'DATETIME',
    ...quoted('0999-12-31 23:59:59', '0001-01-01 00:00:00'),
    definition: withoutFlags(T.DATETIME, 19),
  },
  t_datetime: { sql: 'DATETIME', ...quoted('2026-11-26 12:34:56', '0000-00-00 00:00:00'), definition: withoutFlags(T.DATETIME, 19) },
  t_datetime_6: {
    sql: 'DATETIME(6)',
    ...quoted('2026-11-26 12:34:56.789012', '9999-12-31 23:59:59.999999'),
    definition: withoutFlags(T.DATETIME, 26, 6),
  },
  t_timestamp: {
    sql: 'TIMESTAMP NULL',
    ...quoted('2026-11-26 12:34:56', '2038-01-19 03:14:07'),
    definition: withoutFlags(T.TIMESTAMP, 19),
  },
  t_time: { sql: 'TIME', ...quoted('12:34:56', '-838:59:59'), definition: withoutFlags(T.TIME, 10) },
  t_time_6: { sql: 'TIME(6)', ...quoted('12:34:56.789012', '-838:59:58.999999'), definition: withoutFlags(T.TIME, 17, 6) },
  t_datetime_midnight: {
    sql: 'DATETIME(6)',
    ...quoted('2026-11-26 00:00:00.000001', '2026-11-26 12:00:00.000000'),
    definition: withoutFlags(T.DATETIME, 26, 6),
  },
  t_timestamp_midnight: {
    sql: 'TIMESTAMP(6) NULL',
    ...quoted('2026-11-26 00:00:00.500000', '2026-11-26 00:00:00.000000'),
    definition: withoutFlags(T.TIMESTAMP, 26, 6),
  },
  t_time_short: { sql: 'TIME', ...quoted('-00:00:01', '-00:59:00'), definition: withoutFlags(T.TIME, 10) },
  t_time_short_6: { sql: 'TIME(6)', ...quoted('-00:00:00.000001', '00:00:00.000000'), definition: withoutFlags(T.TIME, 17, 6) },
  t_time_days: { sql: 'TIME', ...quoted('-24:00:00', '48:00:00'), definition: withoutFlags(T.TIME, 10) },
  t_char: { sql: 'CHAR(10)', ...quoted('char', ''), definition: textColumn(T.STRING, 40) },
  t_text: { sql: 'TEXT', ...quoted('text', ''), definition: textColumn(T.BLOB, textLength(65535), F.BLOB) },
  t_binary: {
    sql: 'BINARY(4)',
    literals: ['0x00FF0A27', '0x00000000'],
    values: ["\x00\xff\n'", '\0\0\0\0'],
    definition: bytes(T.STRING, 4),
  },
  t_varbinary: { sql: 'VARBINARY(40)', literals: ['0x00FF0A27', "''"], values: ["\x00\xff\n'", ''], definition: bytes(T.VAR_STRING, 40) },
  t_blob: { sql: 'BLOB', literals: ['0x00FF00', "''"], values: ['\x00\xff\0', ''], definition: bytes(T.BLOB, 65535, F.BLOB) },
  t_enum: { sql: "ENUM('small','large','')", ...quoted('small', ''), definition: textColumn(T.STRING, 20, F.ENUM) },
  t_set: { sql: "SET('a','b','c')", ...quoted('a,c', ''), definition: textColumn(T.STRING, 20, F.SET) },
} as const satisfies Readonly<Record<string, OwnColumn>>;
export type OwnColumnName = keyof typeof columns;
/** Of whose values some parts are zero, and others not. */
export const shortTimes = [
  't_datetime_midnight',
  't_timestamp_midnight',
  't_time_short',
  't_time_short_6',
  't_time_days',
] as const satisfies readonly OwnColumnName[];

/** Makes the table with these columns, and its rows. Without a strict mode: a zero date is one of the extremes. */
export function ownTable(names: readonly OwnColumnName[]): readonly Step[] {
  const row = (id: number, of: (name: OwnColumnName) => string) => `(${[id, ...names.map(of)].join(', ')})`;
  return [
    ...inDatabase,
    query("SET SESSION sql_mode = '', time_zone = '+00:00'"),
    done(),
    query(
      `CREATE TEMPORARY TABLE mywire_types (id INT PRIMARY KEY, ${names.map((name) => `${name} ${columns[name].sql}`).join(', ')}) CHARACTER SET utf8mb4`,
    ),
    done(),
    query(
      `INSERT INTO mywire_types VALUES ${row(1, (name) => columns[name].literals[0])}, ${row(2, () => 'NULL')}, ${row(3, (name) => columns[name].literals[1])}`,
    ),
    done(),
  ];
}

/** Such a table, and the name of the database it is in. */
export const namedTable = [
  ...inDatabase,
  query('SELECT DATABASE()'),
  { expect: [{ packet: 'TextResultset', as: 'database', where: { rows: 1 } }] },
  ...ownTable(['t_int']).slice(inDatabase.length),
] as const satisfies readonly Step[];
/** Of it a column with aliases for table and column, and what its definition calls it. */
export const ALIASED = 'SELECT own.t_int AS num FROM mywire_types AS own';
export const namesOfAliased = {
  'column.0.schema': { sameAs: 'database.row.0.0' },
  'column.0.table': 'own',
  'column.0.orgTable': 'mywire_types',
  'column.0.name': 'num',
  'column.0.orgName': 't_int',
} as const satisfies Fields;

export const allOf = (names: readonly OwnColumnName[]): string => `SELECT ${names.join(', ')} FROM mywire_types ORDER BY id`;

/** What their definitions say. */
export const definitionsOf = (names: readonly OwnColumnName[]): Fields =>
  Object.fromEntries(
    names.flatMap((name, i) => Object.entries(columns[name].definition).map(([field, is]) => [`column.${i}.${field}`, is] as const)),
  );
/** Of these, only the types. */
export const typesOf = (names: readonly OwnColumnName[]): Fields =>
  Object.fromEntries(names.map((name, i) => [`column.${i}.type`, columns[name].definition['type'] as Condition] as const));
/** What is in their rows. */
export const valuesOf = (names: readonly OwnColumnName[]): Fields =>
  Object.fromEntries([
    ['columns', names.length],
    ['rows', 3],
    ...names.flatMap((name, i) => {
      const { literals, values = literals }: OwnColumn = columns[name];
      return [[`row.0.${i}`, values[0]] as const, [`row.1.${i}`, null] as const, [`row.2.${i}`, values[1]] as const];
    }),
  ]);
