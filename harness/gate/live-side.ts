import type { Case } from '../case/case.ts';
import { fingerprints } from '../run/fingerprint.ts';
import { type JudgeOptions, judgeTarget } from '../run/judge-target.ts';
import { isHeavy } from '../run/order.ts';
import type { TargetReport } from '../run/result.ts';
import { notJudged } from '../run/run-all.ts';
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

  private constructor(name: string, options: SideOptions, target: RunningTarget | undefined) {
    this.name = name;
    this.#options = options;
    this.#target = target;
    this.cases = fingerprints(options.cases);
  }

  /** Where the target cannot be had, the side holds a report that says so. */
  static async start(name: string, options: SideOptions): Promise<LiveSide> {
    const from = performance.now();
    const { onNote } = options;
    try {
      return new LiveSide(name, options, await startTarget(name, { ...options.targetOptions, ...(onNote ? { onNote } : {}) }));
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      const side = new LiveSide(name, options, undefined);
      side.runs.push(notJudged(name, error.code, error.message, performance.now() - from));
      return side;
    }
  }

  get programs(): readonly RunningNode[] {
    return this.#target?.nodes ?? [];
  }

  /** Runs all cases, once; afterwards it is there for `again`. @param perilous what the other side died of */
  async judge(perilous: ReadonlySet<string>): Promise<void> {
    const from = performance.now();
    if (!this.#target || this.runs.length > 0) return;
    const report = await judgeTarget(this.#target, { ...this.#options, perilous }, new Map());
    this.#keep({ ...report, ms: performance.now() - from });
  }

  /** Runs these cases once more, each at least so many times. @param perilous what one of the two sides died of */
  async again(ids: ReadonlySet<string>, tries: number, perilous: ReadonlySet<string>): Promise<void> {
    if (!this.#target || this.runs[0]?.failure || this.#options.signal?.aborted) return;
    const { onResult: _result, onTarget: _target, tries: wanted, ...options } = this.#options;
    const cases = options.cases.filter(({ id }) => ids.has(id)).map((one) => atLeast(tries, one, wanted));
    this.#keep(await judgeTarget(this.#target, { ...options, cases, perilous, askHaproxy: false, capture: false }, new Map()));
  }

  #keep(report: TargetReport): void {
    this.runs.push(this.#options.masked?.(report) ?? report);
  }

  async stop(): Promise<void> {
    await this.#target?.stop();
  }
}

/** Each is tried so many times, or as often as it asks for (or the user does); those of 16 MiB, which would be in memory many times, as ever. */
function atLeast(tries: number, one: Case, wanted = one.tries ?? 1): Case {
  const asked = (one.tries ?? 1) > 1 ? wanted : 1;
  return isHeavy(one) ? one : { ...one, tries: Math.max(tries, asked) };
}
