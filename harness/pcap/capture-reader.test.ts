import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureReader, readCapture } from './capture-reader.ts';
import type { CapturedFrame } from './captured-frame.ts';
import { PcapError } from './pcap-error.ts';
import { buildPcap, pcapngBlocks } from './testdata/build-capture.ts';

const recording = (name: string) => new Uint8Array(readFileSync(new URL(`../../pcaps/${name}`, import.meta.url)));
const testdata = (name: string) => new Uint8Array(readFileSync(new URL(`testdata/${name}`, import.meta.url)));
const REAL = {
  pcap: recording('mysql-9.7.4-handshake-variants.pcap'),
  nanoseconds: testdata('lo-ipv6-nano.pcap'),
  pcapng: testdata('two-interfaces.pcapng'),
};

/** A frame as plain data: FrameView computes some of it. */
function plain(frame: CapturedFrame) {
  const { number, timeNs, linkType, originalLength, interfaceId, comment } = frame;
  return { number, timeNs, linkType, originalLength, interfaceId, comment, bytes: [...frame.bytes] };
}

function readInChunks(bytes: Uint8Array, sizes: readonly number[]) {
  const reader = new CaptureReader();
  const frames: CapturedFrame[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    // A copy that is not aligned and is overwritten after use would be the caller's fault; one that is gone is not.
    frames.push(...reader.push(bytes.slice(at, at + size)));
    at += size;
  }
  return { frames: frames.map(plain), end: reader.end() };
}

describe('real captures, against what tshark 4.0.17 prints', () => {
  const rows = new TextDecoder()
    .decode(testdata('tshark-frames.tsv'))
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
  const files = [...new Set(rows.map(([file]) => file as string))];

  test.each(files)('%s: numbers, times and lengths', (file) => {
    const bytes = file.includes('variants') ? recording(file) : testdata(file);
    const printed = readCapture(bytes).frames.map((frame) => {
      const digits = frame.timeNs.toString();
      return [String(frame.number), `${digits.slice(0, -9)}.${digits.slice(-9)}`, String(frame.originalLength)];
    });
    const expected = rows.filter(([name]) => name === file).map((row) => row.slice(1, 4));
    expect(expected.length).toBeGreaterThan(20);
    expect(printed).toEqual(expected);
  });

  test('pcapng interfaces', () => {
    const { interfaces, frames, format } = readCapture(REAL.pcapng);
    expect(format).toBe('pcapng');
    expect(interfaces.map(({ name, linkType, snapLength }) => [name, linkType, snapLength])).toEqual([
      ['lo', 1, 262144],
      ['any', 113, 262144],
    ]);
    expect(frames.filter(({ interfaceId, linkType }) => interfaceId === 1 && linkType === 113)).toHaveLength(28);
  });
});

describe('pcap', () => {
  const frames = [
    { seconds: 1_795_225_349, fraction: 369_228, bytes: [1, 2, 3] },
    { seconds: 4_294_967_295, fraction: 999_999, bytes: [], originalLength: 1514 },
    { seconds: 65_536, fraction: 0, bytes: [255] },
  ];

  test.each([
    ['little-endian µs', 0xa1b2c3d4, true, 1000n],
    ['big-endian µs', 0xa1b2c3d4, false, 1000n],
    ['little-endian ns', 0xa1b23c4d, true, 1n],
    ['big-endian ns', 0xa1b23c4d, false, 1n],
  ])('%s', (_, magic, little, unit) => {
    const capture = readCapture(buildPcap(magic, little, 101, frames));
    expect(capture.fault).toBeUndefined();
    expect(capture.frames.map(plain)).toEqual(
      frames.map(({ seconds, fraction, bytes, originalLength = bytes.length }, i) => ({
        number: i + 1,
        timeNs: BigInt(seconds) * 1_000_000_000n + BigInt(fraction) * unit,
        linkType: 101,
        originalLength,
        interfaceId: undefined,
        comment: undefined,
        bytes,
      })),
    );
  });

  test('the bits above the link type say how long the FCS is, and are not part of it', () => {
    expect(readCapture(buildPcap(0xa1b2c3d4, true, 0x2400_0001, frames)).frames[0]?.linkType).toBe(1);
  });

  test('a captured length above 64 MiB is damage; the frames before it are given', () => {
    const bytes = buildPcap(0xa1b2c3d4, true, 1, frames.slice(0, 2));
    new DataView(bytes.buffer).setUint32(24 + 16 + 3 + 8, 64 * 1024 * 1024 + 1, true);
    const capture = readCapture(bytes);
    expect(capture.frames).toHaveLength(1);
    expect(capture.fault).toMatchObject({ name: 'PcapError', code: 'PCAP_BAD_LENGTH', offset: 43 });
    expect(capture.fault?.message).toContain('byte 43');
    expect(capture.truncatedAt).toBeUndefined();
  });
});

