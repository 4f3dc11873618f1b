import { finding, type Observed, type Scenario, type Topology, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import { clock, type Stage } from '../../harness/scenario/stage.ts';
import { onLink, type Wire, type WireConnection } from '../../harness/scenario/wire.ts';

/** The modes of `option mysql-check`; a backend of the configuration is named after each. */
const modes = ['none', 'pre-41', 'post-41'] as const;
type Mode = (typeof modes)[number];

/** What HAProxy believed of one server by one kind of check. */
interface Belief {
  readonly mode: string;
  readonly server: string;
  /** Each different 'UP L7OK', 'DOWN L7STS 1251' that was seen, sorted. */
  readonly seen: readonly string[];
}

interface BeliefFacts {
  /** ms since 1970 from which on the checks count: all programs are up. */
  readonly since: number;
  readonly beliefs: readonly Belief[];
  /** What a client of the chain through ProxySQL got: 'OK', or its error. */
  readonly client?: string;
}

const report = 'https://github.com/sysown/proxysql/issues/3342';
const manual = 'https://docs.haproxy.org/3.0/configuration.html#option%20mysql-check';
const measured = 'facts.md, 2026-11-21; measured again in each run';

/** HAProxy's own checks, byte for byte: its tests (reg-tests/checks/mysql-check.vtc of 3.4) have the same bytes. */
const haproxyCheck = '686170726f78795f636865636b';
const bytes: Readonly<Record<Mode, string>> = {
  none: '',
  'pre-41': `140000010080000001${haproxyCheck}00000100000001`,
  'post-41': `2f000001008200000080000121${'00'.repeat(23)}${haproxyCheck}00000100000001`,
};

/** The mode of a check, by what its client sent first. */
const modeOf = ({ opening }: WireConnection): Mode | undefined => modes.find((mode) => bytes[mode] === opening);

/** What a server answered, in one line: 'HandshakeV10, OK, FIN'; what HAProxy itself ended first is left out. */
function answered({ packets, endings }: WireConnection): string {
  const names = packets
    .filter(({ from }) => from === 'server')
    .map(({ name, value }) => (name === 'ERR' ? `ERR ${value?.['errorCode']}` : name));
  const own: string[] = [];
  for (const { from, kind } of endings) {
    if (from === 'client' && own.length === 0) return [...names, 'client first'].join(', ');
    if (from === 'server') own.push(kind.toUpperCase());
  }
  return [...names, ...own].join(', ') || 'nothing';
}

/** How often a server answered how, by mode. The last connections may be under way. */
function outcomes(wire: Wire, since: number, server: string, mode: Mode): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of onLink(wire, `haproxy-${server}`)) {
    if (one.openedAt < since || modeOf(one) !== mode || one.endings.length === 0) continue;
    const what = answered(one);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
}

const counted = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([what, n]) => `${n} x ${what}`)
    .join('; ') || 'no check';

/** Whether each server has had so many checks of each mode that came to something, from a time on. */
function checked(wire: Wire, since: number, servers: readonly string[], tries: number): boolean {
  const answers = (server: string, mode: Mode) => [...outcomes(wire, since, server, mode)].filter(([what]) => what !== 'REFUSED');
  return servers.every((server) => modes.every((mode) => answers(server, mode).reduce((sum, [, n]) => sum + n, 0) >= tries));
}

/** What HAProxy believes now: 'UP L7OK', 'DOWN L7STS 1251', by mode and server. */
async function beliefs(stage: Stage, servers: readonly string[]): Promise<readonly (readonly [key: string, state: string])[]> {
  return (await stage.stat('haproxy')).flatMap((row) => {
    const [mode = '', server = ''] = [row.get('pxname'), row.get('svname')];
    const check = row.get('check_status') ?? '';
    // A star marks the previous result while the next check runs: its code is no longer there.
    if (!modes.includes(mode as Mode) || !servers.includes(server) || /^$|^\*|^INI$|^UNK$/.test(check)) return [];
    const code = check === 'L7STS' ? ` ${row.get('check_code')}` : '';
    return [[`${mode} ${server}`, `${(row.get('status') ?? '').split(' ')[0]} ${check}${code}`] as const];
  });
}

