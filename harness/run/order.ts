import { type Case, defaultDeliveries } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import { allSteps, stimuliOf } from '../case/script.ts';
import { passesBytesOn } from '../target/products.ts';
import type { RunningTarget } from '../target/target.ts';
import { usualLimits } from './limits.ts';
import type { RunOptions } from './run-options.ts';

export interface Job {
  readonly case: Case;
  readonly delivery: Delivery;
}

/** Cases times their deliveries, in the order of the suites. */
export function jobsOf(cases: readonly Case[], options: Pick<RunOptions, 'deliveries' | 'tries'>): Job[] {
  return cases.flatMap((one) =>
    (one.deliveries ?? defaultDeliveries)
      .filter((d) => !options.deliveries || options.deliveries.includes(d))
      .map((delivery) => ({
        case: options.tries !== undefined && (one.tries ?? 1) > 1 ? { ...one, tries: options.tries } : one,
        delivery,
      })),
  );
}

/** A job, and when it had run. */
export interface Ran {
  readonly job: Job;
  readonly at: number;
}

/** Those that ran within so many ms. */
export function lately(ran: readonly Ran[], withinMs: number): Job[] {
  const since = performance.now() - withinMs;
  return ran.filter(({ at }) => at >= since).map(({ job }) => job);
}

/**
 * Cases of one kind run side by side, kind after kind. What no client sends may damage a target without killing it, and
 * the damage would show in another case: it goes after all that clients send. Where a proxy lends its connections to the
 * server, the fault of a wrong server could be charged to the case beside it. So could that of a proxy which closes on whoever does
 * not wait, and lends the connection with the unread answer to the next client (ProxySQL: "Commands out of sync"): those cases are beside
 * each other only. What a program has died of goes last, and alone: nothing else is then under suspicion, or has to be run again.
 */
export type Manners = 'of a client' | 'of no client' | 'of a client that does not wait' | 'of a wrong server' | 'of what has killed';

/** @param killed ids of cases that a program of the same kind has died of */
export function mannersOf(one: Case, killed?: ReadonlySet<string>): Manners {
  const { id, script, perilous, needs = [] } = one;
  if (perilous || killed?.has(id)) return 'of what has killed';
  if (needs.some((need) => typeof need === 'object' && 'backend' in need)) return 'of a wrong server';
  const odd = allSteps(script)
    .flatMap(stimuliOf)
    .some(({ payload, wire, raw, length }) => (payload ?? wire ?? raw ?? length) !== undefined);
  if (odd) return 'of no client';
  return waits(one) ? 'of a client' : 'of a client that does not wait';
}

/** May a client get the connection to the server that another had? Not from a proxy that hands on bytes. */
export const lendsConnections = (nodes: RunningTarget['nodes']): boolean =>
  nodes.slice(0, -1).some(({ product }) => !passesBytesOn(product));

/** What a server computes: whoever is in the way of its answer leaves a connection with the answer in it. */
const COMPUTED: ReadonlySet<string | undefined> = new Set(['COM_QUERY', 'COM_STMT_PREPARE', 'COM_STMT_EXECUTE']);

/** Does the client say nothing while such an answer is on its way? */
function waits({ script, deliveries = defaultDeliveries }: Case): boolean {
  const never = deliveries.some((delivery) => delivery === 'coalesced' || delivery === 'early');
  let due = false;
  for (const step of script) {
    for (const { message } of stimuliOf(step)) {
      if (due) return false;
      due = COMPUTED.has(message);
    }
    if ('expect' in step && !never) due = false;
  }
  return true;
}

/** How early it goes: first those that may wait longest (2), then those that wait for silence (1), so that their waits overlap with the rest. */
export function patience({ script, limitMs = 0 }: Case): number {
  if (limitMs > usualLimits.answerMs) return 2;
  const waits = script.some(
    (s) => ('do' in s && s.do === 'pause') || ('expect' in s && s.expect.some((a) => a.waits)) || ('end' in s && s.end.includes('timeout')),
  );
  return waits ? 1 : 0;
}

/** From here on a case is heavy, in bytes: it sends or takes so many at once, and more than once over while they are put together. */
const HEAVY = 1 << 22;

/** Heavy ones go one at a time, beside the light ones: side by side they would fill the memory. */
export function isHeavy({ script, mostBytes = 0 }: Case): boolean {
  const sent = allSteps(script)
    .flatMap(stimuliOf)
    .reduce((sum, { padTo = 0 }) => sum + padTo, 0);
  return Math.max(sent, mostBytes) >= HEAVY;
}
