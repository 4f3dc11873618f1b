/** A recording cannot be made as asked; the sentence says what to do next. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly code: RecordErrorCode;
  /** The address or the file that it is about. */
  readonly target: string;
  constructor(code: RecordErrorCode, target: string, says: string) {
    super(`${target}: ${says}`);
    this.code = code;
    this.target = target;
  }
}
export type RecordErrorCode = 'RECORD_BAD_ADDRESS' | 'RECORD_CANNOT_LISTEN' | 'RECORD_BAD_FILE' | 'RECORD_BAD_CERTIFICATE';
