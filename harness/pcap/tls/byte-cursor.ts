/** Reads a message from front to back, big-endian. Past the end it throws RangeError, which `parsed` catches. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new RangeError(`${length} bytes where ${this.left} are left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** An unsigned number of 1 to 4 bytes. */
  uint(width: 1 | 2 | 3 | 4): number {
    let value = 0;
    for (const byte of this.take(width)) value = value * 256 + byte;
    return value;
  }

  /** What stands behind a length of so many bytes. */
  vector(width: 1 | 2 | 3): ByteCursor {
    return new ByteCursor(this.take(this.uint(width)));
  }

  rest(): Uint8Array {
    return this.take(this.left);
  }
}

/** What `parse` finds; undefined where the bytes end too soon. */
export function parsed<Value>(bytes: Uint8Array, parse: (cursor: ByteCursor) => Value): Value | undefined {
  try {
    return parse(new ByteCursor(bytes));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
