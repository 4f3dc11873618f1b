import type { Scenario, Topology } from '../../harness/scenario/scenario.ts';
import { type BeliefFacts, tries, watch } from './story/beliefs.ts';
import { asserted, sendsItsBytes } from './story/rights.ts';

/** mysql-check post-80, which HAProxy knows since 3.4: HandshakeResponse41 with the name of a plugin, mysql_native_password. */
function post80(product: 'mariadb' | 'mysql' | 'proxysql', name: string, says: string): Scenario<BeliefFacts> {
  const behind: Topology['nodes'] =
    product === 'proxysql' ? { server: { product, behind: ['a'] }, a: { product: 'mariadb' } } : { server: { product } };
  return {
    id: `health-check/post-80-${product}`,
    title: `what HAProxy's check post-80 (since 3.4) sends to ${name}, what comes back, and what HAProxy then believes`,
    report: 'S0',
    topology: {
      id: `haproxy-post-80+${product}`,
      says: `HAProxy, 3.4 or later, checks one ${name} by mysql-check post-80`,
      nodes: { haproxy: { product: 'haproxy', config: 'haproxy-health-post-80.cfg', atLeast: '3.4', behind: ['server'] }, ...behind },
      taps: ['haproxy-server'],
    },
    limitMs: 120_000,
    act: (stage) => watch(stage, ['server'], tries(stage.full), ['post-80']),
    assertions: [sendsItsBytes(['server'], ['post-80']), asserted('server', product, 'post-80', says)],
  };
}

export const post80OnMariadb = post80('mariadb', 'MariaDB', 'The login names mysql_native_password, and is answered by OK: UP.');

export const post80OnMysql = post80(
  'mysql',
  'MySQL 9',
  'MySQL without mysql_native_password answers with AuthSwitchRequest, which is enough: UP, where post-41 is DOWN with 1251.',
);

export const post80OnProxysql = post80(
  'proxysql',
  'ProxySQL',
  'Sent before the greeting is read, as post-41 is: up to 2.0.17 some checks get no byte; from 2.0.18 on OK and UP.',
);
