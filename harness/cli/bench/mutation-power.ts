import { parseArgs } from 'node:util';
import type { Exec } from '../../fuzz/exec.ts';
import type { Violation } from '../../fuzz/oracle.ts';
import type { PlayContext } from '../../fuzz/play.ts';
import type { DefectName, Dialect, ReferenceServer } from '../../reference/index.ts';
import type { BenchLine } from './line.ts';

/** How many of the reference server's defects a campaign finds by itself, the cases of the catalogue left out. */
export const line: BenchLine = {
  about:
    'the share of random defects of the reference server that a campaign each finds [--defects n --seconds s --seed x --only name,… --oracle-alone]',
  promise: 'at least 80 % of 60 defects, 60 s each, held against the clean server',
  bench,
};

const LEAST = 0.8;
const CONCURRENCY = 8;
/** ms; the reference server answers in one. */
const LIMIT = 1000;
/** Execs between two looks at the server as a whole. */
const WATCHED_EVERY = 64;

interface Wish {
  readonly seconds: number;
  readonly seed: number;
  /** Held against the clean server. */
  readonly against: boolean;
}

interface Found {
  readonly violation: Violation;
  readonly execs: number;
  readonly seconds: number;
}

async function bench(args: readonly string[], say: (line: string) => void): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      defects: { type: 'string', default: '60' },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      'oracle-alone': { type: 'boolean', default: false },
    },
  });
  const { defects } = await import('../../reference/index.ts');
  const wish = { seconds: Number(values.seconds), seed: Number(values.seed), against: !values['oracle-alone'] };
  // A proxy stands between a client and these.
  const met = defects.filter(({ area, name }) => area !== 'backend' && name !== 'backend-faults-reach-the-client').map(({ name }) => name);
  const chosen = values.only ? (values.only.split(',') as DefectName[]) : drawn(met, Number(values.defects), wish.seed);
  const alarm = await hunt([], { ...wish, seconds: Math.min(wish.seconds, 10) });
  if (alarm) say(`the clean server: ${told(alarm)}: a false alarm, and what follows is worth nothing`);
  const missed: string[] = [];
  for (const defect of chosen) {
    const found = await hunt([defect], wish);
    if (!found) missed.push(defect);
    say(`${defect}: ${found ? told(found) : 'not found'}`);
  }
  const share = (chosen.length - missed.length) / chosen.length;
  const how = wish.against ? 'held against the clean server' : 'by the oracles alone';
  say(
    `${chosen.length - missed.length} of ${chosen.length} (${(share * 100).toFixed(0)} %) ${how}, ${wish.seconds} s each, seed ${wish.seed}`,
  );
  if (missed.length > 0) say(`not found: ${missed.join(', ')}`);
  return !alarm && (share >= LEAST || !wish.against);
}

const told = ({ violation: { oracle, kind }, execs, seconds }: Found): string =>
  `${oracle} after ${execs} execs, ${seconds.toFixed(1)} s: ${kind}`;

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

/** One campaign, to its first finding that shows itself again. Execs go to a server of each dialect in turn. */
async function hunt(defects: readonly DefectName[], wish: Wish): Promise<Found | undefined> {
  const { dialects } = await import('../../reference/index.ts');
  const sides = await Promise.all(dialects.map((dialect) => sideOf(dialect, defects, wish)));
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  let execs = 0;
  let found: Found | undefined;
  const one = async (): Promise<void> => {
    while (!found && seconds() < wish.seconds) {
      const i = execs++;
      const violation = await (sides[i % sides.length] as Side).judge(Math.floor(i / sides.length));
      if (violation) found ??= { violation, execs, seconds: seconds() };
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, one));
  for (const side of sides) await side.stop();
  return found;
}

interface Side {
  judge(number: number): Promise<Violation | undefined>;
  stop(): Promise<void>;
}

