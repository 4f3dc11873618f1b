import type { Channel } from './channel.ts';
import type { Line } from './line.ts';
import { type AnswerPacket, areSame, type Result, told } from './outcome.ts';
import { firstDeciding, firstDifferent } from './packets.ts';
import type { Plan } from './plan.ts';
import type { Difference, PlayedConnection } from './replayed.ts';
import type { End, Step } from './step.ts';

/** One connection of the plan while it is played. */
export interface Played {
  readonly name: string;
  channel?: Channel;
  /** Once it is logged in. */
  line?: Line;
  /** How it is to end, once all is answered. */
  ending?: End;
  readonly counts: { statements: number; same: number; different: number; uncompared: number; answerless: number; unplayed: number };
  steps: number;
  difference?: Difference;
  /** Of the first difference: the step, and what came now. */
  parted?: { readonly step: Step; readonly packets: readonly AnswerPacket[]; readonly insertIds: boolean };
  endings?: PlayedConnection['endings'];
  compression?: NonNullable<PlayedConnection['compression']>;
  withoutAttributes?: true;
  gaveUp?: string;
  unjudged?: true;
  segments?: number;
  notes?: readonly string[];
}

export const playedAs = (name: string): Played => ({
  name,
  counts: { statements: 0, same: 0, different: 0, uncompared: 0, answerless: 0, unplayed: 0 },
  steps: 0,
});

/** The target takes none: what the client said beside its statements is lost. */
export function leftOutAttributes(played: Played): void {
  played.withoutAttributes = true;
}

/** Compares what a step came to with the capture, and counts; `insertIds`: whether AUTO_INCREMENT values must be the same. */
export function compare(
  step: Step,
  played: Played,
  results: readonly Result[],
  packets: readonly AnswerPacket[],
  insertIds: boolean,
): void {
  const { action, captured } = step;
  const { counts } = played;
  const counted = action.do !== 'login';
  if (!captured) {
    if (counted) counts.uncompared++;
    return;
  }
  const proofs = action.do === 'change-user' ? results.slice(-1) : results;
  // Of a first login only its outcome is compared.
  const same =
    action.do === 'login'
      ? captured[0]?.kind === results[0]?.kind && sameError(captured[0], results[0])
      : areSame(captured, proofs, insertIds);
  if (same) {
    if (counted) counts.same++;
    return;
  }
  counts.different++;
  if (played.difference) return;
  const { command, sql, frame } = step;
  played.difference = {
    connection: played.name,
    step: played.steps,
    command,
    ...(sql === undefined ? {} : { sql }),
    captured: told(captured, { ids: insertIds }),
    replayed: told(proofs, { ids: insertIds }),
    ...(frame === undefined ? {} : { frame }),
  };
  played.parted = { step, packets, insertIds };
}

function sameError(one: Result | undefined, other: Result | undefined): boolean {
  return one?.kind !== 'err' || other?.kind !== 'err' || one.code === other.code;
}

/** How the connections went, in the end. Where answers part is looked for now: the capture has to be read again for that. */
export async function outcomesOf(all: readonly Played[], { answersOf }: Plan): Promise<PlayedConnection[]> {
  const steps = all.flatMap(({ parted }) => (parted ? [parted.step] : []));
  const answers = steps.length > 0 ? await answersOf?.(steps) : undefined;
  return all.map((played) => outcomeOf(played, answers));
}

function outcomeOf(played: Played, answers: ReadonlyMap<Step, readonly AnswerPacket[]> | undefined): PlayedConnection {
  const { name, counts, endings, gaveUp, unjudged, segments, notes, compression, withoutAttributes } = played;
  const difference = withPackets(played, answers);
  return {
    connection: name,
    ...counts,
    ...(difference ? { difference } : {}),
    ...(endings ? { endings } : {}),
    ...(compression ? { compression } : {}),
    ...(withoutAttributes ? { withoutAttributes } : {}),
    ...(gaveUp === undefined ? {} : { gaveUp }),
    ...(unjudged ? { unjudged } : {}),
    ...(segments === undefined ? {} : { segments }),
    ...(notes ? { notes } : {}),
  };
}

function withPackets(
  { difference, parted }: Played,
  answers: ReadonlyMap<Step, readonly AnswerPacket[]> | undefined,
): Difference | undefined {
  if (!difference || !parted) return difference;
  const { step, packets, insertIds } = parted;
  const captured = answers?.get(step) ?? [];
  const logsIn = step.action.do === 'login' || step.action.do === 'change-user';
  return { ...difference, packets: logsIn ? firstDifferent(captured, packets) : firstDeciding(captured, packets, insertIds) };
}
