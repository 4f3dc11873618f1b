import { ZstdFault } from '../zstd/zstd-fault.ts';
import { BLOCK_HEADER, type BlockHeader, frameHeaderLength, readBlockHeader, readFrameHeader, ZstdFrame } from '../zstd/zstd-frame.ts';
import type { DecompressionStream } from './decompression-stream.ts';

const MAGIC = 0xfd2fb528;
const CHECKSUM = 4;

type Expected = 'magic' | 'header' | 'block' | 'content' | 'checksum' | 'skippable';

/** Zstandard as it comes: frames one after the other, checksums verified. */
export class UnzstdStream implements DecompressionStream {
  fault: string | undefined;
  readonly over = false;
  #pending: Uint8Array = new Uint8Array(1024);
  #start = 0;
  #end = 0;
  #expected: Expected = 'magic';
  #need = 4;
  #frame: ZstdFrame | undefined;
  #hasChecksum = false;
  #block: BlockHeader | undefined;

  async push(bytes: Uint8Array): Promise<Uint8Array[]> {
    const out: Uint8Array[] = [];
    this.#add(bytes);
    try {
      while (!this.fault && this.#end - this.#start >= this.#need) this.#step(out);
    } catch (error) {
      if (!(error instanceof ZstdFault)) throw error;
      this.fault = error.message;
    }
    return out;
  }

  async end(): Promise<Uint8Array[]> {
    if (this.#expected !== 'magic' || this.#end > this.#start) this.fault ??= 'the data is cut';
    return [];
  }

  close(): void {}

  #step(out: Uint8Array[]): void {
    switch (this.#expected) {
      case 'magic':
        return this.#magic();
      case 'header':
        return this.#header();
      case 'block':
        this.#block = readBlockHeader(this.#take());
        return this.#expect('content', this.#block.length);
      case 'content':
        return this.#content(out);
      case 'checksum':
        if (!this.#frame?.matches(littleEndian(this.#take()))) throw new ZstdFault('the checksum is another');
        return this.#expect('magic', 4);
      case 'skippable':
        return this.#skip();
    }
  }

  #magic(): void {
    const magic = littleEndian(this.#peek());
    if (magic === MAGIC) return this.#expect('header', 5);
    if ((magic & 0xffff_fff0) >>> 0 !== 0x184d2a50) throw new ZstdFault('no frame begins here');
    if (this.#need < 8) return this.#expect('magic', 8);
    this.#left = littleEndian(this.#take().subarray(4));
    this.#expect('skippable', 0);
  }

  #header(): void {
    const length = frameHeaderLength(this.#peek());
    if (length > this.#need) return this.#expect('header', length);
    const header = readFrameHeader(this.#take());
    this.#frame = new ZstdFrame(header);
    this.#hasChecksum = header.hasChecksum;
    this.#expect('block', BLOCK_HEADER);
  }

  #content(out: Uint8Array[]): void {
    const block = this.#block as BlockHeader;
    const content = this.#frame?.block(block, this.#take());
    if (content && content.length > 0) out.push(content);
    if (!block.last) this.#expect('block', BLOCK_HEADER);
    else if (this.#hasChecksum) this.#expect('checksum', CHECKSUM);
    else this.#expect('magic', 4);
  }

  /** Bytes of a skippable frame that are still to come. */
  #left = 0;

  #skip(): void {
    const there = Math.min(this.#left, this.#end - this.#start);
    this.#start += there;
    this.#left -= there;
    if (this.#left === 0) this.#expect('magic', 4);
    else this.#expect('skippable', 1);
  }

  #expect(what: Expected, need: number): void {
    this.#expected = what;
    this.#need = need;
  }

  #peek(): Uint8Array {
    return this.#pending.subarray(this.#start, this.#start + this.#need);
  }

  #take(): Uint8Array {
    const taken = this.#peek();
    this.#start += this.#need;
    return taken;
  }

  #add(bytes: Uint8Array): void {
    const waiting = this.#end - this.#start;
    if (this.#end + bytes.length > this.#pending.length) {
      const size = waiting + bytes.length;
      const to = size > this.#pending.length / 2 ? new Uint8Array(2 * size) : this.#pending;
      to.set(this.#pending.subarray(this.#start, this.#end));
      this.#pending = to;
      this.#start = 0;
      this.#end = waiting;
    }
    this.#pending.set(bytes, this.#end);
    this.#end += bytes.length;
  }
}

function littleEndian(bytes: Uint8Array): number {
  return ((bytes[0] as number) | ((bytes[1] as number) << 8) | ((bytes[2] as number) << 16) | ((bytes[3] as number) << 24)) >>> 0;
}
