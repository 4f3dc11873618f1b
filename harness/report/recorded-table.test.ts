import { expect, test } from 'vitest';
import type { RecordedCheck } from '../run/result.ts';
import { colors } from './color.ts';
import { recordedTable } from './recorded-table.ts';

const check = (server: string, mode: string, verdict: RecordedCheck['verdict'], outcome: string, count: number): RecordedCheck => ({
  file: `${server}.pcap`,
  server,
  mode,
  verdict,
  outcome,
  count,
});
const checks = [
  check('MariaDB 10.11.19', 'post-41', 'OK', 'Greeting, OK, FIN', 20),
  check('MariaDB 10.11.19', 'pre-41', 'OK', 'Greeting, OK', 20),
  check('ProxySQL 2.0.17', 'post-41', 'OK', 'Greeting, OK, FIN', 2),
  check('ProxySQL 2.0.17', 'post-41', 'FIN+RST', 'nothing', 11),
  check('ProxySQL 2.0.17', 'post-41', 'FIN+RST', 'nothing', 7),
];

test('rows are versions, columns are modes, the most frequent outcome first, the same ones summed', () => {
  expect(recordedTable(checks, 80, colors(false))).toEqual([
    'server            post-41            pre-41',
    'MariaDB 10.11.19  OK x 20            OK x 20',
    '                  Greeting, OK, FIN  Greeting, OK',
    'ProxySQL 2.0.17   FIN+RST x 18       -',
    '                  nothing',
    '                  OK x 2',
    '                  Greeting, OK, FIN',
  ]);
});

test('a narrow terminal gets a list', () => {
  expect(recordedTable(checks, 40, colors(false))).toEqual([
    'MariaDB 10.11.19',
    '  post-41  OK x 20  Greeting, OK, FIN',
    '  pre-41   OK x 20  Greeting, OK',
    'ProxySQL 2.0.17',
    '  post-41  FIN+RST x 18  nothing',
    '  post-41  OK x 2        Greeting, OK, FIN',
  ]);
});

test('OK is green, RST red', () => {
  const painted = recordedTable(checks, 80, colors(true)).join('\n');
  expect(painted).toMatch(/\x1b\[32mOK x 20/);
  expect(painted).toMatch(/\x1b\[31mFIN\+RST x 18/);
});

test('no recordings, no table', () => expect(recordedTable([], 80, colors(false))).toEqual([]));
