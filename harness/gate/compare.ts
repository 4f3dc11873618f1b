import { levels } from '../case/verdict.ts';
import type { Expectation } from '../run/expectations.ts';
import { type CapabilityChange, capabilityChanges } from './capabilities.ts';
import { type Difference, differenceOf } from './difference.ts';
import { type HealthChange, healthChanges } from './health.ts';
import { healthStops, type Policy, type Ruling, rulingOn } from './policy.ts';
import { deadlyIn, seenIn } from './seen.ts';
import type { Side } from './side.ts';

/** A difference, and what the policy makes of it. */
export type Ruled = Difference & { readonly ruling: Ruling };

/** Everything that differs between two sides. */
export interface Comparison {
  /** What stops the gate first, the simplest first. */
  readonly differences: readonly Ruled[];
  readonly health: readonly (HealthChange & { readonly stops: boolean })[];
  readonly capabilities: readonly CapabilityChange[];
  /** Cases that only one side knows, or that were written anew since it was asked. */
  readonly notCompared: readonly { readonly case: string; readonly why: string }[];
  /** Checks that were judged on both sides. */
  readonly compared: number;
}

/** Holds the candidate against the baseline. Pure. @param deviations those that mywire knows of */
export function compareSides(before: Side, after: Side, policy: Policy, deviations: readonly Expectation[] = []): Comparison {
  const known = { baseline: before.programs, candidate: after.programs, deviations };
  const [had, has] = [seenIn(before.runs), seenIn(after.runs)];
  const other = unlike(before.cases, after.cases);
  const died = deadlyIn(before.runs);
  const dies = deadlyIn(after.runs);
  const differences: Ruled[] = [];
  let compared = 0;
  for (const [key, one] of has) {
    const earlier = had.get(key);
    if (!earlier || other.has(one.shown.case)) continue;
    if (one.runs > 0 && earlier.runs > 0) compared++;
    const difference = differenceOf(earlier, one, died.has(one.shown.case) && dies.has(one.shown.case));
    if (difference) differences.push({ ...difference, ruling: rulingOn(difference, policy, known) });
  }
  const [first, candidate] = [before.runs[0], after.runs[0]];
  return {
    differences: differences.sort(byWeight),
    health: first && candidate ? healthChanges(first, candidate).map((one) => ({ ...one, stops: healthStops(one, policy) })) : [],
    capabilities: first && candidate ? capabilityChanges(first, candidate) : [],
    notCompared: [...other].map(([id, why]) => ({ case: id, why })),
    compared,
  };
}

/** Cases that are not the same question on both sides. A side that does not say which text its cases had is taken by its word. */
function unlike(before: Side['cases'], after: Side['cases']): Map<string, string> {
  const found = new Map<string, string>();
  if (!before || !after) return found;
  for (const [id, text] of Object.entries(after)) {
    if (before[id] === undefined) found.set(id, 'new since the baseline was taken');
    else if (before[id] !== text) found.set(id, 'changed since the baseline was taken');
  }
  for (const id of Object.keys(before)) if (after[id] === undefined) found.set(id, 'only the baseline has it');
  return found;
}

/**
 * What stops first; a death before a wrong answer, by level; what shows in the plain delivery; a plain case before one that is named after
 * somebody's bug; then the case that is named like what went wrong, its area before its topic, and of those the one that needs the fewest
 * steps; else in the order of the suites, where what is plain stands before what is odd.
 */
function byWeight(a: Ruled, b: Ruled): number {
  const [one, other] = [weightOf(a), weightOf(b)];
  for (const [i, n] of one.entries()) if (n !== other[i]) return n - (other[i] as number);
  return 0;
}

function weightOf({ ruling, after: { shown } }: Ruled): number[] {
  const { case: id, deviation } = shown;
  const [area = '', topic = ''] = id.split('/');
  const sent = shown.transcript?.events.filter((event) => event.kind === 'sent') ?? [];
  const label = sent.at(-1)?.label ?? '';
  return [
    ruling.stops ? 0 : 1,
    deviation?.axis === 'liveness' ? 0 : 1,
    levels.indexOf(shown.level),
    shown.delivery === 'whole' ? 0 : 1,
    area === 'regression' ? 1 : 0,
    shareOf(area, label) === 1 ? 0 : 1,
    -shareOf(`${area} ${topic}`, `${label} ${deviation?.expected ?? ''} ${deviation?.got ?? ''}`),
    sent.length,
  ];
}

/** How many of these words stand in what was sent last before it deviated, or in what was expected and came: quit in COM_QUIT. 0 to 1. */
function shareOf(name: string, text: string): number {
  const [named, said] = [wordsOf(name).filter((word) => word.length > 2 || /\d/.test(word)), new Set(wordsOf(text))];
  return named.filter((word) => said.has(word)).length / Math.max(1, named.length);
}

/** 'HandshakeResponse320 as check' as handshake, response, 320, as, check. */
const wordsOf = (text: string): string[] =>
  text
    .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
