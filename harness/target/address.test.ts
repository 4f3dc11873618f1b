import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { startTarget } from './start-target.ts';

// No daemon is asked in these tests.
const env = { DOCKER_HOST: 'unix:///nonexistent' };
let server: Server | undefined;
afterEach(() => server?.close());

describe('an address', () => {
  test('that accepts connections is a target, with what the options say about it', async () => {
    const port = await listen();
    const check = { user: 'c', password: '', plugin: 'mysql_native_password' } as const;
    const target = await startTarget(`127.0.0.1:${port}`, {
      env,
      accounts: { check },
      database: 'd',
      as: { product: 'proxysql', version: '2.7.1' },
    });
    const endpoint = { host: '127.0.0.1', port };
    expect(target).toMatchObject({
      front: endpoint,
      accounts: { check },
      database: 'd',
      path: { transparent: true },
      legs: [{ name: 'client-server', to: endpoint }],
    });
    expect(target.nodes[0]).toMatchObject({ product: 'proxysql', version: '2.7.1' });
    expect(target.restart).toBeUndefined();
    expect(await target.nodes[0]?.state()).toBe('running');
    server?.close();
    expect(await target.nodes[0]?.state()).toContain('connection refused');
    await target.stop();
    await target.stop();
  });

  test('by a name is the one address that answered, for all that follows', async () => {
    const port = await listen();
    const target = await startTarget(`localhost:${port}`, { env });
    expect(target).toMatchObject({
      name: `localhost:${port}`,
      front: { host: '127.0.0.1', port },
      legs: [{ to: { host: '127.0.0.1', port } }],
    });
    await target.stop();
  });

  test('of a closed port is unreachable: refused', async () => {
    await expect(startTarget(`127.0.0.1:${await freePort()}`, { env })).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: expect.stringContaining('connection refused'),
    });
  });

  test('of a name that does not resolve is unreachable, with a hint where a product was meant', async () => {
    const unreachable = (says: string) => ({ code: 'TARGET_UNREACHABLE', message: expect.stringContaining(says) });
    await expect(startTarget('db.invalid:10', { env, reachLimitMs: 10_000 })).rejects.toMatchObject(
      unreachable('the name db.invalid does not resolve. Check its spelling'),
    );
    await expect(startTarget('maridb:10', { env, reachLimitMs: 10_000 })).rejects.toMatchObject(
      unreachable('local:mariadb; a Docker image: mariadb:VERSION'),
    );
  });

  test('that does not answer is unreachable after the limit', async () => {
    // A listener that never accepts, its queue full: the kernel drops what comes then.
    const script =
      "const s = require('node:net').createServer().listen({port: 0, host: '127.0.0.1', backlog: 1}, () => { require('node:fs').writeSync(1, s.address().port + '\\n'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })";
    const deaf = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(deaf.stdout, 'data');
    const port = Number(String(line));
    const queue = Array.from({ length: 4 }, () => connect({ port, host: '127.0.0.1' }).on('error', () => {}));
    const before = performance.now();
    try {
      await once(queue[1] as (typeof queue)[number], 'connect');
      await expect(startTarget(`127.0.0.1:${port}`, { env, reachLimitMs: 300 })).rejects.toMatchObject({
        code: 'TARGET_UNREACHABLE',
        message: expect.stringContaining('no answer in 300 ms'),
      });
      expect(performance.now() - before).toBeLessThan(2000);
    } finally {
      for (const socket of queue) socket.destroy();
      deaf.kill('SIGKILL');
    }
  });
});

async function listen(): Promise<number> {
  server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}
