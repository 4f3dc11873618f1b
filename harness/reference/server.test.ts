import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import mysql from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { localhostCertificate, REFERENCE_DATABASE, type ReferenceOptions, type ReferenceServer, startReference } from './index.ts';
import { BareClient, hex, LOGIN, PING, packet, QUIT, query, response41, z } from './testing/bare-client.ts';

async function withServer<T>(options: ReferenceOptions, use: (server: ReferenceServer) => Promise<T>): Promise<T> {
  const server = await startReference(options);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

const check = z('haproxy_check');

describe('mysql2 logs in', () => {
  const secure = { ssl: { rejectUnauthorized: false } };
  const ways = [
    ['an empty password', { user: 'haproxy_check', password: '' }, {}],
    ['mysql_native_password', { user: 'mywire', password: 'mywire-secret' }, {}],
    ['mysql_native_password over TLS', { user: 'mywire', password: 'mywire-secret', ...secure }, {}],
    ['mysql_native_password behind a switch', { user: 'mywire', password: 'mywire-secret' }, { authPlugin: 'caching_sha2_password' }],
    ['caching_sha2_password over TLS', { user: 'mywire_sha2', password: 'mywire-secret', ...secure }, {}],
    ['caching_sha2_password with the RSA key', { user: 'mywire_sha2', password: 'mywire-secret' }, { authPlugin: 'caching_sha2_password' }],
    ['caching_sha2_password behind a switch', { user: 'mywire_sha2', password: 'mywire-secret' }, {}],
  ] as const;

  test.concurrent.each(ways)('%s', (_, client, options) =>
    withServer({ certificate: localhostCertificate, ...options }, async ({ endpoint }) => {
      // Twice: the second login finds the account in the cache of caching_sha2_password.
      for (let times = 0; times < 2; times++) {
        const connection = await mysql.createConnection({ ...endpoint, ...client, database: REFERENCE_DATABASE });
        try {
          expect((await connection.query('SELECT 1'))[0]).toEqual([{ 1: 1 }]);
          expect((await connection.query('SELECT DATABASE()'))[0]).toEqual([{ 'DATABASE()': 'mywire' }]);
          expect((await connection.query('SELECT NULL'))[0]).toEqual([{ NULL: null }]);
          expect((await connection.query('SELECT CONNECTION_ID()'))[0]).toEqual([{ 'CONNECTION_ID()': connection.threadId }]);
          await expect(connection.query('SELEC 1')).rejects.toMatchObject({ errno: 1064, sqlState: '42000' });
          await connection.ping();
        } finally {
          await connection.end();
        }
      }
    }),
  );

  test.concurrent.each(['mywire', 'mywire_sha2', 'nobody'])('but not %s with a wrong password', (user) =>
    withServer({}, async ({ endpoint }) => {
      const login = mysql.createConnection({ ...endpoint, user, password: 'wrong' });
      await expect(login).rejects.toMatchObject({ errno: 1045, sqlState: '28000' });
    }),
  );

  test('a row of 17 MiB and a multi-statement arrive whole', () =>
    withServer({}, async ({ endpoint }) => {
      const connection = await mysql.createConnection({ ...endpoint, user: 'haproxy_check', multipleStatements: true });
      const [rows] = await connection.query<mysql.RowDataPacket[]>(`SELECT REPEAT('x', ${17 << 20})`);
      expect(Object.values(rows[0] ?? {})[0]).toHaveLength(17 << 20);
      expect((await connection.query('SELECT 1; SELECT 2; DO 3'))[0]).toMatchObject([[{ 1: 1 }], [{ 2: 2 }], { affectedRows: 0 }]);
      await connection.end();
    }));
});

describe('TLS', () => {
  /** The bytes of a ClientHello, from a client that finds nobody. */
  async function clientHello(): Promise<Buffer> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as { port: number };
    const hello = new Promise<Buffer>((resolve) =>
      listener.once('connection', (s) =>
        s.once('data', (d) => {
          resolve(d);
          s.destroy();
        }),
      ),
    );
    connectTls({ port, host: '127.0.0.1' }).on('error', () => {});
    const bytes = await hello;
    listener.close();
    return bytes;
  }

  test('starts right behind the SSLRequest, in the same segment too', () =>
    withServer({ certificate: localhostCertificate }, async ({ endpoint }) => {
      const hello = await clientHello();
      const answer = await new Promise<Buffer>((resolve) => {
        const socket = connect(endpoint.port, endpoint.host);
        socket.once('data', () => {
          socket.once('data', (d) => {
            resolve(d);
            socket.destroy();
          });
          socket.write(Buffer.concat([response41(0x8a00, ''), hello]));
        });
      });
      expect(answer.subarray(0, 2).toString('hex')).toBe('1603');
    }));

  test('takes no login that was smuggled in behind the SSLRequest', () =>
    withServer({ certificate: localhostCertificate }, async ({ endpoint }) => {
      const c = new BareClient(endpoint.port);
      await c.next();
      c.send(response41(0x8a00, ''), response41(0x8200, `${check}00`, { sequenceId: 2 }));
      const answer = await c.next(500);
      expect(answer?.hex.startsWith('00') ?? false).toBe(false);
      expect(await c.ending()).not.toBe('open');
      c.close();
    }));

  test('counts the sequence ids on', () =>
    withServer({ certificate: localhostCertificate }, async ({ endpoint }) => {
      const c = new BareClient(endpoint.port);
      await c.next();
      c.send(response41(0x8a00, ''));
      await c.startTls();
      c.send(response41(0x8a00, `${check}00`, { sequenceId: 2 }));
      expect(await c.next()).toMatchObject({ sequenceId: 3, hex: '00000002000000' });
      c.send(PING);
      expect(await c.next()).toMatchObject({ sequenceId: 1, hex: '00000002000000' });
      c.close();
    }));
});

