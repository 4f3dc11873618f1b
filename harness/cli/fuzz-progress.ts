import type { Progress } from '../fuzz/campaign-options.ts';
import { columnsOf, count, cut, duration } from '../report/layout.ts';

const REDRAW_MS = 200;
const LOG_MS = 10_000;
const CLEAR_LINE = '\r\x1b[K';

interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** How a campaign goes: one line, redrawn, for a person; a line every ten seconds for a log. */
export function fuzzProgress(screen: Screen, from: number) {
  let [told, drawn] = [from, false];
  const clear = (): void => {
    if (drawn) screen.write(CLEAR_LINE);
    drawn = false;
  };
  return {
    at(now: Progress): void {
      const at = performance.now();
      if (at - told < (screen.isTTY ? REDRAW_MS : LOG_MS)) return;
      told = at;
      const text = progressText(now, at - from);
      if (!screen.isTTY) return void screen.write(`${text}\n`);
      screen.write(CLEAR_LINE + cut(text, columnsOf(screen, 80) - 1));
      drawn = true;
    },
    line(text: string): void {
      clear();
      screen.write(`${text}\n`);
    },
    done: clear,
  };
}

function progressText({ execs, behaviours, findings, suspicions }: Progress, ms: number): string {
  const looking = suspicions > 0 ? `, ${suspicions} being looked into` : '';
  return `${duration(ms)}: ${count(execs, 'session')}, ${Math.round((execs / ms) * 1000)} a second, ${count(behaviours, 'behaviour')}, ${count(findings, 'finding')}${looking}`;
}
