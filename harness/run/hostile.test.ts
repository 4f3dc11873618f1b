import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Step } from '../case/step.ts';
import { compressedFrame } from '../codec/compressed-frame.ts';
import { frame } from '../codec/frame.ts';
import { messages } from '../codec/messages/index.ts';
import { hostileServer } from '../hostile/hostile-server.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import { check } from './check.ts';
import { Inflow } from './inflow.ts';
import { loggedIn } from './login-script.ts';
import { Mute } from './mute.ts';
import type { CheckResult } from './result.ts';
import { Room } from './room.ts';
import { tryCase } from './try-case.ts';

const zeros = compressedFrame(new Uint8Array(1 << 20), { algorithm: 'zlib' });
const text = compressedFrame(frame(new Uint8Array(0x7ffff0).fill(0x41)), { algorithm: 'zlib' });
const long = compressedFrame(new Uint8Array(0xffffff), { algorithm: 'zlib' });

test.each([
  ['zeros, which are empty packets without end', zeros, 1, 'more than 1000 empty packets'],
  ['nothing, without end', compressedFrame(new Uint8Array(0), { algorithm: 'zlib' }), 1001, 'more than 1000 empty packets'],
  ['16 MiB at once', long, 1, 'a compressed packet that announces 16777215 bytes'],
  ['packets that grow and grow', text, 5, 'compressed packets that grow to'],
])('compressed %s end the stream', (_name, piece, times, says) => {
  const inflow = new Inflow(() => 'zlib');
  inflow.feed(frame(new Uint8Array([0])));
  for (let i = 0; i < times; i++) inflow.feed(piece);
  expect(inflow.broken).toContain(says);
});

test('a case that wants 16 MiB gets them in one compressed packet, too', () => {
  const inflow = new Inflow(() => 'zlib', 1 << 25);
  inflow.feed(frame(new Uint8Array([0])));
  inflow.feed(compressedFrame(frame(new Uint8Array(0xfffff0).fill(0x41)), { algorithm: 'zlib' }));
  expect(inflow.broken).toBeUndefined();
});

test('an answer of tiny packets without end is read no further than 10,000 of them and a chunk', async () => {
  const server = await hostileServer('nulls-for-ever');
  const limits = { connectMs: 3000, answerMs: 5000, quietMs: 300, afterFinMs: 5 };
  const accounts = referenceAccountsWith('mysql_native_password');
  const context = { endpoint: { host: '127.0.0.1', port: server.port }, accounts, limits };
  const script: readonly Step[] = [
    ...loggedIn(context, 'check'),
    { send: { message: 'COM_QUERY', with: { query: 'SELECT 1' } } },
    { expect: [{ packet: 'TextResultset' }] },
  ];
  try {
    const { deviation } = await tryCase({ script }, 'whole', context);
    expect(deviation?.got).toMatch(/^\d+ bytes and more; reading stopped/);
    expect(Number.parseInt(deviation?.got ?? '', 10)).toBeLessThan(10_000 * 5 + 65_536 + 1000);
  } finally {
    server.stop();
  }
});

const result = (over: Partial<CheckResult>): CheckResult => ({ verdict: 'fail', ...over }) as CheckResult;
const silent = result({ deviation: { axis: 'answer', step: 0, expected: '', got: 'silence for 5000 ms on an open connection' } });

test('a target is mute when it stays silent in check after check, and not before', () => {
  const mute = new Mute();
  for (let i = 0; i < 47; i++) mute.saw(silent);
  expect(mute.says).toBeUndefined();
  mute.saw(result({ verdict: 'skipped' }));
  expect(mute.says).toBeUndefined();
  mute.saw(silent);
  expect(mute.says).toContain('48 of 48');
  mute.forget();
  for (let i = 0; i < 200; i++) mute.saw(i % 2 === 0 ? silent : result({ verdict: 'pass' }));
  expect(mute.says).toBeUndefined();
  mute.forget();
  for (let i = 0; i < 200; i++) mute.saw(silent, true);
  expect(mute.says, 'of those that waited less long than an answer may take').toBeUndefined();
  for (let i = 0; i < 47; i++) mute.saw(silent);
  for (let i = 0; i < 60; i++) mute.saw(result({ verdict: 'pass' }), true);
  for (let i = 0; i < 47; i++) mute.saw(silent);
  expect(mute.says, 'answers count, however long they were waited for').toBeUndefined();
});

