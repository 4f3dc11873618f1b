import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial } from 'node:net';
import { expect, test } from 'vitest';
import { startReference } from '../reference/index.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import type { Endpoint } from '../target/target.ts';
import { investigate } from './finding.ts';
import { judge } from './judge.ts';
import { answers } from './oracles/answers.ts';
import { plainExecs } from './testing/plain-execs.ts';

/** In front of a server, and busy: a connection is taken at once, and heard only so many ms later. */
async function busy(next: Endpoint, ms: number) {
  const front = createServer((client) => {
    const server = dial(next.port, next.host);
    for (const side of [client, server]) side.on('error', () => {});
    setTimeout(() => client.pipe(server).pipe(client), ms);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  return { endpoint: { host: '127.0.0.1', port: (front.address() as AddressInfo).port }, stop: () => front.close() };
}

test('a target that answers logins and keeps open what is left is not busy', async () => {
  const server = await startReference({ defects: ['ping-unanswered', 'quit-keeps-open'] });
  try {
    const context = {
      seed: 1,
      oracles: [answers],
      target: { endpoint: server.endpoint, accounts: referenceAccountsWith('mysql_native_password'), limitMs: 700 },
    };
    const exec = plainExecs['a ping'];
    if (!exec) throw new Error('there is no such exec');
    const [violation] = (await judge(exec, '0', context, 'every')).violations;
    if (!violation) throw new Error('the oracle is silent');
    const { again } = await investigate({ path: '0', exec, violation, at: 0 }, context, [], AbortSignal.timeout(4000));
    expect(again.of).toBeGreaterThan(0);
    expect(again.shown).toBe(again.of);
  } finally {
    await server.stop();
  }
}, 60_000);

test('silence is held against a target that answers others, and not against one that is busy just then', async () => {
  const server = await startReference({ defects: ['ping-unanswered'] });
  const front = await busy(server.endpoint, 600);
  try {
    const at = (endpoint: Endpoint, limitMs: number) => ({
      seed: 1,
      oracles: [answers],
      target: { endpoint, accounts: referenceAccountsWith('mysql_native_password'), limitMs },
    });
    const exec = plainExecs['a ping'];
    if (!exec) throw new Error('there is no such exec');
    const { violations } = await judge(exec, '0', at(server.endpoint, 200), 'every');
    const [violation] = violations;
    if (!violation) throw new Error('the oracle is silent');
    const suspicion = { path: '0', exec, violation, at: 0 };
    expect((await investigate(suspicion, at(server.endpoint, 200), [])).again).toEqual({ shown: 10, of: 10 });
    const { again, says } = await investigate(suspicion, at(front.endpoint, 1000), [], AbortSignal.timeout(4000));
    expect(again.shown).toBe(0);
    expect(again.of).toBeGreaterThan(0);
    expect(says).toBe(violation.says);
  } finally {
    front.stop();
    await server.stop();
  }
}, 60_000);
