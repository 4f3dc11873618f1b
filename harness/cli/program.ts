import { Command } from 'commander';
import { examplesText } from './examples.ts';
import { exitCodesText } from './exit-codes.ts';
import { groupOptions } from './option-groups.ts';
import { version } from './version.ts';

/** By their groups in the help. Each is loaded when it is declared: to start, a verb needs none of the others. */
const verbs: Readonly<Record<string, Readonly<Record<string, (program: Command) => Promise<Command>>>>> = {
  'Judge servers and proxies:': {
    run: async () => (await import('./run.ts')).runVerb(),
    gate: async () => (await import('./gate.ts')).gateVerb(),
    init: async () => (await import('./init.ts')).initVerb(),
    scenario: async () => (await import('./scenario.ts')).scenarioVerb(),
    fuzz: async () => (await import('./fuzz.ts')).fuzzVerb(),
    merge: async () => (await import('./merge.ts')).mergeVerb(),
  },
  'Captures and evidence:': {
    inspect: async () => (await import('./inspect.ts')).inspectVerb(),
    record: async () => (await import('./record.ts')).recordVerb(),
    replay: async () => (await import('./replay.ts')).replayVerb(),
    redact: async () => (await import('./redact.ts')).redactVerb(),
    bundle: async () => (await import('./bundle.ts')).bundleVerb(),
  },
  'Look up:': {
    list: async () => (await import('./list.ts')).listVerb(),
    explain: async () => (await import('./explain.ts')).explainVerb(),
    doctor: async () => (await import('./doctor.ts')).doctorVerb(),
  },
  'Serve:': {
    serve: async () => (await import('./serve.ts')).serveVerb(),
    agent: async () => (await import('./agent.ts')).agentVerb(),
  },
  'Shell:': {
    completion: async (program) => (await import('./completion.ts')).completionVerb(program),
  },
};

/** The command line: every verb, or as much of it as these words need; behind the help of each its exit codes and its examples. */
export async function mywireProgram(words: readonly string[] = []): Promise<Command> {
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
  for (const [group, name, verb] of needed(words)) {
    const command = (await verb(program)).exitOverride().helpGroup(group);
    command.showHelpAfterError(`(mywire ${name} --help shows what it takes)`);
    groupOptions(command);
    program.addCommand(command.addHelpText('after', () => `${exitCodesText(name)}\n${examplesText(name)}`));
  }
  return program;
}

/** The verb that is named; all where none is, for the help and for what is misspelt. */
function needed([word = '']: readonly string[]) {
  const all = Object.entries(verbs).flatMap(([group, some]) => Object.entries(some).map(([name, verb]) => [group, name, verb] as const));
  const named = all.filter(([, name]) => name === word);
  const isEnough = (named.length > 0 && word !== 'completion') || ['--version', '-V'].includes(word);
  return isEnough ? named : all;
}
