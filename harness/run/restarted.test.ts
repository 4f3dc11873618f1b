import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import { frame } from '../codec/frame.ts';
import { runTarget } from './run-target.ts';
import { atAddress } from './testing/at-address.ts';
import { greeting, hex } from './testing/bare-packets.ts';

/** How long nobody listens, in ms; undefined: a supervisor holds the port. */
let downMs: number | undefined;

const ok = hex('00 00 00 0200 0000');
const sockets = new Set<Socket>();
let server: Server;
let port = 0;
let deaths = 0;

/** Answers whatever comes with OK, dies of COM_DEBUG, and is started again by somebody. */
async function start(): Promise<void> {
  server = createServer((socket) => {
    let loggedIn = false;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.write(frame(greeting, { sequenceId: 0 }));
    socket.on('data', (data: Buffer) => {
      if (loggedIn && data[4] === 0x0d) return die();
      if (loggedIn && data[4] === 1) return void socket.end();
      socket.write(frame(ok, { sequenceId: loggedIn ? 1 : 2 }));
      loggedIn = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
}

function die(): void {
  deaths++;
  if (downMs !== undefined) server.close();
  for (const socket of sockets) socket.resetAndDestroy();
  if (downMs !== undefined) setTimeout(() => void start(), downMs);
}

afterAll(() => {
  server.close();
  for (const socket of sockets) socket.destroy();
});

const sends = (id: Case['id'], message: 'COM_PING' | 'COM_DEBUG'): Case => ({
  id,
  title: id,
  level: 'MUST',
  source: [],
  script: [
    { expect: [{ packet: 'HandshakeV10' }] },
    { send: { message: 'HandshakeResponse41', account: 'check' } },
    { expect: [{ packet: 'OK' }] },
    { send: { message } },
    { expect: [{ packet: 'OK' }] },
  ],
  killedBy: ['x'],
});

test.each([
  [60, 'liveness', /nobody listened any more|ended at one moment/],
  // Alone it is not seen to die, but fails; what ended with it does not.
  [undefined, 'answer', /ended at one moment/],
])(
  'a server that is started again (down for %s ms) before the next bracket has died all the same, and of one case',
  async (down, axis, note) => {
    downMs = down;
    port = 0;
    deaths = 0;
    await start();
    const endpoint = { host: '127.0.0.1', port };
    const target = atAddress(endpoint);
    const pings = Array.from({ length: 30 }, (_, n) => sends(`some/ping-${n}`, 'COM_PING'));
    const cases = [...pings.slice(0, 9), sends('some/deadly', 'COM_DEBUG'), ...pings.slice(9)];
    const limits = { connectMs: 2000, answerMs: 1000, quietMs: 300, afterFinMs: 5 };
    const { results, notes } = await runTarget(target, cases, { limits, deliveries: ['whole'], concurrency: 4 });
    expect(deaths).toBeGreaterThan(1);
    expect(results.filter((r) => r.verdict !== 'pass').map((r) => [r.case, r.verdict, r.deviation?.axis])).toEqual([
      ['some/deadly', 'fail', axis],
    ]);
    expect(notes.join('\n')).toMatch(note);
    server.close();
  },
);
