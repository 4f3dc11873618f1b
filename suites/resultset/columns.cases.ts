import type { Case } from '../../harness/case/case.ts';
import { columnFlag as F, columnType as T } from '../../harness/codec/column-type.ts';
import {
  BINARY,
  type Fields,
  fixedSource as fixed,
  flagsOfKeys,
  needsCollations,
  namesSource as source,
  tableOfKeys,
  textColumn,
  textLength,
} from '../column-definition.ts';
import { manual } from '../manual.ts';
import { done, inDatabase, loggedInWith, needsTables, needsTypes, query, rows } from '../query-steps.ts';
import { keyless, loggedIn, works } from '../steps.ts';

/** The conditions on the columns of mywire.types, in their order, from the fields of each. */
function columns(...each: readonly Fields[]): Fields {
  return Object.fromEntries(
    each.flatMap((fields, i) => Object.entries(fields).map(([field, is]) => [`column.${i}.${field}`, is] as const)),
  );
}
/** Those that may have NUM_FLAG, which MySQL's manual has for clients, and MariaDB's for any number. */
const NUMERIC: readonly number[] = [T.TINY, T.SHORT, T.INT24, T.LONG, T.LONGLONG, T.FLOAT, T.DOUBLE, T.NEWDECIMAL, T.YEAR];
const number = (type: number, columnLength: number, flags = 0, decimals = 0): Fields => ({
  characterSet: BINARY,
  columnLength,
  type,
  flags: NUMERIC.includes(type) ? { oneOf: [flags, flags | F.NUM] } : flags,
  decimals,
});
/** Dates and times, BIT and YEAR: which flags these have, no page says. */
const withoutFlags = (type: number, columnLength: number, decimals = 0): Fields => ({ characterSet: BINARY, columnLength, type, decimals });

const ofTypes = (names: string, ...each: readonly Fields[]) =>
  [...loggedInWith(), query(`SELECT ${names} FROM mywire.types WHERE id = 1`), rows(columns(...each)), ...works] as const;

