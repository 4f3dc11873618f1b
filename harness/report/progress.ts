import type { CheckResult } from '../run/result.ts';
import { type Colors, colors } from './color.ts';
import { count, cut, duration, oneLine } from './layout.ts';
import { counted } from './tally.ts';

export interface ProgressStream {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

/** What is shown while a run goes on. */
export interface Progress {
  /** A target is up; `total` checks will follow. */
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
  done: number;
  fails: number;
  /** Log only: step (tenth of the total) and time of the last line. */
  toldStep: number;
  toldAt: number;
}

const CLEAR_LINE = '\r\x1b[K';

/** Live progress. Writes nothing after `done()`. */
export function createProgress(stream: ProgressStream, options: ProgressOptions): Progress {
  return new Ticker(stream, options.tty, colors(options.color));
}

class Ticker implements Progress {
  readonly #stream: ProgressStream;
  readonly #tty: boolean;
  readonly #c: Colors;
  readonly #targets = new Map<string, Running>();
  readonly #timer: NodeJS.Timeout;
  /** The process may end in the middle of a run: the line must not stay. */
  readonly #onExit = (): void => this.#clear();
  #current: Running | undefined;
  #drawn = false;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #over = false;

  constructor(stream: ProgressStream, tty: boolean, c: Colors) {
    this.#stream = stream;
    this.#tty = tty;
    this.#c = c;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
    if (tty) process.once('exit', this.#onExit);
  }

  target(name: string, versions: string, total: number): void {
    const now = performance.now();
    const running = { name: oneLine(name), total, from: now, done: 0, fails: 0, toldStep: 0, toldAt: now };
    this.#targets.set(name, running);
    this.#current = running;
    this.#line(`${this.#c.bold(running.name)}${versions === '' ? '' : ` (${oneLine(versions)})`}: ${count(total, 'check')}`);
  }

  result(result: CheckResult): void {
    const running = this.#targets.get(result.target);
    if (!running || this.#over) return;
    this.#current = running;
    running.done++;
    if (counted(result) === 'fail') {
      running.fails++;
      if (!this.#tty) this.#line(`${this.#c.red('FAIL')} ${running.name} ${oneLine(result.case)} (${result.delivery}): ${oneLine(result.reason ?? '', 300)}`);
    }
    if (running.done === running.total) this.#finish(running);
    else if (!this.#tty) this.#log(running, stepOf(running) > running.toldStep);
    else if (performance.now() - this.#drawnAt >= REDRAW_MS) this.#draw();
  }

  note(text: string): void {
    this.#line(oneLine(text));
  }

  done(): void {
    if (this.#over) return;
    for (const running of this.#targets.values()) if (running.done < running.total) this.#finish(running);
    this.#clear();
    this.#over = true;
    clearInterval(this.#timer);
    process.removeListener('exit', this.#onExit);
  }

  #finish(running: Running): void {
    const checks = running.done < running.total ? `${running.done} of ${count(running.total, 'check')}` : count(running.total, 'check');
    this.#line(`${this.#c.bold(running.name)}: ${checks} done, ${this.#fails(running)}, ${this.#elapsed(running)}`);
    if (this.#current === running) this.#current = undefined;
  }

  #tick(): void {
    if (this.#tty) this.#draw();
    else if (this.#current) this.#log(this.#current, performance.now() - this.#current.toldAt >= LOG_MS);
  }

  #log(running: Running, due: boolean): void {
    if (!due) return;
    running.toldStep = stepOf(running);
    running.toldAt = performance.now();
    this.#line(`${running.name}: ${running.done}/${running.total} (${percent(running)} %), ${this.#fails(running)}, ${this.#elapsed(running)}`);
  }

  #draw(): void {
    const running = this.#current;
    if (!running || this.#over) return;
    const plain = `${running.name}  ${running.done}/${running.total}  ${running.fails} fail  ${this.#elapsed(running)}`;
    // One column stays free: a line that fills the last one wraps in some terminals, and then it cannot be redrawn.
    const text = cut(plain, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(CLEAR_LINE + (running.fails > 0 ? this.#c.red(text) : text));
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

const percent = ({ done, total }: Running): number => (total > 0 ? Math.floor((done * 100) / total) : 0);
const stepOf = ({ done, total }: Running): number => (total > 0 ? Math.floor((done * LOG_STEPS) / total) : 0);
