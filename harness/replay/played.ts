import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Channel } from './channel.ts';
import { type AnswerPacket, areSame, type Outcome, type Result, told } from './outcome.ts';
import { firstDifferent } from './packets.ts';
import type { Action, Plan, Step } from './plan.ts';
import type { Difference, PlayedConnection } from './replayed.ts';

export interface Waiting {
  /** undefined: the answer is nobody's business. */
  readonly index: number | undefined;
  readonly to: LabelledPacket | undefined;
  readonly since: number;
  readonly outcome: Outcome;
  /** The first packets of the answer, to be shown. */
  readonly packets: LabelledPacket[];
}

/** One connection of the plan while it is played. */
export interface Played {
  readonly name: string;
  channel?: Channel;
  /** When its login was begun, until it is done. */
  loggingIn?: number;
  /** The target has ended it. */
  over?: true;
  /** How it is to end, once all is answered. */
  ending?: Extract<Action, { do: 'end' }>['how'];
  readonly waiting: Waiting[];
  readonly statements: Map<number, number>;
  readonly counts: { statements: number; same: number; different: number; uncompared: number; unplayed: number };
  steps: number;
  difference?: Difference;
  /** Of the first difference: the step, and what came now. */
  parted?: { readonly step: Step; readonly packets: readonly AnswerPacket[] };
  endings?: PlayedConnection['endings'];
  gaveUp?: string;
  unjudged?: true;
  segments?: number;
  notes?: readonly string[];
}

export const playedAs = (name: string): Played => ({
  name,
  waiting: [],
  statements: new Map(),
  counts: { statements: 0, same: 0, different: 0, uncompared: 0, unplayed: 0 },
  steps: 0,
});

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
  played.parted = { step, packets };
}

function sameError(one: Result | undefined, other: Result | undefined): boolean {
  return one?.kind !== 'err' || other?.kind !== 'err' || one.code === other.code;
}

/** How a connection went, in the end. */
export function outcomeOf(played: Played, plan: Plan): PlayedConnection {
  const { name, counts, endings, gaveUp, unjudged, segments, notes } = played;
  const difference = withPackets(played, plan);
  return {
    connection: name,
    ...counts,
    ...(difference ? { difference } : {}),
    ...(endings ? { endings } : {}),
    ...(gaveUp === undefined ? {} : { gaveUp }),
    ...(unjudged ? { unjudged } : {}),
    ...(segments === undefined ? {} : { segments }),
    ...(notes ? { notes } : {}),
  };
}

/** Where the answers part: looked for when all is played, since the capture may have to be read again. */
function withPackets({ difference, parted }: Played, plan: Plan): Difference | undefined {
  if (!difference || !parted) return difference;
  const answers = parted.step.answers ?? plan.answersOf?.(parted.step) ?? [];
  return { ...difference, packets: firstDifferent(answers, parted.packets) };
}
