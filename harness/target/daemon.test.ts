import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { chooseTargets } from './choose-targets.ts';
import { askDaemon, daemonPlace, imagesHere, publishedBy } from './daemon.ts';
import { startTarget } from './start-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'daemon-test-'));
const socketPath = join(folder, 's');
const env = { DOCKER_HOST: `unix://${socketPath}` };
let server: Server | undefined;
afterEach(async () => {
  server?.close();
  server = undefined;
  rmSync(socketPath, { force: true });
});

describe('where the daemon is', () => {
  test.each([
    ['unix:///run/d.sock', { socketPath: '/run/d.sock' }],
    ['tcp://127.0.0.1:2375', { host: '127.0.0.1', port: 2375 }],
    ['tcp://[::1]:2375', { host: '::1', port: 2375 }],
    ['ssh://me@there', 'other'],
  ])('DOCKER_HOST=%s', (DOCKER_HOST, place) => {
    expect(daemonPlace({ DOCKER_HOST })).toEqual(place);
  });

  test('over TLS only testcontainers can follow', () => {
    expect(daemonPlace({ DOCKER_HOST: 'tcp://127.0.0.1:2376', DOCKER_TLS_VERIFY: '1' })).toBe('other');
  });
});

describe('a daemon', () => {
  test('tells its images', async () => {
    await answer({ '/images/json': [{ RepoTags: ['mariadb:11.8', 'mywire/haproxy:3.0'] }, { RepoTags: null }] });
    expect(await imagesHere({ env })).toEqual(['mariadb:11.8', 'mywire/haproxy:3.0']);
  });

  test('tells whose port is published, and where the container itself is', async () => {
    // The shape that Docker 20.10 answers with, shortened.
    await answer({
      '/containers/json': [
        { Names: ['/other'], Ports: [{ PrivatePort: 80, Type: 'tcp' }], NetworkSettings: { Networks: {} } },
        {
          Names: ['/db'],
          Ports: [{ IP: '127.0.0.1', PrivatePort: 3306, PublicPort: 13306, Type: 'tcp' }],
          NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2' } } },
        },
      ],
    });
    expect(await publishedBy(13306, { env })).toEqual({ name: 'db', address: '172.17.0.2:3306' });
    expect(await publishedBy(3306, { env })).toBeUndefined();
  });

  test('makes an address that it publishes an opaque path', async () => {
    const listener = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    await answer({
      '/containers/json': [
        {
          Names: ['/db'],
          Ports: [{ PrivatePort: 3306, PublicPort: port }],
          NetworkSettings: { Networks: { bridge: { IPAddress: '172.17.0.2' } } },
        },
      ],
    });
    const target = await startTarget(`127.0.0.1:${port}`, { env });
    listener.close();
    expect(target.path).toMatchObject({ transparent: false, why: expect.stringContaining('its own address is 172.17.0.2:3306') });
  });

  test.each([
    ['is not there', undefined],
    ['stays silent', () => {}],
    ['closes', 'close'],
    ['says something else', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'],
    ['fails', 'HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}'],
  ])('that %s is no daemon, within the limit', async (_, how) => {
    if (how !== undefined) {
      server = createTcpServer((socket) => {
        if (how === 'close') socket.destroy();
        else if (typeof how === 'string') socket.end(how);
      }).listen(socketPath);
      await once(server, 'listening');
    }
    const before = performance.now();
    expect(await askDaemon('/images/json', { env, daemonLimitMs: 200 })).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test('that does not answer is told in the choice', async () => {
    const { says } = await chooseTargets({ env: { ...env, PATH: process.env['PATH'] }, daemonLimitMs: 200 });
    expect(says).toMatch(/^No Docker daemon answers, .*: testing /);
    await expect(startTarget('mariadb:11.8', { env })).rejects.toMatchObject({
      code: 'TARGET_NO_DOCKER',
      message: expect.stringContaining(socketPath),
    });
  });
});

async function answer(pages: Record<string, unknown>): Promise<void> {
  server = createServer((request, response) => response.end(JSON.stringify(pages[request.url ?? ''] ?? null)));
  server.listen(socketPath);
  await once(server, 'listening');
}
