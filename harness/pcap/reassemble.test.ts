import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { serverEnding } from './ending.ts';
import { endpoint } from './endpoint.ts';
import { reassemble, TcpReassembler, type ReassemblerOptions } from './reassemble.ts';
import type { Side, TcpConnection, TcpEvent } from './tcp-connection.ts';
import { type TcpSegment, tcpSegment } from './tcp-segment.ts';
import { bytesFrom, segmentWriter, told } from './testdata/build-segment.ts';

const folder = new URL('../../pcaps/', import.meta.url);
const recordings = readdirSync(folder).filter((name) => name.endsWith('.pcap'));
const recording = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const testdata = (name: string) => new Uint8Array(readFileSync(new URL(`testdata/${name}`, import.meta.url)));
const OWN = ['any-sll1.pcap', 'any-sll2.pcap', 'lo-ipv6-nano.pcap', 'two-interfaces.pcapng'];
const capture = (name: string) => readCapture(OWN.includes(name) ? testdata(name) : recording(name));

function run(segments: readonly TcpSegment[], options?: ReassemblerOptions): readonly TcpConnection[] {
  const reassembler = new TcpReassembler(options);
  for (const segment of segments) reassembler.push(segment);
  return reassembler.end();
}

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

describe('real captures, against "tshark -z follow,tcp,raw" of 4.0.17', () => {
  const rows = new TextDecoder()
    .decode(testdata('tshark-streams.tsv'))
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));

  test('all recordings have rows', () => {
    expect(recordings).toHaveLength(20);
    expect(new Set(rows.map(([file]) => file))).toEqual(new Set([...recordings, ...OWN]));
  });

  test.each([...recordings, ...OWN])('%s: connections, their numbers and their bytes', (file) => {
    const { connections, skipped } = reassemble(capture(file).frames);
    const streams = connections.map((connection) => {
      const client = bytesFrom(connection, 'client');
      const server = bytesFrom(connection, 'server');
      expect(connection.midStream).toBe(false);
      const { id } = connection;
      return [file, id, connection.client.text, connection.server.text, client.length, sha(client), server.length, sha(server)].map(String);
    });
    expect(streams).toEqual(rows.filter(([name]) => name === file));
    expect(skipped.size).toBe(0);
  });

  test.each([...recordings, ...OWN])('%s with each frame twice, as some kernels show loopback under "-i any", is the same', (file) => {
    const { frames } = capture(file);
    const once = reassemble(frames).connections.map(({ events }) => events);
    const twice = reassemble(frames.flatMap((frame) => [frame, frame])).connections.map(({ events }) => events);
    expect(twice).toEqual(once);
  });

  test('the frames of a connection include bare ACKs and repetitions', () => {
    // tshark -Y tcp.stream==4: frames 46 to 58, of which 55 is a FIN sent again.
    const { connections } = reassemble(capture('mysql-9.7.4-handshake-variants.pcap').frames);
    expect(connections[4]?.frames).toEqual([46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58]);
    expect(connections[4]?.events.map(({ kind, frame }) => `${kind} ${frame}`)).toEqual(
      ['syn 46', 'syn-ack 47', 'data 49', 'data 51', 'data 53', 'fin 54', 'data 57', 'rst 58'],
    );
    expect(connections[4]?.closed).toBe(true);
  });
});

