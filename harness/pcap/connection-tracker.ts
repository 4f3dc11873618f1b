import type { Endpoint } from './endpoint.ts';
import { type HeldTotal, HoldBack, type HoldBackLimits } from './hold-back.ts';
import { advance, ahead } from './sequence.ts';
import { otherSide, type Side, type TcpConnection, type TcpEvent, type TcpSink } from './tcp-connection.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { type StreamOwner, TcpStream } from './tcp-stream.ts';

/** Bytes from the last known sequence number past which a segment on a closed connection belongs to a new one. */
const FAR = 1 << 26;

export interface TrackerParts {
  id: number;
  client: Endpoint;
  server: Endpoint;
  midStream: boolean;
  firstFrame: number;
  limits: HoldBackLimits;
  heldTotal: HeldTotal;
  sink: TcpSink | undefined;
  keepsData: boolean;
}

const NOTHING = new Uint8Array(0);

/** A connection while its segments come in. */
export class ConnectionTracker implements TcpConnection, StreamOwner {
  readonly id: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly midStream: boolean;
  readonly events: TcpEvent[] = [];
  readonly frames: number[] = [];
  /** Number of the last frame. */
  lastFrame: number;
  readonly #parts: TrackerParts;
  readonly #streams: { readonly client: TcpStream; readonly server: TcpStream };
  #closedNs: bigint | undefined;

  constructor(parts: TrackerParts) {
    this.id = parts.id;
    this.client = parts.client;
    this.server = parts.server;
    this.midStream = parts.midStream;
    this.lastFrame = parts.firstFrame;
    this.#parts = parts;
    this.#streams = { client: new TcpStream('client', this), server: new TcpStream('server', this) };
  }

  tell(event: TcpEvent): void {
    const { sink, keepsData } = this.#parts;
    if (sink) sink.event(this, event);
    else if (keepsData || event.kind !== 'data') this.events.push(event);
    else {
      if (this.events.at(-1)?.kind === 'data') this.events.pop();
      this.events.push({ ...event, bytes: NOTHING });
    }
  }

  holdBack(): HoldBack {
    return new HoldBack(this.#parts.limits, this.#parts.heldTotal);
  }

  get closed(): boolean {
    const { client, server } = this.#streams;
    return client.rstSeen || server.rstSeen || (client.finSeen && server.finSeen);
  }

  push(segment: TcpSegment, from: Side): void {
    this.lastFrame = segment.frame;
    if (!this.#parts.sink) this.frames.push(segment.frame);
    const mine = this.#streams[from];
    const peer = this.#streams[otherSide(from)];
    const { flags } = segment;
    if (flags.rst) mine.reset(segment, peer);
    else this.#advance(segment, mine, peer);
    if (this.#closedNs === undefined && this.closed) this.#closedNs = segment.timeNs;
  }

  #advance(segment: TcpSegment, mine: TcpStream, peer: TcpStream): void {
    const { flags } = segment;
    if (flags.syn) mine.synchronise(segment);
    if (flags.ack) peer.acknowledged(segment);
    const first = flags.syn ? advance(segment.seq, 1) : segment.seq;
    if (segment.length > 0) mine.data(segment, first, peer);
    else if (flags.ack && !flags.syn && !flags.fin) mine.stoodAt(segment);
    if (flags.fin) mine.finish(segment, advance(first, segment.length), peer);
    mine.checkHole(segment);
    peer.checkHole(segment);
  }

  /** No more segments will come. */
  end(): void {
    this.#streams.client.end();
    this.#streams.server.end();
  }

  /** True when the segment does not belong here: the ports are in use for a new connection. */
  isOver(segment: TcpSegment, from: Side): boolean {
    const mine = this.#streams[from];
    const { flags } = segment;
    if (flags.syn) return flags.ack ? this.#isNewSynAck(segment, from) : this.#isNewSyn(segment, from);
    return segment.length > 0 && this.closed && mine.distance(segment.seq) > FAR;
  }

  #isNewSyn(segment: TcpSegment, from: Side): boolean {
    const { client, server } = this.#streams;
    const mine = this.#streams[from];
    // Two interfaces of one file may show a connection twice, one after the other: the copy is not later in time.
    if (this.#closedNs !== undefined) return mine.isn !== segment.seq || segment.timeNs > this.#closedNs;
    if (mine.isn !== undefined) return mine.isn !== segment.seq;
    // Simultaneous open: both sides send a SYN before they see the other's.
    if (from === 'server' && client.isn !== undefined && server.next === undefined) return false;
    // A SYN that was captured after its SYN-ACK, or after the first bytes.
    return mine.first !== advance(segment.seq, 1);
  }

  #isNewSynAck(segment: TcpSegment, from: Side): boolean {
    const mine = this.#streams[from];
    const peer = this.#streams[otherSide(from)];
    if (mine.isn !== undefined) return mine.isn !== segment.seq;
    if (this.closed || from === 'client') return true;
    // With TCP Fast Open the SYN carries bytes, which the SYN-ACK acknowledges too.
    return peer.isn !== undefined && (ahead(segment.ack, peer.isn) < 1 || ahead(segment.ack, peer.isn) > 0xffff);
  }
}
