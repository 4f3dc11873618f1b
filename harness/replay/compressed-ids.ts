import { has } from '../codec/capability.ts';
import { COMPRESSED_HEADER_BYTES, CompressedReader, compressedFrame } from '../codec/compressed-frame.ts';
import { HEADER_BYTES } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { STATEMENT_ID } from './command-bytes.ts';

/** A command in a compressed packet, and the id that its statement has now. */
export interface NewId {
  readonly label: LabelledPacket;
  readonly id: number;
}

/**
 * Bytes of a client's stream, from an offset on, with these ids in its compressed packets: one with a new id travels as it is, not compressed,
 * which a receiver takes like any other (mysql/page_protocol_basic_compression_packet). `cut` hears of those that are not whole in these bytes.
 */
export function withIds(bytes: Uint8Array, from: number, named: readonly NewId[], cut: (one: NewId) => void): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < named.length; ) {
    const { label } = named[i] as NewId;
    const those = named.slice(i).filter((one) => one.label.offset === label.offset);
    i += those.length;
    const begin = label.offset - from;
    const end = begin + COMPRESSED_HEADER_BYTES + (label.carrier?.compressedLength ?? 0);
    const anew = begin >= at && end <= bytes.length ? anewOf(bytes.subarray(begin, end), those) : undefined;
    if (!anew) {
      for (const one of those) cut(one);
      continue;
    }
    parts.push(bytes.subarray(at, begin), anew);
    at = end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}

/** One compressed packet, not compressed any more; undefined where these commands do not stand in it whole. */
function anewOf(packet: Uint8Array, named: readonly NewId[]): Uint8Array | undefined {
  const { context, carrier } = (named[0] as NewId).label;
  // Where empty ones stood before it, these are no header of it.
  if (Buffer.from(packet).readUIntLE(0, 3) !== carrier?.compressedLength || packet[3] !== carrier.sequenceId) return undefined;
  const algorithm = has(context?.capabilities ?? 0, 'COMPRESS') ? 'zlib' : 'zstd';
  const [frame] = new CompressedReader({ algorithm }).push(packet);
  if (!frame) return undefined;
  const content = Buffer.from(frame.bytes);
  const left = [...named];
  for (let at = 0; at + HEADER_BYTES <= content.length && left.length > 0; ) {
    const size = HEADER_BYTES + content.readUIntLE(at, 3);
    const [{ label, id }] = left as [NewId];
    if (content.subarray(at + HEADER_BYTES, at + size).equals(label.payload)) {
      content.writeUInt32LE(id, at + STATEMENT_ID);
      left.shift();
    }
    at += size;
  }
  return left.length > 0 ? undefined : compressedFrame(content, { algorithm: 'plain', sequenceId: frame.sequenceId });
}
