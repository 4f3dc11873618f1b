import { columnFlag } from '../../codec/column-type.ts';
import { join } from '../../codec/frame.ts';
import type { Message, MessageOf } from '../../codec/message.ts';
import { comStmtClose } from '../../codec/messages/com-stmt-close.ts';
import { comStmtPrepare } from '../../codec/messages/com-stmt-prepare.ts';
import { comStmtReset } from '../../codec/messages/com-stmt-reset.ts';
import { comStmtSendLongData } from '../../codec/messages/com-stmt-send-long-data.ts';
import { stmtPrepareOk } from '../../codec/messages/stmt-prepare-ok.ts';
import { status } from '../../codec/status.ts';
import { eofPacket, okPacket } from '../answer.ts';
import { fromClient, described as shownAs } from '../column-text.ts';
import { keepRefusal } from '../last-statement.ts';
import { type PreparedStatement, parametersOf } from '../prepared/prepared-statement.ts';
import { atPlaceholders, secondStatement } from '../prepared/statement-text.ts';
import { bareStatement } from '../query.ts';
import { Departure, Refusal, refuse } from '../refusal.ts';
import { type Column, definition } from '../resultset.ts';
import type { Session } from '../session.ts';
import { systemVariable } from '../statements/system-variable.ts';
import { describe, typeOfPlaceholder } from '../statements/with-parameters.ts';
import type { Handler } from './handler.ts';

/** As many as StmtPrepareOK can count (ER_PS_MANY_PARAM). */
const MOST_PARAMETERS = 0xffff;
/** MariaDB's id of the statement prepared last. */
const LAST = 0xffffffff;

/** COM_STMT_PREPARE and what needs no values (mysql/page_protocol_command_phase_ps). */
export const preparedCommands: Readonly<Record<number, Handler>> = {
  /* COM_STMT_PREPARE */ 0x16: (session, payload) => prepare(session, comStmtPrepare.decode(payload, session.context).value.query),
  /* COM_STMT_SEND_LONG_DATA */ 0x18: sendLongData,
  /* COM_STMT_CLOSE */ 0x19: close,
  /* COM_STMT_RESET */ 0x1a: reset,
};

async function prepare(session: Session, query: string): Promise<readonly Uint8Array[]> {
  const { has, prepared } = session;
  if (!has('last-statement-survives-refusal')) prepared.last = undefined;
  const text = bareStatement(has('client-character-set-ignored') ? query : fromClient(session, query));
  if (has('prepare-refuses-semicolon-at-end') && query.endsWith(';')) throw refuse.syntax(';');
  const parts = placeholders(session, text);
  const id = has('closed-id-counted') ? prepared.byId.size + 1 : prepared.nextId();
  const columns = await described(session, parts);
  if (has('same-text-takes-place-of-statement')) forgetText(session, parts);
  const statement: PreparedStatement = {
    id: has('statement-ids-repeat') ? 1 : id,
    parts,
    database: session.database,
    then: { ...session.state, userVariables: new Map(session.state.userVariables) },
    columns,
    told: columns.map((column) => shownAs(session, column)),
    types: undefined,
    longData: new Map(),
    failure: undefined,
    cursor: undefined,
    executions: 0,
    resetWithCursor: false,
  };
  prepared.byId.set(statement.id, statement);
  if (has('statements-of-all-connections')) session.server.prepared.byId.set(statement.id, statement);
  prepared.last = statement;
  return prepareOk(session, statement);
}

function forgetText({ prepared }: Session, parts: readonly string[]): void {
  for (const [id, other] of prepared.byId) if (other.parts.join('?') === parts.join('?')) prepared.byId.delete(id);
}

