import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from './database.ts';

/** Sockets that a fake server has open, and has had. */
interface Fake {
  readonly port: number;
  readonly open: Set<Socket>;
  total: number;
}

const servers: Server[] = [];
const databases: Database[] = [];
afterEach(async () => {
  for (const database of databases.splice(0)) database.drop();
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

async function fakeServer(onConnection: (socket: Socket, nth: number) => void): Promise<Fake> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    fake.total += 1;
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.resume();
    onConnection(socket, fake.total);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const fake: Fake = { port: (server.address() as { port: number }).port, open, total: 0 };
  return fake;
}

function databaseAt(port: number): Database {
  const database = openDatabase({ host: '127.0.0.1', port, user: 'agent', password: 'hunter-two' });
  databases.push(database);
  return database;
}

/** A packet of the protocol: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html */
const packet = (sequenceId: number, payload: Buffer) => Buffer.concat([Buffer.from([payload.length, 0, 0, sequenceId]), payload]);
const greeting = packet(
  0,
  Buffer.concat([
    Buffer.from('\x0a5.5.5-10.11.6-MariaDB\0\x09\0\0\0abcdefgh\0', 'latin1'),
    Buffer.from([0xff, 0xf7, 45, 2, 0, 0x0f, 0x80, 21]),
    Buffer.from(`${'\0'.repeat(10)}ijklmnopqrst\0mysql_native_password\0`, 'latin1'),
  ]),
);
const ok = (sequenceId: number) => packet(sequenceId, Buffer.from([0, 0, 0, 2, 0, 0, 0]));
const err = (sequenceId: number, errno: number, says: string) =>
  packet(sequenceId, Buffer.concat([Buffer.from([0xff, errno & 0xff, errno >> 8]), Buffer.from(`#HY000${says}`)]));

/** Greets, lets everybody in, and gives each statement to `answer`. */
function talk(socket: Socket, answer: (sql: string) => Buffer | undefined): void {
  socket.write(greeting);
  let loggedIn = false;
  socket.on('data', (chunk: Buffer) => {
    const reply = loggedIn ? answer(chunk.subarray(5).toString()) : ok(2);
    loggedIn = true;
    if (reply) socket.write(reply);
  });
}

describe('the connection', () => {
  test('is one, and is used again', async () => {
    const fake = await fakeServer((socket) => talk(socket, () => ok(1)));
    const database = databaseAt(fake.port);
    await Promise.all([database.ready(), database.ready(), database.ask(['SELECT 1']), database.ask(['SELECT 1'])]);
    await database.ask(['SELECT 1']);
    expect(fake.total).toBe(1);
  });

  test('that the server closed while idle is made anew, unnoticed', async () => {
    const fake = await fakeServer((socket) => talk(socket, () => ok(1)));
    const database = databaseAt(fake.port);
    await database.ask(['SELECT 1']);
    // An ERR that nobody asked for, as MySQL sends with its FIN since 8.0.24 (4031).
    for (const socket of fake.open) socket.end(err(0, 4031, 'The client was disconnected by the server because of inactivity'));
    await database.ask(['SELECT 1']);
    for (const socket of fake.open) socket.resetAndDestroy();
    await database.ask(['SELECT 1']);
    expect(fake.total).toBe(3);
  });

  test('that is lost with a first question is not tried again and again', async () => {
    const fake = await fakeServer((socket) =>
      talk(socket, () => {
        socket.resetAndDestroy();
        return undefined;
      }),
    );
    await expect(databaseAt(fake.port).ask(['SELECT 1'])).rejects.toMatchObject({ fatal: true });
    expect(fake.total).toBe(1);
  });

  test('that hangs is closed for good when it is dropped, and who waits is told', async () => {
    const fake = await fakeServer((socket) => talk(socket, () => undefined));
    const database = databaseAt(fake.port);
    for (let i = 0; i < 5; i++) {
      await database.ready();
      const hung = database.ask(['SELECT 1']);
      hung.catch(() => {});
      database.drop();
      await expect(hung).rejects.toMatchObject({ kind: 'dropped' });
    }
    // A FIN alone would leave these open: the server never ends its half.
    await until(() => fake.open.size === 0);
    expect(fake.total).toBe(5);
  });

  test('that is never made is closed for good, too', async () => {
    const fake = await fakeServer(() => {});
    const database = databaseAt(fake.port);
    const waiting = database.ready();
    waiting.catch(() => {});
    await until(() => fake.open.size === 1);
    database.drop();
    await expect(waiting).rejects.toMatchObject({ kind: 'dropped' });
    await until(() => fake.open.size === 0);
  });
});

describe('spellings', () => {
  const spellings = ['SHOW ALL SLAVES STATUS', 'SHOW REPLICA STATUS', 'SHOW SLAVE STATUS'];

  test('the first that is no syntax error is kept for the connection', async () => {
    const asked: string[] = [];
    const fake = await fakeServer((socket) =>
      talk(socket, (sql) => {
        asked.push(sql);
        return sql.includes('ALL') ? err(1, 1064, 'You have an error in your SQL syntax') : ok(1);
      }),
    );
    const database = databaseAt(fake.port);
    await database.ask(spellings);
    await database.ask(spellings);
    expect(asked).toEqual(['SHOW ALL SLAVES STATUS', 'SHOW REPLICA STATUS', 'SHOW REPLICA STATUS']);
    database.drop(); // the server behind the address may be another one now
    await database.ask(spellings);
    expect(asked.slice(3)).toEqual(['SHOW ALL SLAVES STATUS', 'SHOW REPLICA STATUS']);
  });

  test('another error is the answer, and the connection stays', async () => {
    const fake = await fakeServer((socket) => talk(socket, () => err(1, 1227, 'Access denied')));
    const database = databaseAt(fake.port);
    await expect(database.ask(spellings)).rejects.toMatchObject({ errno: 1227, fatal: false, message: 'ERR 1227: Access denied' });
    await expect(database.ask(spellings)).rejects.toMatchObject({ errno: 1227 });
    expect(fake.total).toBe(1);
  });
});

describe('a server that makes no sense', () => {
  test.each([
    ['a greeting that is cut off', (socket: Socket) => socket.write(packet(0, Buffer.from('\x0a5.5.5-10\0\x01\0')))],
    ['a greeting that is none', (socket: Socket) => socket.write(packet(0, Buffer.alloc(56, 0x41)))],
    ['HTTP', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')],
    ['an ERR instead of a greeting', (socket: Socket) => socket.end(err(0, 1040, 'Too many connections'))],
    ['an unknown plugin', (socket: Socket) => talkWith(socket, Buffer.from('\xfesecret_sauce\0abc', 'latin1'))],
    ['a wish for the password in clear text', (socket: Socket) => talkWith(socket, Buffer.from('\xfemysql_clear_password\0', 'latin1'))],
  ])('with %s is an error of the connection, not the end of the process', async (_what, onConnection) => {
    const sent: Buffer[] = [];
    const fake = await fakeServer((socket) => {
      socket.on('data', (chunk: Buffer) => sent.push(chunk));
      onConnection(socket);
    });
    const database = databaseAt(fake.port);
    const waiting = database.ready();
    waiting.catch(() => {});
    const timer = setTimeout(() => database.drop(), 300); // as a look does
    await expect(waiting).rejects.toMatchObject({ name: 'DatabaseError', fatal: true });
    clearTimeout(timer);
    await until(() => fake.open.size === 0);
    expect(Buffer.concat(sent).toString('latin1')).not.toContain('hunter-two');
  });

  const talkWith = (socket: Socket, switchRequest: Buffer) => {
    socket.write(greeting);
    socket.once('data', () => socket.write(packet(2, switchRequest)));
  };
});

test('a host that nobody knows is an error of the connection', async () => {
  const database = openDatabase({ host: 'nobody.invalid', port: 1, user: 'agent', password: '' });
  await expect(database.ready()).rejects.toMatchObject({ name: 'DatabaseError', fatal: true, kind: expect.stringMatching(/^E/) });
});

async function until(true_: () => boolean): Promise<void> {
  const limit = performance.now() + 5000;
  while (!true_()) {
    if (performance.now() > limit) throw new Error('it did not come true within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
