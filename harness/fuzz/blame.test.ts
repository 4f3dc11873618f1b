import { expect, test } from 'vitest';
import { startReference } from '../reference/index.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import { blame } from './blame.ts';
import { plainExecs } from './testing/plain-execs.ts';

test('a death that comes of no session played again is laid at nobody’s door: what is shown is the last that was sent, and is called so', async () => {
  const { endpoint, stop } = await startReference();
  try {
    const exec = plainExecs['a ping'];
    if (!exec) throw new Error('there is no such exec');
    const suspects = ['1', '2', '3'].map((path) => ({ path, exec }));
    const violation = { oracle: 'alive', client: 0, kind: 'gone', says: 'the server is not running' };
    const target = { nodes: [], restart: undefined };
    const play = { endpoint, accounts: referenceAccountsWith('mysql_native_password'), limitMs: 1000 };
    // It lives again: whoever ended it was not one of these.
    const alive = { name: 'alive', says: '', check: async () => undefined };
    const told = async (ms: number) => (await blame(suspects, violation, { target, play, alive } as never, ms)).finding;
    const { says, again, path } = await told(10_000);
    expect(says).toBe(
      'the server is not running (by which of 3 sessions is not known, played again they did not do it: what was sent is the last of them)',
    );
    expect([path, again]).toEqual(['3', { shown: 0, of: 1 }]);
    expect((await told(0)).says).toContain('there was no time to play them again');
  } finally {
    await stop();
  }
}, 30_000);
