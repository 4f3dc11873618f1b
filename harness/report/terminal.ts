import type { CheckResult, RunReport, TargetReport } from '../run/result.ts';
import { type Colors, colors } from './color.ts';
import { deviationsOf, groupBy } from './deviations.ts';
import { exitCodeOf } from './exit-code.ts';
import { healthTable } from './health-table.ts';
import { kindsOf } from './kinds.ts';
import { count, duration, oneLine, wrap } from './layout.ts';
import { matrix } from './matrix.ts';
import { recordedTable } from './recorded-table.ts';
import { counted, tallied, tallyOfRun } from './tally.ts';
import { toldDeviation } from './told-deviation.ts';

export interface TextOptions {
  readonly color: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
  /** Where the evidence of a result lies (writeEvidence returns it). */
  readonly evidence?: ReadonlyMap<CheckResult, string>;
}

/** Below this the tables are not made narrower. */
const NARROWEST = 40;

/** The report of a run for a person, ending with a newline. */
export function reportAsText(report: RunReport, options: TextOptions): string {
  const c = colors(options.color);
  const columns = Math.max(NARROWEST, options.columns);
  const all = report.targets.flatMap((target) => target.results);
  const sections: string[][] = [
    report.targets.flatMap((target) => targetLines(target, columns, c)),
    matrix(report, columns, c),
    listed('What came instead, most often', kindLines(report.targets), columns, c),
    ...report.targets.flatMap((target) =>
      deviationsOf(target.results.filter((r) => counted(r) === 'fail')).map((told) =>
        toldDeviation(told, { columns, c, command: report.command, folder: options.evidence?.get(told.shown) }),
      ),
    ),
    listed('Known deviations', knownLines(all), columns, c),
    listed(
      'Problems beside the checks',
      report.targets.flatMap((t) => t.expectationProblems.map((p) => `${t.target}: ${p}`)),
      columns,
      c,
    ),
    listed('Inconclusive', inconclusiveLines(all), columns, c),
    listed('Unsupported', reasonLines(all, 'unsupported'), columns, c),
    listed('Skipped', reasonLines(all, 'skipped'), columns, c),
    titled('What HAProxy believes', healthTable(report.targets, c), c),
    titled('Recorded health checks', recordedTable(report.recorded ?? [], columns - 2, c), c),
    listed('Not tested', report.untested, columns, c),
    listed('Problems of the run', report.problems, columns, c),
    lastLine(report, c),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function targetLines(target: TargetReport, columns: number, c: Colors): string[] {
  const name = `${c.bold(oneLine(target.target))}${target.versions === '' ? '' : `  ${oneLine(target.versions)}`}`;
  const failure = target.failure ? wrap(oneLine(`could not be judged: ${sayingOf(target)} (${target.failure.code})`), columns - 2) : [];
  const notes = target.notes.flatMap((note) => wrap(oneLine(note), columns - 2));
  return [name, ...failure.map((line) => `  ${c.yellow(line)}`), ...notes.map((line) => `  ${line}`)];
}

/** TargetErrors begin with the target's name, which stands in the line above. */
function sayingOf({ target, failure }: TargetReport): string {
  const says = failure?.says ?? '';
  return says.startsWith(`${target}: `) ? says.slice(target.length + 2) : says;
}

function titled(title: string, lines: readonly string[], c: Colors): string[] {
  return lines.length === 0 ? [] : [c.bold(title), ...lines.map((line) => `  ${line}`)];
}

function listed(title: string, items: readonly string[], columns: number, c: Colors): string[] {
  const hanging = (item: string): string[] => wrap(oneLine(item), columns - 4).map((line, i) => (i === 0 ? line : `  ${line}`));
  return titled(title, items.flatMap(hanging), c);
}

function kindLines(targets: readonly TargetReport[]): string[] {
  return targets.flatMap(({ target, results }) =>
    kindsOf(results.filter((r) => counted(r) === 'fail')).map((line) => `${target}  ${line}`),
  );
}

/** 'early-data/x (whole, bytes)', with the target where there are several results to tell apart. */
function where(same: readonly CheckResult[]): string {
  const { target, case: id } = same[0] as CheckResult;
  return `${target}  ${id} (${same.map((r) => r.delivery).join(', ')})`;
}

function knownLines(all: readonly CheckResult[]): string[] {
  const known = all.filter((r) => counted(r) === 'known');
  return groupBy(known, (r) => JSON.stringify([r.target, r.case, r.known?.reason])).map((same) => {
    const { reason, link } = (same[0] as CheckResult).known ?? { reason: '', link: '' };
    return `${where(same)}: ${reason}${link === '' ? '' : ` (${link})`}`;
  });
}

/** Cases that are inconclusive for the same reason are named up to so many; more are counted: a run that was ended has hundreds. */
const MOST_NAMED = 5;

function inconclusiveLines(all: readonly CheckResult[]): string[] {
  const inconclusive = all.filter((r) => r.verdict === 'inconclusive');
  return groupBy(inconclusive, (r) => JSON.stringify([r.target, r.reason])).flatMap((of) => {
    const cases = groupBy(of, (r) => r.case);
    const { target, reason = 'no reason was given' } = of[0] as CheckResult;
    if (cases.length > MOST_NAMED) return [`${target}  ${count(of.length, 'check')} of ${count(cases.length, 'case')}: ${reason}`];
    return cases.map((same) => `${where(same)}: ${reason}`);
  });
}

function reasonLines(all: readonly CheckResult[], verdict: 'unsupported' | 'skipped'): string[] {
  const some = all.filter((r) => r.verdict === verdict);
  return groupBy(some, (r) => JSON.stringify([r.target, r.reason]))
    .sort((a, b) => b.length - a.length)
    .map((same) => {
      const { target, reason } = same[0] as CheckResult;
      const cases = new Set(same.map((r) => r.case)).size;
      return `${target}  ${count(same.length, 'check')} of ${count(cases, 'case')}: ${reason ?? 'no reason was given'}`;
    });
}

function lastLine(report: RunReport, c: Colors): string[] {
  const tally = tallyOfRun(report);
  const checks = tallied.reduce((sum, verdict) => sum + tally[verdict], 0);
  const { code, reason } = exitCodeOf(report);
  const paint = code === 0 ? c.green : code === 1 ? c.red : c.yellow;
  const counts = tallied.filter((verdict) => verdict === 'pass' || verdict === 'fail' || tally[verdict] > 0);
  const totals = counts.map((verdict) => `${tally[verdict]} ${verdict}`).join(', ');
  const meaning = { 0: 'good', 1: 'deviates', 3: 'inconclusive' }[code];
  return [
    `${count(checks, 'check')} on ${count(report.targets.length, 'target')} in ${duration(report.ms)}: ${totals}. ` +
      paint(`Exit code ${code}, ${meaning}: ${reason}.`),
  ];
}
