import type { CompressedForm, Stimulus } from '../case/step.ts';
import { COMPRESSED_HEADER_BYTES, compressedFrame } from '../codec/compressed-frame.ts';
import { join, MAX_PAYLOAD } from '../codec/frame.ts';
import type { Session } from './session.ts';

/** The bytes that go out for a packet. */
export interface Travelling {
  readonly bytes: Uint8Array;
  /** Compressed: where the `fields` delivery cuts them. */
  readonly cuts?: readonly number[];
}

/** Below this both client libraries send a body as it is (mysql/page_protocol_basic_compression). */
const MIN_COMPRESS_BYTES = 50;

/**
 * A packet as it is, or in compressed packets once compression is on. A command begins a new count of those; what goes on
 * with an exchange counts on.
 */
export function travelling(packet: Uint8Array, stimulus: Stimulus, session: Session): Travelling {
  const algorithm = session.compression;
  if (!algorithm) return { bytes: packet };
  const { body, cutAt = [], uncompressedLength, sequenceId }: CompressedForm = stimulus.compressed ?? {};
  let next = sequenceId ?? (goesOnWith(stimulus) ? session.nextFrame : 0);
  const frames = [0, ...cutAt].map((from, at) => {
    const part = packet.subarray(from, cutAt[at]);
    const plain = body === undefined ? part.length < MIN_COMPRESS_BYTES : body === 'plain';
    const lie = uncompressedLength === undefined ? {} : { uncompressedLength };
    const frame = compressedFrame(part, { algorithm: plain ? 'plain' : algorithm, sequenceId: next, ...lie });
    next = (next + Math.max(1, Math.ceil(part.length / MAX_PAYLOAD))) & 0xff;
    return frame;
  });
  session.nextFrame = next;
  let start = 0;
  const cuts = frames.flatMap((frame) => {
    const at = [start + 2, start + 4, start + COMPRESSED_HEADER_BYTES, start + COMPRESSED_HEADER_BYTES + 2];
    start += frame.length;
    return at;
  });
  return { bytes: join(frames), cuts: cuts.filter((cut) => cut < start) };
}

/** It goes on with an exchange that the server has opened, and counts on from its packet. */
export const goesOnWith = ({ message }: Stimulus): boolean => message === 'AuthSwitchResponse' || message === 'LocalInfileData';
