import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findBinaryIfThere } from '../target/find-binary.ts';
import { startTarget } from '../target/start-target.ts';
import type { RunningTarget } from '../target/target.ts';
import { type AgentSettings, lookOnce, startAgent } from './agent.ts';
import { converse, parsed } from './testdata/conversation.ts';
import { headline } from './told.ts';
import type { Wishes } from './wishes.ts';

const mariadb = await findBinaryIfThere('mariadb', {});
/** Of each thread of a process: R, S, T (https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). */
const states = (pid: number): ReadonlySet<string | undefined> =>
  new Set(
    readdirSync(`/proc/${pid}/task`).map((thread) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1'))?.[1]),
  );

describe.skipIf(!mariadb)(`the agent before a real MariaDB${mariadb ? '' : ' (skipped: no mariadbd here)'}`, () => {
  let target: RunningTarget;
  beforeAll(async () => {
    target = await startTarget('local:mariadb');
    // What fixtures/agent/mariadb.sql grants.
    await root("CREATE USER mywire_agent@'%' IDENTIFIED BY 'hunter-two' WITH MAX_USER_CONNECTIONS 3");
    await root("GRANT SHOW DATABASES, REPLICA MONITOR ON *.* TO mywire_agent@'%'");
  }, 60_000);
  afterAll(() => target?.stop());
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  /** As root, whose account is open on a target of ours. */
  async function root(...statements: readonly string[]): Promise<unknown> {
    const connection = await createConnection({ ...target.front, user: 'root' });
    try {
      let rows: unknown;
      for (const sql of statements) [rows] = await connection.query(sql);
      return rows;
    } finally {
      await connection.end();
    }
  }

  const settings = (wishes: Partial<Wishes> = {}, more: Partial<AgentSettings> = {}): AgentSettings => ({
    login: { ...target.front, user: 'mywire_agent', password: 'hunter-two' },
    wishes: { schemas: [], ...wishes },
    limitMs: 5000,
    cacheMs: 0,
    ...more,
  });

  async function started(given: AgentSettings) {
    const lines: string[] = [];
    const agent = await startAgent(given, { host: '127.0.0.1', port: 0 }, (line) => lines.push(line));
    stops.push(agent.stop);
    const check = async () => {
      const { status, body } = parsed((await converse(agent.port, 'OPTIONS / HTTP/1.0\r\n\r\n', { limitMs: 10_000 })).text);
      return `${status.split(' ')[1]} ${body.split('\n')[0]}`;
    };
    return { lines, check };
  }

  test('follows the schema and read_only, on one connection, with a line for each change', async () => {
    const { lines, check } = await started(settings({ schemas: ['agent_shop'], readOnly: 'refuse' }));
    await root('CREATE DATABASE agent_shop');
    const connections = () => root("SELECT COUNT(*) n, MIN(id) id FROM information_schema.PROCESSLIST WHERE user = 'mywire_agent'");
    expect(await check()).toBe('200 mywire agent: 200: it answers SELECT 1; the schema agent_shop exists; read_only is OFF');
    const before = await connections();
    expect(before).toMatchObject([{ n: 1 }]);
    await root('DROP DATABASE agent_shop', 'SET GLOBAL read_only = ON');
    expect(await check()).toMatch(/^503 mywire agent: 503: the schema agent_shop does not exist.*; read_only is ON$/);
    await root('SET GLOBAL read_only = OFF', 'CREATE DATABASE agent_shop');
    for (let i = 0; i < 5; i++) expect(await check()).toMatch(/^200 /);
    expect(await connections()).toEqual(before);
    await root('DROP DATABASE agent_shop');
    expect(lines[0]).toMatch(/^listening on 127\.0\.0\.1:\d+, for this host alone .*; asks 127\.0\.0\.1:\d+ as mywire_agent$/);
    // Its own first look may have come before the schema was there.
    const changes = lines.slice(1).map((line) => line.slice(0, 3));
    expect(changes.join(' ')).toMatch(/^(503 )?200 503 200$/);
    expect(lines.join('\n')).not.toContain('hunter-two');
  });

  test('goes on when its connection was killed, and shares one among many', async () => {
    const { check } = await started(settings());
    expect(await check()).toMatch(/^200 /);
    const [{ id }] = (await root("SELECT id FROM information_schema.PROCESSLIST WHERE user = 'mywire_agent'")) as [{ id: number }];
    await root(`KILL ${id}`);
    expect(await check()).toMatch(/^200 /);
    const all = await Promise.all(Array.from({ length: 60 }, check));
    expect(new Set(all)).toEqual(new Set(['200 mywire agent: 200: it answers SELECT 1']));
    expect(await root("SELECT COUNT(*) n FROM information_schema.PROCESSLIST WHERE user = 'mywire_agent'")).toEqual([{ n: 1 }]);
  });

  test.each<[string, Partial<Wishes>, RegExp]>([
    ['no replica', { maxLagSeconds: 5 }, /^503: it replicates from nobody/],
    ['a primary that may', { maxLagSeconds: 5, allowPrimary: true }, /^200: .*it replicates from nobody$/],
    ['no Galera', { galera: { donor: false } }, /^503: Galera: not connected, cluster status Disconnected; wsrep_on is OFF$/],
    ['a server that can be written', { readOnly: 'want' }, /^503: read_only is OFF$/],
    ['a schema in other letters', { schemas: ['MYWIRE'] }, /^503: the schema MYWIRE does not exist/],
    ['a schema with a quote', { schemas: ["it's"] }, /^503: the schema it's does not exist/],
    ['a schema that is there', { schemas: ['mywire', 'mysql'] }, /^200: /],
  ])('tells of %s', async (_what, wishes, says) => {
    expect(headline(await lookOnce(settings(wishes)))).toMatch(says);
  });

  test('tells of a channel that cannot connect, and of one that is stopped', async () => {
    await root("CHANGE MASTER 'east' TO MASTER_HOST='127.0.0.1', MASTER_PORT=1, MASTER_USER='nobody'");
    try {
      expect(headline(await lookOnce(settings({ maxLagSeconds: 5 })))).toBe(
        '503: replication channel east: the receiver is stopped, the applier is stopped',
      );
    } finally {
      await root("RESET SLAVE 'east' ALL");
    }
  });

  test.each([
    ['a wrong password', { user: 'mywire_agent', password: 'wrong-one' }, /^503: the connection to \S+ failed: ERR 1045: Access denied/],
    ['a port that nobody listens on', { port: 1 }, /^503: the connection to 127\.0\.0\.1:1 failed: connect ECONNREFUSED/],
    ['a host that nobody knows', { host: 'nobody.invalid' }, /^503: the connection to nobody\.invalid:\d+ failed: getaddrinfo/],
  ])('tells of %s', async (_what, login, says) => {
    const told = headline(await lookOnce(settings({}, { login: { ...settings().login, ...login } })));
    expect(told).toMatch(says);
    expect(told).not.toMatch(/hunter-two|wrong-one/);
  });

  test('a server that is frozen is 503 in time, each time, and 200 again when it goes on', async () => {
    const pid = target.nodes[0]?.pid ?? 0;
    const { lines, check } = await started(settings({}, { limitMs: 400 }));
    // The first look loads the driver and logs in: that may take longer than the limit, which is for the frozen server.
    await expect.poll(check, { timeout: 10_000 }).toMatch(/^200 /);
    const before = lines.length;
    process.kill(pid, 'SIGSTOP');
    try {
      // Each of its threads stops when it is its turn: one may answer yet.
      await expect.poll(() => states(pid)).toEqual(new Set(['T']));
      for (let i = 0; i < 4; i++) {
        const began = performance.now();
        expect(await check()).toMatch(/^503 mywire agent: 503: no answer to .* within 400 ms$/);
        expect(performance.now() - began).toBeLessThan(1500);
      }
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await expect.poll(check, { timeout: 10_000 }).toMatch(/^200 /);
    // One line for the frozen server, one for its return, however many requests there were.
    expect(lines.slice(before).filter((line) => line.startsWith('503'))).toHaveLength(1);
  });
});