/** Lets HAProxy check until each server has had so many checks of each mode, and looks what it believes meanwhile. */
async function watch(stage: Stage, servers: readonly string[], tries: number): Promise<BeliefFacts> {
  // HAProxy checks from its first moment on, and the servers may have started later: what it believed then is no fault of theirs.
  await stage.until('HAProxy has met every server', 30_000, () => checked(stage.wire(), 0, servers, 3));
  const since = clock();
  const seen = new Map<string, Set<string>>();
  let looks = 0;
  await stage.until(`each of ${servers.join(', ')} has had ${tries} checks of each mode`, 90_000, async () => {
    for (const [key, state] of await beliefs(stage, servers)) seen.set(key, (seen.get(key) ?? new Set()).add(state));
    looks++;
    return looks % 10 === 0 && checked(stage.wire(), since, servers, tries);
  });
  const all = modes.flatMap((mode) => servers.map((server) => ({ mode, server, seen: [...(seen.get(`${mode} ${server}`) ?? [])].sort() })));
  return { since, beliefs: all };
}

const beliefOf = ({ facts }: Observed<BeliefFacts>, mode: Mode, server: string): readonly string[] =>
  facts.beliefs.find((one) => one.mode === mode && one.server === server)?.seen ?? [];

const withBelief = (observed: Observed<BeliefFacts>, mode: Mode, server: string, seen: readonly string[]): Observed<BeliefFacts> =>
  withFacts(observed, {
    beliefs: observed.facts.beliefs.map((one) => (one.mode === mode && one.server === server ? { ...one, seen } : one)),
  });

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
const accepted: Right = { answers: /^HandshakeV10, OK, (FIN|client first)/, believed: always('UP L7OK') };
/** MySQL answers a client that leaves without a word with ERR 1158; nobody reads it. */
const greetingOfMysql: Right = { ...greetingOnly, answers: /^HandshakeV10, (ERR 1158, )?(client first|FIN|RST)/ };
const refused: Right = { answers: /^HandshakeV10, ERR 1251, /, believed: always('DOWN L7STS 1251') };
/** ProxySQL does not read HandshakeResponse320. */
const unread: Right = { answers: /^(nothing|HandshakeV10|FIN|RST)(, (FIN|RST|client first))*$/, believed: neverUp };
/** ProxySQL up to 2.0.17 queues its greeting, and drops a client that has sent something meanwhile. */
const raced: Right = {
  answers: /^(HandshakeV10, OK, (FIN|client first)|(nothing|HandshakeV10|FIN|RST)(, (FIN|RST|client first))*$)/,
  also: /^(nothing|FIN|RST)/,
  believed: (seen) => seen.some((one) => one.startsWith('DOWN')),
};

const rights: Readonly<Record<'mariadb' | 'mysql' | 'proxysql 2.0.17' | 'proxysql', Readonly<Record<Mode, Right>>>> = {
  mariadb: { none: greetingOnly, 'pre-41': accepted, 'post-41': accepted },
  mysql: { none: greetingOfMysql, 'pre-41': refused, 'post-41': refused },
  'proxysql 2.0.17': { none: greetingOnly, 'pre-41': unread, 'post-41': raced },
  proxysql: { none: greetingOnly, 'pre-41': unread, 'post-41': accepted },
};

function rightOf(observed: Observed<BeliefFacts>, product: 'mariadb' | 'mysql' | 'proxysql', mode: Mode): Right {
  const old = product === 'proxysql' && versionOf(observed, 'proxysql').startsWith('2.0.17');
  return rights[old ? 'proxysql 2.0.17' : product][mode];
}

function asserted(
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

const sendsItsBytes = (servers: readonly string[]): Scenario<BeliefFacts>['assertions'][number] => ({
  name: 'checks-are-haproxys',
  says: 'Each check mode sends exactly its bytes: nothing; HandshakeResponse320 and COM_QUIT; HandshakeResponse41 and COM_QUIT.',
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
        modeOf(one) === 'post-41' ? { ...one, opening: one.opening.replace('0082', '0080') } : one,
      ),
    },
  }),
});

const tries = (full: boolean): number => (full ? 500 : 60);

function oneServer(product: 'mariadb' | 'mysql', name: string, says: Readonly<Record<Mode, string>>): Scenario<BeliefFacts> {
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
    assertions: [sendsItsBytes(['server']), ...modes.map((mode) => asserted('server', product, mode, says[mode]))],
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
    sendsItsBytes(['a', 'b', 'proxysql']),
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
