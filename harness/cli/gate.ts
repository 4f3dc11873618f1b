import { Command } from 'commander';
import { collect, durationMs, selectionOf, selectionOptions, targetOptions, whole } from './options.ts';
import type { TargetArguments } from './target-options.ts';

/** What `mywire gate` was told on the command line. */
export interface GateArguments extends TargetArguments {
  readonly baseline?: string;
  readonly candidate?: string;
  readonly versions?: string;
  readonly config?: string;
  readonly save?: string;
  readonly cases?: string[];
  readonly tries?: number;
  readonly concurrency: number;
  readonly limit: number;
  /** ms */
  readonly timeLimit?: number;
  readonly json?: string;
  readonly html?: string;
  readonly junit?: string;
  readonly sarif?: string;
  readonly github?: boolean;
  readonly expectations?: string[];
  readonly haproxy: boolean;
  readonly color: boolean;
}

/** mywire gate: is the candidate fit to take the place of the baseline? */
export function gateVerb(): Command {
  const command = new Command('gate')
    .description('stop an upgrade that would break clients: what the candidate does otherwise than the baseline, with the packets of both')
    .option('--baseline <target>', 'what is in production: a target, or a file that --save wrote')
    .option('--candidate <target>', 'what is to take its place')
    .option('--versions <list>', 'each version against the one before: haproxy:2.2,2.6,3.0,3.2 or local:proxysql:2.0.18,2.7.1+mariadb')
    .option('--config <file>', 'what stops the gate, and the targets; default: mywire.config.yaml or mywire.config.ts, if it is here')
    .option('--save <file>', 'write what the last target did, with all packets, to be the baseline another time (.gz packs it)');
  return targetOptions(selectionOptions(command))
    .option('--cases <file>', 'the cases of this file (YAML or JSON) instead of the built-in ones; may be repeated', collect)
    .option('--tries <n>', 'tries of the cases that look for races (they ask for 500)', whole(1, 100_000))
    .option('--concurrency <n>', 'connections at once', whole(1, 500), 24)
    .option('--limit <ms>', 'how long an answer may take, in ms', whole(50, 600_000), 5000)
    .option('--time-limit <duration>', 'end after 90s, 10m, 2h: what was not compared by then is inconclusive', durationMs)
    .option('--json <file>', 'write the result as JSON; - for standard output')
    .option('--html <file>', 'write both sides as one page that opens with what differs')
    .option('--junit <file>', 'write the checks of the candidate as JUnit XML: what stops the gate fails')
    .option('--sarif <file>', 'write what stops the gate as SARIF')
    .option('--github', "a summary of the job and annotations, for GitHub's workflows; happens by itself there")
    .option('--no-github', 'not there either')
    .option('--expectations <file>', 'deviations of the candidate that you take; may be repeated', collect)
    .option('--no-haproxy', 'do not ask a real HAProxy what it believes of each server')
    .option('--no-color', 'plain text')
    .action(async (options: Record<string, unknown>) => {
      const { runGate } = await import('./run-gate.ts');
      process.exitCode = await runGate(options as unknown as GateArguments, selectionOf(options));
    });
}
