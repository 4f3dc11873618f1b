import type { Case } from '../../harness/case/case.ts';
import type { Condition } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { execute, prepared } from '../prepared-steps.ts';
import { plainValues, xs } from '../query-steps.ts';
import { loggedIn, works } from '../steps.ts';

const rows = [manual['mysql/binary-row'], manual['mariadb/binary-row']] as const;
const types = [manual['mysql/column-types'], manual['mariadb/column-types']] as const;
const integers = [...rows, ...types, manual['mysql/binary-integers'], manual['mariadb/binary-numbers']] as const;
const needs = ['check-account', { feature: 'types' }] as const;

/** Executes a SELECT of these columns of mywire.types; row 2 has NULL in each. Their type where the form of a value hangs on it. */
function valuesOf(columns: Readonly<Record<string, readonly [first: string, third: string, type?: Condition]>>) {
  const names = Object.keys(columns);
  const where: Record<string, Condition> = { columns: names.length, rows: 3 };
  for (const [i, [first, third, type]] of Object.values(columns).entries()) {
    where[`row.0.${i}`] = first;
    where[`row.1.${i}`] = null;
    where[`row.2.${i}`] = third;
    if (type !== undefined) where[`column.${i}.type`] = type;
  }
  return [
    ...loggedIn,
    ...plainValues,
    ...prepared(`SELECT ${names.join(', ')} FROM mywire.types ORDER BY id`, 0, names.length),
    { send: execute() },
    { expect: [{ packet: 'BinaryResultset', where }] },
    ...works,
  ] as const;
}

