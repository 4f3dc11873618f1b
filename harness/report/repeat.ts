import type { CheckResult } from '../run/result.ts';
import { oneLine } from './layout.ts';

/** Options of `mywire run` without which a check could not be asked again, or not in the same way; each takes a value. */
const CARRIED = new Set([
  '--check-user',
  '--user',
  '--plugin',
  '--database',
  '--as',
  '--binary',
  '--image',
  '--tries',
  '--limit',
  '--cases',
  '--against',
]);

/**
 * The one command that runs this check again. What the run itself was told about the target (accounts, programs, images)
 * is carried over from its command, but for `cases`, the file of cases where it now stands; passwords are not, they come from MYWIRE_PASSWORD.
 */
export function repeatCommand(result: Pick<CheckResult, 'target' | 'case' | 'delivery'>, command: string, cases?: string): string {
  const words = ['mywire run', shellWord(result.target), '--case', shellWord(result.case), '--delivery', result.delivery];
  // What is known would be no failure.
  const bare = wordsOf(command).filter((word) => word === '--no-expectations');
  return [...words, ...bare, ...carried(command, cases)].join(' ');
}

/** The programs and images that somebody named on the command line. */
export interface Named {
  readonly binaries?: Readonly<Record<string, string | undefined>>;
  readonly images?: Readonly<Record<string, string>>;
}

/** The same of a scenario. */
export function repeatStory(id: string, on: string, full: boolean, { binaries = {}, images = {} }: Named = {}): string {
  const given = (option: string, table: Readonly<Record<string, string | undefined>>) =>
    Object.entries(table).flatMap(([name, value]) => (value === undefined ? [] : [option, shellWord(`${name}=${value}`)]));
  const words = [...given('--binary', binaries), ...given('--image', images)];
  return ['mywire scenario', shellWord(id), '--on', shellWord(on), ...(full ? ['--full'] : []), ...words, '--out evidence'].join(' ');
}

/** A word may be quoted as a shell quotes it. */
const wordsOf = (command: string): readonly string[] => oneLine(command).match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];

/** Of a command line, the options that say what the target is. */
export function carried(command: string, cases?: string): string[] {
  return wordsOf(command).flatMap((word, i, words) => {
    const [name = ''] = word.split('=', 1);
    if (!CARRIED.has(name)) return [];
    if (name === '--cases' && cases !== undefined) return [name, cases];
    if (word !== name) return [word];
    const value = words[i + 1];
    return value === undefined ? [] : [word, value];
  });
}

/** Quoted where a POSIX shell would read more than a word. */
export function shellWord(text: string): string {
  const word = oneLine(text);
  return /^[A-Za-z0-9_./:+,@%=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
