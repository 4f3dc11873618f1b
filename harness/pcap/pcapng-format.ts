import { type CaptureFormat, LONGEST_RECORD } from './capture-format.ts';
import { type CaptureInterface, type CaptureSecrets, FrameView } from './captured-frame.ts';
import { type ToNanoseconds, ticks } from './nanoseconds.ts';
import { PcapError } from './pcap-error.ts';
import { BlockType, BYTE_ORDER_MAGIC, eachOption, numberedBlocks, OptionCode, padded } from './pcapng-block.ts';

interface Interface extends CaptureInterface {
  readonly toNanoseconds: ToNanoseconds;
}

/** Shortest total length (bytes) of the blocks we read: fixed fields plus type and the two lengths. */
const SHORTEST = new Map<number, number>([
  [BlockType.sectionHeader, 28],
  [BlockType.interfaceDescription, 20],
  [BlockType.packet, 32],
  [BlockType.simplePacket, 16],
  [BlockType.enhancedPacket, 32],
  [BlockType.decryptionSecrets, 20],
]);

const noTime: ToNanoseconds = () => 0n;

/** pcapng: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html. Unknown blocks are passed over. */
export class PcapngFormat implements CaptureFormat {
  readonly name = 'pcapng';
  readonly interfaces: Interface[] = [];
  #little = true;
  /** Interface ids start anew in each section; ours count on, as Wireshark's do. */
  #sectionStart = 0;
  readonly #text = new TextDecoder();
  readonly #onSecrets: ((secrets: CaptureSecrets) => void) | undefined;

  constructor(onSecrets?: (secrets: CaptureSecrets) => void) {
    this.#onSecrets = onSecrets;
  }

