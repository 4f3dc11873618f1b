import type { CapturedFrame } from './captured-frame.ts';
import { ConnectionTracker } from './connection-tracker.ts';
import type { Endpoint } from './endpoint.ts';
import type { FragmentsSeen } from './fragments.ts';
import { HOLD_BACK, type HoldBackLimits } from './hold-back.ts';
import type { NotASegment } from './link.ts';
import { SegmentReader } from './segment-reader.ts';
import { otherSide, type Side, type TcpConnection, type TcpSink } from './tcp-connection.ts';
import type { TcpSegment } from './tcp-segment.ts';

export interface ReassemblerOptions {
  /** With a sink, connections keep no events and are forgotten when they are over. */
  readonly sink?: TcpSink;
  /** Without a sink: false keeps no bytes, and of data events only the last of each run of them. Default true. */
  readonly keepsData?: boolean;
  /** Ports that are a server's when a capture starts in the middle; otherwise the lower port is taken for it. */
  readonly serverPorts?: readonly number[];
  readonly limits?: HoldBackLimits;
  /** The number of the next connection, where several reassemblers share a capture. */
  readonly nextId?: () => number;
  /** Connections followed at once with a sink (default 50,000); past it the longest idle are ended. */
  readonly maxConnections?: number;
  /** Closed connections kept for late segments, with a sink (default 1,024). */
  readonly lingering?: number;
}

interface Route {
  readonly connection: ConnectionTracker;
  readonly from: Side;
  /** The other direction. */
  back: Route | undefined;
}

const LINGERING = 1024;

/** Sorts TCP segments into connections and puts their bytes in order. */
export class TcpReassembler {
  /** All connections in order of their first frame, live; with a sink, a copy of those that are not over. */
  get connections(): readonly TcpConnection[] {
    return this.#options.sink ? [...this.#followed] : this.#kept;
  }

  /** Without a sink: asked for after each chunk of a live capture, so it may not be a copy. */
  readonly #kept: ConnectionTracker[] = [];
  /** With a sink. */
  readonly #followed = new Set<ConnectionTracker>();
  readonly #options: ReassemblerOptions;
  readonly #routes = new Map<string, Map<string, Route>>();
  readonly #heldTotal = { bytes: 0 };
  readonly #closed = new Set<ConnectionTracker>();
  #lastSrc: Endpoint | undefined;
  #lastDst: Endpoint | undefined;
  #lastRoute: Route | undefined;
  #count = 0;

  constructor(options: ReassemblerOptions = {}) {
    this.#options = options;
  }

