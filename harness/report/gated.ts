import type { Ruled } from '../gate/compare.ts';
import { type Kind, kinds } from '../gate/difference.ts';
import type { GateReport, GateStep } from '../gate/gate.ts';
import { partingOf } from '../gate/parting.ts';
import type { CheckResult } from '../run/result.ts';
import { type Colors, colors } from './color.ts';
import { deviationOf, groupBy } from './deviations.ts';
import { exitCodeOfGate } from './gate-exit.ts';
import { count, duration, hang, oneLine, wrap } from './layout.ts';
import { manualLine } from './manual-line.ts';
import { repeatCommand } from './repeat.ts';
import { sideBySide } from './side-by-side.ts';

export interface GatedTextOptions {
  readonly color: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
}

const NARROWEST = 60;
const LABEL = 15;
/** Cases named in the summary's line of a kind, and told with packets. */
const MOST_NAMED = 3;
const MOST_TOLD = 5;
/** Cases of a kind that are listed; --json has them all. */
const MOST_LISTED = 12;

const words: Readonly<Record<Kind, string>> = {
  regression: 'regressions',
  lost: 'lost',
  'another-deviation': 'deviates anew',
  change: 'changes',
  unjudged: 'not judged',
  improvement: 'improvements',
  gained: 'gained',
};

