/** A report could not be written; the sentence says what to do next. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code: ReportErrorCode;
  readonly path: string;
  constructor(code: ReportErrorCode, path: string, says: string) {
    super(says);
    this.code = code;
    this.path = path;
  }
}
export type ReportErrorCode = 'REPORT_NOT_WRITABLE' | 'BUNDLE_NO_FOLDER' | 'BUNDLE_HAS_SECRETS';
