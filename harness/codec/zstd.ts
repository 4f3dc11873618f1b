/** Zstandard (RFC 8878) for compressed packets. Node's own needs 22.15, so fzstd reads, and we write frames of raw blocks. */
import { Decompress } from 'fzstd';
import { Reader, Writer } from './bytes.ts';
import { CodecError } from './error.ts';

const MAGIC = 0xfd2fb528;
const BLOCK_MAX = 128 * 1024;
/** Windows above this are refused: the reader allocates what the header asks for. A packet has 16 MiB at most. */
const WINDOW_MAX = 32 * 1024 * 1024;
const RAW = 0;
const RLE = 1;

/** A frame of raw blocks; one of equal bytes alone becomes a run. Any reader takes it, though it hardly compresses. */
export function zstdFrame(content: Uint8Array): Uint8Array {
  const w = new Writer();
  w.uint(4, MAGIC);
  // A single segment; four bytes of content size.
  w.uint(1, 0xa0);
  w.uint(4, content.length);
  let off = 0;
  do {
    const block = content.subarray(off, off + BLOCK_MAX);
    off += BLOCK_MAX;
    const last = off >= content.length ? 1 : 0;
    const run = block.length > 1 && block.every((byte) => byte === block[0]);
    w.uint(3, last | ((run ? RLE : RAW) << 1) | (block.length << 3));
    w.raw(run ? block.subarray(0, 1) : block);
  } while (off < content.length);
  return w.done();
}

/** The content of a frame that must have `size` bytes. Throws CODEC_BAD_COMPRESSION. */
export function unzstd(frame: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let length = 0;
  const refuse = (says: string): CodecError => new CodecError('CODEC_BAD_COMPRESSION', 0, says);
  if (windowOf(frame) > WINDOW_MAX) throw refuse(`a zstd window of more than ${WINDOW_MAX} bytes`);
  try {
    new Decompress((chunk) => {
      if (length + chunk.length > size) throw refuse(`more than the ${size} bytes announced`);
      out.set(chunk, length);
      length += chunk.length;
    }).push(frame, true);
  } catch (error) {
    // What fzstd meets in broken data ends in errors of many kinds.
    throw error instanceof CodecError ? error : refuse(`no zstd frame: ${error instanceof Error ? error.message : error}`);
  }
  if (length !== size) throw refuse(`${length} bytes where ${size} are announced`);
  return out;
}

/** Window size of the frame header, in bytes; of a single segment its content size. Throws CODEC_TRUNCATED. */
function windowOf(frame: Uint8Array): number {
  const r = new Reader(frame);
  if (r.uint(4) !== MAGIC) throw new CodecError('CODEC_BAD_COMPRESSION', 0, 'no zstd frame begins here');
  const descriptor = r.uint(1);
  const single = (descriptor & 0x20) !== 0;
  if (!single) {
    const window = r.uint(1);
    const base = 2 ** (10 + (window >> 3));
    return base + (base / 8) * (window & 7);
  }
  r.take([0, 1, 2, 4][descriptor & 3] as number);
  const sizeBytes = [1, 2, 4, 8][descriptor >> 6] as number;
  // Of eight bytes the upper ones are 0 in every frame that we accept.
  return sizeBytes < 8 ? r.uint(sizeBytes) : r.uint(4) + r.uint(4) * 2 ** 32;
}
