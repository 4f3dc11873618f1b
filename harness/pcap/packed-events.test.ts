import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from './capture-reader.ts';
import { FrameSorter } from './frame-sorter.ts';
import { EventPacker, EventUnpacker, type FollowedConnection, type FollowingSink, type PackedEvents } from './packed-events.ts';
import type { TcpConnection, TcpEvent } from './tcp-connection.ts';

type Told = readonly [what: string, connection: FollowedConnection, more: TcpEvent | number];

function listener(): FollowingSink & { readonly told: Told[] } {
  const told: Told[] = [];
  const plain = ({ id, midStream, client, server }: FollowedConnection): FollowedConnection => ({
    id,
    midStream,
    client: { text: client.text },
    server: { text: server.text },
  });
  return {
    told,
    event: (connection, event) =>
      told.push(['event', plain(connection), event.kind === 'data' ? { ...event, bytes: event.bytes.slice() } : event]),
    over: (connection, frame) => told.push(['over', plain(connection), frame]),
  };
}

describe('what another thread is told is what happened', () => {
  test.each([
    ['whole connections', 'pcaps/mysql-9.7.4-handshake-variants.pcap', 1],
    ['begun before the capture', 'pcaps/areas/proxysql-2.7.1.pcap', 3],
    ['every tenth frame is missing', 'pcaps/areas/mariadb-10.11.19.pcap', 10],
  ])('%s', (_what, file, missing) => {
    const { frames } = readCapture(readFileSync(new URL(`../../${file}`, import.meta.url)));
    const some = frames.filter(({ number }) => missing === 1 || number % missing !== missing - 2);
    const here = listener();
    const there = listener();
    const sorter = new FrameSorter(here);
    const unpacker = new EventUnpacker(there);
    const packer = new EventPacker((events) => unpacker.tell(handedOver(events)));
    const packing = new FrameSorter(packer);
    for (const frame of some) {
      sorter.push(frame);
      packing.push(frame);
    }
    sorter.end();
    packing.end();
    packer.flush();
    expect(here.told.length).toBeGreaterThan(50);
    expect(there.told).toEqual(here.told);
  });

  test('bytes of any size, and marks', () => {
    const { told, ...sink } = listener();
    const unpacker = new EventUnpacker(sink);
    const portions: PackedEvents[] = [];
    const packer = new EventPacker((events) => portions.push(handedOver(events)));
    const client = { address: '10.0.0.1', port: 1, text: '10.0.0.1:1' };
    const connection: TcpConnection = { id: 7, client, server: client, midStream: true, closed: false, events: [], frames: [] };
    const seen = { timeNs: 1_790_000_000_123_456_789n, frame: 4_000_000_000, seq: 0xffff_ffff, ack: 0 } as const;
    const events: TcpEvent[] = [
      ...[0, 1, 1 << 20, 5, (1 << 22) + 3, 2].map(
        (size): TcpEvent => ({ kind: 'data', from: 'server', ...seen, bytes: new Uint8Array(size).fill(size) }),
      ),
      { kind: 'gap', from: 'client', ...seen, ack: undefined, missing: 0x7fff_ffff },
      { kind: 'gap', from: 'client', ...seen, missing: 1, mayEnd: true },
      { kind: 'rst', from: 'client', ...seen, provoked: true },
      { kind: 'rst', from: 'server', ...seen, provoked: false },
    ];
    packer.opened(connection);
    for (const event of events) packer.event(connection, event);
    packer.over(connection, Number.POSITIVE_INFINITY);
    packer.flush();
    for (const portion of portions) unpacker.tell(portion);
    expect(portions.length).toBeGreaterThan(2);
    expect(told.map(([, , more]) => short(more))).toEqual([...events, Number.POSITIVE_INFINITY].map(short));
    expect(told[0]?.[1]).toEqual({ id: 7, midStream: true, client: { text: client.text }, server: { text: client.text } });
  });
});

/** Bytes as text: comparing millions of elements takes its time. */
const short = (of: TcpEvent | number): unknown =>
  typeof of === 'object' && of.kind === 'data' ? { ...of, bytes: Buffer.from(of.bytes).toString('latin1') } : of;

/** As between threads. */
const handedOver = (events: PackedEvents): PackedEvents => structuredClone(events, { transfer: [events.memory] });
