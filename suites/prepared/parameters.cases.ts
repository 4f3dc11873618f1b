import type { Case } from '../../harness/case/case.ts';
import { ascii, int } from '../bytes.ts';
import { manual } from '../manual.ts';
import { execute, executeRaw, gives, longlong, moment, nullOf, prepared, text, type, UNSIGNED, value } from '../prepared-steps.ts';
import { loggedIn, works } from '../steps.ts';

const layout = [
  manual['mysql/execute-layout'],
  manual['mysql/execute-types'],
  manual['mariadb/execute-layout'],
  manual['mariadb/execute-types'],
  manual['mysql/execute-parameter-encoding'],
  manual['mariadb/execute-parameter-encoding'],
] as const;
const integers = [...layout, manual['mysql/binary-integers'], manual['mariadb/binary-numbers']] as const;
const strings = [...layout, manual['mysql/binary-strings'], manual['mariadb/binary-strings']] as const;
const dates = [...layout, manual['mysql/binary-dates'], manual['mariadb/binary-dates']] as const;
const times = [...layout, manual['mysql/binary-time'], manual['mariadb/binary-time']] as const;
const nulls = [...layout, manual['mariadb/execute-null-bitmap']] as const;
const needs = ['check-account'] as const;

/** 2026-11-26, then 12:34:56, then .789012. */
const DAY = 'ea070b1a';
const CLOCK = '0c2238';
const MICRO = '140a0c00';
/** What may go wrong on the way of a blob, in hex and as it arrives: the last two are no UTF-8. */
const BYTES = '00ff27225c0a0d1a80c3';
const AS_SENT = '\0\xff\'"\\\n\r\x1a\x80\xc3';

/**
 * Values of COM_STMT_EXECUTE, by their type. Numbers have texts of their own: a proxy may keep one statement for a text, and MySQL from
 * 8.0.22 reads later strings as what its first execution had (`prepared/types-of-each-connection`).
 */
