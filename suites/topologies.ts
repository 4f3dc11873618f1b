import type { Topology } from '../harness/scenario/scenario.ts';

/** Topologies that several scenarios play on. */
export const topologies = {
  dualMaster: {
    id: 'haproxy+two-masters',
    says: 'HAProxy sends everything to a; b is backup; a and b, both MariaDB, replicate from each other',
    nodes: {
      haproxy: { product: 'haproxy', config: 'haproxy-dual-master.cfg', behind: ['a', 'b'] },
      a: { product: 'mariadb' },
      b: { product: 'mariadb' },
    },
    replication: [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ],
    taps: ['client-haproxy', 'haproxy-a', 'haproxy-b'],
  },
} as const satisfies Record<string, Topology>;
