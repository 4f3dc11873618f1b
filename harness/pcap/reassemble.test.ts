import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { endpoint } from './endpoint.ts';
import { type ReassemblerOptions, reassemble, TcpReassembler } from './reassemble.ts';
import type { TcpConnection, TcpEvent } from './tcp-connection.ts';
import { type TcpSegment, tcpSegment } from './tcp-segment.ts';
import { run, segmentWriter, told } from './testdata/build-segment.ts';

const recording = new Uint8Array(readFileSync(new URL('../../pcaps/mysql-9.7.4-handshake-variants.pcap', import.meta.url)));

describe('connections', () => {
  const whole = (s: ReturnType<typeof segmentWriter>, isn: number, word: string) => [
    s('client', 'S', isn, 0),
    s('server', 'S.', isn + 5000, isn + 1),
    s('client', 'P.', isn + 1, isn + 5001, word),
  ];

  test('a SYN with another sequence number is a new connection on the same ports, also when the old one never ended', () => {
    const s = segmentWriter();
    const connections = run([
      ...whole(s, 100, 'one'),
      ...whole(s, 900_000, 'two'),
      s('client', 'F.', 900_004, 905_001),
      s('server', 'F.', 905_001, 900_005),
      ...whole(s, 7, 'three'),
    ]);
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

  test('a refused SYN that is sent again is the same connection, as in Wireshark, and nothing is missing of it', () => {
    const s = segmentWriter();
    const refused = [s('client', 'S', 100, 0), s('server', 'R.', 0, 101)];
    const [one, ...others] = run([...refused, ...whole(s, 100, 'x')]);
    expect(others).toEqual([]);
    expect(told(one)).toEqual(['>syn', '<rst', '<syn-ack', '>"x"']);
  });

  test('a SYN with the number of one that has said something, and is over, is of a new connection', () => {
    const s = segmentWriter();
    const over = [s('client', 'S', 100, 0), s('client', 'P.', 101, 5101, 'x'), s('client', 'F.', 102, 5101), s('server', 'F.', 5101, 103)];
    expect(run([...over, ...whole(s, 100, 'y')]).map(told)).toEqual([
      ['>syn', '>"x"', '>fin', '<fin'],
      ['>syn', '<syn-ack', '>"y"'],
    ]);
  });

  test('a server that has an old connection on the ports is told so by a RST between two SYNs: the new connection is one', () => {
    const s = segmentWriter();
    const old = [s('server', '.', 70_500, 61_101), s('client', 'R', 61_101, 0)];
    const connections = run([...whole(s, 61_000, 'old'), s('client', 'S', 100, 0), ...old, ...whole(s, 100, 'new')]);
    expect(connections.map(told)).toEqual([
      ['>syn', '<syn-ack', '>"old"'],
      ['>syn', '>rst', '<syn-ack', '>"new"'],
    ]);
  });

  test('a connection that goes on behind a RST is followed, however many others close', () => {
    const s = segmentWriter();
    const other = segmentWriter({ client: endpoint('10.0.0.1', 40_001), server: endpoint('10.0.0.2', 3306) });
    const opened: TcpConnection[] = [];
    const sink = { event: () => {}, opened: (one: TcpConnection) => opened.push(one) };
    const late = { timeNs: 5_000_000n };
    run(
      [
        ...whole(s, 100, 'one'),
        s('server', 'R', 900_000, 0),
        s('server', 'P.', 5101, 104, 'two', late),
        ...whole(other, 100, 'x'),
        other('server', 'R.', 5101, 102),
        s('client', 'P.', 104, 5104, 'three', late),
      ],
      { sink, lingering: 1 },
    );
    expect(opened.map(({ id }) => id)).toEqual([0, 1]);
  });

  test('several at once, in both directions of the same addresses', () => {
    const a = segmentWriter({ client: endpoint('::1', 1), server: endpoint('::1', 2) });
    const b = segmentWriter({ client: endpoint('::1', 1), server: endpoint('::1', 3) });
    const connections = run([
      a('client', 'S', 1, 0),
      b('client', 'S', 1, 0),
      b('server', 'S.', 7, 2),
      a('server', 'S.', 7, 2),
      a('client', 'P.', 2, 8, 'A'),
      b('client', 'P.', 2, 8, 'B'),
    ]);
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
    const connections = run([
      s('client', 'P.', 7, 9, 'old'),
      s('server', 'R.', 9, 10),
      s('server', 'S.', 500, 101),
      s('client', 'P.', 101, 501, 'new'),
    ]);
    expect(connections.map(told)).toEqual([
      ['>"old"', '<rst'],
      ['<syn-ack', '>"new"'],
    ]);
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

    test('a SYN captured after the ACK that ends its handshake belongs to it, as in Wireshark', () => {
      const s = segmentWriter();
      const segments = [
        s('client', '.', 101, 501),
        s('client', 'S', 100, 0),
        s('server', 'S.', 500, 101),
        s('server', 'P.', 501, 101, 'x'),
      ];
      expect(run(segments).map(told)).toEqual([['>syn', '<syn-ack', '<"x"']]);
      expect(run([s('client', '.', 101, 501), s('client', 'S', 900, 0)])).toHaveLength(2);
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
      const connections = run([
        ...whole(s, 100, 'one'),
        s('client', 'R.', 104, 5101),
        s('client', 'P.', 2_000_000_000, 1_000_000_000, 'two'),
      ]);
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
      const segments = readCapture(recording).frames.map(tcpSegment) as TcpSegment[];
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
      for (const segment of [...whole(s, 100, 'one'), s('client', 'P.', 110, 5101, 'held'), s('client', 'S', 900_000, 0)])
        reassembler.push(segment);
      expect(log.slice(3)).toEqual(['0 >gap(6)', '0 >"held"', '0 over', '1 >syn']);
    });

    test('closed connections are forgotten, and of open ones the longest idle past the limit', () => {
      function* many(end: boolean) {
        for (let i = 0; i < 1500; i += 1) {
          const s = segmentWriter({ client: endpoint(`10.1.${i >> 8}.${i & 255}`, 40_000), server: endpoint('10.0.0.2', 3306) });
          const at = (n: number) => ({ frame: i * 4 + n, timeNs: BigInt(i * 4 + n) });
          yield s('client', 'S', 100, 0, '', at(1));
          yield s('server', 'S.', 500, 101, '', at(2));
          yield s('client', 'P.', 101, 501, 'x', at(3));
          if (end) yield s('server', 'R.', 501, 102, '', at(4));
        }
      }
      const closed = stream(many(true));
      expect(closed.over).toHaveLength(1500);
      expect(closed.most).toBeLessThan(1100);
      const idle = stream(many(false), { maxConnections: 100 });
      expect(idle.over).toEqual(Array.from({ length: 1500 }, (_, i) => i));
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
