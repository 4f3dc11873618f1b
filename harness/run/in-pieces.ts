import type { CheckResult } from './result.ts';

/** Fewer failures than this are read one by one. */
const MANY = 24;

/**
 * A target that does not put together a packet that comes in pieces fails most cases under `bytes` and `fields`. Each of those verdicts
 * is right, and all are of one fault: told once. Undefined where it is not so.
 */
export function losesPieces(results: readonly CheckResult[]): string | undefined {
  const passedWhole = new Set(results.filter((r) => r.delivery === 'whole' && r.verdict === 'pass').map((r) => r.case));
  const inPieces = results.filter(
    (r) => (r.delivery === 'bytes' || r.delivery === 'fields') && passedWhole.has(r.case) && (r.verdict === 'pass' || r.verdict === 'fail'),
  );
  const failed = inPieces.filter((r) => r.verdict === 'fail');
  if (failed.length < MANY || failed.length * 2 < inPieces.length) return undefined;
  return (
    `One fault, and many failures: ${failed.length} of ${inPieces.length} checks under the deliveries bytes and fields fail although the same case ` +
    'passes under whole. The target does not read a packet that arrives in pieces. --delivery whole shows what else there is.'
  );
}
