import { setTimeout as pause } from 'node:timers/promises';
import type { Exec } from './exec.ts';
import { type JudgeContext, judge } from './judge.ts';
import { LookingTime } from './looking-time.ts';
import type { Violation } from './oracle.ts';
import { type PlayContext, playPlainLogin } from './play.ts';
import type { Path } from './schedule.ts';
import { shrink } from './shrink.ts';
import { seedOf } from './source.ts';

/** A fault that a campaign has found. */
export interface Finding {
  /** 'fuzz/delivery-1a2b3c4d': of the oracle, and of what is wrong in general. */
  readonly id: string;
  readonly oracle: string;
  readonly kind: string;
  /** One sentence, about the smallest exec. */
  readonly says: string;
  /** The exec that showed it first. */
  readonly path: Path;
  /** The smallest that shows it. */
  readonly exec: Exec;
  /** How often it came when the first exec was played again; of 0: there was no time for that. */
  readonly again: { readonly shown: number; readonly of: number };
  /** The node of the target that does it, where that could be told. */
  readonly node?: string;
  /** How often the campaign saw it. */
  readonly seen: number;
}

/** Oracles that hold plays against each other, or against the clock: what they say once may be the fault of the moment. */
const ofTheMoment: ReadonlySet<string> = new Set(['answers', 'delivery', 'separate', 'against']);

/** Is it a fault for sure? Not where it never came again, and what was seen once proves nothing. */
export const isConfirmed = ({ oracle, again: { shown } }: Pick<Finding, 'oracle' | 'again'>): boolean =>
  shown > 0 || !ofTheMoment.has(oracle);

/** Two violations of one cause have one name. */
export const idOf = ({ oracle, kind }: Pick<Violation, 'oracle' | 'kind'>): string =>
  `fuzz/${oracle}-${seedOf(0, kind).toString(16).padStart(8, '0')}`;

/** How often a first exec is played again: fewer times where that takes longer than this share of the looking, and it has come; the rest is for making it small. */
const [CONFIRMATIONS, CONFIRMING] = [10, 1 / 3];
/** Execs that shrinking may play. */
const MOST_TRIES = 250;
/** ms that an answer is waited for while an exec is made small. */
const QUICK_MS = 500;
/** ms for the answer to a plain login: where it takes longer, the target is busy with something else, and what the clock shows then proves nothing. */
const BUSY_MS = 500;
/** ms that looking into one finding may take. */
const MOST_MS = 20_000;

/** Something suspicious, as the campaign met it. */
export interface Suspicion {
  readonly path: Path;
  readonly exec: Exec;
  readonly violation: Violation;
  /** When it was met, as performance.now() tells. */
  readonly at: number;
}

/** A node of a target by its name, and how to play an exec on it alone. */
export interface NodeContext {
  readonly name: string;
  readonly target: PlayContext;
}

/** Of a target that may die of other sessions meanwhile: what was seen then proves nothing. */
export interface Health {
  /** Resolves when the target lives, as far as is known. */
  well(): Promise<void>;
  /** Tells its programs: another text, another life. */
  life(): Promise<string>;
}
/** How often a play is repeated that a death came between, and how long a death takes to be noticed, in ms. */
const [LIVES, NOTICED_MS] = [4, 100];

/**
 * Looks into a suspicion: does it come again, how little is needed, and which node does it. What never comes again is told
 * with 0 of so many (`isConfirmed`): a race, or the fault of the moment.
 * @param nodes of the target, front to back
 */
