import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial } from 'node:net';
import { describe, expect, test } from 'vitest';
import { err, greeting } from '../../hostile/said.ts';
import { type DefectName, startReference } from '../../reference/index.ts';
import { referenceAccountsWith } from '../../target/accounts.ts';
import type { Endpoint, RunningNode } from '../../target/target.ts';
import { attribute } from '../attribute.ts';
import type { Exec } from '../exec.ts';
import type { Watch } from '../oracle.ts';
import { type PlayContext, play } from '../play.ts';
import { plainExecs } from '../testing/plain-execs.ts';
import { aliveWatch, type WatchedTarget } from './alive.ts';
import { baselineWatch } from './baseline.ts';
import { longestOf, measuresOf } from './measure.ts';

const accounts = referenceAccountsWith('mysql_native_password');
/** ms */
const SETTLES = 300;
const emptyCommand: Exec = {
  clients: [
    {
      acts: [{ send: [{ message: 'HandshakeResponse41', account: 'check' }] }, { send: [{ payload: '', sequenceId: 0 }] }],
      delivery: 'whole',
      leaves: 'fin',
    },
  ],
};
const wrongPasswords: Exec[] = Array.from({ length: 14 }, () => plainExecs['a wrong password'] as Exec);

async function watched(defects: readonly DefectName[]) {
  const server = await startReference({ dialect: 'mariadb', defects });
  const { endpoint } = server;
  const context: PlayContext = { endpoint, accounts, limitMs: 300 };
  const node: WatchedTarget['nodes'][number] = {
    name: 'reference',
    product: 'reference',
    endpoint,
    state: async () => (server.alive ? 'running' : 'it has closed its port'),
    log: () => '',
  };
  const target = { front: endpoint, accounts, nodes: [node] as never };
  return { server, context, target };
}

const watches: readonly (readonly [string, (target: Awaited<ReturnType<typeof watched>>['target']) => Promise<Watch>])[] = [
  [
    'alive',
    async (target) => {
      const watch = aliveWatch(target, 300);
      expect(await watch.check()).toBeUndefined();
      return watch;
    },
  ],
  ['baseline', (target) => baselineWatch(measuresOf(target, 300), SETTLES)],
];

async function verdict(name: string, defects: readonly DefectName[]) {
  const { server, context, target } = await watched(defects);
  try {
    const watch = await (watches.find(([one]) => one === name)?.[1](target) as Promise<Watch>);
    if (defects.length > 0) expect(watch.killedBy).toContain(defects[0]);
    for (const exec of [...Object.values(plainExecs), emptyCommand, ...wrongPasswords]) await play(exec, context);
    return await watch.check();
  } finally {
    await server.stop();
  }
}

describe.each([
  ['alive', ['garbage-takes-server-down', 'empty-command-stops-server', 'denied-logins-block-host']],
  ['baseline', ['keeps-closed-connections']],
] as const)('%s', (name, killers) => {
  test('is silent about a clean server', async () => {
    expect(await verdict(name, [])).toBeUndefined();
  });
  test.each(killers)('catches %s', async (defect) => {
    expect(await verdict(name, [defect])).toMatchObject({ oracle: name, node: 'reference' });
  });
});

test.each([
  [
    'the function below the handler and the C library',
    [
      '/opt/proxysql(_Z13crash_handleri+0x2a) [0x56]',
      '/lib/x86_64-linux-gnu/libc.so.6(gsignal+0x4b) [0x7f]',
      '/opt/proxysql(_ZN7Session3runEv+0x2bc) [0x56]',
      '/opt/proxysql(_ZN6Thread3runEv+0x3a0) [0x57]',
    ],
    '_ZN7Session3runEv',
  ],
  [
    'the assertion',
    ["proxysql: session.cpp:4241: void run(): Assertion `0' failed.", '/opt/proxysql(_ZN6Thread3runEv+0x3a0) [0x57]'],
    'session.cpp:4241',
  ],
])('a death has the name of its place: %s', async (_what, log, place) => {
  const front = { host: '127.0.0.1', port: 1 };
  const node = { name: 'p', product: 'proxysql', state: async () => 'it was ended by SIGSEGV', log: () => log.join('\n') };
  expect(await aliveWatch({ front, accounts, nodes: [node] as never }).check()).toMatchObject({
    kind: `p: is not running, SIGSEGV in ${place}`,
    says: `p is not running, SIGSEGV in ${place}: it was ended by SIGSEGV`,
  });
});

