import type { Endpoint } from './endpoint.ts';
import { type HeldTotal, HoldBack, type HoldBackLimits } from './hold-back.ts';
import { advance, ahead } from './sequence.ts';
import type { Side, TcpConnection, TcpEvent, TcpSink } from './tcp-connection.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { type StreamOwner, TcpStream } from './tcp-stream.ts';

/** Bytes from the last known sequence number past which a segment on a closed connection belongs to a new one. */
const FAR = 1 << 26;

/** What all connections of a reassembler share. */
export interface TrackerParts {
  readonly limits: HoldBackLimits;
  readonly heldTotal: HeldTotal;
  readonly sink: TcpSink | undefined;
  readonly keepsData: boolean;
}

/** What is known of one from its first segment. */
export interface TrackerStart {
  readonly id: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly midStream: boolean;
  readonly firstFrame: number;
  /** As of its segments. */
  readonly ends: number;
}

const NOTHING = new Uint8Array(0);
/** Of connections whose events go to a sink. */
const NO_EVENTS: TcpEvent[] = [];
const NO_FRAMES: number[] = [];

/** A connection while its segments come in. */
export class ConnectionTracker implements TcpConnection, StreamOwner {
  readonly id: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly midStream: boolean;
  readonly ends: number;
  /** The next one with the same number of its ends, which are others or were in use before. */
  sameEnds: ConnectionTracker | undefined = undefined;
  /** It is closed, and waits for late segments. */
  lingers = false;
  readonly events: TcpEvent[];
  readonly frames: number[];
  /** Number of the last frame. */
  lastFrame: number;
  readonly #parts: TrackerParts;
  #client: TcpStream;
  #server: TcpStream;
  #closedNs: bigint | undefined = undefined;

  constructor({ id, client, server, midStream, ends, firstFrame }: TrackerStart, parts: TrackerParts) {
    this.id = id;
    this.client = client;
    this.server = server;
    this.midStream = midStream;
    this.ends = ends;
    this.lastFrame = firstFrame;
    this.#parts = parts;
    this.events = parts.sink ? NO_EVENTS : [];
    this.frames = parts.sink ? NO_FRAMES : [];
    this.#client = new TcpStream('client', this);
    this.#server = new TcpStream('server', this);
  }

  /** Is the segment between its ends? */
  joins({ src, dst }: TcpSegment): boolean {
    const { client, server } = this;
    if (src === client || src === server) return src === client ? isSame(dst, server) : isSame(dst, client);
    return isSame(src, client) ? isSame(dst, server) : isSame(src, server) && isSame(dst, client);
  }

  sideOf(src: Endpoint): Side {
    return isSame(src, this.client) ? 'client' : 'server';
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
    const [client, server] = [this.#client, this.#server];
    return client.rstSeen || server.rstSeen || (client.finSeen && server.finSeen);
  }

  push(segment: TcpSegment, from: Side): void {
    this.lastFrame = segment.frame;
    if (!this.#parts.sink) this.frames.push(segment.frame);
    if (segment.flags.syn && this.#triesAgain(segment)) this.#begin(segment.seq);
    const mine = from === 'client' ? this.#client : this.#server;
    const peer = from === 'client' ? this.#server : this.#client;
    const { flags } = segment;
    if (flags.rst) mine.reset(segment, peer);
    else this.#advance(segment, mine, peer);
    if (!this.closed) this.#closedNs = undefined;
    else this.#closedNs ??= segment.timeNs;
  }

  /**
   * A SYN that a RST has refused, once more: Windows asks three times whether the port is open, and where the server still has an old
   * connection on it, the client ends that with a RST between its SYNs. Nobody numbers two connections alike.
   */
  #triesAgain({ seq, flags, timeNs }: TcpSegment): boolean {
    const [client, server] = [this.#client, this.#server];
    const refused = this.#closedNs !== undefined && timeNs > this.#closedNs && server.isn === undefined && client.silent && server.silent;
    return refused && !flags.ack && client.isn === seq;
  }

  /** What the RSTs have said of sequence numbers is of another connection, or of none. */
  #begin(isn: number): void {
    this.#client = new TcpStream('client', this, isn);
    this.#server = new TcpStream('server', this);
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
    this.#client.end();
    this.#server.end();
  }

  /** True when the segment does not belong here: the ports are in use for a new connection. */
  isOver(segment: TcpSegment, from: Side): boolean {
    const mine = from === 'client' ? this.#client : this.#server;
    const { flags } = segment;
    if (flags.syn) return flags.ack ? this.#isNewSynAck(segment, from) : this.#isNewSyn(segment, from);
    return segment.length > 0 && this.closed && mine.distance(segment.seq) > FAR;
  }

  #isNewSyn(segment: TcpSegment, from: Side): boolean {
    const [client, server] = [this.#client, this.#server];
    const mine = from === 'client' ? this.#client : this.#server;
    // Two interfaces of one file may show a connection twice, one after the other: the copy is not later in time.
    if (this.#closedNs !== undefined) return mine.isn !== segment.seq || (segment.timeNs > this.#closedNs && !this.#triesAgain(segment));
    if (mine.isn !== undefined) return mine.isn !== segment.seq;
    // Simultaneous open: both sides send a SYN before they see the other's.
    if (from === 'server' && client.isn !== undefined && server.next === undefined) return false;
    // A SYN that was captured after its SYN-ACK, after the first bytes, or after the ACK that ends the handshake.
    const first = advance(segment.seq, 1);
    return mine.first !== first && (mine.first !== undefined || mine.stood !== first);
  }

  #isNewSynAck(segment: TcpSegment, from: Side): boolean {
    const mine = from === 'client' ? this.#client : this.#server;
    const peer = from === 'client' ? this.#server : this.#client;
    if (mine.isn !== undefined) return mine.isn !== segment.seq;
    if (this.closed || from === 'client') return true;
    // With TCP Fast Open the SYN carries bytes, which the SYN-ACK acknowledges too.
    return peer.isn !== undefined && (ahead(segment.ack, peer.isn) < 1 || ahead(segment.ack, peer.isn) > 0xffff);
  }
}

/** Endpoints are made once, but for the bound on those that are kept. */
function isSame(one: Endpoint, other: Endpoint): boolean {
  return one === other || (one.port === other.port && one.text === other.text);
}
