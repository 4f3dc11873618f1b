import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { daemonPlace, imagesHere } from './daemon.ts';
import { startDocker } from './docker.ts';
import { openDocker } from './docker-client.ts';
import { ownerLabel } from './leftovers.ts';
import { ownerName } from './owner.ts';
import { parseTarget } from './parse-target.ts';
import { startTarget } from './start-target.ts';
import type { Account, Endpoint, RunningTarget } from './target.ts';

const images = await imagesHere({});
const has = (name: string) => images !== undefined && (images.includes(name) || images.includes(`mywire/${name}`));
const missing = (...names: string[]) => {
  if (images === undefined) return ' (skipped: no Docker daemon answers)';
  const absent = names.filter((name) => !has(name));
  return absent.length === 0 ? '' : ` (skipped: no image ${absent.join(', ')}; fixtures/images/build.sh)`;
};
const ended: RunningTarget[] = [];
afterEach(async () => {
  vi.doUnmock('./transparency.ts');
  vi.resetModules();
  for (const target of ended.splice(0)) await target.stop();
});

describe.skipIf(!has('mariadb:11.8') || !has('haproxy:3.0'))(`haproxy:3.0+mariadb:11.8${missing('mariadb:11.8', 'haproxy:3.0')}`, () => {
  test('runs at the containers own addresses, comes back after a kill, and leaves nothing', { timeout: 60_000 }, async () => {
    const target = await start('haproxy:3.0+mariadb:11.8');
    const [haproxy, mariadb] = target.nodes;
    expect(target.path).toEqual({ transparent: true });
    expect(target.legs).toEqual([
      { name: 'client-haproxy', to: haproxy?.endpoint },
      { name: 'haproxy-mariadb', to: mariadb?.endpoint },
    ]);
    expect(haproxy).toMatchObject({ product: 'haproxy', version: expect.stringMatching(/^3\.0\./) });
    expect(mariadb).toMatchObject({ product: 'mariadb', version: expect.stringMatching(/^11\.8\./), endpoint: { port: 3306 } });
    for (const account of everyday(target)) {
      expect(await query(target.front, account, 'SELECT SUBSTRING_INDEX(USER(), "@", -1) peer, COUNT(*) n FROM numbers')).toEqual([
        { peer: haproxy?.endpoint.host, n: 3 },
      ]);
    }
    expect(await haproxy?.command?.('show info')).toContain('Version: 3.0.');

    const { api } = await openDocker('t', {});
    const mine = { label: [`${ownerLabel}=${ownerName()}`] };
    const containers = await api.listContainers({ filters: mine });
    expect(containers).toHaveLength(2);
    for (const { Ports } of containers) expect(Ports.filter(({ PublicPort }) => PublicPort)).toEqual([]);
    for (const node of target.nodes) await node.kill?.();
    expect(await mariadb?.state()).toMatch(/mariadb.* ended with exit code 137\. Its last lines: .*ready for connections|Version/s);
    await target.restart?.();
    expect(await query(target.front, target.accounts.login, 'SELECT COUNT(*) n FROM numbers')).toEqual([{ n: 3 }]);

    await target.stop();
    await target.stop();
    expect(await api.listContainers({ all: true, filters: mine })).toEqual([]);
    expect(await api.listNetworks({ filters: mine })).toEqual([]);
    expect(await mariadb?.state()).toContain('is gone');
  });
});

describe.skipIf(!has('mysql:9.7'))(`mysql:9.7${missing('mysql:9.7')}`, () => {
  // In a container of its own a test cannot reach the host's published ports.
  test.skipIf(existsSync('/.dockerenv'))(
    'has its accounts, and through a published port the path is opaque',
    { timeout: 60_000 },
    async () => {
      // As on Docker Desktop, where a container's own address cannot be reached.
      vi.doMock('./transparency.ts', async (original) => ({
        ...(await original<typeof import('./transparency.ts')>()),
        probePath: async () => ({ by: 'published port', transparency: { transparent: false, why: 'on purpose' } }),
      }));
      const { startDocker: startPublished } = await import('./docker.ts');
      const target = await startPublished(parseTarget('mysql:9.7') as never, {});
      ended.push(target);
      expect(target.path).toEqual({ transparent: false, why: 'on purpose' });
      expect(target.front.host).toBe('127.0.0.1');
      for (const account of everyday(target)) {
        expect(account.plugin).toBe('caching_sha2_password');
        expect(await query(target.front, account, 'SELECT COUNT(*) n FROM numbers')).toEqual([{ n: 3 }]);
      }
      // Nobody else's business: on loopback, not on every address.
      const { api } = await openDocker('t', {});
      const [container] = await api.listContainers({ filters: { label: [`${ownerLabel}=${ownerName()}`] } });
      expect(container?.Ports.map(({ IP }) => IP)).toEqual(['127.0.0.1']);
    },
  );
});

