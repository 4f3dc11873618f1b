import type { CapturedFrame } from '../pcap/captured-frame.ts';
import type { TargetOptions } from '../target/options.ts';
import { startTarget } from '../target/start-target.ts';
import { type RunningTarget, TargetError } from '../target/target.ts';
import { unknownIds } from './expectations.ts';
import { fingerprints } from './fingerprint.ts';
import { type JudgeOptions, judgeTarget } from './judge-target.ts';
import { notReached } from './not-reached.ts';
import type { CheckResult, RunReport, TargetReport } from './result.ts';

/** A target that is none of those that `startTarget` knows by name. */
export interface StartedBy {
  readonly name: string;
  start(options: TargetOptions): Promise<RunningTarget>;
}

export interface RunAllOptions extends JudgeOptions {
  readonly targets: readonly (string | StartedBy)[];
  readonly untested: readonly string[];
  readonly command: string;
  readonly version: string;
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
  const cases = fingerprints(options.cases);
  return { report: { mywire, startedAt, command, targets, cases, untested, problems, ms: performance.now() - from }, frames };
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
  try {
    const report = await judgeTarget(target, options, frames);
    return { ...report, ms: performance.now() - from };
  } finally {
    await target.stop();
  }
}

export function notJudged(target: string, code: string, says: string, ms: number): TargetReport {
  return { target, versions: '', results: [], notes: [], expectationProblems: [], failure: { code, says }, ms };
}
