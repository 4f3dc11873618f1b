import { flags } from '../codec/capability.ts';
import { Conversation, type LabelledPacket, type Side } from '../codec/conversation.ts';
import type { Context } from '../codec/message.ts';
import type { PacketSink } from '../codec/packet-sink.ts';

/** Bytes of one connection to packets. */
export interface Decoder {
  /** Empty where a sink takes the packets. */
  push(from: Side, bytes: Uint8Array, frame: number): LabelledPacket[];
  finish(frame: number): LabelledPacket[];
  /** Keeps none of the bytes alive that were pushed. */
  letGo(): void;
  readonly unanswered: number;
  readonly context: Context;
}

/** The bytes of each side that passed, or are missing, before a decoder begins. */
export type Passed = Readonly<Record<Side, number>>;

/** What nearly every client and server of today agrees on, as far as it changes how packets read. */
const USUAL = flags(
  'LONG_PASSWORD',
  'PROTOCOL_41',
  'TRANSACTIONS',
  'SECURE_CONNECTION',
  'MULTI_RESULTS',
  'PS_MULTI_RESULTS',
  'SESSION_TRACK',
);

/** The first COM_QUERY with QUERY_ATTRIBUTES begins with the counts 0 and 1. */
const attributed = (command: Uint8Array): boolean => command[4] === 0x03 && command[5] === 0x00 && command[6] === 0x01;

/**
 * Joins a connection whose login is not in the capture, at the bytes of a command. DEPRECATE_EOF is not known then, nor by what is
 * compressed: all ways of reading go on side by side until the bytes contradict one.
 */
export function joinedUnknown(command: Uint8Array, compressed: boolean, before: Passed): Decoder {
  const capabilities = attributed(command) ? (USUAL | flags('QUERY_ATTRIBUTES')) >>> 0 : USUAL;
  const layers = compressed ? [flags('COMPRESS'), flags('ZSTD_COMPRESSION_ALGORITHM')] : [0];
  const agreements = layers.flatMap((layer) => [0, flags('DEPRECATE_EOF')].map((more) => (capabilities | layer | more) >>> 0));
  let readings = agreements.map((agreed): Decoder => new Conversation({ agreed: { capabilities: agreed }, before }));
  const ours = (): Decoder => readings[0] as Decoder;
  // Behind what a reading could not unpack come bytes without a name, of which it says no more.
  const fits = (packets: readonly LabelledPacket[]): boolean =>
    packets.every((packet) => packet.problem === undefined && packet.name !== 'unknown');
  return {
    push(from, bytes, frame) {
      const told = readings.map((reading) => reading.push(from, bytes, frame));
      const best = told.findIndex(fits);
      // None fits: then it is no matter of the agreement.
      if (best < 0) return told[0] as LabelledPacket[];
      readings = readings.filter((_, i) => fits(told[i] as LabelledPacket[]));
      return told[best] as LabelledPacket[];
    },
    finish: (frame) => ours().finish(frame),
    letGo() {
      for (const reading of readings) reading.letGo();
    },
    get unanswered() {
      return ours().unanswered;
    },
    get context() {
      return ours().context;
    },
  };
}

/** Joins a connection behind bytes that the capture lacks; what its login agreed on is known. */
export function joinedKnown(agreed: Context, sink: PacketSink | undefined, before: Passed): Decoder {
  return new Conversation({ agreed, sink, before });
}
