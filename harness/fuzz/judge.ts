import type { Exec } from './exec.ts';
import type { Likeness } from './likeness.ts';
import type { Oracle, Violation } from './oracle.ts';
import { type PlayContext, type Played, type PlayedClient, play } from './play.ts';
import { isReadable } from './reading.ts';
import { seedOf } from './source.ts';

/** Where execs are played, and what is asked about them. */
export interface JudgeContext {
  readonly seed: number;
  readonly target: PlayContext;
  /** The target that this one is held against. */
  readonly against?: PlayContext | undefined;
  /** How alike the two must be. */
  readonly likeness?: Likeness | undefined;
  readonly oracles: readonly Oracle[];
}

/** An exec that was played, and what it broke. */
export interface Judged {
  readonly played: Played;
  readonly violations: readonly Violation[];
  /** Connections that did not come about. */
  readonly unreachable?: string;
}

/**
 * Plays an exec and asks the oracles. `name` decides what is asked that costs further connections: the same name asks the
 * same. `every`: also those whose turn it is not.
 */
export async function judge(exec: Exec, name: string, context: JudgeContext, every?: 'every'): Promise<Judged> {
  const played = await play(exec, context.target);
  const unreachable = refusalOf(played);
  if (unreachable !== undefined) return { played, violations: [], unreachable };
  const { against } = context;
  const { hurryMs: _, ...patient } = context.target;
  const violations: Violation[] = [];
  // Nothing is held against a target that takes no connections: what an oracle asks further must have been played.
  let refused: string | undefined;
  const asked = async (other: Exec, where: PlayContext): Promise<Played> => {
    const further = await play(other, where);
    refused ??= refusalOf(further);
    return further;
  };
  for (const oracle of context.oracles) {
    const pick = seedOf(context.seed, `${oracle.name} ${name}`);
    if (!every && oracle.share !== undefined && pick / 2 ** 32 >= oracle.share(exec)) continue;
    const violation = await oracle.judge(played, {
      again: (other) => asked(other, context.target),
      patiently: (other) => asked(other, patient),
      ...(against ? { against: (other) => asked(other, against) } : {}),
      ...(context.likeness ? { likeness: context.likeness } : {}),
      pick: seedOf(pick, 'pick'),
    });
    if (refused !== undefined) return { played, violations, unreachable: refused };
    const accuses =
      violation &&
      (isReadable(played.clients[violation.client] as PlayedClient) || (oracle.ofLies !== undefined && oracle.ofLies === context.likeness));
    if (accuses) violations.push(violation);
  }
  return { played, violations };
}

const refusalOf = ({ clients }: Played): string | undefined => clients.find((one) => one.unreachable !== undefined)?.unreachable;