/** What stands in a column definition. The tables are those of fixtures/sql. */
export const cases = [
  {
    id: 'resultset/column-names',
    title: 'a column definition names table and column as the statement does and as they are stored',
    level: 'MUST',
    source,
    needs: ['check-account', { feature: 'numbers' }],
    script: [
      ...loggedInWith(),
      query('SELECT n.id AS num, n.id + 1 AS plus FROM mywire.numbers AS n LIMIT 1'),
      rows(columns({ schema: 'mywire', table: 'n', orgTable: 'numbers', name: 'num', orgName: 'id' })),
      ...works,
    ],
    killedBy: [
      'column-schema-missing',
      'column-table-alias-ignored',
      'column-org-table-missing',
      'column-alias-ignored',
      'column-org-name-missing',
    ],
  },
  {
    id: 'resultset/column-catalog-and-filler',
    title: 'the catalog of a column definition is def, and it ends with two zero bytes',
    // The manuals have def; that the bytes at the end, which MariaDB's calls unused, are zero neither says.
    level: 'OBSERVE',
    source,
    needs: ['check-account'],
    script: [...loggedIn, query('SELECT 1'), rows({ 'column.0.catalog': 'def', 'column.0.filler': { bytes: 'zero' } }), ...works],
    killedBy: ['column-catalog-empty', 'column-filler-nonzero'],
  },
  {
    id: 'resultset/column-of-an-expression',
    title: 'an expression has a name, and neither schema nor table nor original names',
    level: 'SHOULD',
    source,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELECT 1 AS one'),
      rows(columns({ schema: '', table: '', orgTable: '', name: 'one', orgName: '' })),
      ...works,
    ],
    killedBy: ['column-of-expression-has-table'],
  },
  {
    id: 'resultset/column-integers',
    title: 'integer columns have their own type, their display width and the binary character set',
    level: 'SHOULD',
    source: fixed,
    needs: needsTypes,
    script: ofTypes(
      't_tinyint, t_smallint, t_mediumint, t_int, t_bigint',
      number(T.TINY, 4),
      number(T.SHORT, 6),
      number(T.INT24, 9),
      number(T.LONG, 11),
      number(T.LONGLONG, 20),
    ),
    killedBy: ['column-small-integers-widened', 'column-bigint-narrowed', 'column-length-zero', 'column-character-set-of-numbers'],
  },
  {
    id: 'resultset/column-unsigned',
    title: 'unsigned integer columns say so, and ZEROFILL too',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/zerofill-pads-and-is-unsigned'], manual['mariadb/zerofill-pads-and-is-unsigned']],
    needs: needsTypes,
    script: ofTypes(
      't_tinyint_unsigned, t_smallint_unsigned, t_mediumint_unsigned, t_int_unsigned, t_bigint_unsigned, t_int_zerofill',
      number(T.TINY, 3, F.UNSIGNED),
      number(T.SHORT, 5, F.UNSIGNED),
      number(T.INT24, 8, F.UNSIGNED),
      number(T.LONG, 10, F.UNSIGNED),
      number(T.LONGLONG, 20, F.UNSIGNED),
      number(T.LONG, 8, F.UNSIGNED | F.ZEROFILL),
    ),
    killedBy: ['column-flag-unsigned-missing', 'column-flag-zerofill-missing'],
  },
  {
    id: 'resultset/column-floats-and-decimals',
    title: 'FLOAT and DOUBLE have 31 decimals, DECIMAL those it was declared with',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/column-definition-decimals']],
    needs: needsTypes,
    script: ofTypes(
      't_float, t_double, t_decimal',
      number(T.FLOAT, 12, 0, 31),
      number(T.DOUBLE, 22, 0, 31),
      number(T.NEWDECIMAL, 12, 0, 2),
    ),
    killedBy: ['column-float-widened', 'column-decimal-as-double', 'column-decimals-of-floats-zero', 'column-decimals-of-decimal-zero'],
  },
  {
    id: 'resultset/column-bit-and-year',
    title: 'BIT has its length in bits, and YEAR is a type of its own',
    level: 'SHOULD',
    source: fixed,
    needs: needsTypes,
    script: ofTypes('t_bit, t_year', withoutFlags(T.BIT, 10), withoutFlags(T.YEAR, 4)),
    killedBy: ['column-bit-as-bigint', 'column-year-as-smallint'],
  },
  {
    id: 'resultset/column-dates-and-times',
    title: 'temporal columns have their own types, and as many decimals as fractional digits',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/fractional-seconds']],
    needs: needsTypes,
    script: ofTypes(
      't_date, t_datetime, t_datetime_6, t_timestamp, t_timestamp_6, t_time, t_time_6',
      withoutFlags(T.DATE, 10),
      withoutFlags(T.DATETIME, 19),
      withoutFlags(T.DATETIME, 26, 6),
      withoutFlags(T.TIMESTAMP, 19),
      withoutFlags(T.TIMESTAMP, 26, 6),
      withoutFlags(T.TIME, 10),
      withoutFlags(T.TIME, 17, 6),
    ),
    killedBy: ['column-date-as-datetime', 'column-timestamp-as-datetime', 'column-time-as-string', 'column-decimals-of-times-zero'],
  },
  {
    id: 'resultset/column-strings',
    title: 'CHAR and VARCHAR have their types, a length in bytes and the character set of the results',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/results-character-set']],
    needs: needsCollations,
    script: ofTypes('t_char, t_varchar', textColumn(T.STRING, 40), textColumn(T.VAR_STRING, 160)),
    killedBy: ['column-char-as-varchar', 'column-length-in-characters'],
  },
  {
    id: 'resultset/column-binary-strings',
    title: 'BINARY and VARBINARY have the binary character set and BINARY_FLAG',
    level: 'SHOULD',
    source: fixed,
    needs: needsTypes,
    script: ofTypes('t_binary, t_varbinary', number(T.STRING, 4, F.BINARY), number(T.VAR_STRING, 40, F.BINARY)),
    killedBy: ['column-character-set-of-bytes', 'column-flag-binary-missing'],
  },
  {
    id: 'resultset/column-texts',
    title: 'the four TEXT types are BLOB with a character set and their own lengths',
    level: 'SHOULD',
    source: [
      ...fixed,
      manual['mysql/column-type-of-enum-and-set'],
      manual['mysql/text-holds-fewer-characters-of-several-bytes'],
      manual['mariadb/text-holds-fewer-characters-of-several-bytes'],
    ],
    needs: needsCollations,
    script: ofTypes(
      't_tinytext, t_text, t_mediumtext, t_longtext',
      textColumn(T.BLOB, textLength(0xff), F.BLOB),
      textColumn(T.BLOB, textLength(0xffff), F.BLOB),
      textColumn(T.BLOB, textLength(0xffffff), F.BLOB),
      textColumn(T.BLOB, 0xffffffff, F.BLOB),
    ),
    killedBy: ['column-blob-as-varchar', 'column-flag-blob-missing', 'column-length-zero'],
  },
  {
    id: 'resultset/column-blobs',
    title: 'the four BLOB types are BLOB with the binary character set and their own lengths',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/column-type-of-enum-and-set']],
    needs: needsTypes,
    script: ofTypes(
      't_tinyblob, t_blob, t_mediumblob, t_longblob',
      number(T.BLOB, 255, F.BLOB | F.BINARY),
      number(T.BLOB, 65535, F.BLOB | F.BINARY),
      number(T.BLOB, 16777215, F.BLOB | F.BINARY),
      number(T.BLOB, 4294967295, F.BLOB | F.BINARY),
    ),
    killedBy: ['column-character-set-of-bytes', 'column-blob-as-varchar', 'column-flag-blob-missing'],
  },
  {
    id: 'resultset/column-enum-and-set',
    title: 'ENUM and SET are strings that their flags tell apart',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/column-type-of-enum-and-set']],
    needs: needsCollations,
    script: ofTypes('t_enum, t_set', textColumn(T.STRING, 20, F.ENUM), textColumn(T.STRING, 20, F.SET)),
    killedBy: ['column-enum-as-247', 'column-flag-enum-missing', 'column-flag-set-missing'],
  },
  {
    id: 'resultset/column-json',
    title: 'JSON has a type of its own in MySQL',
    level: 'SHOULD',
    source: [manual['mysql/column-types'], manual['mysql/column-definition-fixed-fields']],
    needs: [...needsTypes, { dialect: 'mysql' }],
    script: ofTypes('t_json', { type: T.JSON }),
    killedBy: ['column-json-as-varchar'],
  },
  {
    id: 'resultset/column-json-of-mariadb',
    title: 'JSON is LONGTEXT in MariaDB, with a binary collation',
    level: 'SHOULD',
    source: [manual['mariadb/json-is-longtext'], manual['mariadb/column-types'], manual['mariadb/column-flags']],
    needs: [...needsCollations, { dialect: 'mariadb' }],
    // The page on JSON says LONGTEXT, that on result sets MYSQL_TYPE_STRING; MariaDB sends BLOB.
    script: ofTypes('t_json', { ...textColumn(T.BLOB, 4294967295, F.BLOB | F.BINARY), type: { oneOf: [T.BLOB, T.STRING] } }),
    killedBy: ['column-json-as-varchar'],
  },
  {
    id: 'resultset/column-geometry',
    title: 'GEOMETRY has a type of its own',
    level: 'SHOULD',
    source: fixed,
    needs: needsTypes,
    script: ofTypes('t_geometry', { type: T.GEOMETRY }),
    killedBy: ['column-geometry-as-blob'],
  },
  {
    id: 'resultset/column-flags-of-keys',
    title: 'the flags of a column tell NOT NULL, the kinds of keys, AUTO_INCREMENT and a missing default',
    level: 'SHOULD',
    source: fixed,
    needs: needsTables,
    script: [
      ...inDatabase,
      query(tableOfKeys),
      done(),
      query('SELECT * FROM mywire_keys'),
      rows({ rows: 0, ...columns(...flagsOfKeys) }),
      ...works,
    ],
    killedBy: [
      'column-flag-not-null-missing',
      'column-flag-primary-key-missing',
      'column-flag-unique-key-missing',
      'column-flag-multiple-key-missing',
      'column-flag-auto-increment-missing',
      'column-flag-no-default-missing',
    ],
  },
  {
    id: 'resultset/column-flags-of-a-timestamp',
    title: 'the flags of a TIMESTAMP that sets itself say so, and that an UPDATE sets it again',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/column-flags-of-timestamps']],
    needs: [...needsTables, keyless],
    script: [
      ...inDatabase,
      query('CREATE TEMPORARY TABLE mywire_stamp (t TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)'),
      done(),
      query('SELECT * FROM mywire_stamp'),
      rows({ rows: 0, 'column.0.type': T.TIMESTAMP, 'column.0.flags': { bits: F.TIMESTAMP | F.ON_UPDATE_NOW } }),
      ...works,
    ],
    killedBy: ['column-flag-timestamp-missing', 'column-flag-on-update-missing'],
  },
  {
    id: 'resultset/columns-251',
    title: 'a column count of 251 takes three bytes',
    level: 'MUST',
    source: [
      manual['mysql/lenenc-integer-forms'],
      manual['mariadb/lenenc-integer-forms'],
      manual['mysql/resultset-order'],
      manual['mariadb/resultset-order'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query(`SELECT ${Array.from({ length: 251 }, () => '1').join(',')}`),
      rows({ columns: 251, rows: 1, 'row.0.250': '1', spareBytes: 0 }),
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['column-count-in-one-byte'],
  },
] as const satisfies readonly Case[];
