/** The built-in server against clients that keep to nothing: it stays up, lets go of every connection, and keeps no memory of them. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Exec } from '../../harness/fuzz/exec.ts';
import { mutate } from '../../harness/fuzz/mutate.ts';
import type { ReferenceServer } from '../../harness/reference/index.ts';
import { contextAt, execs, playAll, reference } from './peers.ts';

const MOST_GROWTH_BYTES = 96 << 20;
const honest: Exec = {
  clients: [
    {
      acts: [{ send: [{ message: 'HandshakeResponse41', account: 'check' }] }, { send: [{ message: 'COM_PING' }] }],
      delivery: 'whole',
      leaves: 'quit',
    },
  ],
};

/** What is wrong behind a campaign; undefined: nothing. */
async function wrongBehind(all: readonly Exec[], server: ReferenceServer): Promise<string | undefined> {
  const context = contextAt(server.endpoint, { limitMs: 150 });
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < all.length; i += 64) await playAll(all.slice(i, i + 64), context);
  if (!server.alive) return 'it is down';
  for (let waited = 0; server.open > 0 && waited < 10_000; waited += 50) await pause(50);
  if (server.open > 0) return `${server.open} connections stand`;
  const growth = process.memoryUsage().heapUsed - before;
  if (growth > MOST_GROWTH_BYTES) return `it keeps ${growth} bytes`;
  const [seen] = await playAll([honest], contextAt(server.endpoint, { limitMs: 5000 }));
  return seen?.clients[0]?.packets.at(-2)?.name === 'OK' ? undefined : 'it does not answer';
}

describe('the built-in server, behind execs and their mutants', () => {
  test('is as before', async () => {
    const all = execs(5, 2);
    const server = await reference();
    try {
      expect(await wrongBehind([...all, ...all.map((exec, i) => mutate(exec, i, all))], server)).toBeUndefined();
    } finally {
      await server.stop();
    }
  });

  test('with garbage-takes-server-down it is not', async () => {
    const server = await reference('garbage-takes-server-down');
    try {
      expect(await wrongBehind(execs(5, 2), server)).toBe('it is down');
    } finally {
      await server.stop();
    }
  });

  test('one that keeps what it was sent is found out', async () => {
    const server = await reference();
    const kept: Uint8Array[] = [];
    const keeping: ReferenceServer = {
      ...server,
      get alive() {
        // As much as a server that lets nothing go would hold by now.
        kept.push(...Array.from({ length: 2000 }, () => new Uint8Array(0)), ...Array.from({ length: 40 }, () => hoard()));
        return server.alive;
      },
      get open() {
        return server.open;
      },
    };
    try {
      expect(await wrongBehind(execs(6, 1), keeping)).toMatch(/^it keeps \d+ bytes$/);
    } finally {
      await server.stop();
    }
  });
});

/** A few megabytes on the heap. */
const hoard = (): Uint8Array => Object.assign(new Uint8Array(0), { held: Array.from({ length: 400_000 }, (_, i) => i + 0.5) });
