/** RFC 8446 section 5.1: type, version, length, then the fragment. */
export interface TlsRecord {
  readonly type: number;
  readonly version: number;
  /** The five bytes before the fragment, which seal it too. */
  readonly header: Uint8Array;
  readonly fragment: Uint8Array;
  /** Of the header, in this side's stream of TLS. */
  readonly offset: number;
}

export const ContentType = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23, heartbeat: 24 } as const;

const HEADER = 5;
/** 2^14 bytes of content, and what sealing may add (TLS 1.2: 2,048). */
const LONGEST = 16_384 + 2048;

/** Takes records out of a stream, whatever its chunks. */
export class TlsRecordReader {
  #pending: Uint8Array = new Uint8Array(0);
  #offset = 0;

  add(bytes: Uint8Array): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
  }

  /** Offset of the next record. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes that wait. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** The next whole record, which stays until `skip`; undefined until more bytes come, 'malformed' where no record begins. */
  peek(): TlsRecord | 'malformed' | undefined {
    const b = this.#pending;
    if (b.length < HEADER) return undefined;
    const type = b[0] as number;
    const length = ((b[3] as number) << 8) | (b[4] as number);
    if (type < ContentType.changeCipherSpec || type > ContentType.heartbeat || b[1] !== 3 || length > LONGEST) return 'malformed';
    if (b.length < HEADER + length) return undefined;
    return {
      type,
      version: 0x300 | (b[2] as number),
      header: b.subarray(0, HEADER),
      fragment: b.subarray(HEADER, HEADER + length),
      offset: this.#offset,
    };
  }

  skip(record: TlsRecord): void {
    const size = HEADER + record.fragment.length;
    this.#pending = this.#pending.subarray(size);
    this.#offset += size;
  }
}
