import { areaOf, type Case } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import type { RunningTarget } from '../target/target.ts';
import { Bracket } from './bracket.ts';
import { check } from './check.ts';
import { missing, type Profile } from './profile.ts';
import type { CheckResult } from './result.ts';
import type { RunOptions } from './run-options.ts';
import type { TryContext } from './try-case.ts';

export interface Job {
  readonly case: Case;
  readonly delivery: Delivery;
}

/** A job, and when it had run. */
interface Ran {
  readonly job: Job;
  readonly at: number;
}

/** A bracket conversation is held after this many cases. */
const BRACKET_EVERY = 40;
/** How long a target that does not answer gets to come back, in ms. */
const RECOVERY_MS = 10_000;
/** How long a program that crashes may take to end: until then it may answer, and runs (a core file, a backtrace). In ms. */
const DYING_MS = 2000;
/** Nothing announces that a foreign server has ended or is back, so it is asked this often, in ms. */
const ASK_EVERY_MS = 200;

/** Many cases at once, with a bracket conversation between; when it fails, the cases under suspicion run again one by one. */
export class Engine {
  readonly #target: RunningTarget;
  readonly #context: TryContext;
  readonly #profile: Profile;
  readonly #options: RunOptions;
  readonly #bracket: Bracket;
  readonly #results = new Map<Job, CheckResult>();
  /** Of our own programs: how often they were started again, and when each case ran. */
  #life = 0;
  readonly #livesOf = new Map<Job, number>();
  #gone: string | undefined;
  readonly notes: string[] = [];
  /** What fails the target although no case does. */
  readonly problems: string[] = [];

  constructor(target: RunningTarget, context: TryContext, profile: Profile, options: RunOptions) {
    this.#target = target;
    this.#context = context;
    this.#profile = profile;
    this.#options = options;
    this.#bracket = new Bracket(context);
  }

  async run(jobs: readonly Job[]): Promise<CheckResult[]> {
    await this.#bracket.holds();
    await this.#sideBySide(
      jobs.filter((job) => !breaksServer(job.case)),
      this.#options.concurrency ?? 24,
    );
    await this.#sideBySide(
      jobs.filter((job) => breaksServer(job.case)),
      1,
    );
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
        if (trouble || this.#options.signal?.aborted) return;
        const job = queue.shift();
        if (!job) return;
        active.add(job);
        suspects.add(job);
        await this.#one(job);
        active.delete(job);
        ran.push({ job, at: performance.now() });
        if (++sinceBracket >= BRACKET_EVERY && !bracketing) {
          sinceBracket = 0;
          bracketing = held();
          if (!(await bracketing)) trouble = true;
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
          lately(ran).filter((job) => !suspects.has(job)),
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
    const life = this.#life;
    const died = await this.#recover();
    if (died === 'gone') {
      for (const job of suspects)
        this.#charge(
          job,
          `the target stopped answering while this and ${suspects.length - 1} other cases ran, and did not come back within ${RECOVERY_MS} ms`,
        );
      return;
    }
    const ended = this.#life > life;
    if ((await this.#accuse(suspects)) || (await this.#accuse(cleared)) || this.#options.signal?.aborted || !ended) return;
    this.problems.push(`the target died while ${suspects.length} cases ran, and did not die when each ran again alone`);
  }

  /** Runs each alone. Is one of them what the target dies of, or changes its mind about? */
  async #accuse(jobs: readonly Job[]): Promise<boolean> {
    let guilty = false;
    let ran: Ran[] = [];
    for (const job of jobs) {
      if (this.#options.signal?.aborted || this.#gone) break;
      await this.#one(job);
      const after = await this.#bracket.holds();
      if (after !== undefined) {
        guilty = true;
        await this.#convict(job, lately(ran), after);
        ran = [];
      } else ran.push({ job, at: performance.now() });
    }
    return guilty;
  }

  /** The target broke while this one ran alone: of it, or of one before that it had yet to die of. Each half is asked again. */
  async #convict(job: Job, before: readonly Job[], after: string): Promise<void> {
    const why = await this.#whatHappened(after);
    if ((await this.#recover()) === 'gone' || before.length === 0 || (await this.#breaks([job]))) return this.#charge(job, why);
    let group = before;
    let again = await this.#breaks(group);
    if (!again) return this.#charge(job, `${why} (when this case ran alone again, it did not)`);
    while (group.length > 1 && !this.#gone) {
      const later = group.slice(Math.floor(group.length / 2));
      const broke = await this.#breaks(later);
      group = broke ? later : group.slice(0, Math.floor(group.length / 2));
      again = broke ?? again;
    }
    if (group[0]) this.#charge(group[0], `${again} (it had gone on answering for a moment)`);
    await this.#one(job);
  }

  /** Runs these once more, for their effect alone: what the target does within the time that a crash may take. It is back then. */
  async #breaks(jobs: readonly Job[]): Promise<string | undefined> {
    for (const job of jobs) await check(job.case, job.delivery, this.#target.name, this.#context);
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

  async #one(job: Job): Promise<void> {
    this.#livesOf.set(job, this.#life);
    const ours = this.#target.restart !== undefined;
    const why = missing(job.case, this.#profile, ours);
    const result = why ? this.#unrun(job, why.verdict, why.reason) : await check(job.case, job.delivery, this.#target.name, this.#context);
    this.#results.set(job, result);
    this.#options.onResult?.(result);
  }

  #skip(job: Job): void {
    this.#results.set(job, this.#unrun(job, 'inconclusive', this.#gone ?? 'the run was stopped before this case'));
  }

  #charge(job: Job, why: string): void {
    const deviation = { axis: 'liveness', step: job.case.script.length, expected: 'a target that goes on as before', got: why } as const;
    const result = {
      ...(this.#results.get(job) ?? this.#unrun(job, 'fail', why)),
      verdict: 'fail',
      answer: 'fail',
      reason: why,
      deviation,
    } as const;
    this.#results.set(job, result);
    this.#options.onResult?.(result);
  }

  #unrun(job: Job, verdict: 'skipped' | 'inconclusive' | 'fail', reason: string): CheckResult {
    const { id, title, level, source } = job.case;
    return {
      target: this.#target.name,
      case: id,
      area: areaOf(job.case),
      title,
      level,
      delivery: job.delivery,
      source,
      verdict,
      reason,
      answer: 'unjudged',
      ending: 'unjudged',
      observation: 'not run',
      tries: 0,
      deviatingTries: 0,
      ms: 0,
    };
  }
}

/** Those that ran within the time that a crash may take. */
function lately(ran: readonly Ran[]): Job[] {
  const since = performance.now() - DYING_MS;
  return ran.filter(({ at }) => at >= since).map(({ job }) => job);
}

/** Those that wait for silence: they go first. */
const patience = (one: Case): number =>
  one.script.some(
    (s) => ('do' in s && s.do === 'pause') || ('expect' in s && s.expect.some((a) => a.waits)) || ('end' in s && s.end.includes('timeout')),
  )
    ? 1
    : 0;

/** A proxy's connections to its server are shared: beside another case this one's fault could be charged to that. */
const breaksServer = ({ needs = [] }: Case): boolean => needs.some((need) => typeof need === 'object' && 'backend' in need);

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
