import type { HuffmanTable } from './huffman.ts';
import { BLOCK_MAX, readLiterals } from './literals.ts';
import { runSequences, type SequenceTables } from './sequences.ts';
import { Window } from './window.ts';
import { Xxh64 } from './xxh64.ts';
import { ZstdFault } from './zstd-fault.ts';

export interface FrameHeader {
  /** Bytes of the header itself. */
  readonly length: number;
  readonly windowSize: number;
  readonly contentSize: number | undefined;
  readonly hasChecksum: boolean;
}

/** As zstd(1) has it without --long: the window is kept in memory. */
const WINDOW_MAX = 128 * 1024 * 1024;

/** Bytes of the header that begins behind the magic; with fewer than two there, the bytes needed to tell. */
export function frameHeaderLength(bytes: Uint8Array): number {
  const descriptor = bytes[4];
  if (descriptor === undefined) return 5;
  const single = (descriptor & 0x20) !== 0;
  return 5 + (single ? 0 : 1) + ([0, 1, 2, 4][descriptor & 3] as number) + ([single ? 1 : 0, 2, 4, 8][descriptor >> 6] as number);
}

/** RFC 8878 section 3.1.1.1. */
export function readFrameHeader(bytes: Uint8Array): FrameHeader {
  const descriptor = bytes[4] as number;
  const length = frameHeaderLength(bytes);
  const single = (descriptor & 0x20) !== 0;
  if (descriptor & 8) throw new ZstdFault('a reserved bit that is set');
  const sizeWidth = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const dictionary = bytes.subarray(single ? 5 : 6, length - sizeWidth);
  if (dictionary.some((byte) => byte !== 0)) throw new ZstdFault('it needs a dictionary');
  let size = sizeWidth === 2 ? 256 : 0;
  for (let i = 0; i < sizeWidth; i += 1) size += (bytes[length - sizeWidth + i] as number) * 2 ** (8 * i);
  const exponent = (bytes[5] as number) >> 3;
  const window = 2 ** (10 + exponent) * (1 + ((bytes[5] as number) & 7) / 8);
  const windowSize = single ? size : window;
  if (windowSize > WINDOW_MAX) {
    throw new ZstdFault(`it needs a window of ${windowSize} bytes, and ${WINDOW_MAX} are accepted; decompress it first (unzstd --long=31)`);
  }
  return { length, windowSize, contentSize: sizeWidth > 0 ? size : undefined, hasChecksum: (descriptor & 4) !== 0 };
}

export interface BlockHeader {
  readonly last: boolean;
  readonly type: 0 | 1 | 2;
  /** Of the content for a run, else of what follows. */
  readonly size: number;
  /** Bytes that follow the header. */
  readonly length: number;
}

export const BLOCK_HEADER = 3;

/** RFC 8878 section 3.1.1.2. */
export function readBlockHeader(bytes: Uint8Array): BlockHeader {
  const word = (bytes[0] as number) | ((bytes[1] as number) << 8) | ((bytes[2] as number) << 16);
  const type = (word >> 1) & 3;
  const size = word >>> 3;
  if (type === 3) throw new ZstdFault('a block of a reserved type');
  if (size > BLOCK_MAX) throw new ZstdFault('a block of more than 128 KiB');
  return { last: (word & 1) === 1, type: type as 0 | 1 | 2, size, length: type === 1 ? 1 : size };
}

/** Turns the blocks of one frame into content. Throws ZstdFault. */
export class ZstdFrame {
  readonly #header: FrameHeader;
  readonly #window: Window;
  readonly #hash: Xxh64 | undefined;
  #huffman: HuffmanTable | undefined;
  readonly #tables: SequenceTables = {};

  constructor(header: FrameHeader) {
    this.#header = header;
    this.#window = new Window(header.windowSize);
    this.#hash = header.hasChecksum ? new Xxh64() : undefined;
  }

  /** The content of a block; `bytes` are what follows its header. */
  block({ type, size, last }: BlockHeader, bytes: Uint8Array): Uint8Array {
    this.#window.startBlock();
    if (type === 0) this.#window.append(bytes, 0, size);
    else if (type === 1) this.#window.fill(bytes[0] as number, size);
    else this.#compressed(bytes);
    const content = this.#window.block();
    this.#hash?.update(content);
    const { contentSize } = this.#header;
    const { total } = this.#window;
    if (contentSize !== undefined && (last ? total !== contentSize : total > contentSize)) {
      throw new ZstdFault(`${total} bytes of content where ${contentSize} were announced`);
    }
    return content;
  }

  /** Does the checksum behind the last block fit? */
  matches(checksum: number): boolean {
    return this.#hash === undefined || this.#hash.low32() === checksum;
  }

  #compressed(bytes: Uint8Array): void {
    if (bytes.length < 2) throw new ZstdFault('a block that is cut');
    const literals = readLiterals(bytes, 0, bytes.length, this.#huffman);
    this.#huffman = literals.table;
    const used = runSequences(bytes, literals.end, bytes.length, literals.bytes, this.#tables, this.#window);
    this.#window.append(literals.bytes, used, literals.bytes.length - used);
  }
}