function placeholders(session: Session, text: string): readonly string[] {
  const { has } = session;
  if (text === '' && !has('prepares-empty-statement')) throw refuse.emptyQuery();
  // LOAD DATA can be prepared since MariaDB 10.6.2 (mariadb/what-cannot-be-prepared).
  const cannot = session.server.dialect === 'mariadb' ? /^(prepare|execute|deallocate)\b/i : /^(prepare|execute|deallocate|load)\b/i;
  if (cannot.test(text)) throw has('unsupported-statement-is-syntax-error') ? refuse.syntax(text) : refuse.unsupported();
  const second = secondStatement(text);
  if (second !== undefined && !has('prepares-first-of-two-statements')) throw refuse.syntax(second);
  const parts = atPlaceholders(second === undefined ? text : text.slice(0, text.indexOf(';')), quotesThatHideNone(session));
  if (parts.length - 1 > MOST_PARAMETERS && !has('placeholders-counted-modulo-65536')) throw refuse.tooManyPlaceholders();
  return parts;
}

/** Quotes in which question marks count. */
function quotesThatHideNone({ has }: Session): string {
  if (has('placeholder-in-string-counted')) return '\'"`';
  return (has('placeholder-in-double-quotes-counted') ? '"' : '') + (has('placeholder-in-backticks-counted') ? '`' : '');
}

async function described(session: Session, parts: readonly string[]): Promise<readonly Column[]> {
  try {
    return await describe(session, parts);
  } catch (error) {
    if (session.has('prepares-what-it-cannot-parse') || parts.join('') === '') return [];
    if (session.has('refused-prepare-drops-statements')) session.prepared.clear();
    session.prepared.refused = parts.slice(1);
    if (error instanceof Refusal && !session.has('refused-prepare-not-among-warnings')) keepRefusal(session, error);
    throw error;
  }
}

/** COM_STMT_PREPARE_OK and the definitions (mysql/page_protocol_com_stmt_prepare). */
function prepareOk(session: Session, statement: PreparedStatement): readonly Uint8Array[] {
  const { context, has } = session;
  const left = has('parameters-stay-behind-refused-prepare') && parametersOf(statement) === 0 ? session.prepared.refused : [];
  const counts = {
    columns: statement.columns.length,
    parameters:
      (left.length || parametersOf(statement)) &
      (has('placeholders-counted-modulo-256') ? 0xff : has('placeholders-counted-in-15-bits') ? 0x7fff : 0xffff),
  };
  const swapped = { columns: counts.parameters, parameters: counts.columns };
  const short = has('prepare-ok-short-without-definitions') && counts.columns + counts.parameters === 0;
  const raw = {
    ...(short ? { filler: new Uint8Array(0), warnings: new Uint8Array(0) } : {}),
    ...(has('prepare-ok-filler-missing') ? { filler: new Uint8Array(0) } : {}),
    ...(has('prepare-ok-without-warnings') ? { warnings: new Uint8Array(0) } : {}),
    ...(has('prepare-ok-without-metadata-flag') ? { metadataFollows: new Uint8Array(0) } : {}),
  };
  const none = systemVariable(session, 'resultset_metadata')?.toUpperCase() === 'NONE' && !has('prepare-sends-metadata-unasked');
  const fields = {
    statementId: statement.id,
    metadataFollows: none ? 0 : 1,
    warnings: has('prepare-ok-warnings-zero') ? 0 : removedSpaces(statement),
    ...(has('prepare-ok-counts-swapped') ? swapped : counts),
  };
  const ok = stmtPrepareOk.encode(fields, context, raw);
  const most = has('placeholders-described-up-to-1024') ? Math.min(counts.parameters, 1024) : counts.parameters;
  const parameters = [...statement.parts.slice(1), ...left].slice(0, most).map(() => placeholder(session));
  const silent = none && !has('prepare-sends-metadata-behind-flag-of-none');
  const lists = [
    definitions(session, parameters, silent, has('prepare-without-parameter-eof')),
    definitions(session, told(session, statement.columns), silent, has('prepare-without-column-eof')),
  ];
  return [ok, ...(has('prepare-columns-first') ? lists.reverse() : lists).flat()];
}

