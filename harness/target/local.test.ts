import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { findBinaryIfThere } from './find-binary.ts';
import type { TargetOptions } from './options.ts';
import { startTarget } from './start-target.ts';
import type { Account, Endpoint, RunningTarget } from './target.ts';

// ProxySQL is seldom on PATH: where this machine keeps some, all are tried.
const proxysqls = [
  process.env['MYWIRE_BIN_PROXYSQL'] ?? 'proxysql',
  ...['2.0.17', '2.0.18', '2.7.1'].map((version) => `/opt/proxysql/${version}/proxysql`),
].filter(existsSync);
const [mariadb, mysql, haproxy, mysqlrouter, nginx, maxscale] = await Promise.all(
  (['mariadb', 'mysql', 'haproxy', 'mysqlrouter', 'nginx', 'maxscale'] as const).map((product) => findBinaryIfThere(product, {})),
);
const ended: RunningTarget[] = [];
afterEach(async () => {
  for (const target of ended.splice(0)) await target.stop();
  expect(foldersOfThisProcess()).toEqual([]);
});

describe.skipIf(!mariadb)(`local:mariadb${mariadb ? '' : ' (skipped: no mariadbd here)'}`, () => {
  test('is up with its accounts, its database and TLS, comes back after a kill, and leaves nothing', async () => {
    const target = await start('local:mariadb');
    expect(target).toMatchObject({
      name: 'local:mariadb',
      path: { transparent: true },
      database: 'mywire',
      legs: [{ name: 'client-mariadb', to: target.front }],
    });
    expect(target.nodes[0]).toMatchObject({ product: 'mariadb', version: mariadb?.version, endpoint: target.front });
    expect(target.accounts).toMatchObject({
      check: { user: 'haproxy_check', password: '', plugin: 'mysql_native_password' },
      login: { user: 'mywire', password: 'mywire-secret', plugin: 'mysql_native_password' },
    });
    for (const account of everyday(target)) {
      const [row] = await query(
        target.front,
        account,
        'SELECT CURRENT_USER() me, DATABASE() here, (SELECT GROUP_CONCAT(id) FROM numbers) ids',
        'mywire',
      );
      expect(row).toEqual({ me: `${account.user}@%`, here: 'mywire', ids: '1,2,3' });
      // 1049 and not 1044: the account may read everything.
      await expect(query(target.front, account, 'SELECT 1', 'nowhere')).rejects.toMatchObject({ errno: 1049 });
    }
    const [settings] = await query(
      target.front,
      target.accounts.login,
      'SELECT @@version v, @@max_connections c, @@max_connect_errors e, @@max_allowed_packet p, @@connect_timeout t, @@log_bin b, @@have_ssl s',
    );
    // With a binary log MariaDB says so in its version.
    expect(settings).toEqual({ v: `${mariadb?.version}-log`, c: 1000, e: 1_000_000, p: 64 << 20, t: 10, b: 1, s: 'YES' });
    const pid = target.nodes[0]?.pid ?? 0;
    expect(isRunning(pid)).toBe(true);
    // A restart leaves alone what runs.
    await target.restart?.();
    expect(target.nodes[0]?.pid).toBe(pid);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => target.nodes[0]?.state()).toContain('was ended by SIGKILL');
    await target.restart?.();
    expect(await target.nodes[0]?.state()).toBe('running');
    expect(await query(target.front, target.accounts.login, 'SELECT COUNT(*) n FROM numbers', 'mywire')).toEqual([{ n: 3 }]);
    await target.stop();
    await target.stop();
    expect(isRunning(target.nodes[0]?.pid ?? 0)).toBe(false);
    expect(await target.nodes[0]?.state()).toContain('ended with exit code 0');
    expect(target.nodes[0]?.log()).toContain('Shutdown complete');
  });
});

