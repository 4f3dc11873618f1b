/** The answers of a cursor: definitions and rows come apart. */
import { status } from '../../codec/status.ts';
import { eofPacket, statusFlags } from '../answer.ts';
import { type Column, countPacket, definition, lastPacket, type Row } from '../resultset.ts';
import type { Session } from '../session.ts';
import { encodeBinaryRow } from './binary-row.ts';

/** The answer that opens a cursor: definitions, and the flag that says so (mysql/page_protocol_com_stmt_execute). */
export function cursorOpened(session: Session, columns: readonly Column[], rows: readonly Row[]): readonly Uint8Array[] {
  const { has } = session;
  const flags = statusFlags(session) | (has('cursor-without-flag') ? 0 : status.CURSOR_EXISTS);
  return [
    countPacket(session, columns.length),
    ...columns.map((column) => definition(session, column)),
    endOf(session, flags, 'cursor-opens-with-eof'),
    ...(has('cursor-sends-rows') ? rows.map((row) => encodeBinaryRow(session, row, columns)) : []),
  ];
}

/** Binary rows and their end, without definitions (mysql/page_protocol_com_stmt_fetch). */
export function rowsAlone(session: Session, columns: readonly Column[], rows: readonly Row[], more: number): readonly Uint8Array[] {
  return [
    ...rows.map((row) => encodeBinaryRow(session, row, columns)),
    endOf(session, ofTransaction(session) | more, 'fetch-ends-with-eof'),
  ];
}

function ofTransaction(session: Session): number {
  return statusFlags(session) & (session.has('fetched-rows-hide-transaction') ? ~status.IN_TRANS : ~0);
}

function endOf(session: Session, flags: number, defect: 'cursor-opens-with-eof' | 'fetch-ends-with-eof'): Uint8Array {
  const end = { statusFlags: flags, warnings: 0 };
  return session.has(defect) ? eofPacket(session, end) : lastPacket(session, session.agreed('DEPRECATE_EOF'), end);
}
