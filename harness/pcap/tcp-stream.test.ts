import { describe, expect, test } from 'vitest';
import { TcpReassembler } from './reassemble.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { run, segmentWriter, told } from './testdata/build-segment.ts';

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
    [
      'of an overlap only the new bytes',
      (s) => [s('client', 'P.', 101, 501, 'abc'), s('client', 'P.', 102, 501, 'bcde')],
      ['>"abc"', '>"de"'],
    ],
    [
      'a retransmission in larger segments',
      (s) => [s('client', 'P.', 101, 501, 'a'), s('client', 'P.', 102, 501, 'b'), s('client', 'P.', 101, 501, 'abcd')],
      ['>"a"', '>"b"', '>"cd"'],
    ],
    [
      'early bytes wait for their turn',
      (s) => [s('client', 'P.', 104, 501, 'def'), s('client', 'P.', 101, 501, 'abc')],
      ['>"abc"', '>"def"'],
    ],
    [
      'early bytes that overlap each other',
      (s) => [s('client', 'P.', 104, 501, 'def'), s('client', 'P.', 103, 501, 'cdefg'), s('client', 'P.', 101, 501, 'ab')],
      ['>"ab"', '>"cdefg"'],
    ],
    [
      'the first copy of held bytes wins over a shorter one',
      (s) => [s('client', 'P.', 103, 501, 'cd'), s('client', 'P.', 103, 501, 'c'), s('client', 'P.', 101, 501, 'ab')],
      ['>"ab"', '>"cd"'],
    ],
    [
      'an early FIN waits for the bytes before it',
      (s) => [s('client', 'F.', 104, 501), s('client', 'P.', 101, 501, 'abc')],
      ['>"abc"', '>fin'],
    ],
    [
      'bytes behind a FIN are nobody’s',
      (s) => [s('client', 'FP.', 101, 501, 'abc'), s('client', 'P.', 105, 501, 'xyz')],
      ['>"abc"', '>fin'],
    ],
    [
      'bytes behind a FIN that came early are dropped with it',
      (s) => [s('client', 'P.', 107, 501, 'xyz'), s('client', 'F.', 104, 501), s('client', 'P.', 101, 501, 'abc')],
      ['>"abc"', '>fin'],
    ],
    [
      'a FIN from before what was sent is nonsense',
      (s) => [
        s('client', 'P.', 101, 501, 'abc'),
        s('client', 'F.', 101, 501),
        s('client', 'P.', 104, 501, 'def'),
        s('client', 'F.', 107, 501),
      ],
      ['>"abc"', '>"def"', '>fin'],
    ],
    ['a keep-alive of one old byte is no data', (s) => [s('client', 'P.', 101, 501, 'abc'), s('client', '.', 103, 501, 'c')], ['>"abc"']],
    ['a FIN that is sent again is told of once', (s) => [s('server', 'F.', 501, 101), s('server', 'F.', 501, 101)], ['<fin']],
    [
      'a payload cut by the snapshot length leaves a gap',
      (s) => [s('client', 'P.', 101, 501, 'abc', { length: 10 }), s('client', 'P.', 111, 501, 'x')],
      ['>"abc"', '>gap(7)', '>"x"'],
    ],
    [
      'held bytes cut by the snapshot length too',
      (s) => [s('client', 'P.', 103, 501, 'c', { length: 4 }), s('client', 'P.', 101, 501, 'ab')],
      ['>"ab"', '>"c"', '>gap(3)'],
    ],
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
    const connections = run([
      s('client', 'S', 100, 0),
      s('server', 'S', 500, 0),
      s('client', 'S.', 100, 501),
      s('server', 'S.', 500, 101),
      s('client', 'P.', 101, 501, 'x'),
    ]);
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
    const [connection] = run([
      s('client', 'S', 100, 0),
      s('server', 'S.', 500, 101),
      s('server', '.', 501, 107),
      s('server', '.', 501, 117),
      s('server', '.', 501, 110),
    ]);
    expect(told(connection).slice(2)).toEqual(['>gap(16)']);
  });

  test.each<[string, (s: ReturnType<typeof segmentWriter>) => TcpSegment[], string[]]>([
    ['a RST that stands further on', (s) => [s('client', 'R', 111, 0)], ['>rst', '>gap(10)']],
    ['a bare ACK that stands further on', (s) => [s('client', '.', 111, 501)], ['>gap(10)']],
    [
      'bytes that come after a RST all the same',
      (s) => [s('client', 'R.', 104, 501), s('client', 'P.', 101, 501, 'abc')],
      ['>rst', '>"abc"'],
    ],
    ['a RST with a number that somebody made up', (s) => [s('client', 'R', 0x7000_0000, 0)], ['>rst']],
    ['a bare ACK behind a FIN', (s) => [s('client', 'F.', 101, 501), s('client', '.', 102, 501)], ['>fin']],
  ])('what a side had sent, by its own numbers: %s', (_what, more, expected) => {
    const s = segmentWriter();
    const [connection] = run([s('client', 'S', 100, 0), s('server', 'S.', 500, 101), ...more(s)]);
    expect(told(connection).slice(2)).toEqual(expected);
    expect(connection?.events.filter((event) => event.kind === 'gap' && !event.mayEnd)).toEqual([]);
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

  test('an acknowledgement that was captured before the SYN-ACK whose stream it is of takes no byte away', () => {
    const s = segmentWriter();
    const [connection] = run([
      s('client', 'S', 100, 0),
      s('client', '.', 101, 505),
      s('server', 'S.', 500, 101),
      s('server', 'P.', 501, 101, 'abcd'),
    ]);
    expect(told(connection)).toEqual(['>syn', '<syn-ack', '<"abcd"']);
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
      sink: {
        event: (_, event) => {
          if (event.kind === 'data') bytes += event.bytes.length;
        },
      },
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
