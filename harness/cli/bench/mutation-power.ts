import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { About } from '../../fuzz/arbitrary/index.ts';
import type { Player } from '../../fuzz/campaign-options.ts';
import type { Finding, Suspicion } from '../../fuzz/finding.ts';
import type { JudgeContext } from '../../fuzz/judge.ts';
import type { PlayContext } from '../../fuzz/play.ts';
import type { DefectName, Dialect, ReferenceServer } from '../../reference/index.ts';
import { proxyAddress } from '../../target/accounts.ts';
import { privateFolder } from '../../target/leftovers.ts';
import type { BenchLine, Figure } from './line.ts';

/** How many of the reference server's defects a campaign finds by itself, the cases of the catalogue left out. */
export const line: BenchLine = {
  about:
    'the share of random defects of the reference server that a campaign each finds [--defects n --seconds s --sessions n --limit ms --seed x --only name,… --oracle-alone]',
  promise: 'at least 80 % of 60 defects, 60 s each, held against the clean server',
  bench,
};

const LEAST = 0.8;
/** Sessions at once, of each dialect. */
const CONCURRENCY = 16;
/** ms: all of it shares a loop, and that may be kept busy for longer than an answer may take. */
const ALIVE_MS = 15_000;
/** ms, as mywire fuzz has them. */
let limitMs = 3000;
const HURRY = 300;
/** How often a suspicion is played again; once more than not it must show itself. */
const AGAIN = 3;
/** ms between two looks at the clock. */
const TICK = 50;

interface Wish {
  /** CPU time of this process, servers and all, and the time in which it had nothing to do: what an idle machine takes, however busy this one is. */
  readonly seconds: number;
  /** The same in sessions, where the machine is too busy for any clock: those that it plays in that time when it is not. */
  readonly sessions: number;
  readonly seed: number;
  /** Held against the clean server. */
  readonly against: boolean;
}

interface Found {
  readonly finding: Pick<Finding, 'oracle' | 'kind'>;
  readonly execs: number;
  readonly seconds: number;
}

async function bench(args: readonly string[], say: (line: string) => void, tiny: boolean): Promise<readonly Figure[]> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      defects: { type: 'string', default: tiny ? '1' : '60' },
      seconds: { type: 'string', default: tiny ? '1' : '60' },
      sessions: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: '1' },
      limit: { type: 'string', default: String(limitMs) },
      only: { type: 'string' },
      'oracle-alone': { type: 'boolean', default: false },
    },
  });
  const { defects } = await import('../../reference/index.ts');
  limitMs = Number(values.limit);
  const wish = {
    seconds: Number(values.seconds),
    sessions: Number(values.sessions),
    seed: Number(values.seed),
    against: !values['oracle-alone'],
  };
  // A proxy stands between a client and these.
  const met = defects.filter(({ area, name }) => area !== 'backend' && name !== 'backend-faults-reach-the-client').map(({ name }) => name);
  const chosen = values.only ? (values.only.split(',') as DefectName[]) : drawn(met, Number(values.defects), wish.seed);
  const alarm = await hunt([], wish);
  say(
    alarm.found
      ? `the clean server: ${told(alarm.found)}: a false alarm, and what follows is worth nothing`
      : `the clean server: nothing in ${alarm.execs} sessions`,
  );
  const missed: string[] = [];
  for (const defect of chosen) {
    const { found, execs } = await hunt([defect], wish);
    if (!found) missed.push(defect);
    say(`${defect}: ${found ? told(found) : `not found in ${execs} sessions`}`);
  }
  const share = (chosen.length - missed.length) / Math.max(chosen.length, 1);
  const how = wish.against ? 'held against the clean server' : 'by the oracles alone';
  say(
    `${chosen.length - missed.length} of ${chosen.length} (${(share * 100).toFixed(0)} %) ${how}, ${wish.sessions === Number.POSITIVE_INFINITY ? `${wish.seconds} s` : `${wish.sessions} sessions`} each, seed ${wish.seed}`,
  );
  if (missed.length > 0) say(`not found: ${missed.join(', ')}`);
  return [{ name: `share of defects found, ${how}`, ratio: alarm.found ? 0 : share, ...(wish.against ? { least: LEAST } : {}) }];
}

