import { type CaptureFormat, LONGEST_RECORD } from './capture-format.ts';
import { type CaptureInterface, FrameView } from './captured-frame.ts';
import { secondsAndFraction, type ToNanoseconds } from './nanoseconds.ts';
import { PcapError } from './pcap-error.ts';

const FILE_HEADER = 24;

interface Magic {
  readonly little: boolean;
  readonly nanosecondsPerUnit: 1 | 1000;
  /** Bytes. */
  readonly recordHeader: 16 | 24;
}

// Keyed by the first four bytes read as a big-endian number.
const MAGIC = new Map<number, Magic>([
  [0xa1b2c3d4, { little: false, nanosecondsPerUnit: 1000, recordHeader: 16 }],
  [0xd4c3b2a1, { little: true, nanosecondsPerUnit: 1000, recordHeader: 16 }],
  [0xa1b23c4d, { little: false, nanosecondsPerUnit: 1, recordHeader: 16 }],
  [0x4d3cb2a1, { little: true, nanosecondsPerUnit: 1, recordHeader: 16 }],
  // Kuznetzov's, of old Linux distributions: an interface index, a protocol and a packet type more.
  [0xa1b2cd34, { little: false, nanosecondsPerUnit: 1000, recordHeader: 24 }],
  [0x34cdb2a1, { little: true, nanosecondsPerUnit: 1000, recordHeader: 24 }],
]);

/** The classic format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-06.html */
export class PcapFormat implements CaptureFormat {
  readonly name = 'pcap';
  readonly interfaces: CaptureInterface[] = [];
  readonly #little: boolean;
  readonly #toNanoseconds: ToNanoseconds;
  readonly #recordHeader: number;
  #linkType = 0;

  /** `magic`: the file's first four bytes, big-endian; undefined when they are not pcap's. */
  static from(magic: number): PcapFormat | undefined {
    const known = MAGIC.get(magic);
    return known && new PcapFormat(known);
  }

  private constructor(magic: Magic) {
    this.#little = magic.little;
    this.#recordHeader = magic.recordHeader;
    this.#toNanoseconds = secondsAndFraction(magic.nanosecondsPerUnit);
  }

  recordLength(view: DataView, at: number, available: number, offset: number): number {
    if (offset === 0) return FILE_HEADER;
    if (available < this.#recordHeader) return this.#recordHeader;
    const captured = view.getUint32(at + 8, this.#little);
    if (captured > LONGEST_RECORD) {
      throw new PcapError(
        'PCAP_BAD_LENGTH',
        `The packet header at byte ${offset} claims ${captured} captured bytes, more than ${LONGEST_RECORD}: the file is damaged from here on.`,
        offset,
      );
    }
    return this.#recordHeader + captured;
  }

  record(view: DataView, at: number, length: number, offset: number, number: number): FrameView | undefined {
    if (offset === 0) {
      // The upper bits of the word say how long the frame check sequence is, not what the link is.
      this.#linkType = view.getUint32(at + 20, this.#little) & 0xffff;
      this.interfaces.push({ linkType: this.#linkType, snapLength: view.getUint32(at + 16, this.#little) });
      return undefined;
    }
    return new FrameView({
      number,
      high: view.getUint32(at, this.#little),
      low: view.getUint32(at + 4, this.#little),
      toNanoseconds: this.#toNanoseconds,
      linkType: this.#linkType,
      view,
      start: at + this.#recordHeader,
      length: length - this.#recordHeader,
      originalLength: view.getUint32(at + 12, this.#little),
      interfaceId: undefined,
      comment: undefined,
    });
  }
}