  recordLength(view: DataView, at: number, available: number, offset: number): number {
    if (available < 12) return 12;
    const type = view.getUint32(at, this.#little);
    if (type === BlockType.sectionHeader) this.#little = byteOrder(view, at, offset);
    const length = view.getUint32(at + 4, this.#little);
    if (length > LONGEST_RECORD || length < (SHORTEST.get(type) ?? 12) || length % 4 !== 0) {
      throw new PcapError(
        'PCAP_BAD_LENGTH',
        `The block at byte ${offset} (type ${hex(type)}) claims a length of ${length} bytes, which no such block can have: the file is damaged from here on.`,
        offset,
      );
    }
    return length;
  }

  record(view: DataView, at: number, length: number, offset: number, number: number): FrameView | 'numbered' | undefined {
    const repeated = view.getUint32(at + length - 4, this.#little);
    if (repeated !== length) {
      throw new PcapError(
        'PCAP_BAD_BLOCK',
        `The block at byte ${offset} begins with the length ${length} and ends with ${repeated}; they must agree: the file is damaged from here on.`,
        offset,
      );
    }
    const type = view.getUint32(at, this.#little);
    switch (type) {
      case BlockType.sectionHeader:
        this.#sectionStart = this.interfaces.length;
        return undefined;
      case BlockType.interfaceDescription:
        this.#describe(view, at, length);
        return undefined;
      case BlockType.enhancedPacket:
        return this.#packet(view, at, length, offset, number, view.getUint32(at + 8, this.#little));
      case BlockType.packet:
        return this.#packet(view, at, length, offset, number, view.getUint16(at + 8, this.#little));
      case BlockType.simplePacket:
        return this.#simplePacket(view, at, length, offset, number);
      case BlockType.decryptionSecrets:
        this.#secrets(view, at, length, offset);
        return undefined;
      default:
        return numberedBlocks.has(type) ? 'numbered' : undefined;
    }
  }

  #secrets(view: DataView, at: number, length: number, offset: number): void {
    const size = view.getUint32(at + 12, this.#little);
    if (size > length - 20) {
      throw new PcapError(
        'PCAP_BAD_LENGTH',
        `The secrets block at byte ${offset} is ${length} bytes long and claims ${size} bytes of secrets: the file is damaged from here on.`,
        offset,
      );
    }
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at + 16, size).slice();
    this.#onSecrets?.({ type: view.getUint32(at + 8, this.#little), bytes });
  }

  #describe(view: DataView, at: number, length: number): void {
    let name: string | undefined;
    let resolution = 6;
    let shift = 0n;
    eachOption(view, at + 16, at + length - 4, this.#little, (code, value, size) => {
      if (code === OptionCode.interfaceName) name = this.#textAt(view, value, size);
      if (code === OptionCode.interfaceResolution && size >= 1) resolution = view.getUint8(value);
      if (code === OptionCode.interfaceOffset && size >= 8) shift = view.getBigInt64(value, this.#little);
    });
    this.interfaces.push({
      linkType: view.getUint16(at + 8, this.#little),
      snapLength: view.getUint32(at + 12, this.#little),
      name,
      toNanoseconds: ticks(resolution, shift),
    });
  }

  // The obsolete Packet Block differs only in the width of its interface id.
  #packet(view: DataView, at: number, length: number, offset: number, number: number, interfaceInSection: number): FrameView {
    const captured = view.getUint32(at + 20, this.#little);
    if (captured > length - 32) {
      throw new PcapError(
        'PCAP_BAD_LENGTH',
        `The packet block at byte ${offset} is ${length} bytes long and claims ${captured} captured bytes: the file is damaged from here on.`,
        offset,
      );
    }
    const from = this.#interfaceAt(interfaceInSection, offset);
    const optionsAt = at + 28 + padded(captured);
    const end = at + length - 4;
    return new FrameView({
      number,
      high: view.getUint32(at + 12, this.#little),
      low: view.getUint32(at + 16, this.#little),
      toNanoseconds: from.toNanoseconds,
      linkType: from.linkType,
      view,
      start: at + 28,
      length: captured,
      originalLength: view.getUint32(at + 24, this.#little),
      interfaceId: this.#sectionStart + interfaceInSection,
      comment: optionsAt < end ? this.#comment(view, optionsAt, end) : undefined,
    });
  }

  #simplePacket(view: DataView, at: number, length: number, offset: number, number: number): FrameView {
    const from = this.#interfaceAt(0, offset);
    const originalLength = view.getUint32(at + 8, this.#little);
    return new FrameView({
      number,
      high: 0,
      low: 0,
      toNanoseconds: noTime,
      linkType: from.linkType,
      view,
      start: at + 12,
      // The block has no captured length of its own; the padding may not be taken for data.
      length: Math.min(originalLength, from.snapLength || originalLength, length - 16),
      originalLength,
      interfaceId: this.#sectionStart,
      comment: undefined,
    });
  }

  #interfaceAt(inSection: number, offset: number): Interface {
    const found = this.interfaces[this.#sectionStart + inSection];
    if (found) return found;
    throw new PcapError(
      'PCAP_BAD_INTERFACE',
      `The packet at byte ${offset} names interface ${inSection}, which the file has not described: the file is damaged.`,
      offset,
    );
  }

  #comment(view: DataView, at: number, end: number): string | undefined {
    const found: string[] = [];
    eachOption(view, at, end, this.#little, (code, value, size) => {
      if (code === OptionCode.comment) found.push(this.#textAt(view, value, size));
    });
    return found.length > 0 ? found.join('\n') : undefined;
  }

  #textAt(view: DataView, at: number, length: number): string {
    return this.#text.decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
  }
}

/** True for little-endian: a section header names the byte order of all that follows. */
function byteOrder(view: DataView, at: number, offset: number): boolean {
  if (view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC) return true;
  if (view.getUint32(at + 8, false) === BYTE_ORDER_MAGIC) return false;
  throw new PcapError(
    'PCAP_BAD_BLOCK',
    `The section header at byte ${offset} has no byte-order magic (1a2b3c4d): the file is damaged, or no pcapng.`,
    offset,
  );
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
