import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { localhostCertificate } from '../reference/certificate.ts';
import { Connection } from './connection.ts';

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** A server that takes `prefix` bytes in the clear, then speaks TLS and echoes; the chunks that came before TLS was on. */
async function tlsServer(prefix: number): Promise<{ readonly port: number; readonly chunks: Buffer[] }> {
  const chunks: Buffer[] = [];
  const server = createServer((socket: Socket) => {
    const own: Buffer[] = [];
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      own.push(chunk);
      const taken = Buffer.concat(own);
      if (taken.length < prefix + 100) return;
      socket.pause();
      socket.removeAllListeners('data');
      socket.unshift(taken.subarray(prefix));
      const secured = new TLSSocket(socket, { isServer: true, key: localhostCertificate.key, cert: localhostCertificate.cert });
      secured.on('error', () => {});
      secured.pipe(secured);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => server.close());
  return { port: (server.address() as { port: number }).port, chunks };
}

async function echo(connection: Connection): Promise<string> {
  let got = '';
  connection.onReceived = (chunk) => {
    got += Buffer.from(chunk).toString('latin1');
  };
  await connection.send([Buffer.from('ping')], 'ping');
  await connection.wait('echo', 3000, () => got.length >= 4);
  connection.close();
  return got;
}

test('bytes in front of the ClientHello go out with it, in one segment', async () => {
  const { port, chunks } = await tlsServer(5);
  const connection = await Connection.open({ host: '127.0.0.1', port });
  await connection.startTls(3000, { hello: { behind: Buffer.from('hello') } });
  expect(chunks[0]?.subarray(0, 6).toString('latin1')).toBe('hello\x16');
  expect(await echo(connection)).toBe('ping');
  const [first] = connection.events.flatMap((e) => (e.kind === 'sent' ? [Buffer.from(e.bytes).toString()] : []));
  expect(first).toBe('hello');
});

test('a ClientHello goes out in pieces', async () => {
  const { port, chunks } = await tlsServer(0);
  const connection = await Connection.open({ host: '127.0.0.1', port });
  await connection.startTls(3000, { hello: { pieces: [1, 3, 40] } });
  // A server in our own process may read two pieces at once.
  expect(chunks[0]?.length).toBeLessThanOrEqual(4);
  expect(chunks.length).toBeGreaterThanOrEqual(3);
  expect(await echo(connection)).toBe('ping');
});

test('a version is kept to, and a session is gone on with', async () => {
  const { port } = await tlsServer(0);
  const sessions: Buffer[] = [];
  const first = await Connection.open({ host: '127.0.0.1', port });
  await first.startTls(3000, { version: 'TLSv1.2', sessions });
  expect(first.events.find((e) => e.kind === 'tls')).toMatchObject({ version: 'TLSv1.2' });
  expect(await echo(first)).toBe('ping');
  expect(sessions.length).toBeGreaterThan(0);
  const second = await Connection.open({ host: '127.0.0.1', port });
  await second.startTls(3000, { version: 'TLSv1.2', sessions, resume: true });
  expect(await echo(second)).toBe('ping');
});
