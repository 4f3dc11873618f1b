import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lintRules } from '../../suites/lint.ts';
import type { Inspected } from '../inspect/inspected.ts';
import { Inspection } from '../inspect/inspection.ts';
import { SHARDS } from '../inspect/shards.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { type Found, Merge, type Portion } from './inspect-merge.ts';

const { frames } = readCapture(readFileSync(new URL('../../pcaps/mariadb-10.11.19-handshake-variants.pcap', import.meta.url)));

/** What one thread tells. */
function whole(): Inspected[] {
  const told: Inspected[] = [];
  const inspection = new Inspection({ rules: lintRules, onConnection: (one) => told.push(one) });
  for (const frame of frames) inspection.push(frame);
  inspection.end();
  return told;
}

/** What the thread of a shard tells, frame by frame. */
function portions(shard: number): Portion[] {
  const told: Portion[] = [];
  let found: Found[] = [];
  const inspection = new Inspection({ rules: lintRules, shard, onConnection: (one, frame) => found.push([frame, one]) });
  const tell = (read: number): void => {
    told.push({ found, opened: inspection.takeOpened(), frames: read });
    found = [];
  };
  for (const frame of frames) {
    inspection.push(frame);
    tell(inspection.frames);
  }
  inspection.end();
  tell(Number.MAX_SAFE_INTEGER);
  return told;
}

const shards = Array.from({ length: SHARDS }, (_, shard) => portions(shard));

test('every shard has connections', () => {
  expect(whole().length).toBeGreaterThan(8);
  for (const of of shards) expect(of.flatMap(({ found }) => found).length).toBeGreaterThan(1);
});

test.each([
  ['one shard behind the other', false],
  ['all at the same time', true],
])('shards of a capture are the whole of it, in its order, with its numbers: %s', (_, together) => {
  const told: Inspected[] = [];
  const merge = new Merge(SHARDS, (one) => told.push(one));
  if (together) for (let i = 0; i <= frames.length; i++) for (const [shard, of] of shards.entries()) merge.add(shard, of[i] as Portion);
  else
    for (const [shard, of] of shards.entries()) {
      // Nothing may be told before the slowest has come as far.
      expect(told).toEqual([]);
      for (const portion of of) merge.add(shard, portion);
    }
  merge.finish();
  expect(told).toEqual(whole());
});
