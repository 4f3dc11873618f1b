const HEADER_BYTES = 4;
const SSL = 0x0800;
/** Of an SSLRequest under PROTOCOL_41, and of the one before it. */
const SIZES = [32, 5];

/** Looks at the beginning of a client's stream for an SSLRequest, without holding anything back. */
export class SslRequestLook {
  readonly #head: number[] = [];
  #seen = 0;
  /** It has been seen, or something else stands first. */
  over = false;

  /** How many of these bytes belong to the SSLRequest's end, if it ends here: what stands behind them is TLS. Undefined as long as it does not end. */
  ends(bytes: Uint8Array): number | undefined {
    if (this.over) return undefined;
    for (const byte of bytes.subarray(0, HEADER_BYTES + 2 - this.#head.length)) this.#head.push(byte);
    if (this.#head.length < HEADER_BYTES + 2) {
      this.#seen += bytes.length;
      return undefined;
    }
    const [a = 0, b = 0, c = 0, , low = 0, high = 0] = this.#head;
    const size = a + b * 256 + c * 65_536;
    const isRequest = SIZES.includes(size) && ((low | (high << 8)) & SSL) !== 0;
    const end = HEADER_BYTES + size - this.#seen;
    this.#seen += bytes.length;
    if (!isRequest) this.over = true;
    if (!isRequest || end > bytes.length) return undefined;
    this.over = true;
    return end;
  }
}
