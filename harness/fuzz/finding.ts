import type { Exec } from './exec.ts';
import type { JudgeContext } from './judge.ts';
import { type Health, Look, ofTheMoment, triesFor } from './look.ts';
import { LookingTime } from './looking-time.ts';
import type { Violation } from './oracle.ts';
import type { PlayContext } from './play.ts';
import type { Path } from './schedule.ts';
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
  /** So many sessions were being played when it was seen first, by the process that saw it. */
  readonly atOnce?: number;
}

/** Is it a fault for sure? Not where it never came again, and what was seen once proves nothing. */
export const isConfirmed = ({ oracle, again: { shown } }: Pick<Finding, 'oracle' | 'again'>): boolean =>
  shown > 0 || !ofTheMoment.has(oracle);

/** Two violations of one cause have one name. */
export const idOf = ({ oracle, kind }: Pick<Violation, 'oracle' | 'kind'>): string =>
  `fuzz/${oracle}-${seedOf(0, kind).toString(16).padStart(8, '0')}`;

/** ms that looking into one finding may take. */
const MOST_MS = 20_000;
/** How often a first exec is played again: fewer times where that takes longer than this share of the looking, and it has come; the rest is for making it small. */
const CONFIRMING = 1 / 3;

/** Something suspicious, as the campaign met it. */
export interface Suspicion {
  readonly path: Path;
  readonly exec: Exec;
  readonly violation: Violation;
  /** When it was met, as performance.now() tells. */
  readonly at: number;
  readonly atOnce?: number;
}

/** A node of a target by its name, and how to play an exec on it alone. */
export interface NodeContext {
  readonly name: string;
  readonly target: PlayContext;
}

/**
 * Looks into a suspicion: does it come again, how little is needed, and which node does it. What never comes again is told
 * with 0 of so many (`isConfirmed`): a race, or the fault of the moment.
 * @param nodes of the target, front to back
 */
export async function investigate(
  { path, exec, violation, atOnce }: Suspicion,
  context: JudgeContext,
  nodes: readonly NodeContext[],
  signal?: AbortSignal,
  health?: Health,
): Promise<Finding> {
  const time = new LookingTime(MOST_MS);
  const look = new Look(path, violation, context, time, { signal, health });
  const again = await look.count(exec, (shown) => shown > 0 && time.hasPassed(CONFIRMING));
  const named = ({ oracle, kind, says }: Violation) => ({
    id: idOf({ oracle, kind }),
    oracle,
    kind,
    says,
    path,
    again,
    seen: 1,
    ...(atOnce === undefined ? {} : { atOnce }),
  });
  const first = { ...named(violation), exec };
  if (again.shown === 0) return first;
  const tries = triesFor(again);
  // What a smaller exec shows under less is the same, and named so from then on.
  const small = await look.smallest(exec, tries);
  const last = await look.until(small, tries);
  if (!last) return first;
  look.wanted = last;
  const does = async ({ target }: NodeContext) => (await look.until(small, tries, { target })) !== undefined;
  const node = nodes.length > 1 ? await blamed(nodes, does) : nodes[0]?.name;
  return { ...named(last), exec: small, ...(node === undefined ? {} : { node }) };
}

/**
 * The same finding, smaller: while a campaign plays, looking into one is slow and its time soon over. For when it plays no more. A finding that
 * does not come, or that no oracle here sees (those of watches), is given back as it is.
 * @param ms that it may take
 */
export async function smaller<Of extends Finding>(finding: Of, context: JudgeContext, ms: number): Promise<Of> {
  const { exec, path, again } = finding;
  if (again.shown === 0 || exec.clients.length === 0) return finding;
  const look = new Look(path, finding, context, new LookingTime(ms));
  const small = look.isBlind ? exec : await look.smallest(exec, triesFor(again));
  return { ...finding, exec: small, says: look.wanted.says };
}

/**
 * A finding that a campaign had no time to look into, played again: for when it plays no more.
 * @param ms that it may take
 */
export async function seenAgain<Of extends Finding>(finding: Of, context: JudgeContext, ms: number): Promise<Of> {
  const look = new Look(finding.path, finding, context, new LookingTime(ms));
  return { ...finding, again: await look.count(finding.exec) };
}

/** From the back to the front: the first node that does it, alone or with those behind it. */
async function blamed(nodes: readonly NodeContext[], does: (node: NodeContext) => Promise<boolean>): Promise<string | undefined> {
  for (const node of [...nodes].reverse()) if (await does(node)) return node.name;
  return undefined;
}
