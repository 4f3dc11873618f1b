/** Temporary tables: the few shapes of CREATE, INSERT, REPLACE, UPDATE, DELETE and SELECT that cases use. */
import { columnFlag as F, columnType as T } from '../../codec/column-type.ts';
import { status } from '../../codec/status.ts';
import { refuse } from '../refusal.ts';
import type { Done, Rows } from '../result.ts';
import type { Column, Row } from '../resultset.ts';
import type { Session } from '../session.ts';
import { literal, topLevel } from './literal.ts';
import type { Statement } from './statement.ts';
import { stateChanged } from './tracking.ts';
import { PART_KEY } from './types.ts';

export interface Table {
  readonly columns: readonly Column[];
  rows: Row[];
  nextId: bigint;
}

export const tableStatements: readonly Statement[] = [
  [
    /^create temporary table (mywire_(?!file)\w+) ?\((.+)\)(?: auto_increment ?= ?(\d+))?$/is,
    (s, [, name = '', columns = '', from]) => create(s, name, columns, from),
  ],
  // A table of as many rows as its LIMIT says: how many they are is all that cases ask.
  [/^create temporary table mywire_\w+ select .+ limit (\d+)$/i, (s, [, rows]) => ({ ok: counted(s, Number(rows)) })],
  [/^drop temporary table (if exists )?(\w+)$/i, (s, [, ifExists, name = '']) => drop(s, name, ifExists !== undefined)],
  [
    /^(insert|insert ignore|replace) into (\w+)(?: ?\(([\w, ]+)\))? values ?(.+?)(?: on duplicate key update (\w+) ?= ?(.+))?$/is,
    (s, [, verb = '', name = '', into, values = '', , update]) =>
      insert(s, name, into, { rows: rowsOf(s, values), verb: verb.toLowerCase(), update }),
  ],
  [
    /^update (\w+) set (\w+) = last_insert_id\((\d+)\) where (\w+) = (\d+)$/i,
    (s, [, name = '', column = '', value = '', , id]) => updateWithId(s, name, [column, value], id),
  ],
  [
    /^update (\w+) set (\w+) ?= ?([^ ]+)(?: where (\w+) ?= ?(\d+))?$/i,
    (s, [, name = '', column = '', value = '', key, id]) =>
      update(s, name, [column, literal(s, value)], key === undefined ? undefined : id),
  ],
  [/^delete from (\w+)(?: where id ?= ?(\d+))?$/i, (s, [, name = '', id]) => remove(s, name, id)],
  [/^select (\*|count\(\*\)) from (?:mywire\.)?(mywire_(?!file)\w+)$/i, (s, [, what = '', name = '']) => select(s, name, what)],
];

const types: Readonly<Record<string, Pick<Column, 'type' | 'columnLength' | 'flags' | 'characterSet'> & { readonly decimals?: number }>> = {
  int: { type: T.LONG, columnLength: 11, flags: 0, characterSet: 63 },
  bigint: { type: T.LONGLONG, columnLength: 20, flags: 0, characterSet: 63 },
  float: { type: T.FLOAT, columnLength: 12, flags: 0, characterSet: 63, decimals: 31 },
  double: { type: T.DOUBLE, columnLength: 22, flags: 0, characterSet: 63, decimals: 31 },
  date: { type: T.DATE, columnLength: 10, flags: F.BINARY, characterSet: 63 },
  datetime: { type: T.DATETIME, columnLength: 19, flags: F.BINARY, characterSet: 63 },
  time: { type: T.TIME, columnLength: 10, flags: F.BINARY, characterSet: 63 },
  blob: { type: T.BLOB, columnLength: 65535, flags: F.BLOB | F.BINARY, characterSet: 63 },
  enum: { type: T.STRING, columnLength: 4, flags: F.ENUM, characterSet: 45 },
  timestamp: { type: T.TIMESTAMP, columnLength: 19, flags: F.BINARY, characterSet: 63 },
  set: { type: T.STRING, columnLength: 4, flags: F.SET, characterSet: 45 },
};
/** What a word in a definition adds to the flags. */
const words: readonly (readonly [RegExp, number])[] = [
  [/ unsigned/i, F.UNSIGNED],
  [/ not null/i, F.NOT_NULL],
  [/ primary key/i, F.PRI_KEY | F.NOT_NULL | PART_KEY],
  [/ unique/i, F.UNIQUE_KEY | PART_KEY],
  [/ auto_increment/i, F.AUTO_INCREMENT],
  [/ on update current_timestamp/i, F.ON_UPDATE_NOW | F.TIMESTAMP],
];

