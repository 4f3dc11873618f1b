import { Conversation, type LabelledPacket, type Side } from '../codec/conversation.ts';
import { join } from '../codec/frame.ts';
import type { Transcript, TranscriptEvent } from '../wire/transcript.ts';

/** An event of the transcript with the packets that its bytes completed. */
export interface StoryLine {
  readonly event: TranscriptEvent;
  readonly packets: readonly LabelledPacket[];
}

/** A transcript, decoded in both directions. */
export interface WireStory {
  readonly lines: readonly StoryLine[];
  /** Bytes of either side that became no whole packet. */
  readonly left: readonly LabelledPacket[];
  /** The packet as it stood on the wire, headers included. */
  wireBytes(packet: LabelledPacket): Uint8Array;
}

/** Reads a transcript as a conversation. Never throws. */
export function storyOf(transcript: Transcript): WireStory {
  const conversation = new Conversation();
  const lines = transcript.events.map((event) => {
    if (event.kind === 'sent') return { event, packets: conversation.fromClient(event.bytes) };
    if (event.kind === 'received') return { event, packets: conversation.fromServer(event.bytes) };
    return { event, packets: [] };
  });
  const streams = new Map<Side, Uint8Array>();
  const streamOf = (side: Side): Uint8Array => {
    const known = streams.get(side);
    if (known) return known;
    const kind = side === 'client' ? 'sent' : 'received';
    const stream = join(transcript.events.flatMap((event) => (event.kind === kind ? [(event as { bytes: Uint8Array }).bytes] : [])));
    streams.set(side, stream);
    return stream;
  };
  return {
    lines,
    left: conversation.finish(),
    wireBytes: (packet) => streamOf(packet.from).subarray(packet.offset, packet.offset + packet.size),
  };
}

/** ms at which the peer ended the connection; undefined where it did not. */
export function endedAt(transcript: Transcript): number | undefined {
  return transcript.events.find((event) => event.kind === 'fin' || event.kind === 'rst')?.at;
}
