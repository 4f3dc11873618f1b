import type { RunningTarget } from '../target/target.ts';
import { within } from '../wire/within.ts';
import { Bracket } from './bracket.ts';
import { Checks } from './first-header.ts';
import { Mute } from './mute.ts';
import { notReached } from './not-reached.ts';
import { type Job, lately, type Manners, mannersOf, patience, type Ran, takeNext } from './order.ts';
import { missing, type Profile } from './profile.ts';
import type { CheckResult } from './result.ts';
import { Room } from './room.ts';
import type { RunOptions } from './run-options.ts';
import type { TryContext } from './try.ts';
import { unrun } from './unrun.ts';

/** A bracket conversation is held after this many cases. */
const BRACKET_EVERY = 40;
/** How long a target that does not answer gets to come back, in ms. */
const RECOVERY_MS = 10_000;
/** How long a program that crashes may take to end: until then it may answer, and runs (a core file, a backtrace). In ms. */
const DYING_MS = 2000;
/** A case that takes longer than this waits for something; in ms. */
const WAITING_MS = 300;
/** Nothing announces that a foreign server has ended or is back, so it is asked this often, in ms. */
const ASK_EVERY_MS = 200;

/** Many cases at once, with a bracket conversation between; when it fails, the suspects run again one by one. */
export class Engine {
  readonly #target: RunningTarget;
  readonly #checks: Checks;
  readonly #profile: Profile;
  readonly #options: RunOptions;
  readonly #bracket: Bracket;
  readonly #results = new Map<Job, CheckResult>();
  /** Of our own programs: how often they were started again, and when each case ran. */
  #life = 0;
  readonly #livesOf = new Map<Job, number>();
  #gone: string | undefined;
  readonly #mute = new Mute();
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
    this.#bracket = new Bracket(context);
  }

  async run(jobs: readonly Job[]): Promise<CheckResult[]> {
    await this.#bracket.holds();
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
    let sinceBracket = 0;
    let bracketing: Promise<boolean> | undefined;

    const held = async (): Promise<boolean> => {
      const still = new Set(active);
      const changed = await this.#bracket.holds();
      const fine = changed === undefined;
      if (!fine) this.notes.push(`The bracket failed once: ${changed}. The cases under suspicion ran again one by one.`);
      if (fine) suspects = new Set([...suspects].filter((j) => still.has(j) || active.has(j)));
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
        await this.#one(job);
        active.delete(job);
        ran.push({ job, at: performance.now() });
        if ((++sinceBracket >= BRACKET_EVERY || this.#mute.says) && !bracketing) {
          sinceBracket = 0;
          bracketing = held();
          if (!(await bracketing)) trouble = true;
          else this.#gone ??= this.#mute.says;
          this.#mute.forget();
          bracketing = undefined;
        }
      }
    };
    while (queue.length > 0 && !this.#options.signal?.aborted && !this.#gone) {
      trouble = false;
      await Promise.all(Array.from({ length: concurrency }, worker));
      if (bracketing) await bracketing;
      if (trouble || !(await held()))
        await this.#oneByOne(
          [...suspects],
          lately(ran, DYING_MS).filter((job) => !suspects.has(job)),
        );
      suspects = new Set();
      ran = [];
    }
  }

  /**
   * The bracket failed while the suspects ran: alone, each shows whether it was the one. A program may answer for a while
   * with its death in it, so those that a bracket has lately cleared are not beyond doubt.
   */
  async #oneByOne(suspects: readonly Job[], cleared: readonly Job[]): Promise<void> {
    const dead = await this.#death(DYING_MS);
    if ((await this.#recover()) === 'gone') {
      const why = `the target stopped answering while this and ${suspects.length - 1} other cases ran, and did not come back within ${RECOVERY_MS} ms`;
      for (const job of suspects) this.#charge(job, why);
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
    const waiting = new Map<Job, Promise<void>>();
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
      const after = await this.#bracket.holds();
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
    if (last.length > 0 && (await this.#bracket.holds()) !== undefined) {
      await this.#recover();
      again.push(...last);
    }
    return (again.length > 0 && (await this.#accuse(again, besideWaiting - 1))) || guilty;
  }

  /**
   * The target broke while this one ran alone: of it, or of one before that it had yet to die of. Each half is asked again.
   * What none does again is nobody's: damage of long before.
   */
  async #convict(job: Job, before: readonly Job[], after: string): Promise<void> {
    const why = await this.#whatHappened(after);
    if ((await this.#recover()) === 'gone' || (await this.#breaks([job]))) return this.#condemn(job, why);
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
    const until = performance.now() + DYING_MS;
    do {
      const after = await this.#bracket.holds();
      if (after !== undefined) {
        const why = await this.#whatHappened(after);
        await this.#recover();
        return why;
      }
      await pause();
    } while (performance.now() < until);
    return undefined;
  }

  async #whatHappened(after: string): Promise<string> {
    const dead = await this.#death(DYING_MS);
    return dead ? `the target died: ${dead}` : `after this case ${after}`;
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
      return (this.#livesOf.get(job) ?? this.#life) < this.#life;
    });
    const before = new Map(doubtful.map((job) => [job, this.#results.get(job)?.reason]));
    await this.#accuse(doubtful);
    for (const job of doubtful)
      if (this.#results.get(job)?.verdict !== 'fail')
        this.notes.push(
          `${job.case.id}, ${job.delivery}, failed in a program that died later ("${before.get(job)}"), and was judged again alone.`,
        );
  }

  /** Waits until the bracket holds again, restarting what we started. */
  async #recover(): Promise<'back' | 'gone'> {
    const until = performance.now() + RECOVERY_MS;
    do {
      if (this.#target.restart && (await this.#death())) {
        await this.#target.restart();
        this.#life++;
      }
      if ((await this.#bracket.holds()) === undefined) return 'back';
      await pause();
    } while (performance.now() < until);
    this.#gone = `the target stopped answering as it did at first, and did not recover within ${RECOVERY_MS} ms`;
    return 'gone';
  }

  /** How one of the programs ended, if one did within so many ms and the bracket does not hold again. */
  async #death(withinMs = 0): Promise<string | undefined> {
    const until = performance.now() + withinMs;
    for (;;) {
      const states = await Promise.all(this.#target.nodes.map((n) => n.state()));
      const dead = states.find((s) => s !== 'running');
      if (dead !== undefined || performance.now() >= until || (await this.#bracket.holds()) === undefined) return dead;
      await pause();
    }
  }

  #missing(job: Job): ReturnType<typeof missing> {
    return missing(job.case, this.#profile, this.#target.restart !== undefined);
  }

  async #one(job: Job): Promise<void> {
    this.#livesOf.set(job, this.#life);
    const why = this.#missing(job) ?? this.#spared(job);
    const result = why
      ? unrun(this.#target.name, job, why.verdict, why.reason)
      : this.#room.fit(await this.#checks.check(job.case, job.delivery));
    this.#results.set(job, result);
    this.#options.onResult?.(result);
    if (!why) this.#mute.saw(result);
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

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
