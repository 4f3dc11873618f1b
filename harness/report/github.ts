import type { CheckResult, RunReport } from '../run/result.ts';
import { deviationOf, groupBy } from './deviations.ts';
import { exitCodeOf } from './exit-code.ts';
import { count, duration, oneLine } from './layout.ts';
import { codeSpan, plain } from './markdown.ts';
import { repeatCommand } from './repeat.ts';
import { counted, tallied, tallyOf } from './tally.ts';

/** GitHub shows ten annotations of each kind for a step, and takes a summary of at most 1 MiB. */
const MOST_ANNOTATIONS = 10;
/** Deviations that the summary tells of before it only counts. */
const MOST_TOLD = 5;
/** Characters of a message, and of an answer in the summary. */
const MOST_MESSAGE = 1000;
const MOST_CELL = 160;

/** The summary of a job as GitHub-flavoured Markdown: the verdict, a table of the targets, and what deviates in five lines. */
export function githubSummary(report: RunReport): string {
  const exit = exitCodeOf(report);
  const deviating = groupBy(
    report.targets.flatMap(({ results }) => results.filter(unknownFail)),
    (r) => JSON.stringify([r.target, r.case]),
  );
  const failed = report.targets.filter(({ failure }) => failure);
  const word = { 0: 'passed', 1: 'failed', 3: 'could not be judged' }[exit.code];
  return [
    `### mywire: ${word}`,
    '',
    `${plain(exit.reason)} (exit code ${exit.code}), ${duration(report.ms)}`,
    '',
    ...table(
      ['target', 'versions', ...tallied],
      report.targets.map(({ target, versions, results }) => {
        const tally = tallyOf(results);
        return [codeSpan(target), plain(versions), ...tallied.map((key) => String(tally[key]))];
      }),
    ),
    ...section('What deviates', [
      ...deviating.slice(0, MOST_TOLD).map(toldLine),
      ...(deviating.length > MOST_TOLD
        ? [`- and ${count(deviating.length - MOST_TOLD, 'more case', 'more cases')}: ${areas(deviating.slice(MOST_TOLD))}`]
        : []),
    ]),
    ...section('What could not be judged', [
      ...failed.map(({ target, failure }) => `- ${codeSpan(target)}: ${plain(failure?.says ?? '', MOST_MESSAGE)}`),
      ...inconclusive(report).map(
        ({ of, reason }) => `- ${count(of.length, 'check')} on ${codeSpan(of[0]?.target ?? '')}: ${plain(reason, MOST_MESSAGE)}`,
      ),
    ]),
    ...section('What fails the run beside that', [
      ...report.targets.flatMap(({ target, expectationProblems }) =>
        expectationProblems.map((text) => `- ${codeSpan(target)}: ${plain(text, MOST_MESSAGE)}`),
      ),
      ...report.problems.map((text) => `- ${plain(text, MOST_MESSAGE)}`),
    ]),
    ...section(
      'What was not tested',
      report.untested.map((text) => `- ${plain(text, MOST_MESSAGE)}`),
    ),
    ...section('To repeat it', deviating[0]?.[0] ? [codeSpan(repeatCommand(deviating[0][0], report.command))] : []),
    '',
  ].join('\n');
}

/**
 * Workflow commands, one a line: an error for a deviation of a MUST and a death, a warning for the other deviations and what
 * could not be judged, a notice for known deviations. At most ten of each; the tenth then counts the rest.
 */
