import type { Case } from '../../case/case.ts';
import type { RunReport } from '../../run/result.ts';

/** Runs cases on the built-in server, under so many names, one after the other; nothing else is asked. */
export async function runOnReference(cases: readonly Case[], targets = 1): Promise<RunReport> {
  const { runAll } = await import('../../run/run-all.ts');
  const { report } = await runAll({
    targets: Array.from({ length: targets }, () => 'reference'),
    targetOptions: {},
    cases,
    knownIds: new Set(cases.map(({ id }) => id)),
    expectations: [],
    askHaproxy: false,
    capture: false,
    untested: [],
    command: 'mywire run',
    version: '0',
  });
  return report;
}
