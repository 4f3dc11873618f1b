import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProgress } from './progress.ts';
import { ACTIVE, failing, HOSTILE, result } from './testdata/reports.ts';

class Sink {
  text = '';
  columns: number | undefined = 60;
  write(text: string): boolean {
    this.text += text;
    return true;
  }
  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
  /** What a terminal shows: each redraw replaces the line before it. */
  get screen(): string[] {
    return this.text.split('\n').map((line) => line.split('\r\x1b[K').at(-1) as string);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = (i: number) => result({ target: 'local:mariadb', case: `a/c${i}` });
const fail = failing({ target: 'local:mariadb', reason: 'RST without an answer' });

describe('for a log', () => {
  test('start, each tenth, each deviation, end', () => {
    const sink = new Sink();
    const progress = createProgress(sink, { tty: false, color: false });
    progress.note('Docker answers');
    progress.target('local:mariadb', 'mariadb 10.11.19', 20);
    for (let i = 0; i < 19; i++) progress.result(pass(i));
    vi.advanceTimersByTime(1500);
    progress.result(fail);
    vi.advanceTimersByTime(3000); // the target stops
    progress.done();
    expect(sink.lines).toEqual([
      'Docker answers',
      'local:mariadb (mariadb 10.11.19): 20 checks',
      ...[2, 4, 6, 8, 10, 12, 14, 16, 18].map((n) => `local:mariadb: ${n}/20 (${n * 5} %), 0 fail, 0.0 ms`),
      'FAIL local:mariadb early-data/response-and-quit (early): RST without an answer',
      'local:mariadb: 20/20 (100 %), 1 fail, 1.5 s',
      'local:mariadb: 20 checks done, 1 fail, 1.5 s',
    ]);
  });

  test('two side by side: each has its own lines, and is done when it is', () => {
    const sink = new Sink();
    const progress = createProgress(sink, { tty: false, color: false, sideBySide: true });
    for (const name of ['old', 'new']) progress.target(name, '', 2);
    for (const target of ['new', 'old', 'new']) progress.result(result({ target, case: `a/c${sink.lines.length}` }));
    vi.advanceTimersByTime(10_250);
    progress.target('newer', '', 1);
    progress.done();
    expect(sink.lines).toEqual([
      'old: 2 checks',
      'new: 2 checks',
      'new: 1/2 (50 %), 0 fail, 0.0 ms',
      'old: 1/2 (50 %), 0 fail, 0.0 ms',
      'new: 2/2 (100 %), 0 fail, 0.0 ms',
      'old: 1/2 (50 %), 0 fail, 10.0 s',
      'new: 2 checks done, 0 fail, 0.0 ms',
      'newer: 1 check',
      'old: 1 of 2 checks done, 0 fail, 0.0 ms',
      'newer: 0 of 1 check done, 0 fail, 0.0 ms',
    ]);
  });

  test('a line every ten seconds while nothing happens', () => {
    const sink = new Sink();
    const progress = createProgress(sink, { tty: false, color: false });
    progress.target('local:mariadb', '', 1000);
    progress.result(pass(0));
    vi.advanceTimersByTime(9_500);
    expect(sink.lines).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect(sink.lines.slice(1)).toEqual(['local:mariadb: 1/1000 (0 %), 0 fail, 10.0 s']);
    vi.advanceTimersByTime(10_000);
    expect(sink.lines).toHaveLength(3);
    progress.done();
  });

  test('a known deviation is no failure', () => {
    const sink = new Sink();
    const progress = createProgress(sink, { tty: false, color: false });
    progress.target('local:mariadb', '', 1);
    progress.result({ ...fail, known: { reason: 'since 2.0.17', link: '' } });
    progress.done();
    expect(sink.lines.slice(1)).toEqual(['local:mariadb: 1/1 (100 %), 0 fail, 0.0 ms', 'local:mariadb: 1 check done, 0 fail, 0.0 ms']);
  });

  test('a check that is judged again counts once', () => {
    const sink = new Sink();
    const progress = createProgress(sink, { tty: false, color: false });
    progress.target('local:mariadb', '', 2);
    progress.result(pass(0));
    progress.result(pass(1));
    progress.result({ ...fail, case: 'a/c0' });
    progress.result({ ...fail, case: 'a/c0' });
    progress.target('reference', '', 1);
    expect(sink.lines.slice(-2)).toEqual(['local:mariadb: 2 checks done, 1 fail, 0.0 ms', 'reference: 1 check']);
    progress.done();
  });

  test('a run that stops early says how far it came, and done() is the last word', () => {
    const sink = new Sink();
    const progress = createProgress(sink, { tty: false, color: false });
    progress.target('local:mariadb', '', 100);
    progress.result(pass(0));
    progress.done();
    progress.done();
    progress.result(fail);
    progress.note('late');
    vi.advanceTimersByTime(60_000);
    expect(sink.lines.slice(1)).toEqual(['local:mariadb: 1 of 100 checks done, 0 fail, 0.0 ms']);
  });

  test('names and reasons of a hostile server are text', () => {
    const sink = new Sink();
    const progress = createProgress(sink, { tty: false, color: false });
    progress.target(HOSTILE, HOSTILE, 2);
    progress.result({ ...fail, target: HOSTILE, reason: HOSTILE });
    progress.note(HOSTILE);
    progress.done();
    expect(sink.text).not.toMatch(ACTIVE);
    // start, deviation, tenths (1 of 2), note, end
    expect(sink.lines).toHaveLength(5);
  });
});

describe('for a person', () => {
  test('one line, redrawn in place, gone at the end', () => {
    const sink = new Sink();
    const listeners = process.listenerCount('exit');
    const progress = createProgress(sink, { tty: true, color: false });
    expect(process.listenerCount('exit')).toBe(listeners + 1);
    progress.target('local:mariadb', 'mariadb 10.11.19', 400);
    for (let i = 0; i < 120; i++) {
      progress.result(i === 7 ? fail : pass(i));
      vi.advanceTimersByTime(10);
    }
    vi.advanceTimersByTime(300);
    expect(sink.screen.at(-1)).toBe('local:mariadb  120/400  1 fail  1.5 s');
    expect(sink.lines).toHaveLength(1);
    // Not one picture per check.
    expect(sink.text.split('\r').length).toBeLessThan(25);
    progress.done();
    expect(sink.screen).toEqual([
      'local:mariadb (mariadb 10.11.19): 400 checks',
      'local:mariadb: 120 of 400 checks done, 1 fail, 1.2 s',
      '',
    ]);
    expect(process.listenerCount('exit')).toBe(listeners);
  });

  test('the line never reaches the last column', () => {
    const sink = new Sink();
    sink.columns = 24;
    const progress = createProgress(sink, { tty: true, color: false });
    progress.target('local:haproxy+proxysql+mariadb', '', 10);
    progress.result({ ...pass(0), target: 'local:haproxy+proxysql+mariadb' });
    expect(sink.screen.at(-1)).toHaveLength(23);
    progress.done();
  });

  test('a terminal that says 0 columns (a container, before it is told) gets a line that can be read', () => {
    const sink = new Sink();
    sink.columns = 0;
    const progress = createProgress(sink, { tty: true, color: false });
    progress.target('local:mariadb', '', 10);
    progress.result({ ...pass(0), target: 'local:mariadb' });
    expect(sink.screen.at(-1)).toContain('1/10');
    progress.done();
  });

  test('an exit in the middle clears the line', () => {
    const sink = new Sink();
    const progress = createProgress(sink, { tty: true, color: false });
    const clear = process.listeners('exit').at(-1) as () => void;
    progress.target('local:mariadb', '', 10);
    progress.result(pass(0));
    expect(sink.screen.at(-1)).not.toBe('');
    clear();
    expect(sink.screen.at(-1)).toBe('');
    progress.done();
  });

  test('red once something failed, with colours', () => {
    const sink = new Sink();
    const progress = createProgress(sink, { tty: true, color: true });
    progress.target('local:mariadb', '', 10);
    progress.result(fail);
    expect(sink.text).toContain('\x1b[31mlocal:mariadb  1/10  1 fail');
    progress.done();
  });
});
