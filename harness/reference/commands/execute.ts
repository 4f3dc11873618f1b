import { capability } from '../../codec/capability.ts';
import { columnType } from '../../codec/column-type.ts';
import { CodecError } from '../../codec/error.ts';
import { join } from '../../codec/frame.ts';
import type { StatementContext } from '../../codec/message.ts';
import { comStmtExecute, executeFlag } from '../../codec/messages/com-stmt-execute.ts';
import { comStmtFetch } from '../../codec/messages/com-stmt-fetch.ts';
import type { Parameter } from '../../codec/parameters.ts';
import { status } from '../../codec/status.ts';
import { okPacket } from '../answer.ts';
import { keepRefusal, keepResults } from '../last-statement.ts';
import { cursorOpened, rowsAlone } from '../prepared/cursor-answer.ts';
import { executedTold, withDescribed } from '../prepared/executed-answer.ts';
import { type Given, given, hasIllegalLength, isString, isZero, typesOf } from '../prepared/parameter.ts';
import { type PreparedStatement, parametersOf } from '../prepared/prepared-statement.ts';
import { shown } from '../query-attributes.ts';
import { Departure, Refusal, refuse } from '../refusal.ts';
import type { Session } from '../session.ts';
import { results } from '../statements/with-parameters.ts';
import type { Handler } from './handler.ts';
import { find, longDataOf } from './prepared.ts';

/** COM_STMT_EXECUTE and COM_STMT_FETCH (mysql/page_protocol_com_stmt_execute). */
export const executeCommands: Readonly<Record<number, Handler>> = {
  /* COM_STMT_EXECUTE */ 0x17: execute,
  /* COM_STMT_FETCH */ 0x1c: fetch,
};

const TYPE_OF_STRINGS = 0xfd;

async function execute(session: Session, payload: Uint8Array): Promise<readonly Uint8Array[]> {
  const { has } = session;
  const statement = find(session, idOf(payload), 'mysqld_stmt_execute');
  const { flags, values } = request(session, statement, payload);
  if (statement.failure) throw statement.failure;
  session.prepared.executed = true;
  if (!has('execute-keeps-cursor')) statement.cursor = undefined;
  if (has('execute-closes-all-cursors')) session.prepared.closeCursors();
  const pieces = [...statement.longData];
  if (!has('long-data-stays-behind-execute')) statement.longData.clear();
  if (statement.executions++ > 0 && has('execute-runs-once')) return [okPacket(session)];
  const list = await carriedOut(session, statement, values).catch((error) => {
    if (has('types-forgotten-behind-failed-execute')) statement.types = undefined;
    if (has('long-data-stays-behind-failed-execute')) for (const [parameter, chunks] of pieces) statement.longData.set(parameter, chunks);
    if (error instanceof Refusal && !has('failed-execution-not-among-warnings')) keepRefusal(session, error);
    throw error;
  });
  const [only] = list;
  const unopened = (flags & executeFlag.PARAMETER_COUNT_AVAILABLE) !== 0 && has('cursor-beside-attributes-unopened');
  const wanted = ((flags & executeFlag.CURSOR_READ_ONLY) !== 0 && !unopened) || (flags !== 0 && has('every-flag-opens-cursor'));
  if (wanted && !has('cursors-unknown') && list.length === 1 && only && 'columns' in only && (!only.fails || has('cursor-swallows-err'))) {
    session.prepared.at = 0;
    statement.cursor ??= { columns: only.columns, rows: only.rows, readAgain: () => carriedOut(session, statement, values), at: 0 };
    return cursorOpened(session, withDescribed(session, statement, only));
  }
  const flag = wanted && only && 'ok' in only && has('cursor-flag-in-ok') ? status.CURSOR_EXISTS : 0;
  const { state } = session;
  if (has('execute-converts-as-when-prepared')) session.state = { ...state, collation: statement.then.collation };
  try {
    return executedTold(session, statement, list, flag);
  } finally {
    session.state = state;
  }
}

