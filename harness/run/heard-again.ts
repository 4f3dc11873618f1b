import type { Liveness } from './liveness.ts';
import type { Job } from './order.ts';
import type { CheckResult } from './result.ts';

/** A plain login that takes longer than at first, by this part of what an answer may take, shows that the target, or the machine, is busy with others. */
const BUSY = 1 / 4;
/** So many are heard again at once: fewer than before … */
const AT_ONCE = 4;
/** … and when so many times as many of those that sent the same were silent again as have answered, the others stand as they are. */
const ENOUGH = 8;

/**
 * What a check has sent last when it waits: what is never answered (a command that the target does not know) tells nothing of the
 * rest, which may have met a target that was busy for a moment.
 */
function waitedBehind({ transcript }: CheckResult): string {
  const sent = transcript?.events.findLast((event) => event.kind === 'sent');
  if (!sent) return '';
  const statement = sent.label.startsWith('COM_QUERY')
    ? /^[A-Za-z]+/.exec(Buffer.from(sent.bytes.subarray(5, 21)).toString('latin1'))
    : null;
  return `${sent.label} ${statement?.[0].toUpperCase() ?? ''}`;
}

/** Does a check fail since it waited in vain for an answer, or for an end? */
export const inVain = ({ verdict, deviation }: CheckResult): boolean =>
  verdict === 'fail' && /silence for \d+ ms|still open at the limit|packets that ask for more and no end/.test(deviation?.got ?? '');

/** The same check where that says nothing of the target: why, and what to do about it. */
export const excused = ({ deviation: _, ...result }: CheckResult, reason: string): CheckResult => ({
  ...result,
  verdict: 'inconclusive',
  reason,
  answer: 'unjudged',
  ending: 'unjudged',
  deviatingTries: 0,
});

const unasked = (first: CheckResult): CheckResult =>
  excused(
    first,
    `${first.reason}; that may have been too short a wait, or the target busy, and the run was over before it was asked again`,
  );

/** What hearing them again needs. */
export interface Hearing {
  readonly liveness: Liveness;
  /** How long an answer may take, in ms. */
  readonly answerMs: number;
  /** A known deviation needs no second hearing. */
  isKnown(result: CheckResult): boolean;
  /** Is that still its result? Else it has been judged otherwise since. */
  stands(job: Job, result: CheckResult): boolean;
  /** Judges it again, and waits as long as an answer may take; undefined where it may not be sent any more. */
  ask(job: Job): Promise<CheckResult> | undefined;
  tell(job: Job, result: CheckResult): void;
  over(): boolean;
}

/**
 * Checks that waited in vain when that may be the run's own doing: less long than an answer may take (`Patience`), or while a plain login took
 * long as well. What is silent a second time, beside few others, is.
 */
export class HeardAgain {
  readonly #it: Hearing;
  readonly #busyMs: number;
  readonly #first = new Map<Job, CheckResult>();
  /** A plain login on its way. */
  #asking: Promise<boolean> | undefined;
  /** When a plain login last took too long. */
  #busyAt = Number.NEGATIVE_INFINITY;
  #heard = false;

  constructor(hearing: Hearing) {
    this.#it = hearing;
    this.#busyMs = hearing.answerMs * BUSY;
  }

  /** A check is still on its way: does a plain login wait as well? What holds up everybody may be over when the check gives up. */
  waits(): void {
    void this.#isBusy();
  }

  /** @returns whether it is to be heard again, and not told yet */
  async doubts(job: Job, result: CheckResult, hurried: boolean): Promise<boolean> {
    if (this.#heard || !inVain(result) || this.#it.isKnown(result)) return false;
    // What deviates in try after try is no chance.
    if (!hurried && (result.deviatingTries > 1 || !(await this.#wasBusy(result)))) return false;
    this.#first.set(job, result);
    return true;
  }

  /** @returns what to tell of it, if it came to that */
  async hear(): Promise<string | undefined> {
    this.#heard = true;
    const queue = [...this.#first].filter(([job, result]) => this.#it.stands(job, result));
    if (queue.length === 0) return undefined;
    const tallies = new Map<string, { answered: number; silent: number }>();
    const worker = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [job, first] = next;
        const behind = waitedBehind(first);
        const tally = tallies.get(behind) ?? { answered: 0, silent: 0 };
        tallies.set(behind, tally);
        if (this.#it.over()) {
          this.#it.tell(job, unasked(first));
          continue;
        }
        if (tally.silent >= ENOUGH * (1 + tally.answered)) {
          this.#it.tell(job, first);
          continue;
        }
        const result = (await this.#it.ask(job)) ?? first;
        const isSilent = inVain(result);
        tally[isSilent ? 'silent' : 'answered']++;
        this.#it.tell(job, isSilent && (await this.#wasBusy(result)) ? this.#tooBusy(result) : result);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const sum = (of: 'answered' | 'silent'): number => [...tallies.values()].reduce((all, tally) => all + tally[of], 0);
    const silent = sum('silent');
    return `${silent + sum('answered')} checks that had waited in vain, for less long than an answer may take or while a plain login took ${this.#busyMs} ms longer than at first, were asked again, few at a time: ${silent} waited in vain again.`;
  }

  /** While the check waited in vain, or now that it has ended. */
  async #wasBusy({ ms }: CheckResult): Promise<boolean> {
    const from = performance.now() - Math.min(ms, this.#it.answerMs);
    return (await this.#isBusy()) || this.#busyAt >= from;
  }

  #isBusy(): Promise<boolean> {
    this.#asking ??= this.#login().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #login(): Promise<boolean> {
    const from = performance.now();
    await this.#it.liveness.holds();
    const now = performance.now();
    if (now - from - this.#it.liveness.firstMs <= this.#busyMs) return false;
    this.#busyAt = now;
    return true;
  }

  #tooBusy(result: CheckResult): CheckResult {
    return excused(
      result,
      `${result.reason}; but a plain login took ${this.#busyMs} ms longer than at first just then, too: the target, or the machine, was too busy to tell`,
    );
  }
}
