import type { CheckResult, RunReport, Tally } from '../run/result.ts';

/** The order of the columns in every table. */
export const tallied = ['pass', 'fail', 'known', 'unsupported', 'skipped', 'inconclusive'] as const satisfies (keyof Tally)[];

/** The verdict as it counts: a fail that an expectation names is `known`. */
export function counted(result: CheckResult): keyof Tally {
  return result.verdict === 'fail' && result.known ? 'known' : result.verdict;
}

export function tallyOf(results: Iterable<CheckResult>): Tally {
  const tally: Tally = { pass: 0, fail: 0, known: 0, unsupported: 0, skipped: 0, inconclusive: 0 };
  for (const result of results) tally[counted(result)]++;
  return tally;
}

export function tallyOfRun(report: RunReport): Tally {
  return tallyOf(report.targets.flatMap((target) => target.results));
}

/** Checks that came to a judgement of the target. */
export function executed(tally: Tally): number {
  return tally.pass + tally.fail + tally.known + tally.unsupported;
}
