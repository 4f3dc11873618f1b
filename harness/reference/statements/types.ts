/** The table mywire.types (fixtures/sql), as data: its columns as both servers describe them, and its three rows. */

import { columnFlag as F, columnType as T } from '../../codec/column-type.ts';
import type { Dialect } from '../dialect.ts';
import { refuse } from '../refusal.ts';
import { type Done, done, type Rows } from '../result.ts';
import type { Column } from '../resultset.ts';
import type { Session } from '../session.ts';
import { topLevel } from './literal.ts';
import type { Statement } from './statement.ts';

const BINARY = 63;
const TEXT = 45;
/** Part of a key; the manual keeps it for the server, and both servers send it. */
export const PART_KEY = 0x4000;

/** Name, type, length, decimals, flags, character set, the values of rows 1 and 3; row 2 has NULL everywhere but in id. */
type Line = readonly [string, number, number, number, number, number, string, string];

const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
const point = (x: string, y: string): string => Buffer.from(`000000000101000000${x}${y}`, 'hex').toString('latin1');

const lines: readonly Line[] = [
  ['id', T.LONG, 11, 0, F.NOT_NULL | F.PRI_KEY | F.NO_DEFAULT_VALUE | PART_KEY, BINARY, '1', '3'],
  ['t_tinyint', T.TINY, 4, 0, 0, BINARY, '-7', '-128'],
  ['t_tinyint_unsigned', T.TINY, 3, 0, F.UNSIGNED, BINARY, '7', '255'],
  ['t_smallint', T.SHORT, 6, 0, 0, BINARY, '-300', '-32768'],
  ['t_smallint_unsigned', T.SHORT, 5, 0, F.UNSIGNED, BINARY, '300', '65535'],
  ['t_mediumint', T.INT24, 9, 0, 0, BINARY, '-70000', '-8388608'],
  ['t_mediumint_unsigned', T.INT24, 8, 0, F.UNSIGNED, BINARY, '70000', '16777215'],
  ['t_int', T.LONG, 11, 0, 0, BINARY, '-100000', '-2147483648'],
  ['t_int_unsigned', T.LONG, 10, 0, F.UNSIGNED, BINARY, '100000', '4294967295'],
  ['t_int_zerofill', T.LONG, 8, 0, F.UNSIGNED | F.ZEROFILL, BINARY, '00000042', '00000000'],
  ['t_bigint', T.LONGLONG, 20, 0, 0, BINARY, '-5000000000', '-9223372036854775808'],
  ['t_bigint_unsigned', T.LONGLONG, 20, 0, F.UNSIGNED, BINARY, '5000000000', '18446744073709551615'],
  ['t_float', T.FLOAT, 12, 31, 0, BINARY, '1.5', '-3.40282e38'],
  ['t_double', T.DOUBLE, 22, 31, 0, BINARY, '-2.25', '-1.7976931348623157e308'],
  ['t_decimal', T.NEWDECIMAL, 12, 2, 0, BINARY, '12345.67', '-99999999.99'],
  ['t_bit', T.BIT, 10, 0, F.UNSIGNED, BINARY, '\x02\xaa', '\x03\xff'],
  ['t_year', T.YEAR, 4, 0, F.UNSIGNED | F.ZEROFILL, BINARY, '2026', '2155'],
  ['t_date', T.DATE, 10, 0, F.BINARY, BINARY, '2026-11-26', '0000-00-00'],
  ['t_datetime', T.DATETIME, 19, 0, F.BINARY, BINARY, '2026-11-26 12:34:56', '0000-00-00 00:00:00'],
  ['t_datetime_6', T.DATETIME, 26, 6, F.BINARY, BINARY, '2026-11-26 12:34:56.789012', '9999-12-31 23:59:59.999999'],
  ['t_timestamp', T.TIMESTAMP, 19, 0, F.BINARY, BINARY, '2026-11-26 12:34:56', '2038-01-19 03:14:07'],
  ['t_timestamp_6', T.TIMESTAMP, 26, 6, F.BINARY, BINARY, '2026-11-26 12:34:56.789012', '1970-01-01 00:00:01.000001'],
  ['t_time', T.TIME, 10, 0, F.BINARY, BINARY, '12:34:56', '-838:59:59'],
  ['t_time_6', T.TIME, 17, 6, F.BINARY, BINARY, '12:34:56.789012', '-838:59:58.999999'],
  ['t_char', T.STRING, 40, 0, 0, TEXT, 'char', ''],
  ['t_varchar', T.VAR_STRING, 160, 0, 0, TEXT, utf8('näive €'), ''],
  ['t_binary', T.STRING, 4, 0, F.BINARY, BINARY, '\0\xff\n\x27', '\0\0\0\0'],
  ['t_varbinary', T.VAR_STRING, 40, 0, F.BINARY, BINARY, '\0\xff\n\x27', ''],
  ['t_tinytext', T.BLOB, 1020, 0, F.BLOB, TEXT, 'tiny text', ''],
  ['t_text', T.BLOB, 262140, 0, F.BLOB, TEXT, 'text', ''],
  ['t_mediumtext', T.BLOB, 67108860, 0, F.BLOB, TEXT, 'medium text', ''],
  ['t_longtext', T.BLOB, 4294967295, 0, F.BLOB, TEXT, 'long text', ''],
  ['t_tinyblob', T.BLOB, 255, 0, F.BLOB | F.BINARY, BINARY, '\0\xff', ''],
  ['t_blob', T.BLOB, 65535, 0, F.BLOB | F.BINARY, BINARY, '\0\xff\0', ''],
  ['t_mediumblob', T.BLOB, 16777215, 0, F.BLOB | F.BINARY, BINARY, '\0\xff\0\xff', ''],
  ['t_longblob', T.BLOB, 4294967295, 0, F.BLOB | F.BINARY, BINARY, '\0\xff\0\xff\0', ''],
  ['t_enum', T.STRING, 20, 0, F.ENUM, TEXT, 'small', ''],
  ['t_set', T.STRING, 20, 0, F.SET, TEXT, 'a,c', ''],
  ['t_json', T.JSON, 4294967295, 0, F.BLOB | F.BINARY, BINARY, '{"a": 1}', '[]'],
  [
    't_geometry',
    T.GEOMETRY,
    4294967295,
    0,
    F.BLOB | F.BINARY,
    BINARY,
    point('000000000000f03f', '0000000000000040'),
    point('000000000000f8bf', '7dc39425ad49b254'),
  ],
];

