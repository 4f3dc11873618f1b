import { openSqlClient, type SqlAnswer, type SqlClient } from '../sql-client.ts';
import type { Endpoint } from '../target.ts';

/**
 * Statements as root, over one connection that is made anew when it is lost.
 * @param limitMs for each statement
 */
export function rootOf(at: (Endpoint | { readonly socketPath: string }) | (() => Endpoint), limitMs = 30_000) {
  let open: Promise<SqlClient> | undefined;
  return async (text: string, values: readonly unknown[] = []): Promise<SqlAnswer & { ok: true }> => {
    for (let tries = 0; ; tries++) {
      open ??= openSqlClient({ at: typeof at === 'function' ? at() : at, user: 'root', limitMs });
      const client = await open.catch((error: unknown) => {
        open = undefined;
        throw error;
      });
      const answer = await client.query(text, values);
      if (answer.ok) return answer;
      const lost = answer.errno === 2013 || answer.errno === 2006;
      if (lost || answer.code === 'LATE') {
        client.vanish();
        open = undefined;
      }
      // 2006: nothing was sent, the connection was gone since the last statement (its server was started again).
      if (answer.errno === 2006 && tries === 0) continue;
      throw new Error(`root: ${text}: ${answer.errno} ${answer.says}`);
    }
  };
}
