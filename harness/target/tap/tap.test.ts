import { once } from 'node:events';
import { connect as connectTo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Ending } from '../../case/verdict.ts';
import { ending } from '../../pcap/ending.ts';
import { LiveCapture } from '../../wire/capture.ts';
import { Connection } from '../../wire/connection.ts';
import { Descriptor } from '../../wire/descriptor.ts';
import { freePort } from '../free-port.ts';
import type { Endpoint } from '../target.ts';
import { openTap, type Tap, type TapPlace } from './tap.ts';
import type { Side, TappedConnection } from './tapped-connection.ts';

const LIMIT = 5000;
const host = '127.0.0.1';
/** Of the taps that the capture looks at. */
const tapPort = await freePort();
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** Every connection that reached the server, in order, with what it read. */
interface Served {
  readonly socket: Socket;
  /** How its client ended first. */
  readonly ended: Promise<'fin' | 'rst'>;
  read: number;
  said: string;
}
let server: Server;
let to: Endpoint;
let behave: (served: Served) => void = () => undefined;
const served: Served[] = [];
let tap: Tap;
const clients: Connection[] = [];

beforeAll(async () => {
  server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const descriptor = new Descriptor(socket);
    const ended = new Promise<'fin' | 'rst'>((resolve) => {
      socket.once('end', () => resolve(descriptor.behindEnd()));
      socket.once('error', () => resolve('rst'));
    });
    const one: Served = { socket, ended, read: 0, said: '' };
    served.push(one);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      one.read += chunk.length;
      if (one.said.length < 1000) one.said += text(chunk);
    });
    behave(one);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  to = { host, port: (server.address() as { port: number }).port };
});
afterAll(() => {
  for (const { socket } of served) socket.destroy();
  server.close();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await tap.stop();
  for (const { socket } of served.splice(0)) socket.destroy();
  behave = () => undefined;
});

async function open(at: TapPlace = {}, where: () => Endpoint = () => to): Promise<void> {
  tap = await openTap('client-server', where, at);
}

async function connect(mostBytes = 64 << 20): Promise<Connection & { text: () => string }> {
  const client = await Connection.open({ ...tap.endpoint, mostBytes });
  clients.push(client);
  return Object.assign(client, { text: () => client.events.map((e) => (e.kind === 'received' ? text(e.bytes) : '')).join('') });
}

const first = (): TappedConnection => tap.connections[0] as TappedConnection;
const untilOver = () => tap.until(([one]) => one?.over === true, LIMIT);
const endings = (one: TappedConnection) => one.events.flatMap((e) => (e.kind === 'bytes' ? [] : [`${e.from} ${e.kind}`]));
const bytesOf = (one: TappedConnection, from: Side) =>
  one.events.map((e) => (e.kind === 'bytes' && e.from === from ? text(e.bytes) : '')).join('');
const closed = (socket: Socket) => new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
/** Until the server has read this or its connection is closed; asked after each chunk. */
async function serverReads(wanted: string, number = 0): Promise<Served> {
  while (!served[number]) await once(server, 'connection', { signal: AbortSignal.timeout(LIMIT) });
  const one = served[number];
  while (one.said !== wanted && !one.socket.closed)
    await Promise.race([new Promise((resolve) => one.socket.once('data', resolve)), closed(one.socket)]);
  expect(one.said).toBe(wanted);
  return one;
}