/** Of the table that a session makes for itself only. */
const ownLines: readonly Line[] = [
  ['t_float_of_7_and_3', T.FLOAT, 7, 3, 0, BINARY, '1.500', '-2.250'],
  ['t_double_of_9_and_2', T.DOUBLE, 9, 2, 0, BINARY, '1.50', '-1234567.25'],
  ['t_decimal_unsigned', T.NEWDECIMAL, 11, 2, F.UNSIGNED, BINARY, '12345.67', '99999999.99'],
  ['t_decimal_whole', T.NEWDECIMAL, 6, 0, 0, BINARY, '12345', '-99999'],
  ['t_decimal_whole_unsigned', T.NEWDECIMAL, 5, 0, F.UNSIGNED, BINARY, '12345', '99999'],
  ['t_decimal_zeros', T.NEWDECIMAL, 12, 2, 0, BINARY, '12345.60', '-10.00'],
  ['t_datetime_midnight', T.DATETIME, 26, 6, F.BINARY, BINARY, '2026-11-26 00:00:00.000001', '2026-11-26 12:00:00.000000'],
  ['t_timestamp_midnight', T.TIMESTAMP, 26, 6, F.BINARY, BINARY, '2026-11-26 00:00:00.500000', '2026-11-26 00:00:00.000000'],
  ['t_date_early', T.DATE, 10, 0, F.BINARY, BINARY, '0999-12-31', '0001-01-01'],
  ['t_datetime_early', T.DATETIME, 19, 0, F.BINARY, BINARY, '0999-12-31 23:59:59', '0001-01-01 00:00:00'],
  ['t_time_short', T.TIME, 10, 0, F.BINARY, BINARY, '-00:00:01', '-00:59:00'],
  ['t_time_short_6', T.TIME, 17, 6, F.BINARY, BINARY, '-00:00:00.000001', '00:00:00.000000'],
  ['t_time_days', T.TIME, 10, 0, F.BINARY, BINARY, '-24:00:00', '48:00:00'],
];

/** MariaDB stores JSON as text, and takes a TIMESTAMP for unsigned. */
function ofDialect(line: Line, dialect: Dialect): Line {
  const [name, type, length, decimals, flags, , first, third] = line;
  if (dialect === 'mariadb' && type === T.JSON) return [name, T.BLOB, length, decimals, flags, TEXT, first, third];
  if (dialect === 'mariadb' && type === T.TIMESTAMP) return [name, type, length, decimals, flags | F.UNSIGNED, BINARY, first, third];
  return line;
}

/** A session may make the same table for itself, with some of the columns, and it has the same rows. */
const own = 'mywire_types';

export const typesStatements: readonly Statement[] = [
  [/^create temporary table mywire_types \(id int primary key, (.+)\) character set utf8mb4$/is, (s) => create(s)],
  [/^insert into mywire_types values \(.+\)$/is, () => ({ ok: { affectedRows: 3, info: 'Records: 3  Duplicates: 0  Warnings: 0' } })],
  [/^select (.+?) from mywire_types order by id$/i, (s, [, list = '']) => ofTable(select(s, topLevel(list), undefined), own)],
  [
    /^select (\w+)\.(\w+) as (\w+) from mywire_types as \1$/i,
    (s, [, table = '', name = '', alias = '']) => ofTable(select(s, [name], undefined), table, alias),
  ],
  [
    /^select (.+?) from (?:mywire\.)?types(?: where id ?= ?(\d))?(?: order by id)?$/i,
    (s, [, list = '', id]) => select(s, topLevel(list), id === undefined ? undefined : Number(id)),
  ],
];

function create({ database }: Session): Done {
  if (database === '') throw refuse.noDatabase();
  return done;
}

function select(session: Session, names: readonly string[], id: number | undefined): Rows {
  const wanted = names[0] === '*' ? lines : names.map(lineNamed);
  const chosen = wanted.map((line) => ofDialect(line, session.server.dialect));
  const row = (of: number) =>
    chosen.map(([name, , , , , , first, third]) => (of === 1 ? first : of === 3 ? third : name === 'id' ? '2' : null));
  return { columns: chosen.map(column), rows: [1, 2, 3].filter((one) => id === undefined || one === id).map(row) };
}

const ofTable = ({ columns, rows }: Rows, table: string, name?: string): Rows => ({
  columns: columns.map((column) => ({ ...column, table, orgTable: own, ...(name !== undefined && { name }) })),
  rows,
});

function lineNamed(name: string): Line {
  const line = [...lines, ...ownLines].find(([one]) => one === name);
  if (!line) throw refuse.noSuchColumn(name);
  return line;
}

function column([name, type, columnLength, decimals, flags, characterSet]: Line): Column {
  return { schema: 'mywire', table: 'types', orgTable: 'types', name, orgName: name, characterSet, columnLength, type, flags, decimals };
}
