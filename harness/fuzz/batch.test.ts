import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { greeting, ok } from '../hostile/said.ts';
import { BatchPlayer } from './batch.ts';
import type { Exec } from './exec.ts';
import type { Oracle } from './oracle.ts';
import type { Execs } from './source.ts';

const exec: Exec = { clients: [{ acts: [], delivery: 'whole', leaves: 'quit' }] };
const execs = { of: () => exec, isOfCorpus: () => false } as unknown as Execs;
const paths = Array.from({ length: 100 }, (_, i) => String(i));
const MEGABYTES = Buffer.concat(Array.from({ length: 120_000 }, () => ok(0)));

/** How many of 100 sessions were open at once at most, 64 being allowed, where each is told this a while after it came. */
async function atOnce(said: Uint8Array): Promise<number[]> {
  let [open, most] = [0, 0];
  const server = createServer((socket) => {
    most = Math.max(most, ++open);
    socket.on('error', () => {});
    socket.on('close', () => open--);
    setTimeout(() => socket.write(said), 100);
    socket.on('data', () => socket.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const violation = { oracle: 'all', kind: 'all', says: 'all', client: 0 };
  const oracles: Oracle[] = [{ name: 'all', says: '', killedBy: ['x'], judge: () => violation }];
  try {
    const player = new BatchPlayer(execs, { seed: 1, target: { endpoint, accounts: {}, limitMs: 5000 }, oracles }, 64);
    const { execs: played, violations } = await player.play({ paths });
    expect([played, violations.length]).toEqual([100, 100]);
    // With each is told how many were being played.
    return [most, Math.max(...violations.map((one) => one.atOnce))];
  } finally {
    server.close();
  }
}

test('sessions at once become more while answers end, and stay few where they do not', async () => {
  for (const most of await atOnce(greeting())) expect(most).toBeGreaterThan(20);
  for (const most of await atOnce(Buffer.concat([greeting(), MEGABYTES]))) expect(most).toBeLessThan(12);
});
