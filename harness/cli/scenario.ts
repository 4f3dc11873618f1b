import { Command } from 'commander';
import { collect, image, program, whole } from './options.ts';

/** What `mywire scenario` was told on the command line. */
export interface ScenarioArguments {
  readonly on?: string[];
  readonly full?: boolean;
  readonly repeat: number;
  readonly out?: string;
  readonly json?: string;
  readonly binary?: Record<string, string>;
  readonly image?: Record<string, string>;
  readonly table?: boolean;
  readonly list?: boolean;
  readonly color: boolean;
}

/** mywire scenario: the stories on real topologies. */
export function scenarioVerb(): Command {
  return new Command('scenario')
    .description('play stories on whole topologies (proxies, replicas, clusters), with the packets of every link')
    .argument('[ids...]', "'switchover/careless', 'switchover/*', or a report's name such as S1; default: all")
    .option('--on <place>', "'local', 'docker', or versions: haproxy:2.2+mariadb:10.5; may be repeated", collect)
    .option('--full', "the report's sizes, not the small ones")
    .option('--repeat <n>', 'play each so often; verdicts must be equal', whole(1, 1000), 1)
    .option('--out <dir>', 'write a folder per scenario: packets, transcript, story, facts, versions and configs, plots, issue.md')
    .option('--json <file>', 'write the results as JSON; - for standard output')
    .option('--table', 'print what each product answered to the questions that all of them are asked, as Markdown')
    .option('--binary <product=path>', 'the program to use for a local product; may be repeated', program)
    .option('--image <name=image>', 'the image to use for a Docker product, mariadb:11.8=mine/mariadb; may be repeated', image)
    .option('--list', 'list the scenarios and their assertions, and stop')
    .option('--no-color', 'plain text')
    .action(async (ids: string[], options: Record<string, unknown>) => {
      const { playScenarios } = await import('./play-scenarios.ts');
      process.exitCode = await playScenarios(ids, options as unknown as ScenarioArguments);
    });
}
