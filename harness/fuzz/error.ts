/** What keeps a campaign from going on; the sentence says what to do next. */
export class FuzzError extends Error {
  override readonly name = 'FuzzError';
  readonly code: FuzzErrorCode;
  constructor(code: FuzzErrorCode, says: string) {
    super(says);
    this.code = code;
  }
}
export type FuzzErrorCode =
  | 'FUZZ_BAD_CORPUS'
  | 'FUZZ_BAD_JOURNAL'
  | 'FUZZ_NO_JOURNAL'
  | 'FUZZ_OTHER_CAMPAIGN'
  | 'FUZZ_BAD_EXEC'
  | 'FUZZ_SILENT_TARGET'
  | 'FUZZ_STUCK'
  | 'FUZZ_WORKER_DIED';