/** What the gate found, for a person: the verdict in a few lines, then what stops it with the packets of both sides. */
export function gateAsText(report: GateReport, { color, columns }: GatedTextOptions): string {
  const c = colors(color);
  const width = Math.max(NARROWEST, columns);
  const sections = report.steps.flatMap((step) => [summary(step, width, c), ...details(step, report.command, width, c)]);
  return `${[...sections, lastLine(report, c)]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const paintOf = (verdict: GateStep['verdict'], c: Colors) => ({ stopped: c.red, passed: c.green, inconclusive: c.yellow })[verdict];

function summary(step: GateStep, columns: number, c: Colors): string[] {
  const { baseline, candidate, verdict, reasons, health, capabilities, notCompared } = step;
  const line = (label: string, says: string): string[] => hang(`  ${label}`, wrap(oneLine(says), columns - LABEL - 2), LABEL + 2, c.dim);
  const named = (target: GateStep['baseline']): string =>
    oneLine(`${target.target}${target.versions === '' ? '' : ` (${target.versions})`}`);
  const title = paintOf(verdict, c)(c.bold(verdict.toUpperCase()));
  const belief = health.map(
    ({ mode, before, after }) =>
      `${mode}: ${before.status} ${before.check} -> ${after.status} ${after.check}${after.code === undefined ? '' : ` ${after.code}`} (${after.description})`,
  );
  const offers = groupBy(capabilities, ({ kind }) => kind);
  const shown = step.differences.filter(({ kind }) => kind !== 'unjudged' || reasons.length > 0);
  return [
    `${title}  ${named(baseline)} -> ${named(candidate)}`,
    ...(verdict === 'stopped' ? [] : reasons.slice(0, MOST_NAMED).flatMap((why) => line('because', why))),
    ...belief.flatMap((says, i) => line(i === 0 ? 'HAProxy' : '', says)),
    ...kinds.flatMap((kind) => {
      const some = shown.filter((one) => one.kind === kind);
      return some.length === 0 ? [] : line(words[kind], kindLine(some));
    }),
    ...offers.flatMap((same) => line(same[0]?.kind === 'lost' ? 'offers less' : 'offers more', same.map(({ says }) => says).join('; '))),
    ...(notCompared.length > 0
      ? line(
          'not compared',
          `${count(notCompared.length, 'case')} that the two do not share: ${some(notCompared.map((one) => `${one.case} (${one.why})`))}`,
        )
      : []),
    ...line(
      'compared',
      `${count(step.compared, 'check')} under the same deliveries${step.compared > 0 && shown.length + health.length + capabilities.length === 0 ? ', no difference' : ''}`,
    ),
  ];
}

/** '3 checks of 2 cases, 2 stop it: a, b' */
function kindLine(differences: readonly Ruled[]): string {
  const cases = [...new Set(differences.map(({ after }) => after.shown.case))];
  const stopping = new Set(differences.filter(({ ruling }) => ruling.stops).map(({ after }) => after.shown.case)).size;
  const stops = stopping === 0 ? '' : stopping === cases.length ? '' : `, ${stopping} of them stop it`;
  return `${count(differences.length, 'check')} of ${count(cases.length, 'case')}${stops}: ${some(cases)}`;
}

const some = (list: readonly string[]): string =>
  list.length <= MOST_NAMED ? list.join(', ') : `${list.slice(0, MOST_NAMED).join(', ')} and ${list.length - MOST_NAMED} more`;

/** Each case once, under all deliveries that show the same. */
function details(step: GateStep, command: string, columns: number, c: Colors): string[][] {
  const stopping = groupBy(
    step.differences.filter(({ ruling }) => ruling.stops),
    ({ kind, after: { shown } }) => JSON.stringify([kind, shown.case, deviationOf(shown)]),
  );
  const told = stopping.slice(0, MOST_TOLD).map((same) => stopped(same, command, columns, c));
  const more =
    stopping.length > MOST_TOLD ? [[`and ${stopping.length - MOST_TOLD} more that stop it; --json and --html have them all`]] : [];
  const quiet = kinds.flatMap((kind) => {
    const some = step.differences.filter((one) => one.kind === kind && !one.ruling.stops);
    return listed(some, titleOf(kind), columns, c);
  });
  return [...told, ...more, ...quiet];
}

function stopped(same: readonly Ruled[], command: string, columns: number, c: Colors): string[] {
  const { kind, before, after } = same[0] as Ruled;
  const { shown } = after;
  const text = (label: string, says: string): string[] => hang(`  ${label}`, wrap(oneLine(says), columns - LABEL - 2), LABEL + 2, c.dim);
  const { expected, got } = deviationOf(shown);
  return [
    `${c.red(kind.toUpperCase())}  ${c.bold(shown.level)}  ${c.bold(oneLine(shown.case))}`,
    ...wrap(oneLine(shown.title), columns - 2).map((line) => `  ${line}`),
    ...text('delivery', same.map((one) => one.after.shown.delivery).join(', ')),
    ...text('before', standing(before)),
    ...text('now', standing(after)),
    ...(expected === '' ? [] : text('expected', expected)),
    ...(got === '' ? [] : text('got', got)),
    ...sideBySide(before.shown, shown, columns - 2, c).map((line) => `  ${line}`),
    ...shown.source.flatMap((source, i) => [
      ...text(i === 0 ? 'manual' : '', manualLine(source)),
      `${' '.repeat(LABEL + 2)}${oneLine(source.url)}`,
    ]),
    ...(shown.known ? text('known', `${shown.known.reason} (${shown.known.link})`) : []),
    ...text('repeat', repeatCommand(shown, command)),
  ];
}

/** 'passed in 4 of 4 tries: 0:HandshakeV10 | 2:OK …' */
function standing({ stand, shown, tries, deviating, observations }: Ruled['before']): string {
  if (stand === 'skipped') return `not asked: ${shown.reason ?? ''}`;
  const [verb, n] = stand === 'fail' ? ['deviated', deviating] : [stand === 'pass' ? 'passed' : 'refused', tries - deviating];
  return `${verb} in ${n} of ${count(tries, 'try', 'tries')}: ${[...observations].slice(0, MOST_NAMED).join(' / ')}`;
}

const titleOf = (kind: Kind): string => `${words[kind][0]?.toUpperCase()}${words[kind].slice(1)}`;

function listed(some: readonly Ruled[], title: string, columns: number, c: Colors): string[][] {
  if (some.length === 0) return [];
  const groups = groupBy(some, ({ before, after, ruling }) => JSON.stringify([after.shown.case, seen(before), seen(after), ruling]));
  // Few are told one by one; of many, one change of the server that shows everywhere is told once.
  const sorts = groups.length <= MOST_LISTED ? groups : groupBy(some, partingOf).sort((a, b) => b.length - a.length);
  const lines = sorts.slice(0, MOST_LISTED).flatMap((alike) => {
    const { before, after, ruling } = alike[0] as Ruled;
    const cases = new Set(alike.map((one) => one.after.shown.case));
    if (cases.size > 1)
      return [
        oneLine(partingOf(alike[0] as Ruled)),
        ...wrap(oneLine(`in ${kindLine(alike)}`), columns - 6).map((line) => `  ${c.dim(line)}`),
      ];
    const why = !ruling.stops && ruling.why !== undefined ? ` [${ruling.why}]` : '';
    const where = `${after.shown.level} ${after.shown.case} (${alike.map((one) => one.after.shown.delivery).join(', ')})${why}`;
    return [oneLine(where), ...wrap(oneLine(`${seen(before)} -> ${seen(after)}`), columns - 6).map((line) => `  ${c.dim(line)}`)];
  });
  const left = sorts.length > MOST_LISTED ? [`and ${sorts.length - MOST_LISTED} more; --json has them all`] : [];
  return [[c.bold(title), ...[...lines, ...left].map((line) => `  ${line}`)]];
}

const seen = ({ stand, shown, observations }: Ruled['before']): string =>
  stand === 'skipped' || stand === 'unjudged'
    ? `${stand === 'skipped' ? 'not asked' : 'not judged'}: ${reasonOf(shown)}`
    : [...observations].slice(0, MOST_NAMED).join(' / ');

const reasonOf = ({ reason }: CheckResult): string => reason ?? '';

function lastLine(report: GateReport, c: Colors): string[] {
  const { code, reason } = exitCodeOfGate(report);
  const paint = code === 0 ? c.green : code === 1 ? c.red : c.yellow;
  return [`${duration(report.ms)}. ${paint(`Exit code ${code}: ${reason}.`)}`];
}
