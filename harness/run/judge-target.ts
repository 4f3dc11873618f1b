import type { Case } from '../case/case.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import type { TargetOptions } from '../target/options.ts';
import type { RunningTarget } from '../target/target.ts';
import { askHaproxy } from './ask-haproxy.ts';
import { applyExpectations, type Expectation, expectationsFor, withKnown } from './expectations.ts';
import type { CheckResult, HealthState, TargetReport } from './result.ts';
import type { RunOptions } from './run-options.ts';
import { runTarget } from './run-target.ts';
import { Tap } from './tap.ts';

export interface JudgeOptions extends Omit<RunOptions, 'onStart'> {
  readonly targetOptions: TargetOptions;
  readonly cases: readonly Case[];
  readonly expectations: readonly Expectation[];
  /** Of all cases that there are, selected or not. */
  readonly knownIds: ReadonlySet<string>;
  /** Ask HAProxy itself what it believes of each server, where a haproxy can be had. */
  readonly askHaproxy: boolean;
  /** Capture every leg while the cases run, where that is permitted. */
  readonly capture: boolean;
  readonly onTarget?: (target: string, versions: string, total: number) => void;
  readonly onNote?: (line: string) => void;
}

/**
 * Runs the cases on a target that is up, and tells what of it is known. The captured frames of what deviates are put into `frames`. The
 * target stays up.
 */
export async function judgeTarget(
  target: RunningTarget,
  options: JudgeOptions,
  frames: Map<CheckResult, readonly CapturedFrame[]>,
): Promise<TargetReport> {
  const tap = options.capture ? await Tap.on(target, (line) => options.onNote?.(line)) : undefined;
  try {
    const versions = target.nodes.map((n) => `${n.product} ${n.version}`.trim()).join(' + ');
    const mine = expectationsFor(options.expectations, target.nodes);
    const { onResult } = options;
    let healthChecks: HealthState[] | undefined;
    const report = await runTarget(target, options.cases, {
      ...options,
      isKnown: (result) => withKnown(result, mine).known !== undefined,
      ...(onResult ? { onResult: (result) => onResult(withKnown(result, mine)) } : {}),
      onStart: async (total) => {
        options.onTarget?.(target.name, versions, total);
        // Before the cases: what HAProxy believes of a server that a case has just brought down is no news.
        if (options.askHaproxy) healthChecks = await askHaproxy(target, options);
      },
    });
    if (report.failure) return report;
    const confirmed = (await tap?.confirm(report.results)) ?? { results: report.results, notes: [] };
    const judged = applyExpectations(confirmed.results, options.expectations, target.nodes, options.knownIds);
    const deviating = judged.results.filter((r) => r.verdict === 'fail' || r.verdict === 'inconclusive');
    for (const [result, of] of (await tap?.framesOf(deviating)) ?? []) frames.set(result, of);
    return {
      ...report,
      results: judged.results,
      notes: [...report.notes, ...confirmed.notes],
      expectationProblems: [...report.expectationProblems, ...judged.problems],
      ...(healthChecks ? { healthChecks } : {}),
    };
  } finally {
    await tap?.stop();
  }
}