test('of floods in check after check the first are kept, of the others the beginning, and it is said how much is missing', () => {
  const room = new Room();
  const flood = (): CheckResult =>
    result({
      transcript: {
        startedAt: 0,
        ending: 'open',
        events: Array.from({ length: 16 }, (_, at) => ({ at, kind: 'received', bytes: new Uint8Array(1 << 16) }) as const),
      },
    });
  const received = ({ transcript }: CheckResult): number[] =>
    (transcript?.events ?? []).flatMap((one) => (one.kind === 'received' ? [one.bytes.length, one.leftOut ?? 0] : []));
  const all = Array.from({ length: 50 }, () => received(room.fit(flood())));
  const long = { at: 1, kind: 'sent', bytes: new Uint8Array(40_000), segments: [40_000], label: 'COM_QUERY' } as const;
  const [sent] = room.fit(result({ transcript: { startedAt: 0, ending: 'open', events: [long] } })).transcript?.events ?? [];
  expect(sent).toMatchObject({ kind: 'sent', bytes: { length: 1 << 14 }, leftOut: 40_000 - (1 << 14) });
  expect(all[0]?.length).toBe(32);
  expect(all[49]).toEqual([1 << 14, (1 << 20) - (1 << 14)]);
  const kept = all.flat().filter((_, i) => i % 2 === 0);
  expect(kept.reduce((sum, one) => sum + one, 0)).toBeLessThan(8 << 20);
});

test('a case of many tries that meets nothing but silence is not tried to the end', async () => {
  const open = new Set<Socket>();
  const server = createServer((socket) => open.add(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const one = {
    id: 'greeting/never',
    title: 'it greets',
    level: 'MUST',
    source: [],
    tries: 500,
    script: [{ expect: [{ packet: 'HandshakeV10' }] }],
    killedBy: [],
  } as unknown as Parameters<typeof check>[0];
  const limits = { connectMs: 1000, answerMs: 30, quietMs: 10, afterFinMs: 1 };
  const { verdict, tries, reason } = await check(one, 'whole', 'here', { endpoint: { host: '127.0.0.1', port }, accounts: {}, limits });
  for (const socket of open) socket.destroy();
  server.close();
  expect({ verdict, reason }).toEqual({ verdict: 'fail', reason: `${tries} of ${tries} tries: silence for 30 ms on an open connection` });
  expect(tries).toBeLessThan(30);
});

test('a peer that asks for more all the time is not waited for as long as it goes on asking', async () => {
  const greeting = messages.HandshakeV10.encode({ serverVersion: '8.4.0', authPluginName: 'caching_sha2_password' }, { capabilities: 0 });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).write(frame(greeting));
    socket.once('data', () => {
      let sequenceId = 2;
      const asking = setInterval(() => socket.write(frame(Uint8Array.of(1, 3), { sequenceId: sequenceId++ })), 50);
      socket.once('close', () => clearInterval(asking));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const one = {
    id: 'login/never',
    title: 'it lets in',
    level: 'MUST',
    source: [],
    script: [
      { expect: [{ packet: 'HandshakeV10' }] },
      { send: { message: 'HandshakeResponse41', account: 'login' } },
      { expect: [{ packet: 'OK', sequenceId: 'any' }] },
    ],
    killedBy: [],
  } as unknown as Parameters<typeof check>[0];
  const limits = { connectMs: 1000, answerMs: 150, quietMs: 10, afterFinMs: 1 };
  const accounts = { login: { user: 'x', password: 'y', plugin: 'caching_sha2_password' } } as const;
  const { verdict, reason } = await check(one, 'whole', 'here', { endpoint: { host: '127.0.0.1', port }, accounts, limits });
  for (const socket of open) socket.destroy();
  server.close();
  expect(verdict).toBe('fail');
  expect(reason).toMatch(/^[3-7] packets that ask for more and no end$/);
});
