import type { CheckResult } from './result.ts';

/** So many connections of different cases … */
const MANY = 3;
/** … that end within so many ms of each other. */
const TOGETHER_MS = 60;

/**
 * Tells when connections of several cases end at one moment, each in place of an answer: the program behind them died, though whoever comes
 * next finds another one in its place already.
 */
export class EndedTogether {
  #lately: { readonly id: string; readonly at: number }[] = [];

  saw({ case: id, verdict, deviation, transcript }: CheckResult): boolean {
    if (verdict !== 'fail' || !/^(\d+ of \d+ tries: )?(FIN|RST)\b/.test(deviation?.got ?? '')) return false;
    const end = transcript?.events.find(({ kind }) => kind === 'fin' || kind === 'rst');
    if (!transcript || !end) return false;
    const at = transcript.startedAt + end.at;
    this.#lately = [...this.#lately.filter((one) => Math.abs(one.at - at) <= TOGETHER_MS && one.id !== id), { id, at }];
    return this.#lately.length >= MANY;
  }

  forget(): void {
    this.#lately = [];
  }
}
