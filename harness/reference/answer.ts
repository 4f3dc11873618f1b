import { Writer } from '../codec/bytes.ts';
import { capability } from '../codec/capability.ts';
import { join } from '../codec/frame.ts';
import { writeLenencBytes } from '../codec/lenenc.ts';
import type { Context } from '../codec/message.ts';
import { eof } from '../codec/messages/eof.ts';
import { err } from '../codec/messages/err.ts';
import { type Ok, ok } from '../codec/messages/ok.ts';
import { status } from '../codec/status.ts';
import type { Refusal } from './refusal.ts';
import type { Session } from './session.ts';

/** OK 0xFE, where it ends a resultset. */
export const ENDS_ROWS = 0xfe;
/** SESSION_TRACK_SCHEMA of the session state block. */
const SESSION_TRACK_SCHEMA = 1;

/** The status flags that an answer carries. */
export function statusFlags({ has, moreResults, status: flags }: Session): number {
  if (has('status-flags-zero')) return 0;
  const shown = has('transaction-flag-missing') ? flags & ~status.IN_TRANS : flags;
  return moreResults ? shown | status.MORE_RESULTS_EXISTS : shown;
}

/** OK_Packet (mysql/page_protocol_basic_ok_packet): without PROTOCOL_41 `00 00 00`. */
export function okPacket(session: Session, values: Partial<Ok> = {}): Uint8Array {
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
  if (has('ok-affected-rows-wrong')) fields.affectedRows = 1;
  if (has('ok-session-state-missing')) fields.statusFlags = (fields.statusFlags ?? 0) | status.SESSION_STATE_CHANGED;
  const raw = has('ok-truncated') ? { warnings: new Uint8Array(0) } : {};
  const packet = ok.encode(fields, context, raw);
  return has('ok-trailing-bytes') ? join([packet, Uint8Array.of(0xde, 0xad, 0xbe, 0xef)]) : packet;
}

/** The OK for a schema change: with SESSION_TRACK it carries the schema. */
export function schemaChanged(session: Session, schema: string): Uint8Array {
  if (!session.agreed('SESSION_TRACK')) return okPacket(session);
  const name = new Writer();
  writeLenencBytes(name, Buffer.from(schema, 'latin1'));
  const block = new Writer();
  block.uint(1, SESSION_TRACK_SCHEMA);
  writeLenencBytes(block, name.done());
  const flags = statusFlags(session) | status.SESSION_STATE_CHANGED;
  return okPacket(session, { statusFlags: flags, info: '', sessionState: block.done() });
}

/** EOF_Packet: without PROTOCOL_41 `FE`. */
export function eofPacket(session: Session): Uint8Array {
  return eof.encode({ warnings: 0, statusFlags: statusFlags(session) }, session.context);
}

/**
 * ERR_Packet. Marker and SQLSTATE go to every client that has not said that it is older than 4.1: both servers send
 * them even before they know (captured: `ff 84 04 # 08S01` to an early COM_QUIT).
 */
export function errPacket({ context, has }: Session, refusal: Refusal): Uint8Array {
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

/** What the OK is written for: two defects take the client for another one. */
function okContext(session: Session): Context {
  const { context, has } = session;
  const is41 = session.agreed('PROTOCOL_41');
  if (is41 && has('three-byte-ok-to-41-client')) return { capabilities: 0 };
  if (!is41 && has('handshake-320-gets-41-ok')) return { capabilities: capability.PROTOCOL_41 };
  return context;
}
