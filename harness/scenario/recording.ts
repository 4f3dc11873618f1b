import { readCapture } from '../pcap/capture-reader.ts';
import { reassemble } from '../pcap/reassemble.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { type ConnectionBytes, decodeConnection } from './decode.ts';
import type { Observed } from './scenario.ts';
import type { Wire } from './wire.ts';

/** recording.json: what an earlier play observed, beside its wire.pcapng. */
export interface Recording extends Omit<Observed<unknown>, 'wire'> {
  readonly scenario: string;
  /** Where it was played: 'local', or the versions in Docker. */
  readonly on: string;
}

/** What passed on the taps of an earlier play, until its story ended. Interfaces of the capture are named after the links. @throws PcapError */
export function wireOfCapture(capture: Uint8Array, until: number): Wire {
  const { frames, interfaces } = readCapture(capture);
  const { connections } = reassemble(frames);
  const counted = new Map<string, number>();
  return {
    connections: connections.flatMap((connection) => {
      const first = frames[(connection.frames[0] ?? 1) - 1];
      const openedAt = ms(first?.timeNs ?? 0n);
      if (openedAt > until) return [];
      const link = interfaces[first?.interfaceId ?? 0]?.name ?? '';
      const number = (counted.get(link) ?? 0) + 1;
      counted.set(link, number);
      const bytes = bytesOf(connection, link, number, openedAt);
      return decodeConnection({ ...bytes, events: bytes.events.filter(({ at }) => at <= until) });
    }),
  };
}

/** A connection of a capture, as it is decoded. */
export function bytesOf({ events }: Pick<TcpConnection, 'events'>, link: string, number: number, openedAt: number): ConnectionBytes {
  return {
    link,
    number,
    openedAt,
    events: events.flatMap((event): ConnectionBytes['events'] => {
      const at = ms(event.timeNs);
      if (event.kind === 'data') return [{ at, from: event.from, kind: 'bytes', bytes: event.bytes, frame: event.frame }];
      if (event.kind === 'fin' || event.kind === 'rst') return [{ at, from: event.from, kind: event.kind }];
      return [];
    }),
  };
}

const ms = (ns: bigint): number => Number(ns / 1000n) / 1000;
