/** The statement alone, or the connection with it. */
export type Kill = 'query' | 'connection';

/** What a KILL reaches in a session: the statement that waits, if one does. */
export class Interruption {
  #wake: ((kill: Kill) => void) | undefined;
  /** The connection has been killed: it ends behind the answer of its statement, if that is told at all. */
  isKilled = false;
  /** The next statement is to be interrupted. */
  pending = false;

  /** Is a statement waiting? */
  get isBusy(): boolean {
    return this.#wake !== undefined;
  }

  /** Waits so many ms, or until a KILL: then says which. */
  wait(ms: number): Promise<Kill | undefined> {
    return new Promise((resolve) => {
      const end = (kill: Kill | undefined): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(kill);
      };
      const timer = setTimeout(() => end(undefined), ms);
      timer.unref();
      this.#wake = end;
    });
  }

  kill(kill: Kill): void {
    if (kill === 'connection') this.isKilled = true;
    this.#wake?.(kill);
  }
}
