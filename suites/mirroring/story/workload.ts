import type { Stage } from '../../../harness/scenario/stage.ts';
import { clientCount, tableOf } from './clients.ts';
import { insertOf } from './tables.ts';

/**
 * The workload of the report, with what mirroring does not keep: each client inserts its rows; now and then it does so in a
 * transaction, together with a change to a row that all share, and every other one of those is rolled back.
 */
export async function work(stage: Stage, node: string, rows: number): Promise<void> {
  await Promise.all(
    Array.from({ length: clientCount }, async (_, index) => {
      const client = index + 1;
      const sql = await stage.client(node, { limitMs: 120_000 });
      for (let seq = 1; seq <= rows; seq++) {
        const insert = insertOf(tableOf(client), client, seq);
        // Rolled back and tried again: the row is there once, whatever the transaction did.
        if (seq % 10 === 5) {
          await sql.query('START TRANSACTION');
          await sql.query(insert);
          await sql.query(`UPDATE totals SET n = n * 3 + ${client} WHERE id = 1`);
          await sql.query('ROLLBACK');
        }
        if (seq % 10 === 8) {
          await sql.query('START TRANSACTION');
          await sql.query(insert);
          // The order of these is in the number: (n x 3 + a) x 3 + b is another than (n x 3 + b) x 3 + a.
          await sql.query(`UPDATE totals SET n = (n * 3 + ${client}) % 1000003, seen = seen + 1 WHERE id = 1`);
          await sql.query('COMMIT');
        } else if (seq % 10 === 9) {
          await sql.execute(insert);
        } else {
          await sql.query(insert);
        }
      }
      await sql.quit();
    }),
  );
}