describe('a dialogue', () => {
  test('passes in order, and is written down with both names of the connection', async () => {
    await open();
    behave = ({ socket }) => {
      socket.write('greeting');
      socket.once('data', () => socket.end('answer'));
    };
    const before = performance.timeOrigin + performance.now();
    const client = await connect();
    await client.wait('greeting', LIMIT, () => client.text() === 'greeting');
    await client.send([Buffer.from('query')], 'query');
    expect(await client.ending(LIMIT)).toBe('fin'); // and the look for a RST behind it sends no byte
    client.close();
    expect(await untilOver()).toBe(true);
    const one = first();
    expect(one.events.map((e) => `${e.from} ${e.kind === 'bytes' ? text(e.bytes) : e.kind}`)).toEqual([
      'server greeting',
      'client query',
      'server answer',
      'server fin',
      'client fin',
    ]);
    const times = [before, one.openedAt, ...one.events.map(({ at }) => at), performance.timeOrigin + performance.now()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const connected = client.events.find((e) => e.kind === 'connected');
    expect(one.client).toBe(connected?.kind === 'connected' && connected.local);
    expect(one.server).toBe(`${served[0]?.socket.remoteAddress}:${served[0]?.socket.remotePort}`);
    expect([one.number, one.cut]).toEqual([1, false]);
  });

  test('of 10 MiB each way arrives whole, and a reader that stands still bounds what waits', async () => {
    await open();
    const big = Buffer.alloc(10 << 20, 'abcdefghijklm');
    behave = ({ socket }) => {
      socket.pause();
      socket.write(big);
    };
    const client = await connect();
    client.pause();
    const sending = client.send([big], 'big');
    const taken = (from: Side) => first().events.reduce((sum, e) => sum + (e.kind === 'bytes' && e.from === from ? e.bytes.length : 0), 0);
    // Kernel buffers take some MiB; what the tap takes beyond them is little.
    expect(await tap.until(() => taken('client') >= big.length || taken('server') >= big.length, 300)).toBe(false);
    client.resume();
    (served[0] as Served).socket.resume();
    expect(await client.wait('all', LIMIT, () => client.receivedBytes === big.length)).toBe('met');
    await sending;
    while ((served[0] as Served).read < big.length) await once((served[0] as Served).socket, 'data');
    for (const from of ['client', 'server'] as const)
      expect(Buffer.concat(first().events.flatMap((e) => (e.kind === 'bytes' && e.from === from ? [e.bytes] : []))).equals(big)).toBe(true);
  });

  test('of 200 connections at once stays apart', async () => {
    await open();
    behave = ({ socket }) => socket.once('data', (data) => socket.end(`to ${text(data)}`));
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const client = await connect();
        await client.send([Buffer.from(`client ${i}`)], 'hello');
        const how = await client.ending(LIMIT);
        client.close();
        return `${client.text()} ${how}`;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => `to client ${i} fin`));
    expect(await tap.until((all) => all.length === 200 && all.every(({ over }) => over), LIMIT)).toBe(true);
    expect(tap.connections.map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });

  test('is not written down beyond mostBytes, and passes all the same', async () => {
    await open({ mostBytes: 10 });
    behave = ({ socket }) => socket.once('data', () => socket.end('0123456789'));
    const client = await connect();
    await client.send([Buffer.from('query')], 'query');
    expect(await client.ending(LIMIT)).toBe('fin');
    expect(client.text()).toBe('0123456789');
    expect([bytesOf(first(), 'client'), bytesOf(first(), 'server'), first().cut]).toEqual(['query', '', true]);
    expect(endings(first())).toEqual(['server fin']);
  });
});

/** What a side does on the word of the test. */
const acts = {
  fin: (socket: Socket) => void socket.end(),
  rst: (socket: Socket) => void socket.resetAndDestroy(),
  'fin+rst': (socket: Socket) => void socket.end(() => socket.resetAndDestroy()),
};

