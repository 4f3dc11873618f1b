/** Every wait has a limit, in ms. */
export interface Limits {
  /** Until the TCP handshake is done. */
  readonly connectMs: number;
  /** Until an answer or an end that is due has come; where bytes of an answer or of ours still move, up to four times as long. */
  readonly answerMs: number;
  /** How long silence must last to count as waiting, where a script allows it. */
  readonly quietMs: number;
  /** After the peer's FIN: how long a RST may take to follow. */
  readonly afterFinMs: number;
}

export const usualLimits: Limits = { connectMs: 3000, answerMs: 5000, quietMs: 700, afterFinMs: 5 };
