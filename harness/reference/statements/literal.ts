import { status } from '../../codec/status.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../session.ts';

const quoted = /^'((?:[^'\\]|\\.|'')*)'$/s;
const quotedWithoutEscapes = /^'((?:[^']|'')*)'$/s;

/** The value of a literal: number, string, hexadecimal string, NULL, word (ON, utf8mb4). Throws Refusal 1064. */
export function literal({ status: flags }: Session, text: string): string | null {
  const plain = (flags & status.NO_BACKSLASH_ESCAPES) !== 0;
  const string = (plain ? quotedWithoutEscapes : quoted).exec(text);
  if (string) {
    const inner = (string[1] ?? '').replaceAll("''", "'");
    return plain ? inner : inner.replace(/\\(.)/gs, '$1');
  }
  const hex = /^x'((?:[0-9a-f]{2})*)'$/i.exec(text);
  if (hex) return Buffer.from(hex[1] ?? '', 'hex').toString('latin1');
  if (/^null$/i.test(text)) return null;
  if (/^-?[\w.]+$/.test(text)) return text;
  throw refuse.syntax(text.slice(0, 80));
}

/** The parts of a list, cut at the commas that stand in no quotes and no brackets. */
export function topLevel(list: string): string[] {
  const parts = [''];
  let depth = 0;
  let inQuotes = false;
  for (const char of list) {
    if (char === "'") inQuotes = !inQuotes;
    else if (!inQuotes && char === '(') depth++;
    else if (!inQuotes && char === ')') depth--;
    if (char === ',' && depth === 0 && !inQuotes) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim());
}
