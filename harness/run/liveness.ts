import { type RunningTarget, TargetError } from '../target/target.ts';
import { Bracket } from './bracket.ts';
import type { CheckResult } from './result.ts';
import type { TryContext } from './try.ts';

/** How long a target that does not answer gets to come back, in ms. */
export const RECOVERY_MS = 10_000;
/** How long a program that crashes may take to end: until then it may answer, and runs (a core file, a backtrace). In ms. */
export const DYING_MS = 2000;
/** Nothing announces that a foreign server has ended or is back, so it is asked this often, in ms. */
const ASK_EVERY_MS = 200;

/** So many plain logins are asked for with nothing sent in between … */
const ASKED = 40;
/** … and so often one ends otherwise behind one that did not: that is no case's doing. A target that has its death in it does so once. */
const FALLS = 2;

/** It had sent nothing for longer than a crash may take when its connection ended: the target did not break of it. */
export function hadOnlyWaited(result: CheckResult | undefined): boolean {
  const events = result?.transcript?.events ?? [];
  const [sent, end] = [events.findLast(({ kind }) => kind === 'sent'), events.findLast(({ kind }) => kind === 'fin' || kind === 'rst')];
  return result?.verdict === 'fail' && sent !== undefined && end !== undefined && end.at - sent.at > DYING_MS;
}

/** Whether a target still does as it did at first; what we started ourselves is started again. */
export class Liveness {
  readonly #target: RunningTarget;
  readonly #bracket: Bracket;
  /** How often our own programs were started again. */
  life = 0;
  /** Why nothing more can be asked of it. */
  gone: string | undefined;

  constructor(target: RunningTarget, context: TryContext) {
    this.#target = target;
    this.#bracket = new Bracket(context);
  }

  /** Undefined: the target answers as it did at first. Else what it did instead. */
  holds(): Promise<string | undefined> {
    return this.#bracket.holds();
  }

  /** Why it lets nobody in from here any more, if it has blocked this host: of one broken handshake more or less, and no case's doing. */
  get blocked(): string | undefined {
    return this.#bracket.blocked;
  }

  /** What the bracket took at first, in ms. */
  get firstMs(): number {
    return this.#bracket.firstMs;
  }

  /** Whether it answers now so and now so by itself. */
  async wavers(): Promise<boolean> {
    if ((await this.death()) !== undefined) return false;
    const until = performance.now() + DYING_MS;
    let falls = 0;
    let held = false;
    for (let n = 0; n < ASKED && falls < FALLS && performance.now() < until; n++) {
      const holds = (await this.holds()) === undefined;
      if (held && !holds) falls++;
      held = holds;
    }
    return falls === FALLS;
  }

  /** How one of the programs ended, if one did within so many ms and the bracket does not hold again. */
  async death(withinMs = 0): Promise<string | undefined> {
    const until = performance.now() + withinMs;
    for (;;) {
      const states = await Promise.all(this.#target.nodes.map((n) => n.state()));
      const dead = states.find((s) => s !== 'running');
      if (dead !== undefined || performance.now() >= until || (await this.holds()) === undefined) return dead;
      await pause();
    }
  }

  /** What to say of a target that is not as before. @param after what the bracket saw */
  async whatHappened(after: string): Promise<string> {
    const dead = await this.death(DYING_MS);
    return dead ? `the target died: ${dead}` : `after this case ${after}`;
  }

  /** Waits until the bracket holds again, restarting what we started. */
  async recover(): Promise<'back' | 'gone'> {
    const until = performance.now() + RECOVERY_MS;
    do {
      if (this.#target.restart && (await this.death())) {
        await this.#restart(this.#target.restart);
        this.life++;
      }
      if ((await this.holds()) === undefined) return 'back';
      await pause();
    } while (performance.now() < until && this.blocked === undefined);
    this.gone = this.blocked ?? `the target stopped answering as it did at first, and did not recover within ${RECOVERY_MS} ms`;
    return 'gone';
  }

  /** One that cannot be started again is not back: that is all that is to be told of it. */
  async #restart(start: () => Promise<void>): Promise<void> {
    try {
      await start();
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
    }
  }

  /** What happens to it within the time that a crash may take, if anything does; it is back then. */
  async breaksWithin(ms: number): Promise<string | undefined> {
    const until = performance.now() + ms;
    do {
      const after = await this.holds();
      if (after !== undefined) {
        const why = await this.whatHappened(after);
        await this.recover();
        return why;
      }
      await pause();
    } while (performance.now() < until);
    return undefined;
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
