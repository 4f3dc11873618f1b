import { Command, Option } from 'commander';
import { selectionOf, selectionOptions } from './options.ts';

/** What `mywire list --json` tells of a case. */
export const listed = ['id', 'title', 'level', 'deliveries', 'tries', 'source', 'killedBy'] as const;

/** mywire list: every case with its level and title. */
export function listVerb(): Command {
  return selectionOptions(new Command('list').description('list the cases'))
    .option('--json', 'as JSON')
    .addOption(
      new Option(
        '--coverage',
        'as a map of the protocol, in Markdown: which cases ask about what, and why nothing asks about the rest',
      ).conflicts('json'),
    )
    .action(async (options: Record<string, unknown>) => {
      const [{ suites, untested }, { select }] = await Promise.all([import('../../suites/index.ts'), import('../run/select.ts')]);
      const cases = select(suites, selectionOf(options));
      if (options['coverage']) {
        const [{ coverageOf }, { coverageMarkdown }] = await Promise.all([import('../run/coverage.ts'), import('../report/coverage.ts')]);
        process.stdout.write(coverageMarkdown(coverageOf(cases), untested, cases.length));
        return;
      }
      if (options['json']) {
        const rows = cases.map((one) => Object.fromEntries(listed.map((field) => [field, one[field]])));
        process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
        return;
      }
      const width = Math.max(...cases.map((one) => one.id.length));
      const lines = cases.map((one) => `${one.id.padEnd(width)}  ${one.level.padEnd(7)}  ${one.title}\n`);
      process.stdout.write(`${lines.join('')}${cases.length} cases\n`);
    });
}
