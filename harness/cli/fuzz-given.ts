import { isExec, parseCorpus, shippedCorpus } from '../fuzz/corpus.ts';
import { FuzzError } from '../fuzz/error.ts';
import type { Exec } from '../fuzz/exec.ts';
import type { Oracle } from '../fuzz/oracle.ts';
import type { Shard } from '../fuzz/schedule.ts';
import { CliError } from './error.ts';
import type { FuzzArguments } from './fuzz.ts';
import { givenText } from './given-text.ts';
/** An exec.json: with the name by which the oracles ask what they had asked. */
export type SavedExec = Exec & { readonly path?: string };

/** The oracles that are asked. Throws CliError CLI_BAD_OPTION. */
export function chosenOracles(all: readonly Oracle[], { oracle, against }: FuzzArguments): Oracle[] {
  for (const name of oracle ?? [])
    if (!all.some((one) => one.name === name))
      throw new CliError('CLI_BAD_OPTION', `there is no oracle "${name}"; the oracles are ${all.map((one) => one.name).join(', ')}`);
  if (oracle?.includes('against') && against === undefined)
    throw new CliError('CLI_BAD_OPTION', '--oracle against needs a target to hold the answers against: --against local:mariadb');
  return all.filter(({ name, onlyByName }) => (oracle?.includes(name) ?? !onlyByName) && (name !== 'against' || against !== undefined));
}

/** '2/8' → the second of eight. Throws CliError CLI_BAD_OPTION. */
export function shardOf(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const [, part, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const [index, all] = [Number(part) - 1, Number(of)];
  if (part === undefined || index < 0 || index >= all)
    throw new CliError('CLI_BAD_OPTION', `a shard is i/n with i from 1 to n, such as 2/8, not "${text}"`);
  return { index, of: all };
}

/** A Kubernetes Indexed Job numbers its pods from 0, and does not tell them how many there are. */
export function shardFromEnvironment(): string | undefined {
  const { JOB_COMPLETION_INDEX: index, MYWIRE_SHARDS: of } = process.env;
  if (index === undefined || of === undefined) return undefined;
  return `${Number(index) + 1}/${of}`;
}

/** The sessions that a campaign begins with. Throws FuzzError FUZZ_BAD_CORPUS, CliError CLI_NO_FILE. */
export const corpusOf = (files: readonly string[] = []): Exec[] => [
  ...shippedCorpus(),
  ...files.flatMap((file) => parseCorpus(givenText(file, 'the corpus'), file).map(({ exec }) => exec)),
];

/** The session of a finding, to be played once. Throws FuzzError FUZZ_BAD_EXEC, CliError CLI_NO_FILE. */
export function readExec(file: string): SavedExec {
  const text = givenText(file, 'the session');
  try {
    const exec: unknown = JSON.parse(text);
    if (isExec(exec)) return exec;
  } catch {}
  throw new FuzzError('FUZZ_BAD_EXEC', `${file} is no session: give an exec.json of a finding`);
}
