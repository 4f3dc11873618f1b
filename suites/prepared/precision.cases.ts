import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { done, execute, gives, inDatabase, prepared } from '../prepared-steps.ts';
import { plainValues } from '../query-steps.ts';
import { keyless, loggedIn, works } from '../steps.ts';

/** Values whose last parts are zero: both manuals leave those out, and all servers do. */
const moments = [
  {
    name: 'row-of-a-date-alone',
    title: 'a DATE of a binary row has 4 bytes: it has no time of day',
    column: 'DATE',
    value: '2026-11-26',
    shown: '2026-11-26',
    bytes: 4,
    killedBy: ['binary-date-with-time'],
  },
  {
    name: 'row-of-midnight',
    title: 'a DATETIME of a binary row at midnight has 4 bytes',
    column: 'DATETIME',
    value: '2026-11-26 00:00:00',
    shown: '2026-11-26 00:00:00',
    bytes: 4,
    killedBy: ['binary-midnight-with-time'],
  },
  {
    name: 'row-of-a-whole-second',
    title: 'a DATETIME(6) of a binary row without a fraction has 7 bytes',
    column: 'DATETIME(6)',
    value: '2026-11-26 12:34:56.000000',
    shown: '2026-11-26 12:34:56.000000',
    bytes: 7,
    killedBy: ['binary-microseconds-of-zero'],
  },
  {
    name: 'row-of-no-time',
    title: 'a TIME of a binary row that is zero has no byte behind its length',
    column: 'TIME',
    value: '00:00:00',
    shown: '00:00:00',
    bytes: 0,
    killedBy: ['binary-time-of-zero'],
  },
] as const;

/** More rows than one table of three has. */
const crossed = Array.from('abcdef', (name) => `mywire.numbers AS ${name}`).join(', ');

/** The digits that a binary value has beyond the first few, and rows beyond the first hundreds. */
export const cases = [
  {
    id: 'prepared/rows-of-all-digits',
    title: 'a FLOAT of a binary row is right to its sixth digit, and a DOUBLE to its sixteenth',
    level: 'MUST',
    source: [manual['mysql/binary-row'], manual['mysql/binary-reals'], manual['mariadb/binary-row'], manual['mariadb/binary-numbers']],
    needs: ['check-account', 'database', { feature: 'temporary-tables' }, keyless],
    script: [
      ...inDatabase,
      ...done('CREATE TEMPORARY TABLE mywire_real (f FLOAT, d DOUBLE)'),
      ...done('INSERT INTO mywire_real VALUES (1.23456, 0.1234567890123456)'),
      ...prepared('SELECT * FROM mywire_real', 0, 2),
      { send: execute() },
      gives('1.23456', '0.1234567890123456'),
      ...works,
    ],
    killedBy: ['binary-float-rounded', 'binary-double-of-float-digits'],
  },
  {
    id: 'prepared/row-of-a-float',
    title: 'a FLOAT of a binary row has all of its 24 bits, more than its text shows',
    level: 'MUST',
    source: [manual['mysql/binary-row'], manual['mysql/binary-reals'], manual['mariadb/binary-row'], manual['mariadb/binary-numbers']],
    needs: ['check-account', 'database', { feature: 'temporary-tables' }, keyless],
    script: [
      ...inDatabase,
      ...done('CREATE TEMPORARY TABLE mywire_float (f FLOAT)'),
      ...done('INSERT INTO mywire_float VALUES (16777215)'),
      ...prepared('SELECT * FROM mywire_float', 0, 1),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { columns: 1, rows: 1, 'floats.0.0': '16777215.0' } }] },
      ...works,
    ],
    killedBy: ['binary-float-of-six-digits'],
  },
  {
    id: 'prepared/rows-300',
    title: 'all of 300 rows come in the binary protocol, and their sequence id goes on with 0 behind 255',
    level: 'MUST',
    source: [
      manual['mysql/binary-row'],
      manual['mariadb/binary-row'],
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-follows-last-received'],
      manual['mariadb/packet-has-length-sequence-body'],
    ],
    needs: ['check-account', { feature: 'numbers' }],
    script: [
      ...loggedIn,
      ...prepared(`SELECT a.id FROM ${crossed} LIMIT 300`, 0, 1),
      { send: execute() },
      { expect: [{ packet: 'BinaryResultset', where: { columns: 1, rows: 300 } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['binary-rows-cut-at-256', 'sequence-stays-at-255'],
  },
  {
    id: 'prepared/rows-of-decimal-zeros',
    title: 'a DECIMAL of a binary row keeps the zeros at the end of its decimals',
    // That a number with a point is a DECIMAL of as many decimals as it is written with no page says.
    level: 'SHOULD',
    source: [manual['mysql/binary-row'], manual['mysql/binary-strings'], manual['mariadb/binary-row'], manual['mariadb/binary-numbers']],
    needs: ['check-account'],
    script: [...loggedIn, ...prepared('SELECT 1.500, -20.0, 0.00', 0, 3), { send: execute() }, gives('1.500', '-20.0', '0.00'), ...works],
    killedBy: ['binary-decimal-zeros-lost'],
  },
  ...moments.map(
    ({ name, title, column, value, shown, bytes, killedBy }) =>
      ({
        id: `prepared/${name}`,
        title,
        level: 'SHOULD',
        source: [manual['mysql/binary-dates'], manual['mysql/binary-time'], manual['mariadb/binary-dates'], manual['mariadb/binary-time']],
        needs: ['check-account', 'database', { feature: 'temporary-tables' }, keyless],
        script: [
          ...inDatabase,
          ...plainValues,
          ...done(`CREATE TEMPORARY TABLE mywire_moment (at ${column})`),
          ...done(`INSERT INTO mywire_moment VALUES ('${value}')`),
          ...prepared('SELECT * FROM mywire_moment', 0, 1),
          { send: execute() },
          { expect: [{ packet: 'BinaryResultset', where: { columns: 1, rows: 1, 'row.0.0': shown, 'valueBytes.0.0': bytes } }] },
          ...works,
        ],
        killedBy,
      }) as const satisfies Case,
  ),
  {
    id: 'prepared/row-of-a-zero-date',
    title: 'a zero date of a binary row has no byte behind its length',
    level: 'MUST',
    source: [manual['mysql/binary-dates'], manual['mariadb/binary-dates']],
    needs: ['check-account', 'database', { feature: 'temporary-tables' }, keyless],
    script: [
      ...inDatabase,
      ...done("SET sql_mode = ''"),
      // A name of its own: ProxySQL takes one statement's definitions for another's of the same text (sysown/proxysql#5550).
      ...done('CREATE TEMPORARY TABLE mywire_zeroes (at DATETIME, day DATE)'),
      ...done("INSERT INTO mywire_zeroes VALUES ('0000-00-00 00:00:00', '0000-00-00')"),
      ...prepared('SELECT * FROM mywire_zeroes', 0, 2),
      { send: execute() },
      {
        expect: [
          {
            packet: 'BinaryResultset',
            where: { rows: 1, 'row.0.0': '0000-00-00 00:00:00', 'valueBytes.0.0': 0, 'row.0.1': '0000-00-00', 'valueBytes.0.1': 0 },
          },
        ],
      },
      ...works,
    ],
    killedBy: ['binary-zero-date-with-bytes'],
  },
] as const satisfies readonly Case[];
