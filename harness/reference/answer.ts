import { Writer } from '../codec/bytes.ts';
import { capability } from '../codec/capability.ts';
import { join } from '../codec/frame.ts';
import { type Lenenc, writeLenencBytes } from '../codec/lenenc.ts';
import type { Context } from '../codec/message.ts';
import { type Eof, eof } from '../codec/messages/eof.ts';
import { err } from '../codec/messages/err.ts';
import { type Ok, ok } from '../codec/messages/ok.ts';
import { type SessionStateChange, sessionStateBlock } from '../codec/session-state.ts';
import { status } from '../codec/status.ts';
import type { Refusal } from './refusal.ts';
import type { Session } from './session.ts';

/** OK 0xFE, where it ends a resultset. */
export const ENDS_ROWS = 0xfe;

/** The status flags that an answer carries. */
export function statusFlags({ has, moreResults, server, status: own, state }: Session): number {
  if (has('status-flags-zero')) return 0;
  const flags = has('statements-share-status') ? sharedStatus(own, server) : own;
  let shown = flags;
  if (has('transaction-flag-missing')) shown &= ~status.IN_TRANS;
  if (has('read-only-transaction-unmarked')) shown &= ~status.IN_TRANS_READONLY;
  if (has('no-backslash-escapes-unmarked')) shown &= ~status.NO_BACKSLASH_ESCAPES;
  if (has('database-dropped-in-vain')) shown |= status.DB_DROPPED;
  // Nothing takes no time at all: https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_long_query_time
  if (state.variables.get('long_query_time') === '0' && !has('slow-query-unmarked')) shown |= status.QUERY_WAS_SLOW;
  return moreResults && !has('more-results-missing') ? shown | status.MORE_RESULTS_EXISTS : shown;
}

function sharedStatus(own: number, { sessions }: Session['server']): number {
  return [...sessions.values()].reduce((flags, other) => flags | (other.status & status.IN_TRANS), own);
}

/** OK_Packet (mysql/page_protocol_basic_ok_packet): without PROTOCOL_41 `00 00 00`; with SESSION_TRACK it tells what has changed. */
export function okPacket(session: Session, values: Partial<Ok> = {}, changed: readonly SessionStateChange[] = []): Uint8Array {
  const { has } = session;
  const context = okContext(session);
  const fields: Partial<Ok> = {
    affectedRows: 0,
    lastInsertId: 0,
    statusFlags: statusFlags(session),
    info: undefined,
    sessionState: undefined,
    ...values,
  };
  const raw: Partial<Record<'affectedRows' | 'lastInsertId' | 'info' | 'warnings' | 'sessionState', Uint8Array>> = {};
  if (changed.length > 0 && (session.agreed('SESSION_TRACK') || has('track-unasked'))) {
    if (!has('track-flag-missing')) fields.statusFlags = (fields.statusFlags ?? 0) | status.SESSION_STATE_CHANGED;
    fields.info ??= '';
    const block = sessionStateBlock(changed);
    // In front of it, its own length: as the field would write it, but whatever the client has asked for.
    raw.sessionState = has('track-length-in-one-byte') ? join([Uint8Array.of(block.length & 0xff), block]) : lenencBytesOf(block);
    if (has('track-without-info')) raw.info = new Uint8Array(0);
  }
  if (has('affected-rows-modulo-256')) fields.affectedRows = Number(fields.affectedRows) & 0xff;
  if (has('info-missing')) fields.info = changed.length > 0 ? fields.info : undefined;
  if (has('info-unasked') && Number(fields.affectedRows) > 0) fields.info ??= `Rows: ${fields.affectedRows}`;
  if (fields.info && writesInfoBare(session, fields.info)) raw.info = Buffer.from(fields.info, 'latin1');
  if (fields.header !== ENDS_ROWS) stayingBehindErr(session, fields);
  if (has('last-insert-id-missing')) fields.lastInsertId = 0;
  if (has('warnings-of-ok-never-counted') && fields.header !== ENDS_ROWS) fields.warnings = 0;
  if (has('warnings-of-ok-stay') && fields.header !== ENDS_ROWS) fields.warnings = staying(session, Number(fields.warnings ?? 0));
  if (has('more-results-missing-in-ok') && fields.header !== ENDS_ROWS)
    fields.statusFlags = (fields.statusFlags ?? 0) & ~status.MORE_RESULTS_EXISTS;
  if (has('ok-affected-rows-wrong')) fields.affectedRows = 1;
  if (has('ok-session-state-missing')) fields.statusFlags = (fields.statusFlags ?? 0) | status.SESSION_STATE_CHANGED;
  for (const field of ['affectedRows', 'lastInsertId'] as const) {
    const wrong = wrongCount(session, Number(fields[field]));
    if (wrong) raw[field] = wrong;
  }
  if (has('ok-truncated')) raw.warnings = new Uint8Array(0);
  const packet = ok.encode(fields, context, raw);
  return has('ok-trailing-bytes') ? join([packet, Uint8Array.of(0xde, 0xad, 0xbe, 0xef)]) : packet;
}

