import { join } from 'node:path';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import type { CheckResult, RunReport, TargetReport } from '../run/result.ts';
import { asData } from './as-data.ts';
import { checkAsPcapng } from './check-capture.ts';
import { FolderNames } from './folder-name.ts';
import { checkAsIssue, OWN_CASES } from './issue.ts';
import { reportAsJsonParts, resultAsJson } from './json.ts';
import { reportAsJunit } from './junit.ts';
import { oneLine } from './layout.ts';
import { manualLine } from './manual-line.ts';
import { type Files, nodeFiles } from './node-files.ts';
import { repeatCommand } from './repeat.ts';
import { transcriptAsText } from './transcript-text.ts';
import { requireWritable, writeSafely } from './write-safely.ts';

export interface EvidenceOptions {
  /** The frames that were captured of a result, where there was a capture. */
  readonly captures?: (result: CheckResult) => readonly CapturedFrame[] | undefined;
  /** The case of an id, to be written as data. */
  readonly caseOf?: (id: string) => unknown;
  /** The same of a case that the user brought (--cases): written so that it can be read again. */
  readonly ownCaseOf?: (id: string) => object | undefined;
  /** Also write report.json. */
  readonly json?: boolean;
  /** Also write junit.xml. */
  readonly junit?: boolean;
}

/** Folders written side by side. */
const AT_ONCE = 4;

/**
 * Writes `<dir>/<target>/<case>/<delivery>/` for each deviation, known ones too: wire.pcapng, transcript.txt, result.json, the case and the programs
 * as data, and issue.md for a vendor's tracker. What stands in a file of that name is replaced, all else is left alone. Returns the folder of each result.
 * Throws ReportError REPORT_NOT_WRITABLE.
 */
export async function writeEvidence(dir: string, report: RunReport, options: EvidenceOptions = {}): Promise<Map<CheckResult, string>> {
  await requireWritable(dir);
  const folders = new Map<CheckResult, string>();
  const names = new FolderNames();
  const jobs: (() => Promise<void>)[] = [];
  for (const target of report.targets) {
    const base = names.unique(dir, target.target);
    for (const result of target.results) {
      if (result.verdict !== 'fail') continue;
      const [area = '', ...topic] = result.case.split('/');
      const folder = names.unique(join(base, names.same(area), names.same(topic.join('-'))), result.delivery);
      folders.set(result, folder);
      jobs.push(() => writeResult(folder, result, target, report, options));
    }
  }
  const worker = async (): Promise<void> => {
    for (let job = jobs.shift(); job; job = jobs.shift()) await job();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (options.json) await writeSafely(join(dir, 'report.json'), reportAsJsonParts(report));
  if (options.junit) await writeSafely(join(dir, 'junit.xml'), reportAsJunit(report));
  return folders;
}

async function writeResult(
  folder: string,
  result: CheckResult,
  target: TargetReport,
  report: RunReport,
  options: EvidenceOptions,
): Promise<void> {
  const files: Files = { 'result.json': resultAsJson(result, report.command) };
  if (result.transcript) {
    files['transcript.txt'] = heading(result, target, report) + transcriptAsText(result.transcript);
    const pcapng = checkAsPcapng(result, target, report, options.captures?.(result));
    if (pcapng) files['wire.pcapng'] = pcapng;
  }
  const asked = options.caseOf?.(result.case);
  if (asked !== undefined) files['case.json'] = asData(asked);
  const own = options.ownCaseOf?.(result.case);
  if (own !== undefined) files[OWN_CASES] = asData([asWritten(own)]);
  if (result.known) files['expectation.yaml'] = expectation(result, result.known);
  Object.assign(files, nodeFiles(target.nodes ?? []));
  files['issue.md'] = checkAsIssue(result, target, report, Object.keys(files));
  for (const [name, content] of Object.entries(files)) await writeSafely(join(folder, name), content);
}

/** A case without what mywire adds to those of a file. */
function asWritten(own: object): object {
  return Object.fromEntries(Object.entries(own).filter(([key]) => key !== 'source' && key !== 'killedBy'));
}

/** As it could stand in a file of expectations. JSON is YAML. */
function expectation({ case: id, delivery }: CheckResult, { target = '*', versions, reason, link }: CheckResult['known'] & object): string {
  const fields = { case: id, delivery, target, versions, reason, link };
  const lines = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`]));
  return `- ${lines.join('\n  ')}\n`;
}

function heading(result: CheckResult, target: TargetReport, report: RunReport): string {
  const lines = [
    `${result.case}, delivery ${result.delivery}: ${result.title}`,
    `target    ${result.target} (${target.versions})`,
    `run       mywire ${report.mywire}, ${report.startedAt}`,
    ...(result.tries > 1 ? [`tries     ${result.tries}, of which ${result.deviatingTries} deviated; this is the first that did`] : []),
    ...(result.deviation ? [`expected  ${result.deviation.expected}`, `got       ${result.deviation.got}`] : []),
    ...result.source.flatMap((source) => [`manual    ${manualLine(source)}`, `          ${source.url}`]),
    `repeat    ${repeatCommand(result, report.command)}`,
    'Times are ms since the connection was asked for; -> is from us, <- from the target; offsets and lengths are bytes of the payload.',
  ];
  return `${lines.map((line) => oneLine(line)).join('\n')}\n\n`;
}