export async function investigate(
  suspicion: Suspicion,
  context: JudgeContext,
  nodes: readonly NodeContext[],
  signal?: AbortSignal,
  health?: Health,
): Promise<Finding> {
  const { path, exec, violation } = suspicion;
  const time = new LookingTime(MOST_MS);
  const { cut } = context.target;
  const oracles = context.oracles.filter(({ name }) => name === violation.oracle);
  const only: JudgeContext = { ...context, oracles };
  // What a smaller exec shows under less is the same, and named so from then on.
  let wanted = violation;
  const looks = async (one: Exec, where = only): Promise<Violation | 'died' | undefined> => {
    for (let life = 0; life < LIVES; life++) {
      if (health) await time.without(health.well());
      const before = await health?.life();
      const { violations, unreachable } = await judge(one, path, where, 'every');
      if (cut?.aborted) return undefined;
      const seen = violations.find((found) => isSame(wanted, found));
      if (health && (seen || unreachable !== undefined)) {
        await pause(NOTICED_MS);
        if (unreachable !== undefined || (await health.life()) !== before) continue;
      }
      return seen && ofTheMoment.has(violation.oracle) && (await isBusy(where.target)) ? undefined : seen;
    }
    return 'died';
  };
  const shows = async (one: Exec, where = only): Promise<Violation | undefined> => {
    const seen = await looks(one, where);
    return seen === 'died' ? undefined : seen;
  };
  const goesOn = (): boolean => !time.over && !signal?.aborted && !cut?.aborted;
  let shown = 0;
  let of = 0;
  const isConfirmedInTime = (): boolean => shown > 0 && time.hasPassed(CONFIRMING);
  while (of < CONFIRMATIONS && goesOn() && !isConfirmedInTime()) {
    const seen = await looks(exec);
    // A play that others have killed, or that was cut off, tells nothing of this one.
    if (seen === 'died' || cut?.aborted) continue;
    of++;
    if (seen) shown++;
  }
  const named = ({ oracle, kind }: Violation) => ({ id: idOf({ oracle, kind }), oracle, kind, path, again: { shown, of }, seen: 1 });
  const first = { ...named(violation), says: violation.says, exec };
  if (shown === 0) return first;
  // A race that comes one time in so many is looked for as often, three times over.
  const tries = Math.min(CONFIRMATIONS, Math.ceil((3 * of) / shown) - 2);
  // What is silent must be waited for, at each try: less long while it is made small, and as long as ever at the end.
  const quick: JudgeContext = { ...only, target: { ...only.target, limitMs: Math.min(only.target.limitMs, QUICK_MS) } };
  const stillShows = async (one: Exec): Promise<boolean> => {
    for (let i = 0; i < tries && goesOn(); i++) {
      const again = await shows(one, quick);
      if (!again) continue;
      wanted = again;
      return true;
    }
    return false;
  };
  const small = await shrink(exec, stillShows, MOST_TRIES);
  const last = await repeated(() => shows(small.exec), tries);
  if (!last) return first;
  wanted = last;
  const node =
    nodes.length > 1
      ? await blamed(nodes, async (one) => (await repeated(() => shows(small.exec, { ...only, target: one.target }), tries)) !== undefined)
      : nodes[0]?.name;
  return { ...named(wanted), says: wanted.says, exec: small.exec, ...(node === undefined ? {} : { node }) };
}

/** Is it what was looked for, or that under less? */
const isSame = ({ kind, plainer = [] }: Violation, seen: Violation): boolean => seen.kind === kind || plainer.includes(seen.kind);

/**
 * The same finding, smaller: while a campaign plays, looking into one is slow and its time soon over. For when it plays no more. A finding that
 * does not come, or that no oracle here sees (those of watches), is given back as it is.
 * @param ms that it may take
 */
export async function smaller<Of extends Finding>(finding: Of, context: JudgeContext, ms: number): Promise<Of> {
  const { exec, kind, oracle, path, again } = finding;
  const oracles = context.oracles.filter(({ name }) => name === oracle);
  const { cut, limitMs } = context.target;
  if (oracles.length === 0 || again.shown === 0 || exec.clients.length === 0) return finding;
  const time = new LookingTime(ms);
  const tries = Math.min(CONFIRMATIONS, Math.max(1, Math.ceil((3 * again.of) / again.shown) - 2));
  const quick: JudgeContext = { ...context, oracles, target: { ...context.target, limitMs: Math.min(limitMs, QUICK_MS) } };
  let says = finding.says;
  const stillShows = async (one: Exec): Promise<boolean> => {
    for (let i = 0; i < tries && !time.over && !cut?.aborted; i++) {
      const seen = (await judge(one, path, quick, 'every')).violations.find((violation) => violation.kind === kind);
      if (!seen || cut?.aborted) continue;
      says = seen.says;
      return true;
    }
    return false;
  };
  const small = await shrink(exec, stillShows, MOST_TRIES);
  return { ...finding, exec: small.exec, says };
}

/**
 * A finding that a campaign had no time to look into, played again: for when it plays no more.
 * @param ms that it may take
 */
export async function seenAgain<Of extends Finding>(finding: Of, context: JudgeContext, ms: number): Promise<Of> {
  const { exec, kind, oracle, path } = finding;
  const { cut } = context.target;
  const only: JudgeContext = { ...context, oracles: context.oracles.filter(({ name }) => name === oracle) };
  const time = new LookingTime(ms);
  let [shown, of] = [0, 0];
  while (of < CONFIRMATIONS && !time.over) {
    const { violations, unreachable } = await judge(exec, path, only, 'every');
    if (cut?.aborted || unreachable !== undefined) break;
    of++;
    if (violations.some((violation) => violation.kind === kind) && !(await isBusy(only.target))) shown++;
  }
  return { ...finding, again: { shown, of } };
}

/** From the back to the front: the first node that does it, alone or with those behind it. */
async function blamed(nodes: readonly NodeContext[], does: (node: NodeContext) => Promise<boolean>): Promise<string | undefined> {
  for (const node of [...nodes].reverse()) if (await does(node)) return node.name;
  return undefined;
}

async function isBusy(target: PlayContext): Promise<boolean> {
  const began = performance.now();
  await playPlainLogin(target);
  return performance.now() - began > BUSY_MS;
}

async function repeated(shows: () => Promise<Violation | undefined>, tries: number): Promise<Violation | undefined> {
  for (let i = 0; i < tries; i++) {
    const seen = await shows();
    if (seen) return seen;
  }
  return undefined;
}
