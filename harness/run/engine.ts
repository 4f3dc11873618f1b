import type { RunningTarget } from '../target/target.ts';
import { EndedTogether } from './ended-together.ts';
import { Checks } from './first-header.ts';
import { HeardAgain } from './heard-again.ts';
import { Inquest } from './inquest.ts';
import { DYING_MS, hadOnlyWaited, Liveness } from './liveness.ts';
import { missing } from './missing.ts';
import { Mute } from './mute.ts';
import { notReached } from './not-reached.ts';
import { type Job, lately, lendsConnections, type Manners, mannersOf, patience, type Ran } from './order.ts';
import { Patience } from './patience.ts';
import type { Profile } from './profile.ts';
import type { CheckResult } from './result.ts';
import { Room } from './room.ts';
import type { RunOptions } from './run-options.ts';
import { sideBySide } from './side-by-side.ts';
import { NO_CONNECTION, type TryContext } from './try.ts';
import { unrun } from './unrun.ts';

/** So many cases run side by side. */
const AT_ONCE = 24;
/** A bracket conversation is held after this many cases. */
const BRACKET_EVERY = 40;
/** So often a search without a result is begun because connections end together. */
const MOST_FRUITLESS = 4;

/** Many cases at once, with a bracket conversation between; when it fails, the suspects run again one by one until the guilty one is found. */
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
  #together: EndedTogether | undefined = new EndedTogether();
  /** Searches in which no case broke the target alone. */
  #fruitless = 0;
  /** It says nothing any more: the rest is not worth the waits. */
  #silent: string | undefined;
  /** It changes its mind by itself, so that the bracket tells nothing of a case. */
  #wavers = false;
  readonly #room = new Room();
  /** What the target breaks of, by the case's id: it is not sent again under another delivery. */
  readonly #deadly = new Map<string, Job>();
  readonly #inquest: Inquest;
  readonly #heardAgain: HeardAgain;
  /** A check that is on its way for so long, in ms, may be waiting. */
  readonly #waitsMs: number;
  readonly notes: string[] = [];
  /** What fails the target although no case does. */
  readonly problems: string[] = [];

  constructor(target: RunningTarget, context: TryContext, profile: Profile, options: RunOptions) {
    this.#target = target;
    this.#checks = new Checks(target.name, context, this.notes, options.patience);
    this.#profile = profile;
    this.#options = options;
    this.#liveness = new Liveness(target, context);
    this.#waitsMs = context.limits.answerMs / 2;
    this.#heardAgain = new HeardAgain({
      liveness: this.#liveness,
      answerMs: context.limits.answerMs,
      isKnown: (result) => this.#options.isKnown?.(result) === true,
      stands: (job, result) => this.#results.get(job) === result,
      ask: (job) => (this.#unsent(job) ? undefined : this.#send(job, new Patience())),
      tell: (job, result) => this.#tell(job, result),
      over: () => this.#over,
    });
    this.#inquest = new Inquest({
      liveness: this.#liveness,
      run: (job) => this.#one(job),
      repeat: (job) => this.#send(job),
      repeatTogether: (jobs) => this.#repeat(jobs),
      unsent: (job) => this.#unsent(job) !== undefined,
      passed: (job) => this.#results.get(job)?.verdict === 'pass',
      charge: (job, why) => this.#charge(job, why),
      doubt: (job, why) => this.#results.set(job, unrun(this.#target.name, job, 'inconclusive', why)),
      condemn: (job, why) => {
        this.#deadly.set(job.case.id, job);
        this.#charge(job, why);
      },
      condemned: (job) => this.#deadly.get(job.case.id) === job,
      problem: (says) => this.problems.push(says),
      over: () => this.#over,
    });
  }

  async run(jobs: readonly Job[]): Promise<CheckResult[]> {
    await this.#greet();
    const group = (wanted: Manners): Job[] => jobs.filter((job) => mannersOf(job.case, this.#options.perilous) === wanted);
    const atOnce = this.#options.concurrency ?? AT_ONCE;
    await this.#sideBySide(group('of a client'), atOnce);
    await this.#sideBySide(group('of no client'), atOnce);
    await this.#sideBySide(group('of a client that does not wait'), atOnce);
    await this.#sideBySide(group('of a wrong server'), lendsConnections(this.#target.nodes) ? 1 : atOnce);
    await this.#inquest.accuse(group('of what has killed'), 0);
    const again = await this.#heardAgain.hear();
    if (again) this.notes.push(again);
    await this.#judgeAgain(jobs);
    await this.#lookBack();
    if (this.#checks.patience) this.notes.push(this.#checks.patience);
    for (const job of jobs) if (!this.#results.has(job)) this.#skip(job);
    return jobs.map((job) => this.#results.get(job) as CheckResult);
  }

  /** The first bracket. What the target died of then is what it was asked before all cases. */
  async #greet(): Promise<void> {
    const nobody = await this.#liveness.holds();
    if (nobody === undefined) return;
    const dead = await this.#liveness.death(DYING_MS);
    const what = dead ? `it died: ${dead}` : nobody;
    this.problems.push(
      `${what.replace(/\.$/, '')}. That was before the first case, while the target was asked what it has: by logins, one of them of a user that exists nowhere, and by short statements.`,
    );
    await this.#liveness.recover();
  }

  async #sideBySide(jobs: readonly Job[], concurrency: number): Promise<void> {
    // Those that may wait go first, so that their waits overlap with the rest.
    const queue = [...jobs].sort((a, b) => patience(b.case) - patience(a.case));
    let suspects = new Set<Job>();
    let ran: Ran[] = [];
    const active = new Set<Job>();
    // Those that found nobody there: a target is down because of others.
    let unmet = new Set<Job>();
    const sentBack = new Set<Job>();
    let sinceBracket = 0;
    let bracketing: Promise<boolean> | undefined;
    let said = '';

    let trouble = false;
    const held = async (): Promise<boolean> => {
      if (this.#wavers) return true;
      const still = new Set(active);
      const changed = await this.#liveness.holds();
      const fine = changed === undefined;
      said = changed ?? said;
      if (fine && !trouble) {
        suspects = new Set([...suspects].filter((j) => still.has(j) || active.has(j)));
        unmet = new Set();
      }
      return fine;
    };
    const one = async (job: Job): Promise<void> => {
      active.add(job);
      suspects.add(job);
      const result = await this.#one(job);
      const { observation, reason } = result;
      active.delete(job);
      ran.push({ job, at: performance.now() });
      const refused = observation === NO_CONNECTION && !sentBack.has(job);
      if (refused) unmet.add(job);
      // Whatever the next bracket finds has been started since.
      const nobody = refused && reason?.includes('ECONNREFUSED');
      const together = this.#atAnAddress && this.#together?.saw(result);
      if ((nobody || together) && !trouble) {
        trouble = true;
        said = nobody ? 'nobody listened any more, for a moment at least' : 'connections of several cases ended at one moment';
        this.#mute.forget();
      }
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
    };
    while (queue.length > 0 && !this.#over) {
      trouble = false;
      await sideBySide(queue, concurrency, one, () => trouble || this.#over);
      if (bracketing) await bracketing;
      const changed = trouble || !(await held());
      const lastly = lately(ran, DYING_MS);
      if (changed && !this.#wavers && (await this.#liveness.wavers())) {
        this.#wavers = true;
        this.problems.push('plain logins end now so and now so, with nothing sent in between: no case was suspected of that');
      }
      if (changed && !this.#wavers) {
        this.notes.push(`The bracket failed once: ${said.replace(/\.$/, '')}. The cases under suspicion ran again one by one.`);
        const cutOff = [...suspects].filter((job) => !sentBack.has(job) && hadOnlyWaited(this.#results.get(job)));
        // Once: where nobody is ever there, that is what is told of it.
        const deadly = this.#deadly.size;
        const innocent = new Set([...unmet, ...cutOff]);
        for (const job of innocent) sentBack.add(job);
        queue.unshift(...innocent);
        const met = [...suspects].filter((job) => !innocent.has(job));
        const rest = await this.#inquest.oneByOne(
          met,
          lastly.filter((job) => !suspects.has(job)),
        );
        queue.unshift(...rest);
        this.#together?.forget();
        // Connections that end together, and nobody's fault, time after time: that is how it is.
        if (this.#deadly.size === deadly && ++this.#fruitless === MOST_FRUITLESS) this.#together = undefined;
      }
      suspects = new Set();
      unmet = new Set();
      ran = [];
    }
  }

  /**
   * A program that died, or let nobody in for a while, may have been broken before (memory that one case damaged, and another
   * got): what failed in it, and is no known deviation, is judged again alone.
   */
  async #judgeAgain(jobs: readonly Job[]): Promise<void> {
    const doubtful = jobs.filter((job) => {
      const result = this.#results.get(job);
      if (result?.verdict !== 'fail' || result.deviation?.axis === 'liveness' || this.#options.isKnown?.(result)) return false;
      // What deviates in try after try is no chance hit; a race that needs company would pass alone.
      if (result.deviatingTries > 1) return false;
      return this.#inquest.doubted.has(this.#livesOf.get(job) ?? this.#liveness.life);
    });
    const before = new Map(doubtful.map((job) => [job, this.#results.get(job)?.reason]));
    await this.#inquest.accuse(doubtful);
    for (const job of doubtful)
      if (this.#results.get(job)?.verdict !== 'fail')
        this.notes.push(
          `${job.case.id}, ${job.delivery}, failed in a program that broke later ("${before.get(job)}"), and was judged again alone.`,
        );
  }

  /** What has died before may be dying of the last case: whoever asks it again finds it up. */
  async #lookBack(): Promise<void> {
    if (this.#liveness.life === 0 || this.#gone) return;
    const why = await this.#liveness.breaksWithin(DYING_MS);
    if (why) this.problems.push(`when all cases had run ${why}`);
  }

  /** What mywire has not started, and cannot see ending. */
  get #atAnAddress(): boolean {
    return this.#target.restart === undefined;
  }

  /** Why nothing more is begun. */
  get #gone(): string | undefined {
    return this.#liveness.gone ?? this.#silent;
  }

  get #over(): boolean {
    return this.#options.signal?.aborted === true || this.#gone !== undefined;
  }

  /** Why it is not sent. */
  #unsent(job: Job): ReturnType<typeof missing> {
    return missing(job.case, this.#profile, this.#target.restart !== undefined) ?? this.#spared(job);
  }

  async #one(job: Job): Promise<CheckResult> {
    const why = this.#unsent(job);
    const sent = why ? unrun(this.#target.name, job, why.verdict, why.reason) : await this.#send(job);
    const result = this.#room.fit(sent);
    this.#results.set(job, result);
    const hurried = this.#checks.hurried.has(sent);
    if (!why) this.#mute.saw(result, hurried);
    if (!(await this.#heardAgain.doubts(job, result, hurried))) this.#options.onResult?.(result);
    return result;
  }

  #tell(job: Job, result: CheckResult): void {
    const kept = this.#room.fit(result);
    this.#results.set(job, kept);
    this.#options.onResult?.(kept);
  }

  async #send(job: Job, patience?: Patience): Promise<CheckResult> {
    this.#livesOf.set(job, this.#liveness.life);
    this.#inquest.begins(job);
    const waiting = setInterval(() => this.#heardAgain.waits(), this.#waitsMs);
    try {
      return await this.#checks.check(job.case, job.delivery, patience);
    } finally {
      clearInterval(waiting);
    }
  }

  /** Side by side, as they ran before, and for their effect alone. */
  async #repeat(jobs: readonly Job[]): Promise<void> {
    const sendIt = async (job: Job): Promise<unknown> => this.#unsent(job) ?? this.#send(job);
    await sideBySide([...jobs], this.#options.concurrency ?? AT_ONCE, sendIt, () => this.#over);
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
