import { Command } from 'commander';
import { CliError } from './error.ts';
import { collect, durationMs, knownOptions, targetOptions, whole } from './options.ts';
import type { TargetArguments } from './target-options.ts';

/** What `mywire fuzz` was told on the command line. */
export interface FuzzArguments extends TargetArguments {
  /** ms */
  readonly time?: number;
  readonly runs?: number;
  readonly seed?: number;
  readonly against?: string;
  readonly oracle?: string[];
  readonly workers: number;
  readonly concurrency: number;
  readonly shard?: string;
  readonly limit: number;
  readonly out?: string;
  readonly corpus?: string[];
  readonly exec?: string;
  readonly json?: string;
  readonly expectations: string[] | false;
  readonly color: boolean;
}

/** mywire fuzz: sessions by chance, honest and with lies, until a fault shows. */
export function fuzzVerb(): Command {
  const [known, noneKnown] = knownOptions('findings');
  return targetOptions(new Command('fuzz'))
    .description('send what nobody has thought of: find protocol faults by chance, each as the smallest case that shows it')
    .argument('[target]', '127.0.0.1:3306, mariadb:11.8, local:proxysql+mariadb, haproxy:3.0+mariadb:11.8, reference')
    .option('--time <duration>', 'how long: 90s, 10m, 2h (default 60s, unless --runs is given)', durationMs)
    .option('--runs <n>', 'how many fresh sessions; over all shards together', whole(1, 1_000_000_000))
    .option('--seed <n>', 'the same seed sends the same sessions; default: another one each time', whole(0, 0xffffffff))
    .option('--against <target>', 'hold every answer against that of this target: the server behind the proxy, the version before')
    .option('--oracle <name>', 'only ask this oracle; may be repeated', collect)
    .option('--list-oracles', 'list the oracles and stop')
    .option('--workers <n>', 'processes that play sessions', whole(1, 64), 1)
    .option('--concurrency <n>', 'most sessions at once, per worker', whole(1, 500), 64)
    .option('--shard <i/n>', 'play the i-th of n parts; default: from JOB_COMPLETION_INDEX and MYWIRE_SHARDS, if they are set')
    .option('--limit <ms>', 'how long an answer may take, in ms', whole(50, 600_000), 3000)
    .option('--out <dir>', 'where journal, corpus and findings go; default mywire-fuzz/<target>-<seed>; a campaign that is there goes on')
    .option('--corpus <file>', 'begin with these sessions (corpus.jsonl of another campaign); may be repeated', collect)
    .option('--exec <file>', 'play this one session (exec.json of a finding) instead of a campaign, and say what it breaks')
    .option('--json <file>', 'write the result as JSON; - for standard output')
    .addOption(known)
    .addOption(noneKnown)
    .option('--no-color', 'plain text')
    .action(async (target: string | undefined, options: Record<string, unknown>) => {
      const { fuzzTarget, listOracles } = await import('./fuzz-target.ts');
      if (options['listOracles']) return listOracles();
      if (target === undefined)
        throw new CliError('CLI_BAD_OPTION', 'say what to fuzz: 127.0.0.1:3306, local:proxysql+mariadb, mariadb:11.8 or reference');
      process.exitCode = await fuzzTarget(target, options as unknown as FuzzArguments);
    })
    .addHelpText(
      'after',
      `
Only fuzz what is yours: sessions are odd on purpose, and some servers die of them.
Ctrl-C ends a campaign and reports it; the same command with the same --seed goes on with it.`,
    );
}
