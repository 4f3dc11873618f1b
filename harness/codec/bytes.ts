import { CodecError } from './error.ts';

/** Where one field lies in a payload. Offsets and lengths in bytes. */
export interface Span {
  readonly field: string;
  readonly wire: string;
  readonly off: number;
  readonly len: number;
  /** The parts of a composite field (attributes, length prefix + body). */
  readonly parts?: readonly Span[];
}

/** Reads a payload from left to right; never past its end, which need not be that of the bytes it lies in. */
export class Reader {
  bytes: Uint8Array;
  /** Where the payload begins and ends in the bytes. */
  start: number;
  end: number;
  off: number;
  /** Spans of the parts of the field being read; the message loop empties it per field. */
  parts: Span[] = [];
  /** Whoever reads wants values only: no span is made. */
  readonly quiet: boolean;
  constructor(bytes: Uint8Array, start = 0, end = bytes.length, quiet = false) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.off = start;
    this.quiet = quiet;
  }
  get left(): number {
    return this.end - this.off;
  }
  /** The next byte without moving; undefined at the end. */
  get byte(): number | undefined {
    return this.off < this.end ? this.bytes[this.off] : undefined;
  }
  /** The next n bytes, as a view. Throws CODEC_TRUNCATED. */
  take(n: number): Uint8Array {
    const found = this.peek(n);
    this.off += n;
    return found;
  }
  /** The next n bytes without moving. Throws CODEC_TRUNCATED. */
  peek(n: number): Uint8Array {
    if (n > this.left) throw this.#truncated(n);
    return this.bytes.subarray(this.off, this.off + n);
  }
  /** An unsigned little-endian integer of n <= 6 bytes. */
  uint(n: number): number {
    const at = this.off;
    if (n > this.left) throw this.#truncated(n);
    this.off = at + n;
    let value = 0;
    for (let i = at + n - 1; i >= at; i--) value = value * 256 + (this.bytes[i] as number);
    return value;
  }
  /** Everything before the next NUL; the NUL is consumed. Throws CODEC_UNTERMINATED. */
  untilNul(): Uint8Array {
    const end = this.nul();
    if (end < 0) throw new CodecError('CODEC_UNTERMINATED', this.off, 'no NUL before the end of the payload');
    const found = this.bytes.subarray(this.off, end);
    this.off = end + 1;
    return found;
  }
  /** Where the next NUL is; -1 where none is left. */
  nul(): number {
    const at = this.bytes.indexOf(0, this.off);
    return at < this.end ? at : -1;
  }
  rest(): Uint8Array {
    return this.take(this.left);
  }
  #truncated(n: number): CodecError {
    return new CodecError('CODEC_TRUNCATED', this.off, `wanted ${n} bytes, ${this.left} left`);
  }
  /** Runs `read` and records what it consumed as a part of the current field. */
  part<T>(field: string, wire: string, read: () => T): T {
    if (this.quiet) return read();
    const off = this.off;
    const value = read();
    this.parts.push({ field, wire, off, len: this.off - off });
    return value;
  }
}

/** What messages are written into, one after the other; undefined while one of them has it. */
let scratch: Uint8Array | undefined;
/** Longer ones are not kept. */
const MOST_SCRATCH = 4096;

/** Appends to a growing buffer. */
export class Writer {
  #buffer = scratch ?? new Uint8Array(512);
  #length = 0;
  parts: Span[] = [];
  constructor() {
    scratch = undefined;
  }
  get length(): number {
    return this.#length;
  }
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }
  /** An unsigned little-endian integer of n <= 6 bytes. Throws CODEC_UNWRITABLE when it does not fit. */
  uint(n: number, value: number): void {
    if (!Number.isInteger(value) || value < 0 || value >= 256 ** n)
      throw new CodecError('CODEC_UNWRITABLE', this.#length, `${value} does not fit int<${n}>`);
    this.#reserve(n);
    let left = value;
    for (let i = 0; i < n; i++) {
      this.#buffer[this.#length++] = left % 256;
      left = Math.floor(left / 256);
    }
  }
  part(field: string, wire: string, write: () => void): void {
    const off = this.#length;
    write();
    this.parts.push({ field, wire, off, len: this.#length - off });
  }
  /** Nothing may be written behind it. */
  done(): Uint8Array {
    if (this.#buffer.length <= MOST_SCRATCH) scratch = this.#buffer;
    return this.#buffer.slice(0, this.#length);
  }
  #reserve(n: number): void {
    if (this.#length + n <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + n));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/** Are bytes[from..to] all there, and 0? A loop: asked of every login. */
export function areZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false;
  return true;
}
