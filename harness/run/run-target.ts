import { areaOf, type Case, defaultDeliveries } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import type { RunningTarget } from '../target/target.ts';
import { Bracket } from './bracket.ts';
import { check } from './check.ts';
import { RunError } from './error.ts';
import { judgeInvariance } from './invariance.ts';
import { type Limits, usualLimits } from './limits.ts';
import { missing, type Profile, probe, toldProfile } from './profile.ts';
import type { CheckResult, TargetReport } from './result.ts';
import type { Try, TryContext } from './try-case.ts';

export interface RunOptions {
  readonly limits?: Limits;
  /** Connections at once; default 24. */
  readonly concurrency?: number;
  /** Only these deliveries, of those that each case allows. */
  readonly deliveries?: readonly Delivery[];
  /** Instead of the tries of each case that asks for more than one. */
  readonly tries?: number;
  readonly onStart?: (total: number) => void;
  readonly onResult?: (result: CheckResult) => void;
  readonly onTry?: (one: Try) => void;
  /** Stops between two cases: what was reached is reported. */
  readonly signal?: AbortSignal;
}

interface Job {
  readonly case: Case;
  readonly delivery: Delivery;
}

/** A bracket conversation is held after this many cases. */
const BRACKET_EVERY = 40;
/** How long a target that does not answer gets to come back, in ms. */
const RECOVERY_MS = 10_000;
/** How long a program that crashes may take to end: until then it does not answer, and runs (a core file, a backtrace). In ms. */
const DYING_MS = 2000;
/** Nothing announces that a foreign server has ended or is back, so it is asked this often, in ms. */
const ASK_EVERY_MS = 200;

/** Runs the cases on one running target. Never throws for what the target does; the report says it. */
export async function runTarget(target: RunningTarget, cases: readonly Case[], options: RunOptions = {}): Promise<TargetReport> {
  const from = performance.now();
  const context: TryContext = {
    endpoint: target.front,
    accounts: target.accounts,
    ...(target.database === undefined ? {} : { database: target.database }),
    ...(target.proxiesFrom === undefined ? {} : { proxiesFrom: target.proxiesFrom }),
    limits: options.limits ?? usualLimits,
    ...(options.onTry ? { onTry: options.onTry } : {}),
    ...(target.path.transparent ? {} : { endingsHidden: true }),
  };
  const versions = target.nodes.map((n) => `${n.product} ${n.version}`.trim()).join(' + ');
  const base = { target: target.name, versions } as const;
  let profile: Profile;
  try {
    profile = await probe(
      target.name,
      context,
      cases,
      target.nodes.map((node) => node.product),
    );
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return {
      ...base,
      results: [],
      notes: [],
      expectationProblems: [],
      failure: { code: error.code, says: error.message },
      ms: performance.now() - from,
    };
  }
  const jobs = jobsOf(cases, options);
  options.onStart?.(jobs.length);
  const engine = new Engine(target, { ...context, refuses: profile.refuses }, profile, options);
  const results = await engine.run(jobs);
  return {
    ...base,
    dialect: profile.dialect,
    profile: toldProfile(profile),
    results: judgeInvariance(results),
    notes: [...notesOn(target, profile), ...engine.notes],
    expectationProblems: [],
    ms: performance.now() - from,
  };
}

/** Cases times their deliveries, in the order of the suites. */
function jobsOf(cases: readonly Case[], options: RunOptions): Job[] {
  return cases.flatMap((one) =>
    (one.deliveries ?? defaultDeliveries)
      .filter((d) => !options.deliveries || options.deliveries.includes(d))
      .map((delivery) => ({
        case: options.tries !== undefined && (one.tries ?? 1) > 1 ? { ...one, tries: options.tries } : one,
        delivery,
      })),
  );
}

const patience = (one: Case): number =>
  one.script.some(
    (s) => ('do' in s && s.do === 'pause') || ('expect' in s && s.expect.some((a) => a.waits)) || ('end' in s && s.end.includes('timeout')),
  )
    ? 1
    : 0;

/** Many cases at once, with a bracket conversation between; when it fails, the cases under suspicion run again one by one. */
class Engine {
  readonly #target: RunningTarget;
  readonly #context: TryContext;
  readonly #profile: Profile;
  readonly #options: RunOptions;
  readonly #bracket: Bracket;
  readonly #results = new Map<Job, CheckResult>();
  #gone: string | undefined;
  readonly notes: string[] = [];

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
    for (const job of jobs) if (!this.#results.has(job)) this.#skip(job);
    return jobs.map((job) => this.#results.get(job) as CheckResult);
  }

  async #sideBySide(jobs: readonly Job[], concurrency: number): Promise<void> {
    // Those that may wait for silence go first, so that their waits overlap with the rest.
    const queue = [...jobs].sort((a, b) => patience(b.case) - patience(a.case));
    let suspects = new Set<Job>();
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
      if (trouble || !(await held())) await this.#oneByOne([...suspects]);
      suspects = new Set();
    }
  }

  /** The bracket failed while these ran: alone, each shows whether it was the one. */
  async #oneByOne(suspects: readonly Job[]): Promise<void> {
    const died = await this.#recover();
    if (died === 'gone') {
      for (const job of suspects)
        this.#charge(
          job,
          `the target stopped answering while this and ${suspects.length - 1} other cases ran, and did not come back within ${RECOVERY_MS} ms`,
        );
      return;
    }
    for (const job of suspects) {
      if (this.#options.signal?.aborted || this.#gone) return;
      await this.#one(job);
      const after = await this.#bracket.holds();
      if (after === undefined) continue;
      const dead = await this.#death(DYING_MS);
      this.#charge(job, dead ? `the target died: ${dead}` : `after this case ${after}`);
      if ((await this.#recover()) === 'gone') return;
    }
  }

  /** Waits until the bracket holds again, restarting what we started. */
  async #recover(): Promise<'back' | 'gone'> {
    const until = performance.now() + RECOVERY_MS;
    do {
      if (this.#target.restart && (await this.#death())) await this.#target.restart();
      if ((await this.#bracket.holds()) === undefined) return 'back';
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
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
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  async #one(job: Job): Promise<void> {
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

/** A proxy's connections to its server are shared: beside another case this one's fault could be charged to that. */
const breaksServer = ({ needs = [] }: Case): boolean => needs.some((need) => typeof need === 'object' && 'backend' in need);

function notesOn(target: RunningTarget, profile: Profile): string[] {
  const notes: string[] = [];
  if (!target.path.transparent)
    notes.push(`The path to the target is not transparent: ${target.path.why}. FIN and RST are judged as "closed".`);
  for (const account of ['check', 'login'] as const)
    if (target.accounts[account] && profile[account].is !== 'works') notes.push(`The declared account ${profile[account].says}.`);
  return notes;
}