async function carriedOut(
  session: Session,
  { parts, database: own, then }: PreparedStatement,
  values: readonly Given[],
): ReturnType<typeof results> {
  const { context, database, has } = session;
  if (has('found-rows-ignored-in-execute')) session.loseCapabilities(capability.FOUND_ROWS);
  session.isExecuting = true;
  // Both servers look for tables in the database that the statement was prepared in (MySQL 9.7.4, MariaDB 11.8.9).
  if (!has('prepared-statement-follows-use')) session.database = own;
  else if (database !== own && / mywire_/.test(parts.join('?'))) throw refuse.noSuchTable(`${database}.mywire`);
  try {
    const { lastInsertId, state } = session;
    const early = has('execute-reads-variables-of-prepare') && /^select\b/i.test(parts[0] ?? '');
    if (early) session.state = { ...state, userVariables: then.userVariables };
    const userVariables = new Map(session.state.userVariables);
    const outcome = await results(session, parts, values);
    if (has('execute-leaves-insert-id-of-before')) session.lastInsertId = lastInsertId;
    if (has('execute-leaves-user-variables-of-before')) session.state = { ...session.state, userVariables };
    if (early) session.state = state;
    keepResults(session, outcome, 'execution');
    return outcome;
  } finally {
    session.isExecuting = false;
    if (session.database === own) session.database = database;
    if (has('found-rows-ignored-in-execute')) session.context = context;
  }
}

/** The id stands behind the command in every command that has one. */
export function idOf(payload: Uint8Array): number {
  if (payload.length < 5) throw refuse.malformedPacket();
  return new DataView(payload.buffer, payload.byteOffset).getUint32(1, true);
}

/** Flags and values of the packet, with what earlier packets gave. Throws Refusal and CodecError. */
function request(session: Session, statement: PreparedStatement, payload: Uint8Array): { flags: number; values: readonly Given[] } {
  const { has, prepared, server } = session;
  const count = parametersOf(statement);
  const { value, left } = decode(session, misreadTypes(session, statement, withBitmap(session, statement, payload)), {
    parameters: count,
    types: typesBefore(session, statement),
    longData: expectsAllValues(session) ? [] : [...statement.longData.keys()],
  });
  if (left > 0 && has('execute-with-trailing-bytes-refused')) throw refuse.malformedPacket();
  if (value.iterationCount !== 1 && has('iteration-count-checked')) throw refuse.malformedPacket();
  if (Number(value.parameterCount) === 0 && has('parameter-count-of-0-refused')) throw refuse.malformedPacket();
  const list = value.parameters ?? [];
  if (list.length > count && has('attributes-refused')) throw refuse.malformedPacket();
  const missing = count - list.length;
  if (missing > 0 && !has('missing-parameters-taken-for-null')) throw refuse.incorrectArguments('mysqld_stmt_execute');
  if (session.agreed('QUERY_ATTRIBUTES')) session.queryAttributes = attributesAmong(has('execute-loses-attributes') ? [] : list);
  const own = has('attributes-taken-for-parameters') ? list.slice(list.length - Math.max(count, 0)) : list.slice(0, count);
  while (own.length < count) own.push({ type: TYPE_OF_STRINGS, value: null });
  if (has('long-data-lost-beside-null') && own.some((one) => one.value === null)) statement.longData.clear();
  const types = value.newParamsBindFlag === 1 ? typesOf(own) : typesBefore(session, statement);
  statement.types = kept(session, statement, types, own);
  prepared.types = types;
  if (types && has('types-shared-between-connections')) server.prepared.lastGiven.set(statement.parts.join('?'), types);
  return {
    flags: value.flags,
    values: misplaced(session, own, types).map((one, i) => parameterOf(session, statement, one, types?.[i], i)),
  };
}

/** A defect: values are looked for that have been sent ahead. */
const expectsAllValues = (session: Session): boolean =>
  session.has('long-data-value-expected-in-execute') ||
  (session.agreed('QUERY_ATTRIBUTES') && session.has('long-data-value-expected-beside-attributes'));

