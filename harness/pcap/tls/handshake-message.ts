export interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
}

export const HandshakeType = {
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  finished: 20,
  keyUpdate: 24,
} as const;

const HEADER = 4;
/** A chain of certificates is the longest message; more is taken for damage. */
const LONGEST = 256 * 1024;

/** Takes handshake messages out of the records that they lie in: several in one, or one over several. */
export class HandshakeReader {
  #parts: Uint8Array[] = [];
  #length = 0;
  /** Bytes without which it is not worth the while to look. */
  #need = HEADER;

  /** 'malformed' where a message claims more than 256 KiB. */
  push(bytes: Uint8Array): HandshakeMessage[] | 'malformed' {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    if (this.#length < this.#need) return [];
    const b = Buffer.concat(this.#parts);
    const messages: HandshakeMessage[] = [];
    let at = 0;
    this.#need = HEADER;
    while (b.length - at >= HEADER) {
      const length = b.readUIntBE(at + 1, 3);
      if (length > LONGEST) return 'malformed';
      this.#need = HEADER + length;
      if (b.length - at < this.#need) break;
      messages.push({ type: b[at] as number, body: b.subarray(at + HEADER, at + this.#need) });
      at += this.#need;
      this.#need = HEADER;
    }
    this.#parts = [b.subarray(at)];
    this.#length = b.length - at;
    return messages;
  }
}
