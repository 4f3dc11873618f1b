import type { CheckResult, Tally } from '../run/result.ts';
import { type Colors, colors } from './color.ts';
import { columnsOf, count, cut, duration, oneLine } from './layout.ts';
import { counted } from './tally.ts';

export interface ProgressStream {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

/** What is shown while a run goes on. */
export interface Progress {
  /** A target is up; `total` checks will follow. Those that have all their results are done, and where they do not run side by side all before it. */
  target(name: string, versions: string, total: number): void;
  result(result: CheckResult): void;
  /** A line for the reader: what was chosen, what was started. */
  note(text: string): void;
  /** The run is over; the status line is gone. */
  done(): void;
}

export interface ProgressOptions {
  /** True: one status line, redrawn in place. False: lines for a log. */
  readonly tty: boolean;
  readonly color: boolean;
  /** Several targets are judged at once. */
  readonly sideBySide?: boolean;
}

/** ms between two pictures of the status line, and between two lines of a log. */
const REDRAW_MS = 100;
const TICK_MS = 250;
const LOG_MS = 10_000;
const LOG_STEPS = 10;

interface Running {
  readonly name: string;
  readonly total: number;
  readonly from: number;
  /** Results by case and delivery: a check may be judged again when the target dies of it. */
  readonly verdicts: Map<string, keyof Tally>;
  fails: number;
  finished: boolean;
  /** When the last result came: what follows it (stopping, asking HAProxy) is not the checks' time. */
  last: number;
  /** Log only: step (tenth of the total) and time of the last line. */
  toldStep: number;
  toldAt: number;
}

const CLEAR_LINE = '\r\x1b[K';

/** Live progress. Writes nothing after `done()`. */
export function createProgress(stream: ProgressStream, options: ProgressOptions): Progress {
  return new Ticker(stream, options, colors(options.color));
}

class Ticker implements Progress {
  readonly #stream: ProgressStream;
  readonly #tty: boolean;
  readonly #sideBySide: boolean;
  readonly #c: Colors;
  readonly #targets = new Map<string, Running>();
  readonly #timer: NodeJS.Timeout;
  /** The process may end in the middle of a run: the line must not stay. */
  readonly #onExit = (): void => this.#clear();
  #drawn = false;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #over = false;

  constructor(stream: ProgressStream, { tty, sideBySide = false }: ProgressOptions, c: Colors) {
    this.#stream = stream;
    this.#tty = tty;
    this.#sideBySide = sideBySide;
    this.#c = c;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
    if (tty) process.once('exit', this.#onExit);
  }

  target(name: string, versions: string, total: number): void {
    this.#finish((running) => !this.#sideBySide || hasAll(running));
    const now = performance.now();
    const running: Running = {
      name: oneLine(name),
      total,
      from: now,
      verdicts: new Map(),
      fails: 0,
      finished: false,
      last: now,
      toldStep: 0,
      toldAt: now,
    };
    this.#targets.set(name, running);
    this.#line(`${this.#c.bold(running.name)}${versions === '' ? '' : ` (${oneLine(versions)})`}: ${count(total, 'check')}`);
  }

  result(result: CheckResult): void {
    const running = this.#targets.get(result.target);
    if (!running || this.#over) return;
    const check = `${result.case} ${result.delivery}`;
    const verdict = counted(result);
    if (running.verdicts.get(check) !== 'fail' && verdict === 'fail') running.fails++;
    running.verdicts.set(check, verdict);
    running.last = performance.now();
    if (verdict === 'fail') {
      if (!this.#tty)
        this.#line(
          `${this.#c.red('FAIL')} ${running.name} ${oneLine(result.case)} (${result.delivery}): ${oneLine(result.reason ?? '', 160)}`,
        );
    }
    if (!this.#tty) this.#log(running, stepOf(running) > running.toldStep);
    else if (performance.now() - this.#drawnAt >= REDRAW_MS) this.#draw();
  }

  note(text: string): void {
    this.#line(oneLine(text));
  }

  done(): void {
    if (this.#over) return;
    this.#finish(() => true);
    this.#clear();
    this.#over = true;
    clearInterval(this.#timer);
    process.removeListener('exit', this.#onExit);
  }

  /** Only when the next target comes or the run ends is a target done: its last checks may be judged again. */
  #finish(isDone: (running: Running) => boolean): void {
    for (const running of this.#unfinished().filter(isDone)) {
      running.finished = true;
      const done = running.verdicts.size;
      const checks = done < running.total ? `${done} of ${count(running.total, 'check')}` : count(running.total, 'check');
      this.#line(`${this.#c.bold(running.name)}: ${checks} done, ${this.#fails(running)}, ${duration(running.last - running.from)}`);
    }
  }

  #unfinished(): Running[] {
    return [...this.#targets.values()].filter(({ finished }) => !finished);
  }

  #tick(): void {
    if (this.#tty) this.#draw();
    else
      for (const running of this.#unfinished()) {
        // One that waits for the other has no news.
        const waits = this.#sideBySide && hasAll(running);
        this.#log(running, !waits && performance.now() - running.toldAt >= LOG_MS);
      }
  }

  #log(running: Running, due: boolean): void {
    if (!due) return;
    running.toldStep = stepOf(running);
    running.toldAt = performance.now();
    this.#line(
      `${running.name}: ${running.verdicts.size}/${running.total} (${percent(running)} %), ${this.#fails(running)}, ${this.#elapsed(running)}`,
    );
  }

  #draw(): void {
    const all = this.#unfinished();
    const [first] = all;
    if (!first || this.#over) return;
    // Names are long: beside another one its figures come first, so that these are not what is cut.
    const plain =
      all.length === 1
        ? `${first.name}  ${figures(first)}  ${this.#elapsed(first)}`
        : `${this.#elapsed(first)}  ${all.map((running) => `${figures(running)} ${running.name}`).join('  |  ')}`;
    // One column stays free: a line that fills the last one wraps in some terminals, and then it cannot be redrawn.
    const text = cut(plain, columnsOf(this.#stream, 80) - 1);
    this.#stream.write(CLEAR_LINE + (all.some(({ fails }) => fails > 0) ? this.#c.red(text) : text));
    this.#drawn = true;
    this.#drawnAt = performance.now();
  }

  /** A line that stays; the status line makes room for it. */
  #line(text: string): void {
    if (this.#over) return;
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  #clear(): void {
    if (this.#drawn) this.#stream.write(CLEAR_LINE);
    this.#drawn = false;
  }

  #fails(running: Running): string {
    const text = `${running.fails} fail`;
    return running.fails > 0 ? this.#c.red(text) : text;
  }

  #elapsed(running: Running): string {
    return duration(performance.now() - running.from);
  }
}

const hasAll = ({ verdicts, total }: Running): boolean => verdicts.size >= total;
const figures = ({ verdicts, total, fails }: Running): string => `${verdicts.size}/${total}  ${fails} fail`;
const percent = ({ verdicts, total }: Running): number => (total > 0 ? Math.floor((verdicts.size * 100) / total) : 0);
const stepOf = ({ verdicts, total }: Running): number => (total > 0 ? Math.floor((verdicts.size * LOG_STEPS) / total) : 0);
