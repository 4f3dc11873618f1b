import type { Stage } from '../../../harness/scenario/stage.ts';
import { insertOf, type TableName, tableNames } from './tables.ts';

/** The clients of the report: 40, ten for each table. */
export const clientCount = 40;

/** The table that a client, counted from 1, inserts into. */
export const tableOf = (client: number): TableName => tableNames[client % tableNames.length] as TableName;

export interface Inserter {
  readonly client: number;
  /** Inserts its row number `seq`; whether it was told OK. */
  insert(seq: number): Promise<boolean>;
  quit(): Promise<void>;
}

/** Logs all of them in. */
export async function openInserters(stage: Stage): Promise<Inserter[]> {
  return Promise.all(
    Array.from({ length: clientCount }, async (_, index): Promise<Inserter> => {
      const client = index + 1;
      const sql = await stage.client('proxysql', { limitMs: 60_000 });
      return {
        client,
        insert: async (seq) => (await sql.query(insertOf(tableOf(client), client, seq))).ok,
        quit: () => sql.quit(),
      };
    }),
  );
}
