import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { frame } from '../codec/frame.ts';
import { greeting } from '../hostile/said.ts';
import { type ReferenceServer, startReference } from '../reference/index.ts';
import { accountsWith } from '../target/accounts.ts';
import type { Account, Endpoint } from '../target/target.ts';
import { RunError } from './error.ts';
import { missing } from './missing.ts';
import { RunStopped } from './not-reached.ts';
import { probe } from './profile.ts';
import * as packets from './testing/bare-packets.ts';
import type { TryContext } from './try.ts';

class TimeIsOver extends RunStopped {
  override readonly message = 'the time was over';
}

const started: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of started.splice(0)) await stop();
});

/** A server that treats every connection like this. */
async function serve(each: (socket: Socket) => void): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // mywire hangs up as it likes
    socket.once('close', () => sockets.delete(socket));
    each(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  started.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port };
}

async function reference(...options: Parameters<typeof startReference>): Promise<ReferenceServer> {
  const server = await startReference(...options);
  started.push(() => server.stop());
  return server;
}

const context = (endpoint: Endpoint, more: Partial<TryContext> = {}): TryContext => ({
  endpoint,
  accounts: {},
  limits: { connectMs: 3000, answerMs: 5000, quietMs: 300, afterFinMs: 5 },
  ...more,
});

async function refusal(endpoint: Endpoint): Promise<RunError> {
  const error: unknown = await probe('there:3306', context(endpoint)).then(
    () => new Error('it was taken for MySQL'),
    (cause: unknown) => cause,
  );
  if (error instanceof RunError) return error;
  throw error;
}

const packet = (sequenceId: number, payload: Buffer): Buffer => Buffer.concat([Buffer.from([payload.length, 0, 0, sequenceId]), payload]);

