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

/** COM_PROCESS_INFO (or another command) answered with so many rows, and the EOF behind them. */
function listed(rows: number, command: string): string[] {
  const packets = [...Array.from({ length: rows }, () => 'TextRow'), 'EOF'].map((name, i) => ({
    from: 'server',
    name,
    payload: Buffer.of(name === 'EOF' ? 0xfe : i),
    length: 1,
    value: {},
    sequenceId: 12 + i,
    answers: { name: command },
  }));
  const played = { client: { acts: [], delivery: 'whole', leaves: 'quit' }, packets, ending: 'fin' } as unknown as PlayedClient;
  return tokensOf(played, 'same product').map(({ text }) => text);
}

test('a list of connections is as long as there are connections: neither its rows nor the sequence id behind them are a difference', () => {
  expect(listed(1, 'COM_PROCESS_INFO')).toEqual(listed(3, 'COM_PROCESS_INFO'));
  expect(listed(1, 'COM_QUERY')).not.toEqual(listed(3, 'COM_QUERY'));
});
