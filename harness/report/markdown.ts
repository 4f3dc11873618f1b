import { oneLine } from './layout.ts';

/** Text of ours or of a server as code: nothing in it is markup, a mention or a reference to another issue. */
export function codeSpan(text: string): string {
  const line = oneLine(text).trim() || ' ';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** Lines as a block of code. */
export function codeBlock(lines: readonly string[], language = ''): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...lines, fence];
}

/** A sentence in which nothing is markup. */
export function plain(text: string, most = 2000): string {
  return oneLine(text, most)
    .replaceAll(/[\\`*_~<>[\]|&$]/g, '\\$&')
    .replaceAll(/[@#](?=\w)/g, '$&\u2060');
}