const told = ({ finding: { oracle, kind }, execs, seconds }: Found): string =>
  `${oracle} after ${execs} sessions, ${seconds.toFixed(1)} s: ${kind}`;

/** So many of them, the same for the same seed. */
function drawn(names: readonly DefectName[], count: number, seed: number): DefectName[] {
  const left = [...names];
  const out: DefectName[] = [];
  let state = seed >>> 0;
  while (out.length < count && left.length > 0) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out.push(...left.splice(Math.floor((state / 2 ** 32) * left.length), 1));
  }
  return out;
}

/** A campaign on a server of each dialect, side by side, to the first finding that shows itself again. */
async function hunt(defects: readonly DefectName[], wish: Wish): Promise<{ readonly found?: Found; readonly execs: number }> {
  const { dialects } = await import('../../reference/index.ts');
  const over = new AbortController();
  const execs = new Map<Dialect, number>();
  const sum = (): number => [...execs.values()].reduce((a, b) => a + b, 0);
  const before = { cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() };
  const seconds = (): number => {
    const { user, system } = process.cpuUsage(before.cpu);
    return (user + system) / 1e6 + performance.eventLoopUtilization(before.loop).idle / 1000;
  };
  const clock = setInterval(() => {
    if (seconds() >= wish.seconds || sum() >= wish.sessions) over.abort();
  }, TICK);
  let found: Found | undefined;
  const report = (finding: Found['finding']): void => {
    found ??= { finding, execs: sum(), seconds: seconds() };
    over.abort();
  };
  try {
    await Promise.all(
      dialects.map((dialect) => huntOn(dialect, defects, wish, { report, at: (n) => execs.set(dialect, n), signal: over.signal })),
    );
  } finally {
    clearInterval(clock);
  }
  return { ...(found ? { found } : {}), execs: sum() };
}

interface Watcher {
  report(finding: Found['finding']): void;
  at(execs: number): void;
  readonly signal: AbortSignal;
}

async function huntOn(dialect: Dialect, defects: readonly DefectName[], wish: Wish, watcher: Watcher): Promise<void> {
  const [
    { BatchPlayer },
    { campaign },
    { Journal },
    { Execs },
    { oraclesWith },
    { aliveWatch },
    { lintRules },
    { referenceAccountsWith },
    { shippedCorpus },
  ] = await Promise.all([
    import('../../fuzz/batch.ts'),
    import('../../fuzz/campaign.ts'),
    import('../../fuzz/journal.ts'),
    import('../../fuzz/source.ts'),
    import('../../fuzz/oracles/index.ts'),
    import('../../fuzz/watches/alive.ts'),
    import('../../../suites/lint.ts'),
    import('../../target/accounts.ts'),
    import('../../fuzz/corpus.ts'),
  ]);
  const server = await started(dialect, defects);
  const clean = wish.against ? await started(dialect, []) : undefined;
  const own = privateFolder();
  const folder = own.path;
  try {
    const accounts = referenceAccountsWith(pluginOf(dialect));
    const target = contextOf(server, accounts);
    const against = clean && contextOf(clean, accounts);
    const about = await aboutOf(against ?? target, dialect);
    const { seed } = wish;
    const judging: JudgeContext = {
      seed,
      target,
      ...(against ? { against, likeness: 'same product' } : {}),
      oracles: oraclesWith(lintRules, { database: 'mywire' }).filter(({ onlyByName }) => !onlyByName),
    };
    const execs = new Execs({ seed, about, corpus: shippedCorpus() });
    const players: Player[] = [new BatchPlayer(execs, judging, CONCURRENCY)];
    const { journal, reached } = Journal.open(join(folder, 'journal.jsonl'), { target: dialect, seed, shard: '', corpus: '' });
    const state = async () => (server.alive ? ('running' as const) : 'it has closed its port');
    const node = { name: 'reference', product: 'reference' as const, endpoint: server.endpoint, state, log: () => '' };
    const { broken } = await campaign({
      execs,
      players,
      journal,
      reached,
      alive: aliveWatch({ front: server.endpoint, accounts, nodes: [node] }, ALIVE_MS),
      investigate: (suspicion) => confirmed(suspicion, judging),
      onFinding: (finding) => {
        if (finding.again.shown * 2 > finding.again.of) watcher.report(finding);
      },
      onProgress: ({ execs }) => watcher.at(execs),
      signal: watcher.signal,
    });
    if (broken !== undefined) watcher.report({ oracle: 'alive', kind: broken });
  } finally {
    await own.remove();
    await server.stop();
    await clean?.stop();
  }
}

