import type { Glimpse } from '../codec/glance.ts';
import type { LabelledPacket, Side } from '../codec/labelled-packet.ts';
import type { Context } from '../codec/message.ts';
import type { Dialect, Source } from './case.ts';
import type { Level } from './verdict.ts';

/** What one connection has shown before the packet that is looked at. */
export interface Shown {
  /** Capability flags of both; undefined where the packet was not seen or has none. */
  readonly offered: number | undefined;
  readonly declared: number | undefined;
  /** What both have agreed on. */
  readonly agreed: Context;
  readonly dialect: Dialect | undefined;
  /** The OK of the login has passed. */
  readonly loggedIn: boolean;
  /** The capture has the connection from its SYN on, and until now no byte of it is missing. */
  readonly whole: boolean;
  /** The login is not in the capture: what it agreed on is a guess. */
  readonly assumed: boolean;
  /** What a rule remembers of this connection, by the rule's id; bounded by the rule. */
  readonly memory: Map<string, unknown>;
}

/** A connection at its end. */
export interface ShownEnd {
  readonly how: 'fin' | 'fin+rst' | 'rst';
  readonly by: Side;
  readonly frame: number;
  /** Name of the packet that passed last. */
  readonly after: string | undefined;
  /** Commands and logins without a whole answer, the oldest first; `begun` where a part of its answer has come. */
  readonly waiting: readonly { readonly packet: string; readonly frame: number; readonly begun: boolean }[];
}

interface Lint {
  /** Words, never positions. */
  readonly id: `${string}/${string}`;
  /** What must hold, in one sentence. */
  readonly title: string;
  readonly level: Level;
  readonly source: readonly Source[];
  /** Judged too where the login is not in the capture. */
  readonly anywhere?: true;
  /** Judged only where the capture lacks nothing of the connection so far. */
  readonly whole?: true;
  /** Defects of the reference server, or bytes of a client (suites/lint/…), that break it. */
  readonly killedBy: readonly [string, ...string[]];
}

/** Looks at packets of these names (the manual's) and says what is wrong with one, or nothing. Pure but for `shown.memory`. */
export interface PacketRule extends Lint {
  readonly side: Side;
  readonly looksAt: readonly [string, ...string[]];
  readonly finds: (packet: LabelledPacket, shown: Shown) => string | undefined;
  /**
   * Of the packets that come in numbers (codec/glance.ts) only those are shown to a rule of which this does not hold; without it all are, at
   * the cost of time. A definition is told of here only where it begins with "def" and has 0x0c bytes of fixed fields, a StmtPrepareOK only
   * where it has 12 bytes, an EOF never under DEPRECATE_EOF.
   */
  readonly silentAbout?: (seen: Glimpse, answers: LabelledPacket, shown: Shown) => boolean;
}

/** Gives a name to what the codec says of a packet (`LabelledPacket.problem`); whoever sent the packet is at fault. */
export interface ProblemRule extends Lint {
  readonly problem: RegExp;
  /** Only of these packets. */
  readonly of?: (packet: LabelledPacket, shown: Shown) => boolean;
  /** Packets behind one with this problem may be named wrong: nothing more is judged. */
  readonly loses?: true;
}

/** Looks at how a connection ended. */
export interface EndRule extends Lint {
  readonly side: Side;
  readonly atEnd: (end: ShownEnd, shown: Shown) => string | undefined;
}

/** A rule of the protocol that both directions of a connection show kept or broken, without a byte of ours. */
export type LintRule = PacketRule | ProblemRule | EndRule;
