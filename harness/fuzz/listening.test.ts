import { expect, test } from 'vitest';
import { startReference } from '../reference/index.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import type { Exec } from './exec.ts';
import { play } from './play.ts';

test('each COM_CHANGE_USER of a session is answered, however many there are', async () => {
  const { endpoint, stop } = await startReference();
  try {
    const change = { send: [{ message: 'COM_CHANGE_USER', account: 'login' }] } as const;
    const acts = [{ send: [{ message: 'HandshakeResponse41', account: 'login' }] }, ...Array(12).fill(change)];
    const exec = { clients: [{ acts, delivery: 'whole', leaves: 'quit' }] } as unknown as Exec;
    const context = { endpoint, accounts: referenceAccountsWith('caching_sha2_password'), limitMs: 1000 };
    const [seen] = (await play(exec, context)).clients;
    expect(seen?.overdue).toBeUndefined();
    expect(seen?.packets.filter(({ name, from }) => from === 'server' && name === 'OK').length).toBe(13);
  } finally {
    await stop();
  }
}, 20_000);
