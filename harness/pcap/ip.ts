import type { NotASegment } from './link.ts';

const PROTOCOL_TCP = 6;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;

/** IPv6 extension headers that lead on to another header. */
const Extension = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60, mobility: 135 } as const;

/** Where the TCP header of an IP packet lies. All are indexes into the view. */
export interface IpPacket {
  readonly version: 4 | 6;
  /** First byte of the source address; the destination's follows it. */
  readonly addressAt: number;
  readonly tcpAt: number;
  /** End of the packet by its own length field: Ethernet pads short frames, and a snapshot length cuts long ones. */
  readonly wireEnd: number;
}

/** Reads the IP header at `at`; the frame ends at `end`. */
export function tcpInIp(view: DataView, at: number, end: number): IpPacket | NotASegment {
  if (at >= end) return 'cut';
  const version = view.getUint8(at) >>> 4;
  if (version === 4) return end - at < 20 ? 'cut' : tcpInIpv4(view, at, end);
  if (version === 6) return end - at < 40 ? 'cut' : tcpInIpv6(view, at, end);
  return 'not-ip';
}

function tcpInIpv4(view: DataView, at: number, end: number): IpPacket | NotASegment {
  const headerLength = (view.getUint8(at) & 0x0f) * 4;
  // Segmentation offload of more than 64 KiB leaves a total length of 0: then the frame is all there is.
  const totalLength = view.getUint16(at + 2) || end - at;
  if (headerLength < 20 || totalLength < headerLength) return 'malformed';
  if (view.getUint16(at + 6) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) return 'fragment';
  if (view.getUint8(at + 9) !== PROTOCOL_TCP) return 'not-tcp';
  return { version: 4, addressAt: at + 12, tcpAt: at + headerLength, wireEnd: at + totalLength };
}

function tcpInIpv6(view: DataView, at: number, end: number): IpPacket | NotASegment {
  // 0 stands for a jumbogram or for segmentation offload.
  const payloadLength = view.getUint16(at + 4);
  const wireEnd = payloadLength === 0 ? end : at + 40 + payloadLength;
  let next = view.getUint8(at + 6);
  let here = at + 40;
  while (next !== PROTOCOL_TCP) {
    if (here + 8 > end) return isExtension(next) ? 'cut' : 'not-tcp';
    switch (next) {
      case Extension.hopByHop:
      case Extension.routing:
      case Extension.destination:
      case Extension.mobility:
        next = view.getUint8(here);
        here += (view.getUint8(here + 1) + 1) * 8;
        break;
      case Extension.authentication:
        next = view.getUint8(here);
        here += (view.getUint8(here + 1) + 2) * 4;
        break;
      case Extension.fragment:
        // An "atomic" fragment (offset 0, no more) is a whole packet.
        if (view.getUint16(here + 2) & 0xfff9) return 'fragment';
        next = view.getUint8(here);
        here += 8;
        break;
      default:
        return 'not-tcp';
    }
  }
  return here > wireEnd ? 'malformed' : { version: 6, addressAt: at + 8, tcpAt: here, wireEnd };
}

function isExtension(next: number): boolean {
  return Object.values<number>(Extension).includes(next);
}
