import type { Glanced, Glimpse } from './glance.ts';
import type { LabelledPacket } from './labelled-packet.ts';

/** Takes the packets of a conversation one by one, as they are found, and lets those be counted that it need not see. */
export interface PacketSink {
  push(packet: LabelledPacket): unknown;
  /** Would it say nothing about a packet like this? `seen` holds until it returns. */
  mayCount(name: Glanced, seen: Glimpse, answers: LabelledPacket): boolean;
  /** In the place of `push`: a packet of the server that has been passed, whole and without a problem. */
  counted(name: Glanced, answers: LabelledPacket): void;
}
