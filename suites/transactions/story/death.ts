import type { Stage } from '../../../harness/scenario/stage.ts';
import { type Node, said, statementsOf, type Transaction } from './transaction.ts';

/** What a client came to whose transaction was open when the writer died. */
export interface Interrupted {
  /** What the statements before came to. */
  readonly before: readonly string[];
  /** What the statement came to that was running: '2013 …'. */
  readonly during: string;
}

/** In the processlist for longer than the story takes. */
const sleep = 'SELECT SLEEP(60)';
export const open: Transaction = { mark: 'open', first: 39 };

/** Begins a transaction, and kills its server -9 while its fifth statement runs there. */
export async function dieInTransaction(stage: Stage, proxy: string, port: string, writer: Node): Promise<Interrupted> {
  const client = await stage.client(proxy, { port });
  const before: string[] = [];
  for (const sql of statementsOf(open).slice(0, 4)) before.push(await said(client, sql));
  const during = said(client, `${sleep} /* ${open.mark} */`);
  await stage.until(`an open transaction waits on ${writer}`, 8000, async () => {
    const list = 'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE ? AND info NOT LIKE ?';
    const answer = await stage.node(writer).sql?.(list, [`%${sleep}%`, '%processlist%']);
    return Number(answer?.rows[0]?.['n']) > 0;
  });
  await stage.node(writer).signal('SIGKILL');
  // The tap in front of it would listen on: its port is closed with the server's.
  stage.tap(`${proxy}-${writer}`).fault({ kind: 'refuse' });
  stage.tell(`kill -9 of ${writer}`);
  const came = await during;
  stage.tell(`the client got ${came}`);
  return { before, during: came };
}

/**
 * Waits until what writes goes to that server: asked within a transaction, which those that split reads from writes take for
 * a write. @returns ms since then
 */
export async function untilServedBy(stage: Stage, proxy: string, port: string, id: number, since: number): Promise<number> {
  await stage.until(`transactions through port ${port} of ${proxy} reach server ${id}`, 30_000, async () => {
    const client = await stage.client(proxy, { port, limitMs: 3000 }).catch(() => undefined);
    await client?.query('START TRANSACTION');
    const answer = await client?.query('SELECT @@server_id AS id');
    await client?.quit();
    return answer?.ok === true && Number(answer.rows[0]?.['id']) === id;
  });
  return Math.round(stage.now() - since);
}
