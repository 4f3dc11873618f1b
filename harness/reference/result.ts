/** What a statement comes to, before it is told in the text or in the binary protocol. */
import type { Ok } from '../codec/messages/ok.ts';
import type { SessionStateChange } from '../codec/session-state.ts';
import { errPacket, okPacket } from './answer.ts';
import type { Refusal } from './refusal.ts';
import { type Column, type Row, resultset } from './resultset.ts';
import type { Session } from './session.ts';

/** A statement without rows. */
export interface Done {
  readonly ok: Partial<Ok>;
  /** What has changed in the session, for clients with SESSION_TRACK. */
  readonly changed?: readonly SessionStateChange[];
}

/** A statement with rows. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Status flags that its end carries beside those of the session. */
  readonly statusFlags?: number;
  readonly warnings?: number;
  /** As for `Done`; only an OK in place of EOF can say it. */
  readonly changed?: readonly SessionStateChange[];
  /** The client has these columns from COM_STMT_PREPARE: with CACHE_METADATA they need not be described again. */
  readonly described?: boolean;
  /** It fails after these rows: an ERR stands in the place of their end. */
  readonly fails?: Refusal;
}

/** The last result of a procedure that fails. */
export interface Refused {
  readonly refused: Refusal;
}

export type Result = Done | Rows | Refused;

/** How rows are written: COM_QUERY has text, COM_STMT_EXECUTE binary values. */
export type Form = 'text' | 'binary';

/** Writes the packets of one result. */
export function packetsOf(session: Session, result: Result, form: Form): readonly Uint8Array[] {
  if ('refused' in result) return [errPacket(session, result.refused)];
  if ('ok' in result) return [okPacket(session, result.ok, result.changed)];
  return resultset(session, result, form);
}

/** Writes the results of one command: all but the last say that more follow. */
export function packetsOfAll(session: Session, results: readonly Result[], form: Form): readonly Uint8Array[] {
  const outer = session.moreResults;
  try {
    return results.flatMap((result, at) => {
      session.moreResults = outer || at < results.length - 1;
      return packetsOf(session, result, form);
    });
  } finally {
    session.moreResults = outer;
  }
}

export const done: Done = { ok: {} };
