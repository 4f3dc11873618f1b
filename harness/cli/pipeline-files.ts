import type { EachWritten } from '../report/each-written.ts';
import { requireWritableFile, writeSafely } from '../report/write-safely.ts';
import type { RunReport } from '../run/result.ts';
import { CliError } from './error.ts';

/** What `run` and `gate` are told alike. */
export interface PipelineFiles {
  readonly junit?: string;
  readonly sarif?: string;
  /** The user's own files of cases, where there are some. */
  readonly cases?: readonly string[];
}

/**
 * What is written at the end is looked at before the work, by the option that names it. Throws ReportError REPORT_NOT_WRITABLE, and
 * CliError CLI_BAD_OPTION: only --json knows standard output.
 */
export async function requireFiles(files: Readonly<Record<`--${string}`, string | undefined>>): Promise<void> {
  for (const [option, path] of Object.entries(files)) {
    if (path === undefined || (path === '-' && option === '--json')) continue;
    if (path === '-') throw new CliError('CLI_BAD_OPTION', `${option} -: only --json writes to standard output; name a file`);
    await requireWritableFile(path);
  }
}

/** Writes what --json asks for, to standard output where it is `-`; made only if it is asked for. */
export async function writeJson(
  writes: EachWritten,
  path: string | undefined,
  make: () => string | Iterable<string> | Promise<Iterable<string>>,
): Promise<void> {
  if (path === undefined) return;
  const json = await make();
  if (path !== '-') await writes.attempt(() => writeSafely(path, json));
  else for (const part of typeof json === 'string' ? [json] : json) process.stdout.write(part);
}

/** Writes the reports that pipelines read. */
export async function writePipelineFiles(writes: EachWritten, report: RunReport, { junit, sarif, cases }: PipelineFiles): Promise<void> {
  if (junit !== undefined) {
    const { reportAsJunit } = await import('../report/junit.ts');
    await writes.attempt(() => writeSafely(junit, reportAsJunit(report)));
  }
  if (sarif !== undefined) {
    const [{ reportAsSarif }, { caseSources }] = await Promise.all([import('../report/sarif.ts'), import('./case-source.ts')]);
    const sources = await caseSources(report, cases);
    await writes.attempt(() => writeSafely(sarif, reportAsSarif(report, sources)));
  }
}
