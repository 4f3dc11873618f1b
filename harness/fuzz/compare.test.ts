import { expect, test } from 'vitest';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { lastingDifference } from './compare.ts';
import type { Played } from './play.ts';

const answers = { name: 'COM_QUERY' };
const packet = (name: string, value: object, payload: readonly number[]): LabelledPacket =>
  ({ from: 'server', name, value, payload: Uint8Array.from(payload), length: payload.length, answers }) as unknown as LabelledPacket;
const definition = (name: string, type: number, columnLength: number): LabelledPacket =>
  packet('ColumnDefinition41', { name, type, columnLength }, [type, columnLength]);
const row = (byte: number): LabelledPacket => packet('TextRow', {}, [1, byte]);
const played = (...packets: readonly LabelledPacket[]): Played =>
  ({ clients: [{ client: { acts: [], delivery: 'whole', leaves: 'quit' }, packets, ending: 'fin', unsent: 0 }] }) as unknown as Played;

async function kindOf(ours: Played, theirs: Played): Promise<string | undefined> {
  return (await lastingDifference(ours, theirs, 'through a proxy', { ours: async () => ours, theirs: async () => theirs }))?.kind;
}

test('of packets in a row the one is told in which they differ, not the first', async () => {
  // What a proxy may change of the first (its length) is no difference; the type of the second is.
  const ours = played(definition('Level', 253, 7), definition('Code', 253, 4));
  const theirs = played(definition('Level', 253, 28), definition('Code', 3, 4));
  expect(await kindOf(ours, theirs)).toBe('COM_QUERY: ColumnDefinition41 differs in type');
});

test('where one has more of them, it is their number', async () => {
  expect(await kindOf(played(row(49)), played(row(49), row(50)))).toBe('COM_QUERY: TextRow differs in number');
});

/** A statement that is given this id, and the answer to an execution of the statement 1. */
function executed(given: number, answer: LabelledPacket): Played {
  const prepared = packet('StmtPrepareOK', { statementId: given, columns: 1, parameters: 0 }, [0, given]);
  const asked = { name: 'COM_STMT_EXECUTE', value: { statementId: 1 } };
  return played(prepared, { ...answer, answers: asked } as unknown as LabelledPacket);
}
const count = packet('ColumnCount', { count: 1 }, [1]);
const unknown = packet('ERR', { errorCode: 1243 }, [0xff, 0xdb, 0x04]);

test('an id that a client makes up is that of its statement or not, by chance: no difference', async () => {
  expect(await kindOf(executed(98, unknown), executed(1, count))).toBeUndefined();
  expect(await kindOf(executed(1, unknown), executed(1, count))).toBe('COM_STMT_EXECUTE: ERR for ColumnCount');
  expect(await kindOf(executed(98, unknown), executed(98, count))).toBe('COM_STMT_EXECUTE: ERR for ColumnCount');
});
