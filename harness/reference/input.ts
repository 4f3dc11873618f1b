import { HEADER_BYTES } from '../codec/frame.ts';

/** A packet header as the client sent it. */
export interface Header {
  readonly length: number;
  readonly sequenceId: number;
}

/** What the client has sent and the session has not read yet. Copies each byte once, however small the segments are. */
export class Input {
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** Bytes that wait. */
  get size(): number {
    return this.#size;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** The first n bytes (fewer where fewer wait), left where they are. */
  peek(n: number): Uint8Array {
    const out = new Uint8Array(Math.min(n, this.#size));
    let off = 0;
    for (const chunk of this.#chunks) {
      if (off === out.length) break;
      const part = chunk.subarray(0, out.length - off);
      out.set(part, off);
      off += part.length;
    }
    return out;
  }

  /** The header of the next packet; undefined while fewer than 4 bytes wait. */
  header(): Header | undefined {
    if (this.#size < HEADER_BYTES) return undefined;
    const b = this.peek(HEADER_BYTES);
    return {
      length: (b[0] as number) | ((b[1] as number) << 8) | ((b[2] as number) << 16),
      sequenceId: b[3] as number,
    };
  }

  /** Takes n bytes out; n may not exceed size. */
  take(n: number): Uint8Array {
    const first = this.#chunks[0];
    if (first && first.length > n) {
      this.#chunks[0] = first.subarray(n);
      this.#size -= n;
      return first.subarray(0, n);
    }
    const out = this.peek(n);
    let left = n;
    let whole = 0;
    while (left > 0) {
      const chunk = this.#chunks[whole] as Uint8Array;
      if (chunk.length > left) {
        this.#chunks[whole] = chunk.subarray(left);
        break;
      }
      left -= chunk.length;
      whole++;
    }
    this.#chunks.splice(0, whole);
    this.#size -= n;
    return out;
  }

  takeAll(): Uint8Array {
    return this.take(this.#size);
  }
}
