import type { Case } from '../../harness/case/case.ts';
import { fixedSource as fixed, namesSource as names, shippedCollations } from '../column-definition.ts';
import { manual } from '../manual.ts';
import {
  ALIASED,
  allOf,
  definitionsOf,
  namedTable,
  namesOfAliased,
  type OwnColumnName,
  ownTable,
  shortTimes,
  valuesOf,
} from '../own-table.ts';
import { needsTables, needsTexts, query, rows } from '../query-steps.ts';
import { works } from '../steps.ts';

const values = [manual['mysql/text-row'], manual['mariadb/resultset-text-row'], manual['mariadb/lenenc-integer-forms']] as const;

const described = (...of: readonly OwnColumnName[]) => [...ownTable(of), query(allOf(of)), rows(definitionsOf(of)), ...works] as const;
const told = (...of: readonly OwnColumnName[]) => [...ownTable(of), query(allOf(of)), rows(valuesOf(of)), ...works] as const;

const fixedReals = ['t_float_of_7_and_3', 't_double_of_9_and_2'] as const satisfies readonly OwnColumnName[];

const decimals = [
  't_decimal',
  't_decimal_unsigned',
  't_decimal_whole',
  't_decimal_whole_unsigned',
] as const satisfies readonly OwnColumnName[];

