import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import type { RunReport } from '../run/result.ts';

/** What a run tells GitHub beside its text. */
interface GithubJob {
  readonly end: (report: RunReport) => Promise<void>;
}

/**
 * Within a job of GitHub (or told so): from now on nothing that is printed is a workflow command; the end writes the summary
 * of the job and the annotations. Undefined elsewhere.
 */
export async function githubJob(told: boolean | undefined, screen: NodeJS.WritableStream): Promise<GithubJob | undefined> {
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  const there = process.env['GITHUB_ACTIONS'] === 'true' && summary !== undefined && summary !== '';
  if (!(told ?? there)) return undefined;
  const { githubAnnotations, githubQuiet, githubSummary } = await import('../report/github.ts');
  const { before, after } = githubQuiet(randomUUID());
  screen.write(before);
  return {
    end: async (report) => {
      screen.write(after);
      for (const line of githubAnnotations(report)) screen.write(`${line}\n`);
      if (summary === undefined || summary === '') return;
      await appendFile(summary, githubSummary(report)).catch((error: Error) =>
        process.stderr.write(`mywire: the summary of the job could not be written: ${error.message}\n`),
      );
    },
  };
}
