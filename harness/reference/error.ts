/** The reference server cannot do what was asked of it. */
export class ReferenceServerError extends Error {
  override readonly name = 'ReferenceServerError';
  readonly code: ReferenceServerErrorCode;
  constructor(code: ReferenceServerErrorCode, says: string, options?: ErrorOptions) {
    super(says, options);
    this.code = code;
  }
}

export type ReferenceServerErrorCode =
  /** The address cannot be bound. */
  | 'REFERENCE_CANNOT_LISTEN'
  /** A defect that the table does not have. */
  | 'REFERENCE_UNKNOWN_DEFECT';
