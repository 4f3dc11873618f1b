import { expect, test } from 'vitest';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { PlayedClient } from './play.ts';
import { tokensOf } from './tokens.ts';

/** A client that was greeted with this id, and asked for one row. */
function greetedAs(threadId: number, row: string): PlayedClient {
  const payload = Buffer.concat([Buffer.of(row.length), Buffer.from(row)]);
  const packets = [
    { from: 'server', name: 'HandshakeV10', payload: new Uint8Array(8), length: 8, value: { threadId } },
    { from: 'server', name: 'TextRow', payload, length: payload.length, value: {}, answers: { name: 'COM_QUERY' } },
  ] as unknown as LabelledPacket[];
  return { client: { acts: [], delivery: 'whole', leaves: 'quit' }, packets, ending: 'fin' } as unknown as PlayedClient;
}
const rowOf = (threadId: number, row: string): string | undefined => tokensOf(greetedAs(threadId, row), 'through a proxy')[1]?.text;

test('a row that is the id of its connection is the same whatever the id', () => {
  expect(rowOf(41, '41')).toBe(rowOf(42, '42'));
  expect(rowOf(41, '41')).not.toBe(rowOf(42, '41'));
});

test("0 is nobody's id, though MySQL Router greets with it: what SELECT SLEEP(0.01) gives is no difference to the server behind it", () => {
  expect(rowOf(0, '0')).toBe(rowOf(42, '0'));
});
