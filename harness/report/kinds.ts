import type { CheckResult } from '../run/result.ts';
import { deviationOf, groupBy } from './deviations.ts';

/** Fewer failures than this are read one by one. */
const MANY = 24;
/** A kind is told of when it is one failure in so many … */
const ONE_IN = 10;
/** … and longer texts are cut. */
const MOST_TOLD = 160;

/**
 * Of a target that fails many checks: what came instead, most often first. One fault may fail hundreds of cases; whoever reads the report
 * sees here with which to begin. Results of one target.
 */
export function kindsOf(failed: readonly CheckResult[]): string[] {
  if (failed.length < MANY) return [];
  return groupBy(failed, kindOf)
    .filter((of) => of.length * ONE_IN >= failed.length)
    .sort((a, b) => b.length - a.length)
    .map((of) => {
      const first = of[0] as CheckResult;
      const cases = new Set(of.map((r) => r.case)).size;
      const { got } = deviationOf(first);
      const text = got.length > MOST_TOLD ? `${got.slice(0, MOST_TOLD)}…` : got;
      return `${of.length} of ${failed.length} failures, in ${cases} cases: ${text}; first in ${first.case} (${first.delivery})`;
    });
}

/** Without what varies: texts in quotes, and numbers but the code of an ERR. */
function kindOf(result: CheckResult): string {
  const { got } = deviationOf(result);
  const masked = got.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/(?<!ERR )\b(?:0x)?[\da-f]*\d[\da-f]*\b/g, 'N');
  return `${result.deviation?.axis} ${masked}`;
}
