import type { Delivery } from '../case/delivery.ts';
import type { Limits } from './limits.ts';
import type { Patience } from './patience.ts';
import type { CheckResult } from './result.ts';
import type { Try } from './try.ts';

/** How to run the cases on one target. */
export interface RunOptions {
  readonly limits?: Limits;
  /** Connections at once; default 24. */
  readonly concurrency?: number;
  /** Only these deliveries, of those that each case allows. */
  readonly deliveries?: readonly Delivery[];
  /** Instead of the tries of each case that asks for more than one. */
  readonly tries?: number;
  /** What is left of it from runs before, on the same target; default all. */
  readonly patience?: Patience;
  /** Called when the target is known to be MySQL; the first case waits for what it does. */
  readonly onStart?: (total: number) => void | Promise<void>;
  readonly onResult?: (result: CheckResult) => void;
  readonly onTry?: (one: Try) => void;
  /** Ids of cases that a program of the same kind has died of: they run last, and alone. */
  readonly perilous?: ReadonlySet<string>;
  /** Deviations that need no second look: those an expectation names. */
  readonly isKnown?: (result: CheckResult) => boolean;
  /** Stops between two cases: what was reached is reported. */
  readonly signal?: AbortSignal;
}
