import type { TargetReport } from '../run/result.ts';
import { askAgain } from './ask-again.ts';
import { type Comparison, compareSides } from './compare.ts';
import { LiveSide, type SideOptions } from './live-side.ts';
import type { Policy } from './policy.ts';
import { deadlyIn } from './seen.ts';
import type { Side } from './side.ts';

export type GateVerdict = 'stopped' | 'passed' | 'inconclusive';

/** The candidate, or one version of several, held against what was before it. */
export interface GateStep extends Comparison {
  readonly baseline: TargetReport;
  readonly candidate: TargetReport;
  readonly verdict: GateVerdict;
  /** Why, most important first; one line each. */
  readonly reasons: readonly string[];
}

export interface GateReport {
  readonly mywire: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly command: string;
  readonly ms: number;
  /** One, or one per version after the first. */
  readonly steps: readonly GateStep[];
  /** What the last one did, to be the baseline of another day. */
  readonly last: Side;
}

export interface GateOptions extends SideOptions {
  readonly policy: Policy;
  readonly command: string;
  readonly version: string;
}

/**
 * Compares each target with the one before it. The first may be what was saved of another run. What would stop it is asked again on both
 * before it is told.
 */
export async function gate(names: readonly [string | Side, ...string[]], options: GateOptions): Promise<GateReport> {
  const from = performance.now();
  const startedAt = new Date().toISOString();
  const [first, ...rest] = names;
  const steps: GateStep[] = [];
  const up = new Set<LiveSide>();
  const start = async (name: string): Promise<LiveSide> => {
    const side = await LiveSide.start(name, options);
    up.add(side);
    return side;
  };
  try {
    // The first two start and are judged side by side: most of a run is waiting, and a machine that stands still does so for both alike.
    const starting = rest[0] === undefined ? undefined : start(rest[0]);
    starting?.catch(() => undefined);
    let before = typeof first === 'string' ? await start(first) : first;
    for (const [i, name] of rest.entries()) {
      if (options.signal?.aborted) break;
      const after = await (i === 0 && starting ? starting : start(name));
      // Where one of the two cannot be had, the other need not be asked.
      if (![before, after].some(({ runs }) => runs[0]?.failure))
        await Promise.all([after.judge(deadlyIn(before.runs)), before instanceof LiveSide ? before.judge(new Set()) : undefined]);
      await askAgain(before, after, options);
      steps.push(stepOf(before, after, options));
      if (before instanceof LiveSide) {
        up.delete(before);
        await before.stop();
      }
      before = after;
    }
    if (rest.length === 0 && before instanceof LiveSide) await before.judge(new Set());
    const { version: mywire, command } = options;
    return { mywire, startedAt, command, ms: performance.now() - from, steps, last: before };
  } finally {
    await Promise.all([...up].map((side) => side.stop()));
  }
}

function stepOf(before: Side, after: LiveSide, { policy, expectations, signal }: GateOptions): GateStep {
  const comparison = compareSides(before, after, policy, expectations);
  const [baseline, candidate] = [before.runs[0] ?? notAsked(before), after.runs[0] ?? notAsked(after)];
  const judged = verdictOn(baseline, candidate, comparison);
  // What was asked again, and differs still, is known however much else was not reached.
  const known = judged.verdict === 'stopped' && comparison.differences.some(({ ruling, after: { runs } }) => ruling.stops && runs > 1);
  const early = ['it was stopped before what differs could be asked again'];
  const verdict = signal?.aborted && !known ? ({ verdict: 'inconclusive', reasons: early } as const) : judged;
  return { baseline, candidate, ...comparison, ...verdict };
}

const notAsked = ({ name }: Side): TargetReport => ({ target: name, versions: '', results: [], notes: [], expectationProblems: [], ms: 0 });

function verdictOn(
  baseline: TargetReport,
  candidate: TargetReport,
  { differences, health, compared }: Comparison,
): Pick<GateStep, 'verdict' | 'reasons'> {
  const failures = [baseline, candidate].flatMap(({ failure }) => (failure ? [`${failure.says} (${failure.code})`] : []));
  if (failures.length > 0) return { verdict: 'inconclusive', reasons: failures };
  const stops = [
    ...health
      .filter((one) => one.stops)
      .map(({ mode, after }) => `HAProxy's check ${mode} finds it ${after.status} ${after.check}: ${after.description}`),
    ...new Set(
      differences
        .filter(({ ruling }) => ruling.stops)
        .map(({ kind, after: { shown } }) => `${kind}: ${shown.case} (${shown.level}): ${shown.title}`),
    ),
  ];
  if (stops.length > 0) return { verdict: 'stopped', reasons: stops };
  const doubts = [
    ...(compared === 0 ? ['no check was judged on both sides'] : []),
    ...new Set(
      differences.flatMap(({ kind, ruling, before, after: { shown } }) => {
        if (kind === 'unjudged' && before.stand === 'pass')
          return [`${shown.case} could not be judged on the candidate: ${shown.reason ?? ''}`];
        return !ruling.stops && ruling.doubt
          ? [`${shown.case} deviates now and then; the baseline was not asked often enough to tell whether it did`]
          : [];
      }),
    ),
  ];
  return doubts.length > 0 ? { verdict: 'inconclusive', reasons: doubts } : { verdict: 'passed', reasons: [] };
}
