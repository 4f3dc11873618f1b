import type { Step, Stimulus } from '../case/step.ts';
import { roleOf } from './role-of.ts';
import { role } from './timed.ts';
import type { WrittenCase } from './to-case.ts';

/** What was left of a case, and after how many plays. */
export interface Minimal {
  readonly case: WrittenCase;
  readonly tries: number;
}

/** Plays that one case is worth. */
const MOST_TRIES = 60;

/**
 * Leaves out of a case what the difference does not need: all at once, halves, then one by one, from the first on; `shows` plays what
 * is left. Only questions that read, with their answers, are ever left out: of what a write or SET leaves out changes for those behind it,
 * a right server could not give the expected answers either, and the case would be wrong though it fails in the same way.
 */
export async function minimalCase(
  written: WrittenCase,
  shows: (candidate: WrittenCase) => Promise<boolean>,
  mostTries = MOST_TRIES,
): Promise<Minimal> {
  let kept = exchangesOf(written.script);
  let tries = 0;
  const caseOf = (list: readonly Exchange[]): WrittenCase => ({ ...written, script: list.flatMap(({ steps }) => steps) });
  let size = kept.filter(({ reads }) => reads).length;
  while (size > 0 && tries < mostTries) {
    let dropped = false;
    const candidates = kept.filter(({ reads }) => reads);
    for (let at = 0; at < candidates.length && tries < mostTries; at += size) {
      const without = new Set(candidates.slice(at, at + size));
      const rest = kept.filter((one) => !without.has(one));
      tries++;
      if (!(await shows(caseOf(rest)))) continue;
      kept = rest;
      dropped = true;
    }
    const left = kept.filter(({ reads }) => reads).length;
    size = size === 1 && !dropped ? 0 : Math.min(left, Math.max(1, Math.floor(size / 2)));
    if (left === 0) break;
  }
  return { case: caseOf(kept), tries };
}

/** What a client sent, and what it expects for it. */
interface Exchange {
  readonly steps: readonly Step[];
  readonly reads: boolean;
}

/** The steps in groups: each begins with something that the client does. The last has the difference in it. */
function exchangesOf(script: readonly Step[]): Exchange[] {
  const groups: Step[][] = [];
  for (const step of script) {
    const group = groups.at(-1);
    if (group && ('expect' in step || 'end' in step)) group.push(step);
    else groups.push([step]);
  }
  return groups.map((steps, i) => ({ steps, reads: i < groups.length - 1 && onlyReads(steps) }));
}

/** A SELECT with these leaves something behind for those to come. */
const leaves = /:=|\bINTO\b|\b(?:LAST_INSERT_ID|SQL_CALC_FOUND_ROWS|SLEEP)\b/i;

function onlyReads([first, ...behind]: readonly Step[]): boolean {
  if (!first || !('send' in first) || Array.isArray(first.send) || behind.length === 0) return false;
  const { message, with: given, sequenceId } = first.send as Stimulus;
  if (sequenceId !== undefined || behind.some((step) => !('expect' in step) || step.expect.some((one) => one.closes || one.waits)))
    return false;
  if (message === 'COM_PING' || message === 'COM_STATISTICS') return true;
  const query = given?.['query'];
  return message === 'COM_QUERY' && typeof query === 'string' && roleOf(message, query, undefined) === role.read && !leaves.test(query);
}
