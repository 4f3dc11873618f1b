import type { RunReport } from '../run/result.ts';
import { count } from './layout.ts';
import { executed, tallyOfRun } from './tally.ts';

/** What the process ends with, and why in one line. Code 2 (usage) is the command line's own. */
export interface ExitCode {
  readonly code: 0 | 1 | 3;
  readonly reason: string;
}

/**
 * 0: good. 1: a target deviates, an expectation does not hold, the run has a problem, or no case was executed.
 * 3: nothing deviates, but something could not be judged. 1 goes before 3.
 */
export function exitCodeOf(report: RunReport): ExitCode {
  const tally = tallyOfRun(report);
  const stale = report.targets.reduce((sum, target) => sum + target.expectationProblems.length, 0);
  const wrong = [
    ...(tally.fail > 0 ? [count(tally.fail, 'check fails', 'checks fail')] : []),
    ...(stale > 0 ? [count(stale, 'problem beside the checks', 'problems beside the checks')] : []),
    ...(report.problems.length > 0 ? [count(report.problems.length, 'problem of the run', 'problems of the run')] : []),
  ];
  if (wrong.length > 0) return { code: 1, reason: wrong.join(', ') };
  const failures = report.targets.filter((target) => target.failure).length;
  const unjudged = [
    ...(failures > 0 ? [count(failures, 'target could not be judged', 'targets could not be judged')] : []),
    ...(tally.inconclusive > 0 ? [count(tally.inconclusive, 'check is inconclusive', 'checks are inconclusive')] : []),
  ];
  if (unjudged.length > 0) return { code: 3, reason: unjudged.join(', ') };
  const onlyRecordings = report.targets.length === 0 && (report.recorded?.length ?? 0) > 0;
  if (executed(tally) === 0 && !onlyRecordings) return { code: 1, reason: 'no case was executed' };
  return { code: 0, reason: tally.known > 0 ? 'no deviation but the known ones' : 'no deviation' };
}