/** Definitions and values of the columns of a temporary table, on a server that need not have our fixtures. */
export const cases = [
  {
    id: 'resultset/own-table-names',
    title: 'a column of a temporary table is told with its schema, both names of its table and both of its own',
    level: 'MUST',
    source: names,
    needs: needsTables,
    script: [...namedTable, query(ALIASED), rows(namesOfAliased), ...works],
    killedBy: [
      'column-schema-missing',
      'column-table-alias-ignored',
      'column-org-table-missing',
      'column-alias-ignored',
      'column-org-name-missing',
    ],
  },
  {
    id: 'resultset/own-table-numbers',
    title: 'numbers of a temporary table have their types, lengths and decimals, and the flags UNSIGNED and ZEROFILL',
    level: 'SHOULD',
    source: [
      ...fixed,
      manual['mysql/zerofill-pads-and-is-unsigned'],
      manual['mariadb/zerofill-pads-and-is-unsigned'],
      manual['mysql/column-definition-decimals'],
    ],
    needs: needsTables,
    script: described(
      't_tinyint',
      't_tinyint_unsigned',
      't_smallint',
      't_smallint_unsigned',
      't_mediumint',
      't_int',
      't_int_unsigned',
      't_int_zerofill',
      't_bigint',
      't_bigint_unsigned',
      't_float',
      't_double',
      't_decimal',
      't_bit',
      't_year',
    ),
    killedBy: [
      'column-flag-unsigned-missing',
      'column-flag-zerofill-missing',
      'column-decimals-of-decimal-zero',
      'column-decimals-of-floats-zero',
      'column-length-zero',
      'column-small-integers-widened',
      'column-bigint-narrowed',
      'column-float-widened',
      'column-decimal-as-double',
      'column-bit-as-bigint',
      'column-bit-length-in-bytes',
      'column-year-as-smallint',
    ],
  },
  {
    id: 'resultset/own-table-floats-of-fixed-decimals',
    title: 'FLOAT(7,3) and DOUBLE(9,2) of a temporary table tell these digits as length and decimals, and show as many',
    // The protocol's pages have 0x1f for FLOAT and DOUBLE, and do not speak of those with a fixed number of decimals.
    level: 'SHOULD',
    source: [...fixed, manual['mysql/float-of-m-and-d'], manual['mariadb/float-of-m-and-d'], manual['mysql/column-definition-decimals']],
    needs: needsTables,
    script: [...ownTable(fixedReals), query(allOf(fixedReals)), rows({ ...definitionsOf(fixedReals), ...valuesOf(fixedReals) }), ...works],
    killedBy: ['column-decimals-of-fixed-floats-open', 'column-decimals-of-floats-zero', 'value-float-with-six-decimals'],
  },
  {
    id: 'resultset/own-table-decimals',
    title: 'the length of DECIMAL counts its digits, a point where it has decimals, and a sign where it is not UNSIGNED',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/column-definition-decimals']],
    needs: needsTables,
    script: [...ownTable(decimals), query(allOf(decimals)), rows({ ...definitionsOf(decimals), ...valuesOf(decimals) }), ...works],
    killedBy: ['column-decimal-length-with-sign', 'column-decimal-length-with-point', 'column-flag-unsigned-missing'],
  },
  {
    id: 'resultset/own-table-times',
    title: 'times of a temporary table have their types, lengths, and as many decimals as fractional digits',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/fractional-seconds']],
    needs: needsTables,
    script: described('t_date', 't_datetime', 't_datetime_6', 't_timestamp', 't_time', 't_time_6'),
    killedBy: [
      'column-decimals-of-times-zero',
      'column-date-as-datetime',
      'column-timestamp-as-datetime',
      'column-time-as-string',
      'column-length-zero',
    ],
  },
  {
    id: 'resultset/own-table-strings',
    title: 'strings of a temporary table have their types, lengths in bytes and character sets, and the flags BLOB, BINARY, ENUM and SET',
    level: 'SHOULD',
    source: [...fixed, manual['mysql/column-type-of-enum-and-set'], manual['mysql/results-character-set']],
    needs: [...needsTexts, ...shippedCollations],
    script: described('t_char', 't_text', 't_binary', 't_varbinary', 't_blob', 't_enum', 't_set'),
    killedBy: [
      'column-flag-blob-missing',
      'column-flag-enum-missing',
      'column-flag-set-missing',
      'column-flag-binary-missing',
      'column-character-set-of-bytes',
      'column-text-as-binary',
      'column-length-in-characters',
      'column-char-as-varchar',
      'column-blob-as-varchar',
      'column-enum-as-247',
    ],
  },
  {
    id: 'resultset/own-table-values-of-numbers',
    title: 'the numbers of a temporary table come as digits: signed or not, padded, with all decimals, the extremes too',
    level: 'MUST',
    source: [
      ...values,
      manual['mysql/zerofill-pads-and-is-unsigned'],
      manual['mysql/decimal-scale'],
      manual['mysql/year-has-four-digits'],
      manual['mariadb/zerofill-pads-and-is-unsigned'],
      manual['mariadb/decimal-scale'],
      manual['mariadb/year-has-four-digits'],
    ],
    needs: needsTables,
    script: told(
      't_tinyint',
      't_smallint_unsigned',
      't_int',
      't_int_zerofill',
      't_bigint',
      't_bigint_unsigned',
      't_decimal',
      't_decimal_zeros',
      't_year',
    ),
    killedBy: [
      'value-negative-as-unsigned',
      'value-unsigned-as-signed',
      'value-smaller-unsigned-as-signed',
      'value-zerofill-not-padded',
      'value-decimal-as-float',
      'value-decimal-zeros-lost',
      'value-year-of-two-digits',
    ],
  },
  {
    id: 'resultset/own-table-values-of-times',
    title: 'the times of a temporary table come with sign, hours above 24, all fractional digits, and zero dates as zeros',
    level: 'MUST',
    source: [
      ...values,
      manual['mysql/fractional-seconds'],
      manual['mysql/zero-date'],
      manual['mysql/time-range'],
      manual['mariadb/zero-date'],
      manual['mariadb/time-range'],
    ],
    needs: needsTables,
    script: told('t_date', 't_datetime', 't_datetime_6', 't_timestamp', 't_time', 't_time_6'),
    killedBy: ['value-microseconds-cut', 'value-zero-date-as-null', 'value-hours-within-a-day', 'value-time-without-sign'],
  },
  {
    id: 'resultset/own-table-values-of-short-times',
    title: 'a negative TIME of less than an hour has its sign, and a moment whose fraction or time of day is zero all of its digits',
    level: 'MUST',
    source: [...values, manual['mysql/fractional-seconds'], manual['mysql/time-range'], manual['mariadb/time-range']],
    needs: needsTables,
    script: told(...shortTimes),
    killedBy: ['value-time-below-an-hour-without-sign', 'value-fraction-zeros-lost'],
  },
  {
    id: 'resultset/own-table-values-of-strings',
    title:
      'the strings of a temporary table come byte by byte: zero bytes, none at all, BINARY padded, BIT as bytes, ENUM and SET as words',
    // That ENUM and SET come as strings only MySQL's manual says.
    level: 'SHOULD',
    source: [
      ...values,
      manual['mysql/binary-is-padded'],
      manual['mariadb/binary-is-padded'],
      manual['mysql/bit-is-returned-as-binary'],
      manual['mariadb/bit-is-returned-as-binary'],
      manual['mysql/column-type-of-enum-and-set'],
    ],
    needs: needsTexts,
    script: told('t_char', 't_text', 't_binary', 't_varbinary', 't_blob', 't_bit', 't_enum', 't_set'),
    killedBy: ['value-bytes-cut-at-nul', 'value-binary-unpadded', 'value-empty-as-null', 'value-enum-as-number', 'value-bit-as-number'],
  },
  {
    id: 'resultset/own-table-values-of-reals',
    title: 'FLOAT of a temporary table comes with six digits, DOUBLE with as many as tell it apart',
    // No manual says how many.
    level: 'OBSERVE',
    source: values,
    needs: needsTables,
    script: told('t_float', 't_double'),
    killedBy: ['value-float-with-six-decimals'],
  },
] as const satisfies readonly Case[];