/** Values of binary rows, by the type of their column: the ordinary ones of the table mywire.types, and the extreme ones. */
export const cases = [
  {
    id: 'prepared/rows-of-small-integers',
    title: 'TINYINT has 1 byte in a binary row, SMALLINT and YEAR 2, signed or not as the definition says',
    level: 'MUST',
    source: integers,
    needs,
    script: valuesOf({
      t_tinyint: ['-7', '-128', 1],
      t_tinyint_unsigned: ['7', '255', 1],
      t_smallint: ['-300', '-32768', 2],
      t_smallint_unsigned: ['300', '65535', 2],
      t_year: ['2026', '2155', 13],
    }),
    killedBy: ['binary-integers-big-endian', 'binary-year-in-one-byte', 'column-flag-unsigned-missing'],
  },
  {
    id: 'prepared/rows-of-large-integers',
    title: 'MEDIUMINT and INT have 4 bytes in a binary row, BIGINT 8, signed or not as the definition says',
    level: 'MUST',
    source: integers,
    needs,
    script: valuesOf({
      t_mediumint: ['-70000', '-8388608', 9],
      t_mediumint_unsigned: ['70000', '16777215', 9],
      t_int: ['-100000', '-2147483648', 3],
      t_int_unsigned: ['100000', '4294967295', 3],
      t_int_zerofill: ['00000042', '00000000', 3],
      t_bigint: ['-5000000000', '-9223372036854775808', 8],
      t_bigint_unsigned: ['5000000000', '18446744073709551615', 8],
    }),
    killedBy: ['binary-mediumint-in-3-bytes', 'binary-integers-big-endian', 'column-bigint-narrowed', 'column-flag-unsigned-missing'],
  },
  {
    id: 'prepared/rows-of-reals',
    title: 'FLOAT has 4 bytes in a binary row, DOUBLE 8, and DECIMAL its digits as text',
    level: 'MUST',
    source: [...rows, ...types, manual['mysql/binary-reals'], manual['mysql/binary-strings'], manual['mariadb/binary-numbers']],
    needs,
    script: valuesOf({
      t_float: ['1.5', '-3.40282e38', 4],
      t_double: ['-2.25', '-1.7976931348623157e308', 5],
      t_decimal: ['12345.67', '-99999999.99', 246],
    }),
    killedBy: ['binary-float-as-double', 'binary-double-as-float', 'binary-decimal-as-double'],
  },
  {
    id: 'prepared/rows-of-dates',
    title: 'a date of a binary row is year, month and day, then the time of day, then microseconds, and all zero for a zero date',
    level: 'MUST',
    source: [
      ...rows,
      ...types,
      manual['mysql/zero-date'],
      manual['mariadb/zero-date'],
      manual['mysql/binary-dates'],
      manual['mariadb/binary-dates'],
    ],
    needs,
    script: valuesOf({
      t_date: ['2026-11-26', '0000-00-00', 10],
      t_datetime: ['2026-11-26 12:34:56', '0000-00-00 00:00:00', 12],
      t_datetime_6: ['2026-11-26 12:34:56.789012', '9999-12-31 23:59:59.999999', 12],
      t_timestamp_6: ['2026-11-26 12:34:56.789012', '1970-01-01 00:00:01.000001', 7],
    }),
    killedBy: ['binary-dates-as-text', 'binary-datetime-without-time', 'binary-datetime-without-microseconds', 'binary-zero-date-as-null'],
  },
  {
    id: 'prepared/rows-of-times',
    title: 'a TIME of a binary row is sign, days, hours, minutes and seconds, and microseconds where it has any',
    level: 'MUST',
    source: [...rows, ...types, manual['mysql/binary-time'], manual['mariadb/binary-time']],
    needs,
    script: valuesOf({
      t_time: ['12:34:56', '-838:59:59', 11],
      t_time_6: ['12:34:56.789012', '-838:59:58.999999', 11],
    }),
    killedBy: ['binary-time-without-days', 'binary-time-without-sign'],
  },
  {
    id: 'prepared/rows-of-strings',
    title: 'a string of a binary row is as many bytes as its length says, NUL and none too',
    level: 'MUST',
    source: [
      ...rows,
      manual['mysql/binary-strings'],
      manual['mysql/binary-is-padded'],
      manual['mariadb/binary-strings'],
      manual['mariadb/binary-is-padded'],
    ],
    needs,
    script: valuesOf({
      t_char: ['char', ''],
      t_binary: ["\0\xff\n'", '\0\0\0\0'],
      t_varbinary: ["\0\xff\n'", ''],
      t_text: ['text', ''],
      t_blob: ['\0\xff\0', ''],
      t_longblob: ['\0\xff\0\xff\0', ''],
    }),
    killedBy: ['binary-strings-cut-at-nul'],
  },
  {
    id: 'prepared/rows-of-other-types',
    title: 'BIT, ENUM, SET, JSON and GEOMETRY are strings in a binary row',
    level: 'SHOULD',
    source: [
      ...rows,
      ...types,
      manual['mysql/binary-strings'],
      manual['mysql/column-type-of-enum-and-set'],
      manual['mysql/bit-is-returned-as-binary'],
      manual['mysql/json-is-normalized'],
      manual['mysql/geometry-is-srid-and-wkb'],
      manual['mariadb/binary-strings'],
      manual['mariadb/bit-is-returned-as-binary'],
      manual['mariadb/json-is-longtext'],
    ],
    needs,
    script: valuesOf({
      t_bit: ['\x02\xaa', '\x03\xff', 16],
      t_enum: ['small', '', 254],
      t_set: ['a,c', '', 254],
      // MariaDB stores JSON as text, and its manual has it come as STRING.
      t_json: ['{"a": 1}', '[]', { oneOf: [245, 252, 254] }],
      t_geometry: [
        '\0\0\0\0\x01\x01\0\0\0\0\0\0\0\0\0\xf0?\0\0\0\0\0\0\0@',
        '\0\0\0\0\x01\x01\0\0\0\0\0\0\0\0\0\xf8\xbf}\xc3\x94%\xadI\xb2T',
        255,
      ],
    }),
    killedBy: ['binary-bit-as-number', 'binary-enum-as-number', 'binary-json-reformatted', 'binary-geometry-without-srid'],
  },
  {
    id: 'prepared/row-of-a-vector',
    title: 'a VECTOR has type 242 in a binary resultset, too, and its value is a string of its 4-byte floats',
    level: 'SHOULD',
    source: [...rows, manual['mysql/column-type-of-vector'], manual['mysql/vector-is-floats']],
    needs: ['check-account', { dialect: 'mysql' }, { feature: 'type-vector' }],
    script: [
      ...loggedIn,
      ...prepared("SELECT STRING_TO_VECTOR('[1, 2.5, -3]')", 0, 1),
      { send: execute() },
      {
        expect: [
          {
            packet: 'BinaryResultset',
            where: { columns: 1, rows: 1, 'column.0.type': 242, 'row.0.0': '\0\0\x80\x3f\0\0\x20\x40\0\0\x40\xc0' },
          },
        ],
      },
      ...works,
    ],
    killedBy: ['vector-floats-reversed', 'vector-as-blob'],
  },
  {
    id: 'prepared/row-string-lengths',
    title: 'the length of a string in a binary row has 1, 3 or 4 bytes, no more than it needs: 250, 251, 65535 and 65536',
    level: 'MUST',
    source: [
      ...rows,
      manual['mysql/binary-strings'],
      manual['mysql/lenenc-integer-forms'],
      manual['mariadb/binary-strings'],
      manual['mariadb/lenenc-integer-forms'],
    ],
    needs: ['check-account', { feature: 'values-of-512-kib' }],
    script: [
      ...loggedIn,
      ...[250, 251, 65_535, 65_536].flatMap((n) => [
        ...prepared(`SELECT REPEAT('x', ${n})`, 0, 1),
        { send: execute() },
        { expect: [{ packet: 'BinaryResultset', where: { columns: 1, rows: 1, 'row.0.0': xs(n), spareBytes: 0 } }] } as const,
      ]),
      ...works,
    ],
    killedBy: ['binary-length-251-in-one-byte', 'binary-length-65536-in-two-bytes', 'binary-length-in-three-bytes'],
  },
] as const satisfies readonly Case[];