describe.skipIf(!has('mysqlrouter:9.7') || !has('mysql:9.7'))(`mysqlrouter:9.7+mysql:9.7${missing('mysqlrouter:9.7', 'mysql:9.7')}`, () => {
  test('lets both accounts through', { timeout: 60_000 }, async () => {
    const target = await start('mysqlrouter:9.7+mysql:9.7');
    const [router, mysql] = target.nodes;
    expect(router).toMatchObject({ product: 'mysqlrouter', version: expect.stringMatching(/^9\.7\./) });
    expect(mysql).toMatchObject({ product: 'mysql', version: expect.stringMatching(/^9\.7\./) });
    for (const account of everyday(target)) {
      expect(account.plugin).toBe('caching_sha2_password');
      expect(await query(target.front, account, 'SELECT SUBSTRING_INDEX(USER(), "@", -1) peer')).toEqual([{ peer: router?.endpoint.host }]);
    }
  });
});

describe.skipIf(!has('nginx:1.26') || !has('mariadb:11.8'))(`nginx:1.26+mariadb:11.8${missing('nginx:1.26', 'mariadb:11.8')}`, () => {
  test('lets both accounts through', { timeout: 60_000 }, async () => {
    const target = await start('nginx:1.26+mariadb:11.8');
    const [nginx] = target.nodes;
    expect(nginx).toMatchObject({ product: 'nginx', version: expect.stringMatching(/^1\.26\./) });
    for (const account of everyday(target)) {
      expect(await query(target.front, account, 'SELECT SUBSTRING_INDEX(USER(), "@", -1) peer')).toEqual([{ peer: nginx?.endpoint.host }]);
    }
  });
});

describe.skipIf(!has('mariadb:11.8'))(`Docker${missing('mariadb:11.8')}`, () => {
  test('a container that ends is told with its last lines, and nothing is left', { timeout: 30_000 }, async () => {
    // The options of a MySQL server mean nothing to HAProxy: it prints its usage and ends.
    const options = { images: { 'mysql:1.1': 'mywire/haproxy:3.0' } };
    await expect(startTarget('mysql:1.1', options)).rejects.toMatchObject({
      code: 'TARGET_START_FAILED',
      message: expect.stringMatching(/mysql \(mywire\/haproxy:3\.0\) ended with exit code 1\. Its last lines: \S/),
    });
    const { api } = await openDocker('t', {});
    expect(await api.listNetworks({ filters: { label: [`${ownerLabel}=${ownerName()}`] } })).toEqual([]);
  });

  test('who has opened it leaves nothing in the temporary folder', { timeout: 30_000 }, async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'mywire-test-'));
    try {
      const opens = "await (await import('./harness/target/docker-client.ts')).openDocker('t', {}); process.exit()";
      const env = { ...process.env, TMPDIR: temporary };
      await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', opens], { env });
      expect(readdirSync(temporary).filter((name) => name.startsWith('testcontainers'))).toEqual([]);
    } finally {
      rmSync(temporary, { recursive: true });
    }
  });

  test('what a dead process left in it is gone at the next start', { timeout: 30_000 }, async () => {
    const { api } = await openDocker('t', {});
    const [host, namespace] = ownerName().split('/');
    const name = `mywire-test-${randomBytes(4).toString('hex')}`;
    const network = await api.createNetwork({ Name: name, Labels: { [ownerLabel]: [host, namespace, 999_999_999, 1].join('/') } });
    const foreign = await api.createNetwork({ Name: `${name}-foreign`, Labels: { [ownerLabel]: 'elsewhere/pid:[1]/999999999/1' } });
    vi.resetModules();
    const { openDocker: openAgain } = await import('./docker-client.ts');
    await openAgain('t', {});
    await expect(network.inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect(await foreign.inspect()).toMatchObject({ Name: `${name}-foreign` });
    await foreign.remove();
  });
});

test('without a daemon: a clear error at once', async () => {
  const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
  expect(daemonPlace(env)).toEqual({ socketPath: '/nonexistent/docker.sock' });
  await expect(startDocker(parseTarget('mariadb:11.8') as never, { env })).rejects.toMatchObject({ code: 'TARGET_NO_DOCKER' });
});

async function start(name: string): Promise<RunningTarget> {
  const target = await startTarget(name);
  ended.push(target);
  return target;
}

async function query(endpoint: Endpoint, account: Account | undefined, sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection({
    ...endpoint,
    user: account?.user ?? '',
    password: account?.password ?? '',
    database: 'mywire',
    connectTimeout: 5000,
  });
  try {
    return (await connection.query<RowDataPacket[]>(sql))[0].map((row) => ({ ...row }) as RowDataPacket);
  } finally {
    connection.destroy();
  }
}

/** The account without a password and the one with: mysql2 cannot log in as every other. */
function everyday({ accounts: { check, login } }: RunningTarget): Account[] {
  return [check, login].flatMap((account) => account ?? []);
}
