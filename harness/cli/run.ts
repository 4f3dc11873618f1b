import { Command, InvalidArgumentError, Option } from 'commander';
import { type Delivery, deliveries } from '../case/delivery.ts';
import { collect, durationMs, knownOptions, selectionOf, selectionOptions, targetOptions, whole } from './options.ts';
import type { TargetArguments } from './target-options.ts';

/** What `mywire run` was told on the command line. */
export interface RunArguments extends TargetArguments {
  readonly cases?: string[];
  readonly delivery?: Delivery[];
  readonly tries?: number;
  readonly concurrency: number;
  readonly limit: number;
  readonly json?: string;
  readonly junit?: string;
  readonly sarif?: string;
  /** Told, or from what GitHub sets for its jobs. */
  readonly github?: boolean;
  /** ms */
  readonly timeLimit?: number;
  readonly html?: string;
  readonly out?: string;
  readonly expectations: string[] | false;
  readonly haproxy: boolean;
  readonly color: boolean;
}

/** mywire run: the cases against one or more targets. */
export function runVerb(): Command {
  const [known, noneKnown] = knownOptions('deviations');
  const command = new Command('run')
    .description('run the cases against targets; without one, against the best that this machine has')
    .argument('[targets...]', '127.0.0.1:3306, mariadb:11.8, haproxy:3.0+mariadb:11.8, local:haproxy+mariadb, reference');
  return targetOptions(selectionOptions(command))
    .option('--cases <file>', 'the cases of this file (YAML or JSON) instead of the built-in ones; may be repeated', collect)
    .addOption(
      new Option('--delivery <name>', `only this delivery (${Object.keys(deliveries).join(', ')}); may be repeated`).argParser(oneDelivery),
    )
    .option('--tries <n>', 'tries of the cases that look for races (they ask for 500)', whole(1, 100_000))
    .option('--concurrency <n>', 'connections at once', whole(1, 500), 24)
    .option('--limit <ms>', 'how long an answer may take, in ms', whole(50, 600_000), 5000)
    .option('--json <file>', 'write the report as JSON; - for standard output')
    .option('--time-limit <duration>', 'end the run after 90s, 10m, 2h: what was not reached by then is inconclusive', durationMs)
    .option('--junit <file>', 'write the report as JUnit XML')
    .option('--sarif <file>', 'write the deviations as SARIF 2.1.0, for code-scanning pages')
    .option('--github', "a summary of the job and annotations, for GitHub's workflows; happens by itself there")
    .option('--no-github', 'not there either')
    .option('--html <file>', 'write the report as one HTML file: a matrix, and of each check the packets; it needs no network')
    .option(
      '--out <dir>',
      'write an evidence folder per deviating case: packets with TLS secrets, transcript, versions and configs, issue.md',
    )
    .addOption(known)
    .addOption(noneKnown)
    .option('--no-haproxy', 'do not ask a real HAProxy what it believes of each server')
    .option('--no-color', 'plain text')
    .action(async (targets: string[], options: Record<string, unknown>) => {
      const { runTargets } = await import('./run-targets.ts');
      process.exitCode = await runTargets(targets, options as unknown as RunArguments, selectionOf(options));
    });
}

function oneDelivery(value: string, before: Delivery[] = []): Delivery[] {
  if (!(value in deliveries)) throw new InvalidArgumentError(`It must be one of ${Object.keys(deliveries).join(', ')}`);
  return [...before, value as Delivery];
}
