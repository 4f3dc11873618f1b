import { compareSides, type Ruled } from './compare.ts';
import type { GateOptions } from './gate.ts';
import { LiveSide } from './live-side.ts';
import { partingOf } from './parting.ts';
import { deadlyIn } from './seen.ts';
import type { Side } from './side.ts';

/** Both sides are asked again at least so often about what would stop the gate, and about what is still in doubt at most so often. */
const LEAST_ROUNDS = 2;
const MOST_ROUNDS = 6;
/** So often each check is tried in the rounds about what is in doubt: after four of them a share of 1 in 100 is sure, and what comes less often is chance. */
const TRIES_IN_DOUBT = 120;
/**
 * So many checks of each sort are asked again, of those that stop nothing or of those that would: a new version of a proxy may change an
 * answer in all cases.
 */
const OF_A_SORT = { quiet: 3, stopping: 12 };
/** ms after which no further round begins: a candidate that hangs in every case is not asked for ever. */
const ASKING_MS = 60_000;

/** Asks both again about the cases that differ: what varies by itself is no difference. */
export async function askAgain(before: Side, after: LiveSide, { policy, expectations, onNote, signal }: GateOptions): Promise<void> {
  const until = performance.now() + ASKING_MS;
  for (let round = 1; round <= MOST_ROUNDS && !signal?.aborted && performance.now() < until; round++) {
    const { differences } = compareSides(before, after, policy, expectations);
    const open = openIn(differences, round);
    if (open.length === 0) return;
    const ids = new Set(open.map(({ after: { shown } }) => shown.case));
    onNote?.(`${differences.length} checks differ: asking again about ${ids.size} cases, round ${round}`);
    const perilous = deadlyIn([...before.runs, ...after.runs]);
    const tries = round > LEAST_ROUNDS ? TRIES_IN_DOUBT : 1;
    await Promise.all([after.again(ids, tries, perilous), before instanceof LiveSide ? before.again(ids, tries, perilous) : undefined]);
  }
}

/** What a round asks about: of each sort some that would stop the gate or could, and in the first round some of each other sort. */
export function openIn(differences: readonly Ruled[], round: number): Ruled[] {
  const bySort = new Map<string, number>();
  const amongFirst = (one: Ruled, most: number): boolean => {
    const sort = `${one.kind} ${partingOf(one)}`;
    const asked = bySort.get(sort) ?? 0;
    bySort.set(sort, asked + 1);
    return asked < most;
  };
  // Where the gate is shut for good, more tries of what is in doubt would change nothing.
  const shut = differences.some(({ ruling, after }) => ruling.stops && after.runs > LEAST_ROUNDS);
  const deadly = new Set(differences.filter(({ after }) => after.deaths > 0).map(({ after }) => after.shown.case));
  return differences.filter((one) => {
    // What a busy machine or a death beside it kept from being judged; not what the candidate dies of under another delivery.
    if (one.kind === 'unjudged')
      return (
        round <= LEAST_ROUNDS && one.before.stand === 'pass' && !deadly.has(one.after.shown.case) && amongFirst(one, OF_A_SORT.stopping)
      );
    if (round > LEAST_ROUNDS && shut) return false;
    if (one.ruling.stops || one.ruling.doubt)
      return amongFirst(one, OF_A_SORT.stopping) && (round <= LEAST_ROUNDS || !one.sure || one.after.runs <= LEAST_ROUNDS);
    // The runner has seen a death twice before it tells it, and each costs a start.
    return round === 1 && one.before.deaths === 0 && amongFirst(one, OF_A_SORT.quiet);
  });
}
