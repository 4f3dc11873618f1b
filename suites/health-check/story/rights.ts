import { finding, type Observed, type Scenario, versionOf } from '../../../harness/scenario/scenario.ts';
import { onLink } from '../../../harness/scenario/wire.ts';
import { type BeliefFacts, beliefOf, counted, type Mode, modeOf, outcomes, withBelief } from './beliefs.ts';

export const report = 'https://github.com/sysown/proxysql/issues/3342';
const manual = 'https://docs.haproxy.org/3.0/configuration.html#option%20mysql-check';
const measured = 'facts.md, 2026-11-21; measured again in each run';

/** What is right for a server and a mode: what may come back on the wire, and what HAProxy then believes. */
interface Right {
  /** Every try must have come to one of these. */
  readonly answers: RegExp;
  /** Some try must have come to this, where a race has two ends. */
  readonly also?: RegExp;
  readonly believed: (seen: readonly string[]) => boolean;
}

const always = (state: string) => (seen: readonly string[]) => seen.length === 1 && seen[0] === state;
const neverUp = (seen: readonly string[]) => seen.length > 0 && seen.every((one) => one.startsWith('DOWN'));

const greetingOnly: Right = { answers: /^HandshakeV10, (client first|FIN|RST)/, believed: always('UP L7OK') };
export const accepted: Right = { answers: /^HandshakeV10, OK, (FIN|client first)/, believed: always('UP L7OK') };
/** MySQL answers a client that leaves without a word with ERR 1158; nobody reads it. */
const greetingOfMysql: Right = { ...greetingOnly, answers: /^HandshakeV10, (ERR 1158, )?(client first|FIN|RST)/ };
const refused: Right = { answers: /^HandshakeV10, ERR 1251, /, believed: always('DOWN L7STS 1251') };
/** MySQL 9 asks for caching_sha2_password, which is enough for HAProxy. */
const switched: Right = { answers: /^HandshakeV10, AuthSwitchRequest, /, believed: always('UP L7OK') };
/** ProxySQL does not read HandshakeResponse320. */
const unread: Right = { answers: /^(nothing|HandshakeV10|FIN|RST)(, (FIN|RST|client first))*$/, believed: neverUp };
/** ProxySQL up to 2.0.17 queues its greeting, and drops a client that has sent something meanwhile. */
const raced: Right = {
  answers: /^(HandshakeV10, OK, (FIN|client first)|(nothing|HandshakeV10|FIN|RST)(, (FIN|RST|client first))*$)/,
  also: /^(nothing|FIN|RST)/,
  believed: (seen) => seen.some((one) => one.startsWith('DOWN')),
};

const rights: Readonly<Record<'mariadb' | 'mysql' | 'proxysql 2.0.17' | 'proxysql', Readonly<Record<Mode, Right>>>> = {
  mariadb: { none: greetingOnly, 'pre-41': accepted, 'post-41': accepted, 'post-80': accepted },
  mysql: { none: greetingOfMysql, 'pre-41': refused, 'post-41': refused, 'post-80': switched },
  'proxysql 2.0.17': { none: greetingOnly, 'pre-41': unread, 'post-41': raced, 'post-80': raced },
  proxysql: { none: greetingOnly, 'pre-41': unread, 'post-41': accepted, 'post-80': accepted },
};

export function rightOf(observed: Observed<BeliefFacts>, product: 'mariadb' | 'mysql' | 'proxysql', mode: Mode): Right {
  const old = product === 'proxysql' && versionOf(observed, 'proxysql').startsWith('2.0.17');
  return rights[old ? 'proxysql 2.0.17' : product][mode];
}

export function asserted(
  server: string,
  product: 'mariadb' | 'mysql' | 'proxysql',
  mode: Mode,
  says: string,
): Scenario<BeliefFacts>['assertions'][number] {
  return {
    name: `${server}-${mode}`,
    says,
    level: 'OBSERVE',
    source: product === 'proxysql' ? report : measured,
    judge(observed) {
      const right = rightOf(observed, product, mode);
      const counts = outcomes(observed.wire, observed.facts.since, server, mode);
      const seen = beliefOf(observed, mode, server);
      const all = counts.size > 0 && [...counts.keys()].every((what) => right.answers.test(what));
      const also = right.also === undefined || [...counts.keys()].some((what) => right.also?.test(what));
      return finding(all && also && right.believed(seen), `${counted(counts)}; HAProxy believes ${seen.join(' / ') || 'nothing'}`);
    },
    unless: (observed) =>
      withBelief(observed, mode, server, rightOf(observed, product, mode).believed(['UP L7OK']) ? ['DOWN L7RSP'] : ['UP L7OK']),
  };
}

export const sendsItsBytes = (servers: readonly string[], modes: readonly Mode[]): Scenario<BeliefFacts>['assertions'][number] => ({
  name: 'checks-are-haproxys',
  says: 'Each check mode sends exactly its bytes: nothing; HandshakeResponse320 and COM_QUIT; HandshakeResponse41 and COM_QUIT (post-80 with the name of a plugin).',
  level: 'MUST',
  source: manual,
  judge({ wire, facts }) {
    const checks = servers.flatMap((server) => onLink(wire, `haproxy-${server}`)).filter((one) => one.openedAt >= facts.since);
    const strange = checks.filter(
      (one) => modeOf(one) === undefined && one.exchanges.every(({ command }) => command === 'login' || command === 'COM_QUIT'),
    );
    const of = (mode: Mode) => checks.filter((one) => modeOf(one) === mode).length;
    return finding(
      strange.length === 0 && modes.every((mode) => of(mode) > 0),
      `${modes.map((mode) => `${of(mode)} ${mode}`).join(', ')}, ${strange.length} others${strange[0] ? ` (${strange[0].opening})` : ''}`,
    );
  },
  unless: (observed) => ({
    ...observed,
    wire: {
      connections: observed.wire.connections.map((one) =>
        modeOf(one)?.startsWith('post') ? { ...one, opening: one.opening.replace('0082', '0080') } : one,
      ),
    },
  }),
});