describe('order', () => {
  test('a whole conversation; the ACK of each event is what its sender had received', () => {
    const s = segmentWriter();
    const [connection] = run([
      s('client', 'S', 100, 0),
      s('server', 'S.', 500, 101),
      s('client', 'P.', 101, 501, 'early'),
      s('server', 'P.', 501, 101, 'hello'),
      s('server', '.', 506, 106),
      s('server', 'FP.', 506, 106, 'bye'),
      s('client', 'F.', 106, 510),
      s('server', '.', 510, 107),
    ]);
    expect(told(connection)).toEqual(['>syn', '<syn-ack', '>"early"', '<"hello"', '<"bye"', '<fin', '>fin']);
    expect(connection?.events.map(({ seq, ack }) => [seq, ack])).toEqual([
      [100, undefined],
      [500, 101],
      [101, 501],
      [501, 101],
      [506, 106],
      [509, 106],
      [106, 510],
    ]);
    expect(connection).toMatchObject({ id: 0, midStream: false, closed: true });
    expect(connection?.frames).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  const opened = (s: ReturnType<typeof segmentWriter>, client = 100, server = 500) => [
    s('client', 'S', client, 0),
    s('server', 'S.', server, client + 1),
    s('client', '.', client + 1, server + 1),
  ];

  test.each<[string, (s: ReturnType<typeof segmentWriter>) => TcpSegment[], string[]]>([
    ['a retransmission is told of once', (s) => [s('client', 'P.', 101, 501, 'abc'), s('client', 'P.', 101, 501, 'abc')], ['>"abc"']],
    ['of an overlap only the new bytes', (s) => [s('client', 'P.', 101, 501, 'abc'), s('client', 'P.', 102, 501, 'bcde')], ['>"abc"', '>"de"']],
    ['a retransmission in larger segments', (s) => [s('client', 'P.', 101, 501, 'a'), s('client', 'P.', 102, 501, 'b'), s('client', 'P.', 101, 501, 'abcd')], ['>"a"', '>"b"', '>"cd"']],
    ['early bytes wait for their turn', (s) => [s('client', 'P.', 104, 501, 'def'), s('client', 'P.', 101, 501, 'abc')], ['>"abc"', '>"def"']],
    ['early bytes that overlap each other', (s) => [s('client', 'P.', 104, 501, 'def'), s('client', 'P.', 103, 501, 'cdefg'), s('client', 'P.', 101, 501, 'ab')], ['>"ab"', '>"cdefg"']],
    ['the first copy of held bytes wins over a shorter one', (s) => [s('client', 'P.', 103, 501, 'cd'), s('client', 'P.', 103, 501, 'c'), s('client', 'P.', 101, 501, 'ab')], ['>"ab"', '>"cd"']],
    ['an early FIN waits for the bytes before it', (s) => [s('client', 'F.', 104, 501), s('client', 'P.', 101, 501, 'abc')], ['>"abc"', '>fin']],
    ['bytes behind a FIN are nobody’s', (s) => [s('client', 'FP.', 101, 501, 'abc'), s('client', 'P.', 105, 501, 'xyz')], ['>"abc"', '>fin']],
    ['bytes behind a FIN that came early are dropped with it', (s) => [s('client', 'P.', 107, 501, 'xyz'), s('client', 'F.', 104, 501), s('client', 'P.', 101, 501, 'abc')], ['>"abc"', '>fin']],
    ['a FIN from before what was sent is nonsense', (s) => [s('client', 'P.', 101, 501, 'abc'), s('client', 'F.', 101, 501), s('client', 'P.', 104, 501, 'def'), s('client', 'F.', 107, 501)], ['>"abc"', '>"def"', '>fin']],
    ['a keep-alive of one old byte is no data', (s) => [s('client', 'P.', 101, 501, 'abc'), s('client', '.', 103, 501, 'c')], ['>"abc"']],
    ['a FIN that is sent again is told of once', (s) => [s('server', 'F.', 501, 101), s('server', 'F.', 501, 101)], ['<fin']],
    ['a payload cut by the snapshot length leaves a gap', (s) => [s('client', 'P.', 101, 501, 'abc', { length: 10 }), s('client', 'P.', 111, 501, 'x')], ['>"abc"', '>gap(7)', '>"x"']],
    ['held bytes cut by the snapshot length too', (s) => [s('client', 'P.', 103, 501, 'c', { length: 4 }), s('client', 'P.', 101, 501, 'ab')], ['>"ab"', '>"c"', '>gap(3)']],
  ])('%s', (_, make, expected) => {
    const s = segmentWriter();
    const connections = run([...opened(s), ...make(s)]);
    expect(connections).toHaveLength(1);
    expect(told(connections[0]).slice(2)).toEqual(expected);
  });

  test('held bytes keep their own frame number', () => {
    const s = segmentWriter();
    const [connection] = run([...opened(s), s('client', 'P.', 104, 501, 'def'), s('client', 'P.', 101, 501, 'abc')]);
    expect(connection?.events.slice(2).map(({ frame, timeNs }) => [frame, timeNs])).toEqual([
      [5, 5000n],
      [4, 4000n],
    ]);
  });

  test('sequence numbers wrap around', () => {
    const s = segmentWriter();
    const isn = 0xffff_fffc;
    const [connection] = run([
      ...opened(s, isn, 0xffff_ffff),
      s('client', 'P.', isn + 1, 0, 'abc'),
      s('client', 'P.', isn + 7, 0, 'ghi'),
      s('client', 'P.', isn + 4, 0, 'def'),
      s('server', 'P.', 0, isn + 10, 'ok'),
      s('server', 'F.', 2, isn + 10),
      s('client', 'F.', isn + 10, 3),
    ]);
    expect(told(connection).slice(2)).toEqual(['>"abc"', '>"def"', '>"ghi"', '<"ok"', '<fin', '>fin']);
  });

  test('a SYN may carry bytes (TCP Fast Open)', () => {
    const s = segmentWriter();
    const connections = run([s('client', 'S', 100, 0, 'early'), s('server', 'S.', 500, 106), s('server', 'P.', 501, 106, 'ok')]);
    expect(connections.map(told)).toEqual([['>syn', '>"early"', '<syn-ack', '<"ok"']]);
  });

  test('both sides may send a SYN at once', () => {
    const s = segmentWriter();
    const connections = run([s('client', 'S', 100, 0), s('server', 'S', 500, 0), s('client', 'S.', 100, 501), s('server', 'S.', 500, 101), s('client', 'P.', 101, 501, 'x')]);
    expect(connections.map(told)).toEqual([['>syn', '<syn', '>"x"']]);
  });
});

describe('loss', () => {
  test('bytes that were acknowledged and never captured become a gap as soon as that is certain', () => {
    const s = segmentWriter();
    const later = { timeNs: 5_000_000n };
    const seen: string[] = [];
    const reassembler = new TcpReassembler({ sink: { event: (_, event) => seen.push(...told({ events: [event] })) } });
    for (const segment of [
      s('client', 'S', 100, 0),
      s('server', 'S.', 500, 101),
      s('server', 'P.', 501, 111, 'answer to the lost query'),
      s('client', 'P.', 111, 525, 'next query', later),
    ]) {
      reassembler.push(segment);
    }
    expect(seen).toEqual(['>syn', '<syn-ack', '<"answer to the lost query"', '>gap(10)', '>"next query"']);
  });

  describe('when a hole is given up', () => {
    const opened = (s: ReturnType<typeof segmentWriter>) => [s('client', 'S', 100, 0), s('server', 'S.', 500, 101)];
    const soFar = (segments: readonly TcpSegment[]) => {
      const seen: string[] = [];
      const reassembler = new TcpReassembler({ sink: { event: (_, event) => seen.push(...told({ events: [event] })) } });
      for (const segment of segments) reassembler.push(segment);
      return seen.slice(2);
    };
    const at = (timeNs: bigint) => ({ timeNs });

    test('not while the receiver has acknowledged only a part of it', () => {
      const s = segmentWriter();
      const segments = [...opened(s), s('server', '.', 501, 105), s('client', 'P.', 111, 501, 'x', at(9_000_000n))];
      expect(soFar(segments)).toEqual([]);
      expect(soFar([...segments, s('server', '.', 501, 112, '', at(9_000_001n))])).toEqual(['>gap(10)', '>"x"']);
    });

    test('a millisecond after the acknowledgement, not before', () => {
      const s = segmentWriter();
      const segments = [...opened(s), s('server', '.', 501, 112, '', at(5_000_000n)), s('client', 'P.', 111, 501, 'x', at(5_999_999n))];
      expect(soFar(segments)).toEqual([]);
      expect(soFar([...segments, s('client', '.', 112, 501, '', at(6_000_000n))])).toEqual(['>gap(10)', '>"x"']);
    });

    test('after 32 segments where there is no time', () => {
      const s = segmentWriter();
      const segments = [...opened(s), s('server', '.', 501, 112, '', at(0n))];
      for (let i = 0; i < 32; i += 1) segments.push(s('client', 'P.', 111 + i, 501, 'x', at(0n)));
      expect(soFar(segments)).toEqual([]);
      expect(soFar([...segments, s('client', 'P.', 143, 501, 'x', at(0n))])[0]).toBe('>gap(10)');
    });

    test('an old acknowledgement that was caught up with says nothing of a later hole', () => {
      const s = segmentWriter();
      const segments = [
        ...opened(s),
        s('server', '.', 501, 104, '', at(1000n)),
        s('client', 'P.', 101, 501, 'abc', at(1001n)),
        s('server', '.', 501, 110, '', at(9_000_000n)),
        s('client', 'P.', 107, 501, 'ghi', at(9_000_001n)),
        s('client', 'P.', 104, 501, 'def', at(9_000_002n)),
      ];
      expect(soFar(segments)).toEqual(['>"abc"', '>"def"', '>"ghi"']);
    });
  });

  test('the highest acknowledgement counts what is missing at the end', () => {
    const s = segmentWriter();
    const [connection] = run([s('client', 'S', 100, 0), s('server', 'S.', 500, 101), s('server', '.', 501, 107), s('server', '.', 501, 117), s('server', '.', 501, 110)]);
    expect(told(connection).slice(2)).toEqual(['>gap(16)']);
  });

  test('repetitions of held segments do not count towards the limit', () => {
    const s = segmentWriter();
    const segments = [s('client', 'S', 100, 0), s('server', 'S.', 500, 101)];
    for (let i = 0; i < 20; i += 1) segments.push(s('client', 'P.', 104, 501, 'defg'), s('client', 'P.', 105 + (i % 3), 501, 'e'));
    segments.push(s('client', 'P.', 101, 501, 'abc'));
    expect(told(run(segments, { limits: { segments: 2, bytes: 100, totalBytes: 100 } })[0]).slice(2)).toEqual(['>"abc"', '>"defg"']);
  });

  test('an acknowledgement that was captured before its bytes is no loss', () => {
    const s = segmentWriter();
    const [connection] = run([
      s('client', 'S', 100, 0),
      s('server', 'S.', 500, 101),
      s('server', '.', 501, 107),
      s('client', 'P.', 104, 501, 'def'),
      s('client', 'P.', 101, 501, 'abc'),
    ]);
    expect(told(connection).slice(2)).toEqual(['>"abc"', '>"def"']);
  });

  test('at the end, what is held is told of, and what was acknowledged is counted', () => {
    const s = segmentWriter();
    const [connection] = run([
      s('client', 'S', 100, 0),
      s('server', 'S.', 500, 101),
      s('client', 'P.', 104, 501, 'def'),
      s('server', 'F.', 511, 101),
      s('server', '.', 512, 117),
    ]);
    expect(told(connection).slice(2)).toEqual(['>gap(3)', '>"def"', '>gap(10)', '<gap(10)', '<fin']);
    expect(connection?.events.at(-2)).toMatchObject({ kind: 'gap', from: 'server', seq: 501, frame: 4 });
  });

  test.each([
    ['segments', { segments: 4, bytes: 1 << 20, totalBytes: 1 << 20 }],
    ['bytes', { segments: 1000, bytes: 25, totalBytes: 1 << 20 }],
    ['bytes of all connections', { segments: 1000, bytes: 1000, totalBytes: 25 }],
  ])('the limit of held %s turns the hole into a gap', (_, limits) => {
    const s = segmentWriter();
    const segments = [s('client', 'S', 100, 0), s('server', 'S.', 500, 101)];
    for (let i = 0; i < 5; i += 1) segments.push(s('client', 'P.', 111 + i * 6, 501, `part ${i}`));
    const seen: string[] = [];
    const reassembler = new TcpReassembler({ limits, sink: { event: (_c, event) => seen.push(...told({ events: [event] })) } });
    for (const segment of segments) reassembler.push(segment);
    expect(seen.slice(2)).toEqual(['>gap(10)', '>"part 0"', '>"part 1"', '>"part 2"', '>"part 3"', '>"part 4"']);
    // Too late: the receiver had these bytes, we had given them up.
    reassembler.push(s('client', 'P.', 101, 501, 'too late!!'));
    expect(seen).toHaveLength(8);
  });

  test('hole after hole holds no more than the limit', () => {
    const s = segmentWriter();
    let bytes = 0;
    const reassembler = new TcpReassembler({
      sink: { event: (_, event) => void (bytes += event.kind === 'data' ? event.bytes.length : 0) },
    });
    reassembler.push(s('client', 'S', 100, 0));
    const text = 'x'.repeat(10_000);
    for (let i = 0; i < 5_000; i += 1) reassembler.push(s('client', 'P.', 200 + i * 20_000, 0, text));
    const held = 50_000_000 - bytes;
    expect(held).toBeLessThanOrEqual(4 << 20);
    reassembler.end();
    expect(bytes).toBe(50_000_000);
  });
});

describe('connections', () => {
  const whole = (s: ReturnType<typeof segmentWriter>, isn: number, word: string) => [
    s('client', 'S', isn, 0),
    s('server', 'S.', isn + 5000, isn + 1),
    s('client', 'P.', isn + 1, isn + 5001, word),
  ];

  test('a SYN with another sequence number is a new connection on the same ports, also when the old one never ended', () => {
    const s = segmentWriter();
    const connections = run([...whole(s, 100, 'one'), ...whole(s, 900_000, 'two'), s('client', 'F.', 900_004, 905_001), s('server', 'F.', 905_001, 900_005), ...whole(s, 7, 'three')]);
    expect(connections.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(connections.map(told)).toEqual([
      ['>syn', '<syn-ack', '>"one"'],
      ['>syn', '<syn-ack', '>"two"', '>fin', '<fin'],
      ['>syn', '<syn-ack', '>"three"'],
    ]);
  });

  test('the same SYN after the end is a new connection when later, and a copy when not', () => {
    const s = segmentWriter();
    const first = [...whole(s, 100, 'one'), s('server', 'R.', 5101, 104)];
    expect(run([...first, ...first])).toHaveLength(1);
    expect(told(run([...first, ...first])[0])).toEqual(['>syn', '<syn-ack', '>"one"', '<rst']);
    expect(run([...first, ...whole(s, 100, 'two')]).map(told)).toEqual([
      ['>syn', '<syn-ack', '>"one"', '<rst'],
      ['>syn', '<syn-ack', '>"two"'],
    ]);
  });

  test('a SYN that is sent again is not a new connection', () => {
    const s = segmentWriter();
    expect(run([s('client', 'S', 100, 0), s('client', 'S', 100, 0), ...whole(s, 100, 'x')])).toHaveLength(1);
  });

  test('a refused connection', () => {
    const s = segmentWriter();
    expect(run([s('client', 'S', 100, 0), s('server', 'R.', 0, 101)]).map(told)).toEqual([['>syn', '<rst']]);
  });

  test('several at once, in both directions of the same addresses', () => {
    const a = segmentWriter({ client: endpoint('::1', 1), server: endpoint('::1', 2) });
    const b = segmentWriter({ client: endpoint('::1', 1), server: endpoint('::1', 3) });
    const connections = run([a('client', 'S', 1, 0), b('client', 'S', 1, 0), b('server', 'S.', 7, 2), a('server', 'S.', 7, 2), a('client', 'P.', 2, 8, 'A'), b('client', 'P.', 2, 8, 'B')]);
    expect(connections.map(({ client, server }) => `${client.text} ${server.text}`)).toEqual(['[::1]:1 [::1]:2', '[::1]:1 [::1]:3']);
    expect(connections.map(told)).toEqual([
      ['>syn', '<syn-ack', '>"A"'],
      ['>syn', '<syn-ack', '>"B"'],
    ]);
  });

  test('a SYN-ACK that does not answer the SYN is of a new connection, whose SYN was lost', () => {
    const s = segmentWriter();
    for (const ack of [1_000_101, 90]) {
      const connections = run([s('client', 'S', 100, 0), s('server', 'S.', 500, ack), s('client', 'P.', ack, 501, 'x')]);
      expect(connections.map(told)).toEqual([['>syn'], ['<syn-ack', '>"x"']]);
      expect(connections.map(({ midStream }) => midStream)).toEqual([false, true]);
    }
  });

  test('a SYN-ACK after the end is of a new connection, whose SYN was lost', () => {
    const s = segmentWriter();
    const connections = run([s('client', 'P.', 7, 9, 'old'), s('server', 'R.', 9, 10), s('server', 'S.', 500, 101), s('client', 'P.', 101, 501, 'new')]);
    expect(connections.map(told)).toEqual([['>"old"', '<rst'], ['<syn-ack', '>"new"']]);
  });

  test('bytes far ahead on an open connection are a loss, not a new connection', () => {
    const s = segmentWriter();
    const connections = run([...whole(s, 100, 'one'), s('client', 'P.', 104 + 100_000_000, 5101, 'two')]);
    expect(connections.map(told)).toEqual([['>syn', '<syn-ack', '>"one"', '>gap(100000000)', '>"two"']]);
  });

  describe('from the middle', () => {
    test('a SYN-ACK tells who is the client', () => {
      const s = segmentWriter({ client: endpoint('10.0.0.1', 80), server: endpoint('10.0.0.2', 50_000) });
      const [connection] = run([s('server', 'S.', 500, 101), s('client', 'P.', 101, 501, 'x')]);
      expect(connection).toMatchObject({ midStream: true, client: { port: 80 }, server: { port: 50_000 } });
      expect(told(connection)).toEqual(['<syn-ack', '>"x"']);
    });

    test('a SYN captured after its SYN-ACK belongs to it', () => {
      const s = segmentWriter();
      const connections = run([s('server', 'S.', 500, 101), s('client', 'S', 100, 0), s('client', 'P.', 101, 501, 'x')]);
      expect(connections.map(told)).toEqual([['<syn-ack', '>syn', '>"x"']]);
    });

    test('otherwise the lower port, or the one that is said to be a server’s', () => {
      const s = segmentWriter();
      const segments = [s('server', 'P.', 7, 101, 'row'), s('client', 'P.', 101, 10, 'query'), s('client', 'F.', 106, 10)];
      expect(run(segments)[0]).toMatchObject({ midStream: true, client: { port: 40_000 }, server: { port: 3306 } });
      expect(told(run(segments)[0])).toEqual(['<"row"', '>"query"', '>fin']);
      expect(run(segments, { serverPorts: [40_000] })[0]).toMatchObject({ client: { port: 3306 } });
    });

    test('an ACK tells where the other side stands, so that a first loss is seen', () => {
      const s = segmentWriter();
      const [connection] = run([s('client', '.', 101, 500), s('server', 'P.', 510, 101, 'row'), s('client', '.', 101, 513)]);
      expect(told(connection)).toEqual(['<gap(10)', '<"row"']);
    });

    test('bytes far from the end of a closed connection belong to a new one', () => {
      const s = segmentWriter();
      const connections = run([...whole(s, 100, 'one'), s('client', 'R.', 104, 5101), s('client', 'P.', 2_000_000_000, 1_000_000_000, 'two')]);
      expect(connections.map(told)).toEqual([['>syn', '<syn-ack', '>"one"', '>rst'], ['>"two"']]);
    });
  });

  describe('with a sink', () => {
    function stream(segments: Iterable<TcpSegment>, options: Omit<ReassemblerOptions, 'sink'> = {}) {
      const events = new Map<number, TcpEvent[]>();
      const over: number[] = [];
      let most = 0;
      const reassembler = new TcpReassembler({
        ...options,
        sink: {
          event: ({ id }, event) => void events.set(id, [...(events.get(id) ?? []), event]),
          over: ({ id }) => over.push(id),
        },
      });
      for (const segment of segments) {
        reassembler.push(segment);
        most = Math.max(most, reassembler.connections.length);
      }
      const left = reassembler.end();
      return { events, over, most, left };
    }

    test('the events are the same, nothing is kept', () => {
      const segments = capture('mysql-9.7.4-handshake-variants.pcap').frames.map(tcpSegment) as TcpSegment[];
      const kept = run(segments);
      const { events, over, left } = stream(segments);
      expect([...events.values()]).toEqual(kept.map((connection) => connection.events));
      expect(over.sort((a, b) => a - b)).toEqual(kept.map(({ id }) => id));
      expect(left).toEqual([]);
    });

    test('a connection is over when its ports are used again, and what it held comes first', () => {
      const s = segmentWriter();
      const log: string[] = [];
      const reassembler = new TcpReassembler({
        sink: { event: ({ id }, event) => log.push(`${id} ${told({ events: [event] })}`), over: ({ id }) => log.push(`${id} over`) },
      });
      for (const segment of [...whole(s, 100, 'one'), s('client', 'P.', 110, 5101, 'held'), s('client', 'S', 900_000, 0)]) reassembler.push(segment);
      expect(log.slice(3)).toEqual(['0 >gap(6)', '0 >"held"', '0 over', '1 >syn']);
    });

    test('closed connections are forgotten, and of open ones the longest idle past the limit', () => {
      function* many(end: boolean) {
        for (let i = 0; i < 3000; i += 1) {
          const s = segmentWriter({ client: endpoint(`10.1.${i >> 8}.${i & 255}`, 40_000), server: endpoint('10.0.0.2', 3306) });
          const at = (n: number) => ({ frame: i * 4 + n, timeNs: BigInt(i * 4 + n) });
          yield s('client', 'S', 100, 0, '', at(1));
          yield s('server', 'S.', 500, 101, '', at(2));
          yield s('client', 'P.', 101, 501, 'x', at(3));
          if (end) yield s('server', 'R.', 501, 102, '', at(4));
        }
      }
      const closed = stream(many(true));
      expect(closed.over).toHaveLength(3000);
      expect(closed.most).toBeLessThan(1100);
      const idle = stream(many(false), { maxConnections: 100 });
      expect(idle.over).toEqual(Array.from({ length: 3000 }, (_, i) => i));
      expect(idle.most).toBeLessThanOrEqual(100);
      expect([...idle.events.values()].every((events) => told({ events }).join(' ') === '>syn <syn-ack >"x"')).toBe(true);
    });
  });

  test('frames that are no TCP segment are reported by reason', () => {
    const bytes = Uint8Array.of(0x45, 0, 0, 28, 0, 0, 0x20, 0, 64, 6, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0);
    const frame = (number: number, linkType: number) => ({ number, linkType, timeNs: 0n, bytes, originalLength: 28 });
    const { skipped, connections } = reassemble([frame(1, 101), frame(2, 147), frame(3, 101)]);
    expect(connections).toEqual([]);
    expect([...skipped]).toEqual([
      ['fragment', [1, 3]],
      ['unknown-link', [2]],
    ]);
  });
});

describe('any order', () => {
  /** A conversation cut into segments, some sent again in other sizes, all shuffled within the hold-back limit. */
  const shuffled = fc
    .record({
      bytes: fc.record({ client: fc.string({ minLength: 1, maxLength: 200 }), server: fc.string({ minLength: 1, maxLength: 200 }) }),
      isn: fc.record({ client: fc.integer({ min: 0, max: 0xffff_ffff }), server: fc.constantFrom(0, 0xffff_ffff, 0xffff_ff80, 0x7fff_fff0) }),
      cuts: fc.array(fc.record({ side: fc.constantFrom<Side>('client', 'server'), at: fc.nat(199), size: fc.integer({ min: 1, max: 80 }) }), { maxLength: 30 }),
      order: fc.array(fc.nat(1_000_000), { minLength: 200, maxLength: 200 }),
    })
    .map(({ bytes, isn, cuts, order }) => {
      const s = segmentWriter();
      const text = { client: latin(bytes.client), server: latin(bytes.server) };
      const piece = (side: Side, at: number, size: number) => s(side, 'P.', isn[side] + 1 + at, 0, text[side].slice(at, at + size), { flags: { fin: false, syn: false, rst: false, psh: true, ack: false } });
      const segments: TcpSegment[] = [];
      for (const side of ['client', 'server'] as const) {
        for (let at = 0; at < text[side].length; at += 10) segments.push(piece(side, at, 10));
        segments.push(s(side, 'F', isn[side] + 1 + text[side].length, 0));
      }
      for (const { side, at, size } of cuts) if (at < text[side].length) segments.push(piece(side, at, size));
      const mixed = segments.map((segment, i) => ({ segment, key: order[i % order.length] ?? 0 })).sort((a, b) => a.key - b.key);
      const handshake = [s('client', 'S', isn.client, 0), s('server', 'S.', isn.server, isn.client + 1)];
      return { text, segments: [...handshake, ...mixed.map(({ segment }) => segment)] };
    });

  test('of segments, repetitions and overlaps gives the same streams, each byte once', () => {
    fc.assert(
      fc.property(shuffled, ({ text, segments }) => {
        const connections = run(segments);
        expect(connections).toHaveLength(1);
        const [connection] = connections as [TcpConnection];
        expect(Buffer.from(bytesFrom(connection, 'client')).toString('latin1')).toBe(text.client);
        expect(Buffer.from(bytesFrom(connection, 'server')).toString('latin1')).toBe(text.server);
        expect(connection.events.filter(({ kind }) => kind === 'gap')).toEqual([]);
        expect(connection.events.filter(({ kind }) => kind === 'fin')).toHaveLength(2);
      }),
      { numRuns: 500 },
    );
  });

  test('of segments with some lost: bytes and gaps together are as long as what was sent', () => {
    fc.assert(
      fc.property(shuffled, fc.array(fc.nat(60), { maxLength: 10 }), ({ text, segments }, lost) => {
        const [connection] = run(segments.filter((segment, i) => i < 2 || segment.flags.fin || !lost.includes(i)));
        for (const side of ['client', 'server'] as const) {
          const sizes = (connection?.events ?? []).filter(({ from }) => from === side).map((event) => (event.kind === 'data' ? event.bytes.length : event.kind === 'gap' ? event.missing : 0));
          expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(text[side].length);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('random segments never make it throw, and every connection ends', () => {
    const ends = [endpoint('10.0.0.1', 1), endpoint('10.0.0.2', 2)];
    const random = fc.record({ from: fc.nat(1), flags: fc.nat(31), seq: fc.oneof(fc.nat(40), fc.integer({ min: 0, max: 0xffff_ffff })), ack: fc.oneof(fc.nat(40), fc.integer({ min: 0, max: 0xffff_ffff })), size: fc.nat(20), cut: fc.nat(3), timeNs: fc.bigInt(0n, 5_000_000n) });
    fc.assert(
      fc.property(fc.array(random, { maxLength: 60 }), (list) => {
        const s = segmentWriter();
        const segments = list.map(({ from, flags, seq, ack, size, cut, timeNs }) =>
          s('client', [...'FSRP.'].filter((_, bit) => flags & (1 << bit)).join(''), seq, ack, 'y'.repeat(size), {
            src: ends[from] as (typeof ends)[0],
            dst: ends[1 - from] as (typeof ends)[0],
            length: size + cut,
            timeNs,
          }),
        );
        const kept = run(segments);
        for (const { events } of kept) {
          for (const event of events) if (event.kind === 'gap') expect(event.missing).toBeGreaterThan(0);
        }
        const over: number[] = [];
        run(segments, { sink: { event: () => {}, over: ({ id }) => over.push(id) }, maxConnections: 3 });
        expect(new Set(over).size).toBe(over.length);
      }),
      { numRuns: 2000 },
    );
  });
});

test('a damaged capture gives connections, never an exception', () => {
  const real = ['mysql-9.7.4-handshake-variants.pcap', ...OWN].map((name) => (OWN.includes(name) ? testdata(name) : recording(name)));
  const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
  fc.assert(
    fc.property(fc.constantFrom(...real), fc.array(change, { minLength: 1, maxLength: 40 }), (original, changes) => {
      const bytes = original.slice();
      for (const { at, to } of changes) bytes[24 + (at % (bytes.length - 24))] = to;
      for (const connection of reassemble(readCapture(bytes).frames).connections) serverEnding(connection);
    }),
    { numRuns: 500 },
  );
});

function latin(text: string): string {
  return Buffer.from(text).toString('latin1').replaceAll(/[^\x20-\x7e]/g, '?');
}
