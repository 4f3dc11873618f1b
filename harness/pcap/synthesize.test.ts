import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { serverEnding } from './ending.ts';
import { LinkType } from './link-type.ts';
import { reassemble } from './reassemble.ts';
import { type SocketEvent, type SocketTranscript, SYNTHESISED, synthesize, synthesizePcapng } from './synthesize.ts';
import { tcpSegment } from './tcp-segment.ts';
import { bytesFrom, told } from './testdata/build-segment.ts';

const about = { application: 'mywire 9.9.9' };
const T0 = 1_795_225_349_000_000_000n;
const ends = { client: { address: '127.0.0.1', port: 40_000 }, server: { address: '127.0.0.1', port: 13_406 } };
const bytes = (text: string) => new TextEncoder().encode(text);
const hasTshark = spawnSync('tshark', ['-v']).status === 0 && spawnSync('capinfos', ['-v']).status === 0;

/** The events of a recorded connection, as a socket would have told of them. */
function recorded(file: string, id: number): SocketEvent[] {
  const capture = readCapture(new Uint8Array(readFileSync(new URL(`../../pcaps/${file}`, import.meta.url))));
  const connection = reassemble(capture.frames).connections[id];
  return (connection?.events ?? []).flatMap((event): SocketEvent[] => {
    const { timeNs, from } = event;
    if (event.kind === 'syn') return [{ timeNs, from, kind: 'connect' }];
    if (event.kind === 'data') return [{ timeNs, from, kind: 'data', bytes: event.bytes }];
    if (event.kind === 'fin' || (event.kind === 'rst' && !event.provoked)) return [{ timeNs, from, kind: event.kind }];
    return [];
  });
}