  push(segment: TcpSegment): void {
    const { src, dst } = segment;
    let route = this.#near(src, dst) ?? this.#routes.get(src.text)?.get(dst.text);
    if (route?.connection.isOver(segment, route.from)) {
      this.#finish(route.connection, segment.frame);
      route = undefined;
    }
    route ??= this.#open(segment);
    this.#lastSrc = src;
    this.#lastDst = dst;
    this.#lastRoute = route;
    route.connection.push(segment, route.from);
    if (this.#options.sink && route.connection.closed) this.#linger(route.connection);
  }

  /** With a sink, instead of `end`: ends one connection, in an order of the caller's. */
  endOf(connection: TcpConnection): void {
    this.#finish(connection as ConnectionTracker, Number.POSITIVE_INFINITY);
  }

  /** Call after the last segment: what is still held back is told of, with gaps where bytes are missing. */
  end(): readonly TcpConnection[] {
    for (const connection of this.#options.sink ? this.#followed : this.#kept) this.#finish(connection, Number.POSITIVE_INFINITY);
    return this.connections;
  }

  /** Many segments of one connection stand behind each other. */
  #near(src: Endpoint, dst: Endpoint): Route | undefined {
    if (src === this.#lastSrc) return dst === this.#lastDst ? this.#lastRoute : undefined;
    return src === this.#lastDst && dst === this.#lastSrc ? this.#lastRoute?.back : undefined;
  }

  #open(segment: TcpSegment): Route {
    const { src, dst, flags } = segment;
    const from = flags.syn ? (flags.ack ? 'server' : 'client') : this.#guess(segment);
    const { sink } = this.#options;
    const connection = new ConnectionTracker({
      id: this.#options.nextId?.() ?? this.#count++,
      client: from === 'client' ? src : dst,
      server: from === 'client' ? dst : src,
      midStream: !flags.syn || flags.ack,
      firstFrame: segment.frame,
      limits: this.#options.limits ?? HOLD_BACK,
      heldTotal: this.#heldTotal,
      sink,
      keepsData: this.#options.keepsData !== false,
    });
    if (sink) this.#followed.add(connection);
    else this.#kept.push(connection);
    sink?.opened?.(connection, segment.frame);
    const route: Route = { connection, from, back: undefined };
    route.back = { connection, from: otherSide(from), back: route };
    this.#route(src.text, dst.text, route);
    this.#route(dst.text, src.text, route.back);
    if (this.#followed.size > (this.#options.maxConnections ?? 50_000)) this.#endIdle(segment.frame);
    return route;
  }

  #guess({ src, dst }: TcpSegment): Side {
    const ports = this.#options.serverPorts ?? [];
    if (ports.includes(src.port) !== ports.includes(dst.port)) return ports.includes(dst.port) ? 'client' : 'server';
    return src.port < dst.port ? 'server' : 'client';
  }

  #route(src: string, dst: string, route: Route): void {
    const known = this.#routes.get(src);
    if (known) known.set(dst, route);
    else this.#routes.set(src, new Map([[dst, route]]));
  }

  #finish(connection: ConnectionTracker, frame: number): void {
    connection.end();
    const { sink } = this.#options;
    if (!sink) return;
    this.#followed.delete(connection);
    this.#closed.delete(connection);
    this.#forget(connection.client.text, connection.server.text);
    this.#forget(connection.server.text, connection.client.text);
    sink.over?.(connection, frame);
  }

  #forget(src: string, dst: string): void {
    this.#lastSrc = this.#lastDst = this.#lastRoute = undefined;
    const known = this.#routes.get(src);
    known?.delete(dst);
    if (known?.size === 0) this.#routes.delete(src);
  }

  #linger(connection: ConnectionTracker): void {
    this.#closed.add(connection);
    if (this.#closed.size <= (this.#options.lingering ?? LINGERING)) return;
    const [oldest] = this.#closed;
    if (oldest) this.#finish(oldest, connection.lastFrame);
  }

  /** Ends the tenth of the connections whose last frame is oldest: sorting is paid for once per tenth. */
  #endIdle(frame: number): void {
    const byAge = [...this.#followed].sort((a, b) => a.lastFrame - b.lastFrame);
    for (const connection of byAge.slice(0, Math.ceil(byAge.length / 10))) this.#finish(connection, frame);
  }
}

export interface Reassembled {
  readonly connections: readonly TcpConnection[];
  /** Frame numbers of what was no TCP segment, by reason. */
  readonly skipped: ReadonlyMap<NotASegment, readonly number[]>;
  /** Undefined where no IP packet came in pieces; the pieces are skipped frames, though joined. */
  readonly fragments: FragmentsSeen | undefined;
}

/** Reassembles a whole capture. */
export function reassemble(frames: Iterable<CapturedFrame>, options: ReassemblerOptions = {}): Reassembled {
  const reassembler = new TcpReassembler(options);
  const skipped = new Map<NotASegment, number[]>();
  const segments = new SegmentReader((segment) => reassembler.push(segment));
  for (const frame of frames) {
    const why = segments.push(frame);
    if (why !== undefined && !skipped.get(why)?.push(frame.number)) skipped.set(why, [frame.number]);
  }
  segments.end();
  return { connections: reassembler.end(), skipped, fragments: segments.fragments };
}
