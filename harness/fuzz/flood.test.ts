import { describe, expect, test } from 'vitest';
import type { LabelledPacket } from '../codec/conversation.ts';
import { Flood, mostBytesOf } from './flood.ts';

/** So many packets of the server, one at a time: behind how many it is a flood. */
function floodsBehind(most: number, packet: Partial<LabelledPacket>, ...asked: readonly Uint8Array[]): number {
  const flood = new Flood();
  for (const payload of asked) flood.asked(payload.length, [{ payload }]);
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
    expect(floodsBehind(60_000, { name: 'ColumnDefinition41', length: 26 }, new Uint8Array(40_000))).toBe(30_001);
    expect(floodsBehind(60_000, { name: 'ColumnDefinition41', length: 26 })).toBe(10_001);
  });

  test('of values that a statement asks for behind a megabyte more than those, each time that they are asked for', () => {
    const asks = Buffer.from("\x03SELECT REPEAT('x', 10), REPEAT('x', 1100000)", 'latin1');
    const row = { name: 'TextRow', length: 1_100_008 };
    expect(floodsBehind(20_000, row)).toBe(1);
    expect(floodsBehind(20_000, row, asks)).toBe(2);
    expect(floodsBehind(20_000, row, Buffer.from("\x16SELECT REPEAT('x', 1100000)", 'latin1'), new Uint8Array(10))).toBe(3);
  });

  test('of events never: a server has logged what it has', () => {
    expect(floodsBehind(20_000, { name: 'BinlogEvent', length: 1000 })).toBe(Number.POSITIVE_INFINITY);
  });

  test('of a client that asks for a row of 16 MiB, behind that row', () => {
    const asking = (...texts: string[]) =>
      mostBytesOf({
        acts: texts.map((query) => ({ send: [{ message: 'COM_QUERY', with: { query } }] })),
        delivery: 'whole',
        leaves: 'quit',
      });
    expect(asking("SELECT REPEAT('x', 65536)")).toBe(4 << 20);
    expect(asking("SELECT REPEAT('x', 16777211)")).toBe((4 << 20) + 16_777_211);
    expect(asking("SELECT REPEAT('x', 999999999)", 'SELECT 1')).toBe(4 << 20);
  });
});
