import type { CheckResult, RunReport, TargetReport } from '../run/result.ts';
import { colors } from './color.ts';
import { deviationOf } from './deviations.ts';
import { oneLine } from './layout.ts';
import { repeatCommand } from './repeat.ts';
import { counted } from './tally.ts';
import { toldDeviation } from './told-deviation.ts';

/** Width of the lines inside a failure, in characters. */
const COLUMNS = 100;

/**
 * JUnit XML: a testsuite per target, a testcase per case and delivery. unsupported and known deviations count as skipped,
 * inconclusive and a target that could not be judged as errors, problems of the run as failures of a suite of their own.
 */
export function reportAsJunit(report: RunReport): string {
  const suites = [...report.targets.map((target) => suiteOf(target, report)), ...(report.problems.length > 0 ? [problemsOf(report)] : [])];
  const sum = (key: 'tests' | 'failures' | 'errors' | 'skipped'): number => suites.reduce((n, suite) => n + suite[key], 0);
  const counts = attributes({ tests: sum('tests'), failures: sum('failures'), errors: sum('errors'), skipped: sum('skipped') });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="mywire ${attribute(report.mywire)}"${counts} time="${seconds(report.ms)}">`,
    ...suites.flatMap((suite) => suite.xml),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly xml: readonly string[];
}

interface TestCase {
  readonly kind: 'passed' | 'failures' | 'errors' | 'skipped';
  readonly xml: readonly string[];
}

function suite(name: string, report: RunReport, ms: number, properties: readonly string[], cases: readonly TestCase[]): Suite {
  const of = (kind: TestCase['kind']): number => cases.filter((one) => one.kind === kind).length;
  const counts = { tests: cases.length, failures: of('failures'), errors: of('errors'), skipped: of('skipped') };
  const xml = [
    `  <testsuite name="${attribute(name)}"${attributes(counts)} time="${seconds(ms)}" timestamp="${attribute(report.startedAt)}">`,
    ...propertyLines(properties, '    '),
    ...cases.flatMap((one) => one.xml),
    '  </testsuite>',
  ];
  return { ...counts, xml };
}

function suiteOf(target: TargetReport, report: RunReport): Suite {
  const properties = [
    property('versions', target.versions),
    ...(target.dialect ? [property('dialect', target.dialect)] : []),
    ...target.notes.map((note) => property('note', note)),
  ];
  const failure = target.failure;
  const cases = [
    ...(failure ? [bare('target', 'can be judged', 'errors', element('error', failure.code, failure.says))] : []),
    ...target.results.map((result) => testCase(result, report.command)),
    ...target.expectationProblems.map((problem) => bare('expectations', problem, 'failures', element('failure', 'expectation', problem))),
  ];
  return suite(target.target, report, target.ms, properties, cases);
}

function problemsOf(report: RunReport): Suite {
  return suite(
    'mywire',
    report,
    0,
    [],
    report.problems.map((problem) => bare('run', problem, 'failures', element('failure', 'problem', problem))),
  );
}

function bare(classname: string, name: string, kind: TestCase['kind'], inner: string): TestCase {
  return { kind, xml: [`    <testcase classname="${classname}" name="${attribute(name)}" time="0">`, inner, '    </testcase>'] };
}

function testCase(result: CheckResult, command: string): TestCase {
  const { kind, inner } = outcome(result, command);
  const properties = [
    property('level', result.level),
    ...result.source.map((source) => property('source', `${source.manual}: ${source.page} ${source.url}`)),
    ...(result.link ? [property('link', result.link)] : []),
  ];
  return {
    kind,
    xml: [
      `    <testcase classname="${attribute(result.area)}" name="${attribute(`${result.case} [${result.delivery}]`)}" time="${seconds(result.ms)}">`,
      ...propertyLines(properties, '      '),
      ...inner,
      '    </testcase>',
    ],
  };
}

function outcome(result: CheckResult, command: string): { kind: TestCase['kind']; inner: string[] } {
  const reason = result.reason ?? '';
  switch (counted(result)) {
    case 'pass':
      return { kind: 'passed', inner: [] };
    case 'fail':
      return {
        kind: 'failures',
        inner: [element('failure', result.deviation?.axis ?? 'answer', deviationOf(result).got, story(result, command))],
      };
    case 'inconclusive':
      return { kind: 'errors', inner: [element('error', 'inconclusive', reason, `repeat: ${repeatCommand(result, command)}`)] };
    case 'known':
      return { kind: 'skipped', inner: [skipped(`known deviation: ${result.known?.reason} ${result.known?.link}`)] };
    default:
      return { kind: 'skipped', inner: [skipped(`${result.verdict}: ${reason}`)] };
  }
}

/** Expected, got, sent, received and the command: the text of the terminal without colours. */
function story(result: CheckResult, command: string): string {
  return toldDeviation({ shown: result, same: [result], others: [], alsoIn: [] }, { columns: COLUMNS, c: colors(false), command }).join(
    '\n',
  );
}

const skipped = (message: string): string => `      <skipped message="${attribute(message)}"/>`;

function element(name: 'failure' | 'error', type: string, message: string, text = message): string {
  return `      <${name} type="${attribute(type)}" message="${attribute(message)}">${content(text)}</${name}>`;
}

function propertyLines(properties: readonly string[], indent: string): string[] {
  if (properties.length === 0) return [];
  return [`${indent}<properties>`, ...properties.map((one) => `${indent}  ${one}`), `${indent}</properties>`];
}

const property = (name: string, value: string): string => `<property name="${name}" value="${attribute(value)}"/>`;
const attributes = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, n]) => ` ${name}="${n}"`)
    .join('');
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** One line, so that no attribute needs character references for line ends. */
const attribute = (text: string): string => escaped(oneLine(text));
/** XML 1.0 has no place for most control characters, not even escaped: line by line they become dots. */
const content = (text: string): string =>
  text
    .split('\n')
    .map((line) => escaped(oneLine(line)))
    .join('\n');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
function escaped(text: string): string {
  // U+FFFE and U+FFFF (and their kin of other planes) are no XML characters either.
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] as string).replaceAll(/\p{Noncharacter_Code_Point}/gu, '.');
}
