import type { LintRule } from '../case/lint-rule.ts';
import type { FollowedConnection, FollowingSink } from '../pcap/packed-events.ts';
import type { TcpEvent } from '../pcap/tcp-connection.ts';
import type { TlsSecrets } from '../pcap/tls/key-log.ts';
import { Follower, type FollowOptions, type PassedPacket } from './follower.ts';
import type { Inspected } from './inspected.ts';
import { Lint } from './lint.ts';
import { addTo, count, noTotals, type Totals } from './totals.ts';

export interface InspectionOptions {
  readonly rules: readonly LintRule[];
  /** What is known of TLS sessions; may grow while frames come. */
  readonly secrets?: TlsSecrets | undefined;
  /** Told of each MySQL connection when it is over. */
  readonly onConnection: (inspected: Inspected) => void;
  /** Told of each packet of a MySQL connection as it passes. */
  readonly onPacket?: ((passed: PassedPacket) => void) | undefined;
  /** Only connections with these numbers (Wireshark's tcp.stream); all where absent. */
  readonly only?: ReadonlySet<number> | undefined;
}

/** Follows each of the connections of a capture, and keeps none that is over. */
export class Followers implements FollowingSink {
  readonly totals: Totals = noTotals();
  readonly #options: InspectionOptions;
  readonly #each: FollowOptions;
  /** By the number of the connection. */
  readonly #followers = new Map<number, Follower>();
  /** Those of which events have passed since the last `letGo`. */
  #busy: Follower[] = [];
  #last: FollowedConnection | undefined;
  #lastFollower: Follower | undefined;

  constructor(options: InspectionOptions) {
    this.#options = options;
    this.#each = { lint: new Lint(options.rules), onPacket: options.onPacket, secrets: options.secrets };
  }

  event(connection: FollowedConnection, event: TcpEvent): void {
    const { only } = this.#options;
    if (only && !only.has(connection.id)) return;
    // Many events of one connection stand behind each other.
    let follower = connection === this.#last ? this.#lastFollower : this.#followers.get(connection.id);
    if (!follower) {
      follower = new Follower(connection, this.#each);
      this.#followers.set(connection.id, follower);
    }
    if (!follower.busy) {
      follower.busy = true;
      this.#busy.push(follower);
    }
    this.#last = connection;
    this.#lastFollower = follower;
    follower.event(event);
  }

  over(connection: FollowedConnection): void {
    const follower = this.#followers.get(connection.id);
    if (!follower) return;
    this.#followers.delete(connection.id);
    this.#last = this.#lastFollower = undefined;
    const inspected = follower.over();
    if (inspected) {
      addTo(this.totals, inspected);
      this.#options.onConnection(inspected);
    } else if (follower.silent) count(this.totals.silent, connection.server.text);
    else if (follower.hidden) count(this.totals.hidden, connection.server.text);
    else this.totals.otherConnections++;
  }

  /** Call behind each portion: what has been told of it is not kept alive by any connection. */
  letGo(): void {
    for (const follower of this.#busy) {
      follower.busy = false;
      follower.letGo();
    }
    this.#busy = [];
    this.#last = this.#lastFollower = undefined;
  }
}
