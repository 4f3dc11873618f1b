import { isSentBehind } from './ending.ts';
import type { Held, HoldBack } from './hold-back.ts';
import { advance, ahead } from './sequence.ts';
import type { Side, TcpEvent } from './tcp-connection.ts';
import type { TcpSegment } from './tcp-segment.ts';

/** A hole that the receiver has acknowledged is given up this long after the ACK… */
const REORDER_NS = 1_000_000n;
/** …or this many segments later: capturing on several processors reorders by microseconds, not by more. */
const REORDER_SEGMENTS = 32;
/** Bytes by which an ACK may be ahead of the first bytes that are seen. */
const STEP_BACK = 65_536;
/** Different RSTs of one side that are told of; a real one sends two or three. */
const RESETS = 16;

/** Bytes that the number of a segment without bytes may be ahead: a RST that somebody made up has any number. */
const MOST_UNSEEN = 1 << 20;

const NOTHING = new Uint8Array(0);

/** A number, of an acknowledgement or of the side itself, beyond the bytes that were told of: they are late, or the capture lost them. */
interface AckBeyond {
  to: number;
  frame: number;
  segments: number;
  readonly sinceNs: bigint;
}

/** What a stream needs of the connection it belongs to. */
export interface StreamOwner {
  tell(event: TcpEvent): void;
  /** An empty store for early segments; most streams never ask. */
  holdBack(): HoldBack;
}

/** One direction of a connection: puts the bytes in order and tells of each once. */
export class TcpStream {
  readonly side: Side;
  /** Initial sequence number; undefined until a SYN of this side is seen. */
  isn: number | undefined;
  /** Sequence number of the first byte not told of yet; undefined until known. */
  next: number | undefined;
  /** What `next` was when it became known: of a stream that is seen from its beginning, the first byte. */
  first: number | undefined;
  /** Where this side's first segment without bytes stood. */
  stood: number | undefined;
  /** A FIN was seen, in its turn or early. */
  finSeen = false;
  rstSeen = false;

  readonly #owner: StreamOwner;
  #held: HoldBack | undefined;
  /** End of the highest bytes seen, told of or not. */
  #top: number | undefined;
  #fin: Held | undefined;
  #finished = false;
  /** Bytes or a gap were told of. */
  #told = false;
  #ackBeyond: AckBeyond | undefined;
  #resets: Set<string> | undefined;
  /** The last of them: its number says how far this side has sent, if it stands. */
  #reset: Pick<TcpSegment, 'seq' | 'timeNs' | 'frame'> | undefined;
  /** First sequence number with which this side sent bytes after the other side's FIN. */
  #dataAfterPeerFin: number | undefined;
  #finAfterPeerFin = false;

  /** @param isn of a side whose SYN was told of already: it tries again. */
  constructor(side: Side, owner: StreamOwner, isn?: number) {
    this.side = side;
    this.#owner = owner;
    if (isn === undefined) return;
    this.isn = isn;
    this.#top = this.#start(advance(isn, 1));
  }

  /** Neither bytes nor a FIN of this side were told of, nor wait for their turn. */
  get silent(): boolean {
    return !this.#told && !this.finSeen && this.#held === undefined;
  }

  /** Distance (bytes) of `seq` from what this side has sent; 0 when nothing is known. */
  distance(seq: number): number {
    return this.#top === undefined ? 0 : Math.abs(ahead(seq, this.#top));
  }

  synchronise(segment: TcpSegment): void {
    if (this.isn !== undefined) return;
    this.isn = segment.seq;
    const first = advance(segment.seq, 1);
    this.#startAgain(first, segment);
    this.#start(first);
    this.#top ??= first;
    const kind = segment.flags.ack ? 'syn-ack' : 'syn';
    this.#owner.tell({ kind, from: this.side, timeNs: segment.timeNs, frame: segment.frame, seq: segment.seq, ack: ackOf(segment) });
  }

  /** The other side's ACK: tells where this stream stands when its SYN was not captured, and of loss. */
  acknowledged(segment: TcpSegment): void {
    if (this.next === undefined) {
      this.#start(segment.ack);
      this.#top = segment.ack;
      return;
    }
    if (ahead(segment.ack, this.next) > 0) this.#sawBeyond(segment.ack, segment);
  }

