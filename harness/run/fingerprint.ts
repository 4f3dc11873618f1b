import { createHash } from 'node:crypto';
import type { Case } from '../case/case.ts';

/** Of each case what it asks, as a short text: equal as long as the question is. Title, sources and links are no part of it. */
export function fingerprints(cases: readonly Case[]): Record<string, string> {
  return Object.fromEntries(cases.map((one) => [one.id, fingerprintOf(one)]));
}

function fingerprintOf({ level, needs, script, deliveries, tries, differs, limitMs, mostBytes }: Case): string {
  const asked = { level, needs, script, deliveries, tries, differs, limitMs, mostBytes };
  return createHash('sha256').update(JSON.stringify(asked, inOrder)).digest('hex').slice(0, 16);
}

/** Keys in order: the same question gives the same text however it is written. */
function inOrder(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
