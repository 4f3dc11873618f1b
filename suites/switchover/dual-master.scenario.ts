import { finding, type Observed, type Scenario, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { endingOf, statementsOn } from '../../harness/scenario/wire.ts';
import { topologies } from '../topologies.ts';

/** Results of both waits; null where the server gave NULL. */
interface Waited {
  readonly byPosition: number | null;
  readonly byGtid: number | null;
}

/** What a switch from a to b left behind. */
interface SwitchFacts {
  /** What the client got for the statement that was running when its session was shut. */
  readonly client: { readonly errno: number; readonly says: string };
  /** Whether the statement stood in a's processlist behind the shutdown. */
  readonly stillRunning: boolean;
  /** Rows of the table at the end, by node, as 'id who'. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** Error number of each replica thread at the end; 0 while it runs. */
  readonly replica: Readonly<Record<string, { readonly errno: number; readonly error: string; readonly sql: string }>>;
  /** What KILL answered per connection: 0 or 1094 (it was gone). */
  readonly kills: readonly number[];
  /** What the waits before the switch came to: MASTER_POS_WAIT and MASTER_GTID_WAIT. */
  readonly waited: Waited;
}

const slowSeconds = 3;
const table = 'CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(20), slept INT)';
/** Two rows in one statement: both ids are taken when it begins, the second value takes its time. */
const slow = `INSERT INTO orders (who, slept) VALUES ('slow', 0), ('slow', SLEEP(${slowSeconds}))`;

const report = 'report S1: switching a dual master behind HAProxy';
const killPage = 'https://mariadb.com/docs/server/reference/sql-statements/administrative-sql-statements/kill';
const sessionsPage = 'https://docs.haproxy.org/3.0/management.html (shutdown sessions server)';

/** Up to the point where the operator has taken a out and shut its sessions, while a statement runs there. */
async function shutWhileItRuns(stage: Stage) {
  const a = stage.node('a');
  await a.sql?.('USE mywire');
  await a.sql?.(table);
  await replicated(stage, 'a', 'b');
  const client = await stage.client('haproxy');
  stage.tell('a client begins a slow INSERT through HAProxy');
  const answer = client.query(slow);
  await stage.until('the statement sleeps on a', 5000, async () => (await running(stage, "AND state = 'User sleep'")) > 0);
  await stage.command('haproxy', 'disable server be/a');
  await stage.command('haproxy', 'shutdown sessions server be/a');
  stage.tell('HAProxy: a is disabled, its sessions are shut');
  const got = await answer;
  stage.tell(got.ok ? 'the client got OK' : `the client got ${got.errno} ${got.says}`);
  const stillRunning = (await running(stage)) > 0;
  stage.tell(`the statement ${stillRunning ? 'still runs' : 'does not run any more'} on a`);
  return { client: got.ok ? { errno: 0, says: 'OK' } : { errno: got.errno, says: got.says }, stillRunning };
}

/** How many statements of business clients run on a. */
async function running(stage: Stage, besides = ''): Promise<number> {
  const answer = await stage
    .node('a')
    .sql?.(
      `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'mywire' AND command = 'Query' AND info LIKE 'INSERT%' ${besides}`,
    );
  return Number(answer?.rows[0]?.['n'] ?? 0);
}

/** Waits until `to` has applied what `from` has in its binary log now, by both of MariaDB's functions. */
async function replicated(stage: Stage, from: string, to: string): Promise<Waited> {
  const { File: file, Position: position } = (await stage.node(from).sql?.('SHOW MASTER STATUS'))?.rows[0] ?? {};
  const gtid = String((await stage.node(from).sql?.('SELECT @@gtid_binlog_pos AS p'))?.rows[0]?.['p'] ?? '');
  const asked = 'SELECT MASTER_POS_WAIT(?, ?, 5) AS byPosition, MASTER_GTID_WAIT(?, 5) AS byGtid';
  const row = (await stage.node(to).sql?.(asked, [file, position, gtid]))?.rows[0] ?? {};
  const number = (value: unknown) => (value === null || value === undefined ? null : Number(value));
  const waited = { byPosition: number(row['byPosition']), byGtid: number(row['byGtid']) };
  stage.tell(
    `${to} waits for ${file} ${position} of ${from}: MASTER_POS_WAIT ${waited.byPosition}; for ${gtid}: MASTER_GTID_WAIT ${waited.byGtid}`,
  );
  return waited;
}

/** b takes over: the business goes on there. */
async function switchToB(stage: Stage): Promise<void> {
  await stage.command('haproxy', 'enable server be/b');
  await stage.until('HAProxy sends to b', 5000, async () => {
    const client = await stage.client('haproxy').catch(() => undefined);
    const answer = await client?.query('SELECT @@server_id AS id');
    await client?.quit();
    return answer?.ok === true && Number(answer.rows[0]?.['id']) === 2;
  });
  const client = await stage.client('haproxy');
  await client.query("INSERT INTO orders (who, slept) VALUES ('quick', 0)");
  await client.quit();
  stage.tell('another client inserts on b, through HAProxy');
}

/** What both nodes have once the slow statement is over and replication has done what it can. */
async function aftermath(stage: Stage): Promise<Pick<SwitchFacts, 'rows' | 'replica'>> {
  await stage.until('nothing of the business runs on a any more', slowSeconds * 1000 + 5000, async () => (await running(stage)) === 0);
  const replica: Record<string, SwitchFacts['replica'][string]> = {};
  const rows: Record<string, string[]> = {};
  for (const [from, to] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const position = String((await stage.node(from).sql?.('SELECT @@gtid_binlog_pos AS p'))?.rows[0]?.['p'] ?? '');
    await stage.until(`${to} has all of ${from}, or has stopped`, 10_000, async () => {
      replica[to] = await replicaOf(stage, to);
      const waited = await stage.node(to).sql?.('SELECT MASTER_GTID_WAIT(?, 0) AS w', [position]);
      return replica[to].sql !== 'Yes' || Number(waited?.rows[0]?.['w']) === 0;
    });
  }
  for (const name of ['a', 'b']) {
    const answer = await stage.node(name).sql?.('SELECT id, who FROM mywire.orders ORDER BY id');
    rows[name] = (answer?.rows ?? []).map(({ id, who }) => `${id} ${who}`);
    stage.tell(`${name}: ${rows[name].join(', ')}; replica thread ${replica[name]?.sql} ${replica[name]?.errno} ${replica[name]?.error}`);
  }
  return { replica, rows };
}

async function replicaOf(stage: Stage, name: string) {
  const row = (await stage.node(name).sql?.('SHOW SLAVE STATUS'))?.rows[0] ?? {};
  return { sql: String(row['Slave_SQL_Running']), errno: Number(row['Last_SQL_Errno']), error: String(row['Last_SQL_Error']) };
}

/** Kills every business connection of a, straight at a; one that is gone already (1094) does not stop the sweep. */
async function sweep(stage: Stage): Promise<number[]> {
  const a = stage.node('a');
  const found =
    (await a.sql?.("SELECT id FROM information_schema.processlist WHERE user = 'mywire' AND command NOT LIKE 'Binlog Dump%'"))?.rows ?? [];
  const kills: number[] = [];
  // The last one never existed: whoever sweeps by a list will meet connections that have ended meanwhile.
  for (const id of [...found.map((row) => Number(row['id'])), 999_999]) {
    const code = await a.sql?.(`KILL ${id}`).then(
      () => 0,
      (error: Error) => Number(/: (\d+) /.exec(error.message)?.[1]),
    );
    kills.push(code ?? -1);
    stage.tell(`KILL ${id} on a: ${code === 0 ? 'OK' : `error ${code}`}`);
  }
  return kills;
}

const noAnswer = {
  name: 'client-gets-no-answer',
  says: 'The client of a session that HAProxy shuts gets no packet for its statement: its library says 2013.',
  level: 'SHOULD',
  source: sessionsPage,
  judge: ({ facts, wire }: Observed<SwitchFacts>) => {
    const [insert] = statementsOn(wire, 'client-haproxy', /^INSERT INTO orders .*SLEEP/);
    const answers = insert?.answers.length ?? -1;
    return finding(
      facts.client.errno === 2013 && answers === 0,
      `error ${facts.client.errno}, ${answers} packets for it on the wire, the connection: ${insert ? endingOf(insert.on) : 'none'}`,
    );
  },
  unless: (observed: Observed<SwitchFacts>) => withFacts(observed, { client: { errno: 0, says: 'OK' } }),
} as const;

const runsOn = {
  name: 'statement-runs-on',
  says: 'A session that is shut at the proxy ends the connection, not the statement: it stays in the processlist.',
  level: 'OBSERVE',
  source: report,
  judge: ({ facts }: Observed<SwitchFacts>) => finding(facts.stillRunning, facts.stillRunning ? 'it ran on' : 'it was gone'),
  unless: (observed: Observed<SwitchFacts>) => withFacts(observed, { stillRunning: false }),
} as const;

const waitsAreMet = {
  name: 'waits-are-met',
  says: 'MASTER_POS_WAIT gives 0 or more and MASTER_GTID_WAIT 0 once b has applied what a had in its log; -1 would be the timeout, NULL no replication.',
  level: 'MUST',
  source: 'https://mariadb.com/docs/server/reference/sql-functions/secondary-functions/miscellaneous-functions/master_pos_wait',
  judge: ({ facts: { waited } }: Observed<SwitchFacts>) =>
    finding(
      waited.byPosition !== null && waited.byPosition >= 0 && waited.byGtid === 0,
      `MASTER_POS_WAIT ${waited.byPosition}, MASTER_GTID_WAIT ${waited.byGtid}`,
    ),
  unless: (observed: Observed<SwitchFacts>) => withFacts(observed, { waited: { byPosition: -1, byGtid: -1 } }),
} as const;

const slowRows = (rows: readonly string[] = []) => rows.filter((row) => row.endsWith(' slow'));

/** S1 as it went wrong. */
export const careless: Scenario<SwitchFacts> = {
  id: 'switchover/careless',
  title: 'a session that is shut at the proxy does not end its statement: after the switch, replication stops with 1062',
  report: 'S1',
  topology: topologies.dualMaster,
  limitMs: 60_000,
  async act(stage) {
    const first = await shutWhileItRuns(stage);
    const waited = await replicated(stage, 'a', 'b');
    await switchToB(stage);
    return { ...first, waited, kills: [], ...(await aftermath(stage)) };
  },
  assertions: [
    noAnswer,
    runsOn,
    waitsAreMet,
    {
      name: 'row-lands',
      says: 'The rows of the statement that nobody waits for land on a.',
      level: 'OBSERVE',
      source: report,
      judge: ({ facts }) => finding(slowRows(facts.rows['a']).length === 2, `a has ${facts.rows['a']?.join(', ')}`),
      unless: (observed) => withFacts(observed, { rows: { ...observed.facts.rows, a: ['1 quick'] } }),
    },
    {
      name: 'replication-stops-with-1062',
      says: 'b has taken the same AUTO_INCREMENT value meanwhile: when the row of a arrives, its replica thread stops with 1062.',
      level: 'OBSERVE',
      source: report,
      judge: ({ facts: { replica } }) =>
        finding(replica['b']?.errno === 1062 && replica['b'].sql === 'No', `b: ${replica['b']?.errno} ${replica['b']?.error}`),
      unless: (observed) => withFacts(observed, { replica: { ...observed.facts.replica, b: { errno: 0, error: '', sql: 'Yes' } } }),
    },
  ],
};

/** S1 as it should have been done. */
export const careful: Scenario<SwitchFacts> = {
  id: 'switchover/careful',
  title: 'with the business connections killed on the master itself, the switch loses and doubles nothing',
  report: 'S1',
  topology: topologies.dualMaster,
  limitMs: 60_000,
  async act(stage) {
    const first = await shutWhileItRuns(stage);
    const kills = await sweep(stage);
    await stage.until('nothing of the business runs on a any more', 5000, async () => (await running(stage)) === 0);
    const waited = await replicated(stage, 'a', 'b');
    await switchToB(stage);
    return { ...first, waited, kills, ...(await aftermath(stage)) };
  },
  assertions: [
    noAnswer,
    runsOn,
    waitsAreMet,
    {
      name: 'sweep-survives-1094',
      says: 'KILL of a connection that is gone answers 1094 and must not stop the sweep.',
      level: 'MUST',
      source: killPage,
      judge: ({ facts: { kills } }) =>
        finding(kills.length > 1 && kills.includes(0) && kills.at(-1) === 1094, `KILL answered ${kills.join(', ')}`),
      unless: (observed) => withFacts(observed, { kills: [0, 0] }),
    },
    {
      name: 'killed-statement-is-whole-or-gone',
      says: 'A statement that is killed leaves nothing, or, where KILL came just too late, all of its rows; the same on both nodes.',
      level: 'OBSERVE',
      source: killPage,
      judge: ({ facts: { rows } }) => {
        const left = [slowRows(rows['a']).length, slowRows(rows['b']).length];
        return finding(left[0] === left[1] && (left[0] === 0 || left[0] === 2), `a: ${rows['a']?.join(', ')}; b: ${rows['b']?.join(', ')}`);
      },
      unless: (observed) => withFacts(observed, { rows: { a: ['1 slow', '2 slow', '3 quick'], b: ['1 quick'] } }),
    },
    {
      name: 'both-replicate-on',
      says: 'No replica thread has stopped, and both nodes hold the same rows, each once.',
      level: 'OBSERVE',
      source: report,
      judge: ({ facts: { rows, replica } }) =>
        finding(
          replica['a']?.sql === 'Yes' &&
            replica['b']?.sql === 'Yes' &&
            rows['a']?.join() === rows['b']?.join() &&
            rows['a']?.filter((row) => row.endsWith(' quick')).length === 1,
          `a: ${rows['a']?.join(', ')} (${replica['a']?.sql} ${replica['a']?.errno}); b: ${rows['b']?.join(', ')} (${replica['b']?.sql} ${replica['b']?.errno})`,
        ),
      unless: (observed) => withFacts(observed, { rows: { ...observed.facts.rows, b: [] } }),
    },
  ],
};
