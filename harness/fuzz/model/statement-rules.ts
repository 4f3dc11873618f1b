import { type KnownPrepared, preparedStatements } from '../arbitrary/prepared-statements.ts';
import type { Does, Gives, Known } from '../arbitrary/statement.ts';
import { isFeature, knownBySql } from '../arbitrary/statements.ts';
import { type Allowed, type Expected, err, expectedOf } from './expected.ts';
import type { Server, State } from './state.ts';
import type { Told } from './told.ts';

const canaries = /mywire-canary-\d+/;
/** A text of the vocabulary, and the canary in it. */
function knownStatement(sql: string): { readonly known: Known | undefined; readonly canary: string } {
  const canary = canaries.exec(sql)?.[0] ?? '';
  const known = knownBySql.get(canary === '' ? sql : sql.replaceAll(canary, '{c}'));
  return { known: known ?? numberSelect(sql) ?? dropIfExists(sql), canary };
}
const numberSelect = (sql: string): Known | undefined => {
  const digits = /^SELECT (\d{1,9})$/.exec(sql)?.[1];
  return digits === undefined ? undefined : { sql, gives: { columns: 1, rows: [[digits]] } };
};
const dropIfExists = (sql: string): Known | undefined => {
  const table = /^DROP TEMPORARY TABLE IF EXISTS (mywire_\w+)$/.exec(sql)?.[1];
  return table === undefined ? undefined : { sql, gives: { ok: {} }, does: { drops: table, ifExists: true }, needs: ['database'] };
};
const bySql = new Map(preparedStatements.map((known) => [known.sql, known]));
export function knownPrepared(sql: string): { readonly known: KnownPrepared | undefined; readonly canary: string } {
  const canary = canaries.exec(sql)?.[0] ?? '';
  return { known: bySql.get(canary === '' ? sql : sql.replaceAll(canary, '{c}')), canary };
}

export const effectsOf = ({ does }: { readonly does?: Does | readonly Does[] }): readonly Does[] =>
  does === undefined ? [] : Array.isArray(does) ? (does as readonly Does[]) : [does as Does];
const givesOf = ({ gives }: Known): readonly Gives[] => (Array.isArray(gives) ? (gives as readonly Gives[]) : [gives as Gives]);

/** What no server of theirs gives to an account without rights. */
const DENIED = [1044, 1046, 1142, 1143, 1227, 1370, 1146, 1049] as const;
/** Codes of a table that is not there: MariaDB and MySQL 1051 where it is dropped. */
const NO_TABLE = [1146, 1051, 1109, 1142] as const;
const READ_ONLY = 1792;

/** What a COM_QUERY may be answered with. */
export function queryAllows(sql: string, state: State, { dialect }: Server): Allowed {
  const { known, canary } = knownStatement(sql);
  if (!known || known.varies) return 'anything';
  const { needs = [] } = known;
  const gives = givesOf(known).map((one) => expectedOf(one, canary));
  const whole: readonly (readonly Expected[])[] = alternatives(known, gives);
  if (known.several) return severalAllow(whole, state, sql);
  if (sql.startsWith('CALL') && gives.length > 1 && !state.flags.has('MULTI_RESULTS'))
    return state.several === false && !state.flags.has('MULTI_STATEMENTS') ? [[err(1312)]] : 'anything';
  if (state.poor && needs.some((need) => isFeature(need) || need === 'database' || need === 'qualified'))
    return [...whole, [err(...DENIED)]];
  if (needs.includes('qualified') && state.flags.has('NO_SCHEMA')) return 'anything';
  if (known.sql.startsWith('SET resultset_metadata')) return metadataAllow(state, dialect);
  if (sql === 'USE mywire_no_such_database' && state.poor) return [[err(1044, 1049)]];
  if ('file' in (givesOf(known)[0] as Gives)) return fileAllows(gives[0] as Expected, state);
  if (sql === 'USE mywire' || sql === 'USE information_schema') return whole;
  const tableAllowed = tableAllows(known, whole, state);
  if (tableAllowed) return tableAllowed;
  return valueAllows(known, whole, state);
}

