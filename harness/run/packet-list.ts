import { capability, mariadbCapability } from '../codec/capability.ts';
import { MAX_PAYLOAD, type Packet } from '../codec/frame.ts';
import { messages } from '../codec/messages/index.ts';
import { textRow } from '../codec/messages/text-row.ts';
import type { ResultColumn } from '../codec/result-column.ts';
import { status } from '../codec/status.ts';
import { binaryRowReader, type InBytes, type ReadRow, ROWS_KEPT } from './binary-row-reader.ts';
import { PacketWalk } from './packet-walk.ts';
import type { ServerPacket } from './server-packet.ts';
import type { Session } from './session.ts';
import { missingSessionState, trackedIn } from './session-state.ts';
import { missingSqlState } from './sql-state.ts';

/** Of the fixed fields of a column definition (mysql/page_protocol_com_query_response_text_resultset_column_definition). */
const FIXED_LENGTH = 0x0c;

type Values = ReturnType<ReadRow>;

/** ColumnCount, definitions, EOF (unless DEPRECATE_EOF), rows, EOF or OK (mysql/page_protocol_com_query_response_text_resultset). */
export function readResultset(queue: readonly Packet[], session: Session, name: 'TextResultset' | 'BinaryResultset') {
  return PacketWalk.read(queue, session, name, (walk) => {
    const { count, metadataFollows } = walk.read(messages.ColumnCount, 'the column count');
    const columns = Number(count);
    const column = metadataFollows === 0 ? session.columns : readDefinitions(walk, columns, 'column');
    if (metadataFollows !== 0) session.columns = column;
    const head = metadataFollows === undefined ? {} : { metadataFollows };
    let definitions = {};
    if (!deprecatesEof(session)) {
      const end = readEof(walk, 'the column definitions');
      if (end) definitions = { definitionsStatusFlags: end.statusFlags };
      // A cursor is open: its rows come when COM_STMT_FETCH asks for them (mysql/page_protocol_com_stmt_execute_response).
      if (end && opensCursor(end)) {
        session.cursor = column;
        return walk.answer(name, { columns, column, rows: 0, row: [], ...head, ...definitions, ...end });
      }
    }
    const inBytes: InBytes = { lengths: [], floats: [] };
    const readRow = name === 'TextResultset' ? textRowReader(columns) : binaryRowReader(column, inBytes);
    const answer = readRows(walk, name, readRow, columns, column);
    if (opensCursor(answer.value)) session.cursor = column;
    return { ...answer, value: { ...head, ...definitions, ...answer.value, ...(name === 'BinaryResultset' && shown(inBytes)) } };
  });
}

const shown = ({ lengths, floats }: InBytes) => ({ valueBytes: lengths, ...(floats.length > 0 && { floats }) });

const opensCursor = ({ statusFlags }: { readonly statusFlags?: unknown }): boolean =>
  (Number(statusFlags ?? 0) & status.CURSOR_EXISTS) !== 0;

/** The answer to COM_STMT_FETCH: binary rows of the resultset that COM_STMT_EXECUTE described when it opened the cursor. */
export function readFetchedRows(queue: readonly Packet[], session: Session): ServerPacket | undefined {
  const column = session.cursor;
  return PacketWalk.read(queue, session, 'FetchedRows', (walk) =>
    readRows(walk, 'FetchedRows', binaryRowReader(column), column.length, column),
  );
}

/** COM_STMT_PREPARE_OK, the parameters and their EOF, the columns and their EOF (mysql/page_protocol_com_stmt_prepare_response). */
export function readPrepared(queue: readonly Packet[], session: Session): ServerPacket | undefined {
  return PacketWalk.read(queue, session, 'StmtPrepareOK', (walk) => {
    const ok = walk.read(messages.StmtPrepareOK, 'the last field of StmtPrepareOK');
    const ends: number[] = [];
    const list = (count: number, what: string): readonly ResultColumn[] => {
      if (count === 0 || ok.metadataFollows === 0) return [];
      const definitions = readDefinitions(walk, count, what);
      const end = deprecatesEof(session) ? undefined : readEof(walk, `the ${what} definitions`);
      if (end) ends.push(Number(end.statusFlags));
      return definitions;
    };
    const parameter = list(ok.parameters, 'parameter');
    const column = list(ok.columns, 'column');
    session.columns = column;
    const both = ends.length > 0 && { definitionsStatusFlags: ends.reduce((all, flags) => all & flags) };
    return walk.answer('StmtPrepareOK', { ...ok, parameter, column, ...both });
  });
}

/** The answer to COM_FIELD_LIST: definitions with their defaults, and an EOF (mysql/page_protocol_com_field_list). */
export function readFieldList(queue: readonly Packet[], session: Session): ServerPacket | undefined {
  return PacketWalk.read(queue, session, 'FieldList', (walk) => {
    const column: ResultColumn[] = [];
    while (!isEndOfRows(walk.peek(), session)) column.push(readDefinition(walk, `column definition ${column.length + 1}`, true));
    return walk.answer('FieldList', { columns: column.length, column, ...readEnd(walk) });
  });
}

