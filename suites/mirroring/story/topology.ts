import type { Topology } from '../../../harness/scenario/scenario.ts';

/** ProxySQL with one thread: then there is one queue of statements for the mirror, and its length is what the variable says. */
export const proxysqlWithMirror = {
  id: 'proxysql+primary+mirror',
  says: 'ProxySQL, one thread, in front of a MariaDB, primary; it copies each query to a second one, mirror',
  nodes: {
    proxysql: { product: 'proxysql', config: 'proxysql-mirror.cnf', behind: ['primary', 'mirror'], settings: { THREADS: 1, COPIES: 1 } },
    primary: { product: 'mariadb' },
    mirror: { product: 'mariadb' },
  },
  taps: ['client-proxysql', 'proxysql-primary', 'proxysql-mirror'],
} as const satisfies Topology;

/** What stands before the primary while its traffic is captured. */
export type ReplayFront = 'proxysql' | 'haproxy';

const fronts = {
  proxysql: { ...proxysqlWithMirror.nodes.proxysql, settings: { THREADS: 1, COPIES: 0 } },
  haproxy: { product: 'haproxy', behind: ['primary'] },
} as const satisfies Topology['nodes'];

/** Nothing is copied; the second server is there for the replay. */
export const replayTopology = (front: ReplayFront): Topology => ({
  id: `${front}+primary+second`,
  says: `${front === 'proxysql' ? 'ProxySQL' : 'HAProxy'} in front of a MariaDB, primary; a second one, mirror, gets what is replayed`,
  nodes: { [front]: fronts[front], primary: { product: 'mariadb' }, mirror: { product: 'mariadb' } },
  taps: [`${front}-primary`, 'client-mirror'],
});

export const legs = { client: 'client-proxysql', primary: 'proxysql-primary', mirror: 'proxysql-mirror', replay: 'client-mirror' } as const;
export const sides = ['primary', 'mirror'] as const;
export type Side = (typeof sides)[number];
export const report = 'report S4: ProxySQL mirroring';