/** The same noise in each run. */
const noiseOf = (seed: number): Buffer => createHash('sha512').update(String(seed)).digest();

describe('limits', () => {
  test('a login that does not come ends with FIN and no byte', () =>
    withServer({ connectTimeoutMs: 50 }, async ({ endpoint }) => {
      for (const start of ['', '2f00', LOGIN.subarray(0, 20)]) {
        const c = new BareClient(endpoint.port);
        await c.next();
        c.send(start);
        expect(await c.ending()).toBe('fin');
        expect(c.rest.length).toBe(0);
        c.close();
      }
    }));

  test('a login that came while the process stood still is not given up', () =>
    withServer({ connectTimeoutMs: 50 }, async ({ endpoint }) => {
      const c = new BareClient(endpoint.port);
      await c.next();
      c.send(LOGIN);
      const until = performance.now() + 300;
      while (performance.now() < until);
      expect((await c.next())?.payload[0]).toBe(0x00);
      c.close();
    }));

  test('a login is not limited once it is done', () =>
    withServer({ connectTimeoutMs: 50 }, async ({ endpoint }) => {
      const c = new BareClient(endpoint.port);
      await c.login();
      expect(await c.ending(150)).toBe('open');
      c.close();
    }));

  test('a payload past the limit is refused by its headers, before it comes', () =>
    withServer({}, async ({ endpoint }) => {
      const c = new BareClient(endpoint.port);
      await c.next();
      c.send(packet(Buffer.alloc(0xffffff), 1), hex('ffffff02'));
      const answer = await c.next();
      expect(answer?.payload.readUInt16LE(1)).toBe(1153);
      expect(await c.ending()).toBe('fin');
      c.close();
    }));

  test('a client that does not read stops the server, not its memory', () =>
    withServer({}, async ({ endpoint }) => {
      const socket = connect(endpoint.port, endpoint.host);
      socket.on('error', () => {});
      socket.pause();
      const big = query("SELECT REPEAT('x', 1000000)");
      const before = process.memoryUsage().arrayBuffers;
      socket.write(Buffer.concat([LOGIN, ...Array<Buffer>(200).fill(big)]));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
      socket.destroy();
    }));

  test(
    'what nobody has thought of neither hangs nor fells it',
    () =>
      withServer({ connectTimeoutMs: 500, certificate: localhostCertificate }, async (server) => {
        await Promise.all(
          Array.from({ length: 150 }, async (_, i) => {
            const c = new BareClient(server.endpoint.port);
            await c.next();
            const noise = noiseOf(i).subarray(0, 1 + (i % 64));
            if (i % 3 === 0) c.send(noise);
            else if (i % 3 === 1) c.send(packet(noise, 1));
            else c.send(LOGIN, packet(noise), QUIT);
            c.halfClose();
            expect(await c.ending()).not.toBe('open');
            c.close();
          }),
        );
        const c = new BareClient(server.endpoint.port);
        await c.login();
        c.close();
      }),
    30_000,
  );
});

describe('the server itself', () => {
  test('counts its connections, and forgets those that ended', () =>
    withServer({}, async (server) => {
      const clients = Array.from({ length: 100 }, () => new BareClient(server.endpoint.port));
      await Promise.all(clients.map((c) => c.login()));
      expect(server.connections).toBe(100);
      expect(server.open).toBe(100);
      await Promise.all(
        clients.map(async (c) => {
          c.send(QUIT);
          expect(await c.ending()).toBe('fin');
          c.close();
        }),
      );
      await expect.poll(() => server.open).toBe(0);
    }));

  test('stops twice, with connections open', async () => {
    const server = await startReference();
    const c = new BareClient(server.endpoint.port);
    await c.login();
    await server.stop();
    await server.stop();
    expect(server.alive).toBe(false);
    expect(await c.ending()).not.toBe('open');
    c.close();
  });

  test('says when it cannot listen', () =>
    withServer({}, async ({ endpoint }) => {
      await expect(startReference({ port: endpoint.port })).rejects.toMatchObject({
        code: 'REFERENCE_CANNOT_LISTEN',
        message: expect.stringContaining('give another port'),
      });
      // TEST-NET-1: no machine has it.
      await expect(startReference({ host: '192.0.2.1' })).rejects.toMatchObject({
        code: 'REFERENCE_CANNOT_LISTEN',
        message: expect.stringMatching(/; give an address of this machine$/),
      });
    }));
});
