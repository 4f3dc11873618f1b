import type { CapturedFrame } from '../../pcap/captured-frame.ts';
import { ipHeaderAt } from '../../pcap/link.ts';
import type { TcpSegment } from '../../pcap/tcp-segment.ts';

const CHECKSUM = 16;
const IP_CHECKSUM = 10;

/**
 * The frame with another payload of the same length; its TCP checksum is changed by the difference (RFC 1624), so that one that was right
 * is right again. What stands behind the IP packet (padding of the link) becomes zeros.
 */
export function withPayload({ bytes, linkType }: CapturedFrame, { payload: old, src, dst }: TcpSegment, payload: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const view = new DataView(out.buffer);
  if (old.length === 0) {
    out.set(bytes);
    out.fill(0, endOfIp(view, linkType));
    return out;
  }
  const at = old.byteOffset - bytes.byteOffset;
  out.set(bytes.subarray(0, at));
  out.set(payload, at);
  const tcp = tcpHeaderAt(view, at, src.port, dst.port);
  if (tcp === undefined) return out;
  let sum = ~view.getUint16(tcp + CHECKSUM) & 0xffff;
  for (let i = 0; i < old.length; i += 2) {
    const before = ((old[i] as number) << 8) | (old[i + 1] ?? 0);
    const after = ((payload[i] as number) << 8) | (payload[i + 1] ?? 0);
    sum += (~before & 0xffff) + after;
    if (sum > 0x7fff_0000) sum = (sum & 0xffff) + (sum >>> 16);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(tcp + CHECKSUM, ~sum & 0xffff);
  return out;
}

/** What stands behind it is no packet. */
function endOfIp(view: DataView, linkType: number): number {
  const at = ipHeaderAt(linkType, view, 0, view.byteLength);
  if (typeof at === 'string' || at + 6 > view.byteLength) return view.byteLength;
  const length = view.getUint8(at) >>> 4 === 4 ? view.getUint16(at + 2) : 40 + view.getUint16(at + 4);
  return Math.min(view.byteLength, at + length);
}

/** Where the TCP header begins whose payload is at `at`: it says itself how long it is. */
function tcpHeaderAt(view: DataView, at: number, source: number, destination: number): number | undefined {
  for (let length = 20; length <= 60 && at - length >= 0; length += 4) {
    const here = at - length;
    if (view.getUint8(here + 12) >>> 4 === length / 4 && view.getUint16(here) === source && view.getUint16(here + 2) === destination)
      return here;
  }
  return undefined;
}

/** A whole IP packet with the header checksum that it should have (RFC 791 section 3.1); IPv6 has none. */
export function withHeaderChecksum(packet: Uint8Array): Uint8Array {
  const [first = 0] = packet;
  if (first >>> 4 !== 4) return packet;
  const out = Uint8Array.from(packet);
  const view = new DataView(out.buffer);
  view.setUint16(IP_CHECKSUM, 0);
  let sum = 0;
  for (let at = 0; at < (first & 15) * 4; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(IP_CHECKSUM, ~sum & 0xffff);
  return out;
}
