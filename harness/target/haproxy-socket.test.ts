import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { haproxyCommand } from './haproxy-socket.ts';

let server: Server | undefined;
afterEach(() => server?.close());

test('one command, one line, the whole answer', async () => {
  let asked = '';
  const where = await listen((socket) => {
    socket.on('data', (chunk) => {
      asked += chunk;
      socket.write('Name: HAProxy\n');
      socket.end('Version: 2.6.12\n\n');
    });
  });
  expect(await haproxyCommand(where, 'show info\nshutdown frontend front')).toBe('Name: HAProxy\nVersion: 2.6.12');
  expect(asked).toBe('show info shutdown frontend front\n');
});

test('an answer without end is cut off', async () => {
  const where = await listen((socket) => {
    const more = () => {
      while (socket.writable && socket.write('x'.repeat(65_536)));
      if (socket.writable) socket.once('drain', more);
    };
    more();
  });
  await expect(haproxyCommand(where, 'show stat')).rejects.toThrow("'show stat': more than 4194304 bytes");
});

test('nobody there is an error', async () => {
  await expect(haproxyCommand({ path: '/nonexistent/s' }, 'show info')).rejects.toThrow('ENOENT');
});

async function listen(act: (socket: Socket) => void): Promise<{ host: string; port: number }> {
  server = createServer((socket) => act(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}
