import { expect, test } from 'vitest';
import { captureTime } from './capture-time.ts';

// date -u -d @… +%FT%T.%6NZ, of GNU coreutils 9.1.
test.each([
  // Simple Packet Blocks have no time.
  [0n, undefined],
  [1_000n, '1970-01-01T00:00:00.000001Z'],
  [1_764_162_873_123_456_789n, '2025-11-26T13:14:33.123456Z'],
  [999_999n, '1970-01-01T00:00:00.000999Z'],
  [-1_000n, '1969-12-31T23:59:59.999999Z'],
  [-1_000_000_000n, '1969-12-31T23:59:59.000000Z'],
  [253_402_300_800_000_000_000n, '+010000-01-01T00:00:00.000000Z'],
  // Of captures that were damaged.
  [8_640_000_000_000_001_000_000n, undefined],
  [-8_640_000_000_000_001_000_000n, undefined],
  [2n ** 64n * 1000n, undefined],
])('%d ns', (ns, text) => {
  expect(captureTime(ns)).toBe(text);
});
