import type { DecompressionStream } from './decompression-stream.ts';
import { GunzipStream } from './gunzip-stream.ts';
import { PcapError } from './pcap-error.ts';
import { UnzstdStream } from './unzstd-stream.ts';

export type Compression = 'gzip' | 'zstd';

/** How the file that begins with `magic` (its first four bytes, big-endian) is compressed. */
export function compressionOf(magic: number): Compression | undefined {
  if (magic >>> 16 === 0x1f8b) return 'gzip';
  // A zstd file may begin with a skippable frame, as pzstd's do.
  return magic === 0x28b52ffd || (magic & 0xf0ffffff) >>> 0 === 0x502a4d18 ? 'zstd' : undefined;
}

/** Fewest and most compressed bytes taken at once; the most bounds what a few bytes may become (zlib: 1,032 times as many). */
const PORTION = { least: 64, most: 16 * 1024 };

/** Counts the bytes of the file that have been read. */
export interface Counter {
  bytes: number;
}

/**
 * The content of a compressed file, as far as it can be read. Throws PcapError `PCAP_BAD_COMPRESSION` (at the offset from
 * which the data is damaged, or a little before it) and `PCAP_TRUNCATED`, after the content that stands before.
 */
export async function* decompressed(
  how: Compression,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  counter: Counter,
): AsyncGenerator<Uint8Array> {
  const stream: DecompressionStream = how === 'gzip' ? new GunzipStream() : new UnzstdStream();
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length && !stream.over; ) {
        // At a fault the content of the whole portion is lost, so a portion is never more than a small part of what was read.
        const size = Math.min(PORTION.most, Math.max(PORTION.least, counter.bytes >>> 6));
        const portion = chunk.subarray(at, at + size);
        yield* await stream.push(portion);
        if (stream.fault) throw damaged(how, counter.bytes, stream.fault);
        counter.bytes += portion.length;
        at += portion.length;
      }
      if (stream.over) return;
    }
    yield* await stream.end();
    if (stream.fault) throw cut(how, counter.bytes);
  } finally {
    stream.close();
  }
}

function damaged(how: Compression, at: number, why: string): PcapError {
  const says = `The ${how} data is damaged from byte ${at} on, or a little behind it (${why}): only what stands before it can be read.`;
  return new PcapError('PCAP_BAD_COMPRESSION', says, at);
}

function cut(how: Compression, at: number): PcapError {
  return new PcapError('PCAP_TRUNCATED', `The ${how} data is cut at byte ${at}: only what stands before it can be read.`, at);
}
