import type { LintRule } from '../case/lint-rule.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import type { FragmentsSeen } from '../pcap/fragments.ts';
import type { NotASegment } from '../pcap/link.ts';
import { TcpReassembler } from '../pcap/reassemble.ts';
import { SegmentReader } from '../pcap/segment-reader.ts';
import type { TcpConnection, TcpEvent } from '../pcap/tcp-connection.ts';
import type { TlsSecrets } from '../pcap/tls/key-log.ts';
import { Follower, type PassedPacket } from './follower.ts';
import type { Inspected } from './inspected.ts';
import { Lint } from './lint.ts';
import { addTo, count, noTotals, type Totals } from './totals.ts';

export interface InspectionOptions {
  readonly rules: readonly LintRule[];
  /** What is known of TLS sessions; may grow while frames come. */
  readonly secrets?: TlsSecrets | undefined;
  /** Told of each MySQL connection when it is over. */
  readonly onConnection: (inspected: Inspected, order: number) => void;
  /** Told of each packet of a MySQL connection as it passes. */
  readonly onPacket?: ((passed: PassedPacket) => void) | undefined;
  readonly share?: Share | undefined;
  /** Only connections with these numbers (Wireshark's tcp.stream); all where absent. */
  readonly only?: ReadonlySet<number> | undefined;
}

/** Of several that read the same capture, each takes the connections whose number leaves its rest. */
export interface Share {
  readonly mine: number;
  readonly of: number;
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
  readonly #reassembler: TcpReassembler;
  readonly #segments: SegmentReader;
  readonly #totals = noTotals();
  readonly #skipped: Partial<Record<NotASegment, number>> = {};
  /** Those of which frames have passed since the last `letGo`. */
  readonly #busy = new Set<Follower>();
  #last: TcpConnection | undefined;
  #lastFollower: Follower | undefined;
  #frames = 0;
  #over = 0;

  constructor(options: InspectionOptions) {
    this.#options = options;
    this.#lint = new Lint(options.rules);
    this.#reassembler = new TcpReassembler({
      sink: { event: (connection, event) => this.#event(connection, event), over: (connection) => this.#isOver(connection) },
    });
    this.#segments = new SegmentReader((segment) => this.#reassembler.push(segment));
  }

  /** Connections that are over, of all shares. */
  get over(): number {
    return this.#over;
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
    this.#reassembler.end();
    return { totals: this.#totals, skipped: this.#skipped, fragments: this.#segments.fragments, frames: this.#frames };
  }

  #event(connection: TcpConnection, event: TcpEvent): void {
    const { only, share } = this.#options;
    if (only && !only.has(connection.id)) return;
    if (share && connection.id % share.of !== share.mine) return;
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

  #isOver(connection: TcpConnection): void {
    const order = this.#over++;
    const follower = this.#followers.get(connection);
    if (!follower) return;
    this.#followers.delete(connection);
    this.#last = this.#lastFollower = undefined;
    const inspected = follower.over();
    if (inspected) {
      addTo(this.#totals, inspected);
      this.#options.onConnection(inspected, order);
    } else if (follower.silent) count(this.#totals.silent, connection.server.text);
    else this.#totals.otherConnections++;
  }
}