interface Counts {
  affectedRows: Lenenc;
  lastInsertId: Lenenc;
}
/** Of the last OK; and who has been sent an ERR since. */
const counts = new WeakMap<Session, Counts>();
const refused = new WeakSet<Session>();

/** The counts of the OK before, where an ERR came between the two. */
function stayingBehindErr(session: Session, fields: Partial<Counts>): void {
  const before = counts.get(session);
  if (before && refused.delete(session)) {
    if (session.has('affected-rows-stay-behind-err')) fields.affectedRows = before.affectedRows;
    if (session.has('last-insert-id-stays-behind-err')) fields.lastInsertId = before.lastInsertId;
  }
  counts.set(session, { affectedRows: fields.affectedRows ?? 0, lastInsertId: fields.lastInsertId ?? 0 });
}

const kept = new WeakMap<Session, number>();

/** The warnings of the last statement that had any. */
function staying(session: Session, own: number): number {
  const warnings = own > 0 ? own : (kept.get(session) ?? 0);
  kept.set(session, warnings);
  return warnings;
}

/** Length and bytes. */
function lenencBytesOf(bytes: Uint8Array): Uint8Array {
  const w = new Writer();
  writeLenencBytes(w, bytes);
  return w.done();
}

/** A count or an id at the borders between the forms of a length-encoded integer, as the defects write it. */
function wrongCount({ has }: Session, count: number): Uint8Array | undefined {
  if (count > 0 && count <= 250 && has('ok-counts-in-three-bytes')) return Uint8Array.of(0xfc, count, 0);
  if (count > 250 && count < 256 && has('ok-count-of-251-in-one-byte')) return Uint8Array.of(count);
  if (count === 0xffff && has('ok-count-of-65535-in-four-bytes')) return Uint8Array.of(0xfd, 0xff, 0xff, 0);
  if (count === 0x10000 && has('ok-count-of-65536-in-three-bytes')) return Uint8Array.of(0xfc, 0, 0);
  if (count === 0xffffff && has('ok-count-of-16777215-in-nine-bytes')) return Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0);
  return undefined;
}

/** With SESSION_TRACK an info has its length in front (mysql/ok-layout). */
function writesInfoBare(session: Session, info: string): boolean {
  const { has } = session;
  const bare = has('info-without-length-when-tracking') || (info.includes('Deleted:') && has('infile-info-without-length-when-tracking'));
  return has('info-without-length') || (bare && session.agreed('SESSION_TRACK'));
}

/** What an OK tells of another default database. */
export const schemaChanged = (schema: string): readonly SessionStateChange[] => [{ type: 'SCHEMA', value: schema }];

/** EOF_Packet: without PROTOCOL_41 `FE`. */
export function eofPacket(session: Session, values: Partial<Eof> = {}): Uint8Array {
  const context = session.has('handshake-320-gets-41-eof') ? { capabilities: capability.PROTOCOL_41 } : session.context;
  return eof.encode({ warnings: 0, statusFlags: statusFlags(session), ...values }, context);
}

/**
 * ERR_Packet. Marker and SQLSTATE go to every client that has not said that it is older than 4.1: both servers send
 * them even before they know (captured: `ff 84 04 # 08S01` to an early COM_QUIT).
 */
export function errPacket(session: Session, refusal: Refusal): Uint8Array {
  const { context, has } = session;
  refused.add(session);
  if (has('error-closes-cursors')) session.prepared.closeCursors();
  const old = (context.capabilities & capability.PROTOCOL_41) === 0;
  const bare = (has('err-without-sqlstate') && !old) || (old && !has('handshake-320-err-with-sqlstate'));
  const text = (s: string): Uint8Array => Buffer.from(s, 'latin1');
  const raw: { sqlStateMarker?: Uint8Array; sqlState?: Uint8Array } = {};
  if (bare) raw.sqlState = new Uint8Array(0);
  else raw.sqlState = text(has('err-doubled-marker') ? `#${refusal.sqlState.slice(0, 4)}` : refusal.sqlState);
  raw.sqlStateMarker = text(bare || has('err-without-marker') ? '' : '#');
  return err.encode(
    {
      errorCode: has('err-code-of-the-client') ? 2013 : refusal.errorCode,
      errorMessage: has('err-without-message') ? '' : refusal.message,
    },
    context,
    raw,
  );
}

/** What the OK is written for: some defects take the client for another one. */
function okContext(session: Session): Context {
  const { context, has } = session;
  const is41 = session.agreed('PROTOCOL_41');
  if (is41 && has('three-byte-ok-to-41-client')) return { capabilities: 0 };
  if (!is41 && has('handshake-320-gets-41-ok')) return { capabilities: capability.PROTOCOL_41 };
  if (!is41 && has('handshake-320-ok-without-status')) return { capabilities: 0 };
  return context;
}
