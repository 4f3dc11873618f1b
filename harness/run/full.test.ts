import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import { frame } from '../codec/frame.ts';
import { accountsWith } from '../target/accounts.ts';
import { check } from './check.ts';
import { greeting } from './testing/bare-packets.ts';

const limits = { connectMs: 5000, answerMs: 1000, quietMs: 300, afterFinMs: 5 };

const takesAnyErr: Case = {
  id: 'login/any-err',
  title: 'a login gets OK or an ERR',
  level: 'OBSERVE',
  source: [],
  script: [
    { expect: [{ packet: 'HandshakeV10' }] },
    { send: { message: 'HandshakeResponse41', account: 'check' } },
    { expect: [{ packet: 'OK' }, { packet: 'ERR' }] },
  ],
  killedBy: ['answers-com-quit'],
};

test.each([
  [1203, 'inconclusive', /^the server is at a limit: ERR 1203 /],
  [1040, 'inconclusive', /raise max_connections/],
  [1251, 'pass', /^$/],
])('ERR %i where any ERR is right: %s', async (code, verdict, reason) => {
  const says = Uint8Array.of(0xff, code & 0xff, code >> 8, ...Buffer.from('#42000no'));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(frame(greeting, { sequenceId: 0 }));
    socket.once('data', () => socket.end(frame(says, { sequenceId: 2 })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = { host: '127.0.0.1', port: (server.address() as { port: number }).port };
  const got = await check(takesAnyErr, 'whole', 'there', { endpoint, accounts: accountsWith('mysql_native_password'), limits });
  server.close();
  expect(got.verdict).toBe(verdict);
  expect(got.reason ?? '').toMatch(reason);
});

test('an ERR that says that init_connect has failed is no answer, however it is numbered, and the end behind it says nothing', async () => {
  const says = Buffer.concat([Uint8Array.of(0xff, 1184 & 0xff, 1184 >> 8), Buffer.from('#08S01Aborted (init_connect command failed)')]);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(frame(greeting, { sequenceId: 0 }));
    socket.once('data', () => socket.end(frame(says, { sequenceId: 2 })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const context = {
    endpoint: { host: '127.0.0.1', port: (server.address() as { port: number }).port },
    accounts: accountsWith('mysql_native_password'),
    limits,
  };
  const more: Case['script'] = [{ send: { message: 'COM_PING' } }, { expect: [{ packet: 'OK' }] }];
  const behind = await check({ ...takesAnyErr, script: [...takesAnyErr.script, ...more] }, 'whole', 'there', context);
  const [greets, logsIn] = takesAnyErr.script;
  const elsewhere: Case['script'] = [greets, logsIn, { expect: [{ packet: 'OK', sequenceId: 7 }] }] as Case['script'];
  const misnumbered = await check({ ...takesAnyErr, script: elsewhere }, 'whole', 'there', context);
  server.close();
  for (const { verdict, reason } of [behind, misnumbered])
    expect({ verdict, reason }).toEqual({ verdict: 'inconclusive', reason: expect.stringContaining('Its init_connect fails') });
});