  /** A segment of this side without bytes: its number says how far this side has sent. */
  stoodAt(segment: Pick<TcpSegment, 'seq' | 'timeNs' | 'frame'>): void {
    this.stood ??= segment.seq;
    if (this.next === undefined) return;
    const beyond = ahead(segment.seq, this.next);
    if (beyond > 0 && beyond <= MOST_UNSEEN) this.#sawBeyond(segment.seq, segment);
  }

  #sawBeyond(to: number, segment: Pick<TcpSegment, 'timeNs' | 'frame'>): void {
    const known = this.#ackBeyond;
    if (!known) this.#ackBeyond = { to, frame: segment.frame, segments: 0, sinceNs: segment.timeNs };
    else if (ahead(to, known.to) > 0) known.to = to;
  }

  /** `seq`: of the first payload byte, which a SYN in the same segment moves on by one. */
  data(segment: TcpSegment, seq: number, peer: TcpStream): void {
    const end = advance(seq, segment.length);
    this.#reach(seq, end, peer, segment);
    const next = this.#stepBack(seq, segment.length) ?? this.#start(seq);
    if (this.#finished || ahead(end, next) <= 0) return;
    if (ahead(seq, next) > 0) {
      this.#held ??= this.#owner.holdBack();
      this.#held.add(heldFrom(segment, seq, end, segment.payload));
      while (this.#held.full) this.#giveUpHole();
    } else {
      this.#deliver(seq, end, segment.payload, segment.timeNs, segment.frame, ackOf(segment));
      this.#drain();
    }
  }

  finish(segment: TcpSegment, seq: number, peer: TcpStream): void {
    const next = this.#start(seq);
    // A FIN behind what was told of is a repetition, or nonsense.
    if (this.finSeen || ahead(seq, next) < 0) return;
    this.finSeen = true;
    const end = advance(seq, 1);
    if (this.#top === undefined || ahead(end, this.#top) > 0) this.#top = end;
    if (peer.finSeen) this.#finAfterPeerFin = true;
    this.#goesOn(segment);
    this.#fin = heldFrom(segment, seq, end, NOTHING);
    this.#drain();
  }

  reset(segment: TcpSegment, peer: TcpStream): void {
    // "-i any" shows each loopback packet twice; being the same is the only sign of it that a RST has.
    const same = `${segment.seq} ${segment.flags.ack ? segment.ack : ''}`;
    this.#resets ??= new Set();
    if (this.#resets.has(same) || this.#resets.size >= RESETS) return;
    this.#resets.add(same);
    const provoked = this.#isProvoked(segment, peer);
    this.rstSeen = true;
    this.stood ??= segment.seq;
    const { timeNs, frame, seq } = segment;
    this.#reset = { seq, timeNs, frame };
    this.#owner.tell({ kind: 'rst', from: this.side, timeNs, frame, seq, ack: ackOf(segment), provoked });
  }

  /** Gives up a hole when the receiver had its bytes so long ago that they cannot come any more. */
  checkHole(segment: TcpSegment): void {
    const first = this.#held?.first;
    const beyond = this.#ackBeyond;
    if (!first || !beyond || ahead(beyond.to, first.seq) < 0) return;
    beyond.segments += 1;
    if (beyond.segments > REORDER_SEGMENTS || segment.timeNs - beyond.sinceNs >= REORDER_NS) this.#giveUpHole();
  }

  /** The capture has ended: tells of everything held, and of bytes that were acknowledged but never seen. */
  end(): void {
    while (this.#held?.first) this.#giveUpHole();
    if (this.next === undefined) return;
    if (this.#reset) this.stoodAt(this.#reset);
    const beyond = this.#ackBeyond;
    const fin = this.#fin;
    if (fin) this.#gap(fin.seq, fin.timeNs, fin.frame, fin.ack);
    else if (beyond) this.#gap(beyond.to, beyond.sinceNs, beyond.frame, undefined, true);
    this.#drain();
  }

  /** An ACK was seen before the bytes that it acknowledges, and nothing else: the stream begins with them. */
  #stepBack(seq: number, length: number): number | undefined {
    const next = this.next;
    // A keep-alive repeats one byte.
    if (next === undefined || this.isn !== undefined || this.#told || length < 2) return undefined;
    const back = ahead(next, seq);
    if (back <= 0 || back > STEP_BACK) return undefined;
    this.first = seq;
    this.next = seq;
    return seq;
  }

  /** An ACK was captured before the SYN whose stream it acknowledges, and nothing else: the stream begins behind the SYN. */
  #startAgain(first: number, segment: TcpSegment): void {
    const next = this.next;
    if (next === undefined || this.#told) return;
    const back = ahead(next, first);
    if (back <= 0 || back > STEP_BACK) return;
    this.first = first;
    this.next = first;
    this.#sawBeyond(next, segment);
  }

  /** `seq` is next, unless that is known already. */
  #start(seq: number): number {
    this.first ??= seq;
    this.next ??= seq;
    return this.next;
  }

  /** Notes how far this side has sent, and that it sent after the other side's FIN. */
  #reach(seq: number, end: number, peer: TcpStream, segment: TcpSegment): void {
    const top = this.#top ?? seq;
    if (this.#top !== undefined && ahead(end, top) <= 0) return;
    this.#top = end;
    this.#goesOn(segment);
    if (peer.finSeen) this.#dataAfterPeerFin ??= ahead(seq, top) < 0 ? top : seq;
  }

  /** New bytes behind its RST: that one ended nothing. */
  #goesOn(segment: TcpSegment): void {
    if (this.#reset && isSentBehind(this.#reset, segment)) {
      this.rstSeen = false;
      this.#reset = undefined;
    }
  }

  // A socket that resets by its own will says ACK (tcp_send_active_reset in Linux); the answer of a dead socket to
  // a segment has no ACK flag and takes its sequence number from that segment. What is asked of the other side can
  // be set only after this side's FIN.
  #isProvoked(segment: TcpSegment, peer: TcpStream): boolean {
    const bare = !segment.flags.ack;
    if (bare && this.rstSeen) return true;
    const late = peer.#dataAfterPeerFin;
    if (bare) return late !== undefined || peer.#finAfterPeerFin;
    return late !== undefined && ahead(segment.ack, late) > 0;
  }

  // Takes its parts one by one: an object per data segment would cost more than the rest of this class.
  #deliver(seq: number, end: number, payload: Uint8Array, timeNs: bigint, frame: number, ack: number | undefined): void {
    const next = this.next as number;
    this.#told = true;
    const skip = ahead(next, seq);
    const bytes = skip > 0 ? payload.subarray(skip) : payload;
    if (bytes.length > 0) this.#owner.tell({ kind: 'data', from: this.side, timeNs, frame, seq: next, ack, bytes });
    this.next = advance(next, bytes.length);
    // A snapshot length may have cut the frame.
    if (this.next !== end) this.#gap(end, timeNs, frame, ack);
  }

  /** Moves on to `to`, over bytes that are missing, if any are. */
  #gap(to: number, timeNs: bigint, frame: number, ack: number | undefined, mayEnd?: true): void {
    const seq = this.next as number;
    const missing = ahead(to, seq);
    if (missing <= 0) return;
    this.#told = true;
    this.#owner.tell({ kind: 'gap', from: this.side, timeNs, frame, seq, ack, missing, ...(mayEnd ? { mayEnd } : {}) });
    this.next = to;
  }

  #giveUpHole(): void {
    const first = this.#held?.first;
    if (!first) return;
    this.#gap(first.seq, first.timeNs, first.frame, first.ack);
    this.#drain();
  }

  /** Tells of what has become due: early segments, then the FIN. */
  #drain(): void {
    for (let first = this.#held?.first; first && this.#due(first.seq); first = this.#held?.first) {
      this.#held?.takeFirst();
      if (this.#due(first.end)) continue;
      this.#deliver(first.seq, first.end, first.bytes, first.timeNs, first.frame, first.ack);
    }
    const fin = this.#fin;
    if (fin && !this.#finished && this.#due(fin.seq)) {
      this.#finished = true;
      this.#held?.clear();
      this.next = fin.end;
      this.#owner.tell({ kind: 'fin', from: this.side, timeNs: fin.timeNs, frame: fin.frame, seq: fin.seq, ack: fin.ack });
    }
    if (this.#ackBeyond && this.#due(this.#ackBeyond.to)) this.#ackBeyond = undefined;
  }

  /** Everything before `seq` was told of. */
  #due(seq: number): boolean {
    return ahead(seq, this.next as number) <= 0;
  }
}

function ackOf(segment: TcpSegment): number | undefined {
  return segment.flags.ack ? segment.ack : undefined;
}

function heldFrom(segment: TcpSegment, seq: number, end: number, bytes: Uint8Array): Held {
  return { seq, end, bytes, frame: segment.frame, timeNs: segment.timeNs, ack: ackOf(segment) };
}
