import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CaptureReader, readCapture } from '../pcap/capture-reader.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { writePcapng } from '../pcap/pcapng-writer.ts';
import { synthesizePcapng } from '../pcap/synthesize.ts';
import { tcpSegment } from '../pcap/tcp-segment.ts';
import { withMysqlPort } from './mysql-port.ts';

const recording = new URL('../../pcaps/mariadb-10.11.19-handshake-variants.pcap', import.meta.url);
const captured = (): CapturedFrame[] => [...readCapture(readFileSync(recording)).frames];
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'mywire-port-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tshark(frames: Parameters<typeof writePcapng>[1], ...options: string[]): string {
  const file = join(folder, 'wire.pcapng');
  writeFileSync(file, writePcapng({ application: 'test' }, frames));
  const run = spawnSync('tshark', ['-r', file, ...options], { encoding: 'utf8' });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout;
}

describe.skipIf(!hasTshark)(`in tshark${hasTshark ? '' : ' (not on PATH)'}`, () => {
  test('a recording from port 13406 decodes as MySQL, which it does not by itself', () => {
    expect(tshark(captured(), '-Y', 'mysql')).toBe('');
    const decoded = tshark(withMysqlPort(captured()).frames, '-Y', 'mysql', '-T', 'fields', '-e', 'tcp.port');
    const lines = decoded.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(30);
    for (const line of lines) expect(line).toMatch(/\b3306\b/);
    expect(decoded).not.toContain('13406');
  });

  test('right checksums stay right', () => {
    // Synthesised frames have right checksums; those of a loopback capture are left to offload.
    const made = [
      ...new CaptureReader().push(
        synthesizePcapng({ application: 'test' }, [
          {
            client: { address: '10.0.0.1', port: 5 },
            server: { address: '10.0.0.2', port: 44_221 },
            events: [
              { timeNs: 1n, from: 'client', kind: 'data', bytes: Uint8Array.of(1, 0, 0, 0, 1) },
              { timeNs: 2n, from: 'server', kind: 'fin' },
            ],
          },
        ]),
      ),
    ];
    const checked = (frames: Parameters<typeof writePcapng>[1]): string =>
      tshark(frames, '-o', 'tcp.check_checksum:TRUE', '-T', 'fields', '-e', 'tcp.checksum.status');
    expect(checked(withMysqlPort(made).frames).trim().split(/\s+/)).toEqual(['1', '1', '1', '1', '1']);
  });
});

test('only the port and the checksum differ, and the comment tells the port', () => {
  const before = captured();
  const { frames, says } = withMysqlPort(before);
  expect(says).toBe('Server port 13406 is written as 3306, with its checksum, so that Wireshark decodes MySQL; all else is as captured.');
  expect(frames.length).toBe(before.length);
  expect(frames[0]?.comment).toBe("The server's port was 13406.");
  frames.forEach((frame, i) => {
    const was = before[i] as CapturedFrame;
    expect(frame.timeNs).toBe(was.timeNs);
    expect(frame.originalLength).toBe(was.originalLength);
    const changed = [...frame.bytes].filter((byte, at) => byte !== was.bytes[at]).length;
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThanOrEqual(4);
  });
});

test('the frames that were given are not written into', () => {
  const before = captured();
  const copy = before.map((frame) => Buffer.from(frame.bytes).toString('hex'));
  withMysqlPort(before);
  expect(before.map((frame) => Buffer.from(frame.bytes).toString('hex'))).toEqual(copy);
});

test('two connections that would become one keep their ports', () => {
  const legs = [13_406, 16_033].map((port) => ({
    client: { address: '10.0.0.1', port: 5 },
    server: { address: '10.0.0.2', port },
    events: [{ timeNs: 1n, from: 'client', kind: 'connect' }] as const,
  }));
  const made = [...new CaptureReader().push(synthesizePcapng({ application: 'test' }, legs))];
  const { frames, says } = withMysqlPort(made);
  expect(says).toBe('');
  expect(
    frames.map((frame) => tcpSegment(frame as CapturedFrame)).map((s) => (typeof s === 'string' ? s : Math.max(s.src.port, s.dst.port))),
  ).toEqual([13_406, 13_406, 13_406, 16_033, 16_033, 16_033]);
});

test('port 3306 stays as it is', () => {
  const legs = [
    {
      client: { address: '10.0.0.1', port: 5 },
      server: { address: '10.0.0.2' },
      events: [{ timeNs: 1n, from: 'client', kind: 'connect' }] as const,
    },
  ];
  const made = [...new CaptureReader().push(synthesizePcapng({ application: 'test' }, legs))];
  expect(withMysqlPort(made)).toEqual({ frames: made, says: '' });
});
