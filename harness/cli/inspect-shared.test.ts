import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lintRules } from '../../suites/lint.ts';
import type { Inspected } from '../inspect/inspected.ts';
import { Inspection, type Share } from '../inspect/inspection.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { type Found, Merge } from './inspect-shared.ts';

const { frames } = readCapture(readFileSync(new URL('../../pcaps/mariadb-10.11.19-handshake-variants.pcap', import.meta.url)));

/** What a reader of this share tells, and how many connections were over each time it is asked. */
function read(share?: Share): { readonly found: Found[]; readonly over: number }[] {
  const told: { found: Found[]; over: number }[] = [];
  let found: Found[] = [];
  const inspection = new Inspection({ rules: lintRules, share, onConnection: (one, order) => found.push([order, one]) });
  for (const frame of frames) {
    inspection.push(frame);
    told.push({ found, over: inspection.over });
    found = [];
  }
  inspection.end();
  return [...told, { found, over: Number.MAX_SAFE_INTEGER }];
}

test.each([1, 2, 3, 7])('%i shares of a capture are the whole of it, in its order, however they come', (of) => {
  const whole = read().flatMap(({ found }) => found.map(([, one]) => one));
  expect(whole.length).toBeGreaterThan(8);
  const told: Inspected[] = [];
  const merge = new Merge(of, (one) => told.push(one));
  const shares = Array.from({ length: of }, (_, mine) => read({ mine, of }));
  // One after the other: nothing may be told before the slowest has come as far.
  for (const [mine, reports] of shares.entries()) {
    for (const report of reports) merge.add(mine, report);
    if (mine < of - 1) expect(told).toEqual([]);
  }
  merge.finish();
  expect(told).toEqual(whole);
});
