import type { Stage } from '../../../harness/scenario/stage.ts';

/** Sets variables of ProxySQL; its thread reads them before it takes the next packet. */
export async function setVariables(stage: Stage, variables: Readonly<Record<string, string | number>>, node = 'proxysql'): Promise<void> {
  for (const [name, value] of Object.entries(variables)) await stage.command(node, `SET mysql-${name}='${value}'`);
  await stage.command(node, 'LOAD MYSQL VARIABLES TO RUNTIME');
  stage.tell(
    Object.entries(variables)
      .map(([name, value]) => `mysql-${name}=${value}`)
      .join(', '),
  );
}

/**
 * Asks who has the connection of the statement before: a new client begins a transaction and says `mark` in it, which takes
 * whatever connection is free, and keeps it. As every such client keeps its own, the only connection that can be free is
 * the one that has just been given back: the question lands there, or on a new one when it is still tied.
 */
export async function askWhoHasIt(stage: Stage, mark: string, node = 'proxysql'): Promise<void> {
  const other = await stage.client(node);
  await other.query('START TRANSACTION');
  await other.query(`SELECT '${mark}' AS mark`);
}

/** Tables as in the report: an AUTO_INCREMENT column beside a UUID key, and one with the UUID key alone. */
export async function createTables(stage: Stage): Promise<void> {
  const server = stage.node('server');
  await server.sql?.('USE mywire');
  await server.sql?.('CREATE TABLE orders (uuid CHAR(36) PRIMARY KEY, id INT AUTO_INCREMENT UNIQUE, note VARCHAR(64))');
  await server.sql?.('CREATE TABLE plain (uuid CHAR(36) PRIMARY KEY, note VARCHAR(64))');
}

/** An insert that takes an AUTO_INCREMENT value. */
export const insertOrder = (mark: string): string => `INSERT INTO orders (uuid, note) VALUES (UUID(), '${mark}')`;
/** An insert that takes none. */
export const insertPlain = (mark: string): string => `INSERT INTO plain (uuid, note) VALUES (UUID(), '${mark}')`;

/** Connections in ProxySQL's pool that nobody has. */
export async function freeConnections(stage: Stage, node = 'proxysql'): Promise<number> {
  const [, value = ''] = (await stage.command(node, 'SELECT COALESCE(SUM(ConnFree), 0) AS f FROM stats_mysql_connection_pool')).split('\n');
  return Number(value);
}

/** Waits until somebody's connection is back in the pool; false when none came in that time (ms). */
export async function givenBack(stage: Stage, limitMs = 2000): Promise<boolean> {
  return stage
    .until('a connection is back in the pool', limitMs, async () => (await freeConnections(stage)) > 0)
    .then(
      () => true,
      () => false,
    );
}

/** The variables that make ties, as they are now; one that this version does not have is left out. */
export async function tieVariables(stage: Stage): Promise<Record<string, string>> {
  const [, ...rows] = (
    await stage.command('proxysql', "SELECT * FROM runtime_global_variables WHERE variable_name LIKE 'mysql-%delay_multiplex%'")
  ).split('\n');
  return Object.fromEntries(rows.map((row) => row.split('\t') as [string, string]).sort());
}

/** Connections that clients have. */
export async function connectionsUsed(stage: Stage, node = 'proxysql'): Promise<number> {
  const [, value = ''] = (await stage.command(node, 'SELECT COALESCE(SUM(ConnUsed), 0) AS u FROM stats_mysql_connection_pool')).split('\n');
  return Number(value);
}

/** Lets ProxySQL close all that it has: a server that is taken out and put back begins without connections. */
export async function emptyPool(stage: Stage, node = 'proxysql'): Promise<void> {
  await stage.until(`no client of ${node} has a connection`, 30_000, async () => (await connectionsUsed(stage, node)) === 0);
  for (const status of ['OFFLINE_HARD', 'ONLINE']) {
    await stage.command(node, `UPDATE mysql_servers SET status='${status}'`);
    await stage.command(node, 'LOAD MYSQL SERVERS TO RUNTIME');
    await stage.until(`the server is ${status}, without connections`, 30_000, async () => (await freeConnections(stage, node)) === 0);
  }
}
