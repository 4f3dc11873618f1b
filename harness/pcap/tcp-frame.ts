import { LinkType } from './link-type.ts';

/** The parts of a TCP segment that a frame is made of. */
export interface SegmentToFrame {
  /** 4 or 16 bytes; both ends of the same kind. */
  readonly srcAddress: Uint8Array;
  readonly dstAddress: Uint8Array;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  /** The flag byte: FIN 1, SYN 2, RST 4, PSH 8, ACK 16. */
  readonly flags: number;
  /** A multiple of 4 bytes. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
  /** IPv4 identification. */
  readonly identification: number;
}

export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const TTL = 64;
const PROTOCOL_TCP = 6;
const DO_NOT_FRAGMENT = 0x4000;
const WINDOW = 65_535;

/** An IP packet with right checksums, in an Ethernet frame when `linkType` says so. */
export function tcpFrame(segment: SegmentToFrame, linkType: number): Uint8Array {
  const ipv4 = segment.srcAddress.length === 4;
  const linkLength = linkType === LinkType.ethernet ? 14 : 0;
  const ipLength = ipv4 ? 20 : 40;
  const tcpLength = 20 + segment.options.length + segment.payload.length;
  const frame = new Uint8Array(linkLength + ipLength + tcpLength);
  const view = new DataView(frame.buffer);
  if (linkLength > 0) writeEthernet(frame, segment, ipv4);
  const ip = linkLength;
  if (ipv4) writeIpv4(frame, view, ip, segment, tcpLength);
  else writeIpv6(frame, view, ip, segment, tcpLength);
  writeTcp(frame, view, ip + ipLength, segment);
  const pseudoHeader = ipv4 ? sum(view, ip + 12, 8) : sum(view, ip + 8, 32);
  const total = pseudoHeader + PROTOCOL_TCP + tcpLength + sum(view, ip + ipLength, tcpLength);
  view.setUint16(ip + ipLength + 16, checksum(total));
  return frame;
}

/** Locally administered MAC addresses made of the ports, so that the two directions differ. */
function writeEthernet(frame: Uint8Array, segment: SegmentToFrame, ipv4: boolean): void {
  const mac = (port: number) => [2, 0, 0, 0, port >>> 8, port & 0xff];
  frame.set([...mac(segment.dstPort), ...mac(segment.srcPort), ...(ipv4 ? [0x08, 0x00] : [0x86, 0xdd])]);
}

function writeIpv4(frame: Uint8Array, view: DataView, at: number, segment: SegmentToFrame, tcpLength: number): void {
  view.setUint8(at, 0x45);
  view.setUint16(at + 2, 20 + tcpLength);
  view.setUint16(at + 4, segment.identification);
  view.setUint16(at + 6, DO_NOT_FRAGMENT);
  view.setUint8(at + 8, TTL);
  view.setUint8(at + 9, PROTOCOL_TCP);
  frame.set(segment.srcAddress, at + 12);
  frame.set(segment.dstAddress, at + 16);
  view.setUint16(at + 10, checksum(sum(view, at, 20)));
}

function writeIpv6(frame: Uint8Array, view: DataView, at: number, segment: SegmentToFrame, tcpLength: number): void {
  view.setUint8(at, 0x60);
  view.setUint16(at + 4, tcpLength);
  view.setUint8(at + 6, PROTOCOL_TCP);
  view.setUint8(at + 7, TTL);
  frame.set(segment.srcAddress, at + 8);
  frame.set(segment.dstAddress, at + 24);
}

function writeTcp(frame: Uint8Array, view: DataView, at: number, segment: SegmentToFrame): void {
  const headerLength = 20 + segment.options.length;
  view.setUint16(at, segment.srcPort);
  view.setUint16(at + 2, segment.dstPort);
  view.setUint32(at + 4, segment.seq);
  view.setUint32(at + 8, segment.ack);
  view.setUint8(at + 12, (headerLength / 4) << 4);
  view.setUint8(at + 13, segment.flags);
  view.setUint16(at + 14, WINDOW);
  frame.set(segment.options, at + 20);
  frame.set(segment.payload, at + headerLength);
}

/** RFC 1071: the sum of the 16-bit words, an odd last byte padded with zero. 65,535 bytes cannot overflow it. */
function sum(view: DataView, at: number, length: number): number {
  let total = 0;
  for (let i = 0; i + 1 < length; i += 2) total += view.getUint16(at + i);
  return length % 2 === 1 ? total + view.getUint8(at + length - 1) * 256 : total;
}

function checksum(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return ~folded & 0xffff;
}
