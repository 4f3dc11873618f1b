/** Resultsets (mysql/page_protocol_com_query_response_text_resultset, page_protocol_binary_resultset). */
import { Writer } from '../codec/bytes.ts';
import type { ExtendedMetadata } from '../codec/extended-metadata.ts';
import { join, MAX_PAYLOAD } from '../codec/frame.ts';
import { writeLenencBytes } from '../codec/lenenc.ts';
import { columnCount } from '../codec/messages/column-count.ts';
import { columnDefinition41 } from '../codec/messages/column-definition-41.ts';
import { columnDefinition320 } from '../codec/messages/column-definition-320.ts';
import { textRow } from '../codec/messages/text-row.ts';
import { status } from '../codec/status.ts';
import { ENDS_ROWS, eofPacket, errPacket, okPacket, statusFlags } from './answer.ts';
import { converted, convertedName, described } from './column-text.ts';
import { asDefective, valueAsDefective } from './faults.ts';
import { encodeBinaryRow } from './prepared/binary-row.ts';
import { tellsCacheMetadata } from './regression-other.ts';
import type { Form, Rows } from './result.ts';
import type { Session } from './session.ts';
import { systemVariable } from './statements/system-variable.ts';

export interface Column {
  readonly schema?: string;
  /** As the statement calls it. */
  readonly table?: string;
  readonly orgTable?: string;
  readonly name: string;
  readonly orgName?: string;
  readonly characterSet: number;
  readonly columnLength: number;
  readonly type: number;
  readonly flags: number;
  readonly decimals: number;
  /** For clients of MariaDB that have asked for it. */
  readonly extendedMetadata?: readonly ExtendedMetadata[];
}

/** MYSQL_TYPE_LONG, NOT NULL, binary: as MariaDB describes a literal. */
export function number(name: string, columnLength: number): Column {
  return { name, characterSet: 63, columnLength, type: 0x03, flags: 0x81, decimals: 0 };
}

/** MYSQL_TYPE_VAR_STRING in utf8mb4; columnLength in bytes. */
export function string(name: string, columnLength: number): Column {
  return { name, characterSet: 45, columnLength, type: 0xfd, flags: 0, decimals: 39 };
}

/** The values as the text protocol has them; NULL is null. */
export type Row = readonly (string | null)[];

/** The packets of a resultset, for what the client has agreed to. */
export function resultset(
  session: Session,
  { columns, rows, statusFlags: more = 0, warnings = 0, fails, changed, described = false }: Rows,
  form: Form,
): readonly Uint8Array[] {
  const { has } = session;
  if (has('resultset-empty-as-ok') && rows.length === 0 && !fails) return [okPacket(session)];
  const deprecated = session.agreed('DEPRECATE_EOF');
  const own = has('status-missing-in-end-of-rows') ? status.AUTOCOMMIT : statusFlags(session);
  const flags = has('no-index-always-marked') ? own | status.QUERY_NO_INDEX_USED : own;
  const end = {
    statusFlags:
      (flags | more) &
      (rows.length === 0 ? ~hiddenWithoutRows(session, form) : ~0) &
      (form === 'binary' && has('binary-rows-hide-transaction') ? ~status.IN_TRANS : ~0),
    warnings: rows.length === 0 && has('warnings-without-rows-uncounted') ? 0 : warningsTold(session, warnings, form),
  };
  const none = definitionsLeftOut(session, described, ignoresNone(session, form));
  if (none && columns.length > 1 && has('metadata-none-of-two-columns-hangs')) return [];
  const packets = [countPacket(session, columns.length, none)];
  if (!none) packets.push(...columns.map((column) => definition(session, column, form)));
  if (deprecated ? sendsColumnEof(session, form, none, fails) : !forgetsColumnEof(session, form, none, fails))
    packets.push(
      eofPacket(session, { statusFlags: (statusFlags(session) | more) & (has('definitions-hide-transaction') ? ~status.IN_TRANS : ~0) }),
    );
  const most = has('rows-cut-at-1024') ? 1024 : has('binary-rows-cut-at-256') && form === 'binary' ? 256 : rows.length;
  const encoded = rows.slice(0, most).map((row) => encodeRow(session, row, columns, form));
  const large = has('rows-behind-16-mib-lost') ? encoded.findIndex(({ length }) => length > MAX_PAYLOAD) : -1;
  if (large >= 0) encoded.length = large + 1;
  if (deprecated && form === 'text' && has('row-of-16-mib-taken-for-the-end') && encoded.at(-1)?.[0] === ENDS_ROWS) encoded.pop();
  const lost = fails && (has('err-behind-rows-without-them') || (form === 'binary' && has('rows-missing-before-err')));
  if (!has('rows-lost') && !lost) packets.push(...encoded);
  if (fails && !has('err-behind-rows-swallowed')) return [...packets, errPacket(session, fails)];
  const told = form === 'text' && !deprecated && has('eof-fields-swapped') ? { statusFlags: end.warnings, warnings: end.statusFlags } : end;
  const lostOnTheWay =
    (form === 'binary' && has('track-transaction-lost-in-binary-rows')) || (rows.length === 0 && has('track-lost-without-rows'));
  const changes = lostOnTheWay ? [] : changed;
  if (!has('resultset-without-final-eof')) packets.push(lastPacket(session, deprecated, { ...told, none: rows.length === 0 }, changes));
  if (has('row-after-eof')) packets.push(...encoded);
  return packets;
}

