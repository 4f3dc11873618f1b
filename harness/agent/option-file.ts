import { AgentError } from './error.ts';

/** The groups that are read, the later over the earlier. */
const groups = ['client', 'mywire-agent'] as const;

/**
 * Reads an option file of the MySQL and MariaDB programs: groups, `name = value`, quotes, escapes, comments.
 * https://dev.mysql.com/doc/refman/8.4/en/option-files.html
 * @returns the options of [client] and [mywire-agent], names with dashes
 * @throws AgentError AGENT_BAD_OPTION with the line; never with its text, which may be a password
 */
export function parseOptionFile(text: string, file: string): ReadonlyMap<string, string> {
  const of = new Map<string, Map<string, string>>(groups.map((name) => [name, new Map()]));
  let group: string | undefined;
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const wrong = (says: string) => new AgentError('AGENT_BAD_OPTION', `${file}:${at + 1}: ${says}`);
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('!')) throw wrong('!include and !includedir are not read here; name the file that has the account');
    const head = /^\[([^\]]+)\]/.exec(line);
    if (head) {
      group = head[1]?.trim();
      continue;
    }
    const option = /^([\w-]+)\s*(?:=\s*(.*))?$/.exec(line);
    if (!option || group === undefined)
      throw wrong(group === undefined ? 'there is no [group] above this line' : 'this is no "name = value"');
    of.get(group)?.set((option[1] ?? '').replaceAll('_', '-'), unquoted(option[2] ?? ''));
  }
  return new Map(groups.flatMap((name) => [...(of.get(name) ?? [])]));
}

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', r: '\r', s: ' ', '\\': '\\', '"': '"', "'": "'" };

function unquoted(text: string): string {
  const inQuotes = /^(["'])(.*)\1\s*(?:#.*)?$/.exec(text);
  const value = inQuotes?.[2] ?? text.replace(/#.*$/, '').trim();
  return value.replace(/\\(.)/g, (all, char: string) => escapes[char] ?? all);
}
