import type { Topology } from '../../../harness/scenario/scenario.ts';
import type { Stage } from '../../../harness/scenario/stage.ts';
import type { Wire } from '../../../harness/scenario/wire.ts';
import { carrier } from './carriers.ts';
import { askWhoHasIt, createTables } from './proxysql.ts';

export const routerLeg = 'mysqlrouter-server';
export const sharingPage = 'https://dev.mysql.com/doc/mysql-router/9.7/en/mysql-router-general-features-connection-sharing.html';

/** MySQL Router with connection_sharing=1: a connection goes to its pool as soon as its client is idle. */
export const routerAndMysql: Topology = {
  id: 'mysqlrouter+mysql',
  says: 'MySQL Router with connection sharing in front of one MySQL',
  nodes: {
    mysqlrouter: { product: 'mysqlrouter', config: 'mysqlrouter-sharing.conf', behind: ['server'], settings: { SHARING_DELAY: 0 } },
    server: { product: 'mysql' },
  },
  taps: [routerLeg],
};

/** Tables, and a first login straight at the server: on a plain leg Router 9.7 fails one that caching_sha2_password has not cached. */
export async function prepareServer(stage: Stage): Promise<void> {
  await createTables(stage);
  await stage.node('server').sql?.("GRANT SYSTEM_VARIABLES_ADMIN, SESSION_VARIABLES_ADMIN ON *.* TO 'mywire'@'%'");
  const client = await stage.client('server');
  await client.quit();
}

const asks = [1, 2, 3] as const;

/**
 * Asks who has the connection of a marked statement, up to three clients one after another, until one gets it. The Router answers
 * a client before it puts the connection into its pool, so the first may come too early; a connection that is kept, none gets.
 */
export async function askTheRouter(stage: Stage, mark: string): Promise<void> {
  for (const turn of asks) {
    await askWhoHasIt(stage, asked(mark, turn), 'mysqlrouter');
    if (isTaken(stage.wire(), mark)) return;
  }
}

const asked = (mark: string, turn: number): string => `who has it: ${mark}: ${turn}`;

/** Whether somebody who asked got the connection of the statement with that mark. */
export function isTaken(wire: Wire, mark: string): boolean {
  const own = carrier(wire, mark, routerLeg);
  return own !== undefined && asks.some((turn) => carrier(wire, asked(mark, turn), routerLeg) === own);
}
