import { describe, expect, test } from 'vitest';
import { type DefectName, startReference } from '../../reference/index.ts';
import { referenceAccountsWith } from '../../target/accounts.ts';
import { attribute } from '../attribute.ts';
import type { Exec } from '../exec.ts';
import type { Watch } from '../oracle.ts';
import { type PlayContext, play } from '../play.ts';
import { plainExecs } from '../testing/plain-execs.ts';
import { aliveWatch, type WatchedTarget } from './alive.ts';
import { baselineWatch } from './baseline.ts';
import { measuresOf } from './measure.ts';

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
