import { type Assertion, finding, type Observed, type Scenario, type Topology, withFacts } from '../../harness/scenario/scenario.ts';
import { clock, type Stage } from '../../harness/scenario/stage.ts';
import { onLink, type Wire, type WireConnection } from '../../harness/scenario/wire.ts';
import { type Beliefs, settledBeliefs, untilAllUp } from './story/beliefs.ts';
import { allowedLag, makeShop, type TroubleName, troubleNames, troubles } from './story/troubles.ts';

/** What HAProxy believed while something was wrong, and when that was: ms since 1970. */
interface Believed {
  readonly from: number;
  readonly until: number;
  readonly beliefs: Beliefs;
}
interface CheckFacts {
  readonly believed: Readonly<Record<TroubleName, Believed>>;
}

const wishes = ['--schema', 'shop', '--refuse-read-only', '--max-lag', String(allowedLag), '--allow-primary', '--timeout', '600'];

const topology: Topology = {
  id: 'haproxy+agents+replication',
  says: 'HAProxy checks a and its replica b, both MariaDB, by mysql-check and by httpchk of an agent beside each',
  nodes: {
    haproxy: { product: 'haproxy', config: 'haproxy-two-checks.cfg', behind: ['a', 'b'] },
    a: { product: 'mariadb' },
    b: { product: 'mariadb' },
  },
  replication: [{ from: 'a', to: 'b' }],
  agents: { 'agent-a': { of: 'a', wishes }, 'agent-b': { of: 'b', wishes } },
  taps: ['haproxy-b'],
};

/** What each check believes of b, measured 2026-11-26 on HAProxy 2.2, 2.6, 3.0 and 3.2 in front of MariaDB 10.11 and 11.8. */
const right: Readonly<Record<TroubleName, { readonly 'mysql-check': string; readonly httpchk: string }>> = {
  'the schema is dropped': { 'mysql-check': 'UP L7OK', httpchk: 'DOWN L7STS 503' },
  'read_only is set': { 'mysql-check': 'UP L7OK', httpchk: 'DOWN L7STS 503' },
  'replication stops': { 'mysql-check': 'UP L7OK', httpchk: 'DOWN L7STS 503' },
  'replication lags': { 'mysql-check': 'UP L7OK', httpchk: 'DOWN L7STS 503' },
  'the agent dies and the server lives': { 'mysql-check': 'UP L7OK', httpchk: 'DOWN L4CON' },
  'the server is frozen': { 'mysql-check': 'DOWN L7TOUT', httpchk: 'DOWN L7STS 503' },
  'the server dies and the agent lives': { 'mysql-check': 'DOWN L4CON', httpchk: 'DOWN L7STS 503' },
};
const blind = troubleNames.filter((name) => right[name]['mysql-check'].startsWith('UP') && name !== 'the agent dies and the server lives');

const report = 'report S2: checks that see more';
const manual = 'https://docs.haproxy.org/3.0/configuration.html#option%20mysql-check';
const httpManual = 'https://docs.haproxy.org/3.0/configuration.html#option%20httpchk';

async function act(stage: Stage): Promise<CheckFacts> {
  for (const sql of makeShop) await stage.node('a').sql?.(sql);
  // Else b may lose the schema before it has applied the table, and its replication stops for good.
  await stage.untilReplicated('a', ['b']);
  await untilAllUp(stage);
  const believed: Partial<Record<TroubleName, Believed>> = {};
  for (const name of troubleNames) {
    await troubles[name].begin(stage);
    stage.tell(name);
    const from = clock();
    const least = blind.includes(name) ? leastChecks : 0;
    const beliefs = await settledBeliefs(stage, name, () => least === 0 || checksOfB(stage.wire(), from).length >= least);
    believed[name] = { from, until: clock(), beliefs };
    stage.tell(`b: mysql-check ${beliefs['mysql-check b']}, httpchk ${beliefs['httpchk b']}`);
    await troubles[name].mend(stage);
    if (name !== troubleNames.at(-1)) await untilAllUp(stage);
  }
  return { believed: believed as CheckFacts['believed'] };
}

/** So many checks by login there must be in a trouble that they cannot see. */
const leastChecks = 3;

