import { withoutLeadingComments } from './leading-comments.ts';

/** Of one statement that writes: the table that it names, the columns that it sets, and the rows that it is about. */
export interface NamedRows {
  readonly table: string;
  /** Each row that it looks for or adds has these values in these columns. */
  readonly equal: ReadonlyMap<string, number>;
  readonly sets: ReadonlySet<string>;
}

const NAME = '`?[a-z_$][\\w$]*`?';
const TABLE = `((?:${NAME}\\.)?${NAME})`;
/** Without escapes, which could hide where a string ends. */
const VALUE = "(?:\\d+|'(?:[^'\\\\]|'')*'|null)";
const ASSIGNED = `${NAME}\\s*=\\s*(?:${VALUE}|${NAME})(?:\\s*[-+*/]\\s*(?:${VALUE}|${NAME}))*`;
const CONDITION = `${NAME}\\s*(?:=|<>|!=|<=|>=|<|>)\\s*${VALUE}`;
const WHERE = `\\s+where\\s+(${CONDITION}(?:\\s+and\\s+${CONDITION})*)\\s*;?\\s*$`;

const insert = new RegExp(
  `^\\s*insert\\s+into\\s+${TABLE}\\s*\\(([^()]*)\\)\\s*values?\\s*\\((\\s*${VALUE}(?:\\s*,\\s*${VALUE})*)\\s*\\)\\s*;?\\s*$`,
  'i',
);
const update = new RegExp(`^\\s*update\\s+${TABLE}\\s+set\\s+(${ASSIGNED}(?:\\s*,\\s*${ASSIGNED})*)${WHERE}`, 'i');
const remove = new RegExp(`^\\s*delete\\s+from\\s+${TABLE}${WHERE}`, 'i');
const value = new RegExp(VALUE, 'gi');
const condition = new RegExp(`(${NAME})\\s*(=|<>|!=|<=|>=|<|>)\\s*(${VALUE})`, 'gi');
const assignment = new RegExp(`(${NAME})\\s*=`, 'gi');

/** Of a longer one nothing is told. */
const MOST_CHARACTERS = 1000;
/** FLOAT keeps whole numbers apart as far as this. */
const MOST = 1 << 24;
/** YEAR and DATE take 5 and 2005, or 101 and 20000101, for the same. */
const OLDEST = 1900;

/**
 * Reads INSERT of one row of plain values with its columns named, and UPDATE and DELETE WHERE columns compared to plain values and joined
 * by AND; one table, no functions, no variables. Of all others it tells nothing.
 */
export function namedRows(text: string): NamedRows | undefined {
  const sql = withoutLeadingComments(text);
  if (sql.length > MOST_CHARACTERS) return undefined;
  const added = insert.exec(sql);
  if (added) {
    const [, table = '', columns = '', row = ''] = added;
    const values = row.match(value) ?? [];
    const names = columns.split(',');
    if (names.length !== values.length) return undefined;
    return { table: table.toLowerCase(), equal: numbers(names.map((name, i) => [name, values[i] ?? ''])), sets: new Set() };
  }
  const [, table, sets, where] = update.exec(sql) ?? [];
  if (table !== undefined && sets !== undefined && where !== undefined)
    return {
      table: table.toLowerCase(),
      equal: numbers(pairs(where)),
      sets: new Set([...sets.matchAll(assignment)].map(([, name = '']) => plain(name))),
    };
  const [, from, which] = remove.exec(sql) ?? [];
  return from === undefined || which === undefined
    ? undefined
    : { table: from.toLowerCase(), equal: numbers(pairs(which)), sets: new Set() };
}

const plain = (name: string): string => name.trim().replaceAll('`', '').toLowerCase();
const pairs = (where: string) =>
  [...where.matchAll(condition)].flatMap(([, name = '', sign, one = '']) => (sign === '=' ? [[name, one] as const] : []));
const numbers = (all: readonly (readonly [string, string])[]): Map<string, number> =>
  new Map(all.flatMap(([name, one]) => (/^\d+$/.test(one) && Number(one) < MOST ? [[plain(name), Number(one)] as const] : [])));

/**
 * Is no row meant by both? Only whole numbers tell: which strings are equal, a collation says. (Where a trigger changes the column by
 * which they differ, it may be one all the same.)
 */
export function areApart(one: NamedRows, other: NamedRows): boolean {
  if (one.table !== other.table) return false;
  for (const [column, here] of one.equal) {
    const there = other.equal.get(column);
    if (there === undefined || there === here || one.sets.has(column) || other.sets.has(column)) continue;
    if ((here <= OLDEST && there <= OLDEST) || String(here).length === String(there).length) return true;
  }
  return false;
}
