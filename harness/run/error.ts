/** The run cannot go on, or a case cannot be run as asked; the sentence says what to do next. */
export class RunError extends Error {
  override readonly name = 'RunError';
  readonly code: RunErrorCode;
  constructor(code: RunErrorCode, says: string) {
    super(says);
    this.code = code;
  }
}
export type RunErrorCode =
  /** A stimulus cannot be put together: a fault of the case, never of the target. */
  | 'RUN_BAD_STIMULUS'
  | 'RUN_UNKNOWN_CASE'
  | 'RUN_BAD_EXPECTATIONS'
  /** A file of cases is none. */
  | 'RUN_BAD_CASES'
  /** What answers there does not speak MySQL. */
  | 'RUN_NOT_MYSQL'
  /** It speaks MySQL, and turns this host away before any case. */
  | 'RUN_REFUSED';
