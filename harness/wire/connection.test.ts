import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ending } from '../case/verdict.ts';
import { serverEnding } from '../pcap/ending.ts';
import { LiveCapture } from './capture.ts';
import { Connection } from './connection.ts';
import { everyByte } from './segments.ts';

/** A server of our own that ends each connection on purpose as its first byte asks. */
function behave(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.once('data', (data) => {
    const how = String.fromCharCode(data[0] ?? 0);
    if (how === 'f') socket.end('bye');
    if (how === 'r') socket.write('bye', () => socket.resetAndDestroy());
    // FIN by shutdown, then a RST by closing with linger 0: what a server does that closes with unread bytes.
    if (how === 'b') socket.end('bye', () => socket.resetAndDestroy());
    if (how === 'R') socket.resetAndDestroy();
    if (how === '!') socket.write(Buffer.alloc(4 << 20));
  });
}

const asked: readonly (readonly [string, string, Ending])[] = [
  ['FIN after an answer', 'f', 'fin'],
  ['RST after an answer', 'r', 'rst'],
  ['FIN and RST after an answer', 'b', 'fin+rst'],
  ['RST without a byte', 'R', 'rst'],
  ['nothing', '-', 'timeout'],
];

describe('the ending that the socket reports', () => {
  let server: Server;
  let port = 0;
  let capture: LiveCapture | string;

  beforeAll(async () => {
    server = createServer({ allowHalfOpen: true }, behave);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
    capture = await LiveCapture.start([port], { prompt: true }).catch((error: Error) => error.message);
    if (typeof capture === 'string') console.log(`no comparison with a capture: ${capture}`);
  });
  afterAll(async () => {
    if (typeof capture !== 'string') await capture.stop();
    server.close();
  });

  test.each(asked)('%s', async (_name, byte, wanted) => {
    for (let i = 0; i < 20; i++) {
      const connection = await Connection.open({ host: '127.0.0.1', port });
      let received = '';
      connection.onReceived = (chunk) => (received += Buffer.from(chunk).toString());
      await connection.send([Buffer.from(byte)], byte);
      const how = await connection.ending(byte === '-' ? 20 : 2000);
      connection.close();
      expect(how).toBe(wanted);
      if ('frb'.includes(byte)) expect(received).toBe('bye');
      if (typeof capture === 'string') continue;
      const seen = await capture.connection(localPort(connection), byte === '-' ? 50 : 2000);
      expect(seen && serverEnding(seen.connection).how).toBe(wanted === 'timeout' ? 'open' : wanted);
    }
  });

  test('an answer that comes just before a RST is not lost to a failing write', async () => {
    const connection = await Connection.open({ host: '127.0.0.1', port });
    let received = '';
    connection.onReceived = (chunk) => (received += Buffer.from(chunk).toString());
    await connection.send(everyByte(Buffer.from(`r${'x'.repeat(50)}`)), 'r and more');
    expect(await connection.ending(2000)).toMatch(/rst/);
    connection.close();
    expect(received).toBe('bye');
  });

  test.each([true, false])('what comes before anybody listens is told to who does then (transcript kept: %s)', async (keepsTranscript) => {
    const connection = await Connection.open({ host: '127.0.0.1', port, keepsTranscript });
    await connection.send([Buffer.from('r')], 'r');
    expect(await connection.ending(2000)).toBe('rst');
    let received = '';
    connection.onReceived = (chunk) => (received += Buffer.from(chunk).toString());
    connection.close();
    expect(received).toBe('bye');
  });

  test('a RST that answers our own late bytes does not count', async () => {
    const connection = await Connection.open({ host: '127.0.0.1', port });
    await connection.send([Buffer.from('f')], 'f');
    await connection.wait('FIN', 2000, () => connection.over);
    await connection.send([Buffer.from('late')], 'late');
    expect(await connection.ending(2000)).toBe('fin');
    connection.close();
  });

  test('a peer that floods is cut off at the bound', async () => {
    const connection = await Connection.open({ host: '127.0.0.1', port, mostBytes: 100_000 });
    await connection.send([Buffer.from('!')], '!');
    expect(await connection.wait('the flood', 2000, () => false)).toBe('ended');
    expect(connection.flooded).toBe(true);
    expect(connection.receivedBytes).toBeLessThan(300_000);
    connection.close();
  });

  test('a client that stops reading holds the peer up, and loses nothing', async () => {
    const connection = await Connection.open({ host: '127.0.0.1', port, mostBytes: 16 << 20 });
    connection.pause();
    await connection.send([Buffer.from('!')], '!');
    expect(await connection.wait('bytes while paused', 100, () => connection.receivedBytes > 0)).toBe('limit');
    connection.resume();
    expect(await connection.wait('all 4 MiB', 5000, () => connection.receivedBytes === 4 << 20)).toBe('met');
    connection.close();
  });

  test('a closed port is a failure of the connection, not an ending', async () => {
    const connection = await Connection.open({ host: '127.0.0.1', port: 1 });
    expect(connection.failed).toBe(true);
    expect(connection.events.at(-1)).toMatchObject({ kind: 'refused', detail: 'ECONNREFUSED' });
  });

  test('one segment per byte, in the transcript and on the wire', async () => {
    const connection = await Connection.open({ host: '127.0.0.1', port });
    await connection.send(everyByte(Buffer.from('-hello')), 'six segments');
    expect(connection.events.find((e) => e.kind === 'sent')).toMatchObject({ segments: [1, 1, 1, 1, 1, 1], bytes: Buffer.from('-hello') });
    connection.close();
    if (typeof capture === 'string') return;
    const seen = await capture.connection(localPort(connection), 200);
    const data = seen?.connection.events.filter((e) => e.kind === 'data' && e.from === 'client');
    expect(data?.map((e) => (e.kind === 'data' ? e.bytes.length : 0))).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

/** The same behaviour in a thread of its own, so that it goes on while ours is held. */
const elsewhere = `
  const { createServer } = require('node:net');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => (data[0] === 0x62 ? socket.end('bye', () => socket.resetAndDestroy()) : socket.resetAndDestroy()));
  });
  server.listen(0, '127.0.0.1', () => require('node:worker_threads').parentPort.postMessage(server.address().port));
`;

describe('a peer that goes on while our thread stands still', () => {
  let worker: Worker;
  let port = 0;
  beforeAll(async () => {
    worker = new Worker(elsewhere, { eval: true });
    [port] = (await once(worker, 'message')) as [number];
  });
  afterAll(() => worker.terminate());

  const endings: readonly (readonly [string, string, Ending, string])[] = [
    ['FIN and RST', 'b', 'fin+rst', 'bye'],
    ['RST', 'R', 'rst', ''],
  ];
  test.each(endings)(
    'early bytes are answered by %s before Node knows of the connection, and all of it is told',
    async (_name, byte, wanted, answer) => {
      const opening = Connection.open({ host: '127.0.0.1', port, early: { label: byte, segments: [Buffer.from(byte)] } });
      // Our thread stands still behind the connect, and the peer has all the time it needs.
      process.nextTick(() => standStill(100));
      const connection = await opening;
      let received = '';
      connection.onReceived = (chunk) => (received += Buffer.from(chunk).toString());
      expect(connection.failed).toBe(false);
      expect(await connection.ending(2000)).toBe(wanted);
      expect(received).toBe(answer);
      expect(connection.events.slice(0, 2).map((e) => e.kind)).toEqual(['connected', 'sent']);
      expect(localPort(connection)).toBeGreaterThan(0);
      connection.close();
    },
  );

  test('what came in time is heard, however late the timer of the limit finds us', async () => {
    const connection = await Connection.open({ host: '127.0.0.1', port });
    await connection.send([Buffer.from('b')], 'b');
    const heard = connection.wait('bye', 20, () => connection.receivedBytes > 0);
    standStill(200);
    expect(await heard).toBe('met');
    connection.close();
  });

  test('early bytes go out once, every segment of them', async () => {
    const seen: Buffer[] = [];
    const server = createServer((socket) => socket.on('data', (data) => void seen.push(data)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const connection = await Connection.open({
      host: '127.0.0.1',
      port: (server.address() as { port: number }).port,
      early: { label: 'two', segments: [Buffer.from('one'), Buffer.from('two')] },
    });
    const sent = connection.events.flatMap((e) => (e.kind === 'sent' ? [e.bytes] : []));
    await new Promise<void>((resolve) => {
      server.once('close', () => resolve());
      connection.halfClose();
      server.close();
    });
    connection.close();
    expect(Buffer.concat(seen).toString()).toBe('onetwo');
    expect(Buffer.concat(sent).toString()).toBe('onetwo');
  });
});

const standStill = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function localPort(connection: Connection): number {
  const event = connection.events.find((e) => e.kind === 'connected');
  return event?.kind === 'connected' ? Number(event.local.split(':').at(-1)) : 0;
}
