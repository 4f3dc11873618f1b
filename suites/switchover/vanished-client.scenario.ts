import { finding, type Observed, type Scenario, type Topology, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { endingOf, onLink } from '../../harness/scenario/wire.ts';

type Way = 'direct' | 'through haproxy';

/** What became of two statements whose client was killed, by the way that the client had come in. */
interface VanishedFacts {
  /** ms from the kill until a SELECT SLEEP(12) was gone from the processlist. */
  readonly sleepMs: Readonly<Record<Way, number>>;
  /** Whether an UPDATE that waits for a row lock stood there still, longer after the kill than the sleep did. */
  readonly waitsOn: Readonly<Record<Way, boolean>>;
  /** Whether that UPDATE changed its row once the lock was free. */
  readonly landed: Readonly<Record<Way, boolean>>;
}

/** More than twice the 5 s after which a sleeping statement looks whether its client is there. */
const sleepSeconds = 12;
const ways = { direct: { node: 'server', row: 1 }, 'through haproxy': { node: 'haproxy', row: 2 } } as const;
const wayNames = Object.keys(ways) as Way[];
const report = 'report S1: a client that is killed ends the connection, not the statement';

const topology = (product: 'mariadb' | 'mysql'): Topology => ({
  id: `haproxy+${product}`,
  says: `HAProxy in front of one ${product === 'mysql' ? 'MySQL' : 'MariaDB'}`,
  nodes: { haproxy: { product: 'haproxy', behind: ['server'] }, server: { product } },
  taps: ['client-haproxy', 'client-server'],
});

/** Whether a statement with that mark is in the processlist. */
async function runs(stage: Stage, mark: string): Promise<boolean> {
  const list = "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'mywire' AND info LIKE ?";
  const answer = await stage.node('server').sql?.(list, [`%${mark}%`]);
  return Number(answer?.rows[0]?.['n']) > 0;
}

/** Starts a client's process and waits until its statement runs. */
async function startStatement(stage: Stage, way: Way, sql: string, mark: string) {
  const client = stage.clientProcess(ways[way].node, sql);
  const said = await client.sent;
  if (said !== 'ready') throw new Error(`the client's process: ${said}`);
  await stage.until(`${mark} runs, ${way}`, 10_000, () => runs(stage, `${mark} ${way}`));
  return client;
}

async function act(stage: Stage): Promise<VanishedFacts> {
  const holder = await stage.client('server');
  await holder.query('CREATE TABLE held (id INT PRIMARY KEY, who VARCHAR(20)) ENGINE = InnoDB');
  await holder.query("INSERT INTO held VALUES (1, 'nobody'), (2, 'nobody')");
  await holder.query('START TRANSACTION');
  await holder.query('SELECT * FROM held FOR UPDATE');
  const update = (way: Way) => `UPDATE held SET who = 'vanished' WHERE id = ${ways[way].row} /* update ${way} */`;
  const sleep = (way: Way) => `SELECT /* sleep ${way} */ SLEEP(${sleepSeconds})`;
  // Side by side, and those whose time is short last: where a process takes seconds to start, the sleep of the first would be over.
  const clients = await Promise.all(wayNames.map((way) => startStatement(stage, way, update(way), 'update')));
  clients.push(...(await Promise.all(wayNames.map((way) => startStatement(stage, way, sleep(way), 'sleep')))));
  for (const way of wayNames)
    if (!(await runs(stage, `sleep ${way}`))) throw new Error(`the sleep ended before its client was killed, ${way}`);
  for (const client of clients) client.kill('SIGKILL');
  await Promise.all(clients.map((client) => client.gone));
  const killed = stage.now();
  stage.tell('kill -9 of all four clients');
  const sleepMs: Record<Way, number> = { direct: 0, 'through haproxy': 0 };
  for (const way of wayNames) {
    await stage.until(`the sleep is gone, ${way}`, sleepSeconds * 1000 + 5000, async () => !(await runs(stage, `sleep ${way}`)));
    sleepMs[way] = Math.round(stage.now() - killed);
  }
  await stage.pause('as long again as a server might need to notice', 1000);
  const waitsOn = { direct: await runs(stage, 'update direct'), 'through haproxy': await runs(stage, 'update through haproxy') };
  await holder.query('ROLLBACK');
  stage.tell('the lock is free');
  await stage.until('no statement of a killed client is left', 10_000, async () => !(await runs(stage, 'update ')));
  const rows = (await stage.node('server').sql?.('SELECT id, who FROM mywire.held ORDER BY id'))?.rows ?? [];
  stage.tell(rows.map(({ id, who }) => `row ${id}: ${who}`).join(', '));
  const landed = (way: Way) => rows.some(({ id, who }) => Number(id) === ways[way].row && who === 'vanished');
  return { sleepMs, waitsOn, landed: { direct: landed('direct'), 'through haproxy': landed('through haproxy') } };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const both = (of: Readonly<Record<Way, unknown>>): string => wayNames.map((way) => `${way}: ${of[way]}`).join(', ');
const all = (of: Readonly<Record<Way, boolean>>): boolean => wayNames.every((way) => of[way]);
const never = { direct: false, 'through haproxy': true } as const;

function vanished(product: 'mariadb' | 'mysql', name: string): Scenario<VanishedFacts> {
  const at = (observed: Observed<VanishedFacts>) => versionOf(observed, product);
  return {
    id: `switchover/vanished-client-${product}`,
    title: `${name}: which statements of a client that was killed -9 go on`,
    report: 'S1',
    topology: topology(product),
    limitMs: 60_000,
    act,
    assertions: [
      {
        name: 'sleep-is-noticed',
        says: 'A statement that sleeps looks for its client every 5 s: it ends well before its time.',
        level: 'OBSERVE',
        source: report,
        judge: (observed) => {
          const { sleepMs } = observed.facts;
          const times = wayNames.map((way) => sleepMs[way]);
          const whole = sleepSeconds * 1000;
          return finding(
            times.every((ms) => ms < whole / 2 + 2000),
            `${at(observed)}: SLEEP(${sleepSeconds}) was gone after ${wayNames.map((way) => `${seconds(sleepMs[way])} ${way}`).join(', ')}`,
          );
        },
        unless: (observed) => withFacts(observed, { sleepMs: { direct: 12_000, 'through haproxy': 12_000 } }),
      },
      {
        name: 'lock-wait-is-not-noticed',
        says: 'A statement that waits for a row lock does not look: it stays in the processlist though its client is dead.',
        level: 'OBSERVE',
        source: report,
        judge: (observed) => finding(all(observed.facts.waitsOn), `${at(observed)}: waits on: ${both(observed.facts.waitsOn)}`),
        unless: (observed) => withFacts(observed, { waitsOn: never }),
      },
      {
        name: 'its-change-lands',
        says: 'It changes its row once the lock is free, for a client that nobody can tell.',
        level: 'OBSERVE',
        source: report,
        judge: (observed) => finding(all(observed.facts.landed), `${at(observed)}: landed: ${both(observed.facts.landed)}`),
        unless: (observed) => withFacts(observed, { landed: never }),
      },
      {
        name: 'kernel-closes-for-it',
        says: 'A killed client sends no COM_QUIT: its kernel closes the connection.',
        level: 'MUST',
        source: 'https://www.rfc-editor.org/rfc/rfc9293#section-3.6',
        judge: ({ wire }) => {
          const killed = onLink(wire, 'client-server').filter((one) =>
            one.exchanges.some(({ sql }) => /\/\* (sleep|update)/.test(sql ?? '')),
          );
          const quit = killed.some((one) => one.exchanges.some(({ command }) => command === 'COM_QUIT'));
          return finding(
            killed.length === 2 && !quit && killed.every((one) => one.endings[0]?.from === 'client'),
            `COM_QUIT: ${quit ? 'yes' : 'no'}; ${killed.map(endingOf).join('; ')}`,
          );
        },
        unless: (observed) => ({ ...observed, wire: { connections: [] } }),
      },
    ],
  };
}

export const vanishedOnMariadb = vanished('mariadb', 'MariaDB');
export const vanishedOnMysql = vanished('mysql', 'MySQL');
