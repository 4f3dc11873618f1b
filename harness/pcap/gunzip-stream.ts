import { createGunzip, type Gunzip } from 'node:zlib';
import type { DecompressionStream } from './decompression-stream.ts';

/** Members one after the other are one file, as gzip(1) has it; what is no member behind them is left out. */
export class GunzipStream implements DecompressionStream {
  readonly #gunzip: Gunzip;
  #out: Uint8Array[] = [];
  #settle: (() => void) | undefined;
  fault: string | undefined;
  over = false;

  constructor() {
    this.#gunzip = createGunzip({ chunkSize: 64 * 1024 });
    this.#gunzip.on('data', (bytes: Uint8Array) => this.#out.push(bytes));
    this.#gunzip.on('end', () => {
      this.over = true;
      this.#settle?.();
    });
    this.#gunzip.on('error', (error) => {
      this.fault = error.message;
      this.#settle?.();
    });
  }

  push(bytes: Uint8Array): Promise<Uint8Array[]> {
    return this.#after((done) => this.#gunzip.write(bytes, done));
  }

  end(): Promise<Uint8Array[]> {
    return this.#after(() => this.#gunzip.end());
  }

  close(): void {
    this.#gunzip.destroy();
  }

  /** The data comes while the write goes on; at a fault its callback never comes. */
  async #after(start: (done: () => void) => void): Promise<Uint8Array[]> {
    if (!this.over && !this.fault) {
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
        start(resolve);
      });
    }
    const out = this.#out;
    this.#out = [];
    return out;
  }
}
