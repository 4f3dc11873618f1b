import type { RunningTarget } from '../target/target.ts';
import { within } from '../wire/within.ts';
import { Checks } from './first-header.ts';
import { DYING_MS, Liveness, RECOVERY_MS } from './liveness.ts';
import { Mute } from './mute.ts';
import { notReached } from './not-reached.ts';
import { type Job, lately, type Manners, mannersOf, patience, type Ran, takeNext } from './order.ts';
import { missing, type Profile } from './profile.ts';
import type { CheckResult } from './result.ts';
import { Room } from './room.ts';
import type { RunOptions } from './run-options.ts';
import { NO_CONNECTION, type TryContext } from './try.ts';
import { unrun } from './unrun.ts';

/** A bracket conversation is held after this many cases. */
const BRACKET_EVERY = 40;
/** A case that takes longer than this waits for something; in ms. */
const WAITING_MS = 300;

/** Many cases at once, with a bracket conversation between; when it fails, the suspects run again one by one. */
export class Engine {
  readonly #target: RunningTarget;
  readonly #checks: Checks;
  readonly #profile: Profile;
  readonly #options: RunOptions;
  readonly #liveness: Liveness;
  readonly #results = new Map<Job, CheckResult>();
  /** In which life of our own programs each case ran. */
  readonly #livesOf = new Map<Job, number>();
  readonly #mute = new Mute();
  /** It says nothing any more: the rest is not worth the waits. */
  #silent: string | undefined;
  readonly #room = new Room();
  /** What the target breaks of, by the case's id: it is not sent again under another delivery. */
  readonly #deadly = new Map<string, Job>();
  readonly notes: string[] = [];
  /** What fails the target although no case does. */
  readonly problems: string[] = [];

  constructor(target: RunningTarget, context: TryContext, profile: Profile, options: RunOptions) {
    this.#target = target;
    this.#checks = new Checks(target.name, context, this.notes);
    this.#profile = profile;
    this.#options = options;
    this.#liveness = new Liveness(target, context);
  }

