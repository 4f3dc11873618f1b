import { describe, expect, test } from 'vitest';
import type { LabelledPacket } from '../codec/conversation.ts';
import { Flood } from './flood.ts';

/** So many packets of the server, one at a time: behind how many it is a flood. */
function floodsBehind(most: number, packet: Partial<LabelledPacket>, askedBytes = 0): number {
  const flood = new Flood();
  flood.asked(askedBytes);
  for (let i = 1; i <= most; i++) if (flood.has([packet as LabelledPacket], 0)) return i;
  return Number.POSITIVE_INFINITY;
}

describe('an answer is a flood', () => {
  test('of rows behind 10,000, or behind a megabyte of them', () => {
    expect(floodsBehind(20_000, { name: 'TextRow', length: 10 })).toBe(10_001);
    expect(floodsBehind(20_000, { name: 'TextRow', length: 65_536 })).toBe(17);
  });

  test('of OKs, and of what is no row where rows are due, behind 1,000', () => {
    expect(floodsBehind(20_000, { name: 'OK', length: 7 })).toBe(1001);
    expect(floodsBehind(20_000, { name: 'TextRow', length: 7, problem: 'at byte 6: wanted 4' })).toBe(1001);
  });

  test('of definitions behind as many as a statement of that length may ask for', () => {
    expect(floodsBehind(60_000, { name: 'ColumnDefinition41', length: 26 }, 40_000)).toBe(30_001);
    expect(floodsBehind(60_000, { name: 'ColumnDefinition41', length: 26 })).toBe(10_001);
  });

  test('of events never: a server has logged what it has', () => {
    expect(floodsBehind(20_000, { name: 'BinlogEvent', length: 1000 })).toBe(Number.POSITIVE_INFINITY);
  });
});
