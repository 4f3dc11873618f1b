import { columnFlag, columnType } from '../../codec/column-type.ts';
import { Refusal, refuse } from '../refusal.ts';
import { type Done, done, type Rows } from '../result.ts';
import { type Column, number, type Row, string } from '../resultset.ts';
import type { Session } from '../session.ts';

/** A temporary table of the prepared-statement cases: an id that may count itself, and words. */
export interface WordTable {
  columns: readonly Column[];
  rows: Row[];
  readonly counts: boolean;
  /** Of the last column. */
  fallback: string | null;
  nextId: number;
}

export function create({ wordTables, database }: Session, name: string, definitions: string): Done {
  if (database === '') throw refuse.noDatabase();
  if (wordTables.has(name)) throw new Refusal(1050, '42S01', `Table '${name}' already exists`);
  const of = { schema: database, table: name, orgTable: name };
  const columns = definitions.split(/, ?/).map((one): Column => {
    const column = one.split(' ')[0] ?? '';
    const flags = /primary key/i.test(one) ? columnFlag.NOT_NULL | columnFlag.PRI_KEY : 0;
    return { ...(/ int\b/i.test(one) ? { ...number(column, 11), flags } : string(column, 80)), ...of, orgName: column };
  });
  const counts = /auto_increment/i.test(definitions);
  wordTables.set(name, { columns, rows: [], counts, fallback: /default '(\w+)'/i.exec(definitions)?.[1] ?? null, nextId: 1 });
  return done;
}

export function drop(session: Session, name: string): Done {
  if (!session.wordTables.delete(name)) throw new Refusal(1051, '42S02', `Unknown table '${session.database}.${name}'`);
  return done;
}

/** `(7), ('word')`: each a value, DEFAULT or NULL; one column, or the word behind an id that counts itself. */
export function insert(session: Session, name: string, values: string): Done {
  const table = find(session, name);
  const given = [...values.matchAll(/\((\d+|'((?:[^'\\]|''|\\.)*)'|default|null)\)/gi)];
  const first = table.nextId;
  for (const [, literal = '', chars] of given) {
    const text = chars?.replaceAll("''", "'").replace(/\\(.)/g, '$1');
    const value = /^default$/i.test(literal) ? table.fallback : /^null$/i.test(literal) ? null : (text ?? literal);
    table.rows.push(table.counts ? [String(table.nextId++), value] : [value]);
  }
  return { ok: { affectedRows: given.length, lastInsertId: table.counts ? first : 0 } };
}

export function remove(session: Session, name: string, id: string): Done {
  const table = find(session, name);
  const before = table.rows.length;
  table.rows = table.rows.filter(([one]) => one !== id);
  return { ok: { affectedRows: before - table.rows.length } };
}

export function select(session: Session, name: string, column: string): Rows {
  const { columns, rows } = find(session, name);
  if (column === '*') return { columns, rows };
  const at = columns.findIndex((one) => one.name === column);
  return { columns: [columns[at] as Column], rows: rows.map((row) => [row[at] ?? null]) };
}

/** A further column of numbers, the same in each row that is there. */
export function addColumn(session: Session, name: string, column: string, value: string): Done {
  const table = find(session, name);
  table.columns = [...table.columns, { ...number(column, 11), type: columnType.LONG, flags: 0 }];
  table.rows = table.rows.map((row) => [...row, value]);
  return done;
}

/** Another name for a column, which holds BIGINT then. */
export function changeColumn(session: Session, name: string, [before, after]: readonly [string, string]): Done {
  const table = find(session, name);
  table.columns = table.columns.map((column) =>
    column.name === before ? { ...column, name: after, orgName: after, type: columnType.LONGLONG, columnLength: 20 } : column,
  );
  return done;
}

function find({ wordTables, database }: Session, name: string): WordTable {
  const found = wordTables.get(name);
  if (!found) throw refuse.noSuchTable(`${database}.${name}`);
  return found;
}
