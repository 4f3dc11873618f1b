import type { Refusal } from '../refusal.ts';
import type { Column, Row } from '../resultset.ts';
import type { SessionState } from '../state.ts';
import type { Outcome } from './executed-answer.ts';

/** A statement between COM_STMT_PREPARE and COM_STMT_CLOSE. */
export interface PreparedStatement {
  readonly id: number;
  /** Without comments, cut at its placeholders. */
  readonly parts: readonly string[];
  /** The default database when it was prepared. */
  readonly database: string;
  /** What the session was like then, for defects. */
  readonly then: SessionState;
  /** As StmtPrepareOK said. */
  readonly columns: readonly Column[];
  /** As a client with CACHE_METADATA has them: those of the last definitions. */
  told: readonly Column[];
  /** int<2> types of the last execution that sent them. */
  types: readonly number[] | undefined;
  /** Its NULL bitmap, for a defect that mixes them up. */
  nulls?: Uint8Array;
  /** What COM_STMT_SEND_LONG_DATA has sent, by parameter. */
  readonly longData: Map<number, Uint8Array[]>;
  /** What went wrong in a command without an answer; the next execution tells it. */
  failure: Refusal | undefined;
  cursor: Cursor | undefined;
  /** Has it been executed, and reset behind a cursor? For defects. */
  executions: number;
  resetWithCursor: boolean;
}

/** Rows that wait for COM_STMT_FETCH. */
export interface Cursor {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Carries the statement out once more, for a defect. */
  readonly readAgain: () => Promise<readonly Outcome[]>;
  /** The next one. */
  at: number;
}

/** The prepared statements of one connection. */
export class PreparedStatements {
  readonly byId = new Map<number, PreparedStatement>();
  /** The one prepared last, unless a COM_STMT_PREPARE has failed since. */
  last: PreparedStatement | undefined;
  /** A text for each parameter of the statement refused last, for a defect. */
  refused: readonly string[] = [];
  /** How far the cursor fetched from last has come, for a defect that has one for all. */
  at = 0;
  /** Has any of them been executed? For a defect. */
  executed = false;
  /** Types of the last execution of any of them, for a defect that mixes them up. */
  types: readonly number[] | undefined;
  /** Of each text and parameter, by whom the first value was given and of which type; for a defect that keeps to it. */
  readonly firstGiven = new Map<string, { readonly type: number; readonly by: number }>();
  /** Of each text, the types that any connection has given last; and statements closed with a cursor: for defects. */
  readonly lastGiven = new Map<string, readonly number[]>();
  readonly closed = new Map<number, PreparedStatement>();
  #ids = 0;

  nextId(): number {
    return ++this.#ids;
  }

  closeCursors(): void {
    for (const statement of this.byId.values()) statement.cursor = undefined;
  }

  /** For a defect: their cursors outlive the statements. */
  keepOpen(): void {
    for (const statement of this.byId.values()) if (statement.cursor) this.closed.set(statement.id, statement);
  }

  clear(): void {
    this.byId.clear();
    this.last = undefined;
  }
}

export const parametersOf = ({ parts }: PreparedStatement): number => parts.length - 1;
