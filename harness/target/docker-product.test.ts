import { expect, test } from 'vitest';
import { dockerProduct } from './docker-product.ts';

/** As MariaDB 11.8 and MySQL 9.7 log it, and as MariaDB does with other lc_messages. */
test.each([
  [
    "Version: '11.8.9-MariaDB-0+deb13u1 from Debian-log'  socket: '/run/mysqld/mysqld.sock'  port: 3306  Debian n/a",
    '11.8.9-MariaDB-0+deb13u1 from Debian-log',
  ],
  ["Version: '11.8.9-MariaDB'  Socket: '/run/mysqld/mysqld.sock'  Port: 3306  Debian n/a", '11.8.9-MariaDB'],
  ["Version：'11.8.9-MariaDB'套接字：'/run/mysqld/mysqld.sock'端口：3306 Debian n/a", '11.8.9-MariaDB'],
  ["Version: '9.7.4-2'  socket: '/run/mysqld/mysqld.sock'  port: 3306  (Debian).", '9.7.4-2'],
  ["Server socket created on IP: '0.0.0.0', port: '3306'.", undefined],
  ["Version: '8.4.0'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.", '8.4.0'],
  // The set-up run of the official entrypoints, and the X plugin.
  ["Version: '9.7.4-2'  socket: '/var/run/mysqld/mysqld.sock'  port: 0  (Debian).", undefined],
  ["X Plugin ready for connections. Bind-address: '::' port: 33060, socket: /var/run/mysqld/mysqlx.sock", undefined],
])('%s', (line, version) => {
  for (const product of ['mariadb', 'mysql'] as const) {
    const { ready } = dockerProduct({ product, version: '11.8' } as never, undefined);
    expect(ready?.exec(line)?.[1]).toBe(version);
  }
});