function counted({ has, database }: Session, rows: number): Done['ok'] {
  if (database === '') throw refuse.noDatabase();
  const affectedRows = has('affected-rows-in-two-bytes') ? rows & 0xffff : rows;
  return { affectedRows, info: `Records: ${rows}  Duplicates: 0  Warnings: 0` };
}

function create(session: Session, name: string, definitions: string, firstId = '1'): Done {
  if (session.database === '') throw refuse.noDatabase();
  const keys = [...definitions.matchAll(/, ?key ?\((\w+)\)/gi)].map(([, key]) => key);
  const columns = topLevel(definitions)
    .filter((one) => !/^key ?\(/i.test(one))
    .map((one) => columnOf(session.database, name, one, keys));
  session.state.temporaryTables.set(name, { columns, rows: [], nextId: BigInt(firstId) });
  return { ok: {}, changed: stateChanged(session) };
}

function columnOf(schema: string, table: string, definition: string, keys: readonly (string | undefined)[]): Column {
  const [, name = '', word = '', digits] = /^(\w+) (\w+)(?:\((\d)\))?/.exec(definition) ?? [];
  const fraction = digits === undefined ? {} : { decimals: Number(digits) };
  const type = types[word.toLowerCase()];
  if (!type) throw refuse.syntax(definition);
  let flags = keys.includes(name) ? type.flags | F.MULTIPLE_KEY | PART_KEY : type.flags;
  for (const [pattern, flag] of words) if (pattern.test(definition)) flags |= flag;
  if ((flags & F.NOT_NULL) !== 0 && (flags & F.AUTO_INCREMENT) === 0 && !/ default /i.test(definition)) flags |= F.NO_DEFAULT_VALUE;
  const columnLength = (flags & F.UNSIGNED) === 0 ? type.columnLength : type.columnLength - 1;
  return { decimals: 0, ...type, ...fraction, schema, table, orgTable: table, name, orgName: name, columnLength, flags };
}

function drop(session: Session, name: string, ifExists: boolean): Done {
  const there = session.state.temporaryTables.delete(name);
  if (!there && !ifExists) throw refuse.noSuchTable(`${session.database}.${name}`);
  return { ok: { warnings: there ? 0 : 1 }, changed: stateChanged(session) };
}

interface Insertion {
  readonly rows: readonly Row[];
  readonly verb: string;
  readonly update: string | undefined;
}

/** Affected rows: 1 for a new row, 2 for one that took the place of another (mysql/affected-rows). */
function insert(session: Session, name: string, into: string | undefined, { rows, verb, update }: Insertion): Done {
  const { has } = session;
  if ((session.status & status.IN_TRANS_READONLY) !== 0 && has('read-only-transaction-refuses-temporary-tables'))
    throw refuse.readOnlyTransaction();
  const table = tableNamed(session, name);
  const names = into === undefined ? table.columns.map((column) => column.name) : topLevel(into);
  let affectedRows = 0;
  let duplicates = 0;
  let lastInsertId = 0n;
  let givenId = 0n;
  for (const given of rows) {
    let ownId = 0n;
    const row = table.columns.map((column) => {
      const at = names.indexOf(column.name);
      const value = at < 0 ? null : (given[at] ?? null);
      if ((column.flags & F.AUTO_INCREMENT) === 0) return value;
      if (value !== null) {
        ownId = BigInt(value);
        return value;
      }
      lastInsertId ||= table.nextId;
      return String(table.nextId++);
    });
    const same = table.rows.findIndex(([id]) => id === row[0]);
    if (same < 0) {
      table.rows.push(row);
      if (ownId > 0n) givenId = ownId;
      affectedRows++;
      continue;
    }
    if (verb === 'insert' && update === undefined) throw refuse.duplicateEntry(row[0] ?? '');
    duplicates++;
    if (verb === 'insert ignore') continue;
    table.rows[same] = update === undefined ? row : [row[0] ?? null, literal(session, update)];
    affectedRows += 2;
  }
  if (lastInsertId > 0n) session.lastInsertId = lastInsertId;
  // LAST_INSERT_ID() is of generated ids alone (mysql/insert-id-of-given-id).
  else if (!has('last-insert-id-of-given-id-missing')) lastInsertId = givenId;
  if (has('affected-rows-at-most-one')) affectedRows = Math.min(affectedRows, 1);
  if (has('affected-rows-of-replace-one') && verb === 'replace') affectedRows = rows.length;
  if (has('affected-rows-of-replace-always-two') && verb === 'replace') affectedRows = 2 * rows.length;
  if (has('affected-rows-of-on-duplicate-key-one') && update !== undefined) affectedRows = rows.length;
  if (has('last-insert-id-of-last-row') && lastInsertId > givenId) lastInsertId = table.nextId - 1n;
  const warnings = verb === 'insert ignore' ? duplicates : 0;
  const told = has('info-counts-wrong') ? Math.max(duplicates - 1, 0) : duplicates;
  const info = rows.length > 1 ? `Records: ${rows.length}  Duplicates: ${told}  Warnings: ${warnings}` : undefined;
  return { ok: { affectedRows, lastInsertId: narrowed(session, lastInsertId), warnings, info } };
}

/** What defects make of a large id. */
function narrowed({ has }: Session, id: bigint): bigint {
  if (has('last-insert-id-in-one-byte')) return BigInt.asUintN(8, id);
  if (has('last-insert-id-in-two-bytes')) return BigInt.asUintN(16, id);
  if (has('last-insert-id-in-three-bytes')) return BigInt.asUintN(24, id);
  if (has('last-insert-id-in-four-bytes')) return BigInt.asUintN(32, id);
  return has('last-insert-id-as-double') ? BigInt(Number(id)) : id;
}

/** With FOUND_ROWS the rows that matched, else those that changed (mysql/found-rows). */
function update(session: Session, name: string, [column, value]: readonly [string, string | null], id: string | undefined): Done {
  const table = tableNamed(session, name);
  const at = table.columns.findIndex((one) => one.name === column);
  const matched = table.rows.filter((row) => id === undefined || row[0] === id);
  const changed = matched.filter((row) => row[at] !== value);
  table.rows = table.rows.map((row) => (changed.includes(row) ? row.map((old, i) => (i === at ? value : old)) : row));
  const asked = session.agreed('FOUND_ROWS');
  const found = asked ? !session.has('found-rows-ignored') : session.has('found-rows-unasked');
  const shown = session.has('info-matched-as-changed') ? changed : matched;
  const info = `Rows matched: ${shown.length}  Changed: ${changed.length}  Warnings: 0`;
  const silent = matched.length === 0 && session.has('info-missing-where-nothing-matched');
  return { ok: { affectedRows: (found ? matched : changed).length, info: silent ? undefined : info } };
}

/** LAST_INSERT_ID(expr) is its value, and is told as the id of an INSERT would be (mysql/last-insert-id-of-expression). */
function updateWithId(session: Session, name: string, change: readonly [string, string], id: string | undefined): Done {
  const { ok } = update(session, name, change, id);
  const lastInsertId = BigInt(change[1]);
  if (!session.has('last-insert-id-of-expression-forgotten')) session.lastInsertId = lastInsertId;
  return { ok: session.has('last-insert-id-of-expression-missing') ? ok : { ...ok, lastInsertId } };
}

function remove(session: Session, name: string, id: string | undefined): Done {
  const table = tableNamed(session, name);
  const before = table.rows.length;
  table.rows = table.rows.filter((row) => id !== undefined && row[0] !== id);
  return { ok: { affectedRows: session.has('affected-rows-of-delete-zero') ? 0 : before - table.rows.length } };
}

function select(session: Session, name: string, what: string): Rows {
  const { columns, rows } = tableNamed(session, name);
  if (what === '*') return { columns, rows };
  return {
    columns: [{ name: what, characterSet: 63, columnLength: 21, type: T.LONGLONG, flags: 0x81, decimals: 0 }],
    rows: [[String(rows.length)]],
  };
}

export function tableNamed(session: Session, name: string): Table {
  const table = session.state.temporaryTables.get(name);
  if (!table) throw refuse.noSuchTable(`${session.database}.${name}`);
  return table;
}

/** `(1, 'a'), (2, NULL)` */
function rowsOf(session: Session, values: string): Row[] {
  return topLevel(values).map((one) => topLevel(one.replace(/^\(|\)$/g, '')).map((value) => literal(session, value)));
}
