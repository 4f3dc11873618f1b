import type { Case } from '../../harness/case/case.ts';
import { columns, type Fields, fixedSource, flagsOfKeys, namesSource, shippedCollations, tableOfKeys } from '../column-definition.ts';
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
  typesOf,
  valuesOf,
} from '../own-table.ts';
import { execute, prepare, prepared } from '../prepared-steps.ts';
import { done, inDatabase, needsTables, needsTexts, query, unbuffered } from '../query-steps.ts';
import { works } from '../steps.ts';

const types = [manual['mysql/column-types'], manual['mariadb/column-types']] as const;
const rows = [manual['mysql/binary-row'], manual['mariadb/binary-row']] as const;

const executed = (where: Fields) => [{ send: execute() }, { expect: [{ packet: 'BinaryResultset', where }] }, ...works] as const;
const told = (...of: readonly OwnColumnName[]) =>
  [...ownTable(of), ...prepared(allOf(of), 0, of.length), ...executed({ ...typesOf(of), ...valuesOf(of) })] as const;
const described = (...of: readonly OwnColumnName[]) =>
  [
    ...ownTable(of),
    { send: prepare(allOf(of)) },
    { expect: [{ packet: 'StmtPrepareOK', where: { parameters: 0, columns: of.length, ...definitionsOf(of) } }] },
    ...executed({ rows: 3, ...definitionsOf(of) }),
  ] as const;

