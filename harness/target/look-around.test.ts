import { createServer as createHttp } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { bytes, mariadbGreeting } from '../report/testdata/reports.ts';
import { ownerLabel } from './leftovers.ts';
import { lookAround } from './look-around.ts';

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function listening(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(onConnection);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

test('tells servers by their greetings, and sends them nothing', async () => {
  const received: Buffer[] = [];
  const greeting = (bytes_: Uint8Array) => (socket: Socket) => {
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => undefined);
    socket.write(bytes_);
  };
  const mariadb = await listening(greeting(mariadbGreeting));
  const inPieces = await listening((socket) => {
    socket.on('error', () => undefined);
    socket.write(mariadbGreeting.subarray(0, 6), () => setImmediate(() => socket.write(mariadbGreeting.subarray(6))));
  });
  const ssh = await listening(greeting(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')));
  const silent = await listening(() => undefined);
  const hostile = await listening(greeting(bytes('ff0300000a1b5b324a00')));
  const { servers } = await lookAround({ env: { DOCKER_HOST: 'unix:///nowhere' } }, [mariadb, inPieces, ssh, silent, hostile, 1]);
  expect(servers.map(({ endpoint, version }) => [endpoint.port, version])).toEqual([
    [mariadb, '5.5.5-10.11.19-MariaDB-0+deb12u1'],
    [inPieces, '5.5.5-10.11.19-MariaDB-0+deb12u1'],
    [hostile, '.[2J'],
  ]);
  expect(received).toEqual([]);
});

test('tells containers by their images, but not those that mywire has started', async () => {
  const answer = [
    { Names: ['/shop-db'], Image: 'mariadb:10.11', Labels: {} },
    { Names: ['/proxy'], Image: 'registry.example:5000/proxysql/proxysql:2.7.1' },
    { Names: ['/router'], Image: 'mysql/mysql-router:8.4' },
    { Names: ['/mine'], Image: 'mariadb:11.8', Labels: { [ownerLabel]: '1' } },
    { Names: ['/web'], Image: 'httpd:2.4' },
    { Names: ['/untagged'], Image: 'mariadb' },
  ];
  const daemon = createHttp((_, response) => response.end(JSON.stringify(answer)));
  open.push(daemon);
  await new Promise<void>((resolve) => daemon.listen(0, '127.0.0.1', resolve));
  const { port } = daemon.address() as { port: number };
  const { containers } = await lookAround({ env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` } }, []);
  expect(containers.map(({ name, part }) => `${name} ${part.product} ${part.version}`)).toEqual([
    'shop-db mariadb 10.11',
    'proxy proxysql 2.7.1',
    'router mysqlrouter 8.4',
  ]);
});
