import { describe, expect, test } from 'vitest';
import { flags } from '../codec/capability.ts';
import { compressedFrame } from '../codec/compressed-frame.ts';
import { Conversation } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { statementIdOf } from './command-bytes.ts';
import { withIds } from './compressed-ids.ts';

const command = (byte: number, id: number, more: Uint8Array = new Uint8Array(0)): Uint8Array =>
  frame(Buffer.concat([Uint8Array.of(byte, id, 0, 0, 0), more]));
const longData = (id: number) => command(0x18, id, Buffer.concat([Uint8Array.of(0, 0), Buffer.alloc(300, 'x')]));
const reset = (id: number) => command(0x1a, id);
const ping = frame(Uint8Array.of(0x0e));

describe.each([
  ['zlib', 'COMPRESS'],
  ['zstd', 'ZSTD_COMPRESSION_ALGORITHM'],
] as const)('ids of statements in packets that %s has compressed', (algorithm, flag) => {
  const agreed = { capabilities: flags('PROTOCOL_41', flag) };
  const packed = (...packets: Uint8Array[]) => compressedFrame(Buffer.concat(packets), { algorithm });
  const read = (bytes: Uint8Array): LabelledPacket[] => new Conversation({ agreed }).fromClient(bytes);
  const ids = (bytes: Uint8Array) => read(bytes).map(({ name, payload, problem }) => [name, statementIdOf(payload), problem]);
  // Several compressed packets in one segment: the first names no statement, the second two commands, and the last is short.
  const stream = Buffer.concat([packed(ping), packed(longData(5), ping, reset(6)), packed(reset(5))]);
  const labels = read(stream);
  const named = labels
    .filter(({ name }) => name !== 'COM_PING')
    .map((label) => ({ label, id: (statementIdOf(label.payload) as number) + 100 }));

  test('are those of the target, and all else is as it was', () => {
    const untold: unknown[] = [];
    const bytes = withIds(stream, 0, named, (one) => untold.push(one));
    expect(ids(bytes)).toEqual([
      ['COM_PING', undefined, undefined],
      ['COM_STMT_SEND_LONG_DATA', 105, undefined],
      ['COM_PING', undefined, undefined],
      ['COM_STMT_RESET', 106, undefined],
      ['COM_STMT_RESET', 105, undefined],
    ]);
    expect(read(bytes).map(({ payload }) => Buffer.from(payload.subarray(5)).toString('hex'))).toEqual(
      labels.map(({ payload }) => Buffer.from(payload.subarray(5)).toString('hex')),
    );
    expect(untold).toEqual([]);
  });

  test('stay as they were where their packet is not whole in the segment: that is told', () => {
    const untold: number[] = [];
    const begin = named[0]?.label.offset as number;
    const part = stream.subarray(0, begin + 20);
    expect(withIds(part, 0, named.slice(0, 2), ({ id }) => untold.push(id))).toEqual(part);
    const rest = stream.subarray(begin + 20);
    expect(withIds(rest, begin + 20, named.slice(0, 2), ({ id }) => untold.push(id))).toEqual(rest);
    expect(untold).toEqual([105, 106, 105, 106]);
  });
});
