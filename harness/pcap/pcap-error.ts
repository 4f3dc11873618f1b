/** What can be wrong with a capture that is read, or with a transcript that is turned into one. */
export type PcapErrorCode =
  | 'PCAP_NOT_A_CAPTURE'
  | 'PCAP_TRUNCATED'
  | 'PCAP_BAD_COMPRESSION'
  | 'PCAP_BAD_LENGTH'
  | 'PCAP_BAD_BLOCK'
  | 'PCAP_BAD_INTERFACE'
  | 'PCAP_BAD_TIME'
  | 'PCAP_BAD_ADDRESS'
  | 'PCAP_BAD_TRANSCRIPT';

/** The only error this room throws. Match on `code`; the message is a sentence for the user. */
export class PcapError extends Error {
  override readonly name = 'PcapError';
  readonly code: PcapErrorCode;
  /** Byte offset in the file at which the faulty record starts, or in compressed data the fault; undefined where there is no file. */
  readonly offset: number | undefined;

  constructor(code: PcapErrorCode, message: string, offset?: number) {
    super(message);
    this.code = code;
    this.offset = offset;
  }

  /** The same, saying which file it is of. */
  in(file: string): PcapError {
    return new PcapError(this.code, `${file === '-' ? 'standard input' : file}: ${this.message}`, this.offset);
  }
}
