import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Connection } from './connection.ts';
import { Descriptor, queuedIn } from './descriptor.ts';

const CHUNK = Buffer.alloc(1 << 17);
let server: Server;

/** A connection to a peer that does this with it; at most 64 MiB come back. */
async function to(does: (socket: Socket) => void): Promise<Connection> {
  server = createServer((socket) => {
    socket.on('error', () => {});
    does(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Connection.open({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, mostBytes: 64 << 20 });
}
afterEach(() => server.close());

/** Takes 256 KiB every 10 ms at most. */
function slowReader(socket: Socket): void {
  let read = 0;
  socket.on('data', (chunk) => {
    read += chunk.length;
    if (read < 1 << 18) return;
    read = 0;
    socket.pause();
    setTimeout(() => socket.resume(), 10);
  });
}

describe('a wait on a slow path', () => {
  test('lasts as long as bytes come, and no longer than is said', async () => {
    const connection = await to((socket) => {
      const more = setInterval(() => socket.write(CHUNK), 40);
      socket.on('close', () => clearInterval(more));
    });
    expect(await connection.wait('a megabyte', 300, () => connection.receivedBytes >= 1 << 20, 30_000)).toBe('met');
    expect(await connection.wait('the last of it', 300, () => false, 600)).toBe('under way');
    expect(await connection.wait('the last of it', 300, () => false)).toBe('limit');
    connection.close();
  });

  test('lasts as long as ours are taken, and not where the peer has stopped reading', async () => {
    const slow = await to(slowReader);
    slow.write(Buffer.alloc(96 << 20), 'a lot');
    expect(await slow.wait('an answer', 300, () => false, 600)).toBe('under way');
    slow.close();
    server.close();
    const deaf = await to((socket) => socket.pause());
    deaf.write(Buffer.alloc(96 << 20), 'a lot');
    expect(await deaf.wait('an answer', 300, () => false, 30_000)).toBe('limit');
    deaf.close();
  });

  test('is cut short where a peer only trickles', async () => {
    const connection = await to((socket) => {
      const more = setInterval(() => socket.write('.'), 20);
      socket.on('close', () => clearInterval(more));
    });
    expect(await connection.wait('an answer', 200, () => false, 30_000)).toBe('limit');
    connection.close();
  });
});

test('what Node holds of ours is not acknowledged, and what the peer has taken is', async () => {
  server = createServer((socket) => socket.on('error', () => {}).pause()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = dial((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  const descriptor = new Descriptor(socket);
  socket.write('.');
  await vi.waitFor(() => expect(descriptor.unacknowledged()).toBe(0), { timeout: 5000 });
  socket.write(Buffer.alloc(64 << 20));
  // The kernels of both sides take a few of them.
  expect(descriptor.unacknowledged()).toBeGreaterThan(32 << 20);
  socket.destroy();
});

test("the kernel's queue is that of these two ports", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:5B0A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:9C40 0100007F:5B0A 01 00280000:00000000 01:00000014 00000000     0        0 4712 2 0000000000000000 20 4 30 10 -1
   2: 0100007F:5B0A 0100007F:9C40 01 00000000:0005F000 00:00000000 00000000     0        0 4713 1 0000000000000000 20 4 0 10 -1
`;
  expect(queuedIn(table, 0x9c40, 0x5b0a)).toBe(0x280000);
  expect(queuedIn(table, 0x5b0a, 0x9c40)).toBe(0);
  expect(queuedIn(table, 1, 2)).toBe(0);
});
