import { within } from '../wire/within.ts';
import { isHeavy, type Job } from './order.ts';

/** A heavy one that has run for so many ms waits for an answer that may never come: the next one need not wait with it … */
const SENDING_MS = 3000;
/** … but for as many as this. */
const MOST_HEAVY = 2;

/** One that runs: since when, and what tells that it is done. */
interface Running {
  readonly since: number;
  readonly done: Promise<unknown>;
}

/** The heavy ones of all targets: one process has one memory. */
const heavyRuns = new Set<Running>();

/**
 * Takes jobs from the front of the queue, so many at once, and runs them; heavy ones in turn.
 * @param over what is left in the queue is not begun
 */
export async function sideBySide(queue: Job[], atOnce: number, run: (job: Job) => Promise<unknown>, over: () => boolean): Promise<void> {
  const heavy = new Set(queue.filter((job) => isHeavy(job.case)));
  const active = new Set<Promise<unknown>>();
  const worker = async (): Promise<void> => {
    while (queue.length > 0 && !over()) {
      const job = takeNext(queue, heavy);
      if (!job) {
        await within(Promise.race([...active, ...[...heavyRuns].map(({ done }) => done)]), SENDING_MS);
        continue;
      }
      const running = { since: performance.now(), done: run(job) };
      active.add(running.done);
      if (heavy.has(job)) heavyRuns.add(running);
      try {
        await running.done;
      } finally {
        active.delete(running.done);
        heavyRuns.delete(running);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** @param heavy those of them all that are: to look takes time */
function takeNext(queue: Job[], heavy: ReadonlySet<Job>): Job | undefined {
  const since = performance.now() - SENDING_MS;
  const wait = heavyRuns.size === MOST_HEAVY || [...heavyRuns].some((running) => running.since > since);
  const at = wait ? queue.findIndex((job) => !heavy.has(job)) : 0;
  return at < 0 ? undefined : queue.splice(at, 1)[0];
}
