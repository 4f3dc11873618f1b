import type { CapturedFrame } from './captured-frame.ts';
import { isExtension, PROTOCOL_TCP } from './ip.ts';
import { type IpFragment, ipFragment } from './ip-fragment.ts';
import { LinkType } from './link-type.ts';

/** Packets that may wait for their pieces at a time, and bytes of them. */
const MOST_PACKETS = 1024;
const MOST_BYTES = 8 << 20;
/** What a piece costs besides its bytes, and a packet that was told of. */
const OVERHEAD = 128;
/** Linux gives up the pieces of a packet after so long (net.ipv4.ipfrag_time); identifications come again. */
const TIMEOUT_NS = 30_000_000_000n;
/** A capture of several interfaces shows pieces again: so long they are repetitions of a packet that is whole already. */
const AGAIN_NS = 1_000_000_000n;
/** Bytes of an IP packet. */
const LONGEST = 65_535;
/** Frames with an overlap that are named. */
const MOST_NAMED = 16;

/** What became of the pieces. */
export interface FragmentsSeen {
  /** Frames that were pieces of a packet that may be TCP. */
  frames: number;
  /** Packets that were put together. */
  joined: number;
  /** Packets of which pieces are missing. */
  unfinished: number;
  /** Frames with bytes where others had stood already, which differ from those. The first bytes count. */
  overlaps: number;
  /** The first of these frames. */
  readonly overlapFrames: number[];
}

interface Piece {
  readonly from: number;
  /** Behind its bytes. */
  readonly to: number;
  readonly bytes: Uint8Array;
}

interface Packet {
  readonly sinceNs: bigint;
  /** The last frame that added to it. */
  frame: { readonly number: number; readonly timeNs: bigint };
  /** Of the first piece. */
  header: Uint8Array | undefined;
  next: number;
  /** Undefined until the last piece has come. */
  total: number | undefined;
  /** In order; they do not overlap. */
  pieces: Piece[];
  /** Bytes that were sent, captured or not. */
  covered: number;
  /** Bytes held. */
  held: number;
  whole: boolean;
}

/** Puts the pieces of IP packets together. Bounded: past the bounds, the oldest that are not whole are given up. */
export class Fragments {
  readonly seen: FragmentsSeen = { frames: 0, joined: 0, unfinished: 0, overlaps: 0, overlapFrames: [] };
  readonly #packets = new Map<string, Packet>();
  readonly #give: (frame: CapturedFrame) => void;
  #held = 0;

  /** @param give takes packets as frames of LinkType.raw, with the number and time of the frame that completed them. */
  constructor(give: (frame: CapturedFrame) => void) {
    this.#give = give;
  }

  /** Takes a frame of which tcpSegment said 'fragment'. */
  push(frame: CapturedFrame): void {
    const piece = ipFragment(frame);
    if (!piece || piece.to > LONGEST) return;
    this.seen.frames++;
    const { timeNs } = frame;
    this.#giveUpOld(timeNs);
    let packet = this.#packets.get(piece.key);
    if (packet?.whole && timeNs - packet.sinceNs > AGAIN_NS) {
      this.#packets.delete(piece.key);
      packet = undefined;
    }
    if (packet?.whole) return;
    if (!packet) {
      packet = {
        sinceNs: timeNs,
        frame,
        header: undefined,
        next: piece.next,
        total: undefined,
        pieces: [],
        covered: 0,
        held: 0,
        whole: false,
      };
      this.#packets.set(piece.key, packet);
    }
    packet.frame = { number: frame.number, timeNs };
    this.#add(packet, piece, frame.number);
    if (packet.total === undefined || packet.covered < packet.total) return;
    this.#emit(packet);
    this.seen.joined++;
    packet.whole = true;
    this.#forget(packet);
  }

  /** Counts what has not become whole. */
  end(): void {
    for (const packet of this.#packets.values()) this.#giveUp(packet);
    this.#packets.clear();
  }

  #add(packet: Packet, { header, next, from, to, last, bytes }: IpFragment, frame: number): void {
    if (from === 0 && !packet.header) {
      packet.header = Uint8Array.from(header);
      packet.next = next;
    }
    const { pieces, total } = packet;
    if (total === undefined && last) packet.total = to;
    // A packet has one end: what contradicts the first that was seen is an overlap with nothing.
    const limit = Math.min(to, total ?? to);
    let differs = to > limit || (last && total !== undefined && total !== to);
    let at = from;
    const added: Piece[] = [];
    const add = (end: number): void => {
      if (end > at) added.push({ from: at, to: end, bytes: Uint8Array.from(bytes.subarray(at - from, end - from)) });
    };
    for (const known of pieces) {
      if (known.to <= at) continue;
      if (known.from >= limit) break;
      add(known.from);
      const start = Math.max(at, known.from);
      const end = Math.min(limit, known.to);
      if (contradict(bytes.subarray(start - from, end - from), known.bytes.subarray(start - known.from, end - known.from))) differs = true;
      at = Math.max(at, end);
    }
    add(limit);
    for (const one of added) {
      packet.covered += one.to - one.from;
      packet.held += one.bytes.length + OVERHEAD;
      this.#held += one.bytes.length + OVERHEAD;
    }
    packet.pieces = [...pieces, ...added].sort((a, b) => a.from - b.from);
    if (!differs) return;
    this.seen.overlaps++;
    if (this.seen.overlapFrames.length < MOST_NAMED) this.seen.overlapFrames.push(frame);
  }

  /** The packet as one that was never cut; up to where a snapshot length cut the first frame. */
  #emit({ header, next, total, pieces, frame }: Packet): void {
    if (!header || (next !== PROTOCOL_TCP && !isExtension(next))) return;
    const parts: Uint8Array[] = [];
    for (const { from, bytes, to } of pieces) {
      parts.push(bytes);
      if (from + bytes.length < to) break;
    }
    const length = total ?? 0;
    const bytes = new Uint8Array(Buffer.concat([header, ...parts]));
    const view = new DataView(bytes.buffer);
    if (header[0] === undefined || header.length + length > LONGEST) return;
    if (header[0] >>> 4 === 4) {
      view.setUint16(2, header.length + length);
      view.setUint16(6, 0);
    } else {
      view.setUint16(4, length);
      view.setUint8(6, next);
    }
    const { number, timeNs } = frame;
    this.#give({ number, timeNs, linkType: LinkType.raw, bytes, originalLength: header.length + length });
  }

  #giveUpOld(timeNs: bigint): void {
    for (const [key, packet] of this.#packets) {
      const full = this.#packets.size > MOST_PACKETS || this.#held > MOST_BYTES;
      if (!full && timeNs - packet.sinceNs <= TIMEOUT_NS) return;
      this.#packets.delete(key);
      this.#giveUp(packet);
    }
  }

  #giveUp(packet: Packet): void {
    if (packet.whole) return;
    this.seen.unfinished++;
    this.#forget(packet);
  }

  #forget(packet: Packet): void {
    this.#held -= packet.held;
    packet.held = 0;
    packet.pieces = [];
    packet.header = undefined;
  }
}

/** Where both were captured, they are not the same. */
function contradict(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length);
  return Buffer.compare(a.subarray(0, length), b.subarray(0, length)) !== 0;
}
