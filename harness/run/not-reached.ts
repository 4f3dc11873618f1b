/** Why a case or a target was not run: the reason of the signal that ended the run, if it has one of ours. */
export function notReached(signal: AbortSignal | undefined, what: string): string {
  const reason: unknown = signal?.reason;
  return reason instanceof RunStopped ? `${reason.message} before ${what}` : `the run was stopped before ${what}`;
}

/** What a run is ended with from outside; its message goes on with "before …". */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  readonly code = 'RUN_STOPPED';
}
