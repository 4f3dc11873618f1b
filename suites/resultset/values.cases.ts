import type { Case } from '../../harness/case/case.ts';
import type { Condition, Step } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { done, loggedInWith, needsTypes, plainValues, query, rows, value } from '../query-steps.ts';
import { works } from '../steps.ts';

const source = [manual['mysql/text-row'], manual['mariadb/resultset-text-row']] as const;

/** Rows 1 and 3 of mywire.types (fixtures/sql); the bytes of a string as latin1 characters. */
function valuesOf(names: string, first: readonly Condition[], third: readonly Condition[], before: readonly Step[] = []) {
  const where = Object.fromEntries([
    ...first.map((value, i) => [`row.0.${i}`, value] as const),
    ...third.map((value, i) => [`row.2.${i}`, value] as const),
  ]);
  return [
    ...loggedInWith(),
    ...plainValues,
    ...before,
    query(`SELECT ${names} FROM mywire.types ORDER BY id`),
    rows({ rows: 3, ...where }),
    ...works,
  ] as const;
}

/** The text of a value of each type. */
export const cases = [
  {
    id: 'resultset/value-integers',
    title: 'signed integers are sent in decimal digits, the least of each type too',
    level: 'MUST',
    source,
    needs: needsTypes,
    script: valuesOf(
      't_tinyint, t_smallint, t_mediumint, t_int, t_bigint',
      ['-7', '-300', '-70000', '-100000', '-5000000000'],
      ['-128', '-32768', '-8388608', '-2147483648', '-9223372036854775808'],
    ),
    killedBy: ['value-negative-as-unsigned'],
  },
  {
    id: 'resultset/value-unsigned',
    title: 'unsigned integers are sent in decimal digits, the greatest of each type too',
    level: 'MUST',
    source,
    needs: needsTypes,
    script: valuesOf(
      't_tinyint_unsigned, t_smallint_unsigned, t_mediumint_unsigned, t_int_unsigned, t_bigint_unsigned',
      ['7', '300', '70000', '100000', '5000000000'],
      ['255', '65535', '16777215', '4294967295', '18446744073709551615'],
    ),
    killedBy: ['value-unsigned-as-signed', 'value-smaller-unsigned-as-signed'],
  },
  {
    id: 'resultset/value-zerofill',
    title: 'ZEROFILL numbers are padded to their display width',
    level: 'MUST',
    source: [...source, manual['mysql/zerofill-pads-and-is-unsigned'], manual['mariadb/zerofill-pads-and-is-unsigned']],
    needs: needsTypes,
    script: valuesOf('t_int_zerofill', ['00000042'], ['00000000']),
    killedBy: ['value-zerofill-not-padded'],
  },
  {
    id: 'resultset/value-floats',
    title: 'FLOAT is sent with six digits, DOUBLE with as many as tell it apart',
    // No manual says how many.
    level: 'OBSERVE',
    source,
    needs: needsTypes,
    script: valuesOf('t_float, t_double', ['1.5', '-2.25'], ['-3.40282e38', '-1.7976931348623157e308']),
    killedBy: ['value-float-with-six-decimals'],
  },
  {
    id: 'resultset/value-decimal',
    title: 'DECIMAL is sent with all decimals of its type',
    level: 'MUST',
    source: [...source, manual['mysql/decimal-scale'], manual['mariadb/decimal-scale']],
    needs: needsTypes,
    script: valuesOf('t_decimal', ['12345.67'], ['-99999999.99'], [query('SELECT CAST(1.5 AS DECIMAL(10,2))'), value('1.50')]),
    killedBy: ['value-decimal-as-float', 'value-decimal-zeros-lost'],
  },
  {
    id: 'resultset/value-bit',
    title: 'BIT is sent as bytes, not as digits, in the text protocol too',
    level: 'SHOULD',
    source: [...source, manual['mysql/bit-is-returned-as-binary'], manual['mariadb/bit-is-returned-as-binary']],
    needs: needsTypes,
    script: valuesOf('t_bit', ['\x02\xaa'], ['\x03\xff']),
    killedBy: ['value-bit-as-number'],
  },
  {
    id: 'resultset/value-year',
    title: 'YEAR is sent with four digits',
    level: 'MUST',
    source: [...source, manual['mysql/year-has-four-digits'], manual['mariadb/year-has-four-digits']],
    needs: needsTypes,
    script: valuesOf('t_year', ['2026'], ['2155']),
    killedBy: ['value-year-of-two-digits'],
  },
  {
    id: 'resultset/value-dates',
    title: 'dates are sent as YYYY-MM-DD with the time behind a blank, the zero date as zeros',
    level: 'MUST',
    source: [...source, manual['mysql/zero-date'], manual['mariadb/zero-date']],
    needs: needsTypes,
    script: valuesOf(
      't_date, t_datetime, t_timestamp',
      ['2026-11-26', '2026-11-26 12:34:56', '2026-11-26 12:34:56'],
      ['0000-00-00', '0000-00-00 00:00:00', '2038-01-19 03:14:07'],
    ),
    killedBy: ['value-zero-date-as-null', 'value-date-without-hyphens', 'value-date-and-time-with-t'],
  },
  {
    id: 'resultset/value-microseconds',
    title: 'fractional seconds are sent with all six digits of their type',
    level: 'MUST',
    source: [...source, manual['mysql/fractional-seconds'], manual['mariadb/zero-date'], manual['mariadb/time-range']],
    needs: needsTypes,
    script: valuesOf(
      't_datetime_6, t_timestamp_6, t_time_6',
      ['2026-11-26 12:34:56.789012', '2026-11-26 12:34:56.789012', '12:34:56.789012'],
      ['9999-12-31 23:59:59.999999', '1970-01-01 00:00:01.000001', '-838:59:58.999999'],
    ),
    killedBy: ['value-microseconds-cut'],
  },
  {
    id: 'resultset/value-time-of-many-hours',
    title: 'TIME is sent with a sign and with more than 24 hours',
    level: 'MUST',
    source: [...source, manual['mysql/time-range'], manual['mariadb/time-range']],
    needs: needsTypes,
    script: valuesOf('t_time', ['12:34:56'], ['-838:59:59']),
    killedBy: ['value-hours-within-a-day', 'value-time-without-sign'],
  },
  {
    id: 'resultset/value-text',
    title: 'text is sent in the bytes of the character set of the results, empty text as an empty string',
    level: 'MUST',
    source: [...source, manual['mysql/results-character-set'], manual['mysql/set-names'], manual['mariadb/set-names']],
    needs: needsTypes,
    // näive €
    script: valuesOf(
      't_char, t_varchar, t_tinytext, t_text, t_mediumtext, t_longtext',
      ['char', 'n\xc3\xa4ive \xe2\x82\xac', 'tiny text', 'text', 'medium text', 'long text'],
      ['', '', '', '', '', ''],
      [query('SET NAMES utf8mb4'), done()],
    ),
    killedBy: ['value-empty-as-null', 'value-in-latin1-always'],
  },
  {
    id: 'resultset/value-bytes',
    title: 'binary strings are sent byte by byte, zero bytes, quotes and line ends too',
    level: 'MUST',
    source,
    needs: needsTypes,
    script: valuesOf(
      't_varbinary, t_tinyblob, t_blob, t_mediumblob, t_longblob',
      ["\x00\xff\n'", '\x00\xff', '\x00\xff\x00', '\x00\xff\x00\xff', '\x00\xff\x00\xff\x00'],
      ['', '', '', '', ''],
    ),
    killedBy: ['value-bytes-cut-at-nul', 'value-bytes-escaped'],
  },
  {
    id: 'resultset/value-binary-padded',
    title: 'BINARY keeps its zero bytes at the end',
    level: 'MUST',
    source: [...source, manual['mysql/binary-is-padded'], manual['mariadb/binary-is-padded']],
    needs: needsTypes,
    script: valuesOf('t_binary', ["\x00\xff\n'"], ['\x00\x00\x00\x00']),
    killedBy: ['value-binary-unpadded'],
  },
  {
    id: 'resultset/value-enum-and-set',
    title: 'ENUM and SET are sent as the words of their definition',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/column-type-of-enum-and-set'],
      manual['mariadb/enum-is-a-string-object'],
      manual['mariadb/set-is-a-string-object'],
    ],
    needs: needsTypes,
    script: valuesOf('t_enum, t_set', ['small', 'a,c'], ['', '']),
    killedBy: ['value-enum-as-number'],
  },
  {
    id: 'resultset/value-json',
    title: 'JSON is sent as text, its blanks too',
    level: 'SHOULD',
    source: [...source, manual['mysql/json-is-normalized'], manual['mariadb/json-is-longtext']],
    needs: needsTypes,
    script: valuesOf('t_json', ['{"a": 1}'], ['[]']),
    killedBy: ['value-json-reformatted'],
  },
  {
    id: 'resultset/value-json-normalized',
    title: 'a JSON document is shown with one blank behind each comma and each colon, however it was written',
    level: 'MUST',
    source: [manual['mysql/text-row'], manual['mysql/json-is-normalized']],
    needs: ['check-account', { dialect: 'mysql' }, { feature: 'type-json' }],
    // One key: the order of several the manual leaves open.
    script: [...loggedInWith(), ...plainValues, query(`SELECT CAST('{"a" :[1,2  ,3]}' AS JSON)`), value('{"a": [1, 2, 3]}'), ...works],
    killedBy: ['value-json-reformatted', 'value-json-as-written'],
  },
  {
    id: 'resultset/value-vector',
    title: 'a VECTOR has type 242, and its value is its 4-byte floats, the least byte first',
    level: 'SHOULD',
    source: [manual['mysql/text-row'], manual['mysql/column-type-of-vector'], manual['mysql/vector-is-floats']],
    needs: ['check-account', { dialect: 'mysql' }, { feature: 'type-vector' }],
    script: [
      ...loggedInWith(),
      query("SELECT STRING_TO_VECTOR('[1, 2.5, -3]')"),
      rows({
        columns: 1,
        rows: 1,
        'column.0.type': 242,
        'column.0.characterSet': 63,
        first: '\x00\x00\x80\x3f\x00\x00\x20\x40\x00\x00\x40\xc0',
      }),
      ...works,
    ],
    killedBy: ['vector-floats-reversed', 'vector-as-blob'],
  },
  {
    id: 'resultset/value-geometry',
    title: 'a geometry is sent as four bytes of SRID and its WKB',
    level: 'SHOULD',
    source: [...source, manual['mysql/geometry-is-srid-and-wkb']],
    needs: needsTypes,
    // POINT(1 2)
    script: valuesOf(
      't_geometry',
      ['\x00\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00\x00\x00\x00\x00\x00\x40'],
      ['\x00\x00\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf8\xbf\x7d\xc3\x94\x25\xad\x49\xb2\x54'],
    ),
    killedBy: ['value-geometry-without-srid'],
  },
  {
    id: 'resultset/value-null-of-every-type',
    title: 'NULL is the byte 0xfb whatever the type of the column',
    level: 'MUST',
    source: [...source, manual['mariadb/lenenc-integer-forms']],
    needs: needsTypes,
    script: [
      ...loggedInWith(),
      query('SELECT * FROM mywire.types WHERE id = 2'),
      rows({
        columns: 40,
        rows: 1,
        'row.0.0': '2',
        ...Object.fromEntries(Array.from({ length: 39 }, (_, i) => [`row.0.${i + 1}`, null])),
      }),
      ...works,
    ],
    killedBy: ['null-as-empty-string', 'value-null-as-word'],
  },
] as const satisfies readonly Case[];
