/** The gate cannot be asked as it was told to; the sentence says what to write instead. */
export class GateError extends Error {
  override readonly name = 'GateError';
  readonly code: GateErrorCode;
  constructor(code: GateErrorCode, says: string) {
    super(says);
    this.code = code;
  }
}
export type GateErrorCode =
  /** A file that was given as the baseline holds no report of mywire. */
  | 'GATE_BAD_BASELINE'
  /** A configuration does not say what it should; the sentence names file and line. */
  | 'GATE_BAD_CONFIG'
  | 'GATE_BAD_VERSIONS';
