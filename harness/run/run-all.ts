import type { Case } from '../case/case.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { startHaproxyChecks } from '../target/haproxy-checks.ts';
import type { TargetOptions } from '../target/options.ts';
import { startTarget } from '../target/start-target.ts';
import { type RunningTarget, TargetError } from '../target/target.ts';
import { applyExpectations, type Expectation, expectationsFor, unknownIds, withKnown } from './expectations.ts';
import { notReached } from './not-reached.ts';
import type { CheckResult, HealthState, RunReport, TargetReport } from './result.ts';
import type { RunOptions } from './run-options.ts';
import { runTarget } from './run-target.ts';
import { Tap } from './tap.ts';

/** A target that is none of those that `startTarget` knows by name. */
export interface StartedBy {
  readonly name: string;
  start(options: TargetOptions): Promise<RunningTarget>;
}

export interface RunAllOptions extends Omit<RunOptions, 'onStart'> {
  readonly targets: readonly (string | StartedBy)[];
  readonly targetOptions: TargetOptions;
  readonly cases: readonly Case[];
  /** Ids of all cases that exist, for entries that name none. */
  readonly knownIds: ReadonlySet<string>;
  readonly expectations: readonly Expectation[];
  /** Ask HAProxy itself what it believes of each server, where a haproxy can be had. */
  readonly askHaproxy: boolean;
  /** Capture every leg while the cases run, where that is permitted. */
  readonly capture: boolean;
  readonly untested: readonly string[];
  readonly command: string;
  readonly version: string;
  readonly onTarget?: (target: string, versions: string, total: number) => void;
  readonly onNote?: (line: string) => void;
}

/** A report, and the captured frames of its deviating results. */
export interface RunOutcome {
  readonly report: RunReport;
  readonly frames: ReadonlyMap<CheckResult, readonly CapturedFrame[]>;
}

/** Runs the cases on each target, one target after the other. What goes wrong with a target is in its report. */
export async function runAll(options: RunAllOptions): Promise<RunOutcome> {
  const from = performance.now();
  const startedAt = new Date().toISOString();
  const targets: TargetReport[] = [];
  const frames = new Map<CheckResult, readonly CapturedFrame[]>();
  for (const target of options.targets) {
    const name = typeof target === 'string' ? target : target.name;
    targets.push(
      options.signal?.aborted
        ? notJudged(name, 'RUN_STOPPED', notReached(options.signal, name), 0)
        : await oneTarget(typeof target === 'string' ? { name, start: (how) => startTarget(name, how) } : target, options, frames),
    );
  }
  const problems = unknownIds(options.expectations, options.knownIds);
  if (options.cases.length === 0) problems.push('no case was selected');
  const { version: mywire, command, untested } = options;
  return { report: { mywire, startedAt, command, targets, untested, problems, ms: performance.now() - from }, frames };
}

async function oneTarget(
  { name, start }: StartedBy,
  options: RunAllOptions,
  frames: Map<CheckResult, readonly CapturedFrame[]>,
): Promise<TargetReport> {
  const from = performance.now();
  let target: RunningTarget;
  try {
    target = await start({ ...options.targetOptions, ...(options.onNote ? { onNote: options.onNote } : {}) });
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return notJudged(name, error.code, error.message, performance.now() - from);
  }
  if (options.signal?.aborted) {
    await target.stop();
    return notJudged(name, 'RUN_STOPPED', notReached(options.signal, name), performance.now() - from);
  }
  let tap: Tap | undefined;
  try {
    tap = options.capture ? await Tap.on(target, (line) => options.onNote?.(line)) : undefined;
    const versions = target.nodes.map((n) => `${n.product} ${n.version}`.trim()).join(' + ');
    const mine = expectationsFor(options.expectations, target.nodes);
    const { onResult } = options;
    const report = await runTarget(target, options.cases, {
      ...options,
      isKnown: (result) => withKnown(result, mine).known !== undefined,
      ...(onResult ? { onResult: (result) => onResult(withKnown(result, mine)) } : {}),
      onStart: (total) => options.onTarget?.(name, versions, total),
    });
    if (report.failure) return report;
    const confirmed = (await tap?.confirm(report.results)) ?? { results: report.results, notes: [] };
    const judged = applyExpectations(confirmed.results, options.expectations, target.nodes);
    const deviating = judged.results.filter((r) => r.verdict === 'fail' || r.verdict === 'inconclusive');
    for (const [result, of] of (await tap?.framesOf(deviating)) ?? []) frames.set(result, of);
    const healthChecks = options.askHaproxy ? await askHaproxy(target, options) : undefined;
    return {
      ...report,
      results: judged.results,
      notes: [...report.notes, ...confirmed.notes],
      expectationProblems: [...report.expectationProblems, ...judged.problems],
      ...(healthChecks ? { healthChecks } : {}),
      ms: performance.now() - from,
    };
  } finally {
    await tap?.stop();
    await target.stop();
  }
}

function notJudged(target: string, code: string, says: string, ms: number): TargetReport {
  return { target, versions: '', results: [], notes: [], expectationProblems: [], failure: { code, says }, ms };
}

/** HAProxy's own belief about the front of the target, in each check mode that its version has. */
async function askHaproxy(target: RunningTarget, options: RunAllOptions): Promise<HealthState[] | undefined> {
  const user = target.accounts.check?.user;
  if (user === undefined || target.nodes[0]?.product === 'haproxy' || options.signal?.aborted) return undefined;
  try {
    const judge = await startHaproxyChecks({ endpoint: target.front, user, options: options.targetOptions });
    try {
      const states = await judge.states();
      return states.map(({ mode, status, check, code, description, downs, seen }) => ({
        mode,
        by: `HAProxy ${judge.version}`,
        status,
        check,
        code,
        description,
        transitions: downs,
        seen,
      }));
    } finally {
      await judge.stop();
    }
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    options.onNote?.(`HAProxy was not asked what it believes: ${error.message}`);
    return undefined;
  }
}