/** Those with names, which parameters may have, too. */
const attributesAmong = (list: readonly Parameter[]): Session['queryAttributes'] =>
  new Map(list.flatMap((one) => (one.name ? [[one.name, shown(one)] as const] : [])));

function typesBefore({ has, prepared, server }: Session, statement: PreparedStatement): readonly number[] | undefined {
  if (has('types-shared-between-statements')) return prepared.types;
  if (has('types-shared-between-connections')) return server.prepared.lastGiven.get(statement.parts.join('?'));
  return statement.types;
}

/** The types that hold for the next execution. */
function kept({ has }: Session, statement: PreparedStatement, types: readonly number[] | undefined, own: readonly Parameter[]) {
  if (has('parameter-types-forgotten')) return undefined;
  if (has('first-types-kept')) return statement.types ?? types;
  // As if a NULL had no type: the next value in its place is taken for a number, or for a string.
  const asNumber = has('types-of-null-parameters-forgotten');
  if (!asNumber && !has('types-of-null-parameters-as-strings')) return types;
  return types?.map((type, i) => (own[i]?.value === null ? (asNumber ? columnType.TINY : TYPE_OF_STRINGS) : type));
}

/** As if a date or time of length 0 had taken the length of the string behind it, or one of no legal length the value. */
function misplaced({ has }: Session, own: readonly Parameter[], types: readonly number[] = []): readonly Parameter[] {
  if (has('illegal-temporal-length-takes-next-along'))
    return own.map((one, i) => {
      const before = own[i - 1]?.value;
      return before && hasIllegalLength(types[i - 1] ?? 0, before) ? { ...one, value: null } : one;
    });
  if (!has('zero-length-temporal-empties-next')) return own;
  return own.map((one, i) => {
    const before = own[i - 1]?.value;
    return before && isZero(types[i - 1] ?? 0, before) && isString(types[i] ?? 0) ? { ...one, value: new Uint8Array(0) } : one;
  });
}

function parameterOf(session: Session, statement: PreparedStatement, { value }: Parameter, type: number | undefined, i: number): Given {
  const long = value === null && session.has('long-data-loses-to-null-bit') ? undefined : longDataOf(session, statement, i);
  const one = given(session, type ?? 0, long ?? value ?? null, long !== undefined && session.has('long-data-in-utf8-always'));
  return session.has('types-pinned-by-another-connection') ? pinned(session, statement, one, i) : one;
}

/** As a server that goes by the types of a statement's first execution, behind a proxy that has one statement for each text. */
function pinned({ server, threadId }: Session, statement: PreparedStatement, one: Given, i: number): Given {
  const { firstGiven } = server.prepared;
  const key = `${i} of ${statement.parts.join('?')}`;
  const first = firstGiven.get(key) ?? { type: one.type, by: threadId };
  firstGiven.set(key, first);
  if (first.by === threadId || isString(first.type) || !isString(one.type)) return one;
  return { ...one, type: first.type, text: String(Number.parseInt(one.text ?? '', 10) || 0) };
}

function decode(session: Session, payload: Uint8Array, statement: StatementContext): ReturnType<typeof comStmtExecute.decode> {
  const { has } = session;
  try {
    const byFlag = has('parameter-count-read-by-flag-only') && ((payload[5] ?? 0) & executeFlag.PARAMETER_COUNT_AVAILABLE) === 0;
    const capabilities = byFlag ? session.context.capabilities & ~capability.QUERY_ATTRIBUTES : session.context.capabilities;
    return comStmtExecute.decode(payload, { ...session.context, capabilities, statement });
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    if (error.code === 'CODEC_UNKNOWN_TYPES') throw refuse.incorrectArguments('mysqld_stmt_execute');
    if (has('short-execute-closes')) throw new Departure('fin');
    const readsOn = has('short-execute-reads-on');
    if (!(readsOn || has('short-execute-taken')) || payload.length > LONGEST_SHORT) throw error;
    return decode(session, join([payload, readsOn ? MEMORY : new Uint8Array(16)]), statement);
  }
}
/** How far a packet is filled up, in bytes. */
const LONGEST_SHORT = 64;
/** What stands in memory behind it. */
const MEMORY = Buffer.from('canary-of-another-session');