  async run(jobs: readonly Job[]): Promise<CheckResult[]> {
    await this.#liveness.holds();
    const group = (wanted: Manners): Job[] => jobs.filter((job) => mannersOf(job.case) === wanted);
    await this.#sideBySide(group('of a client'), this.#options.concurrency ?? 24);
    await this.#sideBySide(group('of no client'), this.#options.concurrency ?? 24);
    await this.#sideBySide(group('of a wrong server'), 1);
    await this.#judgeAgain(jobs);
    for (const job of jobs) if (!this.#results.has(job)) this.#skip(job);
    return jobs.map((job) => this.#results.get(job) as CheckResult);
  }

  async #sideBySide(jobs: readonly Job[], concurrency: number): Promise<void> {
    // Those that may wait for silence go first, so that their waits overlap with the rest.
    const queue = [...jobs].sort((a, b) => patience(b.case) - patience(a.case));
    let suspects = new Set<Job>();
    let ran: Ran[] = [];
    const active = new Set<Job>();
    // Those that found nobody there: a target is down because of others.
    let unmet = new Set<Job>();
    const sentBack = new Set<Job>();
    let sinceBracket = 0;
    let bracketing: Promise<boolean> | undefined;

    const held = async (): Promise<boolean> => {
      const still = new Set(active);
      const changed = await this.#liveness.holds();
      const fine = changed === undefined;
      if (!fine) this.notes.push(`The bracket failed once: ${changed}. The cases under suspicion ran again one by one.`);
      if (fine) {
        suspects = new Set([...suspects].filter((j) => still.has(j) || active.has(j)));
        unmet = new Set();
      }
      return fine;
    };
    let trouble = false;
    const worker = async (): Promise<void> => {
      for (;;) {
        if (trouble || this.#gone || this.#options.signal?.aborted) return;
        // Where only heavy ones are left, the worker that has one takes the next.
        const job = takeNext(queue, active);
        if (!job) return;
        active.add(job);
        suspects.add(job);
        const { observation } = await this.#one(job);
        active.delete(job);
        ran.push({ job, at: performance.now() });
        const refused = observation === NO_CONNECTION && !sentBack.has(job);
        if (refused) unmet.add(job);
        if ((++sinceBracket >= BRACKET_EVERY || refused || this.#mute.says) && !bracketing && !trouble) {
          sinceBracket = 0;
          bracketing = held();
          if (await bracketing) this.#silent ??= this.#mute.says;
          else {
            // For good: a server that its owner starts again holds the next bracket, and has died all the same.
            trouble = true;
            this.#mute.forget();
          }
          bracketing = undefined;
        }
      }
    };
    while (queue.length > 0 && !this.#options.signal?.aborted && !this.#gone) {
      trouble = false;
      await Promise.all(Array.from({ length: concurrency }, worker));
      if (bracketing) await bracketing;
      if (trouble || !(await held())) {
        // Once: where nobody is ever there, that is what is told of it.
        for (const job of unmet) sentBack.add(job);
        queue.unshift(...unmet);
        const met = [...suspects].filter((job) => !unmet.has(job));
        await this.#oneByOne(
          met,
          lately(ran, DYING_MS).filter((job) => !suspects.has(job)),
        );
      }
      suspects = new Set();
      unmet = new Set();
      ran = [];
    }
  }

  /**
   * The bracket failed while the suspects ran: alone, each shows whether it was the one. A program may answer for a while
   * with its death in it, so those that a bracket has lately cleared are not beyond doubt.
   */
  async #oneByOne(suspects: readonly Job[], cleared: readonly Job[]): Promise<void> {
    const dead = await this.#liveness.death(DYING_MS);
    if ((await this.#liveness.recover()) === 'gone') {
      const why = `the target stopped answering while this and ${suspects.length - 1} other cases ran, and did not come back within ${RECOVERY_MS} ms`;
      for (const job of suspects) this.#charge(job, why);
      if (suspects.length === 0)
        this.problems.push(`the target stopped answering while no case ran, and did not come back within ${RECOVERY_MS} ms`);
      return;
    }
    if ((await this.#accuse(suspects)) || (await this.#accuse(cleared)) || this.#options.signal?.aborted || !dead) return;
    this.problems.push(`while ${suspects.length} cases ran the target died, and did not when each ran again alone: ${dead}`);
  }

  /**
   * Runs each alone. Is one of them what the target dies of, or changes its mind about? Beside one that only waits for something
   * the next one begins; where the target breaks then, those that waited are run again: twice
   * so, then each wholly alone.
   */
  async #accuse(jobs: readonly Job[], besideWaiting = 2): Promise<boolean> {
    let guilty = false;
    let ran: Ran[] = [];
    const waiting = new Map<Job, Promise<unknown>>();
    const again: Job[] = [];
    const settled = async (): Promise<Job[]> => {
      await Promise.all(waiting.values());
      const jobs = [...waiting.keys()];
      waiting.clear();
      return jobs;
    };
    // What is not run is no suspect.
    for (const job of jobs.filter((job) => !this.#missing(job))) {
      if (this.#options.signal?.aborted || this.#gone) break;
      const one = this.#one(job);
      if (besideWaiting === 0 || (await within(one, WAITING_MS))) await one;
      else waiting.set(job, one);
      const after = await this.#liveness.holds();
      if (after === undefined) ran.push({ job, at: performance.now() });
      else {
        guilty = true;
        const disturbed = await settled();
        await this.#convict(
          job,
          [...new Set([...lately(ran, DYING_MS), ...disturbed])].filter((it) => it !== job),
          after,
        );
        again.push(...disturbed.filter((it) => it !== job && this.#deadly.get(it.case.id) !== it));
        ran = [];
      }
    }
    const last = await settled();
    if (last.length > 0 && (await this.#liveness.holds()) !== undefined) {
      await this.#liveness.recover();
      again.push(...last);
    }
    return (again.length > 0 && (await this.#accuse(again, besideWaiting - 1))) || guilty;
  }

  /**
   * The target broke while this one ran alone: of it, or of one before that it had yet to die of. Each half is asked again.
   * What none does again is nobody's: damage of long before.
   */
  async #convict(job: Job, before: readonly Job[], after: string): Promise<void> {
    const why = await this.#liveness.whatHappened(after);
    if ((await this.#liveness.recover()) === 'gone' || (await this.#breaks([job]))) return this.#condemn(job, why);
    let group = before;
    let again = before.length > 0 ? await this.#breaks(before) : undefined;
    if (!again) this.problems.push(`while ${job.case.id} (${job.delivery}) ran alone ${why}; when it ran again, that did not happen`);
    else {
      while (group.length > 1 && !this.#gone) {
        const later = group.slice(Math.floor(group.length / 2));
        const broke = await this.#breaks(later);
        group = broke ? later : group.slice(0, Math.floor(group.length / 2));
        again = broke ?? again;
      }
      if (group[0]) this.#condemn(group[0], `${again} (it had gone on answering for a moment)`);
    }
    await this.#one(job);
  }

  /** Runs these once more, for their effect alone: what the target does within the time that a crash may take. It is back then. */
  async #breaks(jobs: readonly Job[]): Promise<string | undefined> {
    const waiting: Promise<unknown>[] = [];
    for (const job of jobs) {
      const one = this.#checks.check(job.case, job.delivery);
      if (!(await within(one, WAITING_MS))) waiting.push(one);
    }
    await Promise.all(waiting);
    return this.#liveness.breaksWithin(DYING_MS);
  }

  /**
   * A program that died may have been broken for a while (memory that one case damaged, and another got): what failed in
   * it, and is no known deviation, is judged again alone.
   */
  async #judgeAgain(jobs: readonly Job[]): Promise<void> {
    const doubtful = jobs.filter((job) => {
      const result = this.#results.get(job);
      if (result?.verdict !== 'fail' || result.deviation?.axis === 'liveness' || this.#options.isKnown?.(result)) return false;
      // What deviates in try after try is no chance hit; a race that needs company would pass alone.
      if (result.deviatingTries > 1) return false;
      return (this.#livesOf.get(job) ?? this.#liveness.life) < this.#liveness.life;
    });
    const before = new Map(doubtful.map((job) => [job, this.#results.get(job)?.reason]));
    await this.#accuse(doubtful);
    for (const job of doubtful)
      if (this.#results.get(job)?.verdict !== 'fail')
        this.notes.push(
          `${job.case.id}, ${job.delivery}, failed in a program that died later ("${before.get(job)}"), and was judged again alone.`,
        );
  }

  /** Why nothing more is begun. */
  get #gone(): string | undefined {
    return this.#liveness.gone ?? this.#silent;
  }

  #missing(job: Job): ReturnType<typeof missing> {
    return missing(job.case, this.#profile, this.#target.restart !== undefined);
  }

  async #one(job: Job): Promise<CheckResult> {
    this.#livesOf.set(job, this.#liveness.life);
    const why = this.#missing(job) ?? this.#spared(job);
    const result = why
      ? unrun(this.#target.name, job, why.verdict, why.reason)
      : this.#room.fit(await this.#checks.check(job.case, job.delivery));
    this.#results.set(job, result);
    this.#options.onResult?.(result);
    if (!why) this.#mute.saw(result);
    return result;
  }

  #skip(job: Job): void {
    this.#results.set(job, unrun(this.#target.name, job, 'inconclusive', this.#gone ?? notReached(this.#options.signal, 'this case')));
  }

  /** One death of a case is enough to know, and each costs a start. */
  #spared({ case: { id }, delivery }: Job): { verdict: 'inconclusive'; reason: string } | undefined {
    const deadly = this.#deadly.get(id);
    if (!deadly || deadly.delivery === delivery) return undefined;
    return { verdict: 'inconclusive', reason: `not sent, since the target breaks of this case under the delivery ${deadly.delivery}` };
  }

  #condemn(job: Job, why: string): void {
    this.#deadly.set(job.case.id, job);
    this.#charge(job, why);
  }

  #charge(job: Job, why: string): void {
    const deviation = { axis: 'liveness', step: job.case.script.length, expected: 'a target that goes on as before', got: why } as const;
    const result = {
      ...(this.#results.get(job) ?? unrun(this.#target.name, job, 'fail', why)),
      verdict: 'fail',
      answer: 'fail',
      reason: why,
      deviation,
    } as const;
    this.#results.set(job, result);
    this.#options.onResult?.(result);
  }
}
