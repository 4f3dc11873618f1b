import { LinkType } from './link-type.ts';

/** Why a frame gives no TCP segment. */
export type NotASegment =
  /** A link-layer type we cannot read. */
  | 'unknown-link'
  /** ARP, or anything else that is not IP. */
  | 'not-ip'
  /** In GRE, IP in IP, VXLAN, GENEVE, PPPoE or MPLS, which are not opened: what is inside may be TCP. */
  | 'tunnel'
  /** UDP, ICMP, ESP… */
  | 'not-tcp'
  /** A piece of an IP packet, which fragments.ts puts together. */
  | 'fragment'
  /** The snapshot length cut the frame inside its headers. */
  | 'cut'
  /** A length field that cannot be. */
  | 'malformed';

const EtherType = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, providerBridge: 0x88a8, oldQinQ: 0x9100 } as const;
/** PPPoE session, MPLS, MPLS with multicast: IP behind a header of theirs. */
const TUNNELS: readonly number[] = [0x8864, 0x8847, 0x8848];

/** Index of the IP header of the frame in `view[start, end)`. Which IP it is stands in its first four bits. */
export function ipHeaderAt(linkType: number, view: DataView, start: number, end: number): number | NotASegment {
  switch (linkType) {
    case LinkType.ethernet:
      return end - start < 14 ? 'cut' : afterEtherType(view, start + 12, end);
    case LinkType.linuxCooked:
      return end - start < 16 ? 'cut' : afterEtherType(view, start + 14, end);
    case LinkType.linuxCooked2:
      return end - start < 20 ? 'cut' : cooked2(view, start, end);
    case LinkType.null:
    case LinkType.loop:
      return end - start < 4 ? 'cut' : loopback(view, start);
    case LinkType.raw:
    case LinkType.rawDlt12:
    case LinkType.rawDlt14:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return start;
    default:
      return 'unknown-link';
  }
}

/** `at` is where an EtherType stands; VLAN tags that follow it are passed over. */
function afterEtherType(view: DataView, at: number, end: number): number | NotASegment {
  let here = at;
  while (here + 2 <= end) {
    const type = view.getUint16(here);
    if (type === EtherType.ipv4 || type === EtherType.ipv6) return here + 2;
    if (type === EtherType.vlan || type === EtherType.providerBridge || type === EtherType.oldQinQ) here += 4;
    else if (type <= 1500 && isSnap(view, here + 2, end)) here += 8;
    else return TUNNELS.includes(type) ? 'tunnel' : 'not-ip';
  }
  return 'cut';
}

/** IEEE 802.3 with LLC and SNAP: a length where the type would be, then AA AA 03 00 00 00 and the EtherType. */
function isSnap(view: DataView, at: number, end: number): boolean {
  return at + 8 <= end && view.getUint32(at) === 0xaaaa0300 && view.getUint16(at + 4) === 0;
}

/** LINKTYPE_LINUX_SLL2 begins with the EtherType; its header is 20 bytes. */
function cooked2(view: DataView, start: number, end: number): number | NotASegment {
  const type = view.getUint16(start);
  if (type === EtherType.ipv4 || type === EtherType.ipv6) return start + 20;
  // The tag's two bytes and the inner type come first in the payload.
  if (type === EtherType.vlan || type === EtherType.providerBridge) return afterEtherType(view, start + 22, end);
  return 'not-ip';
}

/** BSD loopback: an address family of four bytes, in the byte order of whatever machine captured. */
function loopback(view: DataView, start: number): number | NotASegment {
  const big = view.getUint32(start, false);
  const family = big <= 0xff ? big : view.getUint32(start, true);
  // AF_INET is 2 everywhere, AF_INET6 is 10 (Linux), 24 (NetBSD), 28 (FreeBSD) or 30 (macOS).
  return [2, 10, 24, 28, 30].includes(family) ? start + 4 : 'not-ip';
}