/** `gives` as alternatives of one result (an INSERT that may meet its own key), or as the results of one answer. */
function alternatives(known: Known, gives: readonly Expected[]): readonly (readonly Expected[])[] {
  const isOneOf = effectsOf(known).some((does) => 'touches' in does && does.touches === 'mywire_key');
  return isOneOf ? gives.map((one) => [one]) : [gives];
}

function severalAllow(whole: readonly (readonly Expected[])[], state: State, sql: string): Allowed {
  const refused = [[err(1064)]];
  if (state.several === false) return refused;
  // Without MULTI_RESULTS the products differ.
  if (
    state.several === 'unknown' ||
    !state.flags.has('MULTI_RESULTS') ||
    (state.flags.has('NO_SCHEMA') && sql.includes('mywire.')) ||
    state.poor
  )
    return 'anything';
  return whole;
}

function metadataAllow(state: State, dialect: Server['dialect']): Allowed {
  if (dialect === 'mariadb') return [[err(1193)]];
  return state.flags.has('OPTIONAL_RESULTSET_METADATA') ? [[{ kind: 'OK' }]] : 'anything';
}

function fileAllows(file: Expected, state: State): Allowed {
  if (!state.flags.has('LOCAL_FILES')) return [[err(1148, 3948, 4166)], [err(...NO_TABLE, 1044, 1046)]];
  if (state.database === '' || !state.tables.has('mywire_file')) return 'anything';
  if (state.database === 'unknown' || state.database === 'information_schema' || state.transaction === 'read only') return 'anything';
  // The end of the exchange: how many lines fit is not for the model to say.
  return [[file, { kind: 'OK' }]];
}

/** What temporary tables add: they are there, or not; the database is there, or not. */
function tableAllows(known: Known, whole: readonly (readonly Expected[])[], state: State): Allowed | undefined {
  if (!known.needs?.includes('database')) return undefined;
  const { database } = state;
  if (database === 'unknown' || database === 'information_schema') return 'anything';
  if (database === '') return [[err(1046, ...NO_TABLE)], ...(known.sql.includes('IF EXISTS') ? whole : [])];
  if (state.transaction === 'read only' || state.transaction === 'unknown')
    return [...whole, ...anyTable, [err(READ_ONLY, ...NO_TABLE, 1050)]];
  const [does] = effectsOf(known);
  if (!does) return whole;
  if ('creates' in does) return state.tables.has(does.creates) || !inOneRoom.has(does.creates) ? [...whole, [err(1050)]] : whole;
  const name =
    'drops' in does
      ? does.drops
      : 'into' in does
        ? does.into
        : 'empties' in does
          ? does.empties
          : 'reads' in does
            ? does.reads
            : 'touches' in does
              ? does.touches
              : '';
  if (name === '') return whole;
  const table = state.tables.get(name);
  if ('drops' in does && does.ifExists)
    return [[{ kind: 'OK', affectedRows: 0, ...(inOneRoom.has(name) ? { warnings: table ? 0 : 1 } : {}) }]];
  if (!table) return [[err(...NO_TABLE)]];
  const { rows } = table;
  if (rows === undefined) return whole;
  if ('empties' in does) return [[{ kind: 'OK', affectedRows: rows }]];
  if ('reads' in does)
    return [[does.count ? { kind: 'resultset', columns: 1, rows: [[String(rows)]] } : { kind: 'resultset', columns: table.columns, rows }]];
  return whole;
}
/** The built-in server keeps its other tables where DROP does not look. */
const inOneRoom: ReadonlySet<string> = new Set(['mywire_ok', 'mywire_keys', 'mywire_kinds']);
const anyTable: readonly (readonly Expected[])[] = [[{ kind: 'OK' }], [{ kind: 'resultset' }]];

