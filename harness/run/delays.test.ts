import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { frame } from '../codec/frame.ts';
import { startReference } from '../reference/index.ts';
import { accountsWith } from '../target/accounts.ts';
import { check } from './check.ts';
import { delaysAnswers } from './settings.ts';
import { greeting, hex } from './testing/bare-packets.ts';

const limits = { connectMs: 5000, answerMs: 1000, quietMs: 300, afterFinMs: 5 };
const accounts = accountsWith('mysql_native_password');
const garbage = suites.find(({ id }) => id === 'first-packet/garbage-with-a-wrong-sequence-id') as Case;

/** Lets anybody in, and answers every command with one column and one row of this. */
async function answering(text: string): Promise<{ readonly port: number; stop(): void }> {
  const row = [
    hex('01'),
    hex('03 646566 00 00 00 01 31 00 0c 3f00 02000000 fd 0100 00 0000'),
    hex('fe 0000 0200'),
    Uint8Array.of(text.length, ...Buffer.from(text)),
    hex('fe 0000 0200'),
  ];
  const server = createServer((socket) => {
    let loggedIn = false;
    socket.on('error', () => undefined);
    socket.write(frame(greeting, { sequenceId: 0 }));
    socket.on('data', () => {
      const answer = loggedIn ? row.map((payload, at) => frame(payload, { sequenceId: at + 1 })) : [];
      socket.write(loggedIn ? Buffer.concat(answer) : frame(hex('00 00 00 0200 0000'), { sequenceId: 2 }));
      loggedIn = true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, stop: () => server.close() };
}

test.each([
  ['delays behind 3', /connection_control_failed_connections_threshold=0/],
  ['waits for replicas: 2', /rpl_semi_sync_master_enabled=OFF/],
  ['waits for replicas: 1', undefined],
  ['1', undefined],
])('a server that answers "%s" is found to delay its answers, or not', async (text, expected) => {
  const server = await answering(text);
  const found = await delaysAnswers({ endpoint: { host: '127.0.0.1', port: server.port }, accounts, limits });
  server.stop();
  if (expected) expect(found).toMatch(expected);
  else expect(found).toBeUndefined();
});

test('silence is no deviation of a server that delays its answers, and is one of any other', async () => {
  const server = await startReference({ defects: ['garbage-hangs'] });
  const context = { endpoint: server.endpoint, accounts, limits };
  expect((await check(garbage, 'whole', 'there', context)).verdict).toBe('fail');
  const delayed = await check(garbage, 'whole', 'there', { ...context, delays: 'later and later' });
  expect(delayed).toMatchObject({ verdict: 'inconclusive', reason: 'later and later' });
  expect(delayed.deviation).toBeUndefined();
  await server.stop();
});
