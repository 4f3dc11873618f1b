import { dirname, relative, resolve, sep } from 'node:path';
import type { GateReport } from '../gate/gate.ts';
import { exitCodeOfGate, SHUT } from '../report/gate-exit.ts';
import { gateSides } from '../report/gate-run.ts';
import { reportAsHtml } from '../report/html/html.ts';
import { writeSafely } from '../report/write-safely.ts';
import type { CheckResult, RunReport } from '../run/result.ts';
import type { RunOutcome } from '../run/run-all.ts';

/**
 * Writes the report of a run as one HTML file; what has a folder of evidence links to it, as long as both stay where they are to each
 * other. Throws ReportError REPORT_NOT_WRITABLE.
 */
export async function writeHtml(
  file: string,
  report: RunReport,
  frames: RunOutcome['frames'],
  evidence: ReadonlyMap<CheckResult, string> | undefined,
): Promise<void> {
  const from = dirname(resolve(file));
  const address = (folder: string): string => relative(from, folder).split(sep).map(encodeURIComponent).join('/');
  const html = reportAsHtml(report, {
    captures: (result) => frames.get(result),
    evidence: (result) => {
      const folder = evidence?.get(result);
      return folder === undefined ? undefined : address(folder);
    },
  });
  await writeSafely(file, html);
}

const kinds = {
  regression: 'worse',
  lost: 'lost',
  'another-deviation': 'changed',
  change: 'changed',
  unjudged: 'unjudged',
  improvement: 'better',
  gained: 'gained',
} as const;

/** Writes the gate as one HTML file that opens with what differs. Throws ReportError REPORT_NOT_WRITABLE. */
export async function writeGateHtml(file: string, report: GateReport): Promise<void> {
  const [step] = report.steps;
  const sides = gateSides(report);
  const found = new Map(step?.differences.map(({ kind, after }) => [after.shown, kinds[kind]]));
  // Of several versions the page shows the first beside the last, and compares what was seen.
  const judged = report.steps.length === 1 && step ? { kindOf: (result: CheckResult) => found.get(result) } : {};
  const compare = step ? { compare: [step.baseline.target, report.last.name] as const } : {};
  const { code, reason } = exitCodeOfGate(report);
  const stops = report.steps.flatMap(({ differences }) => differences.filter(({ ruling }) => ruling.stops).map(({ after }) => after.shown));
  // What stops it stands below, one by one.
  const gate = { exit: { code, reason: code === 1 ? SHUT : reason }, stops };
  await writeSafely(file, reportAsHtml(sides, { gate, ...compare, ...judged }));
}
