import { LinkType } from '../pcap/link-type.ts';
import { writePcapng } from '../pcap/pcapng-writer.ts';
import { type SocketEvent, SYNTHESISED, synthesize } from '../pcap/synthesize.ts';
import type { Tap } from '../target/tap/tap.ts';
import type { TapEvent } from '../target/tap/tapped-connection.ts';

/** What passed on taps, as one capture: an interface per link, named after it. */
export function tapsAsPcapng(taps: readonly Tap[]): Uint8Array {
  let ordinal = 0;
  const frames = taps.flatMap((tap, interfaceId) =>
    tap.connections.flatMap((one) => {
      const [, address = '127.0.0.1', port = '0'] = /^\[?([^\]]*)\]?:(\d+)$/.exec(one.client) ?? [];
      const server = { address: tap.endpoint.host, port: tap.endpoint.port };
      const events: SocketEvent[] = [{ timeNs: ns(one.openedAt), from: 'client', kind: 'connect' }, ...one.events.flatMap(socketEvents)];
      return synthesize({ client: { address, port: Number(port) }, server, events }, LinkType.raw, ordinal++).map((frame) => ({
        ...frame,
        interfaceId,
      }));
    }),
  );
  frames.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
  const interfaces = taps.map(({ link }) => ({ linkType: LinkType.raw, snapLength: 0, name: link }));
  return writePcapng({ application: 'mywire', comment: SYNTHESISED, interfaces }, frames);
}

function socketEvents(event: TapEvent): SocketEvent[] {
  const timeNs = ns(event.at);
  if (event.kind === 'bytes') return [{ timeNs, from: event.from, kind: 'data', bytes: event.bytes }];
  if (event.kind === 'refused') return [{ timeNs, from: 'server', kind: 'rst' }];
  return [{ timeNs, from: event.from === 'tap' ? 'server' : event.from, kind: event.kind }];
}

const ns = (ms: number): bigint => BigInt(Math.round(ms * 1000)) * 1000n;
