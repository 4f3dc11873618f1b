import { setTimeout as pause } from 'node:timers/promises';
import type { Exec } from './exec.ts';
import { type JudgeContext, judge } from './judge.ts';
import type { LookingTime } from './looking-time.ts';
import type { Oracle, Violation } from './oracle.ts';
import { type PlayContext, playPlainLogin } from './play.ts';
import type { Path } from './schedule.ts';
import { shrink } from './shrink.ts';

/** Oracles that hold plays against each other, or against the clock: what they say once may be the fault of the moment. */
export const ofTheMoment: ReadonlySet<Oracle['name']> = new Set(['answers', 'delivery', 'separate', 'against']);

/** Of a target that may die of other sessions meanwhile: what was seen then proves nothing. */
export interface Health {
  /** Resolves when the target lives, as far as is known. */
  well(): Promise<void>;
  /** Tells its programs: another text, another life. */
  life(): Promise<string>;
}

/** How often an exec is played again. */
const CONFIRMATIONS = 10;
/** Execs that shrinking may play. */
const MOST_TRIES = 250;
/** ms that an answer is waited for while an exec is made small. */
const QUICK_MS = 500;
/** ms for the answer to a plain login: where it takes longer, the target is busy with something else, and what the clock shows then proves nothing. */
const BUSY_MS = 500;
/**
 * How often a play is repeated that a death came between, and how long a death takes to be noticed, in ms: ProxySQL's connections are reset up to
 * 0.3 s before the end of its process is told.
 */
const [LIVES, NOTICED_MS] = [4, 500];

/** A race that comes one time in so many is looked for as often, three times over. */
export const triesFor = ({ shown, of }: { readonly shown: number; readonly of: number }): number =>
  Math.min(CONFIRMATIONS, Math.max(1, Math.ceil((3 * of) / shown) - 2));

/** What is looked for: this kind, or that under less. */
type Wanted = Pick<Violation, 'oracle' | 'kind' | 'plainer' | 'says'>;

export interface LookOptions {
  readonly signal?: AbortSignal | undefined;
  readonly health?: Health | undefined;
}

/** Plays execs again, and looks whether they show what a violation tells of. */
export class Look {
  wanted: Wanted;
  readonly #path: Path;
  readonly #context: JudgeContext;
  readonly #time: LookingTime;
  readonly #options: LookOptions;

  constructor(path: Path, wanted: Wanted, context: JudgeContext, time: LookingTime, options: LookOptions = {}) {
    this.#path = path;
    this.wanted = wanted;
    this.#context = { ...context, oracles: context.oracles.filter(({ name }) => name === wanted.oracle) };
    this.#time = time;
    this.#options = options;
  }

  /** No oracle here sees it. */
  get isBlind(): boolean {
    return this.#context.oracles.length === 0;
  }

  /** In how many plays it comes. @param enough asked behind each, of those that showed it */
  async count(exec: Exec, enough: (shown: number) => boolean = () => false): Promise<{ readonly shown: number; readonly of: number }> {
    let [shown, of] = [0, 0];
    while (of < CONFIRMATIONS && this.#goesOn && !enough(shown)) {
      const seen = await this.#once(exec);
      if (seen === 'spoilt') continue;
      of++;
      if (seen) shown++;
    }
    return { shown, of };
  }

  /** Plays it up to so often, until it comes. */
  async until(exec: Exec, tries: number, where: Partial<JudgeContext> = {}): Promise<Violation | undefined> {
    for (let i = 0; i < tries; i++) {
      const seen = await this.#once(exec, where);
      if (seen && seen !== 'spoilt') return seen;
    }
    return undefined;
  }

  /** The smallest that still shows it in so many plays. */
  async smallest(exec: Exec, tries: number): Promise<Exec> {
    const { target } = this.#context;
    // What is silent must be waited for, at each try: less long while it is made small, and as long as ever at the end.
    const quick = { target: { ...target, limitMs: Math.min(target.limitMs, QUICK_MS) } };
    const stillShows = async (one: Exec): Promise<boolean> => {
      for (let i = 0; i < tries && this.#goesOn; i++) {
        const seen = await this.until(one, 1, quick);
        if (!seen) continue;
        this.wanted = this.wanted.plainer ? seen : { ...this.wanted, says: seen.says };
        return true;
      }
      return false;
    };
    return (await shrink(exec, stillShows, MOST_TRIES)).exec;
  }

  get #goesOn(): boolean {
    return !this.#time.over && !this.#options.signal?.aborted && !this.#context.target.cut?.aborted;
  }

  /** 'spoilt': the end, or a death of the target, came between, and nothing is known of this play. */
  async #once(exec: Exec, where: Partial<JudgeContext> = {}): Promise<Violation | 'spoilt' | undefined> {
    const context = { ...this.#context, ...where };
    const { health } = this.#options;
    for (let life = 0; life < LIVES; life++) {
      if (health) await this.#time.without(health.well());
      const before = await health?.life();
      const { violations, unreachable } = await judge(exec, this.#path, context, 'every');
      if (context.target.cut?.aborted) return 'spoilt';
      const seen = violations.find((found) => isSame(this.wanted, found));
      if (!seen && unreachable === undefined) return undefined;
      const answered = unreachable === undefined && (await answersLogin(this.#context.target));
      // Who answers behind what was seen has lived through it.
      if (!answered) await pause(NOTICED_MS);
      if (unreachable !== undefined || (await health?.life()) !== before) continue;
      return answered !== 'in time' && ofTheMoment.has(this.wanted.oracle) ? undefined : seen;
    }
    return 'spoilt';
  }
}

/** Is it what was looked for, or that under less? */
const isSame = ({ kind, plainer = [] }: Wanted, seen: Violation): boolean => seen.kind === kind || plainer.includes(seen.kind);

/** Does it answer a plain login, and in time? */
async function answersLogin(target: PlayContext): Promise<'in time' | 'late' | false> {
  const began = performance.now();
  const { packets } = await playPlainLogin(target);
  if (!packets.some(({ from, answers }) => from === 'server' && answers !== undefined)) return false;
  return performance.now() - began > BUSY_MS ? 'late' : 'in time';
}
