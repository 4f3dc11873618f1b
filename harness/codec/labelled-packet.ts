import type { Span } from './bytes.ts';
import type { Carrier } from './compressed-packet-reader.ts';
import type { Packet } from './frame.ts';
import type { Context, Message } from './message.ts';
import type { ResultColumn } from './result-column.ts';
import type { Identified } from './server-packet.ts';

export type Side = 'client' | 'server';

/** One packet of a conversation, or a run of bytes that are no packets (TLS, HTTP, cut off). */
export interface LabelledPacket {
  readonly from: Side;
  /** The manual's name of the message, or what the bytes are instead: "TLS", "HTTP request", "unknown" … */
  readonly name: string;
  /** Absent where the bytes are no packet. */
  readonly sequenceId?: number;
  readonly payload: Uint8Array;
  /** Offset in this side's stream of the header, or of the bytes. */
  readonly offset: number;
  /** Bytes of the stream, headers included. */
  readonly size: number;
  /** The caller's mark of the chunk that completed the packet (a frame number, a time). */
  readonly at?: number;
  readonly message?: Message;
  /** The capabilities that the message was decoded under. */
  readonly context?: Context;
  readonly value?: Readonly<Record<string, unknown>>;
  readonly spans?: readonly Span[];
  /** Of a binary row: the columns that it was decoded by. */
  readonly columns?: readonly ResultColumn[];
  /** In a compressed connection, the compressed packet that completed it; then offset and size are of the compressed bytes. */
  readonly carrier?: Carrier;
  /** It came inside TLS; then offset and size are of the plaintext. */
  readonly deciphered?: true;
  /** Sent by the client before the greeting had come. */
  readonly early?: true;
  /** The client packet that a server packet answers. */
  readonly answers?: LabelledPacket;
  /** What is wrong with it, where something is. */
  readonly problem?: string;
}

interface About {
  readonly at: number | undefined;
  readonly early: boolean;
  readonly deciphered?: boolean;
  readonly answers?: LabelledPacket | undefined;
  readonly problem?: string | undefined;
}

export function labelled(from: Side, packet: Packet & { readonly carrier?: Carrier }, found: Identified, about: About): LabelledPacket {
  return {
    from,
    name: found.name,
    sequenceId: packet.sequenceId,
    payload: packet.payload,
    offset: packet.offset,
    size: packet.size,
    ...(found.message ? { message: found.message } : {}),
    ...(found.context ? { context: found.context } : {}),
    ...(found.decoded ? { value: found.decoded.value, spans: found.decoded.spans } : {}),
    ...(found.columns ? { columns: found.columns } : {}),
    ...(packet.carrier ? { carrier: packet.carrier } : {}),
    ...marks({ ...about, problem: found.problem }),
  };
}

export function bytesThatAreNoPacket(
  from: Side,
  name: string,
  payload: Uint8Array,
  about: About & { readonly offset: number },
): LabelledPacket {
  return { from, name, payload, offset: about.offset, size: payload.length, ...marks(about) };
}

function marks({ at, early, answers, problem, deciphered }: About): Partial<LabelledPacket> {
  return {
    ...(at === undefined ? {} : { at }),
    ...(early ? { early } : {}),
    ...(deciphered ? { deciphered } : {}),
    ...(answers ? { answers } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
}
