import { execFileSync, spawnSync } from 'node:child_process';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type CompressedPacket, CompressedReader, compressedFrame } from './compressed-frame.ts';
import { CodecError } from './error.ts';
import { MAX_PAYLOAD } from './frame.ts';
import { bytes, join, text } from './scripted-conversation.ts';

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const joined = (packets: readonly CompressedPacket[]): Uint8Array => join(...packets.map((packet) => packet.bytes));
const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof CodecError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};
const zlib = (): CompressedReader => new CompressedReader({ algorithm: 'zlib' });
const zstd = (): CompressedReader => new CompressedReader({ algorithm: 'zstd' });
const many = text('0123456789'.repeat(100));

// The statement of the manual's example (mysql/page_protocol_basic_compression_packet), 50 bytes with its header, as Python's zlib packs it.
const example = bytes(
  '22 00 00 00 32 00 00' + '78 9c d3 63 60 60 60 2e 4e cd 49 4d 2e 51 50 32 30 34 32 36 31 35 33 b7 b0 c4 cd 52 02 00 0c d1 0a 6c',
);

describe('zlib', () => {
  test('a COM_QUERY', () => {
    const [packet, ...more] = zlib().push(example);
    expect(more).toEqual([]);
    expect(packet).toMatchObject({ sequenceId: 0, compressedLength: 34, uncompressedLength: 50, offset: 0, size: 41 });
    expect(Buffer.from(packet?.bytes as Uint8Array).toString('latin1')).toBe('.\0\0\0\x03select "012345678901234567890123456789012345"');
  });
  test('a body that is not compressed', () => {
    expect(zlib().push(bytes('05 00 00 07 00 00 00 01 00 00 00 0e'))).toEqual([
      { sequenceId: 7, compressedLength: 5, uncompressedLength: 0, bytes: bytes('010000000e'), offset: 0, size: 12 },
    ]);
    expect(hex(compressedFrame(bytes('010000000e'), { algorithm: 'plain', sequenceId: 7 }))).toBe('050000070000000100' + '00000e');
  });
  test('byte by byte, and two at once', () => {
    const reader = zlib();
    const out = Array.from(join(example, example), (byte) => reader.push(Uint8Array.of(byte))).flat();
    expect(out.map(({ offset }) => offset)).toEqual([0, 41]);
    expect(zlib().push(join(example, example)).length).toBe(2);
  });
});

describe.each(['zlib', 'zstd'] as const)('%s', (algorithm) => {
  const reader = (): CompressedReader => new CompressedReader({ algorithm });
  test('what is written is read', () => {
    for (const payload of [bytes(many), bytes('00'.repeat(5000)), bytes('ab')])
      expect(hex(joined(reader().push(compressedFrame(payload, { algorithm }))))).toBe(hex(payload));
  });
  test('above 16 MiB - 1 it is several packets, whose ids count and wrap', () => {
    const payload = new Uint8Array(MAX_PAYLOAD + 5);
    payload.set(bytes('0102030405'), MAX_PAYLOAD);
    const wire = compressedFrame(payload, { algorithm, sequenceId: 255 });
    const packets = reader().push(wire);
    expect(packets.map((p) => [p.sequenceId, p.uncompressedLength, p.bytes.length])).toEqual([
      [255, MAX_PAYLOAD, MAX_PAYLOAD],
      [0, 5, 5],
    ]);
    expect(hex(packets[1]?.bytes as Uint8Array)).toBe('0102030405');
  });
  test('more or fewer bytes than announced, and no such stream, are refused', () => {
    for (const uncompressedLength of [1, 999, 1001, MAX_PAYLOAD])
      expect(
        code(() => reader().push(compressedFrame(bytes(many), { algorithm, uncompressedLength }))),
        `${uncompressedLength}`,
      ).toBe('CODEC_BAD_COMPRESSION');
    expect(code(() => reader().push(bytes('06 0000 00 10 0000 ffffffffffff')))).toBe('CODEC_BAD_COMPRESSION');
  });
  test('one chunk may not give out more than the limit', () => {
    const bomb = compressedFrame(new Uint8Array(MAX_PAYLOAD), { algorithm });
    expect(bomb.length).toBeLessThan(20_000);
    expect(code(() => reader().push(join(...Array.from({ length: 5 }, () => bomb))))).toBe('CODEC_TOO_LONG');
  });
  test('broken anywhere, it is a CodecError or other bytes', () => {
    const wire = compressedFrame(bytes(many), { algorithm });
    for (let at = 4; at < wire.length; at++)
      for (const flip of [1, 0x80]) {
        const broken = Uint8Array.from(wire);
        broken[at] = (broken[at] as number) ^ flip;
        expect(
          code(() => reader().push(broken)),
          `byte ${at}`,
        ).toMatch(/^(CODEC_\w+|nothing thrown)$/);
      }
  });
});

describe('zstd', () => {
  const installed = spawnSync('zstd', ['--version']).status === 0;
  const content = Buffer.from(Array.from({ length: 4000 }, (_, i) => `${i * i} quick brown foxes\n`).join(''));
  const packet = (body: Uint8Array, length: number): Uint8Array => {
    const head = new Uint8Array(7);
    new DataView(head.buffer).setUint32(0, body.length, true);
    new DataView(head.buffer).setUint16(4, length & 0xffff, true);
    head[6] = length >> 16;
    return join(head, body);
  };
  test.skipIf(!installed).each(['-1', '-3', '-19', '--no-check'])(
    `zstd %s is read${installed ? '' : ' (skipped: no zstd here)'}`,
    (level) => {
      for (const length of [1, 50, 300, 20_000, content.length]) {
        const body = execFileSync('zstd', [level, '-c'], { input: content.subarray(0, length) });
        expect(Buffer.compare(joined(zstd().push(packet(body, length))), content.subarray(0, length)), `${length}`).toBe(0);
      }
    },
  );
  test.skipIf(!installed)(`zstd reads ours${installed ? '' : ' (skipped: no zstd here)'}`, () => {
    for (const payload of [content, Buffer.alloc(300_000, 'a'), content.subarray(0, 1)]) {
      const frame = compressedFrame(payload, { algorithm: 'zstd' }).subarray(7);
      expect(Buffer.compare(execFileSync('zstd', ['-dc'], { input: frame }), payload)).toBe(0);
    }
  });
  test('a window that asks for 2 GiB is refused before anything is allocated', () => {
    expect(code(() => zstd().push(packet(bytes('28b52ffd 00 a8 010000'), 10)))).toBe('CODEC_BAD_COMPRESSION');
  });
  test('a zlib stream is no zstd frame', () => {
    expect(code(() => zstd().push(packet(deflateSync(content), content.length)))).toBe('CODEC_BAD_COMPRESSION');
  });
});
