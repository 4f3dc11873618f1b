import type { NodePlan, Topology } from '../../../harness/scenario/scenario.ts';
import type { Stage } from '../../../harness/scenario/stage.ts';

/** A proxy that gets the questions, in front of the servers a and b. */
export interface Front {
  /** In the names of its scenarios. */
  readonly name: string;
  readonly product: NodePlan['product'];
  readonly title: string;
  readonly config: string;
  readonly settings?: NodePlan['settings'];
  readonly server: 'mariadb' | 'mysql';
  /** It knows its servers by the metadata of an InnoDB ReplicaSet: a the primary, b the secondary. */
  readonly replicaSet?: true;
  /** It passes bytes on and knows nothing of the protocol. */
  readonly passesBytes: boolean;
  /** Waits until it has found out who its servers are. */
  readonly ready?: (stage: Stage) => Promise<void>;
  /** Lets it send everything to a from now on, where it would choose at random. */
  readonly onlyA?: (stage: Stage) => Promise<void>;
  /** ms that it takes to clean a connection whose client has gone; default 50. */
  readonly settleMs?: number;
  /** How many clients it takes to find a connection that is free in its pool; default 2. */
  readonly after?: number;
  /** Lets it choose a wherever a will do. */
  readonly preferA?: (stage: Stage) => Promise<void>;
}

/** Changes what ProxySQL has to say of one of the servers. */
async function proxysqlServer(stage: Stage, server: 'a' | 'b', change: string): Promise<void> {
  const { port } = stage.tap(`proxy-${server}`).endpoint;
  await stage.command(proxy, `UPDATE mysql_servers SET ${change} WHERE port=${port}`);
  await stage.command(proxy, 'LOAD MYSQL SERVERS TO RUNTIME');
  stage.tell(`ProxySQL: ${server} has ${change}`);
}

const router = { product: 'mysqlrouter', config: 'mysqlrouter-two-servers.conf', server: 'mysql', passesBytes: false } as const;

export const fronts: readonly Front[] = [
  { name: 'haproxy', product: 'haproxy', title: 'HAProxy', config: 'haproxy-two-servers.cfg', server: 'mariadb', passesBytes: true },
  { name: 'nginx', product: 'nginx', title: 'nginx stream', config: 'nginx-two-servers.conf', server: 'mariadb', passesBytes: true },
  {
    name: 'proxysql',
    product: 'proxysql',
    title: 'ProxySQL',
    config: 'proxysql-two-servers.cnf',
    server: 'mariadb',
    passesBytes: false,
    settleMs: 200,
    after: 6,
    onlyA: (stage) => proxysqlServer(stage, 'b', "status='OFFLINE_SOFT'"),
    preferA: (stage) => proxysqlServer(stage, 'a', 'weight=1000000'),
  },
  { ...router, name: 'mysqlrouter', title: 'MySQL Router', settings: { SHARING: 0, IDLE: 0 } },
  { ...router, name: 'mysqlrouter-sharing', title: 'MySQL Router, connection_sharing=1', settings: { SHARING: 1, IDLE: 64 } },
  {
    ...router,
    name: 'mysqlrouter-splitting',
    title: 'MySQL Router, access_mode=auto',
    config: 'mysqlrouter-splitting.conf',
    replicaSet: true,
  },
  {
    name: 'maxscale',
    product: 'maxscale',
    title: 'MaxScale readwritesplit',
    config: 'maxscale-two-servers.cnf',
    server: 'mariadb',
    passesBytes: false,
    ready: (stage) =>
      stage.until('MaxScale reads from b', 10_000, async () => {
        const client = await stage.client(proxy).catch(() => undefined);
        const answer = await client?.query('SELECT @@server_id AS id');
        await client?.quit();
        return answer?.ok === true && Number(answer.rows[0]?.['id']) === 2;
      }),
  },
];

/** The node of the proxy; the same name for all, so that the questions are. */
export const proxy = 'proxy';
export const frontLeg = 'client-proxy';
export const backLegs = ['proxy-a', 'proxy-b'] as const;

/** The proxy in front of a and its replica b, with a tap on each leg. */
export const topologyOf = ({ name, product, title, config, settings, server, replicaSet }: Front): Topology => ({
  id: `${name}+two-servers`,
  says: `${title} in front of a and b; b replicates from a`,
  nodes: {
    [proxy]: { product, config, behind: ['a', 'b'], ...(settings ? { settings } : {}) },
    a: { product: server },
    b: { product: server },
  },
  replication: [{ from: 'a', to: 'b' }],
  ...(replicaSet && { replicaSet: { router: proxy, members: ['a', 'b'] } }),
  taps: [frontLeg, ...backLegs],
});
