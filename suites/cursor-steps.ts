/** Steps of the cases about cursors. */
import type { Alternative, Condition, Step } from '../harness/case/step.ts';
import { status } from '../harness/codec/status.ts';
import { manual } from './manual.ts';
import { err } from './steps.ts';

export const cursorSource = [
  manual['mysql/execute-cursor'],
  manual['mysql/status-cursor-exists'],
  manual['mariadb/execute-cursor'],
  manual['mariadb/fetch'],
  manual['mariadb/status-of-cursors'],
] as const;
export const noCursorSource = [
  manual['mysql/error-1421-no-open-cursor'],
  manual['mariadb/error-1421-no-open-cursor'],
  manual['mariadb/fetch-needs-cursor'],
] as const;

type Fields = NonNullable<Alternative['where']>;
const isOpen: Condition = { all: [{ bits: status.CURSOR_EXISTS }, { noBits: status.LAST_ROW_SENT }] };

/** The answer that opens a cursor of one column; these fields beside. */
export const open = (more: Fields = {}, statusFlags: Condition = isOpen): Alternative => ({
  packet: 'BinaryResultset',
  where: { columns: 1, rows: 0, statusFlags, ...more },
});
/** A server may leave the cursor out: without the flag the rows are all there, and there is nothing to fetch. */
const leftOut = (rows: number): Alternative => ({
  packet: 'BinaryResultset',
  where: { columns: 1, rows, statusFlags: { noBits: status.CURSOR_EXISTS } },
});
/** @param rows that come at once where the cursor is left out */
export const openedOr = (rows: number, opened = open()): Step => ({ expect: [opened, { ...leftOut(rows), means: 'cursors' }] });
/** Rows, and whether they are the last. */
export function fetched(rows: readonly string[], last: boolean): Alternative {
  const flags: Condition = last ? { bits: status.LAST_ROW_SENT } : isOpen;
  return {
    packet: 'FetchedRows',
    where: { rows: rows.length, statusFlags: flags, ...Object.fromEntries(rows.map((one, i) => [`row.${i}.0`, one])) },
  };
}
export const noOpenCursor: Step = { expect: [err(1421, 'HY000')] };
