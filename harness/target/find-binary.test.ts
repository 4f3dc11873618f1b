import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findBinary, findBinaryIfThere } from './find-binary.ts';

const folder = mkdtempSync(join(tmpdir(), 'find-binary-'));
afterAll(() => rmSync(folder, { recursive: true }));

// What the programs themselves print.
const outputs = {
  mariadb: ['mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)', '10.11.19-MariaDB-0+deb12u1'],
  mysql: ['/usr/sbin/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))', '9.7.4-2'],
  haproxy: ['HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/', '2.6.12-1+deb12u4'],
  proxysql: ['ProxySQL version 2.7.1-16-g2726c27, codename Truls', '2.7.1-16-g2726c27'],
  mysqlrouter: ['MySQL Router  Ver 9.7.4-2 for Linux on x86_64 ((Debian))', '9.7.4-2'],
  maxscale: ['MaxScale 24.02.4', '24.02.4'],
  nginx: ['nginx version: nginx/1.22.1', '1.22.1'],
} as const;

describe('a program', () => {
  for (const [product, [output, version]] of Object.entries(outputs)) {
    test(`${product} is known by what it says`, async () => {
      const path = program(`${product}-good`, `echo '${output}'`);
      expect(await findBinary(product as 'mysql', 't', { binaries: { [product]: path }, env: {} })).toEqual({ path, version });
      expect(await findBinary(product as 'mysql', 't', { env: { [`MYWIRE_BIN_${product.toUpperCase()}`]: path } })).toEqual({
        path,
        version,
      });
    });
  }

  test('an old HA-Proxy writes its name with a hyphen', async () => {
    const path = program('haproxy-old', "echo 'HA-Proxy version 1.8.8-1ubuntu0.13 2022/02/09'");
    expect(await findBinary('haproxy', 't', { binaries: { haproxy: path } })).toEqual({ path, version: '1.8.8-1ubuntu0.13' });
  });

  test('mysqld that is MariaDB is no MySQL', async () => {
    const path = program('mysqld', `echo '${outputs.mariadb[0]}'`);
    const message = expect.stringContaining(`${path} is no mysql: it says 'mariadbd  Ver 10.11.19-MariaDB`);
    await expect(findBinary('mysql', 't', { binaries: { mysql: path } })).rejects.toMatchObject({ code: 'TARGET_NO_BINARY', message });
    expect(await findBinary('mariadb', 't', { binaries: { mariadb: path } })).toMatchObject({ path });
  });

  test('a path that was given is not passed over in silence', async () => {
    const env = { MYWIRE_BIN_PROXYSQL: join(folder, 'missing'), PATH: '' };
    const refused = { code: 'TARGET_NO_BINARY', message: expect.stringContaining('(given by MYWIRE_BIN_PROXYSQL)') };
    await expect(findBinary('proxysql', 't', { env })).rejects.toMatchObject(refused);
    await expect(findBinaryIfThere('proxysql', { env })).rejects.toMatchObject(refused);
  });
});

function program(name: string, line: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
  return path;
}