/** Each name that loses spaces in front is a warning (ER_REMOVED_SPACES). */
const removedSpaces = ({ parts }: PreparedStatement): number => parts.join('?').match(/ as ' +/gi)?.length ?? 0;

const OF_KEYS = columnFlag.PRI_KEY | columnFlag.UNIQUE_KEY | columnFlag.MULTIPLE_KEY;
const keyless = (column: Column): Column => ({ ...column, flags: column.flags & ~OF_KEYS });
function told({ has }: Session, columns: readonly Column[]): readonly Column[] {
  if (has('prepare-lengths-missing')) return columns.map((column) => ({ ...column, columnLength: 0 }));
  return has('prepare-flags-of-keys-missing') ? columns.map(keyless) : columns;
}

const placeholder = (session: Session): Column => ({
  name: '?',
  characterSet: 63,
  columnLength: 0,
  type: typeOfPlaceholder(session),
  flags: 0x80,
  decimals: 0,
});

/** Without metadata nothing but the EOF behind it (Protocol_classic::end_result_metadata; MySQL 9.7.4). */
function definitions(session: Session, columns: readonly Column[], none: boolean, withoutEof: boolean): readonly Uint8Array[] {
  const { has } = session;
  const deprecated = session.agreed('DEPRECATE_EOF');
  if (columns.length === 0) return has('prepare-eof-without-definitions') && !deprecated ? [eofPacket(session)] : [];
  const list = none ? [] : columns.map((column) => definition(session, column));
  const shown = has('prepare-definitions-hide-transaction') ? { statusFlags: session.status & ~status.IN_TRANS } : {};
  if (deprecated ? has('prepare-eof-unasked') : !withoutEof) list.push(eofPacket(session, shown));
  return list;
}

/** The statement of an id. Throws Refusal 1243. */
export function find(session: Session, id: number, givenTo: string): PreparedStatement {
  const { has, prepared } = session;
  const first = has('execute-runs-first-statement') ? [...prepared.byId.values()][0] : undefined;
  const found = has('execute-runs-last-statement') ? prepared.last : (first ?? lookUp(session, id));
  if (found) return found;
  if (has('unknown-statement-stops-server')) {
    session.server.die();
    throw new Departure('stay');
  }
  if (has('unknown-statement-closes')) throw new Departure('fin');
  if (has('unknown-statement-unsupported')) throw refuse.unsupported();
  throw refuse.unknownStatement(has('unknown-statement-unnamed') ? 0 : id, givenTo);
}

function lookUp({ prepared, server, has }: Session, id: number): PreparedStatement | undefined {
  if (id === LAST && server.dialect === 'mariadb' && !has('last-statement-unknown')) return prepared.last;
  const shared = has('statements-of-all-connections') ? server.prepared : prepared;
  return shared.byId.get(id);
}

/** What other connections have prepared with the same text: a proxy may have one statement for them all. */
function sameTextElsewhere(session: Session, { parts }: PreparedStatement): readonly PreparedStatement[] {
  const others = [...session.server.sessions.values()].filter((one) => one !== session);
  return others.flatMap(({ prepared }) => [...prepared.byId.values()].filter((one) => one.parts.join('?') === parts.join('?')));
}

/** The other statements of the connection. */
const othersOf = ({ prepared }: Session, statement: PreparedStatement): readonly PreparedStatement[] =>
  [...prepared.byId.values()].filter((one) => one !== statement);

function append({ longData }: PreparedStatement, parameter: number, data: Uint8Array): void {
  longData.set(parameter, [...(longData.get(parameter) ?? []), data]);
}

/** Nothing answers it; what is wrong the next execution tells. */
function sendLongData(session: Session, payload: Uint8Array): readonly Uint8Array[] {
  const { has, server } = session;
  const { statementId, parameter: number, data } = decoded(session, comStmtSendLongData, payload);
  const parameter = has('long-data-parameter-in-one-byte') ? number & 0xff : number;
  const statement = lookUp(session, statementId);
  if (!statement) {
    if (has('unknown-long-data-stops-server')) server.die();
    if (has('unknown-long-data-answered')) throw refuse.unknownStatement(statementId, 'mysqld_stmt_send_long_data');
    return [];
  }
  if (parameter >= parametersOf(statement)) {
    if (!has('long-data-of-no-parameter-ignored')) statement.failure = refuse.incorrectArguments('mysqld_stmt_send_long_data');
  } else {
    if (data.length === 0 && has('empty-long-data-ignored')) return [];
    const before = has('long-data-keeps-last-chunk') ? [] : (statement.longData.get(parameter) ?? []);
    const nul = has('long-data-ends-at-nul') ? data.indexOf(0) : -1;
    if (has('long-data-shared-by-same-text')) for (const other of sameTextElsewhere(session, statement)) append(other, parameter, data);
    if (has('long-data-of-statements-mixed')) for (const other of othersOf(session, statement)) append(other, parameter, data);
    statement.longData.set(parameter, [...before, nul < 0 ? data : data.subarray(0, nul)]);
  }
  return has('long-data-answered') ? [okPacket(session)] : [];
}

function close(session: Session, payload: Uint8Array): readonly Uint8Array[] {
  const { has, prepared } = session;
  const { statementId } = decoded(session, comStmtClose, payload);
  const statement = lookUp(session, statementId);
  if (!statement && has('unknown-close-answered')) throw refuse.unknownStatement(statementId, 'mysqld_stmt_close');
  if (has('close-closes-all-cursors')) prepared.closeCursors();
  if (statement && !has('closed-statement-lives')) {
    prepared.byId.delete(statement.id);
    if (has('close-takes-same-text-of-others'))
      for (const other of sameTextElsewhere(session, statement)) other.failure = refuse.unknownStatement(other.id, 'mysqld_stmt_execute');
    if (has('close-takes-the-next')) prepared.byId.delete(statement.id + 1);
    if (statement.cursor && has('close-keeps-cursor')) prepared.closed.set(statement.id, statement);
    if (prepared.last === statement) prepared.last = undefined;
  }
  return has('close-answered') ? [okPacket(session)] : [];
}

/** Drops long data, and closes the cursor (mysql/page_protocol_com_stmt_reset). */
function reset(session: Session, payload: Uint8Array): readonly Uint8Array[] {
  const { has } = session;
  const { statementId } = decoded(session, comStmtReset, payload);
  if (has('reset-of-unknown-statement-ok') && !lookUp(session, statementId)) return [okPacket(session)];
  const statement = find(session, statementId, 'mysqld_stmt_reset');
  statement.resetWithCursor ||= statement.cursor !== undefined;
  if (!has('reset-keeps-long-data')) statement.longData.clear();
  if (has('reset-drops-long-data-of-others')) for (const other of sameTextElsewhere(session, statement)) other.longData.clear();
  if (has('reset-closes-all-cursors')) session.prepared.closeCursors();
  if (!has('reset-keeps-cursor')) statement.cursor = undefined;
  if (has('statement-reset-forgets-types')) statement.types = undefined;
  if (!has('reset-keeps-failure')) statement.failure = undefined;
  const shown = has('statement-reset-hides-transaction') ? { statusFlags: session.status & ~status.IN_TRANS } : {};
  return has('reset-answers-eof') ? [eofPacket(session)] : [okPacket(session, shown)];
}

const decoded = <M extends Message>(session: Session, message: M, payload: Uint8Array): MessageOf<M> =>
  message.decode(payload, session.context).value as MessageOf<M>;

/** What COM_STMT_SEND_LONG_DATA has sent of a parameter. */
export function longDataOf({ has }: Session, { longData }: PreparedStatement, parameter: number): Uint8Array | undefined {
  const chunks = longData.get(parameter);
  return chunks && join(has('long-data-of-parameters-mixed') ? [...longData.values()].flat() : chunks);
}
