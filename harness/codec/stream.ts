import { has } from './capability.ts';
import type { Compression } from './compressed-frame.ts';
import { type CarriedPacket, CompressedPacketReader } from './compressed-packet-reader.ts';
import type { Verdict } from './foreign.ts';
import { type Located, PacketReader, type PacketReaderOptions } from './frame.ts';
import type { Side } from './labelled-packet.ts';
import type { Context } from './message.ts';

/** A packet, and the compressed one that it came in. */
export type Taken = Located & Partial<Pick<CarriedPacket, 'carrier' | 'leads' | 'completedBy'>>;

/** One direction of a conversation. */
export interface Stream {
  readonly from: Side;
  reader: PacketReader | CompressedPacketReader;
  readonly recognise: (start: Uint8Array) => Verdict;
  /** Undefined until both sides have agreed. */
  compression: Compression | 'none' | undefined;
  /** The first bytes have been told from other protocols. */
  told: boolean;
  /** Logged in: packets follow, to the end. */
  steady: boolean;
  /** The stream is no longer packets, and this is what it is. */
  opaque: string | undefined;
  /** Offset in this side's stream of the next byte of TLS, where somebody decrypts it; then `reader` has the plaintext. */
  ciphered: number | undefined;
  /** Plaintext has come. */
  deciphered: boolean;
  /** TLS was asked for, and packets came in its place: whoever pushes has deciphered them, or nobody began it. */
  clear: boolean;
}

export function openStream(from: Side, recognise: Stream['recognise'], options: PacketReaderOptions, offset: number): Stream {
  return {
    from,
    recognise,
    reader: new PacketReader(options, offset),
    compression: undefined,
    told: false,
    steady: false,
    opaque: undefined,
    ciphered: undefined,
    deciphered: false,
    clear: false,
  };
}

/** Behind the OK of the login, both sides compress if they have agreed to. Does nothing where they have begun. */
export function decompress(stream: Stream, context: Context, options: PacketReaderOptions): void {
  if (stream.compression !== undefined) return;
  const algorithm = compressionOf(context);
  stream.compression = algorithm ?? 'none';
  if (!algorithm) return;
  const { offset, held } = stream.reader;
  const rest = stream.reader.take();
  stream.reader = new CompressedPacketReader({ ...options, algorithm }, offset, held);
  stream.reader.add(rest);
}

function compressionOf({ capabilities }: Context): Compression | undefined {
  if (has(capabilities, 'COMPRESS')) return 'zlib';
  return has(capabilities, 'ZSTD_COMPRESSION_ALGORITHM') ? 'zstd' : undefined;
}

const NONE: readonly number[] = [];

/** The sequence id that goes on from this packet. */
export function following({ lastSequenceId }: Taken): number {
  return (lastSequenceId + 1) & 0xff;
}

/** The ids that the next compressed packet with the beginning of a packet may have; none where nothing is compressed. */
export function followingFrames({ carrier, completedBy, start, end }: Taken): readonly number[] {
  if (!carrier || completedBy === undefined) return NONE;
  const next = (completedBy + 1) & 0xff;
  // Behind 256 of them the ids are the same again: what is longer than the one that it begins in does not end there.
  const endsInside = end - start < (carrier.uncompressedLength || carrier.compressedLength);
  // What completed a packet that began before it may have the beginning of another.
  return carrier.sequenceId === completedBy && endsInside ? [next] : [completedBy, next];
}

/**
 * What is wrong with the ids of a packet. Behind a flush, as between two results, both servers go on counting packets
 * from the id of the compressed packet (seen in MySQL 9.7.4 and MariaDB 11.8.9).
 */
export function sequenceProblem(packet: Taken, due: number | undefined, framesDue: readonly number[]): string | undefined {
  const { carrier, leads, sequenceId, outOfTurn } = packet;
  const leader = leads ? carrier : undefined;
  if (leader && framesDue.length > 0 && !framesDue.includes(leader.sequenceId))
    return `compressed ${expected(leader.sequenceId, framesDue[0] as number)}`;
  if (due !== undefined && due !== sequenceId && leader?.sequenceId !== sequenceId) return expected(sequenceId, due);
  // Of a payload in several packets; compressed ones have ids of their own to count from.
  return outOfTurn && !carrier ? expected(outOfTurn.is, outOfTurn.wanted) : undefined;
}

export function expected(got: number, wanted: number): string {
  return `sequence id ${got}, expected ${wanted}`;
}
