import { Command } from 'commander';
import { agentVerb } from './agent.ts';
import { bundleVerb } from './bundle.ts';
import { completionVerb } from './completion.ts';
import { doctorVerb } from './doctor.ts';
import { examplesText } from './examples.ts';
import { exitCodesText } from './exit-codes.ts';
import { explainVerb } from './explain.ts';
import { fuzzVerb } from './fuzz.ts';
import { gateVerb } from './gate.ts';
import { initVerb } from './init.ts';
import { inspectVerb } from './inspect.ts';
import { listVerb } from './list.ts';
import { mergeVerb } from './merge.ts';
import { groupOptions } from './option-groups.ts';
import { recordVerb } from './record.ts';
import { redactVerb } from './redact.ts';
import { replayVerb } from './replay.ts';
import { runVerb } from './run.ts';
import { scenarioVerb } from './scenario.ts';
import { serveVerb } from './serve.ts';
import { version } from './version.ts';

const verbs: Readonly<Record<string, readonly (() => Command)[]>> = {
  'Judge servers and proxies:': [runVerb, gateVerb, initVerb, scenarioVerb, fuzzVerb, mergeVerb],
  'Captures and evidence:': [inspectVerb, recordVerb, replayVerb, redactVerb, bundleVerb],
  'Look up:': [listVerb, explainVerb, doctorVerb],
  'Serve:': [serveVerb, agentVerb],
};

/** The whole command line: every verb, and behind the help of each its examples. */
export function mywireProgram(): Command {
  const program = new Command('mywire')
    .description('Tells whether a MySQL or MariaDB server or proxy speaks the wire protocol right, and shows the packets.')
    .version(version())
    .exitOverride()
    .showHelpAfterError('(mywire --help shows all verbs)')
    .addHelpText(
      'after',
      `
Targets are written 127.0.0.1:3306, mariadb:11.8, haproxy:3.0+mariadb:11.8 (Docker), local:haproxy+mariadb
(programs on this machine) or reference (the built-in server). Exit codes: 0 good, 1 the target deviates,
2 usage, 3 inconclusive: we could not judge. "mywire VERB --help" has examples; mywire doctor says what is missing here.`,
    );
  const all = { ...verbs, 'Shell:': [() => completionVerb(program)] };
  for (const [group, verb] of Object.entries(all).flatMap(([name, some]) => some.map((one) => [name, one] as const))) {
    const command = verb().exitOverride().helpGroup(group);
    command.showHelpAfterError(`(mywire ${command.name()} --help shows what it takes)`);
    groupOptions(command);
    program.addCommand(command.addHelpText('after', () => `${exitCodesText(command.name())}\n${examplesText(command.name())}`));
  }
  return program;
}
