import { describe, expect, test } from 'vitest';
import { dockerGaleraAddresses, galeraPart, localGaleraAddresses } from './galera.ts';
import type { Topology } from './topology.ts';

const topology: Topology = {
  id: 'three',
  says: 'a cluster, and a server beside it',
  nodes: { a: { product: 'mariadb' }, b: { product: 'mariadb' }, c: { product: 'mariadb' }, d: { product: 'mariadb' } },
  galera: ['a', 'b', 'c'],
  taps: [],
};

describe('a Galera cluster', () => {
  test('holds one state and one view of all, in which each node is another', () => {
    const addresses = dockerGaleraAddresses(topology, (node) => `host-${node}`);
    const parts = ['a', 'b', 'c'].map((name) => galeraPart(topology, name, addresses, '/p.so'));
    expect(new Set(parts.map((part) => part?.files['grastate.dat'])).size).toBe(1);
    const views = parts.map((part) => part?.files['gvwstate.dat'] ?? '');
    expect(new Set(views.map((view) => view.replace(/^my_uuid.*\n/, ''))).size).toBe(1);
    const own = views.map((view) => /^my_uuid: (\S+)/.exec(view)?.[1] ?? '');
    // Equal beginnings are taken for one node that has come back.
    expect(new Set(own.map((id) => id.slice(0, 8))).size).toBe(3);
    for (const id of own) expect(views[0]).toContain(`member: ${id} 0\n`);
    expect(parts[1]?.options).toContain('--wsrep-cluster-address=gcomm://host-a:4567,host-b:4567,host-c:4567');
  });

  test('has ports of its own for each node of this machine', async () => {
    const addresses = [...(await localGaleraAddresses(topology, '127.0.0.1')).values()];
    expect(new Set(addresses.flatMap(({ base, ist, sst }) => [base, ist, sst])).size).toBe(9);
  });

  test('leaves other servers alone', async () => {
    expect(galeraPart(topology, 'd', await localGaleraAddresses(topology, '127.0.0.1'), '/p.so')).toBeUndefined();
  });
});
