import { frame, HEADER_BYTES, join } from '../codec/frame.ts';
import type { DefectName } from './defects/index.ts';

/**
 * What the defects of framing make of a segment that arrives while `waiting` bytes of a packet wait: the bytes to keep,
 * or how they end the connection. Without them every byte is kept, and segments mean nothing.
 */
export function bytesOfSegment(chunk: Uint8Array, waiting: number, has: (name: DefectName) => boolean): Uint8Array | 'fin' | 'rst' {
  if (has('byte-by-byte-resets') && chunk.length === 1) return 'rst';
  if (has('segment-is-packet')) {
    const whole = chunk.length < HEADER_BYTES ? join([chunk, new Uint8Array(HEADER_BYTES - chunk.length)]) : chunk;
    return frame(whole.subarray(HEADER_BYTES), { sequenceId: whole[3] as number });
  }
  if (has('loses-second-half-of-split-header') && waiting > 0 && waiting < HEADER_BYTES) return chunk.subarray(HEADER_BYTES - waiting);
  const end = HEADER_BYTES + ((chunk[0] ?? 0) | ((chunk[1] ?? 0) << 8) | ((chunk[2] ?? 0) << 16));
  const split = chunk.length < end || (waiting === 0 && chunk.length < HEADER_BYTES);
  if (has('needs-whole-packet-in-one-segment') && split) return 'fin';
  return has('coalesced-packets-lost') && waiting === 0 ? chunk.subarray(0, end) : chunk;
}
