import { writeSafely } from '../report/write-safely.ts';
import type { RunReport } from '../run/result.ts';

/** What `run` and `gate` are told alike. */
export interface PipelineFiles {
  readonly junit?: string;
  readonly sarif?: string;
  /** The user's own files of cases, where there are some. */
  readonly cases?: readonly string[];
}

/** Writes the reports that pipelines read. Throws ReportError REPORT_NOT_WRITABLE. */
export async function writePipelineFiles(report: RunReport, { junit, sarif, cases }: PipelineFiles): Promise<void> {
  if (junit !== undefined) {
    const { reportAsJunit } = await import('../report/junit.ts');
    await writeSafely(junit, reportAsJunit(report));
  }
  if (sarif !== undefined) {
    const [{ reportAsSarif }, { caseSources }] = await Promise.all([import('../report/sarif.ts'), import('./case-source.ts')]);
    await writeSafely(sarif, reportAsSarif(report, await caseSources(report, cases)));
  }
}
