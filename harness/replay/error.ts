/** A replay that cannot be done as asked, or that nothing came of. The sentence says what to do next. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  readonly code: ReplayErrorCode;
  constructor(code: ReplayErrorCode, says: string) {
    super(says);
    this.code = code;
  }
}
export type ReplayErrorCode =
  /** The map of users is none. */
  | 'REPLAY_BAD_USERS'
  /** What the options choose is not in the capture, or more than one server is. */
  | 'REPLAY_BAD_CHOICE'
  /** Nothing in the capture can be played. */
  | 'REPLAY_NOTHING_TO_PLAY'
  /** A login on the target did not come to its end. */
  | 'REPLAY_NO_LOGIN';