export const cases = [
  {
    id: 'prepared/parameter-signed-integers',
    title: 'the least values of the signed integers arrive as they were sent: TINY, SHORT, LONG, LONGLONG',
    level: 'MUST',
    source: integers,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, ?, 1', 4, 5),
      {
        send: execute([
          value(type.TINY, '80'),
          value(type.SHORT, '0080'),
          value(type.LONG, '00000080'),
          value(type.LONGLONG, '0000000000000080'),
        ]),
      },
      gives('-128', '-32768', '-2147483648', '-9223372036854775808', '1'),
      ...works,
    ],
    killedBy: ['signed-parameter-read-as-unsigned', 'binary-row-header-wrong'],
  },
  {
    id: 'prepared/parameter-unsigned-integers',
    title: 'the greatest values of the unsigned integers arrive as they were sent: TINY, SHORT, LONG, LONGLONG',
    level: 'MUST',
    source: integers,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, ?, 2', 4, 5),
      {
        send: execute([
          value(type.TINY + UNSIGNED, 'ff'),
          value(type.SHORT + UNSIGNED, 'ffff'),
          value(type.LONG + UNSIGNED, 'ffffffff'),
          value(type.LONGLONG + UNSIGNED, 'ffffffffffffffff'),
        ]),
      },
      gives('255', '65535', '4294967295', '18446744073709551615', '2'),
      ...works,
    ],
    killedBy: ['unsigned-parameter-read-as-signed'],
  },
  {
    id: 'prepared/parameter-float-and-double',
    title: 'FLOAT has 4 bytes, and DOUBLE 8 with all of its digits',
    level: 'MUST',
    source: [...layout, manual['mysql/binary-reals'], manual['mariadb/binary-numbers']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, 1', 2, 3),
      // 1.5, and the DOUBLE next to minus pi, which takes all of its 53 bits.
      { send: execute([value(type.FLOAT, '0000c03f'), value(type.DOUBLE, '182d4454fb2109c0')]) },
      gives('1.5', '-3.141592653589793', '1'),
      ...works,
    ],
    killedBy: ['double-parameter-read-as-float', 'float-parameter-read-as-double'],
  },
  {
    id: 'prepared/parameter-decimal',
    title: 'a decimal travels as its digits, as DECIMAL and as NEWDECIMAL',
    level: 'MUST',
    source: [...layout, manual['mysql/binary-strings'], manual['mariadb/binary-numbers']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, 2', 2, 3),
      { send: execute([value(type.DECIMAL, ascii('-12.50')), value(type.NEWDECIMAL, ascii('99999999999999999999.75'))]) },
      gives('-12.50', '99999999999999999999.75', '2'),
      ...works,
    ],
    killedBy: ['decimal-parameter-read-as-double'],
  },
  {
    id: 'prepared/parameter-strings',
    title: 'VARCHAR, VAR_STRING and STRING carry a length and as many bytes, none too',
    level: 'MUST',
    source: strings,
    needs: [...needs, { feature: 'empty-strings' }],
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, ?', 4, 4),
      {
        send: execute([
          value(type.VARCHAR, ascii('varchar')),
          value(type.VAR_STRING, ''),
          value(type.STRING, ascii('string')),
          value(type.VAR_STRING, ascii("it's \\ 100%")),
        ]),
      },
      gives('varchar', '', 'string', "it's \\ 100%"),
      ...works,
    ],
    killedBy: ['empty-string-parameter-as-null', 'varchar-parameter-refused'],
  },
  {
    id: 'prepared/parameter-blobs',
    title: 'each of the four types of blob carries its bytes as they are: NUL, FF, quotes, a backslash, line ends, and what is no UTF-8',
    level: 'MUST',
    source: strings,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, ?', 4, 4),
      {
        send: execute([
          value(type.TINY_BLOB, `61${BYTES}`),
          value(type.BLOB, `62${BYTES}`),
          value(type.MEDIUM_BLOB, `63${BYTES}`),
          value(type.LONG_BLOB, `64${BYTES}`),
        ]),
      },
      gives(`a${AS_SENT}`, `b${AS_SENT}`, `c${AS_SENT}`, `d${AS_SENT}`),
      ...works,
    ],
    killedBy: ['parameter-cut-at-nul', 'blob-parameter-as-utf8'],
  },
  {
    id: 'prepared/parameter-date',
    title: 'a DATE of 4 bytes is year, month and day',
    level: 'MUST',
    source: dates,
    needs,
    script: [...loggedIn, ...prepared('SELECT ?, 7', 1, 2), { send: execute([value(type.DATE, DAY)]) }, gives('2026-11-26', '7'), ...works],
    killedBy: ['day-and-month-swapped'],
  },
  {
    id: 'prepared/parameter-datetime-lengths',
    title: 'a DATETIME has 4, 7 or 11 bytes, and what is left out is zero',
    level: 'MUST',
    source: dates,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, 7', 3, 4),
      {
        send: execute([value(type.DATETIME, DAY), value(type.DATETIME, DAY + CLOCK), value(type.DATETIME, DAY + CLOCK + MICRO)]),
      },
      gives(moment('2026-11-26 00:00:00'), moment('2026-11-26 12:34:56'), '2026-11-26 12:34:56.789012', '7'),
      ...works,
    ],
    killedBy: ['parameter-loses-microseconds', 'day-and-month-swapped'],
  },
  {
    id: 'prepared/parameter-timestamp-lengths',
    title: 'a TIMESTAMP has 4, 7 or 11 bytes, as a DATETIME',
    level: 'MUST',
    source: dates,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, 7', 3, 4),
      {
        send: execute([value(type.TIMESTAMP, DAY), value(type.TIMESTAMP, DAY + CLOCK), value(type.TIMESTAMP, DAY + CLOCK + MICRO)]),
      },
      gives(moment('2026-11-26 00:00:00'), moment('2026-11-26 12:34:56'), '2026-11-26 12:34:56.789012', '7'),
      ...works,
    ],
    killedBy: ['parameter-loses-microseconds'],
  },
  {
    id: 'prepared/parameter-time',
    title: 'a TIME of 8 bytes has days and hours, and a sign',
    level: 'MUST',
    source: times,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, 7', 2, 3),
      { send: execute([value(type.TIME, `0000000000${CLOCK}`), value(type.TIME, `0102000000${CLOCK}`)]) },
      gives(moment('12:34:56'), moment('-60:34:56'), '7'),
      ...works,
    ],
    killedBy: ['time-parameter-loses-sign', 'time-parameter-loses-days'],
  },
  {
    id: 'prepared/parameter-time-with-microseconds',
    title: 'a TIME of 12 bytes has microseconds behind the seconds',
    level: 'MUST',
    source: times,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, 8', 1, 2),
      // 34 days and 14 hours.
      { send: execute([value(type.TIME, '01220000000e050601000000')]) },
      gives('-830:05:06.000001', '8'),
      ...works,
    ],
    killedBy: ['parameter-loses-microseconds', 'time-parameter-loses-days'],
  },
  {
    id: 'prepared/parameter-temporal-zero',
    title: 'a date or time of length 0 is zero, and the parameters behind it keep their place',
    level: 'MUST',
    source: [...dates, manual['mysql/binary-time'], manual['mariadb/binary-time']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, ?, ?', 5, 5),
      {
        send: execute([value(type.DATE, ''), value(type.TIME, ''), value(type.DATETIME, ''), value(type.TIMESTAMP, ''), text('behind')]),
      },
      gives('0000-00-00', moment('00:00:00'), moment('0000-00-00 00:00:00'), moment('0000-00-00 00:00:00'), 'behind'),
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/issues/3585',
    killedBy: ['zero-length-temporal-refused', 'zero-length-temporal-as-null', 'zero-length-temporal-empties-next'],
  },
  {
    id: 'prepared/parameter-null',
    title: 'a parameter whose bit is set is NULL and has no value in the packet, and the one behind it keeps its place',
    level: 'MUST',
    source: nulls,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, 2', 3, 4),
      { send: execute([nullOf(type.LONGLONG), text('second'), nullOf(type.NULL)]) },
      gives(null, 'second', null, '2'),
      ...works,
    ],
    killedBy: ['null-parameter-value-expected', 'null-parameter-as-empty-string', 'binary-bitmap-without-offset'],
  },
  {
    id: 'prepared/parameter-null-bitmap-of-nine',
    title: 'the NULL bitmap of nine parameters has two bytes, the ninth in bit 0 of the second',
    level: 'MUST',
    source: nulls,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?', 9, 9),
      { send: execute([...[1, 2, 3, 4, 5, 6, 7].map(longlong), nullOf(type.LONGLONG), nullOf(type.LONGLONG)]) },
      gives('1', '2', '3', '4', '5', '6', '7', null, null),
      { send: execute([...[1, 2, 3, 4, 5, 6, 7, 8].map(longlong), nullOf(type.LONGLONG)]) },
      gives('1', '2', '3', '4', '5', '6', '7', '8', null),
      ...works,
    ],
    killedBy: ['null-bitmap-of-one-byte', 'null-parameter-as-empty-string', 'binary-bitmap-without-offset'],
  },
  {
    id: 'prepared/parameter-beyond-64-kib',
    title: 'a value of more than 64 KiB comes through whole',
    level: 'MUST',
    source: strings,
    needs: [...needs, { feature: 'values-of-512-kib' }],
    script: [
      ...loggedIn,
      ...prepared('SELECT ?', 1, 1),
      { send: execute([value(type.BLOB, `${'61'.repeat(70_000)}7a`)]) },
      gives({ all: [{ length: 70_001 }, { pattern: '^a+z$' }] }),
      ...works,
    ],
    deliveries: ['whole', 'fields'],
    killedBy: ['parameter-cut-at-64-kib'],
  },
  {
    id: 'prepared/parameter-of-16-mib',
    title: 'a COM_STMT_EXECUTE of more than 16 MiB comes in two packets and is one',
    level: 'MUST',
    source: [...strings, manual['mysql/payload-of-16mb-continues'], manual['mariadb/full-packet-continues']],
    needs: ['check-account', { feature: 'packets-of-32-mib' }],
    script: [
      ...loggedIn,
      ...prepared('SELECT LENGTH(?)', 1, 1),
      { send: { ...executeRaw(`0001fb00fe${int(8, 0x1000000)}61`), padTo: 10 + 13 + 0x1000000 } },
      gives('16777216'),
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1350',
    limitMs: 15_000,
    killedBy: ['ignores-continued-payload', 'large-packet-closes'],
  },
] as const satisfies readonly Case[];
