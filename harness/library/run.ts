import type { Case } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import type { Expectation } from '../run/expectations.ts';
import { type Limits, usualLimits } from '../run/limits.ts';
import { packageVersion } from '../run/package-root.ts';
import type { CheckResult, RunReport } from '../run/result.ts';
import { runAll, type StartedBy } from '../run/run-all.ts';
import { shippedExpectations } from '../run/shipped-expectations.ts';
import type { TargetOptions } from '../target/options.ts';
import { parseTarget } from '../target/parse-target.ts';
import { cases as builtIn } from './cases.ts';

/** What to run, and on what. */
export interface RunRequest {
  /** '127.0.0.1:3306', 'mariadb:11.8', 'local:haproxy+mariadb', 'reference', or what `defineTarget` made. */
  readonly targets: readonly (string | StartedBy)[];
  /** Default: all that come with mywire. */
  readonly cases?: readonly Case[];
  /** How targets are found and started, and the accounts of those that are addresses. */
  readonly targetOptions?: TargetOptions;
  /** Known deviations. Default: those that come with mywire, as far as the cases are theirs. */
  readonly expectations?: readonly Expectation[];
  /** Only these deliveries, of those that each case allows. */
  readonly deliveries?: readonly Delivery[];
  /** Instead of the tries of each case that asks for more than one. */
  readonly tries?: number;
  /** Connections at once. Default 24. */
  readonly concurrency?: number;
  readonly limits?: Partial<Limits>;
  /** Ends the run between two cases: AbortSignal.timeout(600_000). What was not reached is inconclusive. */
  readonly signal?: AbortSignal;
  readonly onResult?: (result: CheckResult) => void;
  readonly onNote?: (line: string) => void;
}

/**
 * Runs cases on targets, one target after the other, and stops what it started. What goes wrong with a target is in its report;
 * it throws only for a target's name that is none (TargetError TARGET_BAD_NAME), and what the start of an own target throws.
 */
export async function run(request: RunRequest): Promise<RunReport> {
  const { targets, cases = builtIn, targetOptions = {}, expectations, limits, ...rest } = request;
  for (const target of targets) if (typeof target === 'string') parseTarget(target);
  const { report } = await runAll({
    ...rest,
    targets,
    targetOptions,
    cases,
    knownIds: new Set([...builtIn, ...cases].map((one) => one.id)),
    expectations: expectations ?? shippedExpectations(),
    limits: { ...usualLimits, ...limits },
    askHaproxy: false,
    capture: false,
    untested: [],
    command: `mywire run ${targets.map((target) => (typeof target === 'string' ? target : target.name)).join(' ')}`,
    version: packageVersion(),
  });
  return report;
}
