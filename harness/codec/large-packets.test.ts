import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { Conversation, type LabelledPacket } from './conversation.ts';

/** Packets of 17 MiB, which compression makes small enough to keep (recordings/large). */
function packetsOf(recording: string): LabelledPacket[][] {
  const file = readFileSync(new URL(`./recordings/large/${recording}.pcap`, import.meta.url));
  return reassemble(readCapture(file).frames).connections.map((connection) => {
    const conversation = new Conversation();
    const packets = connection.events.flatMap((event) => {
      if (event.kind !== 'data') return [];
      return event.from === 'client'
        ? conversation.fromClient(event.bytes, event.frame)
        : conversation.fromServer(event.bytes, event.frame);
    });
    return [...packets, ...conversation.finish()];
  });
}
const MIB = 1024 * 1024;
const seen = ({ name, sequenceId, payload, carrier }: LabelledPacket): unknown[] => [name, sequenceId, payload.length, carrier?.sequenceId];
/** 0xFE, int<8> length, and the cell: a row that begins like an EOF. */
const row = 9 + 17 * MIB;

describe('packets above 16 MiB', () => {
  test.each(['mysql-9.7.4-large', 'mariadb-11.8.9-large'])('zlib: %s', (recording) => {
    const [packets = []] = packetsOf(recording);
    expect(packets.filter(({ problem }) => problem)).toEqual([]);
    // The row is packets 3 and 4, so the OK is 5; its content takes compressed packets 1 to 4.
    expect(packets.slice(3, 8).map(seen)).toEqual([
      ['COM_QUERY', 0, 38, 0],
      ['ColumnCount', 1, 1, 1],
      ['ColumnDefinition41', 2, expect.any(Number), 1],
      ['TextRow', 3, row, 1],
      ['OK', 5, 7, 5],
    ]);
    // The command is packets 0 and 1, in compressed packets 0 and 1.
    expect(packets.slice(8, 13).map(seen)).toEqual([
      ['COM_QUERY', 0, 17 * MIB + 23, 0],
      ['ColumnCount', 2, 1, 2],
      ['ColumnDefinition41', 3, expect.any(Number), 2],
      ['TextRow', 4, 9, 2],
      ['OK', 5, 7, 2],
    ]);
    const long = packets[6]?.value?.['values'] as readonly string[];
    expect(long[0]?.length).toBe(17 * MIB);
    expect(/^a+$/.test(long[0] as string)).toBe(true);
  });

  test('zstd: mysql-9.7.4-large', () => {
    const [, packets = []] = packetsOf('mysql-9.7.4-large');
    expect(packets.filter(({ problem }) => problem)).toEqual([]);
    expect(packets.slice(6, 10).map(seen)).toEqual([
      ['TextRow', 3, row, 1],
      ['OK', 5, 7, 5],
      ['COM_PING', 0, 1, 0],
      ['OK', 1, 7, 1],
    ]);
  });
});
