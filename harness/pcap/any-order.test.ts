import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endpoint } from './endpoint.ts';
import type { Side, TcpConnection } from './tcp-connection.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { bytesFrom, run, segmentWriter } from './testdata/build-segment.ts';

describe('any order', () => {
  /** A conversation cut into segments, some sent again in other sizes, all shuffled within the hold-back limit. */
  const shuffled = fc
    .record({
      bytes: fc.record({ client: fc.string({ minLength: 1, maxLength: 200 }), server: fc.string({ minLength: 1, maxLength: 200 }) }),
      isn: fc.record({
        client: fc.integer({ min: 0, max: 0xffff_ffff }),
        server: fc.constantFrom(0, 0xffff_ffff, 0xffff_ff80, 0x7fff_fff0),
      }),
      cuts: fc.array(
        fc.record({ side: fc.constantFrom<Side>('client', 'server'), at: fc.nat(199), size: fc.integer({ min: 1, max: 80 }) }),
        { maxLength: 30 },
      ),
      order: fc.array(fc.nat(1_000_000), { minLength: 200, maxLength: 200 }),
    })
    .map(({ bytes, isn, cuts, order }) => {
      const s = segmentWriter();
      const text = { client: latin(bytes.client), server: latin(bytes.server) };
      const piece = (side: Side, at: number, size: number) =>
        s(side, 'P.', isn[side] + 1 + at, 0, text[side].slice(at, at + size), {
          flags: { fin: false, syn: false, rst: false, psh: true, ack: false },
        });
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
      { numRuns: 200 },
    );
  });

  test('of segments with some lost: bytes and gaps together are as long as what was sent', () => {
    fc.assert(
      fc.property(shuffled, fc.array(fc.nat(60), { maxLength: 10 }), ({ text, segments }, lost) => {
        const [connection] = run(segments.filter((segment, i) => i < 2 || segment.flags.fin || !lost.includes(i)));
        for (const side of ['client', 'server'] as const) {
          const sizes = (connection?.events ?? [])
            .filter(({ from }) => from === side)
            .map((event) => (event.kind === 'data' ? event.bytes.length : event.kind === 'gap' ? event.missing : 0));
          expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(text[side].length);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('random segments never make it throw, and every connection ends', () => {
    const ends = [endpoint('10.0.0.1', 1), endpoint('10.0.0.2', 2)];
    const random = fc.record({
      from: fc.nat(1),
      flags: fc.nat(31),
      seq: fc.oneof(fc.nat(40), fc.integer({ min: 0, max: 0xffff_ffff })),
      ack: fc.oneof(fc.nat(40), fc.integer({ min: 0, max: 0xffff_ffff })),
      size: fc.nat(20),
      cut: fc.nat(3),
      timeNs: fc.bigInt(0n, 5_000_000n),
    });
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
      { numRuns: 700 },
    );
  });
});

function latin(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]/g, '?');
}
