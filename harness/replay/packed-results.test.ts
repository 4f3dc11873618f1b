import { expect, test } from 'vitest';
import type { Result } from './outcome.ts';
import { Packing, Unpacking } from './packed-results.ts';

test.each<[string, readonly Result[]]>([
  ['nothing', []],
  ['an OK', [{ kind: 'ok', affectedRows: 0, lastInsertId: '0' }]],
  ['the largest numbers', [{ kind: 'ok', affectedRows: Number.MAX_SAFE_INTEGER, lastInsertId: '18446744073709551615' }]],
  ['an ERR', [{ kind: 'err', code: 65535, sqlState: '42S02' }]],
  [
    'rows, and the end of a CALL',
    [
      { kind: 'rows', columns: 300, rows: 128, digest: '00ff80017fa5c3e1' },
      { kind: 'ok', affectedRows: 127, lastInsertId: '7' },
    ],
  ],
  ['a statement', [{ kind: 'prepared', parameters: 65535, columns: 0 }]],
  ['another packet', [{ kind: 'other', name: 'LocalInfileRequest' }]],
])('%s is the same when it is taken out again', (_, results) => {
  const { bytes } = new Packing().text('41').number(3_000_000_000).results(results).text('behind');
  const packed = new Unpacking(Uint8Array.from([9, ...bytes]), 1);
  expect([packed.text(), packed.number(), packed.results(), packed.text()]).toEqual(['41', 3_000_000_000, results, 'behind']);
});
