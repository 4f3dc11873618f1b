import type { AnyScenario } from './scenario.ts';

/** No scenario has that name. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code = 'SCENARIO_UNKNOWN';
}

/**
 * The scenarios that the user named, in their own order: by id ('*' stands for any text) or by report ('S1'); all without names.
 * @throws ScenarioError SCENARIO_UNKNOWN for a name that fits none
 */
export function selectScenarios(all: readonly AnyScenario[], names: readonly string[]): AnyScenario[] {
  if (names.length === 0) return [...all];
  const chosen = new Set<AnyScenario>();
  for (const name of names) {
    const pattern = new RegExp(`^${name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
    const found = all.filter(({ id, report }) => pattern.test(id) || report.toLowerCase() === name.toLowerCase());
    if (found.length === 0) {
      throw new ScenarioError(`there is no scenario "${name.slice(0, 100)}"; "mywire scenario --list" shows all`);
    }
    for (const one of found) chosen.add(one);
  }
  return all.filter((one) => chosen.has(one));
}