describe.each([
  ['little-endian', true],
  ['big-endian', false],
])('pcapng, %s', (_, little) => {
  const b = pcapngBlocks(little);
  const file = (...blocks: number[][]) => Uint8Array.from(blocks.flat());

  test('time resolutions: µs by default, 10^-n, 2^-n, and an offset in seconds', () => {
    const capture = readCapture(
      file(
        b.section(),
        b.interface(1),
        b.interface(1, b.option(9, [9])),
        b.interface(1, b.option(9, [3])),
        b.interface(1, b.option(9, [0x80 | 10])),
        b.interface(1, [...b.option(9, [0]), ...b.option(14, b.word(['u64', -5n])), ...b.end]),
        b.enhanced(0, 1_795_225_349_369_228n, [1]),
        b.enhanced(1, 1_795_225_349_369_228_017n, [1]),
        b.enhanced(2, 1_795_225_349_369n, [1]),
        b.enhanced(3, 1_795_225_349n * 1024n + 512n, [1]),
        b.enhanced(4, 1_795_225_354n, [1]),
      ),
    );
    expect(capture.frames.map(({ timeNs }) => timeNs)).toEqual([
      1_795_225_349_369_228_000n,
      1_795_225_349_369_228_017n,
      1_795_225_349_369_000_000n,
      1_795_225_349_500_000_000n,
      1_795_225_349_000_000_000n,
    ]);
  });

  test('comments are read, other options and unknown blocks passed over', () => {
    const capture = readCapture(
      file(
        b.section([...b.text(4, 'another program'), ...b.end]),
        b.block(0x8000_0001, [1, 2, 3, 4]),
        b.interface(101, [...b.text(2, 'lo'), ...b.end]),
        b.enhanced(0, 0n, [1, 2, 3, 4, 5], [...b.option(2, [1, 0, 0, 0]), ...b.text(1, 'zwölf'), ...b.text(1, 'b'), ...b.end]),
        b.enhanced(0, 0n, [6], [...b.option(2, [1, 0, 0, 0]), ...b.end]),
        b.block(5, [0, 0, 0, 0]),
      ),
    );
    expect(capture.fault).toBeUndefined();
    expect(capture.interfaces[0]?.name).toBe('lo');
    expect(capture.frames.map(({ bytes, comment }) => [[...bytes], comment])).toEqual([
      [[1, 2, 3, 4, 5], 'zwölf\nb'],
      [[6], undefined],
    ]);
  });

  test('Simple Packet Blocks have no time, and are cut by the snapshot length', () => {
    const capture = readCapture(file(b.section(), b.interface(1, [], 3), b.simple([1, 2, 3], 9), b.simple([1, 2])));
    expect(capture.frames.map(({ bytes, originalLength, timeNs }) => [[...bytes], originalLength, timeNs])).toEqual([
      [[1, 2, 3], 9, 0n],
      [[1, 2], 2, 0n],
    ]);
  });

  test('the obsolete Packet Block counts as a frame, as in Wireshark', () => {
    const capture = readCapture(file(b.section(), b.interface(1), b.obsolete(0, 7n, [9, 9]), b.enhanced(0, 8n, [8])));
    expect(capture.frames.map(({ number, bytes, timeNs }) => [number, [...bytes], timeNs])).toEqual([
      [1, [9, 9], 7000n],
      [2, [8], 8000n],
    ]);
  });

  test('custom blocks, entries of the systemd journal and events of sysdig have frame numbers, as in Wireshark, and are no frames', () => {
    const others = [0x0bad, 0x4000_0bad, 9, 0x204, 0x216, 0x221].map((type) => b.block(type, [1, 2, 3, 4]));
    // Of name resolution and statistics, and what is unknown, Wireshark shows nothing.
    const silent = [4, 5, 0x8000_0001, 0x0bae, 0x208].map((type) => b.block(type, [0, 0, 0, 0]));
    const capture = readCapture(file(b.section(), b.interface(1), ...others, ...silent, b.enhanced(0, 8n, [8])));
    expect(capture.frames.map(({ number, bytes }) => [number, [...bytes]])).toEqual([[7, [8]]]);
  });

  test('a second section, in the other byte order, counts its interfaces from 0; frames count on', () => {
    const other = pcapngBlocks(!little);
    const capture = readCapture(
      file(b.section(), b.interface(1), b.enhanced(0, 1n, [1]), other.section(), other.interface(101), other.enhanced(0, 2n, [2])),
    );
    expect(capture.frames.map(({ number, linkType, interfaceId, timeNs }) => [number, linkType, interfaceId, timeNs])).toEqual([
      [1, 1, 0, 1000n],
      [2, 101, 1, 2000n],
    ]);
  });

  test.each([
    ['a length that is no multiple of 4', [...b.word(['u32', 6], ['u32', 33]), ...new Array(40).fill(0)], 'PCAP_BAD_LENGTH'],
    ['a length too short for its block', [...b.word(['u32', 6], ['u32', 28]), ...new Array(40).fill(0)], 'PCAP_BAD_LENGTH'],
    ['a length of 0', [...b.word(['u32', 99], ['u32', 0]), ...new Array(40).fill(0)], 'PCAP_BAD_LENGTH'],
    ['a length above 64 MiB', [...b.word(['u32', 6], ['u32', 0x0400_0004]), ...new Array(40).fill(0)], 'PCAP_BAD_LENGTH'],
    ['two lengths that differ', b.block(99, [0, 0, 0, 0], 20), 'PCAP_BAD_BLOCK'],
    [
      'a captured length longer than its block',
      b.block(6, b.word(['u64', 0], ['u32', 0], ['u32', 5], ['u32', 5], ['u32', 0])),
      'PCAP_BAD_LENGTH',
    ],
    ['an interface that was not described', b.enhanced(1, 0n, [1]), 'PCAP_BAD_INTERFACE'],
    ['a section header without its magic', [...b.word(['u32', 0x0a0d0d0a], ['u32', 28]), ...new Array(20).fill(0)], 'PCAP_BAD_BLOCK'],
  ])('%s is a fault; the frames before it are given', (_name, block, code) => {
    const before = file(b.section(), b.interface(1), b.enhanced(0, 0n, [1]));
    const capture = readCapture(Uint8Array.from([...before, ...block]));
    expect(capture.frames).toHaveLength(1);
    expect(capture.fault).toMatchObject({ code, offset: before.length });
    expect(capture.fault?.message).toContain(`byte ${before.length}`);
  });
});

