import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CapturedFrame } from '../pcap/captured-frame.ts';

/** Time (ns), link type, length on the wire, and captured length stand before each frame. */
const HEADER = 20;
/** Frames wait for each other until so many bytes are written at once. */
const BATCH = 1 << 18;

const forgotten = new FinalizationRegistry(closeSync);

/**
 * Captured frames on disk instead of in memory: a file in the system's temporary folder without a name, so that it is gone with this process, however that ends.
 * A frame that was given out reads its bytes when it is asked for them.
 */
export class Spill {
  readonly #file: number;
  readonly #mostBytes: number;
  /** Where in the file a frame begins, by its number. */
  readonly #starts = new Map<number, number>();
  #batch: Uint8Array[] = [];
  #batched = 0;
  #written = 0;
  #closed = false;

  /** @param mostBytes more is not kept */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    const folder = mkdtempSync(join(tmpdir(), 'mywire-frames-'));
    try {
      this.#file = openSync(join(folder, 'frames'), 'wx+', 0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
    forgotten.register(this, this.#file);
  }

  /** False, and the frame is not kept, where there is no room: nor are those behind it. */
  add(frame: CapturedFrame): boolean {
    const { bytes } = frame;
    const start = this.#written + this.#batched;
    if (this.#closed || start + HEADER + bytes.length > this.#mostBytes) return false;
    const head = Buffer.alloc(HEADER);
    head.writeBigUInt64LE(frame.timeNs, 0);
    head.writeUInt32LE(frame.linkType, 8);
    head.writeUInt32LE(frame.originalLength, 12);
    head.writeUInt32LE(bytes.length, 16);
    this.#batch.push(head, bytes);
    this.#batched += HEADER + bytes.length;
    this.#starts.set(frame.number, start);
    return this.#batched < BATCH || this.#flush();
  }

  /** The frames of these numbers; undefined where one of them was not kept. */
  frames(numbers: readonly number[]): CapturedFrame[] | undefined {
    this.#flush();
    const found: CapturedFrame[] = [];
    for (const number of numbers) {
      const start = this.#starts.get(number);
      if (start === undefined || start >= this.#written) return undefined;
      found.push(this.#frame(number, start));
    }
    return found;
  }

  #frame(number: number, start: number): CapturedFrame {
    const head = this.#read(start, HEADER);
    const read = (): Uint8Array => this.#read(start + HEADER, head.readUInt32LE(16));
    return {
      number,
      timeNs: head.readBigUInt64LE(0),
      linkType: head.readUInt32LE(8),
      originalLength: head.readUInt32LE(12),
      get bytes() {
        return read();
      },
    };
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let have = 0; have < length; ) {
      const more = readSync(this.#file, bytes, have, length - have, at + have);
      if (more === 0) break;
      have += more;
    }
    return bytes;
  }

  /** A disk that is full ends it: what was kept before stays readable. */
  #flush(): boolean {
    const bytes = Buffer.concat(this.#batch);
    this.#batch = [];
    this.#batched = 0;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at, bytes.length - at, this.#written + at);
      this.#written += bytes.length;
      return true;
    } catch {
      this.#closed = true;
      return false;
    }
  }
}