describe('frames', () => {
  const events: SocketEvent[] = [
    { timeNs: T0, from: 'client', kind: 'connect' },
    { timeNs: T0 + 1n, from: 'client', kind: 'data', bytes: bytes('early'), comment: 'before the greeting' },
    { timeNs: T0 + 2n, from: 'server', kind: 'data', bytes: bytes('greeting') },
    { timeNs: T0 + 3n, from: 'server', kind: 'fin' },
    { timeNs: T0 + 4n, from: 'server', kind: 'rst' },
  ];

  test('a handshake, then each event; sequence and acknowledgement numbers follow', () => {
    const segments = synthesize({ ...ends, events }).map((frame, i) =>
      tcpSegment({ number: i + 1, originalLength: frame.bytes.length, ...frame }),
    );
    const [client, server] = segments.slice(0, 2).map((segment) => (typeof segment === 'string' ? Number.NaN : segment.seq)) as [
      number,
      number,
    ];
    const shown = segments.map((segment) => {
      if (typeof segment === 'string') return segment;
      const flags = Object.entries(segment.flags).flatMap(([name, on]) => (on ? [name] : []));
      const mine = segment.src.port === 40_000;
      return [
        mine ? '>' : '<',
        flags.join('+'),
        segment.seq - (mine ? client : server),
        segment.flags.ack ? segment.ack - (mine ? server : client) : 0,
        segment.length,
      ];
    });
    expect(shown).toEqual([
      ['>', 'syn', 0, 0, 0],
      ['<', 'syn+ack', 0, 1, 0],
      ['>', 'ack', 1, 1, 0],
      ['>', 'psh+ack', 1, 1, 5],
      ['<', 'psh+ack', 1, 6, 8],
      ['<', 'fin+ack', 9, 6, 0],
      ['<', 'rst+ack', 10, 6, 0],
    ]);
  });

  test('the first frame says that all is synthesised; comments stand on the first frame of their event', () => {
    const frames = synthesize({
      ...ends,
      events: [...events.slice(0, 1), { timeNs: T0, from: 'server', kind: 'data', bytes: new Uint8Array(130_001), comment: 'large' }],
    });
    expect(frames.map(({ comment }) => comment)).toEqual([SYNTHESISED, undefined, undefined, 'large', undefined, undefined]);
    expect(frames.map((frame) => frame.bytes.length - 40)).toEqual([8, 8, 0, 65_000, 65_000, 1]);
    const { comment } = synthesize({ ...ends, events: [{ ...(events[0] as SocketEvent), comment: 'case x/y' }] })[0] ?? {};
    expect(comment).toBe(`case x/y\n${SYNTHESISED}`);
  });

  test('the smallest packet, byte for byte', () => {
    const [syn] = synthesize({ client: { address: '192.0.2.1', port: 1 }, server: { address: '192.0.2.2' }, events: events.slice(0, 1) });
    // Header checksum: 4500+0030+0001+4000+4006+c000+0201+c000+0202 = 2493a -> 493c -> b6c3.
    expect(Buffer.from(syn?.bytes.subarray(0, 24) ?? []).toString('hex')).toBe(
      '4500003000014000' + '4006b6c3' + 'c0000201' + 'c0000202' + '00010cea',
    );
    // MSS 65,000; window scale 14; NOP.
    expect(Buffer.from(syn?.bytes.subarray(40) ?? []).toString('hex')).toBe('0204fde8' + '03030e' + '01');
    expect(syn?.linkType).toBe(LinkType.raw);
  });

  test('without a connect event the handshake comes with the first', () => {
    expect(synthesize({ ...ends, events: events.slice(2, 3) })).toHaveLength(4);
    expect(synthesize({ ...ends, events: [] })).toEqual([]);
  });

  test('a clock that steps back does not change the order of the frames', () => {
    const backwards = events.map((event, i) => ({ ...event, timeNs: T0 - BigInt(i) }));
    const { frames } = readCapture(synthesizePcapng(about, [{ ...ends, events: backwards }]));
    expect(told(reassemble(frames).connections[0])).toEqual(['>syn', '<syn-ack', '>"early"', '<"greeting"', '<fin', '<rst']);
  });

  test.each<[string, Partial<SocketTranscript>, string]>([
    [
      'bytes after a FIN',
      { events: [...events.slice(0, 4), { timeNs: T0, from: 'server', kind: 'data', bytes: bytes('x') }] },
      'PCAP_BAD_TRANSCRIPT',
    ],
    ['a FIN after a RST', { events: [...events, { timeNs: T0, from: 'server', kind: 'fin' }] }, 'PCAP_BAD_TRANSCRIPT'],
    ['two connects', { events: [...events.slice(0, 1), ...events.slice(0, 1)] }, 'PCAP_BAD_TRANSCRIPT'],
    ['a host name', { server: { address: 'db.example', port: 3306 } }, 'PCAP_BAD_ADDRESS'],
    ['two versions of IP', { server: { address: '::1', port: 3306 } }, 'PCAP_BAD_ADDRESS'],
  ])('%s is refused', (_, change, code) => {
    expect(() => synthesize({ ...ends, events, ...change })).toThrow(expect.objectContaining({ name: 'PcapError', code }));
  });

  test('read back: the bytes and the endings of any transcript', () => {
    const data = fc.record({
      from: fc.constantFrom('client' as const, 'server' as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 66_000, size: 'max' }),
    });
    const how = fc.constantFrom('open', 'fin', 'rst', 'fin+rst');
    const address = fc.constantFrom(['127.0.0.1', '10.0.0.1'], ['::1', 'fe80::1%eth0'], ['::ffff:127.0.0.1', '127.0.0.1']);
    fc.assert(
      fc.property(
        fc.array(data, { maxLength: 8 }),
        how,
        address,
        fc.constantFrom(LinkType.raw, LinkType.ethernet),
        (list, server, [client = '', host = ''], linkType) => {
          const events: SocketEvent[] = list.map((event, i) => ({ ...event, kind: 'data', timeNs: T0 + BigInt(i) }));
          const kinds = server === 'open' ? [] : (server.split('+') as ('fin' | 'rst')[]);
          events.push(...kinds.map((kind): SocketEvent => ({ timeNs: T0 + 99n, from: 'server', kind })));
          const frames = synthesize({ client: { address: client, port: 5 }, server: { address: host }, events }, linkType);
          const { connections, skipped } = reassemble(
            frames.map((frame, i) => ({ number: i + 1, originalLength: frame.bytes.length, ...frame })),
          );
          expect(skipped.size).toBe(0);
          expect(connections).toHaveLength(events.length === 0 ? 0 : 1);
          const [connection] = connections;
          if (!connection) return;
          for (const side of ['client', 'server'] as const) {
            const sent = Buffer.concat(list.filter(({ from }) => from === side).map((event) => event.bytes));
            expect(Buffer.compare(Buffer.from(bytesFrom(connection, side)), sent)).toBe(0);
          }
          expect(serverEnding(connection).how).toBe(server);
          expect(connection.events.some(({ kind }) => kind === 'gap')).toBe(false);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('tshark', () => {
  /** Writes `transcripts` to a file and hands it to `use`. */
  function withFile<T>(transcripts: SocketTranscript[], use: (file: string) => T): T {
    const folder = mkdtempSync(join(tmpdir(), 'mywire-pcap-'));
    try {
      const file = join(folder, 'x.pcapng');
      writeFileSync(file, synthesizePcapng(about, transcripts));
      return use(file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  function tshark(file: string, ...args: string[]): string[] {
    const run = spawnSync('tshark', ['-r', file, '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE', ...args], {
      encoding: 'utf8',
    });
    expect(run.status).toBe(0);
    return run.stdout.split('\n').filter((line) => line !== '');
  }

  const COMPLAINTS =
    '_ws.malformed || tcp.checksum.status == "Bad" || ip.checksum.status == "Bad" || tcp.analysis.flags || _ws.expert.severity >= "Warning"';

  test('decodes it as MySQL on any port, checksums are right, and nothing is complained of', { timeout: 60_000 }, ({ skip }) => {
    skip(!hasTshark, 'tshark and capinfos are not on PATH');
    const login = (port: number, laterNs = 0n): SocketTranscript => ({
      ...ends,
      client: { address: '127.0.0.1', port },
      events: recorded('mariadb-10.11.19-handshake-variants.pcap', 10).map((event) => ({ ...event, timeNs: event.timeNs + laterNs })),
    });
    const transcripts: SocketTranscript[] = [
      login(40_000),
      // The same ports again, and IPv6 on the port that Wireshark knows.
      login(40_000, 10n ** 9n),
      { ...login(40_001), client: { address: '2001:db8::1', port: 40_001 }, server: { address: 'fe80::2%eth0' } },
      { ...login(40_002), events: recorded('mysql-9.7.4-handshake-variants.pcap', 5) },
    ];
    withFile(transcripts, (file) => {
      const decode = ['-d', 'tcp.port==13406,mysql'];
      const fields = [
        '-T',
        'fields',
        '-e',
        'tcp.stream',
        '-e',
        'mysql.packet_number',
        '-e',
        'mysql.version',
        '-e',
        'mysql.user',
        '-e',
        'mysql.query',
        '-e',
        'mysql.error_code',
      ];
      const rows = tshark(file, ...decode, '-Y', 'mysql', ...fields).map((line) => line.split('\t'));
      const of = (column: number) => rows.flatMap((row) => (row[column] ? [`${row[0]} ${row[column]}`] : []));
      expect(of(2)).toEqual([0, 1, 2].map((id) => `${id} 5.5.5-10.11.19-MariaDB-0+deb12u1`).concat('3 9.7.4-2'));
      expect(of(5)).toEqual(['3 1251']);
      expect(of(3).map((user) => user[0])).toEqual(['0', '1', '2', '3']);
      expect(of(4)).toHaveLength(3);
      expect(tshark(file, '-Y', 'tcp.checksum.status == "Good"')).toHaveLength(tshark(file).length);
      expect(tshark(file, '-Y', 'tcp.flags.reset == 1', '-T', 'fields', '-e', 'tcp.stream')).toEqual(['3']);
      expect(
        tshark(
          file,
          ...decode,
          '-Y',
          '_ws.malformed || tcp.checksum.status == "Bad" || ip.checksum.status == "Bad" || (tcp.analysis.flags && !tcp.analysis.reused_ports)',
        ),
      ).toEqual([]);
      const capinfos = spawnSync('capinfos', [file], { encoding: 'utf8' }).stdout;
      expect(capinfos).toContain('Synthesised from a socket transcript, not captured');
      expect(capinfos).toContain('-d tcp.port==13406,mysql');
      expect(tshark(file, '-Y', 'frame.comment contains "not captured"', '-T', 'fields', '-e', 'tcp.stream')).toEqual(['0', '1', '2', '3']);
    });
  });

  test('follows 17 MB in one direction without a word about windows or sequence numbers', { timeout: 60_000 }, ({ skip }) => {
    skip(!hasTshark, 'tshark and capinfos are not on PATH');
    const large = new Uint8Array(17_000_001).fill(65);
    const events: SocketEvent[] = [
      { timeNs: T0, from: 'client', kind: 'connect' },
      { timeNs: T0 + 5n, from: 'server', kind: 'data', bytes: large },
      { timeNs: T0 + 9n, from: 'client', kind: 'fin' },
    ];
    withFile([{ ...ends, events }], (file) => {
      expect(tshark(file, '-T', 'fields', '-e', 'tcp.len').reduce((sum, length) => sum + Number(length), 0)).toBe(17_000_001);
      expect(tshark(file, '-Y', COMPLAINTS)).toEqual([]);
    });
  });
});