/** What the session has set shows. */
function valueAllows(known: Known, whole: readonly (readonly Expected[])[], state: State): Allowed {
  const one = (cell: string | null): Allowed => [[{ kind: 'resultset', columns: 1, rows: [[cell]] }]];
  for (const does of effectsOf(known)) {
    if ('shows' in does && does.shows === 'autocommit' && state.autocommit !== 'unknown') return one(state.autocommit ? '1' : '0');
    if ('shows' in does && does.shows === 'database' && state.database !== 'unknown')
      return one(state.database === '' ? null : state.database);
    if ('userVariable' in does) {
      const value = state.variables.has(does.userVariable) ? state.variables.get(does.userVariable) : null;
      if (value !== 'unknown' && value !== undefined) return one(value);
    }
  }
  return whole;
}

/** The session behind a statement, with the answer that it got. */
export function afterQuery(sql: string, state: State, told: readonly Told[]): State {
  const { known, canary } = knownStatement(sql);
  if (!known) return unknowable(state);
  if (known.varies)
    return { ...unknowable(state), tables: new Map([...state.tables].map(([name, table]) => [name, { ...table, rows: undefined }])) };
  const [first] = told;
  const refused = told.length === 0 || told.some((one) => one.kind === 'ERR');
  if (known.several) return refused ? { ...unknowable(state), several: state.several } : afterSeveral(known, state, canary);
  if (refused) return effectsOf(known).some((does) => 'touches' in does) ? implied(state) : state;
  return effectsOf(known).reduce<State>((now, does) => afterEffect(does, now, canary, first), state);
}

/** Of several statements one failed: what the others did is not worked out. */
const unknowable = (state: State): State => ({
  ...state,
  transaction: 'unknown',
  variables: new Map([...state.variables].map(([name]) => [name, 'unknown' as const])),
});

function afterSeveral(known: Known, state: State, canary: string): State {
  return effectsOf(known).reduce<State>((now, does) => afterEffect(does, now, canary, undefined), state);
}

/** Reading a table begins a transaction where autocommit is off. */
const implied = (state: State): State =>
  state.autocommit === true ? state : state.transaction === 'none' ? { ...state, transaction: 'unknown' } : state;

function afterEffect(does: Does, state: State, canary: string, told: Told | undefined): State {
  if ('begins' in does) return { ...state, transaction: does.begins };
  if ('ends' in does) return { ...state, transaction: state.autocommit === true ? 'none' : 'unknown' };
  if ('transaction' in does) return { ...state, transaction: does.transaction };
  if ('autocommit' in does) {
    const same = state.autocommit === does.autocommit;
    const transaction = does.autocommit && !same ? 'none' : state.transaction === 'none' && does.autocommit ? 'none' : 'unknown';
    return { ...state, autocommit: does.autocommit, transaction };
  }
  if ('uses' in does) return { ...state, database: does.uses };
  if ('user' in does) return { ...state, variables: new Map(state.variables).set(does.user, does.to?.replaceAll('{c}', canary) ?? null) };
  if ('mode' in does) return { ...state, mode: does.mode };
  if ('metadata' in does) return { ...state, describes: does.metadata === 'FULL' };
  if ('creates' in does) return implied(withTable(state, does.creates, { columns: does.columns, rows: does.rows ?? 0 }));
  if ('drops' in does) {
    const tables = new Map(state.tables);
    tables.delete(does.drops);
    return { ...state, tables };
  }
  if ('into' in does) return counted(state, does.into, (rows) => rows + does.inserts);
  if ('empties' in does) return counted(state, does.empties, () => 0);
  if ('reads' in does) return implied(state);
  if ('touches' in does)
    return does.touches === '' || told?.kind === 'resultset'
      ? implied(state)
      : counted(state, does.touches, (rows) => (does.touches === 'mywire_ok' ? rows : undefined));
  return state;
}

function withTable(state: State, name: string, table: { readonly columns: number; readonly rows: number | undefined }): State {
  return { ...state, tables: new Map(state.tables).set(name, table) };
}

/** Where a transaction may be rolled back, nobody counts rows. */
function counted(state: State, name: string, next: (rows: number) => number | undefined): State {
  const table = state.tables.get(name);
  if (!table) return implied(state);
  const sure = state.autocommit === true && state.transaction === 'none' && table.rows !== undefined;
  return implied(withTable(state, name, { ...table, rows: sure ? next(table.rows as number) : undefined }));
}
