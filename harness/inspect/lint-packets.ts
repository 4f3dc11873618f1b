import type { LabelledPacket, Side } from '../codec/labelled-packet.ts';
import type { Context } from '../codec/message.ts';
import type { Decoder } from './decoder.ts';
import type { Finding } from './finding.ts';
import type { Lint } from './lint.ts';
import { Notes } from './notes.ts';

/** How a conversation stood behind a packet: what both sides had agreed on, and how much was not answered. */
export interface StoodAt {
  readonly unanswered: number;
  readonly context: Context;
}

/** A connection whose packets are known already, from a socket of ours: no frames, no capture. */
export interface KnownPackets {
  readonly packets: readonly LabelledPacket[];
  /** As many as packets. `left`: what remained of a packet when the connection was over. */
  readonly standings: readonly (StoodAt & { readonly left?: true })[];
  /** Who ended the connection first, and how; absent while it is open. */
  readonly end?: { readonly by: Side; readonly how: 'fin' | 'rst' } | undefined;
}

const never = (): never => {
  throw new Error('these packets are decoded already');
};

/** The rules that the packets of a connection break, and its end. `frame` of a finding is the place in `packets`, from 0. */
export function lintPackets(lint: Lint, { packets, standings, end }: KnownPackets): readonly Finding[] {
  const notes = new Notes(lint);
  let stood: StoodAt = { unanswered: 0, context: { capabilities: 0 } };
  const decoder: Decoder = {
    push: never,
    finish: never,
    letGo: never,
    get unanswered() {
      return stood.unanswered;
    },
    get context() {
      return stood.context;
    },
  };
  const findings: Finding[] = [];
  let ended = false;
  const over = (): void => {
    if (end && !ended)
      notes.end(
        end.how === 'fin' ? { kind: 'fin', from: end.by, ...NO_FRAME } : { kind: 'rst', from: end.by, provoked: false, ...NO_FRAME },
        end.by,
        decoder,
      );
    ended = true;
  };
  for (let i = 0; i < packets.length; i++) {
    const standing = standings[i];
    if (standing?.left) over();
    stood = standing ?? stood;
    const found = notes.packet(packets[i] as LabelledPacket, decoder, standing?.left === true);
    for (const one of found) findings.push({ ...one, frame: i });
  }
  over();
  return [...findings, ...notes.atEnd()];
}

const NO_FRAME = { timeNs: 0n, frame: 1, seq: 0, ack: undefined };
