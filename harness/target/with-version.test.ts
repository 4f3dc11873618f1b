import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withServer } from './choose-targets.ts';
import { startTarget } from './start-target.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-version-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a program that is another version than the target names is refused', async () => {
  const path = join(folder, 'haproxy');
  writeFileSync(path, '#!/bin/sh\necho "HAProxy version 2.60.1 2023/12/16"\n');
  chmodSync(path, 0o755);
  await expect(startTarget('local:haproxy:2.6+reference', { binaries: { 'haproxy:2.6': path } })).rejects.toMatchObject({
    code: 'TARGET_NO_BINARY',
    message: expect.stringContaining(`${path} is haproxy 2.60.1, not 2.6. Give the other program: --binary haproxy:2.6=PATH.`),
  });
});

test.each([
  ['reference', 'reference'],
  ['127.0.0.1:3306', '127.0.0.1:3306'],
  ['haproxy:3306', 'haproxy:3306'],
  ['mariadb:11.8', 'mariadb:11.8'],
  ['haproxy:3.2+mysql:9.7', 'haproxy:3.2+mysql:9.7'],
  ['haproxy:3.2', 'haproxy:3.2+mariadb:11.8'],
  ['haproxy:3.2+proxysql:2.7.1', 'haproxy:3.2+proxysql:2.7.1+mariadb:11.8'],
  ['mysqlrouter:9.7', 'mysqlrouter:9.7+mysql:9.7'],
  ['local:proxysql:2.0.18', 'local:proxysql:2.0.18+mariadb'],
])('%s is %s: a front gets a server behind it', async (name, whole) => {
  const mariadbd = join(folder, 'mariadbd');
  writeFileSync(mariadbd, '#!/bin/sh\necho "mariadbd  Ver 11.8.1-MariaDB for debian"\n');
  chmodSync(mariadbd, 0o755);
  expect(await withServer(name, { env: { DOCKER_HOST: 'unix:///nowhere' }, binaries: { mariadb: mariadbd } })).toBe(whole);
});
