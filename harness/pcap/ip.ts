import type { NotASegment } from './link.ts';

export const PROTOCOL_TCP = 6;
export const MORE_FRAGMENTS = 0x2000;
export const FRAGMENT_OFFSET = 0x1fff;

/** IPv6 extension headers that lead on to another header. */
export const Extension = { hopByHop: 0, routing: 43, fragment: 44, authentication: 51, destination: 60, mobility: 135 } as const;

/** Where the TCP header of an IP packet lies. All are indexes into the view. */
export interface IpPacket {
  readonly version: 4 | 6;
  /** First byte of the source address; the destination's follows it. */
  readonly addressAt: number;
  readonly tcpAt: number;
  /** End of the packet by its own length field: Ethernet pads short frames, and a snapshot length cuts long ones. */
  readonly wireEnd: number;
}

/** What was found last. One object for all: it is asked for with every frame, and read at once. */
const found = { version: 4 as 4 | 6, addressAt: 0, tcpAt: 0, wireEnd: 0 };

function packet(version: 4 | 6, addressAt: number, tcpAt: number, wireEnd: number): IpPacket {
  found.version = version;
  found.addressAt = addressAt;
  found.tcpAt = tcpAt;
  found.wireEnd = wireEnd;
  return found;
}

/** Reads the IP header at `at`; the frame ends at `end`. The packet holds until the next one is asked for. */
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
  const protocol = view.getUint8(at + 9);
  // The ports of UDP stand in the first piece only.
  if (protocol !== PROTOCOL_TCP)
    return notTcp(protocol, view, (view.getUint16(at + 6) & FRAGMENT_OFFSET) === 0 ? at + headerLength : end, end);
  if (view.getUint16(at + 6) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) return 'fragment';
  return packet(4, at + 12, at + headerLength, at + totalLength);
}

function tcpInIpv6(view: DataView, at: number, end: number): IpPacket | NotASegment {
  // 0 stands for a jumbogram or for segmentation offload.
  const payloadLength = view.getUint16(at + 4);
  const wireEnd = payloadLength === 0 ? end : at + 40 + payloadLength;
  let next = view.getUint8(at + 6);
  let here = at + 40;
  while (next !== PROTOCOL_TCP) {
    if (!isExtension(next)) return notTcp(next, view, here, end);
    if (here + 8 > end) return 'cut';
    // An "atomic" fragment (offset 0, no more) is a whole packet.
    if (next === Extension.fragment && view.getUint16(here + 2) & 0xfff9) return 'fragment';
    const length = extensionLength(next, view, here);
    next = view.getUint8(here);
    here += length;
  }
  return here > wireEnd ? 'malformed' : packet(6, at + 8, here, wireEnd);
}

/** Protocols that carry IP or Ethernet: IP in IP, IPv6 in IP, GRE; and the ports of UDP that do: VXLAN, Linux's VXLAN, GENEVE. */
const TUNNELS: readonly number[] = [4, 41, 47];
const PROTOCOL_UDP = 17;
const TUNNEL_PORTS: readonly number[] = [4789, 8472, 6081];

/** `at`: behind the headers of IP. */
function notTcp(protocol: number, view: DataView, at: number, end: number): NotASegment {
  if (TUNNELS.includes(protocol)) return 'tunnel';
  return protocol === PROTOCOL_UDP && at + 4 <= end && TUNNEL_PORTS.includes(view.getUint16(at + 2)) ? 'tunnel' : 'not-tcp';
}

export function isExtension(next: number): boolean {
  return Object.values<number>(Extension).includes(next);
}

/** Bytes of the extension header at `at`, which is of the kind `kind`. */
export function extensionLength(kind: number, view: DataView, at: number): number {
  if (kind === Extension.fragment) return 8;
  const units = view.getUint8(at + 1);
  return kind === Extension.authentication ? (units + 2) * 4 : (units + 1) * 8;
}
