import { describe, expect, test } from 'vitest';
import { changedFields, differencesOf, endOf, legsOf, sameBytes } from './transparency.ts';
import type { WireConnection, WirePacket } from './wire.ts';

const packet = (name: string, sequenceId: number, value: Record<string, unknown> = {}, size = 10): WirePacket => ({
  at: 0,
  from: 'server',
  name,
  sequenceId,
  size,
  value,
});

describe('differencesOf', () => {
  test('finds nothing where all is the same, bytes included', () => {
    const packets = [packet('OK', 1, { info: Uint8Array.of(1, 2), lastInsertId: 7n })];
    expect(differencesOf(packets, [packet('OK', 1, { info: Uint8Array.of(1, 2), lastInsertId: 7n })])).toEqual([]);
    expect(changedFields([])).toBe('nothing');
  });

  test('names packet, field and both values', () => {
    const front = [packet('HandshakeV10', 0, { threadId: 3, scramble: Uint8Array.of(1) })];
    const back = [packet('HandshakeV10', 0, { threadId: 40, scramble: Uint8Array.of(2) }, 12)];
    const found = differencesOf(front, back);
    expect(found).toContainEqual({ packet: 'HandshakeV10', place: 1, from: 'server', field: 'threadId', front: '3', back: '40' });
    expect(changedFields(found)).toBe('HandshakeV10: size, threadId, scramble');
  });

  test('a packet that one leg lacks shifts none of those behind it', () => {
    const front = [packet('ColumnCount', 1), packet('EOF', 2), packet('TextRow', 3), packet('EOF', 4)];
    const back = [packet('ColumnCount', 1), packet('TextRow', 2), packet('OK', 3)];
    expect(changedFields(differencesOf(front, back))).toBe('EOF: put in; TextRow: sequence id; OK: left out');
  });

  test('a packet under another sequence id is not the same', () => {
    expect(differencesOf([packet('OK', 6)], [packet('OK', 1)])).toMatchObject([{ field: 'sequence id', front: '6', back: '1' }]);
  });
});

const connection = (openedAt: number, digest: string): WireConnection => ({
  link: 'x',
  number: 1,
  openedAt,
  opening: '',
  sent: { client: { bytes: 1, digest }, server: { bytes: 2, digest: 's' } },
  packets: [],
  exchanges: [],
  endings: [
    { at: 1, from: 'client', kind: 'fin' },
    { at: 2, from: 'client', kind: 'rst' },
  ],
});

test('sameBytes tells the directions apart', () => {
  expect(sameBytes(connection(0, 'c'), connection(0, 'd'))).toEqual({ client: false, server: true });
});

test('endOf tells the endings of a side in order', () => {
  expect(endOf(connection(0, ''), 'client')).toBe('FIN, RST');
  expect(endOf(connection(0, ''), 'server')).toBe('open');
});

test('legsOf finds what came before the next client', () => {
  const [first, second] = [connection(10, 'a'), connection(20, 'b')];
  const backs = [connection(12, 'a'), connection(22, 'b')];
  expect(legsOf(first, [first, second], backs)).toEqual([backs[0]]);
  expect(legsOf(second, [first, second], backs)).toEqual([backs[1]]);
});
