import { has, mariadbCapability } from './capability.ts';
import { MAX_PAYLOAD } from './frame.ts';
import { decodeAs, type Identified } from './identified.ts';
import type { Context, Message } from './message.ts';
import { authMoreData } from './messages/auth-more-data.ts';
import { authNextFactor } from './messages/auth-next-factor.ts';
import { authSwitchRequest } from './messages/auth-switch-request.ts';
import { binlogEvent } from './messages/binlog-event.ts';
import { columnCount } from './messages/column-count.ts';
import { columnDefinition41 } from './messages/column-definition-41.ts';
import { columnDefinition320 } from './messages/column-definition-320.ts';
import { eof } from './messages/eof.ts';
import { err } from './messages/err.ts';
import { handshakeV9 } from './messages/handshake-v9.ts';
import { handshakeV10 } from './messages/handshake-v10.ts';
import { localInfileRequest } from './messages/local-infile-request.ts';
import { ok } from './messages/ok.ts';
import { oldAuthSwitchRequest } from './messages/old-auth-switch-request.ts';
import { PROGRESS, progressReport } from './messages/progress-report.ts';
import { stmtPrepareOk } from './messages/stmt-prepare-ok.ts';
import { textRow } from './messages/text-row.ts';

/** What may stand at this point of the server's stream. */
export type ServerPhase =
  /** The first packet of the connection. */
  | 'greeting'
  /** After HandshakeResponse or COM_CHANGE_USER. */
  | 'auth'
  /** The answer to a command that has no result. */
  | 'status'
  /** The first packet that answers a command with a result. */
  | 'command'
  /** The first packet that answers COM_STMT_PREPARE. */
  | 'prepare'
  | 'columns'
  | 'rows'
  | 'binary-rows'
  /** COM_STATISTICS. */
  | 'string'
  | 'binlog';

/** What the rows of a resultset are. */
export interface Rows {
  /** How many columns the rows of this resultset have. */
  readonly columns?: number;
  /** Its binary rows, where their columns are known. */
  readonly binaryRow?: Message | undefined;
}
export interface ServerContext extends Context, Rows {}

/** A payload that need not be an array of its own. */
export interface Bytes {
  readonly length: number;
  byte(i: number): number | undefined;
}

/** Names a server packet by its first byte, its length and the phase, as a client must. Never throws. */
export function identifyServerPacket(payload: Uint8Array, phase: ServerPhase, context: ServerContext): Identified {
  const message = serverMessage({ length: payload.length, byte: (i) => payload[i] }, phase, context, context);
  if (typeof message !== 'string') return decodeAs(message, payload, context);
  return message === 'unknown' ? { name: message, problem: unexpected(payload[0], phase) } : { name: message };
}

const EOF_MAX = 8;

/** The message of a server packet, or its name where it has none. */
export function serverMessage(payload: Bytes, phase: ServerPhase, context: Context, rows: Rows): Message | string {
  const first = payload.byte(0);
  if (phase === 'string' && first !== 0xff) return 'Statistics';
  if (first === undefined)
    return phase === 'rows' && rows.columns === 0 ? textRow(0) : phase === 'auth' && context.mariadb ? authMoreData : 'unknown';
  if (first === 0xff) return isProgress(payload, context) ? progressReport : err;
  switch (phase) {
    case 'greeting':
      return first === 10 ? handshakeV10 : first === 9 ? handshakeV9 : 'unknown';
    case 'auth':
      if (first === 0x00) return ok;
      if (first === 0x01) return authMoreData;
      if (first === 0xfe) return payload.length === 1 ? oldAuthSwitchRequest : authSwitchRequest;
      if (context.mariadb) return authMoreData;
      return first === 0x02 ? authNextFactor : 'unknown';
    case 'status':
      if (first === 0x00) return ok;
      return first === 0xfe ? endOf(payload, context) : 'unknown';
    case 'command':
      if (first === 0x00) return ok;
      if (first === 0xfb) return localInfileRequest;
      if (first === 0xfe && payload.length <= EOF_MAX) return endOf(payload, context);
      return columnCount;
    case 'prepare':
      return first === 0x00 ? stmtPrepareOk : 'unknown';
    case 'columns':
      if (first === 0xfe) return endOf(payload, context);
      // A client of before 4.1 is told of columns in another form (mysql/page_protocol_com_query_response_text_resultset_column_definition).
      return has(context.capabilities, 'PROTOCOL_41') ? columnDefinition41 : columnDefinition320;
    case 'rows':
      return endsRows(payload, context) ? endOf(payload, context) : textRow(rows.columns ?? 0);
    case 'binary-rows':
      if (endsRows(payload, context)) return endOf(payload, context);
      return first === 0x00 ? (rows.binaryRow ?? 'BinaryRow') : 'unknown';
    case 'binlog':
      if (endsRows(payload, context)) return endOf(payload, context);
      return first === 0x00 ? binlogEvent : 'unknown';
    case 'string':
      return 'Statistics';
  }
}

/** 0xFE is also the first byte of a cell of 16 MiB and more: the length tells. With DEPRECATE_EOF the OK may be long. */
function endsRows(payload: Bytes, context: Context): boolean {
  if (payload.byte(0) !== 0xfe) return false;
  return has(context.capabilities, 'DEPRECATE_EOF') ? payload.length < MAX_PAYLOAD : payload.length <= EOF_MAX;
}

/** EOF has 5 bytes (1 before 4.1); an OK in its place has at least 7. */
function endOf(payload: Bytes, context: Context): Message {
  return has(context.capabilities, 'DEPRECATE_EOF') && payload.length > 5 ? ok : eof;
}

/** MariaDB's progress report looks like an ERR; only a client that has asked for it gets one. */
function isProgress(payload: Bytes, context: Context): boolean {
  const asked =
    ((context.mariadbCapabilities ?? 0) & mariadbCapability.PROGRESS) !== 0 || has(context.capabilities, 'CAPABILITY_EXTENSION');
  return asked && ((payload.byte(1) ?? 0) | ((payload.byte(2) ?? 0) << 8)) === PROGRESS;
}

export function unexpected(first: number | undefined, phase: ServerPhase): string {
  if (first === undefined) return 'an empty packet';
  return `first byte 0x${first.toString(16).padStart(2, '0')} fits nothing that may stand here (${phase})`;
}
