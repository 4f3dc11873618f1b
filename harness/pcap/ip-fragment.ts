import type { CapturedFrame } from './captured-frame.ts';
import { Extension, extensionLength, FRAGMENT_OFFSET, isExtension, MORE_FRAGMENTS } from './ip.ts';
import { ipHeaderAt } from './link.ts';

/** A piece of an IP packet. */
export interface IpFragment {
  /** Same for all pieces of one packet: both addresses, the protocol (IPv4) and the identification. */
  readonly key: string;
  /** The header that the whole packet has, without extensions that stand in front of the pieces. A view. */
  readonly header: Uint8Array;
  /** What follows the header (IPv6: as this piece says). */
  readonly next: number;
  /** Where the bytes belong in the whole payload. */
  readonly from: number;
  /** Behind the last of them by the packet's own length; more than `from + bytes.length` when a snapshot length cut the frame. */
  readonly to: number;
  readonly last: boolean;
  /** A view. */
  readonly bytes: Uint8Array;
}

/** The piece in a frame of which tcpSegment said 'fragment'; undefined where a length cannot be. */
export function ipFragment({ linkType, bytes }: CapturedFrame): IpFragment | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = ipHeaderAt(linkType, view, 0, bytes.length);
  if (typeof at === 'string') return undefined;
  const found = view.getUint8(at) >>> 4 === 4 ? ofIpv4(view, at, bytes) : ofIpv6(view, at, bytes);
  // All pieces but the last are of eights of bytes (RFC 791 section 3.2, RFC 8200 section 4.5).
  return found && found.to > found.from && (found.last || (found.to - found.from) % 8 === 0) ? found : undefined;
}

function ofIpv4(view: DataView, at: number, bytes: Uint8Array): IpFragment {
  const headerLength = (view.getUint8(at) & 0x0f) * 4;
  const end = at + (view.getUint16(at + 2) || bytes.length - at);
  const word = view.getUint16(at + 6);
  const from = (word & FRAGMENT_OFFSET) * 8;
  const payloadAt = at + headerLength;
  const next = view.getUint8(at + 9);
  return {
    key: `${hex(bytes.subarray(at + 12, at + 20))} ${view.getUint16(at + 4)} ${next}`,
    header: bytes.subarray(at, payloadAt),
    next,
    from,
    to: from + end - payloadAt,
    last: (word & MORE_FRAGMENTS) === 0,
    bytes: bytes.subarray(payloadAt, end),
  };
}

function ofIpv6(view: DataView, at: number, bytes: Uint8Array): IpFragment | undefined {
  const end = at + 40 + view.getUint16(at + 4);
  let next = view.getUint8(at + 6);
  let here = at + 40;
  while (next !== Extension.fragment && isExtension(next) && here + 8 <= bytes.length) {
    const length = extensionLength(next, view, here);
    next = view.getUint8(here);
    here += length;
  }
  if (next !== Extension.fragment || here + 8 > Math.min(end, bytes.length)) return undefined;
  const word = view.getUint16(here + 2);
  const from = word & 0xfff8;
  return {
    key: `${hex(bytes.subarray(at + 8, at + 40))} ${view.getUint32(here + 4)}`,
    header: bytes.subarray(at, at + 40),
    next: view.getUint8(here),
    from,
    to: from + end - here - 8,
    last: (word & 1) === 0,
    bytes: bytes.subarray(here + 8, end),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
