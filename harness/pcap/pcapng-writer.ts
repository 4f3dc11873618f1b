import type { CaptureInterface } from './captured-frame.ts';
import { PcapError } from './pcap-error.ts';
import { BlockType, BYTE_ORDER_MAGIC, OptionCode, padded, SecretsType } from './pcapng-block.ts';

/** A frame to be written; a CapturedFrame is one. */
export interface FrameToWrite {
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint;
  readonly linkType: number;
  readonly bytes: Uint8Array;
  readonly originalLength?: number;
  readonly interfaceId?: number | undefined;
  readonly comment?: string | undefined;
}

/** What the file says of itself. */
export interface AboutCapture {
  /** The program that wrote the file: `mywire 0.1.0`. */
  readonly application: string;
  readonly hardware?: string;
  readonly os?: string;
  readonly comment?: string;
  /** Name of the interface for frames without an `interfaceId`. */
  readonly interfaceName?: string;
  /** The interfaces that `interfaceId` counts: a CaptureReader's. */
  readonly interfaces?: readonly CaptureInterface[];
  /** Lines of an SSLKEYLOGFILE, to be written in front of the packets by `writePcapng`. */
  readonly tlsSecrets?: string;
}

interface Option {
  readonly code: number;
  readonly bytes: Uint8Array;
}

const NANOSECONDS = 9;
const text = new TextEncoder();

/**
 * Writes pcapng, little-endian, in nanoseconds. Each method returns the next bytes of the file, so that a file
 * of any size can be written as its frames come.
 */
export class PcapngWriter {
  readonly #about: AboutCapture;
  /** Written interface ids by what they stand for. */
  readonly #interfaces = new Map<string, number>();

  constructor(about: AboutCapture) {
    this.#about = about;
  }

  /** The section header: comes first, once. */
  header(): Uint8Array {
    const { application, hardware, os, comment } = this.#about;
    const fixed = new DataView(new ArrayBuffer(16));
    fixed.setUint32(0, BYTE_ORDER_MAGIC, true);
    fixed.setUint16(4, 1, true);
    fixed.setBigInt64(8, -1n, true);
    return block(BlockType.sectionHeader, fixed, [
      ...textOption(OptionCode.comment, comment),
      ...textOption(OptionCode.hardware, hardware),
      ...textOption(OptionCode.os, os),
      ...textOption(OptionCode.application, application),
    ]);
  }

  /**
   * Secrets that decrypt the packets behind them, as a Decryption Secrets Block (section 4.7): lines of an SSLKEYLOGFILE, each with its newline.
   */
  tlsSecrets(keyLog: string): Uint8Array {
    const bytes = text.encode(keyLog);
    const fixed = new DataView(new ArrayBuffer(8 + padded(bytes.length)));
    fixed.setUint32(0, SecretsType.tlsKeyLog, true);
    fixed.setUint32(4, bytes.length, true);
    new Uint8Array(fixed.buffer).set(bytes, 8);
    return block(BlockType.decryptionSecrets, fixed, []);
  }

  /**
   * One packet, and before the first of an interface the interface's description. Throws PcapError
   * `PCAP_BAD_TIME` for a time that 64 bits cannot hold.
   */
  frame(frame: FrameToWrite): Uint8Array {
    const { timeNs, bytes, originalLength = bytes.length } = frame;
    if (timeNs < 0n || timeNs >= 1n << 64n) {
      throw new PcapError('PCAP_BAD_TIME', `A packet cannot have the time ${timeNs} ns: give nanoseconds since 1970.`);
    }
    const described = this.#describe(frame);
    const fixed = new DataView(new ArrayBuffer(20 + padded(bytes.length)));
    fixed.setUint32(0, described.id, true);
    fixed.setUint32(4, Number(timeNs >> 32n), true);
    fixed.setUint32(8, Number(timeNs & 0xffff_ffffn), true);
    fixed.setUint32(12, bytes.length, true);
    fixed.setUint32(16, Math.max(originalLength, bytes.length), true);
    new Uint8Array(fixed.buffer).set(bytes, 20);
    const packet = block(BlockType.enhancedPacket, fixed, textOption(OptionCode.comment, frame.comment));
    return described.block ? join([described.block, packet]) : packet;
  }

  #describe({ interfaceId, linkType }: FrameToWrite): { id: number; block?: Uint8Array } {
    const key = `${interfaceId ?? ''} ${linkType}`;
    const known = this.#interfaces.get(key);
    if (known !== undefined) return { id: known };
    const id = this.#interfaces.size;
    this.#interfaces.set(key, id);
    const from = interfaceId === undefined ? undefined : this.#about.interfaces?.[interfaceId];
    const name = from ? from.name : this.#about.interfaceName;
    const fixed = new DataView(new ArrayBuffer(8));
    fixed.setUint16(0, linkType, true);
    fixed.setUint32(4, from?.snapLength ?? 0, true);
    const resolution = { code: OptionCode.interfaceResolution, bytes: Uint8Array.of(NANOSECONDS) };
    const options = [...textOption(OptionCode.interfaceName, name), resolution];
    return { id, block: block(BlockType.interfaceDescription, fixed, options) };
  }
}

/** A whole pcapng file. */
export function writePcapng(about: AboutCapture, frames: Iterable<FrameToWrite>): Uint8Array {
  const writer = new PcapngWriter(about);
  const parts = [writer.header(), ...(about.tlsSecrets ? [writer.tlsSecrets(about.tlsSecrets)] : [])];
  for (const frame of frames) parts.push(writer.frame(frame));
  return join(parts);
}

function block(type: number, fixed: DataView, options: readonly Option[]): Uint8Array {
  const optionsLength = options.reduce((sum, { bytes }) => sum + 4 + padded(bytes.length), 0);
  const length = 12 + fixed.byteLength + (options.length > 0 ? optionsLength + 4 : 0);
  const made = new Uint8Array(length);
  const view = new DataView(made.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  made.set(new Uint8Array(fixed.buffer), 8);
  let at = 8 + fixed.byteLength;
  for (const { code, bytes } of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, bytes.length, true);
    made.set(bytes, at + 4);
    at += 4 + padded(bytes.length);
  }
  view.setUint32(length - 4, length, true);
  return made;
}

/** An option's length has 16 bits: longer text is cut at a character, and the cut is shown. */
function textOption(code: number, value: string | undefined): Option[] {
  if (value === undefined || value === '') return [];
  const bytes = text.encode(value);
  if (bytes.length <= 0xffff) return [{ code, bytes }];
  const room = new Uint8Array(0xffff - 3);
  const { written } = text.encodeInto(value, room);
  return [{ code, bytes: join([room.subarray(0, written), text.encode('…')]) }];
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
