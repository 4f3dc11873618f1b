import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { Alternative, Step } from '../case/step.ts';
import { greeting } from '../hostile/said.ts';
import { accountsWith } from '../target/accounts.ts';
import { tryCase } from './try-case.ts';

const limits = { connectMs: 5000, answerMs: 5000, quietMs: 700, afterFinMs: 5 };
const TURN_MS = 900;

/** On a thread of its own, whatever keeps this one busy: greets, and ends the connection, behind so many ms. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => undefined);
    setTimeout(() => socket.write(workerData.greeting), workerData.greetsMs);
    setTimeout(() => socket.end(), workerData.endsMs);
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

test.each([
  [
    'behind the silence, where every turn of the loop takes long',
    0,
    2300,
    TURN_MS,
    /^silence was to last 700 ms, and what came was seen behind/,
  ],
  ['within it, and has answered late', 1500, 1600, 0, /^silence was to last 700 ms, and the answer before it had taken 1\d\d\d ms/],
  ['within the silence', 0, 100, 0, undefined],
])('a server that ends the connection %s', async (_when, greetsMs, endsMs, turnMs, excuse) => {
  await meets({ greetsMs, endsMs, turnMs, excuse, then: { waits: true } });
});

test.each([
  ['whose greeting was read late', TURN_MS, /^the connection ended behind its greeting, which was seen \d+ ms late/],
  ['whose greeting was read at once', 0, undefined],
])('a server that ends the login %s', async (_when, turnMs, excuse) => {
  await meets({ greetsMs: 250, endsMs: 500, turnMs, excuse, answerMs: 500, then: { packet: 'OK' } });
});

test.each([
  ['took long to be sent', TURN_MS, /^the login took \d+ ms to be sent/],
  ['was sent at once', 0, undefined],
])('a server that ends a login which %s', async (_when, turnMs, excuse) => {
  const sent: readonly Step[] = [{ do: 'pause' }, { send: { message: 'HandshakeResponse41', account: 'check' } }];
  await meets({ greetsMs: 0, endsMs: 800, turnMs, excuse, answerMs: 700, sent, then: { packet: 'OK' } });
});

test.each([
  ['too late', TURN_MS, /^what was to be sent while the server was busy was sent \d+ ms too late/],
  ['in time', 0, undefined],
])('a question that is asked only while the server is busy, sent %s', async (_when, turnMs, excuse) => {
  const ping: Step = { send: { message: 'COM_PING', sequenceId: 1 } };
  const sent: readonly Step[] = [ping, { do: 'pause', mostMs: 800 }, ping];
  await meets({ greetsMs: 0, endsMs: 800, turnMs, excuse, sent, delivery: 'whole', then: { packet: 'OK' } });
});

test.each([
  ['too late', 100, /^the second connection was over \d+ ms too late/],
  ['in time', 5000, undefined],
])('a question of a second connection while the server is busy, asked %s', async (_when, mostMs, excuse) => {
  const ping: Step = { send: { message: 'COM_PING', sequenceId: 1 } };
  const sent: readonly Step[] = [ping, { beside: [{ expect: [{ packet: 'HandshakeV10' }] }], mostMs }];
  await meets({ greetsMs: 400, endsMs: 1200, turnMs: 0, excuse, sent, delivery: 'whole', then: { packet: 'OK' } });
});

test.each([
  [
    'waits 700 ms for its client',
    700,
    /^the connection ended, and its client was not heard for up to \d+ ms, where the server waits 0.7 s/,
  ],
  ['waits longer than that', 5000, undefined],
  ['tells of no such time', undefined, undefined],
])('a server that ends a session behind 400 ms of silence, and %s', async (_what, patienceMs, excuse) => {
  const ping: Step = { send: { message: 'COM_PING', sequenceId: 1 } };
  const sent: readonly Step[] = [ping, { do: 'pause' }, ping];
  await meets({ greetsMs: 0, endsMs: 300, turnMs: 0, excuse, sent, delivery: 'whole', patienceMs, then: { packet: 'OK' } });
});

interface Meeting {
  readonly delivery?: 'bytes' | 'whole';
  readonly sent?: readonly Step[];
  readonly greetsMs: number;
  readonly endsMs: number;
  readonly turnMs: number;
  readonly excuse: RegExp | undefined;
  readonly then: Alternative;
  readonly answerMs?: number;
  readonly patienceMs?: number | undefined;
}

async function meets(one: Meeting): Promise<void> {
  const { greetsMs, endsMs, turnMs, excuse, then, answerMs = limits.answerMs, sent = [], patienceMs } = one;
  const { delivery = sent.length > 0 ? 'bytes' : 'whole' } = one;
  const server = new Worker(program, { eval: true, workerData: { greeting: greeting(), greetsMs, endsMs } });
  const [port] = (await once(server, 'message')) as [number];
  let over = false;
  const hog = (): void => {
    const until = performance.now() + turnMs;
    while (performance.now() < until);
    if (!over) setImmediate(hog);
  };
  // By then the silence is waited for.
  if (turnMs > 0) setTimeout(hog, 150);
  try {
    const context = {
      endpoint: { host: '127.0.0.1', port },
      accounts: accountsWith('mysql_native_password'),
      limits: { ...limits, answerMs },
      ...(patienceMs === undefined ? {} : { patienceMs }),
    };
    const script: readonly Step[] = [{ expect: [{ packet: 'HandshakeV10' }] }, ...sent, { expect: [then] }];
    const { deviation, inconclusive } = await tryCase({ script }, delivery, context);
    if (!excuse) expect(deviation?.got).toContain('FIN');
    else {
      expect(deviation).toBeUndefined();
      expect(inconclusive).toMatch(excuse);
    }
  } finally {
    over = true;
    await server.terminate();
  }
}
