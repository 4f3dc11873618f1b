import { refuse } from '../refusal.ts';
import { type Done, done, type Rows } from '../result.ts';
import { number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import { type TemporaryTable, temporaryTable } from '../temporary-table.ts';
import type { Statement } from './statement.ts';

/** Bytes that a VARCHAR of these tables can have. */
const COLUMN_BYTES = 80;

/** Tables that a session makes for itself. Their names begin with mywire_file: no case needs others. */
export const temporaryTableStatements: readonly Statement[] = [
  [/^create temporary table (mywire_file\w*) \((.+)\)$/i, (s, [, name = '', definitions = '']) => create(s, name, definitions)],
  [/^select count\(\*\) from (mywire_file\w*)$/i, (s, [, name = '']) => count(find(s, name))],
  [/^select length\((\w+)\) from (mywire_file\w*)$/i, (s, [, column = '', name = '']) => lengths(find(s, name), column)],
  [
    /^select (\w+) from (mywire_file\w*)(?: order by (?:(\w+)|hex\((\w+)\)))?$/i,
    (s, [, column = '', name = '', by, byHex]) => values(find(s, name), column, by ?? byHex),
  ],
];

/** Throws Refusal 1146. */
export function find({ temporaryTables, database }: Session, name: string): TemporaryTable {
  const found = temporaryTables.get(name);
  if (!found) throw refuse.noSuchTable(`${database}.${name}`);
  return found;
}

/** The place of a column. Throws Refusal 1054. */
export function placeOf({ columns }: TemporaryTable, name: string): number {
  const at = columns.findIndex((column) => column.name === name);
  if (at < 0) throw refuse.noSuchColumn(name);
  return at;
}

function create(session: Session, name: string, definitions: string): Done {
  if (session.database === '') throw refuse.noDatabase();
  session.temporaryTables.set(name, temporaryTable(definitions));
  return done;
}

function count({ rows }: TemporaryTable): Rows {
  return { columns: [number('COUNT(*)', 21)], rows: [[String(rows.length)]] };
}

function lengths(table: TemporaryTable, column: string): Rows {
  const at = placeOf(table, column);
  return { columns: [number(`LENGTH(${column})`, 10)], rows: table.rows.map((row) => [String(row[at]?.length ?? 0)]) };
}

/** The values of a column, in the order of the bytes of another one or as the rows came. */
function values(table: TemporaryTable, column: string, by?: string): Rows {
  const at = placeOf(table, column);
  const key = by === undefined ? undefined : placeOf(table, by);
  const rows = key === undefined ? table.rows : [...table.rows].sort((a, b) => ((a[key] ?? '') < (b[key] ?? '') ? -1 : 1));
  return { columns: [string(column, COLUMN_BYTES)], rows: rows.map((row) => [row[at] ?? null]) };
}