/** The checks of b by login that began and ended in a time. */
const checksOfB = (wire: Wire, from: number, until = Number.POSITIVE_INFINITY): WireConnection[] =>
  onLink(wire, 'haproxy-b').filter(({ openedAt, endings }) => openedAt > from && endings.length > 0 && (endings.at(-1)?.at ?? 0) < until);
const loggedIn = ({ packets }: WireConnection): boolean => packets.some(({ from, name }) => from === 'server' && name === 'OK');

function withBelief(observed: Observed<CheckFacts>, name: TroubleName, key: string, state: string): Observed<CheckFacts> {
  const one = observed.facts.believed[name];
  return withFacts(observed, {
    believed: { ...observed.facts.believed, [name]: { ...one, beliefs: { ...one.beliefs, [key]: state } } },
  });
}

const beliefIsRight = (name: TroubleName): Assertion<CheckFacts> => ({
  name: `${name.replaceAll(/[ ,_]+/g, '-')}-believed`,
  says: `When ${name}, mysql-check believes that b is ${right[name]['mysql-check']}, and httpchk that it is ${right[name].httpchk}.`,
  level: 'OBSERVE',
  source: report,
  judge: ({ facts }) => {
    const { beliefs } = facts.believed[name];
    return finding(
      beliefs['mysql-check b'] === right[name]['mysql-check'] && beliefs['httpchk b'] === right[name].httpchk,
      `mysql-check: ${beliefs['mysql-check b']}; httpchk: ${beliefs['httpchk b']}`,
    );
  },
  unless: (observed) => withBelief(observed, name, 'httpchk b', 'UP L7OK'),
});

/** S2, the first half. */
export const sideBySide: Scenario<CheckFacts> = {
  id: 'checks/side-by-side',
  title: 'mysql-check sees whether a login works; httpchk of an agent sees whether the server is good for anything',
  report: 'S2',
  topology,
  limitMs: 90_000,
  act,
  assertions: [
    ...troubleNames.map(beliefIsRight),
    {
      name: 'login-is-all-that-mysql-check-sees',
      says: 'While the schema is gone, the server is read_only, or replication stops or lags, every login of mysql-check gets its OK.',
      level: 'MUST',
      source: manual,
      judge: (observed) => {
        const counts = blind.map((name) => {
          const { from, until } = observed.facts.believed[name];
          const all = checksOfB(observed.wire, from, until);
          return { name, all: all.length, good: all.filter(loggedIn).length };
        });
        return finding(
          counts.every(({ all, good }) => all >= leastChecks && all === good),
          counts.map(({ name, all, good }) => `${name}: OK for ${good} of ${all} checks`).join('; '),
        );
      },
      unless: (observed) => ({ ...observed, wire: { connections: [] } }),
    },
    {
      name: 'frozen-server-says-nothing',
      says: 'A server that is frozen takes the connection (its kernel does) and sends no greeting: the check ends by its time limit.',
      level: 'SHOULD',
      source: manual,
      judge: (observed) => {
        const { from, until } = observed.facts.believed['the server is frozen'];
        const given = onLink(observed.wire, 'haproxy-b').filter(
          ({ openedAt, endings }) => openedAt > from && endings[0]?.from === 'client' && endings[0].at < until,
        );
        const silent = given.filter(({ packets }) => packets.every((packet) => packet.from === 'client' || packet.at > until));
        return finding(given.length > 0 && given.length === silent.length, `${silent.length} of ${given.length} checks got not one packet`);
      },
      unless: (observed) => ({ ...observed, wire: { connections: [] } }),
    },
    {
      name: 'others-are-not-charged',
      says: 'Nothing of this is charged to a, by either check.',
      level: 'MUST',
      source: httpManual,
      judge: ({ facts }) => {
        const wrong = troubleNames.filter((name) =>
          ['mysql-check a', 'httpchk a'].some((key) => !facts.believed[name].beliefs[key]?.startsWith('UP')),
        );
        return finding(wrong.length === 0, wrong.length === 0 ? 'a was UP all the time' : `a was not UP: ${wrong.join('; ')}`);
      },
      unless: (observed) => withBelief(observed, 'read_only is set', 'httpchk a', 'DOWN L7STS 503'),
    },
  ],
};