/** Binary rows of a temporary table, on a server that need not have our fixtures. */
export const cases = [
  {
    id: 'prepared/own-table-names',
    title:
      'COM_STMT_PREPARE and COM_STMT_EXECUTE name a column of a temporary table alike: schema, table and column, alias and original name',
    level: 'MUST',
    source: [...namesSource, manual['mysql/execute-answer'], manual['mariadb/execute-answer']],
    needs: needsTables,
    script: [
      ...namedTable,
      { send: prepare(ALIASED) },
      { expect: [{ packet: 'StmtPrepareOK', where: { parameters: 0, columns: 1, ...namesOfAliased } }] },
      ...executed({ rows: 3, ...namesOfAliased }),
    ],
    killedBy: [
      'execute-describes-without-original-names',
      'execute-describes-without-table',
      'execute-describes-without-alias',
      'column-org-name-missing',
    ],
  },
  {
    id: 'prepared/own-table-integers',
    title: 'integers of a temporary table have 1, 2, 4 or 8 bytes in a binary row, signed or not',
    level: 'MUST',
    source: [...rows, ...types, manual['mysql/binary-integers'], manual['mariadb/binary-numbers']],
    needs: needsTables,
    script: told(
      't_tinyint',
      't_tinyint_unsigned',
      't_smallint',
      't_smallint_unsigned',
      't_mediumint',
      't_int',
      't_int_unsigned',
      't_bigint',
      't_bigint_unsigned',
      't_year',
    ),
    killedBy: ['binary-integers-big-endian', 'binary-year-in-one-byte', 'binary-mediumint-in-3-bytes', 'column-flag-unsigned-missing'],
  },
  {
    id: 'prepared/own-table-reals',
    title: 'FLOAT, DOUBLE and DECIMAL of a temporary table come in 4 bytes, 8 bytes and as text in a binary row',
    level: 'MUST',
    source: [...rows, ...types, manual['mysql/binary-reals'], manual['mysql/binary-strings'], manual['mariadb/binary-numbers']],
    needs: needsTables,
    script: told('t_float', 't_double', 't_decimal'),
    killedBy: ['binary-float-as-double', 'binary-double-as-float', 'binary-decimal-as-double'],
  },
  {
    id: 'prepared/own-table-times',
    title: 'dates and times of a temporary table come whole in a binary row: dates, times of day, microseconds, sign and days, zero dates',
    level: 'MUST',
    source: [
      ...rows,
      ...types,
      manual['mysql/zero-date'],
      manual['mariadb/zero-date'],
      manual['mysql/binary-dates'],
      manual['mariadb/binary-dates'],
      manual['mysql/binary-time'],
      manual['mariadb/binary-time'],
    ],
    needs: needsTables,
    script: told('t_date', 't_datetime', 't_datetime_6', 't_timestamp', 't_time', 't_time_6'),
    killedBy: [
      'binary-datetime-without-microseconds',
      'binary-datetime-without-time',
      'binary-time-without-sign',
      'binary-time-without-days',
      'binary-dates-as-text',
      'binary-zero-date-as-null',
    ],
  },
  {
    id: 'prepared/own-table-early-dates',
    title: 'the year of a date before the year 1000 comes in its two bytes in a binary row',
    // MySQL and MariaDB store it, and say that their range begins with the year 1000.
    level: 'OBSERVE',
    source: [...rows, ...types, manual['mysql/binary-dates'], manual['mariadb/binary-dates']],
    needs: needsTables,
    script: told('t_date_early', 't_datetime_early'),
    killedBy: ['binary-years-below-1000-as-zero'],
  },
  {
    id: 'prepared/own-table-short-times',
    title:
      'what is left out of a date or time of a binary row is zero: a fraction behind midnight, a time of less than a second, whole days',
    level: 'MUST',
    source: [
      ...rows,
      ...types,
      manual['mysql/binary-dates'],
      manual['mariadb/binary-dates'],
      manual['mysql/binary-time'],
      manual['mariadb/binary-time'],
    ],
    needs: needsTables,
    script: told(...shortTimes),
    killedBy: ['binary-midnight-without-microseconds', 'binary-time-below-a-second-as-zero', 'binary-time-of-whole-days-as-zero'],
  },
  {
    id: 'prepared/own-table-strings',
    title: 'strings of a temporary table come whole in a binary row, zero bytes and empty ones too; BIT, ENUM and SET are strings',
    // That ENUM and SET come as strings only MySQL's manual says, and MariaDB's has types of their own for them.
    level: 'SHOULD',
    source: [
      ...rows,
      ...types,
      manual['mysql/binary-strings'],
      manual['mysql/column-type-of-enum-and-set'],
      manual['mysql/binary-is-padded'],
      manual['mysql/bit-is-returned-as-binary'],
      manual['mariadb/binary-strings'],
      manual['mariadb/binary-is-padded'],
      manual['mariadb/bit-is-returned-as-binary'],
    ],
    needs: needsTexts,
    script: told('t_char', 't_text', 't_binary', 't_varbinary', 't_blob', 't_bit', 't_enum', 't_set'),
    killedBy: ['binary-strings-cut-at-nul', 'binary-bit-as-number', 'binary-enum-as-number'],
  },
  {
    id: 'prepared/own-table-nine-columns',
    title: 'strings in the eighth and the ninth column of a binary row that are NULL are NULL, and empty ones empty',
    level: 'MUST',
    source: [
      ...rows,
      ...types,
      manual['mysql/binary-integers'],
      manual['mysql/binary-strings'],
      manual['mariadb/binary-numbers'],
      manual['mariadb/binary-strings'],
    ],
    needs: needsTexts,
    script: told('t_tinyint', 't_smallint', 't_mediumint', 't_int', 't_bigint', 't_year', 't_varbinary', 't_text', 't_char'),
    killedBy: ['null-string-as-empty-behind-the-first-bitmap-byte'],
  },
  {
    id: 'prepared/own-table-definitions',
    title: 'COM_STMT_PREPARE and COM_STMT_EXECUTE describe the columns of a temporary table alike: types, lengths, flags, decimals',
    level: 'SHOULD',
    source: [
      ...types,
      manual['mysql/column-definition-fixed-fields'],
      manual['mysql/column-flags'],
      manual['mariadb/column-definition'],
      manual['mariadb/column-flags'],
    ],
    needs: [...needsTexts, ...shippedCollations],
    script: described(
      't_smallint_unsigned',
      't_int_zerofill',
      't_decimal',
      't_datetime_6',
      't_time',
      't_char',
      't_varbinary',
      't_blob',
      't_enum',
      't_set',
    ),
    killedBy: [
      'prepare-lengths-missing',
      'column-time-as-string',
      'column-flag-zerofill-missing',
      'column-flag-set-missing',
      'column-decimals-of-times-zero',
    ],
  },
  {
    id: 'prepared/own-table-flags-of-keys',
    title: 'COM_STMT_PREPARE and COM_STMT_EXECUTE tell NOT NULL, the kinds of keys, AUTO_INCREMENT and a missing default alike',
    level: 'SHOULD',
    source: fixedSource,
    needs: [...needsTables, unbuffered],
    script: [
      ...inDatabase,
      query(tableOfKeys),
      done(),
      { send: prepare('SELECT * FROM mywire_keys') },
      { expect: [{ packet: 'StmtPrepareOK', where: { parameters: 0, columns: 4, ...columns(...flagsOfKeys) } }] },
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { rows: 0, columns: 4, ...columns(...flagsOfKeys) } }] },
      ...works,
    ],
    killedBy: [
      'prepare-flags-of-keys-missing',
      'column-flag-not-null-missing',
      'column-flag-primary-key-missing',
      'column-flag-unique-key-missing',
      'column-flag-multiple-key-missing',
      'column-flag-auto-increment-missing',
      'column-flag-no-default-missing',
    ],
  },
] as const satisfies readonly Case[];
