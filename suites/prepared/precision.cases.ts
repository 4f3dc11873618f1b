import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { done, execute, gives, inDatabase, prepared } from '../prepared-steps.ts';
import { works } from '../steps.ts';

/** The digits that a binary value has beyond the first few. */
export const cases = [
  {
    id: 'prepared/rows-of-all-digits',
    title: 'FLOAT and DOUBLE of a binary row are the nearest numbers of four and eight bytes, to the last digit',
    level: 'MUST',
    source: [manual['mysql/binary-row'], manual['mysql/binary-reals'], manual['mariadb/binary-row'], manual['mariadb/binary-numbers']],
    needs: ['check-account', 'database', { feature: 'temporary-tables' }],
    script: [
      ...inDatabase,
      ...done('CREATE TEMPORARY TABLE mywire_real (f FLOAT, d DOUBLE)'),
      ...done('INSERT INTO mywire_real VALUES (1.23456, 0.1234567890123456)'),
      ...prepared('SELECT * FROM mywire_real', 0, 2),
      { send: execute() },
      gives('1.23456', '0.1234567890123456'),
      ...works,
    ],
    killedBy: ['binary-float-rounded'],
  },
] as const satisfies readonly Case[];
