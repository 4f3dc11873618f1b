import { areaOf } from '../case/case.ts';
import { type Level, levels } from '../case/verdict.ts';
import { type Expectation, expectationsFor, withKnown } from '../run/expectations.ts';
import { fits } from '../run/select.ts';
import type { RunningNode } from '../target/target.ts';
import type { Difference, Kind } from './difference.ts';
import type { HealthChange } from './health.ts';

/** What stops the gate. */
export interface Policy {
  /** Per kind of difference the levels of the cases that stop it. */
  readonly stop: Readonly<Record<Kind, readonly Level[]>>;
  /** Cases (`*` stands for any text) and areas that are asked and told, and never stop it. */
  readonly ignore: readonly string[];
  /** Modes of HAProxy's check whose regression stops it: 'post-41'; undefined: every one. */
  readonly healthChecks?: readonly string[];
  /** Deviations of the candidate that were looked at and are taken. */
  readonly accept: readonly Expectation[];
}

/**
 * A regression stops the gate at every level: where the manuals are silent only a broken packet, silence or a death is one. So does
 * the loss of what a manual promises.
 */
export const usualPolicy: Policy = {
  stop: {
    regression: levels,
    lost: ['MUST', 'SHOULD'],
    'another-deviation': [],
    change: [],
    unjudged: [],
    improvement: [],
    gained: [],
  },
  ignore: [],
  accept: [],
};

/** Of a difference: does it stop the gate, or why does it not although its kind would? `doubt`: more tries could stop it. */
export type Ruling = { readonly stops: true } | { readonly stops: false; readonly why?: string; readonly doubt?: true };

/** The programs of both sides, and the deviations that mywire knows of: what entries speak of. */
export interface Known {
  readonly baseline: readonly Program[];
  readonly candidate: readonly Program[];
  readonly deviations: readonly Expectation[];
}
export type Program = Pick<RunningNode, 'product' | 'version'>;

export function rulingOn(
  { kind, before, after, sure, rare }: Difference,
  policy: Policy,
  { baseline, candidate, deviations }: Known,
): Ruling {
  const { known: _, ...shown } = after.shown;
  const dies = kind === 'regression' && after.deaths > 0;
  if (!dies && !policy.stop[kind].includes(shown.level)) return { stops: false };
  if (policy.ignore.some((pattern) => pattern === areaOf({ id: shown.case as `${string}/${string}` }) || fits(shown.case, pattern)))
    return { stops: false, why: 'the policy ignores it' };
  const accepted = withKnown(shown, expectationsFor(policy.accept, candidate)).known;
  if (accepted) return { stops: false, why: `accepted: ${accepted.reason} (${accepted.link})` };
  // A race that did not show this time.
  const old = kind === 'regression' ? withKnown(shown, expectationsFor(deviations, baseline)).known : undefined;
  if (old) return { stops: false, why: `the baseline is known for it: ${old.reason} (${old.link})` };
  if (sure) return { stops: true };
  if (rare)
    return {
      stops: false,
      why: `asked again in ${after.again.deviating} of ${after.again.tries} tries, on the baseline in none of ${before.tries}: chance`,
    };
  return { stops: false, why: 'too few tries to be sure', doubt: true };
}

/** Does HAProxy's belief stop the gate? */
export const healthStops = ({ kind, mode }: HealthChange, { healthChecks }: Policy): boolean =>
  kind === 'regression' && (healthChecks === undefined || healthChecks.includes(mode));
