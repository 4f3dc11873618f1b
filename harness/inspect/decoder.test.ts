import { expect, test } from 'vitest';
import { compressedFrame } from '../codec/compressed-frame.ts';
import { frame, join } from '../codec/frame.ts';
import { joinedUnknown } from './decoder.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const query = frame(bytes('\x03SELECT 1'));

test('a reading that could not unpack what came is not taken for right behind it', () => {
  const decoder = joinedUnknown(query, true, { client: 0, server: 0 });
  const zlib = (sequenceId: number, ...packets: readonly Uint8Array[]): string[] =>
    decoder.push('server', compressedFrame(join(packets), { sequenceId, algorithm: 'zlib' }), 1).map(({ name }) => name);
  const command = compressedFrame(query, { algorithm: 'plain' });
  // A byte behind the count, as MariaDB's CACHE_METADATA adds it: no reading is quite right, and as zstd nothing can be unpacked.
  const definition = `\x03def\0\0\0\x70${'a'.repeat(0x70)}\0\x0c\x2d\0\0\x01\0\0\xfd\0\0\0\0\0`;
  const begun = [frame(Uint8Array.of(1, 1), { sequenceId: 1 }), frame(bytes(definition), { sequenceId: 2 })];
  const eof = (sequenceId: number) => frame(bytes('\xfe\0\0\x02\0'), { sequenceId });
  for (const _ of [1, 2]) {
    decoder.push('client', command, 1);
    expect(zlib(1, ...begun, eof(3), eof(4))).toEqual(['ColumnCount', 'ColumnDefinition41', 'EOF', 'EOF']);
  }
});

test('packets stand behind the bytes that were before', () => {
  const decoder = joinedUnknown(query, false, { client: 700, server: 9000 });
  expect(decoder.push('client', query, 1)[0]?.offset).toBe(700);
  expect(decoder.push('server', frame(bytes('\0\0\0\x02\0\0\0'), { sequenceId: 1 }), 2)[0]?.offset).toBe(9000);
});
