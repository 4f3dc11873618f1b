import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { hostileServer } from '../hostile/hostile-server.ts';
import { greeting, ok } from '../hostile/said.ts';
import { startReference } from '../reference/index.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import type { Act } from './exec.ts';
import { answers } from './oracles/answers.ts';
import { play } from './play.ts';

describe('a silent peer', () => {
  test('is not waited for when the campaign is cut', async () => {
    const server = await hostileServer('silence');
    const cut = new AbortController();
    const context = { endpoint: { host: '127.0.0.1', port: server.port }, accounts: {}, limitMs: 5000, cut: cut.signal };
    try {
      setTimeout(() => cut.abort(), 50);
      const from = performance.now();
      const { clients } = await play({ clients: [{ acts: [], delivery: 'whole', leaves: 'quit' }] }, context);
      expect(performance.now() - from).toBeLessThan(2000);
      expect(clients[0]).toMatchObject({ packets: [], ending: 'open' });
    } finally {
      server.stop();
    }
  });
});

test.each([
  ['login-more-data-flood', 900],
  ['login-switches-flood', 400],
  ['login-without-end', 400],
  ['oks-for-ever', 2_000],
  ['rows-for-ever', 12_000],
] as const)('what has no end (%s) is read no further', async (misdeed, most) => {
  const server = await hostileServer(misdeed);
  const accounts = referenceAccountsWith('mysql_native_password');
  const context = { endpoint: { host: '127.0.0.1', port: server.port }, accounts, limitMs: 5000 };
  const acts: Act[] = [
    { send: [{ message: 'HandshakeResponse41', account: 'login' }] },
    { send: [{ message: 'COM_QUERY', with: { query: 'SELECT 1' } }] },
  ];
  try {
    const played = await play({ clients: [{ acts, delivery: 'whole', leaves: 'quit' }] }, context);
    const [client] = played.clients;
    expect(client?.flooded).toBe(true);
    expect(client?.packets.length).toBeLessThan(most);
    const judged = await answers.judge(played, { patiently: async () => played } as unknown as Parameters<typeof answers.judge>[1]);
    expect(judged).toMatchObject({ kind: 'an answer without end', says: expect.stringMatching(/reading stopped behind \d+ packets$/) });
  } finally {
    server.stop();
  }
});

test('a definition for each of many parameters is no flood', async () => {
  const parameters = 20_000;
  const server = await startReference({ dialect: 'mariadb' });
  const accounts = referenceAccountsWith('mysql_native_password');
  const acts: Act[] = [
    { send: [{ message: 'HandshakeResponse41', account: 'check' }] },
    { send: [{ message: 'COM_STMT_PREPARE', with: { query: `DO ?${',?'.repeat(parameters - 1)}` } }] },
  ];
  try {
    const { clients } = await play(
      { clients: [{ acts, delivery: 'whole', leaves: 'quit' }] },
      { endpoint: server.endpoint, accounts, limitMs: 5000 },
    );
    const definitions = clients[0]?.packets.filter(({ name }) => name === 'ColumnDefinition41');
    expect(definitions).toHaveLength(parameters);
    expect(clients[0]?.flooded).toBe(false);
  } finally {
    await server.stop();
  }
});

test.each([
  ['10 bytes', 10, 'the answer to COM_QUERY'],
  ['150,000 bytes', 150_000, undefined],
])('an answer after one and a half times the limit to a statement of %s is overdue, or not', async (_, bytes, overdue) => {
  const limitMs = 1000;
  const server = await answeringLate(limitMs * 1.5);
  const accounts = referenceAccountsWith('mysql_native_password');
  const acts: Act[] = [
    { send: [{ message: 'HandshakeResponse41', account: 'check' }] },
    { send: [{ message: 'COM_QUERY', with: { query: 'x'.repeat(bytes) } }] },
  ];
  try {
    const { clients } = await play({ clients: [{ acts, delivery: 'whole', leaves: 'vanish' }] }, { endpoint: server, accounts, limitMs });
    expect(clients[0]?.overdue).toBe(overdue);
  } finally {
    server.stop();
  }
});

/** Lets anybody in at once, and says OK to the first command when it has had it for so long. */
async function answeringLate(afterMs: number): Promise<{ readonly host: string; readonly port: number; stop(): void }> {
  const server = createServer((socket) => {
    let packets = 0;
    let timer: NodeJS.Timeout | undefined;
    socket.on('error', () => undefined).on('close', () => clearTimeout(timer));
    socket.write(greeting());
    socket.on('data', () => {
      if (packets++ === 0) socket.write(ok(2));
      else timer ??= setTimeout(() => socket.write(ok(1)), afterMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as { port: number }).port, stop: () => server.close() };
}

test('what the server asks of a client that has ended its side is not answered: nothing of it would go out', async () => {
  const server = await startReference({ dialect: 'mysql' });
  const accounts = referenceAccountsWith('caching_sha2_password');
  const acts: Act[] = [
    { send: [{ message: 'HandshakeResponse41', account: 'check' }] },
    { send: [{ message: 'COM_CHANGE_USER', account: 'login', with: { database: '' } }], ahead: true },
    { do: 'half-close' },
  ];
  try {
    const { clients } = await play(
      { clients: [{ acts, delivery: 'whole', leaves: 'quit' }] },
      { endpoint: server.endpoint, accounts, limitMs: 5000 },
    );
    const names = clients[0]?.packets.map(({ from, name }) => `${from} ${name}`) ?? [];
    const change = names.indexOf('client COM_CHANGE_USER');
    expect(names.slice(change + 1)).toContain('server AuthSwitchRequest');
    expect(names.slice(change + 1).filter((name) => name.startsWith('client'))).toEqual([]);
  } finally {
    await server.stop();
  }
});
