import type { CapturedFrame, CaptureInterface } from './captured-frame.ts';

/** Bytes one packet or block may claim; more is taken for damage, not for data (libpcap's own limit is lower). */
export const LONGEST_RECORD = 64 * 1024 * 1024;

/** A file format as a sequence of records: how long the next one is, and what it says. */
export interface CaptureFormat {
  readonly name: 'pcap' | 'pcapng';
  readonly interfaces: readonly CaptureInterface[];
  /**
   * Bytes that the record needs. With fewer than a header `available`, the bytes needed to tell.
   * Throws PcapError for a length that cannot be.
   */
  recordLength(view: DataView, at: number, available: number, offset: number): number;
  /**
   * Reads one whole record; undefined when it is no packet, 'numbered' when it is none and Wireshark gives it a frame number. `number` is the frame number
   * it would get.
   */
  record(view: DataView, at: number, length: number, offset: number, number: number): CapturedFrame | 'numbered' | undefined;
}