/** Flags that defects leave out where there are no rows. */
const hiddenWithoutRows = ({ has }: Session, form: Form): number =>
  (form === 'binary' && has('execute-without-rows-hides-more-results') ? status.MORE_RESULTS_EXISTS : 0) |
  (has('more-results-missing-without-rows') ? status.MORE_RESULTS_EXISTS : 0) |
  (has('no-index-unmarked-without-rows') ? status.QUERY_NO_INDEX_USED : 0) |
  (has('no-rows-hide-transaction') ? status.IN_TRANS : 0);

/** The client has them already, or has asked for none. */
export function definitionsLeftOut(session: Session, described: boolean, ignoresNone: boolean): boolean {
  if (described && session.agreedMariadb('CACHE_METADATA') && !session.has('cache-metadata-sent-again')) return true;
  return !ignoresNone && systemVariable(session, 'resultset_metadata')?.toUpperCase() === 'NONE';
}

function warningsTold({ has }: Session, warnings: number, form: Form): number {
  if (has('warnings-never-counted') || (form === 'binary' && has('warnings-of-binary-rows-never-counted'))) return 0;
  return has('warnings-in-one-byte') ? warnings & 0xff : warnings;
}

/**
 * With CACHE_METADATA or OPTIONAL_RESULTSET_METADATA it says whether the definitions follow (mysql/optional-metadata,
 * mariadb/result-set-packets#column-count-packet).
 */
export function countPacket(session: Session, columns: number, none = false): Uint8Array {
  const { context, has } = session;
  const count = columns + (has('resultset-column-count-wrong') ? 1 : 0);
  const raw: { count?: Uint8Array; metadataFollows?: Uint8Array } = {};
  if (has('column-count-in-one-byte') && count > 250) raw.count = Uint8Array.of(count & 0xff);
  if (has('column-count-in-three-bytes') && count <= 250) raw.count = Uint8Array.of(0xfc, count, 0);
  const cached = session.agreedMariadb('CACHE_METADATA');
  if (has('metadata-follows-missing') || (cached && has('cache-metadata-byte-missing'))) raw.metadataFollows = new Uint8Array(0);
  if (session.unsent.length > 0 && has('metadata-follows-in-first-result-only')) raw.metadataFollows = new Uint8Array(0);
  const follows = cached && has('cache-metadata-byte-two') ? 2 : 1;
  const metadataFollows = none || (cached && has('cache-metadata-byte-zero')) ? 0 : follows;
  const packet = columnCount.encode({ count, metadataFollows }, context, raw);
  return tellsCacheMetadata(session) && !cached ? join([packet, Uint8Array.of(1)]) : packet;
}

function sendsColumnEof({ has }: Session, form: Form, none: boolean, fails: unknown): boolean {
  if (none && has('metadata-none-with-eof-unasked')) return true;
  return (
    has('resultset-column-eof-unasked') || (has('eof-before-err-in-spite-of-deprecate-eof') && form === 'binary' && fails !== undefined)
  );
}
const ignoresNone = ({ has }: Session, form: Form): boolean =>
  has('metadata-none-ignored') || (form === 'binary' && has('execute-sends-metadata-unasked'));

function forgetsColumnEof({ has }: Session, form: Form, none: boolean, fails: unknown): boolean {
  if (none && has('metadata-none-without-eof')) return true;
  return has('resultset-without-column-eof') || (has('column-eof-missing-before-err') && form === 'binary' && fails !== undefined);
}

interface End {
  readonly statusFlags: number;
  readonly warnings: number;
  /** There were no rows. */
  readonly none?: boolean;
}

export function lastPacket(session: Session, deprecated: boolean, end: End, changed: Rows['changed'] = []): Uint8Array {
  const { has } = session;
  if (!deprecated || has('resultset-eof-for-ok')) return eofPacket(session, end);
  const none = end.none === true && has('end-of-no-rows-with-header-zero');
  const { statusFlags, warnings } = end;
  const header = none || has('end-of-rows-with-header-zero') ? 0x00 : ENDS_ROWS;
  const lastInsertId = has('last-insert-id-behind-rows') ? session.lastInsertId : 0;
  const packet = okPacket(session, { header, lastInsertId, statusFlags, warnings }, changed);
  return has('end-of-rows-short') ? packet.subarray(0, 5) : packet;
}

function encodeRow(session: Session, row: Row, columns: readonly Column[], form: Form): Uint8Array {
  if (form === 'binary') return encodeBinaryRow(session, row, columns);
  const values = row.map((value, i) => textValue(session, value, columns[i] as Column));
  return encodeTextRow(session, values);
}

