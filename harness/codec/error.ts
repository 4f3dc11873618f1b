/** The bytes do not form the message: where, what was wanted, what was there. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code: CodecErrorCode;
  /** Offset in bytes from the start of the payload. */
  readonly offset: number;
  constructor(code: CodecErrorCode, offset: number, says: string) {
    super(`at byte ${offset}: ${says}`);
    this.code = code;
    this.offset = offset;
  }
}

export type CodecErrorCode =
  /** The payload ends inside a field. */
  | 'CODEC_TRUNCATED'
  /** A string<NUL> has no NUL before the end of the payload. */
  | 'CODEC_UNTERMINATED'
  /** A length-encoded integer starts with 0xFB or 0xFF, which carry no integer. */
  | 'CODEC_BAD_LENENC'
  /** The value cannot be written in the field (too large, wrong type, missing). */
  | 'CODEC_UNWRITABLE'
  /** Bytes stand behind the last thing that an entry may hold. */
  | 'CODEC_LEFT_OVER'
  /** Values whose types no packet has told. */
  | 'CODEC_UNKNOWN_TYPES'
  /** The body of a compressed packet does not give the bytes that its header announces. */
  | 'CODEC_BAD_COMPRESSION'
  /** A logical packet is larger than the reader accepts. The offset is in the stream. */
  | 'CODEC_TOO_LONG';
