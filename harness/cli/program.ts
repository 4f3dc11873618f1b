import { Command } from 'commander';
import { agentVerb } from './agent.ts';
import { bundleVerb } from './bundle.ts';
import { completionVerb } from './completion.ts';
import { doctorVerb } from './doctor.ts';
import { examplesText } from './examples.ts';
import { explainVerb } from './explain.ts';
import { fuzzVerb } from './fuzz.ts';
import { gateVerb } from './gate.ts';
import { initVerb } from './init.ts';
import { inspectVerb } from './inspect.ts';
import { listVerb } from './list.ts';
import { mergeVerb } from './merge.ts';
import { recordVerb } from './record.ts';
import { redactVerb } from './redact.ts';
import { replayVerb } from './replay.ts';
import { runVerb } from './run.ts';
import { scenarioVerb } from './scenario.ts';
import { serveVerb } from './serve.ts';
import { version } from './version.ts';

const verbs = [
  runVerb,
  gateVerb,
  initVerb,
  fuzzVerb,
  mergeVerb,
  replayVerb,
  inspectVerb,
  recordVerb,
  redactVerb,
  bundleVerb,
  scenarioVerb,
  listVerb,
  explainVerb,
  serveVerb,
  agentVerb,
  doctorVerb,
];

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
  for (const verb of [...verbs, () => completionVerb(program)]) {
    const command = verb().exitOverride();
    program.addCommand(command.addHelpText('after', () => examplesText(command.name())));
  }
  return program;
}
