import { ZstdFault } from './zstd-fault.ts';
import { BLOCK_HEADER, frameHeaderLength, readBlockHeader, readFrameHeader, ZstdFrame } from './zstd-frame.ts';

const MAGIC = 0xfd2fb528;
const CHECKSUM = 4;

/** The content of whole frames, of `most` bytes at most. Throws ZstdFault. */
export function unzstd(bytes: Uint8Array, most: number): Uint8Array {
  const content: Uint8Array[] = [];
  let at = 0;
  let total = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new ZstdFault('the data is cut');
    at += length;
    return bytes.subarray(at - length, at);
  };
  do {
    const start = at;
    const magic = littleEndian(take(4));
    if ((magic & 0xffff_fff0) >>> 0 === 0x184d2a50) {
      take(littleEndian(take(4)));
      continue;
    }
    if (magic !== MAGIC) throw new ZstdFault('no frame begins here');
    take(1);
    const length = frameHeaderLength(bytes.subarray(start, at));
    take(length - 5);
    const header = readFrameHeader(bytes.subarray(start, at));
    const frame = new ZstdFrame(header);
    for (let last = false; !last; ) {
      const block = readBlockHeader(take(BLOCK_HEADER));
      const piece = frame.block(block, take(block.length));
      total += piece.length;
      if (total > most) throw new ZstdFault(`more than the ${most} bytes announced`);
      content.push(piece);
      last = block.last;
    }
    if (header.hasChecksum && !frame.matches(littleEndian(take(CHECKSUM)))) throw new ZstdFault('the checksum is another');
  } while (at < bytes.length);
  return content.length === 1 ? (content[0] as Uint8Array) : joined(content, total);
}

function joined(pieces: readonly Uint8Array[], total: number): Uint8Array {
  const all = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function littleEndian(bytes: Uint8Array): number {
  return ((bytes[0] as number) | ((bytes[1] as number) << 8) | ((bytes[2] as number) << 16) | ((bytes[3] as number) << 24)) >>> 0;
}
