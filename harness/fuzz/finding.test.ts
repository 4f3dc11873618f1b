import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial } from 'node:net';
import { expect, test } from 'vitest';
import { startReference } from '../reference/index.ts';
import { referenceAccountsWith } from '../target/accounts.ts';
import type { Endpoint } from '../target/target.ts';
import type { Exec } from './exec.ts';
import { idOf, investigate, isConfirmed, type Suspicion, seenAgain, smaller } from './finding.ts';
import { judge } from './judge.ts';
import type { Oracle } from './oracle.ts';
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

/** How it is judged, and a ping that the server leaves unanswered. */
const judgedAt = (endpoint: Endpoint, limitMs: number) => ({
  seed: 1,
  oracles: [answers],
  target: { endpoint, accounts: referenceAccountsWith('mysql_native_password'), limitMs },
});
async function suspectedAt(endpoint: Endpoint, limitMs: number): Promise<Suspicion> {
  const exec = plainExecs['a ping'];
  if (!exec) throw new Error('there is no such exec');
  const [violation] = (await judge(exec, '0', judgedAt(endpoint, limitMs), 'every')).violations;
  if (!violation) throw new Error('the oracle is silent');
  return { path: '0', exec, violation, at: 0 };
}

test('a target that answers logins and keeps open what is left is not busy', async () => {
  const { endpoint, stop } = await startReference({ defects: ['ping-unanswered', 'quit-keeps-open'] });
  try {
    const suspicion = await suspectedAt(endpoint, 700);
    const { again } = await investigate(suspicion, judgedAt(endpoint, 700), [], AbortSignal.timeout(4000));
    expect(again.of).toBeGreaterThan(0);
    expect(again.shown).toBe(again.of);
  } finally {
    await stop();
  }
}, 60_000);

test('silence is held against a target that answers others, and not against one that is busy just then', async () => {
  const server = await startReference({ defects: ['ping-unanswered'] });
  const front = await busy(server.endpoint, 600);
  try {
    const suspicion = await suspectedAt(server.endpoint, 200);
    expect((await investigate(suspicion, judgedAt(server.endpoint, 200), [])).again).toEqual({ shown: 10, of: 10 });
    const { again, says } = await investigate(suspicion, judgedAt(front.endpoint, 1000), [], AbortSignal.timeout(4000));
    expect(again.shown).toBe(0);
    expect(again.of).toBeGreaterThan(0);
    expect(says).toBe(suspicion.violation.says);
  } finally {
    front.stop();
    await server.stop();
  }
}, 60_000);

test('plays that the deaths of others have spoilt count neither for nor against a finding', async () => {
  const { endpoint, stop } = await startReference({ defects: ['ping-unanswered'] });
  try {
    const suspicion = await suspectedAt(endpoint, 200);
    // The first five plays, one of them of four lives, are cut off by a death.
    let asked = 0;
    const life = async (): Promise<string> => String(asked < 10 ? asked++ : 'stays');
    const health = { well: async () => {}, life };
    expect((await investigate(suspicion, judgedAt(endpoint, 200), [], undefined, health)).again).toEqual({ shown: 10, of: 10 });
  } finally {
    await stop();
  }
}, 60_000);

