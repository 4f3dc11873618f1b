/** The answers of a cursor: definitions and rows come apart. */
import { status } from '../../codec/status.ts';
import { eofPacket, statusFlags } from '../answer.ts';
import type { Rows } from '../result.ts';
import { type Column, countPacket, definition, definitionsLeftOut, lastPacket, type Row } from '../resultset.ts';
import type { Session } from '../session.ts';
import { encodeBinaryRow } from './binary-row.ts';

/** The answer that opens a cursor: what a resultset has but its rows, and the flag that says so (mysql/page_protocol_com_stmt_execute). */
export function cursorOpened(session: Session, { columns, rows, ...more }: Rows): readonly Uint8Array[] {
  const { has } = session;
  const ofIndex = has('cursor-hides-index-flag') ? 0 : (more.statusFlags ?? 0);
  const flags = statusFlags(session) | ofIndex | (has('cursor-without-flag') ? 0 : status.CURSOR_EXISTS);
  const cached = more.described === true && !has('cache-metadata-sent-again-with-a-cursor');
  const none = definitionsLeftOut(session, cached, has('cursor-sends-metadata-unasked'));
  const changed = has('track-transaction-lost-with-a-cursor') ? [] : more.changed;
  return [
    countPacket(session, columns.length, none),
    ...(none ? [] : columns.map((column) => definition(session, column, 'binary'))),
    endOf(
      session,
      { statusFlags: flags, warnings: has('cursor-hides-warnings') ? 0 : (more.warnings ?? 0) },
      'cursor-opens-with-eof',
      changed,
    ),
    ...(has('cursor-sends-rows') ? rows.map((row) => encodeBinaryRow(session, row, columns)) : []),
  ];
}

/** Binary rows and their end, without definitions (mysql/page_protocol_com_stmt_fetch). */
export function rowsAlone(session: Session, columns: readonly Column[], rows: readonly Row[], more: number): readonly Uint8Array[] {
  return [
    ...rows.map((row) => encodeBinaryRow(session, row, columns)),
    endOf(session, { statusFlags: ofTransaction(session) | more, warnings: 0 }, 'fetch-ends-with-eof'),
  ];
}

function ofTransaction(session: Session): number {
  return statusFlags(session) & (session.has('fetched-rows-hide-transaction') ? ~status.IN_TRANS : ~0);
}

function endOf(
  session: Session,
  end: { readonly statusFlags: number; readonly warnings: number },
  defect: 'cursor-opens-with-eof' | 'fetch-ends-with-eof',
  changed?: Rows['changed'],
): Uint8Array {
  return session.has(defect) ? eofPacket(session, end) : lastPacket(session, session.agreed('DEPRECATE_EOF'), end, changed);
}
