import type { Stimulus } from '../../case/step.ts';
import { status } from '../../codec/status.ts';
import type { Gives } from '../arbitrary/statement.ts';
import { isFeature } from '../arbitrary/statements.ts';
import { type Allowed, type Expected, err, expectedOf, ok } from './expected.ts';
import type { Prepared, Server, State } from './state.ts';
import { knownPrepared } from './statement-rules.ts';
import type { Told } from './told.ts';

const UNKNOWN_STATEMENT = 1243;
const NO_CURSOR = 1421;
/** Of a table that is not there, or not for this account. */
const UNPREPARABLE = [1044, 1046, 1109, 1142, 1146, 1370, 1305] as const;
const TOO_LONG = 1406;
const READ_ONLY = 1792;

export function prepareAllows(sql: string, state: State): Allowed {
  const { known } = knownPrepared(sql);
  if (!known) return 'anything';
  if (known.refused !== undefined) return [[err(...[known.refused].flat())]];
  const { needs = [] } = known;
  const prepared: Expected = {
    kind: 'prepared',
    parameters: known.parameters,
    ...(known.columns === undefined ? {} : { columns: known.columns }),
  };
  const table = known.does && 'touches' in known.does ? known.does.touches : '';
  const isSure =
    !state.poor &&
    !(needs.includes('qualified') && state.flags.has('NO_SCHEMA')) &&
    !(needs.includes('database') && (state.database === 'unknown' || state.database === 'information_schema'));
  if (!isSure) return [[prepared], [err(...UNPREPARABLE)]];
  // The built-in server looks for the table when the statement is executed.
  if (table !== '' && !state.tables.has(table)) return [[err(...UNPREPARABLE)], [prepared]];
  return [[prepared]];
}

export function afterPrepare(sql: string, state: State, told: readonly Told[]): State {
  const [first] = told;
  if (first?.kind !== 'prepared') return state;
  const { known } = knownPrepared(sql);
  return { ...state, prepared: { sql, known, parameters: first.parameters, closed: false, longData: false, cursor: undefined } };
}

/** Is it the statement that was prepared last; 'none': an id that nobody gave. */
export function statementOf({ with: fields }: Stimulus, state: State): Prepared | 'none' | undefined {
  const id = fields?.['statementId'];
  if (typeof id === 'object' && id !== null && 'from' in id)
    return state.prepared ? (state.prepared.closed ? 'none' : state.prepared) : 'none';
  return 'none';
}

export function executeAllows(stimulus: Stimulus, state: State, server: Server): Allowed {
  const prepared = statementOf(stimulus, state);
  if (!prepared || prepared === 'none') return [[err(UNKNOWN_STATEMENT)]];
  const { known, sql } = prepared;
  if (!known || known.varies) return 'anything';
  const parameters = stimulus.with?.['parameters'];
  if ((Array.isArray(parameters) ? parameters.length : 0) !== known.parameters) return 'anything';
  if (stimulus.message === 'COM_STMT_BULK_EXECUTE' && !sql.startsWith('INSERT')) return [[err(1295)]];
  // What was executed with types may have failed before they were kept.
  if (stimulus.with?.['newParamsBindFlag'] === 0) return 'anything';
  const { needs = [] } = known;
  if (state.poor && needs.some((need) => isFeature(need) || need === 'database')) return 'anything';
  const { canary } = knownPrepared(sql);
  const table = known.does && 'touches' in known.does ? known.does.touches : '';
  if (table !== '') return tableAllows(stimulus, prepared, state, table);
  if (sql.startsWith('CALL')) return callAllows(known.gives as Gives | readonly Gives[], state, server, canary);
  if (known.gives === 'echo') {
    const row = openable([{ kind: 'resultset', columns: known.parameters, rows: 1 }], stimulus);
    // A cursor's rows are kept in a table, and MySQL 9.7 takes bytes that are no text for text there.
    return server.dialect === 'mysql' && row.length > 1 ? [...row, [{ kind: 'resultset', fails: 3854 }]] : row;
  }
  const gives = (Array.isArray(known.gives) ? known.gives : [known.gives]).map((one) => expectedOf(one as Gives, canary));
  return openable(gives, stimulus);
}

