/** Why the agent cannot start; the sentence says what to do next. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: 'AGENT_BAD_OPTION' | 'AGENT_NOT_LISTENING';
  constructor(code: AgentError['code'], says: string) {
    super(says);
    this.code = code;
  }
}

/** A question that got no rows. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** The ERR packet's number; 0 where there was none. */
  readonly errno: number;
  /** ECONNREFUSED, ER_ACCESS_DENIED_ERROR, dropped … */
  readonly kind: string;
  /** The connection is of no more use. */
  readonly fatal: boolean;
  constructor(says: string, { errno, kind, fatal }: { errno: number; kind: string; fatal: boolean }) {
    super(says);
    this.errno = errno;
    this.kind = kind;
    this.fatal = fatal;
  }
}
