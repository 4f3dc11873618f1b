import type { CheckResult, RunReport } from '../../run/result.ts';
import { runOnReference } from './on-reference.ts';

const TARGETS = ['reference', 'reference again', 'reference a third time'];

/** What some cases on the built-in server gave, with other ids until it is long: real packets, so that the size is that of a real run. */
export async function longReport(checks: number): Promise<RunReport> {
  const { suites } = await import('../../../suites/index.ts');
  const cases = suites.filter(({ id }, i) => i % 20 === 7 && !id.startsWith('limits/'));
  const report = await runOnReference(cases);
  const [one] = report.targets;
  const some = one?.results ?? [];
  if (!one || some.length === 0) throw new Error('no check was run');
  const results = (target: string): CheckResult[] =>
    Array.from({ length: checks }, (_, i) => {
      const result = some[i % some.length] as CheckResult;
      return { ...result, target, case: `${result.case}-${Math.floor(i / some.length)}` };
    });
  return { ...report, targets: TARGETS.map((target) => ({ ...one, target, results: results(target) })) };
}