/** A server that dies: what is connected is reset for so many ms, and only then its end is told; or it lives on, and only one is reset. */
async function dying(next: Endpoint, ms: number) {
  let [life, resets] = ['lives', 0];
  let until: number | undefined;
  const front = createServer((client) => {
    until ??= performance.now() + ms;
    if (ms === 0 ? resets++ === 0 : performance.now() < until) {
      client.resetAndDestroy();
      return;
    }
    if (ms > 0) life = 'came back';
    const server = dial(next.port, next.host);
    for (const side of [client, server]) side.on('error', () => {});
    client.pipe(server).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  const endpoint = { host: '127.0.0.1', port: (front.address() as AddressInfo).port };
  return { endpoint, health: { well: async () => {}, life: async () => life }, stop: () => front.close() };
}

test("a reset of a server that was dying is nobody's, however late its end is told; one of a server that lives on is", async () => {
  const server = await startReference({});
  const reset: Oracle = {
    name: 'against',
    says: '',
    killedBy: ['x'],
    judge: ({ clients: [client] }) =>
      client?.ending === 'rst' ? { oracle: 'against', kind: 'reset', says: 'reset', client: 0 } : undefined,
  };
  const exec = plainExecs['a ping'] as Exec;
  const violation = { oracle: 'against', kind: 'reset', says: 'reset', client: 0 };
  const again = async (ms: number) => {
    const { endpoint, health, stop } = await dying(server.endpoint, ms);
    try {
      const context = { ...judgedAt(endpoint, 700), oracles: [reset] };
      return (await investigate({ path: '0', exec, violation, at: 0 }, context, [], undefined, health)).again;
    } finally {
      stop();
    }
  };
  try {
    expect(await again(300)).toEqual({ shown: 0, of: 10 });
    expect(await again(0)).toEqual({ shown: 1, of: 10 });
  } finally {
    await server.stop();
  }
}, 60_000);

test('what there was no time for is not called once and never again, and is played again at the end', async () => {
  const { endpoint, stop } = await startReference({ defects: ['ping-unanswered'] });
  try {
    const suspicion = await suspectedAt(endpoint, 200);
    const context = judgedAt(endpoint, 200);
    const cut = { ...context, target: { ...context.target, cut: AbortSignal.abort() } };
    const finding = await investigate(suspicion, cut, []);
    expect(finding.again).toEqual({ shown: 0, of: 0 });
    expect(isConfirmed(finding)).toBe(false);
    const again = await seenAgain(finding, context, 10_000);
    expect(again.again).toEqual({ shown: 10, of: 10 });
    expect(isConfirmed(again)).toBe(true);
    const never = { ...finding, kind: 'something else' };
    expect((await seenAgain(never, context, 1000)).again.shown).toBe(0);
  } finally {
    await stop();
  }
}, 60_000);

test('what was seen under less by a smaller session is named by that, and what was seen under more is not the same', async () => {
  const { endpoint, stop } = await startReference({ defects: ['ping-unanswered'] });
  try {
    const { exec, path, violation, at } = await suspectedAt(endpoint, 200);
    const { kind } = violation;
    const under = { ...violation, kind: `${kind}, several commands at once`, plainer: [kind] };
    const told = await investigate({ path, exec, violation: under, at }, judgedAt(endpoint, 200), []);
    expect([told.kind, told.id]).toEqual([kind, idOf(violation)]);
    const other = { ...violation, kind: `${kind}, several commands at once` };
    expect((await investigate({ path, exec, violation: other, at }, judgedAt(endpoint, 200), [])).again.shown).toBe(0);
  } finally {
    await stop();
  }
}, 60_000);

test('on a target where nothing else plays a finding is made smaller, and one that does not come stays as it is', async () => {
  const { endpoint, stop } = await startReference({ defects: ['ping-unanswered'] });
  try {
    const { exec, path, violation } = await suspectedAt(endpoint, 200);
    const [client] = exec.clients;
    const queries = ['SET @a = 1', 'SET @b = 2', 'SET @c = 3'].map(
      (query) => ({ send: [{ message: 'COM_QUERY', with: { query } }] }) as const,
    );
    const [login, ...rest] = client.acts;
    if (!login) throw new Error('there is no login');
    const large = { clients: [{ ...client, acts: [login, ...queries, ...rest] }] } as const;
    const finding = { id: 'fuzz/answers-12345678', ...violation, path, exec: large, again: { shown: 10, of: 10 }, seen: 1 };
    const small = await smaller(finding, judgedAt(endpoint, 200), 10_000);
    expect(small.exec.clients[0].acts.length).toBeLessThanOrEqual(client.acts.length);
    expect(small.says).toContain('the answer to COM_PING');
    const never = { ...finding, kind: 'something else' };
    expect((await smaller(never, judgedAt(endpoint, 200), 10_000)).exec).toEqual(large);
    expect((await smaller({ ...finding, oracle: 'alive' }, judgedAt(endpoint, 200), 10_000)).exec).toBe(large);
  } finally {
    await stop();
  }
}, 60_000);
