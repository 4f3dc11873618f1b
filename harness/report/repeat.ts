import type { CheckResult } from '../run/result.ts';
import { oneLine } from './layout.ts';

/** The one command that runs this check again. */
export function repeatCommand(result: Pick<CheckResult, 'target' | 'case' | 'delivery'>): string {
  return `mywire run ${shellWord(result.target)} --case ${shellWord(result.case)} --delivery ${result.delivery}`;
}

/** Quoted where a POSIX shell would read more than a word. */
function shellWord(text: string): string {
  const word = oneLine(text);
  return /^[A-Za-z0-9_./:+,@%=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
