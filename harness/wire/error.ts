/** Something on our side of the wire failed: it never counts against the target. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;
  readonly target: string;
  /** The message without the target. */
  readonly says: string;
  constructor(code: WireErrorCode, target: string, says: string) {
    super(`${target}: ${says}`);
    this.code = code;
    this.target = target;
    this.says = says;
  }
}
export type WireErrorCode =
  /** The TLS handshake did not finish. */
  | 'WIRE_TLS_FAILED'
  /** Live capture is not permitted or tcpdump is missing. */
  | 'WIRE_NO_CAPTURE';
