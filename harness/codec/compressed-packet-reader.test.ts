import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { CompressedPacketReader } from './compressed-packet-reader.ts';

/** One compressed packet of so many zeros, put together by hand. */
function zeros(length: number): Uint8Array {
  const body = deflateSync(Buffer.alloc(length));
  const head = Buffer.alloc(7);
  head.writeUIntLE(body.length, 0, 3);
  head.writeUIntLE(length, 4, 3);
  return Buffer.concat([head, body]);
}

test.each([
  [1000, undefined],
  [1001, 'CODEC_TOO_LONG'],
])('%i empty packets in a row: %s', (packets, code) => {
  const reader = new CompressedPacketReader({ algorithm: 'zlib' });
  reader.add(zeros(4 * packets));
  let thrown: unknown;
  try {
    while (reader.next());
  } catch (error) {
    thrown = error;
  }
  expect((thrown as { code?: string } | undefined)?.code).toBe(code);
});
