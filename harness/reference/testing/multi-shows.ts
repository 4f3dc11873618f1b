import type { multi } from '../defects/multi.ts';
import { affectedRows, asks, isErr, lastInsertId, payload, row, sequenceId, statusOf, warnings } from './asking.ts';
import { PING } from './bare-client.ts';
import { F, type Shows } from './shows.ts';

const MULTI = F | 0x10000;
const MULTI_RESULTS = F | 0x20000;
const MORE = 8;
const two = 'SELECT 1; SELECT 2';
const multiTable = 'CREATE TEMPORARY TABLE mywire_several (id INT AUTO_INCREMENT PRIMARY KEY, n INT)';
const multiRows = 'INSERT INTO mywire_several (n) VALUES (5), (6); INSERT INTO mywire_several (n) VALUES (7)';
/** Packets of a resultset of one column and one row, without DEPRECATE_EOF. */
const ONE = 5;

export const multiShows: Record<keyof typeof multi, Shows> = {
  'multi-statements-unasked': asks(two, (all) => all.length === 2 * ONE),
  'multi-statements-refused': asks(two, ([a]) => isErr(a, 1064), MULTI),
  'multi-statements-need-multi-results': asks(two, (all) => all.length === ONE, MULTI),
  'more-results-missing': asks(two, (all) => all.length === 2 * ONE && statusOf(all[4]) === 2, MULTI),
  'more-results-missing-in-ok': asks('DO 1; DO 2', (all) => all.length === 2 && statusOf(all[0]) === 2, MULTI),
  'more-results-missing-without-rows': asks(
    'SELECT 1 LIMIT 0; SELECT 2',
    (all) => all.length === 2 * ONE - 1 && statusOf(all[3]) === 2,
    MULTI,
  ),
  'more-results-on-last': asks(two, (all) => (statusOf(all.at(-1)) & MORE) !== 0, MULTI),
  'more-results-stay-behind-err': asks(['SELECT 1; SELEC 2; SELECT 3', PING], ([a]) => statusOf(a) === (2 | MORE), MULTI),
  'multi-goes-on-after-err': asks('SELEC 1; SELECT 2', (all) => all.length === 1 + ONE, MULTI),
  'multi-goes-on-in-silence': asks(
    ['SELEC 1; SET @a = 1', 'SELECT @a'],
    ([, , , one]) => payload(one).toString('latin1') === '\x011',
    MULTI,
  ),
  'multi-err-lost': asks('SELECT 1; SELEC 2', (all) => all.length === ONE, MULTI),
  'multi-affected-rows-summed': asks([multiTable, multiRows], (all) => affectedRows(all[1]) === 3, MULTI),
  'multi-insert-id-stays': asks([multiTable, `${multiRows}; DO 1`], (all) => lastInsertId(all[2]) === 3, MULTI),
  'multi-warnings-stay': asks('DROP TEMPORARY TABLE IF EXISTS mywire_x; DO 1', ([, b]) => warnings(b) === 1, MULTI),
  'multi-only-last-result': asks(two, (all) => all.length === ONE && payload(all[3]).toString('latin1') === '\x012', MULTI),
  'multi-sequence-restarts': asks(two, (all) => sequenceId(all[ONE]) === 1, MULTI),
  'multi-empty-statement-skipped': asks('SELECT 1;; SELECT 2', (all) => all.length === 2 * ONE, MULTI),
  'multi-semicolon-at-end-counts': asks('SELECT 1; ;', (all) => isErr(all.at(-1), 1064), MULTI),
  'multi-cut-inside-strings': asks("SELECT 'a;b'", ([a]) => isErr(a, 1064), MULTI),
  'call-without-multi-results': asks('CALL two_results()', (all) => all.length > ONE),
  'call-without-final-ok': asks('CALL two_results()', (all) => payload(all.at(-1))[0] === 0xfe, MULTI_RESULTS),
  'call-without-resultsets': asks('CALL two_results()', (all) => all.length === 1 && payload(all[0])[0] === 0, MULTI_RESULTS),
  'call-out-parameter-lost': row(['CALL one_out(@out)', 'SELECT @out'], (bytes) => bytes === '\xfb'),
  'call-err-swallowed': asks('CALL fails_after_one()', (all) => all.length === ONE + 1 && payload(all.at(-1))[0] === 0, MULTI_RESULTS),
};