/** With a cursor asked for: the rows at once, or none of them yet. */
function openable(gives: readonly Expected[], { with: fields }: Stimulus): readonly (readonly Expected[])[] {
  const flags = Number(fields?.['flags'] ?? 0);
  const [first] = gives;
  // MySQL 9.7 opens one for DO, too, and has rows for it.
  if ((flags & 1) !== 0 && first?.kind === 'OK') return [gives, [{ kind: 'resultset', rows: 0 }], [{ kind: 'resultset', fails: 3854 }]];
  if ((flags & 1) === 0 || first?.kind !== 'resultset') return [gives];
  const { columns } = first;
  // What fails on the way may fail while the cursor is opened, or when its rows are fetched.
  return [
    gives,
    [{ kind: 'resultset', ...(columns === undefined ? {} : { columns }), rows: 0 }],
    ...(first.fails === undefined ? [] : [[err(first.fails)]]),
  ];
}

function tableAllows(stimulus: Stimulus, prepared: Prepared, state: State, table: string): Allowed {
  if (prepared.sql.startsWith('SELECT')) return 'anything';
  const rows = stimulus.with?.['rows'];
  if (!state.tables.has(table) || state.transaction === 'read only' || state.transaction === 'unknown')
    return [[err(...UNPREPARABLE, READ_ONLY, 1412, UNKNOWN_STATEMENT, TOO_LONG)], [ok], [{ kind: 'resultset' }]];
  if (Array.isArray(rows)) return [[{ kind: 'OK', affectedRows: rows.length }], [{ kind: 'resultset', rows: rows.length }]];
  const inserted: Expected = { kind: 'OK', affectedRows: 1 };
  return prepared.longData ? [[inserted], [err(TOO_LONG)]] : [[inserted]];
}

/** Results of procedures; OUT parameters come as a row under PS_MULTI_RESULTS. */
function callAllows(given: Gives | readonly Gives[], state: State, _server: Server, canary: string): Allowed {
  const gives = ((Array.isArray(given) ? given : [given]) as readonly Gives[]).map((one) => expectedOf(one, canary));
  if (!state.flags.has('MULTI_RESULTS')) return 'anything';
  if (gives.length > 1) return state.flags.has('PS_MULTI_RESULTS') ? [gives] : [gives, [err(1312)]];
  return [gives, [{ kind: 'resultset', columns: 1, rows: [['42']] }, ok]];
}

export function afterExecute(stimulus: Stimulus, state: State, told: readonly Told[]): State {
  const prepared = statementOf(stimulus, state);
  if (!prepared || prepared === 'none') return state;
  const [first] = told;
  const opened = first?.kind === 'resultset' && first.status !== undefined && (first.status & status.CURSOR_EXISTS) !== 0;
  const { known } = prepared;
  const table = known?.does && 'touches' in known.does ? known.does.touches : undefined;
  const next = { ...state, prepared: { ...prepared, longData: false, cursor: opened ? ('some' as const) : undefined } };
  if (table === undefined) return next;
  const tables = new Map(state.tables);
  const found = tables.get(table);
  if (found) tables.set(table, { ...found, rows: undefined });
  return {
    ...next,
    tables,
    transaction: state.autocommit === true ? state.transaction : state.transaction === 'none' ? 'unknown' : state.transaction,
  };
}

export function fetchAllows(stimulus: Stimulus, state: State): Allowed {
  const prepared = statementOf(stimulus, state);
  if (!prepared || prepared === 'none') return [[err(UNKNOWN_STATEMENT)]];
  if (prepared.cursor === undefined) return [[err(NO_CURSOR)]];
  const rows: Expected = { kind: 'resultset' };
  const end: Expected = ok;
  const fails =
    prepared.known && typeof prepared.known.gives === 'object' && 'fails' in prepared.known.gives ? prepared.known.gives.fails : undefined;
  return [
    [rows],
    [end],
    [err(NO_CURSOR, ...(fails === undefined ? [] : [fails]))],
    ...(fails === undefined ? [] : [[{ kind: 'resultset' as const, fails }]]),
  ];
}

export function afterFetch(stimulus: Stimulus, state: State, told: readonly Told[]): State {
  const prepared = statementOf(stimulus, state);
  if (!prepared || prepared === 'none') return state;
  return told[0]?.kind === 'ERR' ? { ...state, prepared: { ...prepared, cursor: undefined } } : state;
}

/** COM_STMT_RESET takes back what was sent ahead, and closes the cursor. */
export function resetAllows(stimulus: Stimulus, state: State): Allowed {
  const prepared = statementOf(stimulus, state);
  return !prepared || prepared === 'none' ? [[err(UNKNOWN_STATEMENT)]] : [[ok]];
}

export function afterUse(stimulus: Stimulus, state: State, change: Partial<Prepared>): State {
  const prepared = statementOf(stimulus, state);
  return !prepared || prepared === 'none' ? state : { ...state, prepared: { ...prepared, ...change } };
}
