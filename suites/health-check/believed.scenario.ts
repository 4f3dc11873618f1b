import { finding, type Scenario, type Topology, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import { type BeliefFacts, modes, tries, watch } from './story/beliefs.ts';
import { accepted, asserted, report, rightOf, sendsItsBytes } from './story/rights.ts';

function oneServer(
  product: 'mariadb' | 'mysql',
  name: string,
  says: Readonly<Record<(typeof modes)[number], string>>,
): Scenario<BeliefFacts> {
  const topology: Topology = {
    id: `haproxy-checks+${product}`,
    says: `HAProxy checks one ${name} in every mode of mysql-check`,
    nodes: { haproxy: { product: 'haproxy', config: 'haproxy-health-server.cfg', behind: ['server'] }, server: { product } },
    taps: ['haproxy-server'],
  };
  return {
    id: `health-check/believed-${product}`,
    title: `what HAProxy's checks send to ${name}, what comes back, and what HAProxy then believes`,
    report: 'S0',
    topology,
    limitMs: 120_000,
    act: (stage) => watch(stage, ['server'], tries(stage.full)),
    assertions: [sendsItsBytes(['server'], modes), ...modes.map((mode) => asserted('server', product, mode, says[mode]))],
  };
}

export const onMariadb = oneServer('mariadb', 'MariaDB', {
  none: 'The check without a user is answered by the greeting: UP.',
  'pre-41': 'HandshakeResponse320 before the greeting is answered by OK: UP.',
  'post-41': 'HandshakeResponse41 before the greeting is answered by OK: UP.',
});

export const onMysql = oneServer('mysql', 'MySQL 9', {
  none: 'The check without a user is answered by the greeting: UP.',
  'pre-41': 'mysql_native_password is gone: a check with a user is refused with 1251: DOWN.',
  'post-41': 'mysql_native_password is gone: a check with a user is refused with 1251: DOWN.',
});

/** The report itself: a migration with two masters and a ProxySQL behind one HAProxy. */
export const migration: Scenario<BeliefFacts> = {
  id: 'health-check/migration',
  title: 'two masters are UP and the ProxySQL beside them is DOWN, by the check mode and the version of ProxySQL',
  report: 'S0',
  topology: {
    id: 'haproxy+proxysql+two-masters',
    says: 'HAProxy checks two MariaDB masters and a ProxySQL, which stands in front of a, in every mode of mysql-check',
    nodes: {
      haproxy: { product: 'haproxy', config: 'haproxy-health-migration.cfg', behind: ['a', 'b', 'proxysql'] },
      proxysql: { product: 'proxysql', behind: ['a'] },
      a: { product: 'mariadb' },
      b: { product: 'mariadb' },
    },
    taps: ['haproxy-a', 'haproxy-b', 'haproxy-proxysql', 'proxysql-a'],
  },
  limitMs: 180_000,
  async act(stage) {
    const watched = await watch(stage, ['a', 'b', 'proxysql'], tries(stage.full));
    const client = await stage.client('haproxy').catch((error: Error) => error.message);
    const answer = typeof client === 'string' ? client : await client.query('SELECT @@server_id AS id');
    const got = typeof answer === 'string' ? answer : answer.ok ? 'OK' : `${answer.errno} ${answer.says}`;
    stage.tell(`a client of HAProxy -> ProxySQL -> MariaDB: ${got}`);
    return { ...watched, client: got };
  },
  assertions: [
    sendsItsBytes(['a', 'b', 'proxysql'], modes),
    ...(['a', 'b'] as const).flatMap((server) =>
      modes.map((mode) => asserted(server, 'mariadb', mode, `The master ${server} is UP by this check.`)),
    ),
    asserted('proxysql', 'proxysql', 'none', 'The check without a user is answered by the greeting: UP.'),
    asserted(
      'proxysql',
      'proxysql',
      'pre-41',
      'ProxySQL does not read HandshakeResponse320, the default of HAProxy up to 2.1: no OK, DOWN.',
    ),
    asserted(
      'proxysql',
      'proxysql',
      'post-41',
      'Sent before the greeting is read: up to 2.0.17 some checks get no byte and HAProxy sees the server DOWN; from 2.0.18 on OK and UP.',
    ),
    {
      name: 'chain-carries-clients',
      says: 'Where HAProxy believes ProxySQL to be UP, a client gets through HAProxy and ProxySQL to MariaDB.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const up = rightOf(observed, 'proxysql', 'post-41') === accepted;
        // A server that flaps takes the client or not, by chance: both are what HAProxy believed at that moment.
        return finding(!up || observed.facts.client === 'OK', `${versionOf(observed, 'proxysql')}: ${observed.facts.client}`);
      },
      unless: (observed) => ({
        ...withFacts(observed, { client: '2013 Connection lost' }),
        nodes: observed.nodes.map((node) => (node.product === 'proxysql' ? { ...node, version: '2.7.1' } : node)),
      }),
    },
  ],
};
