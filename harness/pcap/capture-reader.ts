import type { CaptureFormat } from './capture-format.ts';
import type { CapturedFrame, CaptureInterface, CaptureSecrets } from './captured-frame.ts';
import { PcapError } from './pcap-error.ts';
import { PcapFormat } from './pcap-format.ts';
import { PcapngFormat } from './pcapng-format.ts';

const NOTHING = new Uint8Array(0);

/** What was read when the input ended, and why it did not go on if it should have. */
export interface CaptureEnd {
  readonly format: 'pcap' | 'pcapng' | undefined;
  readonly frameCount: number;
  /** Bytes of whole records. */
  readonly byteCount: number;
  readonly fault?: PcapError;
  /** Offset (bytes) of the record that the end of the input cuts in two. */
  readonly truncatedAt?: number;
}

/** A whole capture in memory. */
export interface Capture extends CaptureEnd {
  readonly frames: CapturedFrame[];
  readonly interfaces: readonly CaptureInterface[];
  readonly secrets: readonly CaptureSecrets[];
}

export interface CaptureReaderOptions {
  /** Takes what a Decryption Secrets Block carries, before the frames behind it are given out. */
  readonly onSecrets?: (secrets: CaptureSecrets) => void;
}

/**
 * Reads pcap and pcapng as they arrive; a chunk may end anywhere. It holds back at most one record (64 MiB).
 *
 * Frames are views of the chunk: a caller that reuses the chunk must be done with them before.
 */
export class CaptureReader {
  #format: CaptureFormat | undefined;
  #fault: PcapError | undefined;
  #offset = 0;
  #frameCount = 0;
  /** The beginning of a record whose end has not come yet. */
  #carry = NOTHING;
  #carried = 0;
  readonly #options: CaptureReaderOptions;

  constructor(options: CaptureReaderOptions = {}) {
    this.#options = options;
  }

  /** The interfaces described so far. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#format?.interfaces ?? [];
  }

  /**
   * Returns the frames that `chunk` completes. Throws PcapError at a fault; frames read before it in the same
   * chunk are returned first, and the fault is thrown by the next push (`end()` tells it too).
   */
  push(chunk: Uint8Array): CapturedFrame[] {
    if (this.#fault) throw this.#fault;
    const frames: CapturedFrame[] = [];
    try {
      const at = this.#completeCarry(chunk, frames);
      this.#readChunk(chunk, at, frames);
    } catch (error) {
      if (!(error instanceof PcapError)) throw error;
      this.#fault = error;
      if (frames.length === 0) throw error;
    }
    return frames;
  }

  /** Call once, after the last push. Never throws. */
  end(): CaptureEnd {
    const fault = this.#fault ?? this.#faultAtEnd();
    return {
      format: this.#format?.name,
      frameCount: this.#frameCount,
      byteCount: this.#offset,
      ...(fault && { fault }),
      ...(fault?.code === 'PCAP_TRUNCATED' && { truncatedAt: this.#offset }),
    };
  }

  /** Adds to the carried record until it is whole; returns how much of the chunk that took. */
  #completeCarry(chunk: Uint8Array, frames: CapturedFrame[]): number {
    let at = 0;
    while (this.#carried > 0) {
      const need = this.#recordLength(viewOf(this.#carry), 0, this.#carried);
      if (need <= this.#carried) {
        this.#take(viewOf(this.#carry), 0, need, frames);
        this.#carry = NOTHING;
        this.#carried = 0;
        return at;
      }
      if (at === chunk.length) return at;
      const more = Math.min(need - this.#carried, chunk.length - at);
      this.#append(chunk.subarray(at, at + more), need);
      at += more;
    }
    return at;
  }

  #readChunk(chunk: Uint8Array, from: number, frames: CapturedFrame[]): void {
    const view = viewOf(chunk);
    let at = from;
    while (at < chunk.length) {
      const available = chunk.length - at;
      const need = this.#recordLength(view, at, available);
      if (need > available) return this.#append(chunk.subarray(at), need);
      this.#take(view, at, need, frames);
      at += need;
    }
  }

  #recordLength(view: DataView, at: number, available: number): number {
    if (!this.#format) {
      if (available < 4) return 4;
      this.#format = recognise(view.getUint32(at), this.#options);
    }
    return this.#format.recordLength(view, at, available, this.#offset);
  }

  #take(view: DataView, at: number, length: number, frames: CapturedFrame[]): void {
    const frame = this.#format?.record(view, at, length, this.#offset, this.#frameCount + 1);
    this.#offset += length;
    if (!frame) return;
    this.#frameCount += 1;
    if (frame !== 'numbered') frames.push(frame);
  }

  /** Grows by doubling, never at once to what a length field claims: 16 bytes may not cost 64 MiB. */
  #append(bytes: Uint8Array, need: number): void {
    const size = this.#carried + bytes.length;
    if (size > this.#carry.length) {
      const grown = new Uint8Array(Math.max(size, Math.min(need, Math.max(4096, this.#carry.length * 2))));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(bytes, this.#carried);
    this.#carried = size;
  }

  #faultAtEnd(): PcapError | undefined {
    if (!this.#format) {
      const what = this.#carried === 0 ? 'The input is empty' : `The input ends after ${this.#carried} bytes`;
      return new PcapError('PCAP_NOT_A_CAPTURE', `${what}: give a pcap or pcapng file.`, 0);
    }
    if (this.#carried === 0) return undefined;
    const cut = this.#offset + this.#carried;
    return new PcapError(
      'PCAP_TRUNCATED',
      `The capture is cut at byte ${cut}, inside the record that starts at byte ${this.#offset}; the ${this.#frameCount} frames before it are whole.`,
      this.#offset,
    );
  }
}

/**
 * Reads a capture that is in memory. Throws PcapError `PCAP_NOT_A_CAPTURE`; any later fault is reported in
 * `fault`, with the frames before it.
 */
export function readCapture(bytes: Uint8Array): Capture {
  const secrets: CaptureSecrets[] = [];
  const reader = new CaptureReader({ onSecrets: (found) => secrets.push(found) });
  let frames: CapturedFrame[] = [];
  try {
    frames = reader.push(bytes);
  } catch (error) {
    if (!(error instanceof PcapError)) throw error;
  }
  const end = reader.end();
  if (end.fault?.code === 'PCAP_NOT_A_CAPTURE') throw end.fault;
  return { ...end, frames, interfaces: reader.interfaces, secrets };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function recognise(magic: number, { onSecrets }: CaptureReaderOptions): CaptureFormat {
  if (magic === 0x0a0d0d0a) return new PcapngFormat(onSecrets);
  const pcap = PcapFormat.from(magic);
  if (pcap) return pcap;
  throw new PcapError('PCAP_NOT_A_CAPTURE', notACapture(magic), 0);
}

function notACapture(magic: number): string {
  const shown = magic.toString(16).padStart(8, '0');
  if (magic >>> 16 === 0x1f8b) return 'The file is compressed with gzip: decompress it first (gunzip).';
  if (magic === 0x28b52ffd) return 'The file is compressed with zstd: decompress it first (unzstd).';
  return `The file starts with ${shown}, so it is neither pcap nor pcapng: give a capture as tcpdump, dumpcap or Wireshark write it.`;
}
