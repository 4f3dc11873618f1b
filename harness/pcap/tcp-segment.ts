import { type CapturedFrame, FrameView } from './captured-frame.ts';
import { type Endpoint, ipv4Endpoint, ipv6Endpoint } from './endpoint.ts';
import { tcpInIp } from './ip.ts';
import { ipHeaderAt, type NotASegment } from './link.ts';

/** The control bits of RFC 9293 section 3.1 that matter here. */
export interface TcpFlags {
  readonly fin: boolean;
  readonly syn: boolean;
  readonly rst: boolean;
  readonly psh: boolean;
  readonly ack: boolean;
}

/** One TCP segment as captured. Sequence numbers are the real ones, not relative. */
export interface TcpSegment {
  /** Number of the frame it came in. */
  readonly frame: number;
  readonly timeNs: bigint;
  readonly src: Endpoint;
  readonly dst: Endpoint;
  readonly seq: number;
  /** Meaningless without the ACK flag. */
  readonly ack: number;
  readonly flags: TcpFlags;
  /** As in the header, before window scaling. */
  readonly window: number;
  /** Payload bytes on the wire; more than `payload.length` when a snapshot length cut the frame. */
  readonly length: number;
  /** A view of the frame, not a copy. */
  readonly payload: Uint8Array;
  /** A number of its two ends, the same in both directions; absent counts as 0. */
  readonly ends?: number;
}

const FLAGS: readonly TcpFlags[] = Array.from({ length: 32 }, (_, bits) =>
  Object.freeze({
    fin: (bits & 1) !== 0,
    syn: (bits & 2) !== 0,
    rst: (bits & 4) !== 0,
    psh: (bits & 8) !== 0,
    ack: (bits & 16) !== 0,
  }),
);

/** The flags in the low five bits of a TCP header's flag byte. */
export function flagsOf(bits: number): TcpFlags {
  return FLAGS[bits & 31] as TcpFlags;
}

/** A segment inside a frame: most are bare ACKs, so payload and time are made only when asked for. */
class SegmentView implements TcpSegment {
  readonly frame: number;
  readonly src: Endpoint;
  readonly dst: Endpoint;
  readonly seq: number;
  readonly ack: number;
  readonly flags: TcpFlags;
  readonly window: number;
  readonly length: number;
  readonly ends: number;
  readonly #captured: CapturedFrame;
  readonly #view: DataView;
  readonly #at: number;
  readonly #payloadLength: number;

  constructor(
    captured: CapturedFrame,
    view: DataView,
    tcpAt: number,
    src: Endpoint,
    dst: Endpoint,
    end: number,
    wireEnd: number,
    ends: number,
  ) {
    const payloadAt = tcpAt + (view.getUint8(tcpAt + 12) >>> 4) * 4;
    this.frame = captured.number;
    this.src = src;
    this.dst = dst;
    this.seq = view.getUint32(tcpAt + 4);
    this.ack = view.getUint32(tcpAt + 8);
    this.flags = flagsOf(view.getUint8(tcpAt + 13));
    this.window = view.getUint16(tcpAt + 14);
    this.length = wireEnd - payloadAt;
    this.ends = ends;
    this.#captured = captured;
    this.#view = view;
    this.#at = payloadAt;
    this.#payloadLength = Math.max(0, Math.min(end, wireEnd) - payloadAt);
  }

  get timeNs(): bigint {
    return this.#captured.timeNs;
  }

  get payload(): Uint8Array {
    // A cut inside the TCP options puts the payload's start past the end of the frame.
    const at = this.#payloadLength === 0 ? 0 : this.#at;
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, this.#payloadLength);
  }
}

/** Both addresses, which stand behind each other, each of so many words, folded into one. */
function addresses(view: DataView, at: number, words: number): number {
  let folded = 0;
  for (let i = 0; i < 2 * words; i++) folded ^= view.getUint32(at + 4 * i);
  return folded;
}

/** The TCP segment in a frame, or why there is none. Checksums are not looked at: offload leaves them wrong. */
export function tcpSegment(frame: CapturedFrame): TcpSegment | NotASegment {
  if (frame instanceof FrameView) return decode(frame, frame.view, frame.start, frame.start + frame.length);
  const { buffer, byteOffset, byteLength } = frame.bytes;
  return decode(frame, new DataView(buffer, byteOffset, byteLength), 0, byteLength);
}

function decode(frame: CapturedFrame, view: DataView, start: number, end: number): TcpSegment | NotASegment {
  const ipAt = ipHeaderAt(frame.linkType, view, start, end);
  if (typeof ipAt === 'string') return ipAt;
  const ip = tcpInIp(view, ipAt, end);
  if (typeof ip === 'string') return ip;
  const { tcpAt, wireEnd } = ip;
  if (tcpAt + 20 > end) return 'cut';
  const headerLength = (view.getUint8(tcpAt + 12) >>> 4) * 4;
  if (headerLength < 20 || tcpAt + headerLength > wireEnd) return 'malformed';
  const from = view.getUint16(tcpAt);
  const to = view.getUint16(tcpAt + 2);
  const ends = addresses(view, ip.addressAt, ip.version === 4 ? 1 : 4) ^ Math.imul(from ^ to, 0x85ebca6b);
  const src = ip.version === 4 ? ipv4Endpoint(view, ip.addressAt, from) : ipv6Endpoint(view, ip.addressAt, from);
  const dst = ip.version === 4 ? ipv4Endpoint(view, ip.addressAt + 4, to) : ipv6Endpoint(view, ip.addressAt + 16, to);
  return new SegmentView(frame, view, tcpAt, src, dst, end, wireEnd, ends);
}
