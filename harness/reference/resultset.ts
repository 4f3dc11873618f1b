/** A text resultset (mysql/page_protocol_com_query_response_text_resultset). */
import { Writer } from '../codec/bytes.ts';
import { join } from '../codec/frame.ts';
import { writeLenencBytes } from '../codec/lenenc.ts';
import { columnCount } from '../codec/messages/column-count.ts';
import { columnDefinition41 } from '../codec/messages/column-definition-41.ts';
import { textRow } from '../codec/messages/text-row.ts';
import { ENDS_ROWS, eofPacket, okPacket } from './answer.ts';
import type { Session } from './session.ts';

export interface Column {
  readonly name: string;
  readonly characterSet: number;
  readonly columnLength: number;
  readonly type: number;
  readonly flags: number;
  readonly decimals: number;
}

/** MYSQL_TYPE_LONG, NOT NULL, binary: as MariaDB describes a literal. */
export function number(name: string, columnLength: number): Column {
  return { name, characterSet: 63, columnLength, type: 0x03, flags: 0x81, decimals: 0 };
}

/** MYSQL_TYPE_VAR_STRING in utf8mb4; columnLength in bytes. */
export function string(name: string, columnLength: number): Column {
  return { name, characterSet: 45, columnLength, type: 0xfd, flags: 0, decimals: 39 };
}

type Row = readonly (string | null)[];

/** The packets of a resultset, for what the client has agreed to. */
export function resultset(session: Session, columns: readonly Column[], rows: readonly Row[]): readonly Uint8Array[] {
  const { context, has } = session;
  const deprecated = session.agreed('DEPRECATE_EOF');
  const count = columns.length + (has('resultset-column-count-wrong') ? 1 : 0);
  const packets = [columnCount.encode({ count }, context), ...columns.map((column) => definition(session, column))];
  if (deprecated ? has('resultset-column-eof-unasked') : !has('resultset-without-column-eof')) packets.push(eofPacket(session));
  const encoded = rows.map((row) => encodeRow(session, row));
  if (!has('rows-lost')) packets.push(...encoded);
  if (!has('resultset-without-final-eof')) packets.push(lastPacket(session, deprecated));
  if (has('row-after-eof')) packets.push(...encoded);
  return packets;
}

function lastPacket(session: Session, deprecated: boolean): Uint8Array {
  return deprecated && !session.has('resultset-eof-for-ok') ? okPacket(session, { header: ENDS_ROWS }) : eofPacket(session);
}

function encodeRow({ context, has }: Session, row: Row): Uint8Array {
  const values = has('null-as-empty-string') ? row.map((value) => value ?? '') : row;
  const packet = textRow(row.length).encode({ values }, context);
  const last = values.at(-1);
  // The length of a short value stands in the byte before it.
  if (has('row-too-long') && typeof last === 'string' && last.length < 0xfa) packet[packet.length - last.length - 1] = last.length + 1;
  return packet;
}

function definition(session: Session, column: Column): Uint8Array {
  const { context, has } = session;
  if (!session.agreed('PROTOCOL_41')) return definition320(column);
  const raw = has('resultset-metadata-unasked') ? { orgName: Uint8Array.of(0, 0) } : {};
  return columnDefinition41.encode({ ...column, fixedLength: has('resultset-fixed-length-wrong') ? 0x0d : 0x0c }, context, raw);
}

/**
 * ColumnDefinition320 (mysql/page_protocol_com_query_response_text_resultset_column_definition): string<lenenc> table
 * and name; then, each behind its length, int<3> column length, int<1> type, int<1> flags and int<1> decimals
 * (int<2> flags with LONG_FLAG). MariaDB sends the three last bytes to every such client.
 */
function definition320({ name, columnLength, type, flags, decimals }: Column): Uint8Array {
  const w = new Writer();
  writeLenencBytes(w, new Uint8Array(0));
  writeLenencBytes(w, Buffer.from(name, 'latin1'));
  const length = new Writer();
  length.uint(3, Math.min(columnLength, 0xffffff));
  writeLenencBytes(w, length.done());
  writeLenencBytes(w, Uint8Array.of(type));
  writeLenencBytes(w, Uint8Array.of(flags & 0xff, flags >> 8, decimals));
  return join([w.done()]);
}
