import { dirname, relative, resolve, sep } from 'node:path';
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
