import type { CheckResult } from './result.ts';

/** Of so many checks in a row … */
const WINDOW = 60;
/** … so many met nothing but silence: each of the others would take the whole limit of a wait, too. */
const MOST_SILENT = 48;

/** Tells when a target says nothing any more where an answer is due: what is left of the cases is not worth the waits. */
export class Mute {
  #lately: boolean[] = [];

  /** @param hurried whether it waited less long than an answer may take (`Patience`): then its silence says nothing of the target yet */
  saw({ verdict, deviation }: CheckResult, hurried = false): void {
    const silent = verdict === 'fail' && /silence for \d+ ms/.test(deviation?.got ?? '');
    if (verdict === 'skipped' || (silent && hurried)) return;
    this.#lately = [...this.#lately, silent].slice(-WINDOW);
  }

  /** Why there is no use in going on; undefined as long as there is. */
  get says(): string | undefined {
    const silent = this.#lately.filter((one) => one).length;
    if (silent < MOST_SILENT) return undefined;
    return `the target was silent, for as long as an answer may take, in ${silent} of ${this.#lately.length} checks in a row: the others were not begun`;
  }

  forget(): void {
    this.#lately = [];
  }
}
