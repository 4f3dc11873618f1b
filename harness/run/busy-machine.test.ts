import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { startReference } from '../reference/index.ts';
import { accountsWith } from '../target/accounts.ts';
import { tryCase } from './try-case.ts';

const limits = { connectMs: 5000, answerMs: 5000, quietMs: 300, afterFinMs: 5 };
const login = suites.find(({ id }) => id === 'handshake-response-41/is-accepted') as Case;
const TURN_MS = 40;

test('a login byte by byte is there within the time that a server gives it, also where every turn of the loop takes long', async () => {
  const server = await startReference({ connectTimeoutMs: 2500 });
  let over = false;
  const hog = (): void => {
    const until = performance.now() + TURN_MS;
    while (performance.now() < until);
    if (!over) setImmediate(hog);
  };
  hog();
  try {
    const context = { endpoint: server.endpoint, accounts: accountsWith('mysql_native_password'), limits };
    const { deviation, transcript } = await tryCase(login, 'bytes', context);
    const sent = transcript.events.find((event) => event.kind === 'sent');
    expect(deviation).toBeUndefined();
    // One turn for each of them would have taken longer than the server waits.
    expect((sent?.segments.length ?? 0) * TURN_MS).toBeGreaterThan(2500);
    expect(new Set(sent?.segments)).toEqual(new Set([1]));
  } finally {
    over = true;
    await server.stop();
  }
});