function textValue(session: Session, value: string | null, column: Column): string | null {
  return valueAsDefective(session, value === null ? null : converted(session, column, value), column);
}

/** The place of the first value whose length takes more than a byte; behind all where there is none. */
function firstLong(row: Row): number {
  const at = row.findIndex((value) => value !== null && value.length > 250);
  return at < 0 ? row.length : at;
}

function encodeTextRow({ context, has }: Session, row: Row): Uint8Array {
  const from = has('null-as-empty-string') ? 0 : has('null-behind-long-value-as-empty-string') ? firstLong(row) : row.length;
  const values = row.map((value, i) => (i < from ? value : (value ?? '')));
  if (has('value-length-in-three-bytes')) return join(values.map(inThreeBytes));
  const packet = textRow(row.length).encode({ values }, context);
  const last = values.at(-1);
  if (has('length-250-as-null') && last?.length === 250) return Uint8Array.of(0xfb);
  if (has('length-of-15-bits') && (last?.length ?? 0) > 0x7fff && packet[0] === 0xfc) packet[2] = (packet[2] ?? 0) & 0x7f;
  if (has('length-251-in-one-byte') && last?.length === 251) return join([Uint8Array.of(0xfb), packet.subarray(3)]);
  if (has('length-65536-in-two-bytes') && last?.length === 65536) return join([Uint8Array.of(0xfc, 0, 0), packet.subarray(4)]);
  // The length of a short value stands in the byte before it.
  if (has('row-too-long') && typeof last === 'string' && last.length < 0xfa) packet[packet.length - last.length - 1] = last.length + 1;
  return packet;
}

/** A value whose length takes three bytes, though one may be enough. */
function inThreeBytes(value: string | null): Uint8Array {
  if (value === null) return Uint8Array.of(0xfb);
  const w = new Writer();
  const body = Buffer.from(value, 'latin1');
  if (body.length > 0xffff) writeLenencBytes(w, body);
  else {
    w.uint(1, 0xfc);
    w.uint(2, body.length);
    w.raw(body);
  }
  return w.done();
}

/** With a length that is right where each character has one byte. */
function inCharacters(value: string): Uint8Array {
  const body = Buffer.from(value, 'latin1');
  return Uint8Array.of([...body.toString('utf8')].length, ...body);
}

/** A column definition, for what the client speaks. */
export function definition(session: Session, column: Column, form: Form = 'text'): Uint8Array {
  const { context, has } = session;
  // MariaDB has two bytes of flags for each client before 4.1.
  if (!session.agreed('PROTOCOL_41') && !has('handshake-320-gets-41-definitions')) return columnDefinition320.encode(column, context);
  const raw: { name?: Uint8Array; orgName?: Uint8Array; filler?: Uint8Array } = {};
  const isFunction = column.name.endsWith('()');
  if (has('resultset-metadata-unasked') || (isFunction && has('functions-with-metadata-unasked'))) raw.orgName = Uint8Array.of(0, 0);
  if (has('column-filler-nonzero')) raw.filler = Uint8Array.of(0xff, 0xff);
  const catalog = has('column-catalog-empty') || (form === 'binary' && has('column-catalog-empty-in-execute')) ? '' : 'def';
  const converted = { ...described(session, column), name: convertedName(session, column.name) };
  const shown = { ...asDefective(session, named(session, converted, form)), catalog };
  if (has('name-length-in-characters')) raw.name = inCharacters(shown.name);
  if (has('name-length-in-three-bytes')) raw.name = inThreeBytes(shown.name);
  const lost = has('extended-metadata-missing') || (form === 'binary' && has('extended-metadata-missing-in-execute'));
  const asked = session.agreedMariadb('EXTENDED_METADATA') && !lost;
  const known = asked ? context : { ...context, mariadbCapabilities: 0 };
  const more = asked ? extendedMetadata(session, column) : { extendedMetadata: undefined };
  return columnDefinition41.encode({ ...shown, ...more, fixedLength: has('resultset-fixed-length-wrong') ? 0x0d : 0x0c }, known, raw);
}

/** The names of a column, as defects tell them in the answer to COM_STMT_EXECUTE. */
function named({ has }: Session, column: Column, form: Form): Column {
  if (form === 'text') return column;
  if (has('execute-describes-without-original-names')) return { ...column, orgTable: '', orgName: '' };
  if (has('execute-describes-without-table')) return { ...column, schema: '', table: '' };
  return has('execute-describes-without-alias') ? { ...column, name: column.orgName ?? column.name } : column;
}

/** What a column is beyond its type, if the client has asked (mariadb/result-set-packets#extended-metadata). */
function extendedMetadata(session: Session, { extendedMetadata: known = [] }: Column): Pick<Column, 'extendedMetadata'> {
  const { has } = session;
  if (has('extended-metadata-empty')) return { extendedMetadata: [] };
  if (has('extended-metadata-of-all')) return { extendedMetadata: [{ type: 1, value: 'json' }] };
  return { extendedMetadata: has('extended-metadata-type-for-format') ? known.map((entry) => ({ ...entry, type: 0 })) : known };
}