describe.skipIf(!mysql)(`local:mysql${mysql ? '' : ' (skipped: no mysqld of MySQL here)'}`, () => {
  test('is up with caching_sha2_password', async () => {
    const target = await start('local:mysql');
    expect(target.nodes[0]).toMatchObject({ product: 'mysql', version: mysql?.version });
    for (const account of everyday(target)) {
      expect(account.plugin).toBe('caching_sha2_password');
      expect(await query(target.front, account, 'SELECT COUNT(*) n FROM numbers', 'mywire')).toEqual([{ n: 3 }]);
    }
    const [row] = await query(target.front, target.accounts.login, "SELECT plugin FROM mysql.user WHERE user = 'mywire'");
    expect(row).toEqual({ plugin: 'caching_sha2_password' });
  });
});

describe.skipIf(!haproxy)(`local:haproxy+reference${haproxy ? '' : ' (skipped: no haproxy here)'}`, () => {
  test('passes connections on, takes commands, says what was killed, and comes back at the same address', async () => {
    const target = await start('local:haproxy+reference');
    const [front, back] = target.nodes;
    expect(target.legs).toEqual([
      { name: 'client-haproxy', to: front?.endpoint },
      { name: 'haproxy-reference', to: back?.endpoint },
    ]);
    expect(target.front).toBe(front?.endpoint);
    expect(await query(target.front, target.accounts.login, 'SELECT 1')).toHaveLength(1);
    expect(await front?.command?.('show info')).toContain(`Pid: ${front?.pid}`);
    // The way through HAProxy is really the way: with its server disabled nothing comes through.
    await front?.command?.('disable server back/next');
    await expect(query(target.front, target.accounts.login, 'SELECT 1')).rejects.toThrow();
    await front?.command?.('enable server back/next');
    process.kill(front?.pid ?? 0, 'SIGKILL');
    await expect.poll(() => front?.state()).toContain('was ended by SIGKILL');
    await target.restart?.();
    expect([await front?.state(), await back?.state()]).toEqual(['running', 'running']);
    expect(await query(target.front, target.accounts.login, 'SELECT 1')).toHaveLength(1);
    await target.stop();
    await expect(query(back?.endpoint as Endpoint, target.accounts.login, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe.skipIf(!haproxy)(`local:haproxy+reference with a wish${haproxy ? '' : ' (skipped: no haproxy here)'}`, () => {
  test('the reference server behind it has the defect and the dialect that were asked for', async () => {
    const target = await start('local:haproxy+reference?dialect=mariadb&defect=greeting-sequence-one');
    const socket = connect(target.front);
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect(greeting[3]).toBe(1);
    expect(greeting.toString('latin1')).toContain('MariaDB');
    expect(target.nodes[1]?.version).toContain('MariaDB');
  });
});

describe.skipIf(proxysqls.length === 0)(
  `local:proxysql+reference${proxysqls.length > 0 ? '' : ' (skipped: no proxysql here; set MYWIRE_BIN_PROXYSQL)'}`,
  () => {
    test.each(proxysqls)('%s starts, and takes commands', async (path) => {
      const target = await start('local:proxysql+reference', { binaries: { proxysql: path } });
      const [proxysql, server] = target.nodes;
      expect(await query(target.front, target.accounts.login, 'SELECT 1', 'mywire')).toHaveLength(1);
      expect(await proxysql?.command?.('SELECT hostgroup_id, port, status FROM runtime_mysql_servers')).toBe(
        `hostgroup_id\tport\tstatus\n0\t${server?.endpoint.port}\tONLINE`,
      );
      expect(
        await proxysql?.command?.("SELECT variable_value v FROM runtime_global_variables WHERE variable_name = 'mysql-monitor_enabled'"),
      ).toBe('v\nfalse');
      expect(await proxysql?.command?.("UPDATE mysql_users SET active = 0 WHERE username = 'haproxy_check'")).toMatch(/^\d rows affected$/);
      await expect(proxysql?.command?.('SELECT nonsense')).rejects.toThrow('no such column');
    });
  },
);

describe.skipIf(!mysqlrouter)(
  `local:mysqlrouter+reference${mysqlrouter ? '' : ' (skipped: no mysqlrouter here; set MYWIRE_BIN_MYSQLROUTER)'}`,
  () => {
    test('passes connections on, and comes back at the same address', async () => {
      const target = await start('local:mysqlrouter+reference');
      const [front] = target.nodes;
      expect(front).toMatchObject({ product: 'mysqlrouter', version: mysqlrouter?.version });
      expect(target.legs.map(({ name }) => name)).toEqual(['client-mysqlrouter', 'mysqlrouter-reference']);
      expect(front?.log()).toContain("Starting 'MySQL Router'");
      for (const account of everyday(target)) expect(await query(target.front, account, 'SELECT 1', 'mywire')).toHaveLength(1);
      process.kill(front?.pid ?? 0, 'SIGKILL');
      await expect.poll(() => front?.state()).toContain('was ended by SIGKILL');
      await target.restart?.();
      expect(await query(target.front, target.accounts.login, 'SELECT 1')).toHaveLength(1);
    });
  },
);

describe.skipIf(!nginx)(`local:nginx+reference${nginx ? '' : ' (skipped: no nginx here)'}`, () => {
  test('passes connections on, comes back at the same address, and writes into its folder only', async () => {
    const target = await start('local:nginx+reference');
    const [front, back] = target.nodes;
    expect(front).toMatchObject({ product: 'nginx', version: nginx?.version });
    expect(target.legs.map(({ name }) => name)).toEqual(['client-nginx', 'nginx-reference']);
    for (const account of everyday(target)) expect(await query(target.front, account, 'SELECT 1', 'mywire')).toHaveLength(1);
    // One process: no worker is left that keeps the port, or the clients.
    process.kill(front?.pid ?? 0, 'SIGKILL');
    await expect.poll(() => front?.state()).toContain('was ended by SIGKILL');
    await expect(query(target.front, target.accounts.login, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await target.restart?.();
    expect(await query(target.front, target.accounts.login, 'SELECT 1')).toHaveLength(1);
    await target.stop();
    expect(await front?.state()).toContain('ended with exit code 0');
    await expect(query(back?.endpoint as Endpoint, target.accounts.login, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

const maxscaleHere = mariadb && maxscale;
describe.skipIf(!maxscaleHere)(
  `local:maxscale+mariadb${maxscaleHere ? '' : ' (skipped: no maxscale or no mariadbd here; set MYWIRE_BIN_MAXSCALE)'}`,
  () => {
    // Its monitor asks a server that is not up yet again after 5 s only.
    test('lets both accounts through, and comes back at the same address', { timeout: 60_000 }, async () => {
      const target = await start('local:maxscale+mariadb');
      const [front, back] = target.nodes;
      expect(front).toMatchObject({ product: 'maxscale', version: maxscale?.version });
      for (const account of everyday(target)) {
        expect(await query(target.front, account, 'SELECT @@port port', 'mywire')).toEqual([{ port: back?.endpoint.port }]);
      }
      process.kill(front?.pid ?? 0, 'SIGKILL');
      await expect.poll(() => front?.state()).toContain('was ended by SIGKILL');
      await target.restart?.();
      expect(await query(target.front, target.accounts.login, 'SELECT 1')).toHaveLength(1);
    });
  },
);

const fronts = ['haproxy', ...(proxysqls.length > 0 ? ['proxysql'] : [])];
const chain = `local:${fronts.join('+')}+mariadb`;
describe.skipIf(!mariadb || !haproxy)(`${chain}${mariadb && haproxy ? '' : ' (skipped: no haproxy or mariadbd here)'}`, () => {
  test('lets both accounts through to the end', async () => {
    const target = await start(chain, proxysqls.length > 0 ? { binaries: { proxysql: proxysqls.at(-1) ?? '' } } : {});
    const names = [...fronts, 'mariadb'];
    expect(target.nodes.map(({ product }) => product)).toEqual(names);
    expect(target.legs.map(({ name }) => name)).toEqual(names.map((name, index) => `${names[index - 1] ?? 'client'}-${name}`));
    for (const account of everyday(target)) {
      expect(await query(target.front, account, 'SELECT @@port port', 'mywire')).toEqual([{ port: target.nodes.at(-1)?.endpoint.port }]);
    }
  });
});

describe('the reference server', () => {
  test('is a target', async () => {
    const target = await start('reference');
    expect(target).toMatchObject({
      nodes: [{ name: 'reference', product: 'reference' }],
      legs: [{ name: 'client-reference', to: target.front }],
    });
    for (const account of everyday(target)) expect(await query(target.front, account, 'SELECT 1', 'mywire')).toHaveLength(1);
    expect(await target.nodes[0]?.state()).toBe('running');
    await target.stop();
    expect(await target.nodes[0]?.state()).toContain('stopped');
    await target.restart?.();
    expect(await query(target.front, target.accounts.login, 'SELECT 1')).toHaveLength(1);
  });

  test('has its defects, and no others', async () => {
    const { defects } = await import('../reference/index.ts');
    const name = defects[0]?.name ?? '';
    expect((await start(`reference?defect=${name}`)).nodes[0]?.product).toBe('reference');
    await expect(startTarget(`reference?defect=${name.slice(0, -1)}`)).rejects.toMatchObject({
      code: 'TARGET_BAD_NAME',
      message: expect.stringContaining(`Did you mean ${name}?`),
    });
    await expect(startTarget('local:haproxy+reference?defect=nonsense')).rejects.toMatchObject({
      code: 'TARGET_BAD_NAME',
      message: expect.stringContaining("no defect 'nonsense'"),
    });
  });
});

describe('a program that is not what it should be', () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const haproxyThat = (does: string): TargetOptions => {
    const path = join(folder, 'haproxy');
    writeFileSync(path, `#!/bin/sh\nif [ "$1" = -v ]; then echo 'HAProxy version 9.9'; exit; fi\n${does}\n`);
    chmodSync(path, 0o755);
    return { binaries: { haproxy: path } };
  };
  const name = 'local:haproxy+reference';

  test('and ends: its last lines are told, and nothing is left', async () => {
    await expect(startTarget(name, haproxyThat('echo first; echo out of luck >&2; exit 7'))).rejects.toMatchObject({
      code: 'TARGET_START_FAILED',
      message: expect.stringMatching(/ended with exit code 7\. Its last lines: .*out of luck/),
    });
  });

  test('and hangs: it is killed after the limit, and its children too', async () => {
    const before = performance.now();
    const options = { ...haproxyThat(`trap '' TERM; echo waiting; sleep 300 & echo $! > ${folder}/child; wait`), startLimitMs: 400 };
    await expect(startTarget(name, options)).rejects.toMatchObject({
      code: 'TARGET_START_TIMEOUT',
      message: expect.stringContaining('not ready after 400 ms. The end of its log: waiting'),
    });
    expect(performance.now() - before).toBeLessThan(3000);
    const child = Number(readFileSync(`${folder}/child`, 'utf8'));
    await expect.poll(() => isRunning(child)).toBe(false);
  });

  test('or is not there', async () => {
    await expect(startTarget(name, { binaries: { haproxy: '/nowhere/haproxy' } })).rejects.toMatchObject({
      code: 'TARGET_NO_BINARY',
      message: expect.stringContaining('/nowhere/haproxy is not an executable file (given by --binary haproxy=, or binaries)'),
    });
  });
});

async function start(name: string, options: TargetOptions = {}): Promise<RunningTarget> {
  const target = await startTarget(name, options);
  ended.push(target);
  return target;
}

async function query(endpoint: Endpoint, account: Account | undefined, sql: string, database?: string): Promise<RowDataPacket[]> {
  const connection = await createConnection({
    ...endpoint,
    user: account?.user ?? '',
    password: account?.password ?? '',
    ...(database && { database }),
    connectTimeout: 5000,
  });
  try {
    return (await connection.query<RowDataPacket[]>(sql))[0].map((row) => ({ ...row }) as RowDataPacket);
  } finally {
    connection.destroy();
  }
}

function foldersOfThisProcess(): string[] {
  return readdirSync(tmpdir()).filter((entry) => entry.startsWith(`mywire-${process.pid}-`));
}

/** A zombie, which waits for its parent only, does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** The account without a password and the one with: mysql2 cannot log in as every other. */
function everyday({ accounts: { check, login } }: RunningTarget): Account[] {
  return [check, login].flatMap((account) => account ?? []);
}
