import { areaOf, type Case } from '../case/case.ts';
import type { Level } from '../case/verdict.ts';
import { nearest } from '../target/nearest.ts';
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
      throw new RunError('RUN_UNKNOWN_CASE', `no case has the id "${pattern}"${meant(pattern, all)}; "mywire list" shows all`);
  return all.filter(
    (one) =>
      (!selection.cases?.length || selection.cases.some((pattern) => fits(one.id, pattern))) &&
      (!selection.areas?.length || selection.areas.includes(areaOf(one))) &&
      (!selection.levels?.length || selection.levels.includes(one.level)),
  );
}

/** Names of cases, or of areas, in a file of the user's. Throws RUN_UNKNOWN_CASE for one that fits nothing. @param where the key in the file */
export function requireNamed(all: readonly Case[], names: readonly string[], where: string): void {
  const areas = [...new Set(all.map(areaOf))];
  for (const name of names) {
    if (areas.includes(name) || all.some((one) => fits(one.id, name))) continue;
    const area = nearest(name, areas);
    const says = area === undefined ? meant(name, all) : didYouMean(area);
    throw new RunError('RUN_UNKNOWN_CASE', `${where}: there is no area and no case "${name}"${says}; "mywire list" shows all`);
  }
}

/** Is this the id, or does it fit the pattern, in which `*` stands for any text? */
export function fits(id: string, pattern: string): boolean {
  if (!pattern.includes('*')) return id === pattern;
  const literal = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`).test(id);
}

/** The id that is a few letters away, else the one that shares the most words: of the same area, where there is such a one. */
function meant(pattern: string, all: readonly Case[]): string {
  const [first = '', ...rest] = pattern.split('/');
  const area = rest.length > 0 ? nearest(first, [...new Set(all.map(areaOf))]) : undefined;
  const name = area === undefined ? pattern : rest.join('/');
  const ids = all.filter((one) => area === undefined || areaOf(one) === area).map(({ id }) => id);
  if (name.includes('*')) {
    const corrected = `${area}/${name}`;
    return ids.some((id) => fits(id, corrected)) ? didYouMean(corrected) : '';
  }
  const names = area === undefined ? ids : ids.map((id) => id.slice(area.length + 1));
  const near = nearest(name, names) ?? sharing(name, names);
  return near === undefined ? '' : didYouMean(area === undefined ? near : `${area}/${near}`);
}

const didYouMean = (id: string) => `; did you mean "${id}"?`;

function sharing(name: string, names: readonly string[]): string | undefined {
  const words = new Set(name.split(/[/-]/));
  let best: { one: string; shared: number } | undefined;
  for (const one of names) {
    const shared = one.split(/[/-]/).filter((word) => words.has(word)).length;
    if (shared > (best?.shared ?? 0)) best = { one, shared };
  }
  return best?.one;
}
