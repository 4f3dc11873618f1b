import type { CheckResult, TargetReport } from '../run/result.ts';

/** How a target stands to one check, over all runs of it. `skipped`: it lacks what the case needs. */
export type Stand = 'pass' | 'fail' | 'unsupported' | 'skipped' | 'unjudged';

/** One check (a case under one delivery) as it was seen on one target, in one run or more. */
export interface Seen {
  readonly stand: Stand;
  /** The result that is told: the first that deviated, else the first that was judged. */
  readonly shown: CheckResult;
  readonly runs: number;
  readonly tries: number;
  readonly deviating: number;
  /** Runs in which it deviated. */
  readonly deviatingRuns: number;
  /** The tries of the runs after the first, which is what led to them. */
  readonly again: { readonly tries: number; readonly deviating: number };
  /** Runs in which the target died of it. */
  readonly deaths: number;
  /** Every different thing that it did. */
  readonly observations: ReadonlySet<string>;
}

export const keyOf = ({ case: id, delivery }: Pick<CheckResult, 'case' | 'delivery'>): string => `${id} ${delivery}`;

/** What was seen of each check, by `keyOf`, in the order of the first run. */
export function seenIn(runs: readonly TargetReport[]): Map<string, Seen> {
  const all = new Map<string, CheckResult[]>();
  for (const result of runs.flatMap((run) => run.results)) {
    const before = all.get(keyOf(result));
    if (before) before.push(result);
    else all.set(keyOf(result), [result]);
  }
  return new Map([...all].map(([key, results]) => [key, seenOf(results)]));
}

/** One deviation is enough to deviate; one judgement is enough to be judged. */
function seenOf(results: readonly CheckResult[]): Seen {
  const with_ = (...verdicts: CheckResult['verdict'][]) => results.find(({ verdict }) => verdicts.includes(verdict));
  const found = with_('fail') ?? with_('pass') ?? with_('unsupported') ?? with_('skipped');
  const judged = results.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail' || verdict === 'unsupported');
  const tries = judged.map((one) => Math.max(1, one.tries));
  // Answers that do not differ between tries, or do between deliveries, are no deviation of a single try: of all, then.
  const deviating = judged.map(({ verdict, deviatingTries }, i) => (verdict === 'fail' ? deviatingTries || (tries[i] as number) : 0));
  return {
    stand: found ? standOf(found) : 'unjudged',
    shown: found ?? (results[0] as CheckResult),
    runs: judged.length,
    tries: sum(tries),
    deviating: sum(deviating),
    deviatingRuns: deviating.filter((n) => n > 0).length,
    again: { tries: sum(tries.slice(1)), deviating: sum(deviating.slice(1)) },
    deaths: judged.filter(isDeath).length,
    observations: new Set(judged.flatMap(({ tally, observation }) => (tally ? Object.keys(tally) : [observation]))),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

const standOf = ({ verdict }: CheckResult): Stand => (verdict === 'inconclusive' ? 'unjudged' : verdict);

const isDeath = ({ deviation }: CheckResult): boolean => deviation?.axis === 'liveness';

/** Ids of the cases that the target died of. */
export const deadlyIn = (runs: readonly TargetReport[]): Set<string> =>
  new Set(runs.flatMap((run) => run.results.filter(isDeath).map((result) => result.case)));
