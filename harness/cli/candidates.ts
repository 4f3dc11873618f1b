import type { Command, Option } from 'commander';
import { deliveries } from '../case/delivery.ts';
import { levels } from '../case/verdict.ts';

/** Instead of words: the shell shall complete a path. */
export const FILES = ':files';

/** What a value may be, by the name that the help gives it: <file>, <target>, <id> … */
const ofPlaceholder: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  case: caseIds,
  id: caseIds,
  area: areas,
  level: async () => levels,
  target: targets,
  targets,
  file: files,
  dir: files,
  in: files,
  out: files,
  folders: files,
};
/** Names that the help calls <name>. */
const ofOption: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  '--delivery': async () => Object.keys(deliveries),
  '--defect': async () => (await import('../reference/index.ts')).defects.map(({ name }) => name),
};

/**
 * What may stand where the cursor is, at the end of `line`: verbs, options, their values, targets, case ids. Words are split
 * at blanks, without the quotes that a shell knows.
 */
export async function candidates(program: Command, line: string): Promise<readonly string[]> {
  const words = line.split(/\s+/).slice(1);
  const current = words.pop() ?? '';
  const found = await offered(program, words, current);
  return found[0] === FILES ? found : found.filter((word) => word.startsWith(current));
}

async function offered(program: Command, before: readonly string[], current: string): Promise<readonly string[]> {
  const [verb, ...rest] = before;
  if (verb === undefined) return [...program.commands.map((one) => one.name()), '--help', '--version'];
  if (verb === 'help') return rest.length === 0 ? program.commands.map((one) => one.name()) : [];
  const command = program.commands.find((one) => one.name() === verb);
  if (!command) return [];
  const last = rest.at(-1);
  const option = last === undefined ? undefined : command.options.find((one) => one.long === last || one.short === last);
  if (option && (option.required || option.optional)) return valuesOf(option);
  if (current.startsWith('-')) return [...command.options.flatMap(({ long }) => long ?? []), '--help'];
  return argumentOf(command, rest);
}

async function valuesOf(option: Option): Promise<readonly string[]> {
  if (option.argChoices) return option.argChoices;
  const named = ofOption[option.long ?? ''];
  if (named) return named();
  const placeholder = /[<[]([a-z]+)/.exec(option.flags)?.[1] ?? '';
  return (await ofPlaceholder[placeholder]?.()) ?? [];
}

/** The next argument that is no option and no value of one; the last may be repeated. */
async function argumentOf(command: Command, rest: readonly string[]): Promise<readonly string[]> {
  const given = rest.filter((word, i) => {
    const value = command.options.find((one) => one.long === rest[i - 1]);
    return !word.startsWith('-') && !value?.required;
  });
  const args = command.registeredArguments;
  const argument = args[given.length] ?? (args.at(-1)?.variadic ? args.at(-1) : undefined);
  if (!argument) return command.options.flatMap(({ long }) => long ?? []);
  if (argument.argChoices) return argument.argChoices;
  if (command.name() === 'scenario') return (await import('../../suites/scenarios.ts')).scenarios.map(({ id }) => id);
  return (await ofPlaceholder[argument.name()]?.()) ?? [];
}

async function files(): Promise<readonly string[]> {
  return [FILES];
}

async function caseIds(): Promise<readonly string[]> {
  return (await import('../../suites/index.ts')).suites.map(({ id }) => id);
}

async function areas(): Promise<readonly string[]> {
  return [...new Set((await caseIds()).map((id) => id.slice(0, id.indexOf('/'))))];
}

/** Those of this machine's programs and images, and the built-in server. */
async function targets(): Promise<readonly string[]> {
  const { targetsHere } = await import('../target/targets-here.ts');
  return targetsHere();
}
