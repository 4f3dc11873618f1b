import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { frame } from '../codec/frame.ts';
import { accountsWith } from '../target/accounts.ts';
import { check } from './check.ts';
import { missing } from './missing.ts';
import { probe } from './profile.ts';
import { greeting, hex } from './testing/bare-packets.ts';

const limits = { connectMs: 5000, answerMs: 1000, quietMs: 300, afterFinMs: 5 };
const accounts = accountsWith('mysql_native_password');
const quit = suites.find(({ id }) => id === 'quit/after-login') as Case;

/** Lets anybody in, and ends the session at its first command, COM_QUIT too, as a server does whose init_connect fails. */
async function throwingOut(code: number, words: string): Promise<{ readonly port: number; stop(): void }> {
  const bytes = Buffer.from([0xff, code & 0xff, code >> 8, ...Buffer.from(`#08S01${words}`)]);
  const server = createServer((socket) => {
    let loggedIn = false;
    socket.on('error', () => undefined);
    socket.write(frame(greeting, { sequenceId: 0 }));
    socket.on('data', () => {
      if (loggedIn) socket.end(frame(bytes, { sequenceId: 1 }));
      else socket.write(frame(hex('00 00 00 0200 0000'), { sequenceId: 2 }));
      loggedIn = true;
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

test.each([
  [
    1184,
    'Aborted connection 7 (init_connect command failed)',
    'inconclusive',
    /^needs an account .* gets in, and then the server is at a limit: ERR 1184/,
  ],
  [1064, 'syntax', undefined, undefined],
] as const)('an account whose session ends with ERR %i "%s" is asked nothing where that is a limit', async (code, words, verdict, why) => {
  const { port, stop } = await throwingOut(code, words);
  const context = { endpoint: { host: '127.0.0.1', port }, accounts, limits };
  const profile = await probe('there', context, [quit]);
  expect(profile.check.is).toBe(verdict ? 'refused' : 'works');
  const lacks = missing(quit, profile, false);
  expect(lacks?.verdict).toBe(verdict);
  if (why) expect(lacks?.reason).toMatch(why);
  // What comes where the end is due tells of it, too.
  expect((await check(quit, 'whole', 'there', context)).verdict).toBe(verdict ?? 'fail');
  stop();
});
