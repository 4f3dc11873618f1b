import type { Ruled } from '../gate/compare.ts';
import type { GateReport, GateStep } from '../gate/gate.ts';
import { keyOf } from '../gate/seen.ts';
import type { CheckResult, RunReport, TargetReport } from '../run/result.ts';

/**
 * The gate as a run of its candidates, for what reads runs (JUnit, SARIF, GitHub): what stops the gate fails, any other deviation is known,
 * and what HAProxy believes is a problem of the run.
 */
export function gateAsRun({ mywire, startedAt, command, ms, steps }: GateReport): RunReport {
  return {
    mywire,
    startedAt,
    command,
    ms,
    targets: steps.map(candidateOf),
    untested: [],
    problems: problemsOf(steps),
  };
}

/** What HAProxy believes now, where that stops the gate. */
function problemsOf(steps: readonly GateStep[]): readonly string[] {
  return steps.flatMap(({ health }) =>
    health
      .filter(({ stops }) => stops)
      .map(
        ({ mode, before, after }) =>
          `HAProxy's check ${mode}: ${before.status} ${before.check} -> ${after.status} ${after.check} ${after.description}`,
      ),
  );
}

function candidateOf(step: GateStep): TargetReport {
  const { candidate, baseline, verdict, reasons } = step;
  const found = new Map(step.differences.map((one) => [keyOf(one.after.shown), one]));
  const open = verdict === 'inconclusive' && !candidate.failure ? { failure: { code: 'GATE_INCONCLUSIVE', says: reasons.join('; ') } } : {};
  return {
    ...candidate,
    ...open,
    notes: [...candidate.notes, `held against ${baseline.target} (${baseline.versions})`],
    expectationProblems: [],
    results: candidate.results.map((result) => ruled(result, found.get(keyOf(result)))),
  };
}

function ruled(result: CheckResult, difference: Ruled | undefined): CheckResult {
  const { before, after, kind, ruling } = difference ?? {};
  if (!difference || !ruling?.stops) {
    const why = ruling && !ruling.stops ? ruling.why : undefined;
    const reason = why ?? 'it stops no upgrade: the baseline deviates, too, or the policy lets it pass';
    return result.verdict === 'fail' ? { ...result, known: result.known ?? { reason, link: '' } } : result;
  }
  const { known: _, ...shown } = after?.shown ?? result;
  const was = [...(before?.observations ?? [])].join(' / ');
  const got = shown.deviation?.got ?? shown.reason ?? shown.observation;
  return {
    ...shown,
    verdict: 'fail',
    answer: shown.answer === 'pass' ? 'fail' : shown.answer,
    reason: `${kind}: ${got}; the baseline: ${was}`,
    deviation: shown.deviation ?? { axis: 'answer', step: 0, expected: `as before: ${was}`, got },
  };
}

/** Both sides as they were seen, for the page: where they differ, the run that shows it. */
export function gateSides({ mywire, startedAt, command, ms, steps }: GateReport): RunReport {
  const [first] = steps;
  const targets = steps.flatMap((step, i) => {
    const shownOf = (side: 'before' | 'after', target: TargetReport): TargetReport => {
      const shown = new Map(step.differences.map((one) => [keyOf(one[side].shown), one[side].shown]));
      return { ...target, expectationProblems: [], results: target.results.map((result) => shown.get(keyOf(result)) ?? result) };
    };
    return [...(i === 0 && first ? [shownOf('before', first.baseline)] : []), shownOf('after', step.candidate)];
  });
  return { mywire, startedAt, command, ms, targets, untested: [], problems: problemsOf(steps) };
}
