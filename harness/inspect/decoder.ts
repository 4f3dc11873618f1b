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

export function decoderOf(conversation: Conversation): Decoder {
  return {
    push: (from, bytes, frame) => (from === 'client' ? conversation.fromClient(bytes, frame) : conversation.fromServer(bytes, frame)),
    finish: (frame) => conversation.finish(frame),
    letGo: () => conversation.letGo(),
    get unanswered() {
      return conversation.unanswered;
    },
    get context() {
      return conversation.context;
    },
  };
}

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
 * Joins a connection whose login is not in the capture, at the bytes of a command. DEPRECATE_EOF is not known then: both
 * ways of reading go on side by side until the bytes contradict one.
 */
export function joinedUnknown(command: Uint8Array): Decoder {
  const capabilities = attributed(command) ? (USUAL | flags('QUERY_ATTRIBUTES')) >>> 0 : USUAL;
  const reading = (more: number): Decoder => decoderOf(new Conversation({ agreed: { capabilities: (capabilities | more) >>> 0 } }));
  let ours = reading(0);
  let other: Decoder | undefined = reading(flags('DEPRECATE_EOF'));
  const wrong = (packets: readonly LabelledPacket[]): boolean => packets.some((packet) => packet.problem !== undefined);
  return {
    push(from, bytes, frame) {
      const told = ours.push(from, bytes, frame);
      if (!other) return told;
      const otherwise = other.push(from, bytes, frame);
      if (!wrong(told)) {
        if (wrong(otherwise)) other = undefined;
        return told;
      }
      if (wrong(otherwise)) return told;
      ours = other;
      other = undefined;
      return otherwise;
    },
    finish: (frame) => ours.finish(frame),
    letGo() {
      ours.letGo();
      other?.letGo();
    },
    get unanswered() {
      return ours.unanswered;
    },
    get context() {
      return ours.context;
    },
  };
}

/** Joins a connection behind bytes that the capture lacks; what its login agreed on is known. */
export function joinedKnown(agreed: Context, sink: PacketSink | undefined): Decoder {
  return decoderOf(new Conversation({ agreed, sink }));
}
