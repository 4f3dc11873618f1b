import type { Case } from '../case/case.ts';
import { inVain } from './heard-again.ts';
import type { Limits } from './limits.ts';
import type { CheckResult } from './result.ts';

/** So many checks that waited for an answer, or for an end, as long as either may take, and in vain … */
const MOST_IN_VAIN = 64;
/** … and the others wait so long, in ms: a target that is late now and then does not get there. */
const SHORT_MS = 1000;

/** How long a check waits: not for ever, where a target leaves hundreds of them waiting (a proxy that hangs at COM_QUIT). */
export class Patience {
  #inVain = 0;

  saw(result: CheckResult): void {
    if (inVain(result)) this.#inVain++;
  }

  /** Does a check wait less long than it should? */
  hurries({ answerMs }: Limits): boolean {
    return this.#inVain >= MOST_IN_VAIN && answerMs > SHORT_MS;
  }

  within(limits: Limits): Limits {
    return this.hurries(limits) ? { ...limits, answerMs: SHORT_MS } : limits;
  }

  /** A case that asks for more time than others gets more of the less. @param usual what the others had */
  of(one: Case, usual: Limits): Case {
    if (one.limitMs === undefined || !this.hurries(usual)) return one;
    return { ...one, limitMs: Math.round((one.limitMs * SHORT_MS) / usual.answerMs) };
  }

  /** What to tell of it. */
  note(limits: Limits): string | undefined {
    if (!this.hurries(limits)) return undefined;
    return `${this.#inVain} checks waited in vain; from the ${MOST_IN_VAIN + 1}th on each waited for ${SHORT_MS} ms, no longer for ${limits.answerMs}.`;
  }
}
