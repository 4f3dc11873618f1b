/** One packet as the capture holds it. `bytes` is a view of what was read, not a copy. */
export interface CapturedFrame {
  /** 1-based position in the file: the frame number Wireshark shows. */
  readonly number: number;
  /** Nanoseconds since 1970; 0n where the file has no time (Simple Packet Block). */
  readonly timeNs: bigint;
  /** LINKTYPE_ value, see link-type.ts. */
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** Bytes the packet had on the wire; more than `bytes.length` when a snapshot length cut it. */
  readonly originalLength: number;
  /** Index into the reader's `interfaces`; undefined for pcap, which has one. */
  readonly interfaceId?: number | undefined;
  /** opt_comment; several are joined by a newline. */
  readonly comment?: string | undefined;
}

/** One interface the capture was taken on. */
export interface CaptureInterface {
  readonly linkType: number;
  /** Bytes kept per packet; 0 means no limit. */
  readonly snapLength: number;
  readonly name?: string | undefined;
}

/** What a Decryption Secrets Block carries. */
export interface CaptureSecrets {
  /** See SecretsType in pcapng-block.ts. */
  readonly type: number;
  /** A copy. */
  readonly bytes: Uint8Array;
}

/** What a frame is made of; an object, because eleven positional numbers would be mixed up. */
export interface FrameParts {
  number: number;
  high: number;
  low: number;
  toNanoseconds: (high: number, low: number) => bigint;
  linkType: number;
  view: DataView;
  start: number;
  length: number;
  originalLength: number;
  interfaceId: number | undefined;
  comment: string | undefined;
}

/** A frame inside a chunk that was pushed: the array and the time are made when asked for, most never are. */
export class FrameView implements CapturedFrame {
  readonly number: number;
  readonly linkType: number;
  readonly originalLength: number;
  readonly interfaceId: number | undefined;
  readonly comment: string | undefined;
  /** The chunk the frame lies in, and where. */
  readonly view: DataView;
  readonly start: number;
  readonly length: number;
  readonly #high: number;
  readonly #low: number;
  readonly #toNanoseconds: (high: number, low: number) => bigint;

  constructor(parts: FrameParts) {
    this.number = parts.number;
    this.linkType = parts.linkType;
    this.originalLength = parts.originalLength;
    this.interfaceId = parts.interfaceId;
    this.comment = parts.comment;
    this.view = parts.view;
    this.start = parts.start;
    this.length = parts.length;
    this.#high = parts.high;
    this.#low = parts.low;
    this.#toNanoseconds = parts.toNanoseconds;
  }

  get timeNs(): bigint {
    return this.#toNanoseconds(this.#high, this.#low);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.start, this.length);
  }
}
