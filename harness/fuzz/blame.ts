import { setTimeout as pause } from 'node:timers/promises';
import { revive } from '../target/revive.ts';
import { type RunningTarget, TargetError } from '../target/target.ts';
import { attribute } from './attribute.ts';
import type { Blamed, Suspect } from './campaign-options.ts';
import type { Exec } from './exec.ts';
import { type Finding, idOf } from './finding.ts';
import type { Violation, Watch } from './oracle.ts';
import { type PlayContext, play } from './play.ts';
import { shrink } from './shrink.ts';

/** How long a target that does not answer gets to come back, in ms, when what of it is ours is ended, and how often it is asked. */
const [RECOVERY_MS, WEDGED_MS] = [60_000, 10_000];
const ASK_EVERY_MS = 200;
/** A program that crashes may go on for a moment: how long it is watched behind a suspect, in ms. */
const DYING_MS = 300;
/** Plays of sets of suspects, and of smaller execs: each may cost a start of the target. */
const MOST_PLAYS = 40;

export interface BlameContext {
  readonly target: Pick<RunningTarget, 'nodes' | 'restart'>;
  readonly play: PlayContext;
  readonly alive: Watch;
  /** The campaign is over: a target that does not come back is not waited for any more. */
  readonly cut?: AbortSignal;
}

/** Brings a target up again, and finds out of which exec it has died; that may take `searchMs`. */
export async function blame(suspects: readonly Suspect[], violation: Violation, context: BlameContext, searchMs: number): Promise<Blamed> {
  const finding = {
    id: idOf(violation),
    oracle: violation.oracle,
    kind: violation.kind,
    says: violation.says,
    seen: 1,
    ...(violation.node === undefined ? {} : { node: violation.node }),
  };
  const all = suspects.map(({ exec }) => exec);
  const pathOf = (exec: Exec | undefined): string => suspects.find((one) => one.exec === exec)?.path ?? suspects.at(-1)?.path ?? '';
  const nobody: Finding = { ...finding, path: pathOf(undefined), exec: all.at(-1) ?? NOTHING, again: { shown: 0, of: 0 } };
  let gone = await recover(context);
  if (gone !== undefined) return { finding: nobody, gone };
  const from = performance.now();
  const until = from + searchMs;
  const blamed = (one: Finding): Blamed => ({
    finding: one,
    searchedMs: performance.now() - from,
    ...(gone === undefined ? {} : { gone }),
  });
  let [shown, of] = [0, 0];
  const kills = async (execs: readonly Exec[]): Promise<boolean> => {
    if (gone !== undefined || performance.now() >= until) return false;
    // Side by side, as they were played.
    await Promise.all(execs.map((exec) => play(exec, context.play)));
    const dead = await diesOf(context);
    of++;
    if (dead) {
      shown++;
      gone = await recover(context);
    }
    return dead;
  };
  const culprits = await attribute(all, kills, MOST_PLAYS);
  const [culprit, ...others] = culprits ?? [];
  if (!culprit) return blamed({ ...nobody, says: `${finding.says} (${notFound(all.length, of)})`, again: { shown: 0, of } });
  if (others.length > 0) {
    const says = `${finding.says} (of one of ${others.length + 1} sessions, or of all of them)`;
    const left = suspects.filter(({ exec }) => culprits?.includes(exec));
    return { ...blamed({ ...finding, says, path: pathOf(culprit), exec: culprit, again: { shown: 0, of } }), left };
  }
  const small = (await shrink(culprit, (exec) => kills([exec]), MOST_PLAYS)).exec;
  return blamed({ ...finding, path: pathOf(culprit), exec: small, again: { shown, of } });
}

/** What is shown of a death that nobody could be blamed for is only what began last before it. */
const notFound = (sessions: number, plays: number): string =>
  `by which of ${sessions} sessions is not known, ${plays === 0 ? 'there was no time to play them again' : `played again ${plays === 1 ? '' : `${plays} times `}they did not do it`}: what was sent is the last of them`;

const NOTHING: Exec = { clients: [{ acts: [], delivery: 'whole', leaves: 'quit' }] };

async function diesOf({ alive }: BlameContext): Promise<boolean> {
  const until = performance.now() + DYING_MS;
  do {
    if (await alive.check()) return true;
    await pause(ASK_EVERY_MS);
  } while (performance.now() < until);
  return false;
}

/** Starts what we started again and waits until it answers as at first; why not, if not. */
async function recover({ target, alive, cut }: BlameContext): Promise<string | undefined> {
  const from = performance.now();
  let wedged = false;
  let still: string | undefined;
  do {
    try {
      await revive(target);
      still = (await alive.check())?.says;
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      still = error.message; // its port may be taken for a moment
    }
    if (still === undefined) return undefined;
    if (!wedged && target.restart && performance.now() - from > WEDGED_MS) {
      wedged = true;
      for (const node of target.nodes) if ((await node.state()) === 'running') await node.kill?.();
    }
    await pause(ASK_EVERY_MS);
  } while (performance.now() - from < (cut?.aborted ? WEDGED_MS : RECOVERY_MS));
  return `the target did not come back within ${Math.round((performance.now() - from) / 1000)} s: ${still}`;
}