describe.concurrent('what is no MySQL server is told with what it looks like', () => {
  test('HTTP, which answers what a client says', async () => {
    const endpoint = await serve((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')),
    );
    const error = await refusal(endpoint);
    expect(error.code).toBe('RUN_NOT_MYSQL');
    expect(error.message).toBe(
      'there:3306 does not speak the MySQL protocol: it answers like HTTP ("HTTP/1.1 400 Bad Request"). Give the address of the MySQL port.',
    );
  });

  test('SSH, which greets by itself', async () => {
    const error = await refusal(await serve((socket) => socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n')));
    expect(error.code).toBe('RUN_NOT_MYSQL');
    expect(error.message).toMatch(/it greets like SSH\. Give the address of the MySQL port\.$/);
  });

  test('one that stays silent', async () => {
    const error = await refusal(await serve(() => undefined));
    expect(error.code).toBe('RUN_NOT_MYSQL');
    expect(error.message).toMatch(/it accepts the connection but sends no greeting \(silence for 2000 ms on an open connection\)/);
  });

  test('one that closes at once', async () => {
    const error = await refusal(await serve((socket) => socket.end()));
    expect(error.code).toBe('RUN_NOT_MYSQL');
    expect(error.message).toMatch(/it accepts the connection but sends no greeting \(FIN.* without an answer\)/);
  });

  test('one that sends other bytes, with control characters made harmless', async () => {
    const error = await refusal(await serve((socket) => socket.write('\x1b]0;mine\x07 220 ready\r\n')));
    expect(error.code).toBe('RUN_NOT_MYSQL');
    expect(error.message).toMatch(
      /its first bytes are 1b5d303b6d696e6507203232302072\w\w \("\.\]0;mine\. 220 ready\.\.(?:\.\]0;mine.*)?"\)\.$/,
    );
    expect(error.message).not.toContain('\x1b');
  });

  test('one that floods, of which only so much is read', async () => {
    let sent = 0;
    const chunk = Buffer.alloc(65_536, 0x41);
    const endpoint = await serve((socket) => {
      const pour = (): void => {
        while (sent < 1e9 && !socket.destroyed) {
          sent += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on('drain', pour);
      pour();
    });
    const error = await refusal(endpoint);
    expect(error.code).toBe('RUN_NOT_MYSQL');
    expect(sent).toBeLessThan(100e6);
  });

  test('nothing at all', async () => {
    const { endpoint, stop } = await startReference();
    await stop();
    const error = await refusal(endpoint);
    expect(error.code).toBe('RUN_NOT_MYSQL');
    expect(error.message).toMatch(/^there:3306: no connection: .*ECONNREFUSED.*\. Start the server, or correct the address\.$/);
  });
});

describe.concurrent('a MySQL server that refuses every connection is told with the remedy', () => {
  /** Before the handshake an ERR has no SQLSTATE (mysql/page_protocol_basic_err_packet). */
  const refusing = (code: number, message: string): Promise<Endpoint> =>
    serve((socket) => socket.end(packet(0, Buffer.concat([Buffer.from([0xff, code & 0xff, code >> 8]), Buffer.from(message)]))));

  test.each([
    [1129, "Host '172.17.0.1' is blocked because of many connection errors", /FLUSH HOSTS/],
    [1040, 'Too many connections', /max_connections/],
    [1130, "Host '172.17.0.1' is not allowed to connect", /make accounts for this address/],
    [1203, 'User already has more than max_user_connections', /raise max_user_connections/],
    [1105, 'Not now', /Let this host in/],
  ])('ERR %i', async (code, message, remedy) => {
    const error = await refusal(await refusing(code, message));
    expect(error.code).toBe('RUN_REFUSED');
    expect(error.message).toContain(`there:3306 refuses every connection: ERR ${code} "${message}".`);
    expect(error.message).toMatch(remedy);
  });
});

describe.concurrent('a MySQL server is profiled', () => {
  const accounts = accountsWith('mysql_native_password');

  test('by its greeting and its accounts', async () => {
    const { endpoint } = await reference({ version: '11.8.6-MariaDB-0+deb13u1' });
    const profile = await probe('there', context(endpoint, { accounts, database: 'mywire' }));
    expect(profile).toMatchObject({
      dialect: 'mariadb',
      serverVersion: '11.8.6-MariaDB-0+deb13u1',
      check: { is: 'works' },
      login: { is: 'works' },
      database: { is: 'works' },
    });
    expect(profile.capabilities & 0x200).toBe(0x200); // PROTOCOL_41
    expect(profile.capabilities & 0x800).toBe(0); // SSL: it was given no certificate
  });

  test('when it greets only after the client has spoken', async () => {
    const { endpoint } = await reference({ defects: ['no-greeting-before-data'] });
    expect(await probe('there', context(endpoint))).toMatchObject({ dialect: 'mysql', serverVersion: '', check: { is: 'missing' } });
  });

  test('when accounts are missing, refused, or without the database', async () => {
    const { endpoint } = await reference();
    const profile = await probe(
      'there',
      context(endpoint, { accounts: { login: { ...accounts.login, password: 'guessed' } as never }, database: 'nowhere' }),
    );
    expect(profile.check).toEqual({ is: 'missing', says: 'no such account was given (--check-user)' });
    expect(profile.login.is).toBe('refused');
    expect(profile.login.says).toMatch(/^mywire is refused with ERR 1045 "/);
    expect(profile.database.is).toBe('refused');
  });

  test('with the plugin that its accounts are asked for, where another one was named', async () => {
    const { endpoint } = await reference();
    const named = accountsWith('caching_sha2_password').login as Account;
    const [one] = suites.filter(({ id }) => id === 'auth/sha2-wrong-proof-is-no-success');
    const about = { ...(one as Case), needs: [{ account: 'sha2' }] } as const;
    const told = async (login: Account) => {
      const profile = await probe('there', context(endpoint, { accounts: { login, sha2: login } }));
      return [Object.fromEntries(profile.otherPlugins), missing(about, profile, false)?.reason];
    };
    expect(await told({ ...named, own: true })).toEqual([
      { login: 'mysql_native_password', sha2: 'mysql_native_password' },
      'the server asks the account "sha2" for mysql_native_password, which is not the plugin that was named (--plugin)',
    ]);
    // Of a target that mywire has started that is no mistake of a command line.
    expect(await told(named)).toEqual([{}, undefined]);
  });

  test('with another name for an account that is refused: what needs it is inconclusive as well', async () => {
    const { endpoint } = await reference();
    const login = { ...accounts.login, password: 'guessed', own: true } as Account;
    const profile = await probe('there', context(endpoint, { accounts: { login, native: login } }));
    const about = suites.find(({ id }) => id === 'auth/switch-scramble-ends-with-nul') as Case;
    expect(missing(about, profile, false)).toEqual({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/^needs the account "native": mywire is refused with ERR 1045/),
    });
    // Of a target that mywire has started, the refusal is the target's doing.
    expect(missing(about, profile, true)).toBeUndefined();
  });

  test('when a login gets neither OK nor ERR', async () => {
    const { endpoint } = await reference({ defects: ['close-instead-of-answer'] });
    const { check } = await probe('there', context(endpoint, { accounts }));
    expect(check.is).toBe('odd');
    expect(check.says).toMatch(/^haproxy_check does not get in: FIN.* without an answer$/);
  });

  test('when a login gets silence: what MySQL does behind logins that failed is named', async () => {
    const endpoint = await serve((socket) => socket.write(greeting()));
    const limits = { ...context(endpoint).limits, answerMs: 300 };
    const { check } = await probe('there', context(endpoint, { accounts, limits }));
    expect(check.is).toBe('odd');
    expect(check.says).toMatch(/^haproxy_check does not get in: silence for .*connection_control_failed_connections_threshold/);
  });
});

test.each([
  ['08', '1d000000', 'mariadb'],
  ['09', '1d000000', 'mysql'],
  ['08', '00000000', 'mysql'],
] as const)(
  'a server that says 8.0.99, with LONG_PASSWORD in %s and %s for capabilities of its own, is of %s',
  async (low, own, dialect) => {
    const bytes = Buffer.from(packets.greeting);
    const flags = bytes.indexOf('0982', 'hex');
    bytes.write(low, flags, 'hex');
    bytes.write(own, flags + 14, 'hex');
    const endpoint = await serve((socket) => void socket.write(frame(bytes, { sequenceId: 0 })));
    expect(await probe('there', context(endpoint))).toMatchObject({ dialect, serverVersion: '8.0.99' });
  },
);

test.each([
  ['mysql', { offers: 'ZSTD_COMPRESSION_ALGORITHM' }, undefined],
  ['mysql', { lacks: 'ZSTD_COMPRESSION_ALGORITHM' }, 'the greeting offers ZSTD_COMPRESSION_ALGORITHM'],
  ['mariadb', { offers: 'ZSTD_COMPRESSION_ALGORITHM' }, 'the greeting does not offer ZSTD_COMPRESSION_ALGORITHM'],
  ['mariadb', { lacks: 'ZSTD_COMPRESSION_ALGORITHM' }, undefined],
  ['mariadb', { offersMariadb: 'CACHE_METADATA' }, undefined],
  ['mariadb', { lacksMariadb: 'CACHE_METADATA' }, 'the greeting offers MARIADB_CLIENT_CACHE_METADATA'],
] as const)('the greeting of %s decides of what needs %o', async (dialect, need, reason) => {
  const { endpoint } = await reference({ dialect });
  const profile = await probe('here', context(endpoint));
  const [one] = suites;
  expect(missing({ ...(one as Case), needs: [need] }, profile, true)?.reason).toBe(reason);
});

test.each([
  [1290, 'HY000The server is running with the --max-session-mem-used=32768 option', 'the server is at a limit: ERR 1290'],
  [1153, '08S01Got a packet bigger', 'the server takes no statement of this length: ERR 1153'],
])('what ERR %i keeps a server from telling is not told as missing', async (code, says, reason) => {
  const { endpoint } = await reference();
  const refusal = packet(1, Buffer.concat([Uint8Array.of(0xff, code & 0xff, code >> 8), Buffer.from(`#${says}`)]));
  const limited = await serve((client) => {
    const server = connect(endpoint);
    server.on('error', () => undefined);
    client.once('close', () => server.destroy());
    server.pipe(client, { end: false });
    // COM_QUERY
    const isQuery = (chunk: Buffer) => chunk[3] === 0 && chunk[4] === 3;
    client.on('data', (chunk) => (isQuery(chunk) ? client.write(refusal) : server.write(chunk)));
  });
  const one = suites.find(({ id }) => id === 'resultset/column-names') as Case;
  const accounts = accountsWith('mysql_native_password');
  const profile = await probe('there', context(limited, { accounts }), [one], ['mariadb']);
  expect(missing({ ...one, needs: [{ feature: 'numbers' }] }, profile, true)).toEqual({
    verdict: 'inconclusive',
    reason: expect.stringContaining(`what it needs cannot be asked: ${reason}`),
  });
});

test('what a server has is asked no further when the run is ended, and what was not asked is not told as missing', async () => {
  const end = new AbortController();
  let connections = 0;
  const endpoint = await serve((socket) => {
    if (++connections > 40) end.abort(new TimeIsOver());
    socket.write(greeting());
    socket.on('data', () => socket.end());
  });
  const accounts = accountsWith('mysql_native_password');
  const { limited } = await probe('there', context(endpoint, { accounts, signal: end.signal }), suites);
  expect(connections).toBeLessThan(120);
  expect([...limited.values()]).toContain('the time was over before it was asked');
});

describe('commands of 32 MiB are too large for a proxy that takes fewer bytes than the server behind it', () => {
  /** ERR 1153, once a client has sent more than so many bytes; nothing behind that reaches the server. */
  async function takesUpTo(most: number, answer: (client: Socket) => void): Promise<Endpoint> {
    const { endpoint } = await reference();
    return serve((client) => {
      const server = connect(endpoint);
      server.on('error', () => undefined);
      client.once('close', () => server.destroy());
      server.pipe(client, { end: false });
      let bytes = 0;
      client.on('data', (chunk) => {
        const before = bytes;
        bytes += chunk.length;
        if (bytes <= most) server.write(chunk);
        else if (before <= most) answer(client);
      });
    });
  }
  const accounts = accountsWith('mysql_native_password');
  const refuses = (client: Socket): unknown => client.write(packet(1, Buffer.from('\xff\x81\x04#08S01Got a packet bigger', 'latin1')));
  const hangsUp = (client: Socket): unknown => client.end();
  const large = suites.find(({ id }) => id === 'limits/command-of-two-full-packets') as Case;
  const about = async (endpoint: Endpoint, chain: readonly string[]) =>
    missing(large, await probe('there', context(endpoint, { accounts }), [large], chain), true);

  test.each([['proxysql', 'mariadb'], ['unknown']])('it says ERR 1153: %s', async (...chain) => {
    expect(await about(await takesUpTo(1 << 20, refuses), chain)).toEqual({
      verdict: 'skipped',
      reason: 'max_allowed_packet, of the server or of a proxy in front of it, is below 33554432',
    });
  });

  test('not where it closes without a word, takes it, or is none that reads commands', async () => {
    expect(await about(await takesUpTo(1 << 20, hangsUp), ['proxysql', 'mariadb'])).toBeUndefined();
    expect(await about(await takesUpTo(1 << 26, refuses), ['proxysql', 'mariadb'])).toBeUndefined();
    expect(await about(await takesUpTo(1 << 20, refuses), ['haproxy', 'mariadb'])).toBeUndefined();
    expect(await about(await takesUpTo(1 << 20, refuses), ['mariadb'])).toBeUndefined();
  });
});
