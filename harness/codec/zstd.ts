/** Zstandard (RFC 8878) for compressed packets: what is written are frames of raw blocks. */
import { unzstd as contentOf } from '../zstd/unzstd.ts';
import { ZstdFault } from '../zstd/zstd-fault.ts';
import { Writer } from './bytes.ts';
import { CodecError } from './error.ts';

const MAGIC = 0xfd2fb528;
const BLOCK_MAX = 128 * 1024;
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

/** The content of frames that must have `size` bytes. Throws CODEC_BAD_COMPRESSION. */
export function unzstd(frames: Uint8Array, size: number): Uint8Array {
  const refuse = (says: string): CodecError => new CodecError('CODEC_BAD_COMPRESSION', 0, says);
  let content: Uint8Array;
  try {
    content = contentOf(frames, size);
  } catch (error) {
    throw error instanceof ZstdFault ? refuse(`no zstd frame: ${error.message}`) : error;
  }
  if (content.length !== size) throw refuse(`${content.length} bytes where ${size} are announced`);
  return content;
}
