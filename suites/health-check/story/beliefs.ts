import { type Observed, withFacts } from '../../../harness/scenario/scenario.ts';
import { clock, type Stage } from '../../../harness/scenario/stage.ts';
import { onLink, type Wire, type WireConnection } from '../../../harness/scenario/wire.ts';

/** The modes of `option mysql-check`; a backend of the configuration is named after each. */
export const modes = ['none', 'pre-41', 'post-41'] as const;
export type Mode = (typeof modes)[number] | 'post-80';

/** What HAProxy believed of one server by one kind of check. */
export interface Belief {
  readonly mode: string;
  readonly server: string;
  /** Each different 'UP L7OK', 'DOWN L7STS 1251' that was seen, sorted. */
  readonly seen: readonly string[];
}

export interface BeliefFacts {
  /** ms since 1970 from which on the checks count: all programs are up. */
  readonly since: number;
  readonly beliefs: readonly Belief[];
  /** What a client of the chain through ProxySQL got: 'OK', or its error. */
  readonly client?: string;
}

/** HAProxy's own checks, byte for byte: its tests (reg-tests/checks/mysql-check.vtc of 3.4) have the same bytes. */
const haproxyCheck = '686170726f78795f636865636b';
const nativePassword = Buffer.from('mysql_native_password').toString('hex');
const bytes: Readonly<Record<Mode, string>> = {
  none: '',
  'pre-41': `140000010080000001${haproxyCheck}00000100000001`,
  'post-41': `2f000001008200000080000121${'00'.repeat(23)}${haproxyCheck}00000100000001`,
  'post-80': `45000001008208000080000121${'00'.repeat(23)}${haproxyCheck}0000${nativePassword}000100000001`,
};

/** The mode of a check, by what its client sent first. */
export const modeOf = ({ opening }: WireConnection): Mode | undefined =>
  ([...modes, 'post-80'] as const).find((mode) => bytes[mode] === opening);

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
export function outcomes(wire: Wire, since: number, server: string, mode: Mode): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of onLink(wire, `haproxy-${server}`)) {
    if (one.openedAt < since || modeOf(one) !== mode || one.endings.length === 0) continue;
    const what = answered(one);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts;
}

export const counted = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([what, n]) => `${n} x ${what}`)
    .join('; ') || 'no check';

/** Whether each server has had so many checks of each mode that came to something, from a time on. */
function checked(wire: Wire, since: number, servers: readonly string[], tries: number, of: readonly Mode[]): boolean {
  const answers = (server: string, mode: Mode) => [...outcomes(wire, since, server, mode)].filter(([what]) => what !== 'REFUSED');
  return servers.every((server) => of.every((mode) => answers(server, mode).reduce((sum, [, n]) => sum + n, 0) >= tries));
}

/** What HAProxy believes now: 'UP L7OK', 'DOWN L7STS 1251', by mode and server. */
async function beliefs(
  stage: Stage,
  servers: readonly string[],
  of: readonly Mode[],
): Promise<readonly (readonly [key: string, state: string])[]> {
  return (await stage.stat('haproxy')).flatMap((row) => {
    const [mode = '', server = ''] = [row.get('pxname'), row.get('svname')];
    const check = row.get('check_status') ?? '';
    // A star marks the previous result while the next check runs: its code is no longer there.
    if (!of.includes(mode as Mode) || !servers.includes(server) || /^$|^\*|^INI$|^UNK$/.test(check)) return [];
    const code = check === 'L7STS' ? ` ${row.get('check_code')}` : '';
    return [[`${mode} ${server}`, `${(row.get('status') ?? '').split(' ')[0]} ${check}${code}`] as const];
  });
}

/** Lets HAProxy check until each server has had so many checks of each mode, and looks what it believes meanwhile. */
export async function watch(stage: Stage, servers: readonly string[], tries: number, of: readonly Mode[] = modes): Promise<BeliefFacts> {
  // HAProxy checks from its first moment on, and the servers may have started later: what it believed then is no fault of theirs. What it
  // believes is what its last check saw: a check that began when all were up must be over, and the next one too, so that it counts.
  const up = clock();
  await stage.until('HAProxy has met every server', 30_000, () => checked(stage.wire(), up, servers, 3, of));
  const since = clock();
  const seen = new Map<string, Set<string>>();
  let looks = 0;
  await stage.until(`each of ${servers.join(', ')} has had ${tries} checks of each mode`, 90_000, async () => {
    for (const [key, state] of await beliefs(stage, servers, of)) seen.set(key, (seen.get(key) ?? new Set()).add(state));
    looks++;
    return looks % 10 === 0 && checked(stage.wire(), since, servers, tries, of);
  });
  const all = of.flatMap((mode) => servers.map((server) => ({ mode, server, seen: [...(seen.get(`${mode} ${server}`) ?? [])].sort() })));
  return { since, beliefs: all };
}

export const beliefOf = ({ facts }: Observed<BeliefFacts>, mode: Mode, server: string): readonly string[] =>
  facts.beliefs.find((one) => one.mode === mode && one.server === server)?.seen ?? [];

export const withBelief = (observed: Observed<BeliefFacts>, mode: Mode, server: string, seen: readonly string[]): Observed<BeliefFacts> =>
  withFacts(observed, {
    beliefs: observed.facts.beliefs.map((one) => (one.mode === mode && one.server === server ? { ...one, seen } : one)),
  });

/** The report's 500 are enough to see a race of one in fifty; 60 show one in ten. */
export const tries = (full: boolean): number => (full ? 500 : 60);