describe('what is no capture', () => {
  test.each([
    ['nothing', [], 'empty'],
    ['three bytes', [0xd4, 0xc3, 0xb2], '3 bytes'],
    ['text', [...new TextEncoder().encode('GET / HTTP/1.0\r\n')], 'neither pcap nor pcapng'],
    ['gzip', [0x1f, 0x8b, 8, 0, 0], 'gunzip'],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0], 'unzstd'],
  ])('%s', (_, bytes, words) => {
    expect(() => readCapture(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ code: 'PCAP_NOT_A_CAPTURE', offset: 0, message: expect.stringContaining(words) }),
    );
  });
});

describe('incremental reading', () => {
  test.each(Object.entries(REAL))('%s: any chunk sizes give the same frames', (_, bytes) => {
    const whole = readCapture(bytes).frames.map(plain);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const read = readInChunks(bytes, sizes);
        expect(read.frames).toEqual(whole);
        expect(read.end.fault).toBeUndefined();
      }),
      { numRuns: 10 },
    );
    expect(readInChunks(bytes, [1]).frames).toEqual(whole);
  });

  test('a frame is given as soon as its last byte is there', () => {
    const reader = new CaptureReader();
    const given = [...REAL.pcap.subarray(0, 24 + 16 + 74)].map((byte) => reader.push(Uint8Array.of(byte)).length);
    expect(given.lastIndexOf(1)).toBe(24 + 16 + 74 - 1);
    expect(given.filter((count) => count > 0)).toHaveLength(1);
  });

  test.each(Object.entries(REAL))('%s cut anywhere gives the frames before the cut and says where', (_, bytes) => {
    // Where each record starts is known by reading one byte more at a time.
    const reader = new CaptureReader();
    const starts = [0];
    let count = 0;
    for (let size = 1; size <= 1200; size += 1) {
      count += reader.push(bytes.subarray(size - 1, size)).length;
      const { byteCount, truncatedAt } = reader.end();
      if (byteCount === size) starts.push(size);
      const cut = size >= 4 ? readCapture(bytes.subarray(0, size)) : undefined;
      if (!cut) continue;
      expect(cut.frames).toHaveLength(count);
      expect(cut.truncatedAt).toBe(truncatedAt);
      expect(cut.truncatedAt).toBe(byteCount === size ? undefined : starts.at(-1));
      if (cut.fault) expect(cut.fault.message).toContain(`byte ${size}`);
    }
    expect(count).toBeGreaterThan(5);
  });

  test('a claimed length costs no memory before its bytes come', () => {
    const bytes = buildPcap(0xa1b2c3d4, true, 1, [{ seconds: 0, fraction: 0, bytes: new Array(10_000).fill(7) }]);
    new DataView(bytes.buffer).setUint32(24 + 8, 64 * 1024 * 1024, true);
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 50 }, () => new CaptureReader());
    for (const reader of readers) {
      for (let at = 0; at < bytes.length; at += 100) reader.push(bytes.subarray(at, at + 100));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024);
    expect(readers[49]?.end()).toMatchObject({ truncatedAt: 24, frameCount: 0 });
  });

  test('a fault is thrown when its chunk has no frames, else by the next push', () => {
    const b = pcapngBlocks(true);
    const good = [b.section(), b.interface(1), b.enhanced(0, 0n, [1])].flat();
    const reader = new CaptureReader();
    expect(reader.push(Uint8Array.from([...good, ...b.enhanced(4, 0n, [1])]))).toHaveLength(1);
    expect(() => reader.push(Uint8Array.of(0))).toThrow(expect.objectContaining({ code: 'PCAP_BAD_INTERFACE' }));
    const second = new CaptureReader();
    second.push(Uint8Array.from(good));
    expect(() => second.push(Uint8Array.from(b.enhanced(4, 0n, [1])))).toThrow(PcapError);
    expect(second.end().fault?.code).toBe('PCAP_BAD_INTERFACE');
  });
});
