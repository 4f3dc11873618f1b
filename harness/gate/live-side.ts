import type { Case } from '../case/case.ts';
import { fingerprints } from '../run/fingerprint.ts';
import { type JudgeOptions, judgeTarget } from '../run/judge-target.ts';
import { isHeavy, jobsOf, mannersOf } from '../run/order.ts';
import { Patience } from '../run/patience.ts';
import type { TargetReport } from '../run/result.ts';
import { notJudged } from '../run/run-all.ts';
import { parseTarget } from '../target/parse-target.ts';
import { startTarget } from '../target/start-target.ts';
import { type RunningNode, type RunningTarget, TargetError } from '../target/target.ts';
import type { Side } from './side.ts';

export interface SideOptions extends JudgeOptions {
  /** Takes out of a report what must not leave (passwords), before anything is made of it. */
  readonly masked?: (report: TargetReport) => TargetReport;
}

/** A side that is up, and can be asked again. */
export class LiveSide implements Side {
  readonly name: string;
  readonly runs: TargetReport[] = [];
  readonly cases: Readonly<Record<string, string>>;
  readonly #options: SideOptions;
  readonly #target: RunningTarget | undefined;
  readonly #spare: RunningTarget | undefined;
  /** One that has left so many questions without an answer is not waited for as long when it is asked again. */
  readonly #patience = new Patience();

  private constructor(name: string, options: SideOptions, target?: RunningTarget, spare?: RunningTarget) {
    this.name = name;
    this.#options = options;
    this.#target = target;
    this.#spare = spare;
    this.cases = fingerprints(options.cases);
  }

  /** Where the target cannot be had, the side holds a report that says so. */
  static async start(name: string, options: SideOptions): Promise<LiveSide> {
    const from = performance.now();
    const { cases, onNote, targetOptions } = options;
    const start = (): Promise<RunningTarget> => startTarget(name, { ...targetOptions, ...(onNote ? { onNote } : {}) });
    const [target, spare] = await Promise.allSettled([start(), hasSpare(name, cases) ? start() : undefined]);
    if (target.status === 'fulfilled') {
      if (spare.status === 'fulfilled') return new LiveSide(name, options, target.value, spare.value);
      onNote?.(
        `${String(spare.reason?.message ?? spare.reason)} What programs have died of is asked of the one that is up, behind all else.`,
      );
      return new LiveSide(name, options, target.value);
    }
    if (spare.status === 'fulfilled') await spare.value?.stop();
    if (!(target.reason instanceof TargetError)) throw target.reason;
    const side = new LiveSide(name, options);
    side.runs.push(notJudged(name, target.reason.code, target.reason.message, performance.now() - from));
    return side;
  }

  get programs(): readonly RunningNode[] {
    return this.#target?.nodes ?? [];
  }

  /** Runs all cases, once; afterwards it is there for `again`. @param perilous what the other side died of */
  async judge(perilous: ReadonlySet<string>): Promise<void> {
    const from = performance.now();
    if (!this.#target || this.runs.length > 0) return;
    const report = await this.#run(this.#target, { ...this.#options, perilous });
    this.#keep({ ...report, ms: performance.now() - from });
  }

  /** Runs these cases once more, each at least so many times. @param perilous what one of the two sides died of */
  async again(ids: ReadonlySet<string>, tries: number, perilous: ReadonlySet<string>): Promise<void> {
    if (!this.#target || this.runs[0]?.failure || this.#options.signal?.aborted) return;
    const { onResult: _result, onTarget: _target, tries: wanted, ...options } = this.#options;
    const cases = options.cases.filter(({ id }) => ids.has(id)).map((one) => atLeast(tries, one, wanted));
    this.#keep(await this.#run(this.#target, { ...options, cases, perilous, askHaproxy: false }));
  }

  /** What programs have died of goes to the spare one, meanwhile. */
  async #run(target: RunningTarget, asked: JudgeOptions): Promise<TargetReport> {
    const options = { ...asked, patience: this.#patience };
    const deadly = options.cases.filter((one) => mannersOf(one, options.perilous) === 'of what has killed');
    if (!this.#spare || deadly.length === 0) return judgeTarget(target, options, new Map());
    if (deadly.length === options.cases.length) return judgeTarget(this.#spare, options, new Map());
    const { onTarget, ...quiet } = options;
    const jobs = jobsOf(options.cases, options);
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const others = judgeTarget(
      target,
      {
        ...options,
        cases: options.cases.filter((one) => !deadly.includes(one)),
        onTarget: (name, versions) => {
          onTarget?.(name, versions, jobs.length);
          begin();
        },
      },
      new Map(),
    );
    // Its results would be those of a target that nobody was told of.
    await Promise.race([begun, others]);
    const apart = judgeTarget(this.#spare, { ...quiet, cases: deadly, askHaproxy: false }, new Map());
    const [most, rest] = await Promise.all([others, apart]);
    if (most.failure) return most;
    const by = new Map([...most.results, ...rest.results].map((result) => [`${result.case} ${result.delivery}`, result]));
    return {
      ...most,
      results: jobs.flatMap((job) => by.get(`${job.case.id} ${job.delivery}`) ?? []),
      notes: [...new Set([...most.notes, ...rest.notes])],
      expectationProblems: [...new Set([...most.expectationProblems, ...rest.expectationProblems])],
    };
  }

  #keep(report: TargetReport): void {
    this.runs.push(this.#options.masked?.(report) ?? report);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#target?.stop(), this.#spare?.stop()]);
  }
}

/** One more like it, so that nothing else waits while it dies and is started again: of programs that we start, where something is asked that has killed. */
function hasSpare(name: string, cases: readonly Case[]): boolean {
  const spec = parseTarget(name);
  return (spec.kind === 'docker' || spec.kind === 'local') && cases.some((one) => one.perilous);
}

/** Each is tried so many times, or as often as it asks for (or the user does); those of 16 MiB, which would be in memory many times, as ever. */
function atLeast(tries: number, one: Case, wanted = one.tries ?? 1): Case {
  const asked = (one.tries ?? 1) > 1 ? wanted : 1;
  return isHeavy(one) ? one : { ...one, tries: Math.max(tries, asked) };
}