export function githubAnnotations(report: RunReport): string[] {
  const results = report.targets.flatMap((target) => target.results);
  const perCase = (wanted: (result: CheckResult) => boolean): CheckResult[] =>
    groupBy(results.filter(wanted), (r) => JSON.stringify([r.target, r.case])).map(([first]) => first as CheckResult);
  const grave = (r: CheckResult): boolean => r.level === 'MUST' || r.deviation?.axis === 'liveness';
  const fails = perCase(unknownFail);
  return [
    ...annotations('error', [
      ...fails.filter(grave).map((r) => annotation(`${r.level} ${r.case}`, ...deviationLines(r, report))),
      ...report.problems.map((text) => annotation('mywire', text)),
      ...report.targets.flatMap(({ target, expectationProblems }) => expectationProblems.map((text) => annotation(target, text))),
    ]),
    ...annotations('warning', [
      ...fails.filter((r) => !grave(r)).map((r) => annotation(`${r.level} ${r.case}`, ...deviationLines(r, report))),
      ...report.targets.flatMap(({ target, failure }) => (failure ? [annotation(target, `could not be judged: ${failure.says}`)] : [])),
      ...inconclusive(report).map(({ of, reason }) =>
        annotation(of[0]?.target ?? '', `${count(of.length, 'check is', 'checks are')} inconclusive: ${reason}`),
      ),
    ]),
    ...annotations(
      'notice',
      perCase((r) => counted(r) === 'known').map((r) => annotation(`known: ${r.case}`, `${r.target}: ${r.known?.reason} ${r.known?.link}`)),
    ),
  ];
}

/**
 * Text of a server must not become a workflow command, wherever it stands in a log: between `before` and `after` GitHub
 * takes none. The token must be one that nobody can guess.
 */
export function githubQuiet(token: string): { readonly before: string; readonly after: string } {
  return { before: `::stop-commands::${token}\n`, after: `::${token}::\n` };
}

const unknownFail = (result: CheckResult): boolean => counted(result) === 'fail';

function inconclusive(report: RunReport): { readonly of: readonly CheckResult[]; readonly reason: string }[] {
  const all = report.targets.flatMap(({ results }) => results.filter(({ verdict }) => verdict === 'inconclusive'));
  return groupBy(all, (r) => JSON.stringify([r.target, r.reason])).map((of) => ({ of, reason: of[0]?.reason ?? '' }));
}

function deviationLines(result: CheckResult, report: RunReport): string[] {
  const { expected, got } = deviationOf(result);
  return [
    `${result.target}: ${result.title}`,
    ...(expected === '' ? [] : [`expected ${expected}`]),
    `got ${got}`,
    `repeat: ${repeatCommand(result, report.command)}`,
  ];
}

interface Annotation {
  readonly title: string;
  readonly lines: readonly string[];
}
const annotation = (title: string, ...lines: string[]): Annotation => ({ title, lines });

function annotations(kind: 'error' | 'warning' | 'notice', all: readonly Annotation[]): string[] {
  const shown = all.length > MOST_ANNOTATIONS ? MOST_ANNOTATIONS - 1 : all.length;
  const rest = all.length - shown;
  const told = rest > 0 ? [annotation('mywire', `${rest} more like this; the job summary and the report have them`)] : [];
  return [...all.slice(0, shown), ...told].map(
    ({ title, lines }) =>
      `::${kind} title=${property(oneLine(title, MOST_CELL))}::${data(lines.map((line) => oneLine(line, MOST_MESSAGE)).join('\n'))}`,
  );
}

/** As GitHub's own toolkit escapes: the message, and the value of a property. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function toldLine(of: readonly CheckResult[]): string {
  const first = of[0] as CheckResult;
  const { expected, got } = deviationOf(first);
  const wanted = expected === '' ? '' : `expected ${codeSpan(oneLine(expected, MOST_CELL))}, `;
  return `- **${first.level}** ${codeSpan(first.case)} on ${codeSpan(first.target)}: ${wanted}got ${codeSpan(oneLine(got, MOST_CELL))} (${of.map((r) => r.delivery).join(', ')})`;
}

/** 'quit 3, auth 12' */
function areas(groups: readonly (readonly CheckResult[])[]): string {
  return groupBy(groups, (of) => of[0]?.area ?? '')
    .map((of) => `${of[0]?.[0]?.area} ${of.length}`)
    .join(', ');
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', `#### ${title}`, '', ...lines]);

/** A bar ends a cell even inside of code. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i < 2 ? '---' : '--:'))), ...rows.map(line)];
}
