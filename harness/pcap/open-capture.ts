import { type CaptureEnd, CaptureReader, type CaptureReaderOptions } from './capture-reader.ts';
import type { CapturedFrame, CaptureInterface } from './captured-frame.ts';
import { type Compression, compressionOf, decompressed } from './compression.ts';
import { PcapError } from './pcap-error.ts';

/** Bytes of a file as they are read, in portions of any size. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** How the reading of a file ended. */
export interface FileEnd extends CaptureEnd {
  readonly compression: Compression | undefined;
}

/**
 * A capture file, compressed (gzip, zstd) or not, while it is read. Needs constant memory: it holds back one record
 * (64 MiB), and of compressed data one portion and the window.
 */
export class OpenCapture {
  readonly #chunks: Chunks;
  readonly #reader: CaptureReader;
  readonly #counter = { bytes: 0 };
  #compression: Compression | undefined;
  #fault: PcapError | undefined;

  constructor(chunks: Chunks, options: CaptureReaderOptions = {}) {
    this.#chunks = chunks;
    this.#reader = new CaptureReader(options);
  }

  /** The frames, some at a time; once. Ends at a fault without throwing it: ask `end()`. */
  async *batches(): AsyncGenerator<readonly CapturedFrame[]> {
    try {
      for await (const content of this.#contents()) {
        const frames = this.#reader.push(content);
        if (frames.length > 0) yield frames;
      }
    } catch (error) {
      if (!(error instanceof PcapError)) throw error;
      this.#fault = error;
    }
  }

  /** Bytes of the file that have been read, compressed as they are: for a progress bar. */
  get bytesRead(): number {
    return this.#counter.bytes;
  }

  /** The interfaces described so far. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#reader.interfaces;
  }

  /** Ask after the last batch. `byteCount` and the offsets of records count what was decompressed. */
  end(): FileEnd {
    const end = this.#reader.end();
    const fault = this.#fault ?? end.fault;
    return { ...end, ...(fault && { fault }), compression: this.#compression };
  }

  async *#contents(): AsyncGenerator<Uint8Array> {
    const chunks = withStart(this.#chunks);
    const { value: start } = await chunks.next();
    if (!start) return;
    const magic = start.length < 4 ? 0 : new DataView(start.buffer, start.byteOffset).getUint32(0);
    this.#compression = compressionOf(magic);
    const whole = joined(start, chunks);
    if (this.#compression) return yield* decompressed(this.#compression, whole, this.#counter);
    for await (const chunk of whole) {
      this.#counter.bytes += chunk.length;
      yield chunk;
    }
  }
}

/** The same chunks, the first with at least four bytes if there are so many. */
async function* withStart(chunks: Chunks): AsyncGenerator<Uint8Array, undefined> {
  let start: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (!start) yield chunk;
    else if (start.length + chunk.length >= 4) {
      yield start.length === 0 ? chunk : Buffer.concat([start, chunk]);
      start = undefined;
    } else start = Buffer.concat([start, chunk]);
  }
  if (start && start.length > 0) yield start;
}

async function* joined(first: Uint8Array, rest: AsyncGenerator<Uint8Array, undefined>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    // Who goes away during the first chunk has not begun with the rest.
    await rest.return(undefined);
  }
}
