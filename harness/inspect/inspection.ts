import type { LintRule } from '../case/lint-rule.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import type { FragmentsSeen } from '../pcap/fragments.ts';
import type { NotASegment } from '../pcap/link.ts';
import { SegmentReader } from '../pcap/segment-reader.ts';
import type { TcpConnection, TcpEvent } from '../pcap/tcp-connection.ts';
import type { TlsSecrets } from '../pcap/tls/key-log.ts';
import { Follower, type PassedPacket } from './follower.ts';
import type { Inspected } from './inspected.ts';
import { Lint } from './lint.ts';
import { Shards } from './shards.ts';
import { addTo, count, noTotals, type Totals } from './totals.ts';

export interface InspectionOptions {
  readonly rules: readonly LintRule[];
  /** What is known of TLS sessions; may grow while frames come. */
  readonly secrets?: TlsSecrets | undefined;
  /** Told of each MySQL connection when it is over, and by which frame; of those that are open at the end, by an infinite one. */
  readonly onConnection: (inspected: Inspected, frame: number) => void;
  /** Told of each packet of a MySQL connection as it passes. */
  readonly onPacket?: ((passed: PassedPacket) => void) | undefined;
  /** Only this shard of the connections, which then are numbered by themselves. */
  readonly shard?: number | undefined;
  /** Only connections with these numbers (Wireshark's tcp.stream); all where absent. */
  readonly only?: ReadonlySet<number> | undefined;
}

/** What a capture held besides its connections. */
export interface InspectionEnd {
  readonly totals: Totals;
  /** Frames that were no TCP segment, by reason; without the fragments of IP. */
  readonly skipped: Readonly<Partial<Record<NotASegment, number>>>;
  /** Undefined where no IP packet came in pieces. */
  readonly fragments: FragmentsSeen | undefined;
  readonly frames: number;
}

/**
 * Reads frames as they come and tells of each MySQL connection when it is over. It needs bounded memory per connection
 * that is open at a time, and keeps none that is over.
 */
export class Inspection {
  readonly #options: InspectionOptions;
  readonly #lint: Lint;
  readonly #followers = new Map<TcpConnection, Follower>();
  readonly #shards: Shards;
  readonly #segments: SegmentReader;
  readonly #totals = noTotals();
  readonly #skipped: Partial<Record<NotASegment, number>> = {};
  /** Those of which frames have passed since the last `letGo`. */
  readonly #busy = new Set<Follower>();
  #last: TcpConnection | undefined;
  #lastFollower: Follower | undefined;
  #frames = 0;
  #opened: number[] = [];

  constructor(options: InspectionOptions) {
    this.#options = options;
    this.#lint = new Lint(options.rules);
    const { shard } = options;
    const sink = {
      event: (connection: TcpConnection, event: TcpEvent) => this.#event(connection, event),
      over: (connection: TcpConnection, frame: number) => this.#isOver(connection, frame),
    };
    const opened = (_connection: TcpConnection, frame: number): unknown => this.#opened.push(frame);
    this.#shards = new Shards(shard === undefined ? sink : { ...sink, opened }, shard);
    this.#segments = new SegmentReader(
      (segment) => this.#shards.push(segment),
      shard === undefined ? undefined : (ends) => this.#shards.wants(ends),
    );
  }

  /** Frames that have been pushed. */
  get frames(): number {
    return this.#frames;
  }

  /** Of a shard: the frames by which connections began since this was asked last, in order. */
  takeOpened(): number[] {
    const opened = this.#opened;
    this.#opened = [];
    return opened;
  }

  push(frame: CapturedFrame): void {
    this.#frames++;
    const why = this.#segments.push(frame);
    if (why !== undefined && why !== 'fragment') this.#skipped[why] = (this.#skipped[why] ?? 0) + 1;
  }

  /** Call behind each portion of a file: the frames that have been pushed are not kept alive by any connection. */
  letGo(): void {
    for (const follower of this.#busy) follower.letGo();
    this.#busy.clear();
    this.#last = this.#lastFollower = undefined;
  }

  /** Call once, after the last frame: tells of the connections that are still open. */
  end(): InspectionEnd {
    this.#segments.end();
    this.#shards.end();
    return { totals: this.#totals, skipped: this.#skipped, fragments: this.#segments.fragments, frames: this.#frames };
  }

  #event(connection: TcpConnection, event: TcpEvent): void {
    const { only } = this.#options;
    if (only && !only.has(connection.id)) return;
    // Many events of one connection stand behind each other.
    let follower = connection === this.#last ? this.#lastFollower : this.#followers.get(connection);
    if (!follower) {
      follower = new Follower(connection, { lint: this.#lint, onPacket: this.#options.onPacket, secrets: this.#options.secrets });
      this.#followers.set(connection, follower);
    }
    if (this.#last !== connection) this.#busy.add(follower);
    this.#last = connection;
    this.#lastFollower = follower;
    follower.event(event);
  }

  #isOver(connection: TcpConnection, frame: number): void {
    const follower = this.#followers.get(connection);
    if (!follower) return;
    this.#followers.delete(connection);
    this.#last = this.#lastFollower = undefined;
    const inspected = follower.over();
    if (inspected) {
      addTo(this.#totals, inspected);
      this.#options.onConnection(inspected, frame);
    } else if (follower.silent) count(this.#totals.silent, connection.server.text);
    else if (follower.hidden) count(this.#totals.hidden, connection.server.text);
    else this.#totals.otherConnections++;
  }
}