describe('an ending passes as what it is', () => {
  let capture: LiveCapture | string;
  beforeAll(async () => {
    capture = await LiveCapture.start([tapPort, to.port], { prompt: true }).catch((error: Error) => error.message);
    if (typeof capture === 'string') console.log(`no comparison with a capture: ${capture}`);
  });
  afterAll(async () => {
    if (typeof capture !== 'string') await capture.stop();
  });

  /** The same side of both legs ended the same way on the wire. */
  async function sameOnTheWire(one: TappedConnection, side: Side, wanted: Ending): Promise<void> {
    if (typeof capture === 'string') return;
    for (const name of [one.client, one.server as string]) {
      const seen = await capture.connection(Number(name.split(':').at(-1)));
      expect(seen && ending(seen.connection, side).how, `${side} on the leg from ${name}`).toBe(wanted);
    }
  }

  test.each(['fin', 'rst', 'fin+rst'] as const)('%s of the server, behind bytes', async (how) => {
    for (let i = 0; i < 10; i++) {
      await open({ port: tapPort });
      behave = ({ socket }) => socket.once('data', () => socket.write('bye', () => acts[how](socket)));
      const client = await connect();
      await client.send([Buffer.from('x')], 'x');
      expect(await client.ending(LIMIT)).toBe(how);
      expect(client.text()).toBe('bye');
      client.close();
      expect(await untilOver()).toBe(true);
      expect(endings(first()).slice(0, how === 'fin+rst' ? 2 : 1)).toEqual(how.split('+').map((kind) => `server ${kind}`));
      await sameOnTheWire(first(), 'server', how);
      await tap.stop();
    }
  });

  test.each(['fin', 'rst', 'fin+rst'] as const)('%s of the client, behind bytes', async (how) => {
    for (let i = 0; i < 10; i++) {
      served.splice(0);
      await open({ port: tapPort });
      const client = await connect();
      await client.send([Buffer.from('quit')], 'quit');
      const one = await serverReads('quit');
      if (how !== 'rst') client.halfClose();
      if (how === 'fin+rst') await tap.until(([it]) => it?.events.some(({ kind }) => kind === 'fin') === true, LIMIT);
      if (how !== 'fin') client.reset();
      expect(await one.ended).toBe(how === 'rst' ? 'rst' : 'fin');
      if (how === 'fin') one.socket.end('late'); // a half-close is a half-close
      if (how === 'fin') expect(await client.ending(LIMIT)).toBe('fin');
      expect(client.text()).toBe(how === 'fin' ? 'late' : '');
      expect(await untilOver()).toBe(true);
      expect(endings(first()).filter((e) => e.startsWith('client'))).toEqual(how.split('+').map((kind) => `client ${kind}`));
      await sameOnTheWire(first(), 'client', how);
      await tap.stop();
    }
  });

  test('RST of a client whose bytes nobody reads reaches the server at once', async () => {
    await open();
    behave = ({ socket }) => socket.pause();
    const client = await connect();
    await tap.until(([one]) => one?.server !== undefined, LIMIT);
    void client.send([Buffer.alloc(64 << 20)], 'more than all buffers hold');
    const [{ socket, ended }] = served as [Served];
    // Until all buffers are full and the tap has stopped reading, which no event tells.
    expect(await tap.until(([one]) => (one?.events.length ?? 0) >= (64 << 20) / 65_536, 300)).toBe(false);
    client.reset();
    expect(await untilOver()).toBe(true);
    socket.resume();
    expect(await ended).toBe('rst');
    expect(endings(first())).toEqual(['client rst']);
  });

  test('a server that refuses: the client gets RST', async () => {
    const nowhere = { host, port: await freePort() };
    await open({}, () => nowhere);
    const client = await connect();
    expect(await client.ending(LIMIT)).toBe('rst');
    expect(first().events).toMatchObject([{ from: 'server', kind: 'refused', detail: 'ECONNREFUSED' }]);
    expect([first().over, first().server]).toEqual([true, undefined]);
  });

  test('a server that nobody knows yet counts as one that refuses', async () => {
    await open({}, () => {
      throw new Error('not started');
    });
    const client = await connect();
    expect(await client.ending(LIMIT)).toBe('rst');
    expect(first().events).toMatchObject([{ kind: 'refused', detail: 'not started' }]);
  });
});

