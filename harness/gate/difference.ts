import type { Seen, Stand } from './seen.ts';

/** What a difference between baseline and candidate is. */
export const kinds = ['regression', 'lost', 'another-deviation', 'change', 'unjudged', 'improvement', 'gained'] as const;
/**
 * regression: it deviates, and did not. lost: it refuses or no longer offers what it did. another-deviation: it deviated, and does so
 * otherwise. change: both do as the manuals say, or leave open, and differ. improvement: it deviated, and no longer does. gained: it
 * offers what it did not. unjudged: only one of the two could be judged.
 */
export type Kind = (typeof kinds)[number];

export interface Difference {
  readonly kind: Kind;
  readonly before: Seen;
  readonly after: Seen;
  /** Enough was seen of both to exclude that one behaviour, which varies, was caught at two moments. */
  readonly sure: boolean;
  /** Both were asked again so often that what is not sure came in less than one of a hundred tries: too seldom to tell a version from chance. */
  readonly rare: boolean;
}

const moves: Readonly<Record<Stand, Partial<Record<Stand, Kind>>>> = {
  pass: { fail: 'regression', unsupported: 'lost', skipped: 'lost', unjudged: 'unjudged' },
  fail: { pass: 'improvement', unsupported: 'improvement', skipped: 'lost', unjudged: 'unjudged' },
  unsupported: { pass: 'gained', fail: 'regression', unjudged: 'unjudged' },
  skipped: { pass: 'gained', fail: 'gained', unsupported: 'gained', unjudged: 'unjudged' },
  unjudged: { pass: 'unjudged', fail: 'unjudged', unsupported: 'unjudged', skipped: 'unjudged' },
};

/** Below this chance that both behave alike, a difference is one. */
const DOUBT = 0.01;

/**
 * How the candidate differs from the baseline in one check; undefined where it does not, or where what varies was seen on both.
 * @param bothDie of this case, be it under another delivery: under which one, and when, is chance
 */
export function differenceOf(before: Seen, after: Seen, bothDie = false): Difference | undefined {
  const kind = before.stand === after.stand ? sameStand(before, after) : moves[before.stand][after.stand];
  if (!kind || (bothDie && (kind === 'unjudged' || after.deaths > 0 || before.deaths > 0))) return undefined;
  const sure = isSure(kind, before, after);
  return { kind, before, after, sure, rare: !sure && isRare(before, after) };
}

function sameStand(before: Seen, after: Seen): Kind | undefined {
  if (before.stand !== 'pass' && before.stand !== 'fail') return undefined;
  // A target that dies is worse than one that answers wrongly.
  if (after.deaths > 0 && before.deaths === 0) return 'regression';
  if ([...before.observations].some((one) => after.observations.has(one))) return undefined;
  return before.stand === 'pass' ? 'change' : 'another-deviation';
}

/**
 * What deviates in a share of its tries on one side must have been tried often enough on the other, or a race is taken for a fault of
 * the version. Tries of one run are not independent: a machine that stood still for a moment is seen in many of them, so that it must
 * come in a second run. The other kinds do not vary in shares.
 */
function isSure(kind: Kind, before: Seen, after: Seen): boolean {
  if (kind === 'improvement') return chanceOfNone(before.deviating, before.tries, after.tries) < DOUBT;
  if (kind !== 'regression') return true;
  if (after.runs > 1 && after.deviatingRuns === 1) return false;
  const inTries = before.stand === 'fail' ? after.deaths : after.deviating;
  const chance = Math.min(chanceOfNone(after.deaths, after.runs, before.runs), chanceOfNone(inTries, after.tries, before.tries));
  return chance < DOUBT;
}

function isRare(before: Seen, after: Seen): boolean {
  const { tries, deviating } = before.stand === 'fail' ? { tries: after.tries, deviating: after.deaths } : after.again;
  return Math.min(before.tries, tries) >= 1 / DOUBT && deviating < tries * DOUBT;
}

/** The chance that what happens `times` in `tries` on one side does not happen in `others` tries of the other, if both are alike. */
const chanceOfNone = (times: number, tries: number, others: number): number => (1 - times / Math.max(1, tries)) ** others;
