import { status } from '../../codec/status.ts';
import { errPacket, okPacket, statusFlags } from '../answer.ts';
import { described as shownAs } from '../column-text.ts';
import { Refusal } from '../refusal.ts';
import { packetsOfAll, type Result, type Rows } from '../result.ts';
import type { Column } from '../resultset.ts';
import type { Session } from '../session.ts';
import type { PreparedStatement } from './prepared-statement.ts';

/** A result, or the ERR that ends those of a procedure. */
export type Outcome = Result | Refusal;

/** The results of a COM_STMT_EXECUTE in binary rows (mysql/page_protocol_com_stmt_execute_response). */
export function executedTold(session: Session, statement: PreparedStatement, list: readonly Outcome[], flag = 0): readonly Uint8Array[] {
  const { has } = session;
  session.outParametersSent = list.some((one) => 'columns' in one && (one.statusFlags ?? 0) === status.PS_OUT_PARAMS);
  const outFlag = session.outParametersSent && has('out-parameters-flag-in-final-ok') ? status.PS_OUT_PARAMS : 0;
  const last = list.at(-1);
  const fails = last instanceof Refusal && !has('err-behind-results-missing') ? last : undefined;
  const told = list.flatMap((one) =>
    one instanceof Refusal ? [] : [withFlags(session, asDefective(session, statement, one), flag | outFlag)],
  );
  const [first, ...others] = told;
  if (first && 'columns' in first && first.rows.length === 0 && has('execute-without-rows-answers-ok')) return [okPacket(session)];
  if (first && 'columns' in first && statement.resetWithCursor && has('execute-behind-reset-gives-no-rows'))
    return [...packetsOfAll(session, [{ ...first, rows: [] }], 'binary').slice(0, 2), okPacket(session)];
  if (has('execute-without-more-results-flag')) return told.flatMap((one) => packetsOfAll(session, [one], 'binary'));
  const firstForm = has('execute-answers-text-rows') ? 'text' : 'binary';
  const form = has('later-results-in-text') ? 'text' : firstForm;
  const one = told.slice(0, 1);
  session.moreResults = others.length > 0 || fails !== undefined;
  const packets = [...packetsOfAll(session, one, firstForm)];
  session.moreResults = fails !== undefined;
  packets.push(...packetsOfAll(session, others, form));
  session.moreResults = false;
  return fails ? [...packets, errPacket(session, fails)] : packets;
}

/** Flags that two defects leave out of an OK, and others put in. */
function withFlags(session: Session, result: Result, more: number): Result {
  const hidden =
    (session.has('execute-ok-hides-sql-mode') ? status.NO_BACKSLASH_ESCAPES : 0) |
    (session.has('execute-ok-hides-transaction') ? status.IN_TRANS : 0);
  if ((hidden | more) === 0 || !('ok' in result)) return result;
  return { ...result, ok: { ...result.ok, statusFlags: (statusFlags(session) & ~hidden) | more } };
}

function asDefective(session: Session, statement: PreparedStatement, result: Result): Result {
  const { has } = session;
  if ('columns' in result) return reprepared(has, statement.columns, withDescribed(session, statement, result));
  if ('ok' in result && has('track-lost-in-execute')) return { ok: result.ok };
  if ('ok' in result && has('execute-ok-without-warnings')) return { ...result, ok: { ...result.ok, warnings: 0 } };
  if ('ok' in result && has('execute-ok-without-info')) return { ...result, ok: { ...result.ok, info: undefined } };
  return 'ok' in result && has('execute-ok-without-counts')
    ? { ...result, ok: { ...result.ok, affectedRows: 0, lastInsertId: 0 } }
    : result;
}

/** With whether the client has these definitions already: it has them from now on (mariadb/cache-metadata-of-prepared). */
export function withDescribed(session: Session, statement: PreparedStatement, rows: Rows): Rows {
  const now = rows.columns.map((column) => shownAs(session, column));
  const described = isDescribed(session.has, statement, now);
  statement.told = now;
  return { ...rows, described };
}

function isDescribed(has: Session['has'], { columns, told, executions }: PreparedStatement, now: readonly Column[]): boolean {
  if (columns.length === 0) return false;
  if (has('cache-metadata-of-changed-columns')) return true;
  if (executions > 1 && has('cache-metadata-of-columns-changed-later')) return true;
  const inAnother = (a: number, b: number | undefined): boolean => a !== b && !has('cache-metadata-of-another-character-set');
  return (
    told.length === now.length &&
    told.every(
      ({ name, type, characterSet }, i) => now[i]?.name === name && now[i]?.type === type && !inAnother(characterSet, now[i]?.characterSet),
    )
  );
}

/** Columns other than those of COM_STMT_PREPARE are a change that the end tells. */
function reprepared(has: Session['has'], told: readonly Column[], rows: Rows): Rows {
  const before = told.length;
  if (before === rows.columns.length && has('reprepare-keeps-definitions')) return { ...rows, columns: asBefore(told, rows) };
  if (before === 0 || before === rows.columns.length) return rows;
  if (has('reprepare-keeps-columns'))
    return { ...rows, columns: rows.columns.slice(0, before), rows: rows.rows.map((row) => row.slice(0, before)) };
  return has('reprepare-without-flag') ? rows : { ...rows, statusFlags: (rows.statusFlags ?? 0) | status.METADATA_CHANGED };
}

/** Columns of tables that have another name now, as they were. */
const asBefore = (told: readonly Column[], { columns }: Rows): readonly Column[] =>
  columns.map((now, i) => (now.orgName === told[i]?.orgName ? now : (told[i] ?? now)));