describe('a fault', () => {
  /** Says back what it hears, and ends when the client does. */
  const echo = ({ socket }: Served): void => {
    socket.on('data', (data) => socket.write(data));
    socket.on('end', () => socket.end());
  };
  async function talk(client: Awaited<ReturnType<typeof connect>>, word: string): Promise<void> {
    const wanted = client.text() + word;
    await client.send([Buffer.from(word)], word);
    await client.wait(word, LIMIT, () => client.text() === wanted || client.over);
    expect(client.text()).toBe(wanted);
  }

  test('delay: bytes and endings come later, in order, on open connections', async () => {
    await open();
    behave = echo;
    const client = await connect();
    await talk(client, 'soon');
    tap.fault({ kind: 'delay', ms: 60 });
    const from = performance.now();
    await talk(client, 'later');
    expect(performance.now() - from).toBeGreaterThanOrEqual(120);
    await client.send([Buffer.from('last')], 'last');
    client.halfClose();
    expect(await client.ending(LIMIT)).toBe('fin');
    expect(client.text()).toBe('soonlaterlast');
    expect(performance.now() - from).toBeGreaterThanOrEqual(240);
    expect(await untilOver()).toBe(true);
  });

  test('silent from the server: the query arrives, the answer and the FIN do not', async () => {
    await open();
    behave = ({ socket }) => socket.once('data', () => socket.end('answer'));
    const client = await connect();
    tap.fault({ kind: 'silent', from: 'server' });
    await client.send([Buffer.from('query')], 'query');
    await serverReads('query');
    expect(await tap.until(([one]) => one?.events.some(({ kind }) => kind === 'fin') === true, LIMIT)).toBe(true);
    expect(first().events.filter(({ from }) => from === 'server')).toMatchObject([
      { kind: 'bytes', lost: 6 },
      { kind: 'fin', lost: true },
    ]);
    tap.clear();
    expect(await client.ending(50)).toBe('timeout');
    expect(client.receivedBytes).toBe(0);
    const next = await connect();
    await next.send([Buffer.from('query')], 'query');
    expect(await next.ending(LIMIT)).toBe('fin');
    expect(next.text()).toBe('answer');
  });

  test('silent both ways: nothing arrives; what has lost nothing goes on when it is cleared', async () => {
    await open();
    behave = echo;
    const idle = await connect();
    await talk(idle, 'one');
    tap.fault({ kind: 'silent' });
    const client = await connect();
    await client.send([Buffer.from('unheard')], 'unheard');
    expect(await tap.until(([, two]) => two?.events.length === 1, LIMIT)).toBe(true);
    tap.clear();
    await talk(idle, 'two');
    expect(served[1]?.said ?? '').toBe('');
  });

  test.each([
    ['FIN', 'fin', 'hello wor'],
    ['RST', 'rst', 'hello wor'],
  ] as const)('loses-tail before %s: the last bytes do not arrive, the ending does', async (_name, how, arrives) => {
    await open();
    tap.fault({ kind: 'loses-tail', from: 'server', bytes: 2 });
    behave = ({ socket }) =>
      socket.once('data', () =>
        socket.write('hello w', () => {
          void tap
            .until(([one]) => one !== undefined && bytesOf(one, 'server') === 'hello w', LIMIT)
            .then(() => socket.write('orld', () => acts[how](socket)));
        }),
      );
    const client = await connect();
    await client.send([Buffer.from('x')], 'x');
    expect(await client.ending(LIMIT)).toBe(how);
    expect(client.text()).toBe(arrives);
    expect(first().events.filter(({ kind, from }) => kind === 'bytes' && from === 'server')).toMatchObject([{}, { lost: 2 }]);
  });

  test('loses-tail: what is held arrives when it is cleared, or after heldMs', async () => {
    await open();
    behave = echo;
    const client = await connect();
    tap.fault({ kind: 'loses-tail', from: 'client', bytes: 3 });
    await client.send([Buffer.from('abcdef')], 'abcdef');
    await serverReads('abc');
    tap.clear();
    await serverReads('abcdef');
    tap.fault({ kind: 'loses-tail', from: 'client', bytes: 3, heldMs: 30 });
    const from = performance.now();
    await client.send([Buffer.from('ghi')], 'ghi');
    await serverReads('abcdefghi');
    expect(performance.now() - from).toBeGreaterThanOrEqual(30);
  });

  test('garbled: as many bytes arrive, others from the fifth on; the tap writes down what was sent', async () => {
    await open();
    tap.fault({ kind: 'garbled', from: 'server' });
    behave = ({ socket }) => socket.once('data', () => socket.write(Buffer.from([7, 0, 0, 1, 0, 0x0f, 0xff])));
    const client = await connect();
    await client.send([Buffer.from('query')], 'query');
    await client.wait('the answer', LIMIT, () => client.receivedBytes === 7);
    const got = client.events.flatMap((event) => (event.kind === 'received' ? [...event.bytes] : []));
    expect(got).toEqual([7, 0, 0, 1, 0xff, 0xf0, 0]);
    await serverReads('query');
    expect(Buffer.from(bytesOf(tap.connections[0] as TappedConnection, 'server'), 'latin1')).toEqual(
      Buffer.from([7, 0, 0, 1, 0, 0x0f, 0xff]),
    );
  });

  test('refuse: no new connection, the open one goes on; afterwards the same port listens', async () => {
    await open();
    behave = echo;
    const client = await connect();
    await talk(client, 'before');
    tap.fault({ kind: 'refuse' });
    const refused = await connect();
    expect(refused.events.at(-1)).toMatchObject({ kind: 'refused', detail: 'ECONNREFUSED' });
    await talk(client, 'meanwhile');
    tap.clear();
    await talk(await connect(), 'after');
    expect(tap.connections.length).toBe(2);
  });

  test('refuse: a port that was taken meanwhile is told, not passed over', async () => {
    await open();
    tap.fault({ kind: 'refuse' });
    const thief = createServer().listen(tap.endpoint);
    await once(thief, 'listening');
    tap.clear();
    await expect(tap.until(() => false, LIMIT)).rejects.toThrow(/cannot listen on 127\.0\.0\.1/);
    thief.close();
  });

  test.each([
    ['reset', 'rst'],
    ['hang-up', 'fin'],
  ] as const)('%s: both sides of the open connection and each new one get %s', async (kind, how) => {
    await open();
    behave = echo;
    const client = await connect();
    await talk(client, 'before');
    tap.fault({ kind });
    expect(await client.ending(LIMIT)).toBe(how);
    expect(await served[0]?.ended).toBe(how);
    const next = await connect();
    expect(await next.ending(LIMIT)).toBe(how);
    expect(tap.connections.map((one) => [one.over, endings(one)[0]])).toEqual([
      [true, `tap ${how}`],
      [true, `tap ${how}`],
    ]);
    expect(served.length).toBe(1);
    tap.clear();
    await talk(await connect(), 'after');
  });

  test('stop behind hang-up: who still talks gets FIN first', async () => {
    await open();
    behave = ({ socket }) => socket.write(Buffer.alloc(8 << 20));
    const client = connectTo(tap.endpoint).pause(); // the tap stops reading too: its kernel has bytes that nobody takes
    await tap.until(([one]) => one?.events.some(({ kind }) => kind === 'bytes') === true, LIMIT);
    tap.fault({ kind: 'hang-up' });
    await tap.stop();
    expect(await served[0]?.ended).toBe('fin');
    client.destroy();
  });

  test.each([0, 1, 4, 9])('cut-after %i bytes from the server: so many arrive, then RST at both', async (bytes) => {
    await open();
    const old = await connect();
    await tap.until(([one]) => one?.server !== undefined, LIMIT);
    tap.fault({ kind: 'cut-after', from: 'server', bytes });
    behave = ({ socket }) => {
      socket.write('gree');
      socket.once('data', () => socket.write('ting!'));
    };
    const client = await connect();
    await client.send([Buffer.from('x')], 'x');
    expect(await client.ending(LIMIT)).toBe('rst');
    expect(client.text()).toBe('greeting!'.slice(0, bytes));
    expect(await tap.until(([, two]) => two?.over === true, LIMIT)).toBe(true);
    expect(endings(tap.connections[1] as TappedConnection)).toEqual(['tap rst']);
    expect(old.over).toBe(false);
  });

  test('cut-after with a pause: nothing passes in it, then RST at both', async () => {
    await open();
    tap.fault({ kind: 'cut-after', from: 'server', bytes: 4, pauseMs: 60 });
    behave = ({ socket }) => socket.write('greeting!');
    const client = await connect();
    const before = performance.now();
    expect(await client.ending(LIMIT)).toBe('rst');
    expect(performance.now() - before).toBeGreaterThan(40);
    expect(client.text()).toBe('gree');
    expect(endings(first())).toEqual(['tap rst']);
  });

  test('cut-after from the client: the server has the first bytes and a RST', async () => {
    await open();
    tap.fault({ kind: 'cut-after', from: 'client', bytes: 5 });
    const client = await connect();
    await client.send([Buffer.from('INSERT INTO t')], 'INSERT');
    expect(await client.ending(LIMIT)).toBe('rst');
    expect(await (await serverReads('INSER')).ended).toBe('rst');
    expect(first().events[0]).toMatchObject({ kind: 'bytes', lost: 8 });
  });
});

describe('stop', () => {
  test('leaves nothing open and waits for no peer', async () => {
    await open();
    behave = ({ socket }) => socket.pause();
    const all = await Promise.all([connect(), connect()]);
    await tap.until((them) => them.length === 2 && them.every((one) => one.server !== undefined), LIMIT);
    tap.fault({ kind: 'delay', ms: 60_000 });
    await all[0].send([Buffer.from('on its way')], 'x');
    const pending = tap.until(() => false, 60_000);
    await tap.stop();
    await tap.stop();
    expect(await pending).toBe(false);
    for (const client of all) expect(await client.ending(LIMIT)).toMatch(/fin|rst/);
    expect((await connect()).failed).toBe(true);
  });

  test('frees the port while the link refuses too', async () => {
    await open();
    tap.fault({ kind: 'refuse' });
    await tap.stop();
    tap.clear();
    expect((await connect()).failed).toBe(true);
  });
});

test('a port that is taken is an error with the link and the place', async () => {
  await expect(openTap('haproxy-a', () => to, { port: to.port })).rejects.toMatchObject({
    code: 'TARGET_START_FAILED',
    message: expect.stringMatching(/^haproxy-a: the tap cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/),
  });
});
