import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { Spill } from './spill.ts';

const frame = (number: number, length: number) => ({
  number,
  timeNs: 1_795_000_000_123_456_789n + BigInt(number),
  linkType: 276,
  originalLength: length + 5,
  bytes: Uint8Array.from({ length }, (_, i) => (i + number) & 0xff),
});

test('frames come back as they were, however many, and the folder is gone while they are there', () => {
  const before = new Set(readdirSync(tmpdir()));
  const spill = new Spill(1 << 24);
  const frames = Array.from({ length: 3000 }, (_, i) => frame(i + 1, (i * 37) % 1500));
  for (const one of frames) expect(spill.add(one)).toBe(true);
  expect(spill.frames([3000, 1, 2])?.map((one) => ({ ...one, bytes: new Uint8Array(one.bytes) }))).toEqual([
    frames[2999],
    frames[0],
    frames[1],
  ]);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('mywire-frames-') && !before.has(name))).toEqual([]);
});

test('what does not fit is not kept, and a connection that has such a frame has none', () => {
  const spill = new Spill(1000);
  expect(spill.add(frame(1, 600))).toBe(true);
  expect(spill.add(frame(2, 600))).toBe(false);
  expect(spill.frames([1])?.length).toBe(1);
  expect(spill.frames([1, 2])).toBeUndefined();
});
