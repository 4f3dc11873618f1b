import type { Span } from './bytes.ts';
import { has } from './capability.ts';
import { agreedMariadb } from './condition.ts';
import { CodecError } from './error.ts';
import { MAX_PAYLOAD } from './frame.ts';
import type { Context, Message } from './message.ts';
import { authMoreData } from './messages/auth-more-data.ts';
import { authNextFactor } from './messages/auth-next-factor.ts';
import { authSwitchRequest } from './messages/auth-switch-request.ts';
import { binlogEvent } from './messages/binlog-event.ts';
import { columnCount } from './messages/column-count.ts';
import { columnDefinition41 } from './messages/column-definition-41.ts';
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

import type { ResultColumn } from './result-column.ts';

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

export interface ServerContext extends Context {
  /** How many columns the rows of this resultset have. */
  readonly columns?: number;
  /** Its binary rows, where their columns are known. */
  readonly binaryRow?: Message | undefined;
}

/** A packet with its name; the fields too, where the name has a message and the payload holds it. */
export interface Identified {
  /** The manual's name, or "unknown". */
  readonly name: string;
  readonly message?: Message;
  /** What the message was decoded under. */
  readonly context?: Context;
  readonly decoded?: { readonly value: Readonly<Record<string, unknown>>; readonly spans: readonly Span[]; readonly left: number };
  /** Of a binary row: the columns that it was decoded by. */
  readonly columns?: readonly ResultColumn[] | undefined;
  /** Why the payload is not what its name says. */
  readonly problem?: string;
}

/** Names a server packet by its first byte, its length and the phase, as a client must. Never throws. */
export function identifyServerPacket(payload: Uint8Array, phase: ServerPhase, context: ServerContext): Identified {
  const message = serverMessage(payload, phase, context);
  if (typeof message !== 'string') return decodeAs(message, payload, context);
  return message === 'unknown' ? { name: message, problem: unexpected(payload, phase) } : { name: message };
}

/** Decodes and turns a CodecError, or bytes left over, into a problem. */
export function decodeAs(message: Message, payload: Uint8Array, context: Context): Identified {
  try {
    const decoded = message.decode(payload, context);
    const named = { name: message.name, message, context, decoded };
    if (decoded.left === 0) return named;
    return { ...named, problem: `${decoded.left} bytes behind the last field of ${message.name}` };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { name: message.name, message, context, problem: error.message };
  }
}

const EOF_MAX = 8;

function serverMessage(payload: Uint8Array, phase: ServerPhase, context: ServerContext): Message | string {
  const first = payload[0];
  if (phase === 'string' && first !== 0xff) return 'Statistics';
  if (first === undefined) return phase === 'rows' && context.columns === 0 ? textRow(0) : 'unknown';
  if (first === 0xff) return isProgress(payload, context) ? progressReport : err;
  switch (phase) {
    case 'greeting':
      return first === 10 ? handshakeV10 : first === 9 ? handshakeV9 : 'unknown';
    case 'auth':
      if (first === 0x00) return ok;
      if (first === 0x01) return authMoreData;
      if (first === 0x02) return authNextFactor;
      if (first === 0xfe) return payload.length === 1 ? oldAuthSwitchRequest : authSwitchRequest;
      return 'unknown';
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
      return first === 0xfe ? endOf(payload, context) : columnDefinition41;
    case 'rows':
      return endsRows(payload, context) ? endOf(payload, context) : textRow(context.columns ?? 0);
    case 'binary-rows':
      if (endsRows(payload, context)) return endOf(payload, context);
      return first === 0x00 ? (context.binaryRow ?? 'BinaryRow') : 'unknown';
    case 'binlog':
      if (endsRows(payload, context)) return endOf(payload, context);
      return first === 0x00 ? binlogEvent : 'unknown';
    case 'string':
      return 'Statistics';
  }
}

/** 0xFE is also the first byte of a cell of 16 MiB and more: the length tells. With DEPRECATE_EOF the OK may be long. */
function endsRows(payload: Uint8Array, context: Context): boolean {
  if (payload[0] !== 0xfe) return false;
  return has(context.capabilities, 'DEPRECATE_EOF') ? payload.length < MAX_PAYLOAD : payload.length <= EOF_MAX;
}

/** EOF has 5 bytes (1 before 4.1); an OK in its place has at least 7. */
function endOf(payload: Uint8Array, context: Context): Message {
  return has(context.capabilities, 'DEPRECATE_EOF') && payload.length > 5 ? ok : eof;
}

/** MariaDB's progress report looks like an ERR; only a client that has asked for it gets one. */
function isProgress(payload: Uint8Array, context: Context): boolean {
  const asked = agreedMariadb('PROGRESS').holds({ ...context, soFar: {} }) || has(context.capabilities, 'CAPABILITY_EXTENSION');
  return asked && ((payload[1] ?? 0) | ((payload[2] ?? 0) << 8)) === PROGRESS;
}

function unexpected(payload: Uint8Array, phase: ServerPhase): string {
  const first = payload[0];
  if (first === undefined) return 'an empty packet';
  return `first byte 0x${first.toString(16).padStart(2, '0')} fits nothing that may stand here (${phase})`;
}