/** What defects read in place of the NULL bitmap, which stands behind the fixed fields, 10 bytes. */
function withBitmap({ has }: Session, statement: PreparedStatement, payload: Uint8Array): Uint8Array {
  const size = Math.ceil(parametersOf(statement) / 8);
  if (has('null-parameter-value-expected')) return join([payload.subarray(0, 10), new Uint8Array(size), payload.subarray(10 + size)]);
  if (has('null-bitmap-of-one-byte') && size > 1)
    return join([payload.subarray(0, 11), new Uint8Array(size - 1), payload.subarray(10 + size)]);
  return has('old-null-bitmap-with-old-types') ? withOldBitmap(statement, payload, size) : payload;
}

/** Each FLOAT as if its type were DOUBLE: the types stand behind bitmap and flag. */
function misreadTypes({ has }: Session, statement: PreparedStatement, payload: Uint8Array): Uint8Array {
  if (!has('float-parameter-read-as-double')) return payload;
  const count = parametersOf(statement);
  const from = 11 + Math.ceil(count / 8);
  return payload.map((byte, at) => {
    const isType = at >= from && at < from + 2 * count && (at - from) % 2 === 0;
    return isType && payload[from - 1] === 1 && byte === columnType.FLOAT ? columnType.DOUBLE : byte;
  });
}

/** The NULL bitmap of the last execution that sent types. */
function withOldBitmap(statement: PreparedStatement, payload: Uint8Array, size: number): Uint8Array {
  if (payload[10 + size] !== 0 || !statement.nulls) {
    statement.nulls = payload.slice(10, 10 + size);
    return payload;
  }
  return join([payload.subarray(0, 10), statement.nulls, payload.subarray(10 + size)]);
}

/** The next rows of the cursor. With fewer than asked for it ends, and the end says so. */
async function fetch(session: Session, payload: Uint8Array): Promise<readonly Uint8Array[]> {
  const { has } = session;
  if (has('cursors-unknown')) throw new Departure('fin');
  const { statementId, rows: asked } = comStmtFetch.decode(payload, session.context).value;
  const wanted = has('fetch-row-count-in-one-byte') ? asked & 0xff : asked;
  const statement = session.prepared.closed.get(statementId) ?? find(session, statementId, 'mysqld_stmt_fetch');
  const { cursor } = statement;
  if (!cursor) {
    if (has('fetch-without-cursor-hangs')) return [];
    if (has('fetch-without-cursor-gives-no-rows')) return rowsAlone(session, [], [], status.LAST_ROW_SENT);
    throw refuse.noCursor(has('no-cursor-unnamed') ? undefined : statementId);
  }
  if (has('fetch-of-no-row-hangs') && cursor.rows.length === 0) return [];
  if (has('fetch-starts-anew')) cursor.at = 0;
  if (has('cursors-share-position')) cursor.at = session.prepared.at;
  const [now] = has('cursor-reads-late') ? await cursor.readAgain() : [];
  const all = now && 'rows' in now ? now.rows : cursor.rows;
  const rows = all.slice(cursor.at, has('fetch-ignores-row-count') ? all.length : cursor.at + wanted);
  cursor.at += rows.length;
  session.prepared.at = cursor.at;
  const over = rows.length < wanted;
  if (over && !has('cursor-stays-open-behind-last-row')) statement.cursor = undefined;
  session.lastRowsSent = over;
  const told = over && !has('fetch-without-last-row-flag');
  const both = told && has('fetch-ends-with-both-flags') ? status.CURSOR_EXISTS : 0;
  return rowsAlone(session, cursor.columns, rows, (told ? status.LAST_ROW_SENT : status.CURSOR_EXISTS) | both);
}
