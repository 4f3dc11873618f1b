import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import type { CapturedFrame } from './captured-frame.ts';
import { OpenCapture } from './open-capture.ts';

const testdata = (name: string) => new Uint8Array(readFileSync(new URL(`testdata/${name}`, import.meta.url)));
const recording = new Uint8Array(readFileSync(new URL('../../pcaps/mysql-9.7.4-handshake-variants.pcap', import.meta.url)));
const pcapng = testdata('two-interfaces.pcapng');
const zst = testdata('mysql-9.7.4-handshake-variants.pcap.zst');

const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1);
const plain = ({ number, timeNs, bytes }: CapturedFrame) => `${number} ${timeNs} ${Buffer.from(bytes).toString('hex')}`;
const framesOf = (bytes: Uint8Array) => readCapture(bytes).frames.map(plain);

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function read(bytes: Uint8Array, size = 65_536) {
  const capture = new OpenCapture(cut(bytes, size));
  const frames: string[] = [];
  for await (const batch of capture.batches()) frames.push(...batch.map(plain));
  return { frames, end: capture.end(), bytesRead: capture.bytesRead };
}

describe('whole files', () => {
  test.each([
    ['pcap', recording, recording, undefined],
    ['pcapng', pcapng, pcapng, undefined],
    ['pcapng through gzip(1)', testdata('two-interfaces.pcapng.gz'), pcapng, 'gzip'],
    ['pcap through zstd(1)', zst, recording, 'zstd'],
    ['gzip in two members', join(gzipSync(half(recording)), gzipSync(recording.subarray(half(recording).length))), recording, 'gzip'],
    ['gzip with a tail of zeros, as on tapes', join(gzipSync(recording), new Uint8Array(700)), recording, 'gzip'],
    ['zstd behind a skippable frame, as of pzstd', join(Buffer.from('502a4d1804000000aabbccdd', 'hex'), zst), recording, 'zstd'],
    ['zstd behind a frame of nothing', join(Buffer.from('28b52ffd0000010000', 'hex').subarray(0, 9), zst), recording, 'zstd'],
  ] as const)('%s, in chunks of any size', async (_, bytes, content, compression) => {
    for (const size of [1, 3, 100, 65_536]) {
      const { frames, end, bytesRead } = await read(bytes, size);
      expect(frames).toEqual(framesOf(content));
      expect(end).toMatchObject({ compression, frameCount: frames.length, byteCount: content.length });
      expect(end.fault).toBeUndefined();
      expect(bytesRead).toBeGreaterThan(bytes.length - 1000);
    }
  });

  test('the bytes read grow as the frames come', async () => {
    const capture = new OpenCapture(cut(gzipSync(recording), 500));
    const seen: number[] = [];
    for await (const batch of capture.batches()) if (batch.length > 0) seen.push(capture.bytesRead);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('damage', () => {
  // A flipped bit in the middle; where the reader notices depends on the data.
  const spoilt = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 0x40 : byte));
  const gz = new Uint8Array(gzipSync(recording));
  test.each([
    ['gzip cut in the middle', half(gz), 'PCAP_TRUNCATED', half(gz).length, 60],
    ['gzip cut in its trailer', gz.subarray(0, -3), 'PCAP_TRUNCATED', gz.length - 3, 167],
    ['gzip with another checksum', spoilt(gz, gz.length - 6), 'PCAP_BAD_COMPRESSION', gz.length - 64, 160],
    [
      'gzip with a bad block',
      join(gz.subarray(0, 3000), new Uint8Array(64).fill(255), gz.subarray(3064)),
      'PCAP_BAD_COMPRESSION',
      2900,
      60,
    ],
    [
      'gzip with a member that is none',
      join(gzipSync(half(recording)), Buffer.from([0x1f, 0x8b, 9, 9, 9, 9])),
      'PCAP_BAD_COMPRESSION',
      0,
      60,
    ],
    ['zstd cut in the middle', half(zst), 'PCAP_TRUNCATED', half(zst).length, 0],
    ['zstd with a bad block', join(zst.subarray(0, 6), Buffer.from('ffffffffffff', 'hex'), zst), 'PCAP_BAD_COMPRESSION', 0, 0],
    ['a capture cut in a frame', half(recording), 'PCAP_TRUNCATED', 0, 60],
  ] as const)('%s: the frames before it, and where it is', async (_, bytes, code, least, frameCount) => {
    for (const size of [7, 65_536]) {
      const { frames, end } = await read(bytes, size);
      expect(end.fault).toMatchObject({ name: 'PcapError', code });
      expect(end.fault?.offset).toBeGreaterThanOrEqual(least);
      expect(end.fault?.offset).toBeLessThanOrEqual(bytes.length);
      expect(frames.length).toBeGreaterThanOrEqual(frameCount);
      expect(frames).toEqual(framesOf(recording).slice(0, frames.length));
    }
  });

  test('zstd with a byte changed, which only the checksum tells', async () => {
    const { frames, end } = await read(spoilt(zst, 60));
    expect(end.fault).toMatchObject({ code: 'PCAP_BAD_COMPRESSION', message: expect.stringContaining('checksum') });
    expect(frames).toHaveLength(167);
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['three bytes', Buffer.from('abc')],
    ['text', Buffer.from('2026-11-26 12:00:00 mysqld: ready for connections')],
    ['compressed text', gzipSync('2026-11-26 12:00:00 mysqld: ready for connections')],
    ['xz', Buffer.from('fd377a585a000004', 'hex')],
  ])('%s is no capture', async (_, bytes) => {
    const { frames, end } = await read(bytes);
    expect(frames).toEqual([]);
    expect(end.fault).toMatchObject({ code: 'PCAP_NOT_A_CAPTURE', offset: 0 });
  });

  test('a source that fails is not taken for a bad capture', async () => {
    const failing = async function* () {
      yield recording.slice(0, 5000);
      throw new Error('EIO');
    };
    const capture = new OpenCapture(failing());
    const frames: CapturedFrame[] = [];
    await expect(async () => {
      for await (const batch of capture.batches()) frames.push(...batch);
    }).rejects.toThrow('EIO');
    expect(frames.length).toBeGreaterThan(20);
  });

  test('a reader that goes away closes the source', async () => {
    let closed = false;
    const source = async function* () {
      try {
        for (;;) yield gz.slice();
      } finally {
        closed = true;
      }
    };
    for await (const batch of new OpenCapture(source()).batches()) if (batch.length > 0) break;
    expect(closed).toBe(true);
  });
});
