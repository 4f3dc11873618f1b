import { createHash } from 'node:crypto';
import type { CheckResult, RunReport, TargetReport } from '../run/result.ts';
import { deviationOf, groupBy } from './deviations.ts';
import { exitCodeOf } from './exit-code.ts';
import { oneLine } from './layout.ts';
import { repeatCommand } from './repeat.ts';
import { counted } from './tally.ts';

/** Where a case is written: what a code-scanning page opens. */
export interface CaseSource {
  /** Relative to the root of mywire, or of the user's repository: 'suites/quit/quit.cases.ts'. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * SARIF 2.1.0: a rule per case that was run, a result per case and target that deviates (what an expectation names is
 * suppressed, with its reason), a notification for all that could not be judged. A result keeps its fingerprint from run to run.
 */
export function reportAsSarif(report: RunReport, sourceOf: (caseId: string) => CaseSource | undefined): string {
  const results = report.targets.flatMap((target) => target.results);
  const rules = groupBy(results, (result) => result.case).map(([first]) => first as CheckResult);
  const indexes = new Map(rules.map((rule, i) => [rule.case, i]));
  const exit = exitCodeOf(report);
  const notifications = notificationsOf(report);
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'mywire', semanticVersion: report.mywire, rules: rules.map(ruleOf) },
        },
        automationDetails: { id: `mywire/${report.targets.map(({ target }) => oneLine(target)).join(' ')}/` },
        invocations: [
          {
            commandLine: oneLine(report.command),
            startTimeUtc: report.startedAt,
            endTimeUtc: new Date(Date.parse(report.startedAt) + report.ms).toISOString(),
            exitCode: exit.code,
            exitCodeDescription: oneLine(exit.reason),
            // What was found is a result; only what kept us from judging is a failure of the run.
            executionSuccessful: notifications.every(({ level }) => level !== 'error'),
            toolExecutionNotifications: notifications,
          },
        ],
        results: report.targets.flatMap((target) =>
          groupBy(target.results.filter(deviates), (result) => result.case).map((of) => resultOf(of, report, indexes, sourceOf)),
        ),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const deviates = ({ verdict }: CheckResult): boolean => verdict === 'fail';

function ruleOf({ case: id, title, area, level, source, link }: CheckResult): object {
  const pages = source.map(({ manual, page, url, says }) => ({
    name: oneLine(`${manual}: ${page}`),
    url: oneLine(url),
    says: oneLine(says),
  }));
  const helpUri = pages[0]?.url ?? (link === undefined ? undefined : oneLine(link));
  return {
    id: oneLine(id),
    shortDescription: { text: sentence(title) },
    fullDescription: { text: [sentence(title), ...pages.map(({ says }) => sentence(says))].join(' ') },
    ...(helpUri === undefined ? {} : { helpUri }),
    help: {
      text: [sentence(title), ...pages.map(({ name, url, says }) => `${name} ${url}: ${sentence(says)}`), `mywire explain ${id}`].join(
        '\n',
      ),
    },
    defaultConfiguration: { level: levelOf(level) },
    properties: { tags: [oneLine(area), level], level },
  };
}

const levelOf = (level: CheckResult['level']): 'error' | 'warning' => (level === 'MUST' ? 'error' : 'warning');

/** One result per case and target: the deliveries that deviate are in its message. */
function resultOf(
  of: readonly CheckResult[],
  report: RunReport,
  indexes: ReadonlyMap<string, number>,
  sourceOf: (caseId: string) => CaseSource | undefined,
): object {
  const known = of.filter((result) => counted(result) === 'known');
  // A single delivery that no expectation names makes the result count.
  const first = (known.length === of.length ? known[0] : of.find((result) => counted(result) !== 'known')) as CheckResult;
  const { expected, got } = deviationOf(first);
  const deliveries = of.map(({ delivery }) => delivery).join(', ');
  const { file, line } = sourceOf(first.case) ?? { file: 'suites/index.ts', line: 1 };
  const print = createHash('sha256')
    .update(JSON.stringify([first.target, first.case]))
    .digest('hex')
    .slice(0, 32);
  return {
    ruleId: oneLine(first.case),
    ruleIndex: indexes.get(first.case) as number,
    kind: 'fail',
    level: first.deviation?.axis === 'liveness' ? 'error' : levelOf(first.level),
    message: {
      text: [
        `${oneLine(first.target)}: ${expected === '' ? '' : `expected ${oneLine(expected)}, `}got ${oneLine(got)} (${deliveries}).`,
        `${sentence(first.title)}`,
        `Repeat: ${repeatCommand(first, report.command)}`,
      ].join('\n'),
    },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line } },
        logicalLocations: [{ name: oneLine(first.target), kind: 'module' }],
      },
    ],
    // GitHub tells results apart by the first of these and would otherwise read the file at the location, which is not in the user's repository.
    partialFingerprints: { primaryLocationLineHash: `${print.slice(0, 16)}:1`, 'mywireTargetAndCase/v1': print },
    ...(known.length === of.length && first.known
      ? {
          suppressions: [{ kind: 'external', status: 'accepted', justification: oneLine(`${first.known.reason} ${first.known.link}`) }],
        }
      : {}),
    properties: { target: oneLine(first.target), level: first.level, deliveries: of.map(({ delivery }) => delivery) },
  };
}

interface Notification {
  readonly level: 'error' | 'warning' | 'note';
  readonly message: { readonly text: string };
}

/** What kept us from judging, and what fails a run without being a case's deviation. */
function notificationsOf(report: RunReport): Notification[] {
  const told = (level: Notification['level'], text: string): Notification => ({ level, message: { text: oneLine(text) } });
  return [
    ...report.targets.flatMap((target) => unjudged(target).map((text) => told('error', text))),
    ...report.targets.flatMap(({ target, expectationProblems }) =>
      expectationProblems.map((text) => told('warning', `${target}: ${text}`)),
    ),
    ...report.problems.map((text) => told('warning', text)),
    ...report.untested.map((text) => told('note', text)),
  ];
}

function unjudged({ target, failure, results }: TargetReport): string[] {
  if (failure) return [`${target}: ${failure.says} (${failure.code})`];
  const byReason = groupBy(
    results.filter(({ verdict }) => verdict === 'inconclusive'),
    ({ reason }) => reason ?? '',
  );
  return byReason.map(
    (of) => `${target}: ${of.length} inconclusive, the first of them ${of[0]?.case} (${of[0]?.delivery}): ${of[0]?.reason}`,
  );
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? oneLine(text) : `${oneLine(text)}.`);
/** A path as a relative reference (RFC 3986): no absolute path of this machine, no scheme. */
const uriOf = (file: string): string =>
  oneLine(file)
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.')
    .map(encodeURIComponent)
    .join('/');
