import { setTimeout as pause } from 'node:timers/promises';
import type { RunningTarget } from '../target/target.ts';
import { attribute } from './attribute.ts';
import type { Blamed, Suspect } from './campaign.ts';
import type { Exec } from './exec.ts';
import { type Finding, idOf } from './finding.ts';
import type { Violation, Watch } from './oracle.ts';
import { type PlayContext, play } from './play.ts';
import { shrink } from './shrink.ts';

/** How long a target that does not answer gets to come back, in ms, and how often it is asked. */
const RECOVERY_MS = 10_000;
const ASK_EVERY_MS = 200;
/** A program that crashes may go on for a moment: how long it is watched behind a suspect, in ms. */
const DYING_MS = 300;
/** Plays of sets of suspects, and of smaller execs: each may cost a start of the target. */
const MOST_PLAYS = 40;

export interface BlameContext {
  readonly target: Pick<RunningTarget, 'nodes' | 'restart'>;
  readonly play: PlayContext;
  readonly alive: Watch;
}

/** Finds out of which exec a target has died, and brings it up again. */
export async function blame(recent: readonly Suspect[], violation: Violation, context: BlameContext): Promise<Blamed> {
  const finding = {
    id: idOf(violation),
    oracle: violation.oracle,
    kind: violation.kind,
    says: violation.says,
    seen: 1,
    ...(violation.node === undefined ? {} : { node: violation.node }),
  };
  const all = recent.map(({ exec }) => exec);
  const pathOf = (exec: Exec | undefined): string => recent.find((one) => one.exec === exec)?.path ?? recent.at(-1)?.path ?? '';
  const nobody: Finding = { ...finding, path: pathOf(undefined), exec: all.at(-1) ?? NOTHING, again: { shown: 0, of: 1 } };
  let gone = await recover(context);
  if (gone !== undefined) return { finding: nobody, gone };
  // A death that is known already: the target lives again, and that is all.
  if (recent.length === 0) return { finding: nobody };
  const kills = async (execs: readonly Exec[]): Promise<boolean> => {
    if (gone !== undefined) return false;
    for (const exec of execs) await play(exec, context.play);
    const dead = await diesOf(context);
    if (dead) gone = await recover(context);
    return dead;
  };
  const culprits = await attribute(all, kills, MOST_PLAYS);
  const [culprit, ...others] = culprits ?? [];
  if (!culprit) return { finding: nobody, ...(gone === undefined ? {} : { gone }) };
  const small = others.length > 0 ? culprit : (await shrink(culprit, (exec) => kills([exec]), MOST_PLAYS)).exec;
  const says = others.length > 0 ? `${finding.says} (it takes ${others.length + 1} sessions)` : finding.says;
  return {
    finding: { ...finding, says, path: pathOf(culprit), exec: small, again: { shown: 1, of: 1 } },
    ...(gone === undefined ? {} : { gone }),
  };
}

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
async function recover({ target, alive }: BlameContext): Promise<string | undefined> {
  const until = performance.now() + RECOVERY_MS;
  let still: Violation | undefined;
  do {
    const states = await Promise.all(target.nodes.map((node) => node.state()));
    if (target.restart && states.some((state) => state !== 'running')) await target.restart();
    still = await alive.check();
    if (!still) return undefined;
    await pause(ASK_EVERY_MS);
  } while (performance.now() < until);
  return `the target did not come back within ${RECOVERY_MS} ms: ${still.says}`;
}
