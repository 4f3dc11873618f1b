import type { Stage } from '../../../harness/scenario/stage.ts';
import { type Side, sides } from './topology.ts';

/** The four key shapes of the report. `note` says who inserted the row: a client and its how-manieth. */
export const tables = {
  by_number: '(id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(40), filling VARCHAR(600))',
  by_pair: '(client INT, seq INT, note VARCHAR(40), filling VARCHAR(600), PRIMARY KEY (client, seq))',
  by_pair_in_parts:
    '(client INT, seq INT, note VARCHAR(40), filling VARCHAR(600), PRIMARY KEY (client, seq)) PARTITION BY HASH (client) PARTITIONS 4',
  by_uuid: '(id CHAR(36) PRIMARY KEY, note VARCHAR(40), filling VARCHAR(600))',
} as const;
export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as TableName[];

/** Makes the tables on both sides. */
export async function createTables(stage: Stage): Promise<void> {
  for (const side of sides) await createTablesOn(stage, side);
}

export async function createTablesOn(stage: Stage, side: Side): Promise<void> {
  await stage.node(side).sql?.('USE mywire');
  for (const [name, columns] of Object.entries(tables)) await stage.node(side).sql?.(`CREATE TABLE ${name} ${columns}`);
}

export async function emptyTables(stage: Stage): Promise<void> {
  for (const side of sides) for (const name of tableNames) await stage.node(side).sql?.(`TRUNCATE ${name}`);
}

/** A key that looks random and is the same in each play. */
function uuidOf(client: number, seq: number): string {
  let word = (client * 0x9e3779b1 + seq * 0x85ebca77 + 0x27d4eb2f) >>> 0;
  const hex = Array.from({ length: 4 }, () => {
    word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d) >>> 0;
    word = Math.imul(word ^ (word >>> 12), 0x297a2d39) >>> 0;
    word = (word ^ (word >>> 15)) >>> 0;
    return word.toString(16).padStart(8, '0');
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Values of one row; its key is the same on every side, but for the number that the server gives. */
export function rowOf(table: TableName, client: number, seq: number, filling = ''): string {
  const key = { by_number: 'NULL', by_uuid: `'${uuidOf(client, seq)}'` }[table as string] ?? `${client}, ${seq}`;
  return `(${key}, '${client}/${seq}', '${filling}')`;
}

export const insertOf = (table: TableName, client: number, seq: number): string =>
  `INSERT INTO ${table} VALUES ${rowOf(table, client, seq)}`;

/** Rows of each table. */
export async function countRows(stage: Stage, side: Side): Promise<Record<TableName, number>> {
  const counts = {} as Record<TableName, number>;
  for (const name of tableNames) {
    const answer = await stage.node(side).sql?.(`SELECT COUNT(*) AS n FROM mywire.${name}`);
    counts[name] = Number(answer?.rows[0]?.['n']);
  }
  return counts;
}

export const totalOf = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, n) => sum + n, 0);