/** Is this EOF, or an OK in its place? A cell of 16 MiB and more begins with the same byte: the length tells. */
export function isEndOfRows(payload: Uint8Array, session: Session): boolean {
  return payload[0] === 0xfe && payload.length < (deprecatesEof(session) ? MAX_PAYLOAD : 9);
}

function readRows(walk: PacketWalk, name: ServerPacket['name'], readRow: ReadRow, columns: number, column: readonly ResultColumn[]) {
  const { session } = walk;
  const row: Values[] = [];
  let rows = 0;
  walk.untilEnd();
  const counted = (end: Readonly<Record<string, unknown>>) => ({ columns, column, rows, row, first: row[0]?.[0], ...end });
  for (;;) {
    const payload = walk.peek();
    if (payload[0] === 0xff) return endedByErr(walk, counted({}));
    if (isEndOfRows(payload, session)) return walk.answer(name, counted(readEnd(walk)));
    const values = readRow(walk, rows + 1);
    if (rows++ < ROWS_KEPT) row.push(values);
  }
}

function textRowReader(columns: number): ReadRow {
  const message = textRow(columns);
  return (walk, nth) => walk.read(message, `the last value of row ${nth}`).values;
}

/** The rows end with an ERR: the answer has failed on the way (mysql/page_protocol_com_query_response_text_resultset). */
function endedByErr(walk: PacketWalk, value: Readonly<Record<string, unknown>>): ServerPacket {
  const err = walk.read(messages.ERR, 'the ERR that ends the rows');
  const problem = missingSqlState(err, walk.session);
  if (problem !== undefined) walk.note(problem);
  return walk.answer('ResultsetThenERR', { ...value, ...err });
}

function readDefinitions(walk: PacketWalk, count: number, what: string): ResultColumn[] {
  const definitions: ResultColumn[] = [];
  walk.announce(count);
  while (definitions.length < count) definitions.push(readDefinition(walk, `${what} definition ${definitions.length + 1}`, false));
  return definitions;
}

function readDefinition(walk: PacketWalk, what: string, mayHaveDefault: boolean): ResultColumn {
  const speaks41 = (walk.session.context.capabilities & capability.PROTOCOL_41) !== 0;
  const definition = speaks41 ? readDefinition41(walk, what) : readDefinition320(walk, what);
  // A default value belongs to the answer to COM_FIELD_LIST; elsewhere its bytes are left over.
  if (!mayHaveDefault && definition.defaultValue !== undefined) walk.note(`bytes stand behind ${what}`);
  return definition;
}

function readDefinition41(walk: PacketWalk, what: string) {
  const definition = walk.read(messages.ColumnDefinition41, what);
  if (Number(definition.fixedLength) !== FIXED_LENGTH)
    walk.note(`${what} says that its fixed fields have ${definition.fixedLength} bytes, not ${FIXED_LENGTH}`);
  return definition;
}

/** Of a client before 4.1. Each number stands behind its length. */
function readDefinition320(walk: PacketWalk, what: string) {
  const definition = walk.read(messages.ColumnDefinition320, what);
  const { columnLengthLength, typeLength, flagsLength } = definition;
  if (Number(columnLengthLength) !== 3 || Number(typeLength) !== 1 || (Number(flagsLength) !== 2 && Number(flagsLength) !== 3))
    walk.note(`${what} has lengths of ${columnLengthLength}, ${typeLength} and ${flagsLength}, not of 3, 1 and 3 (or 2)`);
  return definition;
}

function readEof(walk: PacketWalk, behind: string) {
  const payload = walk.peek();
  if (payload[0] === 0xfe && payload.length <= 5) return walk.read(messages.EOF, `the EOF behind ${behind}`);
  walk.note(`no EOF behind ${behind}`);
  return undefined;
}

/** What ends rows or definitions: an EOF, or with DEPRECATE_EOF an OK of header 0xFE. */
function readEnd(walk: PacketWalk): Readonly<Record<string, unknown>> {
  const { session } = walk;
  if (!deprecatesEof(session)) return walk.read(messages.EOF, 'the end of the answer');
  const { header: _header, ...end } = walk.read(messages.OK, 'the end of the answer');
  const problem = missingSessionState(end, session);
  if (problem !== undefined) walk.note(problem);
  return { ...end, ...trackedIn(end.sessionState) };
}

const deprecatesEof = (session: Session): boolean => (session.context.capabilities & 0x1000000) !== 0;
export const agreedMariadb = (session: Session, name: keyof typeof mariadbCapability): boolean =>
  ((session.context.mariadbCapabilities ?? 0) & mariadbCapability[name]) !== 0;
