import type { CapturedFrame } from './captured-frame.ts';
import { ConnectionTracker, type TrackerParts } from './connection-tracker.ts';
import type { FragmentsSeen } from './fragments.ts';
import { HOLD_BACK, type HoldBackLimits } from './hold-back.ts';
import type { NotASegment } from './link.ts';
import { SegmentReader } from './segment-reader.ts';
import type { Side, TcpConnection, TcpSink } from './tcp-connection.ts';
import type { TcpSegment } from './tcp-segment.ts';

export interface ReassemblerOptions {
  /** With a sink, connections keep no events and are forgotten when they are over. */
  readonly sink?: TcpSink;
  /** Without a sink: false keeps no bytes, and of data events only the last of each run of them. Default true. */
  readonly keepsData?: boolean;
  /** Ports that are a server's when a capture starts in the middle; otherwise the lower port is taken for it. */
  readonly serverPorts?: readonly number[];
  readonly limits?: HoldBackLimits;
  /** Connections followed at once with a sink (default 50,000); past it the longest idle are ended. */
  readonly maxConnections?: number;
  /** Closed connections kept for late segments, with a sink (default 1,024). */
  readonly lingering?: number;
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
  /** By the number of their ends; those that share one are chained. */
  readonly #routes = new Map<number, ConnectionTracker>();
  readonly #parts: TrackerParts;
  /** The first closed first, from #oldest on; some are finished already. */
  #closed: ConnectionTracker[] = [];
  #oldest = 0;
  #lingering = 0;
  /** Many segments of one connection stand behind each other. */
  #last: ConnectionTracker | undefined;
  #count = 0;

  constructor(options: ReassemblerOptions = {}) {
    this.#options = options;
    const { sink, limits = HOLD_BACK, keepsData = true } = options;
    this.#parts = { limits, heldTotal: { bytes: 0 }, sink, keepsData };
  }

  push(segment: TcpSegment): void {
    const last = this.#last;
    let connection = last?.joins(segment) ? last : this.#known(segment);
    if (connection?.isOver(segment, connection.sideOf(segment.src))) {
      this.#finish(connection, segment.frame);
      connection = undefined;
    }
    connection ??= this.#open(segment);
    this.#last = connection;
    const closed = connection.closed;
    connection.push(segment, connection.sideOf(segment.src));
    if (!this.#options.sink || closed === connection.closed) return;
    if (connection.closed) this.#linger(connection);
    else this.#lingersNoMore(connection);
  }

  /** Call after the last segment: what is still held back is told of, with gaps where bytes are missing. */
  end(): readonly TcpConnection[] {
    for (const connection of this.#options.sink ? this.#followed : this.#kept) this.#finish(connection, Number.POSITIVE_INFINITY);
    return this.connections;
  }

  #known(segment: TcpSegment): ConnectionTracker | undefined {
    let one = this.#routes.get(segment.ends ?? 0);
    while (one && !one.joins(segment)) one = one.sameEnds;
    return one;
  }

  #open(segment: TcpSegment): ConnectionTracker {
    const { src, dst, flags } = segment;
    const from = flags.syn ? (flags.ack ? 'server' : 'client') : this.#guess(segment);
    const { sink } = this.#options;
    const connection = new ConnectionTracker(
      {
        id: this.#count++,
        client: from === 'client' ? src : dst,
        server: from === 'client' ? dst : src,
        midStream: !flags.syn || flags.ack,
        firstFrame: segment.frame,
        ends: segment.ends ?? 0,
      },
      this.#parts,
    );
    if (sink) this.#followed.add(connection);
    else this.#kept.push(connection);
    sink?.opened?.(connection, segment.frame);
    connection.sameEnds = this.#routes.get(connection.ends);
    this.#routes.set(connection.ends, connection);
    if (this.#followed.size > (this.#options.maxConnections ?? 50_000)) this.#endIdle(segment.frame);
    return connection;
  }

  #guess({ src, dst }: TcpSegment): Side {
    const ports = this.#options.serverPorts ?? [];
    if (ports.includes(src.port) !== ports.includes(dst.port)) return ports.includes(dst.port) ? 'client' : 'server';
    return src.port < dst.port ? 'server' : 'client';
  }

  #finish(connection: ConnectionTracker, frame: number): void {
    connection.end();
    const { sink } = this.#options;
    if (!sink) return;
    this.#followed.delete(connection);
    this.#lingersNoMore(connection);
    this.#forget(connection);
    sink.over?.(connection, frame);
  }

  #forget(connection: ConnectionTracker): void {
    this.#last = undefined;
    const { ends, sameEnds } = connection;
    let before = this.#routes.get(ends);
    if (before === connection) {
      if (sameEnds) this.#routes.set(ends, sameEnds);
      else this.#routes.delete(ends);
      return;
    }
    while (before && before.sameEnds !== connection) before = before.sameEnds;
    if (before) before.sameEnds = sameEnds;
  }

  #linger(connection: ConnectionTracker): void {
    connection.lingers = true;
    this.#closed.push(connection);
    if (++this.#lingering <= (this.#options.lingering ?? LINGERING)) return;
    let oldest: ConnectionTracker | undefined;
    while (oldest?.lingers !== true) oldest = this.#closed[this.#oldest++];
    if (this.#oldest > LINGERING) {
      this.#closed = this.#closed.slice(this.#oldest);
      this.#oldest = 0;
    }
    this.#finish(oldest, connection.lastFrame);
  }

  /** It waits for late segments no more: it is finished, or what had closed it was no end. */
  #lingersNoMore(connection: ConnectionTracker): void {
    if (connection.lingers) this.#lingering--;
    connection.lingers = false;
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
