import { describe, expect, test } from 'vitest';
import { masked, packetInWords } from './describe.ts';
import type { ServerPacket } from './server-packet.ts';

const okWith = (statusFlags: number): ServerPacket =>
  ({ name: 'OK', sequenceId: 1, value: { affectedRows: 0, lastInsertId: 0, statusFlags, warnings: 0 } }) as unknown as ServerPacket;

describe('what is left out of an observation', () => {
  test('that a command was slow, which the next one is not', () => {
    expect(masked(okWith(0x0a02))).toBe('1:OK 0/0/0x202/0');
    expect(masked(okWith(0x0202))).toBe('1:OK 0/0/0x202/0');
  });
});

describe('an answer that could not be read to its end', () => {
  test.each([
    ['FieldList', 'column definitions'],
    ['FetchedRows', 'fetched rows'],
    ['TextResultset', 'resultset'],
    ['BinaryResultset', 'binary resultset'],
    ['StmtPrepareOK', 'StmtPrepareOK'],
  ] as const)('%s has no counts', (name, words) => {
    const broken = { name, sequenceId: 1, value: {}, problem: 'cut' } as unknown as ServerPacket;
    expect(packetInWords(broken)).toBe(`${words}, sequence id 1; cut`);
  });
});
