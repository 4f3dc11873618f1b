import type { Side } from '../codec/labelled-packet.ts';

/** A place where a rule is broken. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY' | 'OBSERVE';
  /** Who broke it. */
  readonly side: Side;
  /** What stands on the wire, in one sentence. */
  readonly says: string;
  /** The frame that completed the packet. */
  readonly frame: number;
  readonly packet: string;
  /** Offset of the packet in that side's stream. */
  readonly offset: number;
}