test('where a login is answered otherwise through a proxy, what stands behind it is asked by itself', async () => {
  const server = await startReference({});
  const told = { full: false, silent: false };
  // In front, and as the server by itself: a greeting and no more, and ERR 1040 in its place.
  const standIn = async (says: () => Uint8Array | undefined) => {
    const front = createServer((client) => {
      client.on('error', () => {});
      const said = says();
      if (said) return void client.write(said);
      const next = dial(server.endpoint.port, server.endpoint.host).on('error', () => {});
      client.pipe(next).pipe(client);
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    return { front, endpoint: { host: '127.0.0.1', port: (front.address() as AddressInfo).port } };
  };
  const proxy = await standIn(() => (told.silent ? greeting() : undefined));
  const alone = await standIn(() => (told.full ? err(0, 'Too many connections', 1040) : undefined));
  const node = (name: string, endpoint: Endpoint) => ({ name, product: 'mysql', endpoint, state: async () => 'running', log: () => '' });
  const nodes = [node('router', proxy.endpoint), node('mysql', alone.endpoint)];
  try {
    const watch = aliveWatch({ front: proxy.endpoint, accounts, nodes: nodes as never }, 200);
    expect(await watch.check()).toBeUndefined();
    told.silent = true;
    expect((await watch.check())?.says).toMatch(/^a plain login now shows "0:HandshakeV10", [^;]*$/);
    told.full = true;
    expect(await watch.check()).toMatchObject({
      node: 'router',
      says: expect.stringMatching(/; of mysql by itself: .*ERR 1040 "Too many connections"/),
    });
  } finally {
    for (const { front } of [proxy, alone]) front.close();
    await server.stop();
  }
}, 30_000);

test('a program that still runs when it has written of its crash is told with how it ends', async () => {
  let [log, asked] = ['ready', 0];
  const state = async (): Promise<string> => (asked++ < 2 ? 'running' : 'it was ended by SIGABRT');
  const node = { name: 'p', product: 'proxysql', state, log: () => log };
  const front = { host: '127.0.0.1', port: 1 };
  const watch = aliveWatch({ front, accounts, nodes: [node] as never });
  log = "ready\nproxysql: session.cpp:4241: void run(): Assertion `0' failed.";
  expect(await watch.check()).toMatchObject({ kind: 'p: is not running, SIGABRT in session.cpp:4241' });
});

test('connections that stay are told of with what they do: the longest first', async () => {
  // As MariaDB 11.8 answered COM_PROCESS_INFO behind clients that were gone.
  const rows = [
    ['115203', 'check', '192.168.144.1:50112', null, 'Field List', '171', null, `${'%'.repeat(70)}`],
    ['115373', 'check', '192.168.144.1:50118', null, 'Sleep', '5', '', null],
    ['120001', 'check', '192.168.144.1:50120', null, 'Query', '0', 'starting', 'SHOW PROCESSLIST'],
  ];
  let read = 1;
  const watch = await baselineWatch(
    [{ name: 'connections', node: 'mariadb', slack: () => 0, read: async () => read, shows: async () => longestOf(rows) }],
    0,
  );
  read = 3;
  expect(await watch.check()).toMatchObject({
    says: `connections: 1 before, 3 0 ms behind the last client; 1 is allowed: Field List for 171 s ("${'%'.repeat(60)}"), Sleep for 5 s`,
  });
  read = 1;
  expect(await watch.check()).toBeUndefined();
});

test.each([
  [
    ['proxysql', 'mariadb'],
    ['resident memory of proxysql, in bytes', 'Memory_used of the server'],
  ],
  [
    ['mysqlrouter', 'mysql'],
    ['resident memory of mysqlrouter, in bytes', 'resident memory of mysql, in bytes'],
  ],
])('of %s the memory is asked for that is held', (chain, names) => {
  const nodes = chain.map((product) => ({ name: product, product, pid: 1 }) as unknown as RunningNode);
  const all = measuresOf({ front: { host: '127.0.0.1', port: 1 }, accounts: {}, nodes }, 300);
  expect(all.filter(({ slack }) => slack(1 << 20) >= 1 << 20).map(({ name }) => name)).toEqual(names);
});

describe('attribute', () => {
  const execs = Array.from(
    { length: 37 },
    (_, i) => ({ clients: [{ acts: [], delivery: 'whole', leaves: 'fin', cuts: [i] }] }) as unknown as Exec,
  );
  const numbers = (some: readonly Exec[] | undefined) => some?.map(({ clients }) => clients[0].cuts?.[0]);
  test.each([{ guilty: [0] }, { guilty: [36] }, { guilty: [17] }, { guilty: [3, 30] }, { guilty: [1, 2, 35] }])(
    '$guilty',
    async ({ guilty }) => {
      let plays = 0;
      const found = await attribute(execs, async (some) => {
        plays++;
        return guilty.every((one) => numbers(some)?.includes(one));
      });
      expect(numbers(found)).toEqual(guilty);
      expect(plays).toBeLessThanOrEqual(64);
    },
  );
  test('nothing to be found', async () => {
    expect(await attribute(execs, async () => false)).toBeUndefined();
  });
});
