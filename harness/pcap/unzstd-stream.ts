import { Decompress } from 'fzstd';
import type { DecompressionStream } from './decompression-stream.ts';

/** RFC 8878. Checksums are not looked at. */
export class UnzstdStream implements DecompressionStream {
  readonly #decompress: Decompress;
  #out: Uint8Array[] = [];
  fault: string | undefined;
  readonly over = false;

  constructor() {
    this.#decompress = new Decompress((bytes) => void this.#out.push(bytes));
  }

  async push(bytes: Uint8Array): Promise<Uint8Array[]> {
    return this.#take(bytes, false);
  }

  async end(): Promise<Uint8Array[]> {
    return this.#take(new Uint8Array(0), true);
  }

  close(): void {}

  #take(bytes: Uint8Array, last: boolean): Uint8Array[] {
    try {
      this.#decompress.push(bytes, last);
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
    }
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