/** Looks into a suspicion as far as a bench needs: does it come again? It is not made smaller. */
async function confirmed({ path, exec, violation }: Suspicion, context: JudgeContext): Promise<Finding> {
  const [{ judge }, { idOf }] = await Promise.all([import('../../fuzz/judge.ts'), import('../../fuzz/finding.ts')]);
  const only: JudgeContext = { ...context, oracles: context.oracles.filter(({ name }) => name === violation.oracle) };
  let shown = 0;
  for (let i = 0; i < AGAIN; i++) {
    const { violations } = await judge(exec, path, only, 'every');
    if (violations.some(({ kind }) => kind === violation.kind)) shown++;
  }
  const { oracle, kind, says } = violation;
  return { id: idOf(violation), oracle, kind, says, path, exec, again: { shown, of: AGAIN }, seen: 1 };
}

async function started(dialect: Dialect, defects: readonly DefectName[]): Promise<ReferenceServer> {
  const { localhostCertificate, startReference } = await import('../../reference/index.ts');
  return startReference({
    ...(proxyAddress === undefined ? {} : { proxiesFrom: proxyAddress }),
    dialect,
    defects,
    authPlugin: pluginOf(dialect),
    certificate: localhostCertificate,
  });
}

const pluginOf = (dialect: Dialect) => (dialect === 'mysql' ? 'caching_sha2_password' : 'mysql_native_password');

function contextOf({ endpoint }: ReferenceServer, accounts: PlayContext['accounts']): PlayContext {
  return {
    endpoint,
    accounts,
    database: 'mywire',
    ...(proxyAddress === undefined ? {} : { proxiesFrom: proxyAddress }),
    limitMs,
    hurryMs: HURRY,
  };
}

/** What a well-behaved client learns of it before the campaign. */
async function aboutOf(context: PlayContext, dialect: Dialect): Promise<About> {
  const [{ play }, { mariadbCapability, names }, { offeredCapabilities }] = await Promise.all([
    import('../../fuzz/play.ts'),
    import('../../codec/capability.ts'),
    import('../../codec/messages/handshake-v10.ts'),
  ]);
  const { clients } = await play({ clients: [{ acts: [], delivery: 'whole', leaves: 'fin' }] }, context);
  const greeting = clients[0]?.packets[0]?.value as Parameters<typeof offeredCapabilities>[0] | undefined;
  const offered = names(greeting ? offeredCapabilities(greeting) : 0);
  const extended = Number((greeting as Record<string, unknown> | undefined)?.['mariadbCapabilities'] ?? 0);
  return {
    accounts: Object.keys(context.accounts) as (keyof typeof context.accounts)[],
    database: 'mywire',
    dialect,
    tls: true,
    compression: true,
    sql: 'reference' as const,
    direct: true,
    takesProxyHeaders: proxyAddress !== undefined,
    offered,
    offeredMariadb: (Object.keys(mariadbCapability) as (keyof typeof mariadbCapability)[]).filter(
      (name) => (extended & mariadbCapability[name]) !== 0,
    ),
  };
}
