import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { Connection } from './connection.ts';

test('a server that answers the ClientHello in the clear is told of in words that are the same in every run', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(Buffer.from('0700000200000000000000', 'hex')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connection = await Connection.open({ host: '127.0.0.1', port });
  try {
    await expect(connection.startTls(3000)).rejects.toMatchObject({
      says: 'TLS handshake: what the server sent is no TLS record (OpenSSL: wrong version number)',
    });
  } finally {
    await connection.close();
    server.close();
  }
});