async function sideOf(dialect: Dialect, defects: readonly DefectName[], { seed, against }: Wish): Promise<Side> {
  const [
    { play },
    { oraclesWith },
    { aliveWatch },
    { lintRules },
    { Chance, seedOf },
    { execOf },
    { mutate },
    { behavioursOf },
    { referenceAccountsWith },
  ] = await Promise.all([
    import('../../fuzz/play.ts'),
    import('../../fuzz/oracles/index.ts'),
    import('../../fuzz/watches/alive.ts'),
    import('../../../suites/lint.ts'),
    import('../../fuzz/arbitrary/chance.ts'),
    import('../../fuzz/arbitrary/session.ts'),
    import('../../fuzz/mutate.ts'),
    import('../../fuzz/observe.ts'),
    import('../../target/accounts.ts'),
  ]);
  const server = await started(dialect, defects);
  const clean = against ? await started(dialect, []) : undefined;
  const accounts = referenceAccountsWith(pluginOf(dialect));
  const context = contextOf(server, accounts);
  const other = clean && contextOf(clean, accounts);
  const about = await aboutOf(other ?? context, dialect);
  // Not the model: of changed execs it still foretells too much (COM_STMT_EXECUTE with ERR 1835), and would find every defect.
  const oracles = oraclesWith(lintRules);
  const state = async () => (server.alive ? ('running' as const) : 'it has closed its port');
  const node = { name: 'reference', product: 'reference' as const, state, log: () => '' };
  const alive = aliveWatch({ front: server.endpoint, accounts: context.accounts, nodes: [node] }, LIMIT);
  await alive.check();
  const known = new Set<string>();
  const queue: Exec[] = [];
  const asked = async (exec: Exec, number: number): Promise<Violation | undefined> => {
    const played = await play(exec, context);
    if (played.clients.some(({ unreachable }) => unreachable !== undefined)) return alive.check();
    const fresh = behavioursOf(played).filter((shown) => !known.has(shown));
    for (const shown of fresh) known.add(shown);
    if (fresh.length > 0 && queue.length < 512) queue.push(...[0, 1, 2, 3].map((n) => mutate(exec, seedOf(seed, number * 4 + n), [])));
    for (const oracle of oracles) {
      const pick = seedOf(seed, number * oracles.length + oracles.indexOf(oracle));
      if (oracle.share !== undefined && (pick >>> 0) / 2 ** 32 >= oracle.share) continue;
      const violation = await oracle.judge(played, {
        pick: pick >>> 0,
        again: (again) => play(again, context),
        patiently: (again) => play(again, context),
        ...(other ? { against: (again: Exec) => play(again, other) } : {}),
      });
      if (violation) return violation;
    }
    return undefined;
  };
  return {
    async judge(number) {
      if (number % WATCHED_EVERY === WATCHED_EVERY - 1) {
        const violation = await alive.check();
        if (violation) return violation;
      }
      // Every other exec goes on from one that showed something new.
      const exec = (number % 2 === 1 ? queue.shift() : undefined) ?? execOf(new Chance(seedOf(seed, number)), about);
      const violation = await asked(exec, number);
      if (!violation || violation.oracle === 'alive') return violation;
      const again = await asked(exec, number);
      return again?.kind === violation.kind || again?.oracle === 'alive' ? again : undefined;
    },
    async stop() {
      await server.stop();
      await clean?.stop();
    },
  };
}

async function started(dialect: Dialect, defects: readonly DefectName[]): Promise<ReferenceServer> {
  const { localhostCertificate, startReference } = await import('../../reference/index.ts');
  return startReference({ dialect, defects, authPlugin: pluginOf(dialect), certificate: localhostCertificate });
}

const pluginOf = (dialect: Dialect) => (dialect === 'mysql' ? 'caching_sha2_password' : 'mysql_native_password');

function contextOf({ endpoint }: ReferenceServer, accounts: PlayContext['accounts']): PlayContext {
  return { endpoint, accounts, database: 'mywire', limitMs: LIMIT };
}

/** What a well-behaved client learns of it before the campaign. */
async function aboutOf(context: PlayContext, dialect: Dialect) {
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
    offered,
    offeredMariadb: (Object.keys(mariadbCapability) as (keyof typeof mariadbCapability)[]).filter(
      (name) => (extended & mariadbCapability[name]) !== 0,
    ),
  };
}
