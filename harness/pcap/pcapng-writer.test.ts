import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { PcapError } from './pcap-error.ts';
import { type FrameToWrite, PcapngWriter, writePcapng } from './pcapng-writer.ts';

const about = { application: 'mywire 9.9.9' };
const recording = (name: string) => new Uint8Array(readFileSync(new URL(`../../pcaps/${name}`, import.meta.url)));
const hasTshark = spawnSync('tshark', ['-v']).status === 0 && spawnSync('capinfos', ['-v']).status === 0;

describe('bytes', () => {
  test('section header, interface and packet, as the specification lays them out', () => {
    const file = writePcapng({ application: 'my', interfaceName: 'lo' }, [
      { timeNs: 0x1_0000_0002n, linkType: 101, bytes: Uint8Array.of(0xaa), originalLength: 3, comment: 'hi!' },
    ]);
    expect(Buffer.from(file).toString('hex')).toBe(
      [
        // section header: type, length 40, magic, version 1.0, section length unknown
        '0a0d0d0a 28000000 4d3c2b1a 0100 0000 ffffffffffffffff',
        // shb_userappl "my", end of options, length
        '0400 0200 6d790000 0000 0000 28000000',
        // interface: type, length 40, LINKTYPE_RAW, no limit, if_name "lo", if_tsresol 9, end, length
        '01000000 28000000 6500 0000 00000000 0200 0200 6c6f0000 0900 0100 09000000 0000 0000 28000000',
        // packet: type, length 48, interface 0, time, captured 1, original 3, data, comment "hi!", end, length
        '06000000 30000000 00000000 01000000 02000000 01000000 03000000 aa000000 0100 0300 68692100 0000 0000 30000000',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  test('an interface is described once, before its first packet', () => {
    const writer = new PcapngWriter(about);
    const frame = { timeNs: 1n, linkType: 101, bytes: Uint8Array.of(1) };
    const first = writer.frame(frame);
    const second = writer.frame(frame);
    expect(new DataView(first.buffer).getUint32(0, true)).toBe(1);
    expect(new DataView(second.buffer).getUint32(0, true)).toBe(6);
  });

  test.each([-1n, 1n << 64n])('a time of %s ns is refused', (timeNs) => {
    const frame = { timeNs, linkType: 1, bytes: new Uint8Array(0) };
    expect(() => new PcapngWriter(about).frame(frame)).toThrow(expect.objectContaining({ name: 'PcapError', code: 'PCAP_BAD_TIME' }));
    expect(() => new PcapngWriter(about).frame(frame)).toThrow(PcapError);
  });
});

describe('written and read again', () => {
  test('frames of a pcap keep number, time, bytes and lengths, and may get comments', () => {
    const { frames } = readCapture(recording('proxysql-2.0.17-haproxy-2.6.12-post41.pcap'));
    const commented = frames.map((frame) => ({
      timeNs: frame.timeNs,
      linkType: frame.linkType,
      bytes: frame.bytes,
      comment: frame.number === 5 ? 'FIN: here' : undefined,
    }));
    const again = readCapture(writePcapng(about, commented));
    expect(again.fault).toBeUndefined();
    expect(again.frames.map(({ number, timeNs, linkType, bytes }) => [number, timeNs, linkType, bytes])).toEqual(
      frames.map(({ number, timeNs, linkType, bytes }) => [number, timeNs, linkType, bytes]),
    );
    expect(again.frames.filter(({ comment }) => comment).map(({ number, comment }) => [number, comment])).toEqual([[5, 'FIN: here']]);
  });

  test('frames of a pcapng keep their interfaces', () => {
    const capture = readCapture(new Uint8Array(readFileSync(new URL('testdata/two-interfaces.pcapng', import.meta.url))));
    const { frames, interfaces } = readCapture(writePcapng({ ...about, interfaces: capture.interfaces }, capture.frames));
    expect(interfaces.map(({ name, linkType, snapLength }) => [name, linkType, snapLength])).toEqual([
      ['lo', 1, 262144],
      ['any', 113, 262144],
    ]);
    expect(frames.map(({ interfaceId, timeNs, bytes }) => [interfaceId, timeNs, bytes])).toEqual(
      capture.frames.map(({ interfaceId, timeNs, bytes }) => [interfaceId, timeNs, bytes]),
    );
  });

  test('any frames', () => {
    const frame = fc.record({
      timeNs: fc.bigInt(0n, (1n << 64n) - 1n),
      linkType: fc.integer({ min: 0, max: 0xffff }),
      bytes: fc.uint8Array({ maxLength: 50 }),
      comment: fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(frame), (frames) => {
        const again = readCapture(writePcapng(about, frames)).frames;
        const plain = ({ timeNs, linkType, bytes, comment }: FrameToWrite) => ({ timeNs, linkType, bytes, comment });
        expect(again.map(plain)).toEqual(frames.map(plain));
      }),
    );
  });

  test('a comment too long for an option is cut at a character, and shows it', () => {
    const comment = 'ä€'.repeat(20_000);
    const [frame] = readCapture(writePcapng(about, [{ timeNs: 0n, linkType: 1, bytes: new Uint8Array(0), comment }])).frames;
    expect(frame?.comment?.endsWith('…')).toBe(true);
    expect(comment.startsWith(frame?.comment?.slice(0, -1) ?? '?')).toBe(true);
    expect(Buffer.byteLength(frame?.comment ?? '')).toBeGreaterThan(65_520);
    expect(Buffer.byteLength(frame?.comment ?? '')).toBeLessThan(65_536);
  });
});

describe('tshark and capinfos', () => {
  test('open the file without a word, and see names, comments and nanoseconds', { timeout: 60_000 }, ({ skip }) => {
    skip(!hasTshark, 'tshark and capinfos are not on PATH');
    const folder = mkdtempSync(join(tmpdir(), 'mywire-pcap-'));
    try {
      const file = join(folder, 'x.pcapng');
      const { frames } = readCapture(recording('mariadb-10.11.19-handshake-variants.pcap'));
      const [first] = frames;
      const writing = { application: 'mywire 9.9.9', hardware: 'abacus', os: 'none', comment: 'a test\nof two lines', interfaceName: 'lo' };
      const commented = { timeNs: 1_795_225_349_369_228_017n, linkType: 1, bytes: first?.bytes ?? new Uint8Array(0), comment: 'zwölf' };
      writeFileSync(file, writePcapng(writing, [commented, ...frames.slice(1)]));
      const capinfos = spawnSync('capinfos', [file], { encoding: 'utf8' });
      expect(capinfos.status).toBe(0);
      expect(capinfos.stderr.replaceAll(/^Running as user.*\n/gm, '')).toBe('');
      for (const line of [
        'Capture application: mywire 9.9.9',
        'Capture hardware:    abacus',
        'Capture oper-sys:    none',
        'a test',
        'Name = lo',
        'Number of packets:   173',
      ]) {
        expect(capinfos.stdout).toContain(line);
      }
      const fields = ['frame.number', 'frame.time_epoch', 'frame.comment', 'frame.interface_name'].flatMap((field) => ['-e', field]);
      const tshark = spawnSync('tshark', ['-r', file, '-c', '1', '-T', 'fields', ...fields], { encoding: 'utf8' });
      expect(tshark.stdout.trim().split('\t')).toEqual(['1', '1795225349.369228017', 'zwölf', 'lo']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('decrypt with the secrets that were written before the frames', { timeout: 60_000 }, ({ skip }) => {
    skip(!hasTshark, 'tshark and capinfos are not on PATH');
    const folder = mkdtempSync(join(tmpdir(), 'mywire-pcap-'));
    try {
      const file = join(folder, 'x.pcapng');
      const { frames, secrets } = readCapture(new Uint8Array(readFileSync(new URL('testdata/tls/mysql-9.7.4.pcapng', import.meta.url))));
      const writer = new PcapngWriter({ ...about, interfaceName: 'lo' });
      const keyLog = secrets.map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join('');
      const parts = [
        writer.header(),
        writer.tlsSecrets(keyLog),
        ...frames.map((frame) =>
          writer.frame({ ...frame, timeNs: frame.timeNs, bytes: frame.bytes, linkType: frame.linkType, interfaceId: undefined }),
        ),
      ];
      writeFileSync(file, Buffer.concat(parts));
      const capinfos = spawnSync('capinfos', [file], { encoding: 'utf8' });
      expect([capinfos.status, capinfos.stderr.replaceAll(/^Running as user.*\n/gm, '')]).toEqual([0, '']);
      expect(capinfos.stdout).toContain('Number of decryption secrets in file: 1');
      const query = ['-d', 'tcp.port==14412,mysql', '-Y', 'mysql.query', '-T', 'fields', '-e', 'mysql.query'];
      const tshark = spawnSync('tshark', ['-r', file, ...query], { encoding: 'utf8' });
      expect(
        tshark.stdout
          .trim()
          .split('\n')
          .filter((line) => line === 'SELECT 1'),
      ).toHaveLength(6);
      // What is read again is the same text.
      expect(readCapture(new Uint8Array(readFileSync(file))).secrets.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))).toEqual([
        keyLog,
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
