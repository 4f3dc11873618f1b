import { type BulkValue, bulkIndicator } from '../../codec/bulk-rows.ts';
import { CodecError } from '../../codec/error.ts';
import { bulkFlag, comStmtBulkExecute } from '../../codec/messages/com-stmt-bulk-execute.ts';
import type { Ok } from '../../codec/messages/ok.ts';
import { status } from '../../codec/status.ts';
import { given, literalOf } from '../prepared/parameter.ts';
import { type PreparedStatement, parametersOf } from '../prepared/prepared-statement.ts';
import { resultsOf } from '../query.ts';
import { refuse } from '../refusal.ts';
import { packetsOf, type Rows } from '../result.ts';
import { number } from '../resultset.ts';
import type { Session } from '../session.ts';
import { joined } from '../statements/with-parameters.ts';
import { idOf } from './execute.ts';
import type { Handler } from './handler.ts';
import { find } from './prepared.ts';

/** COM_STMT_BULK_EXECUTE of MariaDB (mariadb/com_stmt_bulk_execute). */
export const bulkCommands: Readonly<Record<number, Handler>> = {
  /* COM_STMT_BULK_EXECUTE */ 0xfa: execute,
};

async function execute(session: Session, payload: Uint8Array): Promise<readonly Uint8Array[]> {
  const { has } = session;
  if (session.server.dialect !== 'mariadb') throw refuse.unknownCommand();
  const statement = find(session, idOf(payload), 'mysqld_stmt_bulk_execute');
  const { flags, rows } = request(session, statement, payload);
  const units = (flags & bulkFlag.SEND_UNIT_RESULTS) !== 0;
  if (!session.agreedMariadb('STMT_BULK_OPERATIONS') || (units && !session.agreedMariadb('BULK_UNIT_RESULTS'))) throw refuse.unsupported();
  if (rows.length === 0 && !has('bulk-without-rows-ok')) throw refuse.incorrectArguments('mysqld_stmt_bulk_execute');
  if (statement.columns.length > 0 && !has('bulk-select-answered')) throw refuse.unsupported();
  const each: Partial<Ok>[] = [];
  for (const row of has('bulk-takes-first-row-only') ? rows.slice(0, 1) : rows) {
    const [result] = await resultsOf(session, joined(statement.parts, row));
    if (result && 'ok' in result) each.push(result.ok);
    else if (result) return packetsOf(session, result, 'binary');
  }
  if (units && !has('bulk-unit-results-missing')) return packetsOf(session, unitResults(each), 'binary');
  const affectedRows = each.reduce((sum, ok) => sum + Number(ok.affectedRows ?? 0), 0);
  const shown = has('bulk-ok-hides-transaction') ? { statusFlags: session.status & ~status.IN_TRANS } : {};
  return packetsOf(session, { ok: { affectedRows, lastInsertId: each[0]?.lastInsertId ?? 0, ...shown } }, 'binary');
}

/** Flags, and the values of each row as literals. Throws Refusal and CodecError. */
function request(session: Session, statement: PreparedStatement, payload: Uint8Array) {
  const { types } = statement;
  const { value } = decode(session, payload, { parameters: parametersOf(statement), types });
  statement.types = session.has('bulk-types-forgotten') ? undefined : (value.types ?? statement.types);
  const now = value.types ?? types ?? [];
  return {
    flags: value.flags,
    rows: misread(session, value.rows ?? []).map((row) => row.map((one, i) => literal(session, now[i] ?? 0, one))),
  };
}

/** A defect goes by the NULLs of the first row in all of them. */
function misread({ has }: Session, rows: BulkRows): BulkRows {
  const [first] = rows;
  if (!first || !has('bulk-null-of-first-row-stays')) return rows;
  return rows.map((row) => row.map((one, i) => (first[i]?.indicator === bulkIndicator.NULL ? first[i] : one)));
}
type BulkRows = readonly (readonly BulkValue[])[];

function decode(session: Session, payload: Uint8Array, statement: { parameters: number; types: readonly number[] | undefined }) {
  try {
    return comStmtBulkExecute.decode(payload, { ...session.context, statement });
  } catch (error) {
    if (!(error instanceof CodecError) || error.code !== 'CODEC_UNKNOWN_TYPES') throw error;
    throw refuse.incorrectArguments('mysqld_stmt_bulk_execute');
  }
}

function literal(session: Session, type: number, { indicator, value }: BulkValue): string {
  const { has } = session;
  if (indicator === bulkIndicator.NULL) return has('bulk-null-as-empty-string') ? "''" : 'NULL';
  if (indicator === bulkIndicator.NONE)
    return literalOf(given(session, has('bulk-unsigned-read-as-signed') ? type & 0xff : type, value ?? null));
  return has(indicator === bulkIndicator.IGNORE ? 'bulk-ignore-as-null' : 'bulk-default-as-null') ? 'NULL' : 'DEFAULT';
}

/** What each row came to (mariadb/com_stmt_bulk_execute, SEND_UNIT_RESULTS). */
function unitResults(each: readonly Partial<Ok>[]): Rows {
  const column = (name: string) => ({ ...number(name, 21), type: 0x08 });
  return {
    columns: [column('Id'), column('Affected_rows')],
    rows: each.map((ok) => [String(ok.lastInsertId ?? 0), String(ok.affectedRows ?? 0)]),
  };
}
