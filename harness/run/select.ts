import { areaOf, type Case } from '../case/case.ts';
import type { Level } from '../case/verdict.ts';
import { RunError } from './error.ts';

export interface Selection {
  /** Ids, or ids with `*`: 'early-data/*'. */
  readonly cases?: readonly string[];
  readonly areas?: readonly string[];
  readonly levels?: readonly Level[];
}

/** The cases asked for, in the order of the suites. Throws RUN_UNKNOWN_CASE for a name that fits nothing. */
export function select(all: readonly Case[], selection: Selection): Case[] {
  const areas = new Set(all.map(areaOf));
  for (const area of selection.areas ?? [])
    if (!areas.has(area)) throw new RunError('RUN_UNKNOWN_CASE', `there is no area "${area}"; the areas are ${[...areas].join(', ')}`);
  for (const pattern of selection.cases ?? [])
    if (!all.some((one) => fits(one.id, pattern)))
      throw new RunError('RUN_UNKNOWN_CASE', `no case has the id "${pattern}"${nearest(pattern, all)}; "mywire list" shows all`);
  return all.filter(
    (one) =>
      (!selection.cases?.length || selection.cases.some((pattern) => fits(one.id, pattern))) &&
      (!selection.areas?.length || selection.areas.includes(areaOf(one))) &&
      (!selection.levels?.length || selection.levels.includes(one.level)),
  );
}

/** Is this the id, or does it fit the pattern, in which `*` stands for any text? */
export function fits(id: string, pattern: string): boolean {
  if (!pattern.includes('*')) return id === pattern;
  const literal = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`).test(id);
}

/** The id that shares the most words with what was asked for. */
function nearest(pattern: string, all: readonly Case[]): string {
  const words = new Set(pattern.split(/[/-]/));
  let best: { id: string; shared: number } | undefined;
  for (const { id } of all) {
    const shared = id.split(/[/-]/).filter((word) => words.has(word)).length;
    if (shared > (best?.shared ?? 0)) best = { id, shared };
  }
  return best ? `; did you mean "${best.id}"?` : '';
}
